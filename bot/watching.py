"""Says aloud what happened: the only place that logs."""

from __future__ import annotations

import logging
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.events import (
    AlertsFound,
    AnswerLost,
    ClockWentBack,
    CommandAnswered,
    DeliveryEnded,
    DeliveryPutOff,
    EditionComposed,
    EditionsDue,
    FetchFailed,
    GatewayLost,
    IndexRebuilt,
    InvalidAnswer,
    ItemsSkipped,
    ListingKept,
    ListingShrank,
    RequestRefused,
    SettingsDiffer,
    StoreAtRisk,
    StoreBack,
    StoreFailed,
    SubscriptionStopped,
    SubscriptionUnreadable,
    WorkspaceForgotten,
)

if TYPE_CHECKING:
    from bot.domain.events import Event
    from bot.ports import Observer

log = logging.getLogger("paperround")


class Watch:
    """Logs events. While the store fails each reason is said once, however many parts of the process meet it."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._failures = 0
        self._defects = 0

    def __call__(self, event: Event) -> None:
        """Log *event*."""
        if isinstance(event, StoreFailed):
            self._failures += 1
            if event.reason in self._said:
                return
            self._said.add(event.reason)
        elif isinstance(event, StoreBack):
            self._said.clear()
        _say(event)

    def failures(self) -> int:
        """How often the store failed until now."""
        return self._failures

    def broke(self) -> None:
        """Note a defect of ours."""
        self._defects += 1

    def defects(self) -> int:
        """How many defects of ours were met until now."""
        return self._defects


watch: Final = Watch()
"""What all parts of this process tell."""


def all_of(*observers: Observer) -> Observer:
    """One that passes on what happened to each of *observers*."""

    def tell(event: Event) -> None:
        for observer in observers:
            observer(event)

    return tell


def report(error: BaseException, reference: str) -> None:
    """Log a defect of ours under the *reference* that a person was given."""
    watch.broke()
    log.error("defect reference=%s", reference, exc_info=error)


def hush(*libraries: str) -> None:
    """Let *libraries* log nothing: what they say holds tokens and what people typed, and we observe what matters."""
    for name in libraries:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)


@singledispatch
def _say(event: object) -> None:
    raise NotImplementedError(type(event).__name__)


@_say.register
def _(event: ListingKept) -> None:
    log.info(
        "listing.kept day=%s papers=%d new=%d tallies=%d removed=%d joined=%d",
        event.day,
        event.papers,
        event.new,
        event.tallies,
        event.removed,
        event.joined,
    )


@_say.register
def _(event: ItemsSkipped) -> None:
    log.warning("listing.items_skipped day=%s items=%s", event.day, "; ".join(event.items)[:500])


@_say.register
def _(event: ListingShrank) -> None:
    log.warning("listing.shrank day=%s before=%d now=%d", event.day, event.before, event.now)


@_say.register
def _(event: FetchFailed) -> None:
    log.warning("fetch.failed day=%s reason=%s", event.day, event.reason)


@_say.register
def _(event: EditionsDue) -> None:
    log.info("editions.due subscriptions=%d jobs=%d missed=%d", event.subscriptions, event.jobs, event.missed)


@_say.register
def _(event: AlertsFound) -> None:
    log.info("alerts.found papers=%d", event.papers)


@_say.register
def _(event: EditionComposed) -> None:
    log.info(
        "edition.composed subscription=%s edition=%s messages=%d papers=%d",
        event.subscription_id,
        event.edition,
        event.messages,
        event.papers,
    )


@_say.register
def _(event: DeliveryEnded) -> None:
    log.log(
        logging.INFO if event.state is State.SENT else logging.WARNING,
        "delivery.%s subscription=%s edition=%s part=%d attempts=%d%s",
        event.state,
        event.subscription_id,
        event.edition,
        event.part,
        event.attempts,
        f" detail={event.detail}" if event.detail else "",
    )


@_say.register
def _(event: DeliveryPutOff) -> None:
    log.info(
        "delivery.put_off subscription=%s edition=%s part=%d until=%s detail=%s",
        event.subscription_id,
        event.edition,
        event.part,
        event.until.isoformat(timespec="seconds"),
        event.detail,
    )


@_say.register
def _(event: InvalidAnswer) -> None:
    level = logging.DEBUG if event.until is None else logging.WARNING
    log.log(level, "answer.invalid platform=%s resting_until=%s", event.platform, event.until)


@_say.register
def _(event: SubscriptionStopped) -> None:
    log.warning("subscription.stopped subscription=%s because=%s", event.subscription_id, event.because)


@_say.register
def _(event: SubscriptionUnreadable) -> None:
    log.error("subscription.unreadable subscription=%s reason=%s", event.subscription_id, event.reason)


@_say.register
def _(event: SettingsDiffer) -> None:
    log.warning("settings.differ process=%s differing=%s", event.process, "; ".join(event.differing))


@_say.register
def _(event: WorkspaceForgotten) -> None:
    log.info("workspace.forgotten workspace=%s subscriptions=%d", event.workspace, event.subscriptions)


@_say.register
def _(event: StoreAtRisk) -> None:
    log.warning("store.at_risk warning=%s", event.warning)


@_say.register
def _(event: StoreFailed) -> None:
    log.error("store.failed reason=%s", event.reason)


@_say.register
def _(event: StoreBack) -> None:
    log.warning("store.back after=%ds", event.after.total_seconds())


@_say.register
def _(event: ClockWentBack) -> None:
    log.warning("clock.went_back by=%ds", event.by.total_seconds())


@_say.register
def _(event: IndexRebuilt) -> None:
    # Seen where nothing is set up for logs too: whoever waits for it learns why.
    log.warning("index.rebuilt papers=%d", event.papers)


@_say.register
def _(event: GatewayLost) -> None:
    log.warning("gateway.lost reason=%s", event.reason)


@_say.register
def _(event: CommandAnswered) -> None:
    log.debug(
        "command.answered platform=%s outcome=%s took=%.3fs",
        event.platform,
        event.outcome,
        event.took.total_seconds(),
    )


@_say.register
def _(event: AnswerLost) -> None:
    log.warning("answer.lost reason=%s", event.reason)


@_say.register
def _(event: RequestRefused) -> None:
    log.warning("request.refused reason=%s", event.reason)
