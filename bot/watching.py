"""Says aloud what happened: the only place that logs."""

from __future__ import annotations

import logging
from functools import singledispatch
from typing import TYPE_CHECKING

from bot.domain.deliveries import State
from bot.domain.events import (
    AlertsFound,
    AnswerLost,
    DeliveryEnded,
    DeliveryPutOff,
    EditionComposed,
    EditionsDue,
    FetchFailed,
    GatewayLost,
    IndexRebuilt,
    ItemsSkipped,
    ListingKept,
    ListingShrank,
    SettingsDiffer,
    StoreAtRisk,
    StoreFailed,
    SubscriptionStopped,
    WorkspaceForgotten,
)

if TYPE_CHECKING:
    from bot.domain.events import Event

log = logging.getLogger("paperround")


def watch(event: Event) -> None:
    """Log *event*."""
    _say(event)


def report(error: BaseException, reference: str) -> None:
    """Log a defect of ours under the *reference* that a person was given."""
    log.error("defect reference=%s", reference, exc_info=error)


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
def _(event: SubscriptionStopped) -> None:
    log.warning("subscription.stopped subscription=%s because=%s", event.subscription_id, event.because)


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
def _(event: IndexRebuilt) -> None:
    log.info("index.rebuilt papers=%d", event.papers)


@_say.register
def _(event: GatewayLost) -> None:
    log.warning("gateway.lost reason=%s", event.reason)


@_say.register
def _(event: AnswerLost) -> None:
    log.warning("answer.lost reason=%s", event.reason)
