"""The words of how the whole stands, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import State
from bot.domain.processes import differences
from bot.presentation.cards import Notice, Row, Tone
from bot.presentation.phrases import counted, moment_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.deliveries import Delivery
    from bot.domain.status import Status

_SHOWN = 8
_FEW = 3


def status_notice(status: Status, *, now: datetime, zone: str) -> Notice:
    """The words of *status*, its times in *zone*."""

    def at(moment: datetime | None) -> str:
        return moment_words(moment, now=now, zone=zone) if moment else "never"

    differing = [
        Row(name="Settings differ", meaning=f"{name} is {_by_process(values)}")
        for name, values in differences(status.processes).items()
    ]
    troubled = [Row(name=one.nonce[:8], meaning=delivery_words(one)) for one in status.troubled]
    stopped = [
        Row(
            name=one.short_id,
            meaning=f"paused{f' {at(one.paused_at)}' if one.paused_at else ''}: {one.paused_because}",
        )
        for one in status.stopped[:_SHOWN]
    ]
    more = len(status.stopped) - _SHOWN
    return Notice(
        headline="The source has not been read for a while."
        if status.stale
        else "All is well."
        if not troubled and not status.stopped and not differing and not status.unreadable
        else "Some things wait for you.",
        rows=(
            *_rows(status, at, _limits(status, now, zone)),
            *differing,
            *_unreadable(status),
            *stopped,
            *troubled,
        ),
        footer=(*((f"{more} more are paused.",) if more > 0 else ()), *_advice(status)),
        tone=Tone.WARNING if status.stale or troubled or differing or status.unreadable else Tone.PLAIN,
    )


def _unreadable(status: Status) -> list[Row]:
    shown = [
        Row(name="Not readable", meaning=f"subscription {one.id} is passed over: {one.reason}")
        for one in status.unreadable[:_FEW]
    ]
    more = len(status.unreadable) - _FEW
    return [*shown, *([Row(name="Not readable", meaning=f"{more} more subscriptions")] if more > 0 else [])]


def _rows(status: Status, at: Callable[[datetime | None], str], limits: str) -> list[Row]:
    """What is said whether all is well or not."""
    listing = f"{status.newest_day}, {counted(status.listed, 'paper')}, read {at(status.read_at)}"
    rows = [
        Row(name="Newest listing", meaning=listing if status.newest_day else "none yet: `paperround ingest`"),
        Row(name="Papers", meaning=f"{status.papers:,}"),
        Row(name="Subscriptions", meaning=_subscriptions(status)),
        Row(name="Next due", meaning=at(status.next_due_at) if status.next_due_at else "nothing"),
        Row(name="Outbox", meaning=_outbox(status)),
        Row(name="Limits", meaning=limits),
    ]
    if status.behind:
        rows.append(Row(name="Days not read well", meaning=_behind(status)))
    if running := ", ".join(one.name for one in status.processes) or status.running:
        rows.append(Row(name="Running", meaning=running))
    return rows


def delivery_words(delivery: Delivery) -> str:
    """One line about *delivery*: where to, which edition, and what became of it."""
    part = f", part {delivery.part} of {delivery.parts}" if delivery.parts > 1 else ""
    why = f": {delivery.detail}" if delivery.detail else ""
    return f"{delivery.state} · {delivery.destination} · {delivery.edition}{part}{why}"


def delivery_notice(delivery: Delivery, *, now: datetime, zone: str) -> Notice:
    """All that is known of *delivery*."""
    rows = [
        Row(name="State", meaning=f"{delivery.state}{f': {delivery.detail}' if delivery.detail else ''}"),
        Row(name="To", meaning=str(delivery.destination)),
        Row(name="Subscription", meaning=delivery.subscription_id),
        Row(name="Edition", meaning=f"{delivery.edition}, part {delivery.part} of {delivery.parts}"),
        Row(name="Composed", meaning=moment_words(delivery.created_at, now=now, zone=zone)),
        Row(name="Attempts", meaning=str(delivery.attempts)),
        Row(name="Papers", meaning=", ".join(delivery.picks) or "none"),
        Row(name="Reference", meaning=delivery.reference or "none"),
        Row(name="Key", meaning=delivery.key),
    ]
    return Notice(headline=f"Delivery {delivery.nonce[:8]}", rows=tuple(rows), literal=delivery.payload)


def _subscriptions(status: Status) -> str:
    paused = f", {len(status.stopped)} paused" if status.stopped else ""
    return f"{status.subscriptions:,}{paused}"


def _behind(status: Status) -> str:
    shown = ", ".join(str(day) for day in status.behind[:_FEW])
    more = len(status.behind) - _FEW
    return f"{shown}{f' and {more} more' if more > 0 else ''} (see fetch.failed in the log)"


def _by_process(values: Mapping[str, str]) -> str:
    return ", ".join(f"{value} ({process})" for process, value in values.items())


def _outbox(status: Status) -> str:
    named = [("jobs", counted(status.counts.get("jobs", 0), "job"))]
    named += [(state.value, f"{status.counts.get(state.value, 0):,} {state.value}") for state in State]
    return ", ".join(
        words for name, words in named if status.counts.get(name) or name in {"jobs", State.PENDING}
    )


def _limits(status: Status, now: datetime, zone: str) -> str:
    if not status.held:
        return "nothing is held back"
    shown = [f"{name} until {moment_words(until, now=now, zone=zone)}" for name, until in status.held.items()]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more


def _advice(status: Status) -> tuple[str, ...]:
    if not status.troubled:
        return ()
    return (
        "Look at one with `paperround deliveries show`, then `retry` or `drop` it; see docs/operating.md.",
    )
