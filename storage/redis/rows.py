"""Tallies, days, progress and deliveries as Redis holds them: short texts that scripts need not understand."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.domain.deliveries import Delivery, Edition, State
from bot.domain.papers import Tally
from bot.domain.subscriptions import Destination, Progress
from bot.outbox import Recent
from bot.ports import ListingRecord
from storage.codec import VERSION, at_moment, compact, moment, read, readable, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.domain.papers import PaperId

_UNKNOWN: Final = "-"


def encode_counts(tally: Tally) -> str:
    """The counts of *tally*: upvotes, comments and stars, a blank between, ``-`` for what is not known."""
    counts = (tally.upvotes, tally.comments, tally.stars)
    return " ".join(_UNKNOWN if count is None else str(count) for count in counts)


def decode_tally(at: str | int, counts: str) -> Tally:
    """The tally seen at *at* (microseconds) whose counts `encode_counts` wrote."""
    with readable("tally"):
        upvotes, comments, stars = (None if one == _UNKNOWN else int(one) for one in counts.split())
        return Tally(at=at_moment(int(at)), upvotes=upvotes, comments=comments, stars=stars)


def encode_newest(at: int, counts: str) -> str:
    """A tally with its moment: *at*, a blank, *counts*."""
    return f"{at} {counts}"


def split_newest(text: str) -> tuple[int, str]:
    """What `encode_newest` was given."""
    with readable("tally"):
        at, _, counts = text.partition(" ")
        return int(at), counts


def encode_record(record: ListingRecord) -> str:
    """*record* as text that begins with its day and a blank, so that texts sort by day."""
    wire = {"seen_at": moment(record.seen_at), "ids": record.ids, "removed": record.removed}
    return f"{record.day.isoformat()} {written(wire)}"


def decode_record(text: str) -> ListingRecord:
    """The record that `encode_record` wrote; raises `StoreCorrupt` or `StoreTooNew`."""
    with readable("day's record"):
        day, _, document = text.partition(" ")
        wire = read(document)
        return ListingRecord(
            day=date.fromisoformat(day),
            seen_at=at_moment(wire["seen_at"]),
            ids=tuple(wire["ids"]),
            removed=tuple(wire["removed"]),
        )


def encode_progress(progress: Progress) -> str:
    """*progress* as text, but for its due time, which has a key of its own."""
    return _days_written(progress.newest_day, progress.silent, progress.silent_since, progress.spoke_on)


@lru_cache(maxsize=1024)  # most stand at the same day
def _days_written(newest: date | None, silent: int, since: date | None, spoke: date | None) -> str:
    return written(
        {
            "newest_day": _day_text(newest),
            "silent": silent,
            "silent_since": _day_text(since),
            "spoke_on": _day_text(spoke),
        }
    )


def decode_progress(document: str | None, due_at: datetime | None) -> Progress:
    """The progress of which *document* holds what `encode_progress` wrote (None: nothing yet)."""
    newest, silent, since, spoke = _days_read(document) if document else (None, 0, None, None)
    return Progress(due_at=due_at, newest_day=newest, silent=silent, silent_since=since, spoke_on=spoke)


@lru_cache(maxsize=1024)
def _days_read(document: str) -> tuple[date | None, int, date | None, date | None]:
    with readable("subscription's progress"):
        wire: dict[str, Any] = read(document)
        silent_since, spoke_on = _day(wire.get("silent_since")), _day(wire.get("spoke_on"))
        return _day(wire.get("newest_day")), wire.get("silent", 0), silent_since, spoke_on


def delivery_fields(one: Delivery) -> tuple[str | int, ...]:
    """*one* as the fields of a hash, five names each with a value: scripts read and set its state, moment and text."""
    names = ("document", fixed_part(one), "created_at", moment(one.created_at), "state", one.state.value)
    return (*names, "payload", one.payload, "trials", encode_trials(one))


def fixed_part(one: Delivery) -> str:
    """What of *one* never changes, but for its moment and its text."""
    return written(
        {
            "destination": str(one.destination),
            "subscription": one.subscription_id,
            "edition": one.edition,
            "part": one.part,
            "parts": one.parts,
            "picks": one.picks,
        }
    )


def encode_trials(one: Delivery) -> str:
    """What of *one* changes when it is tried, but for its state and its text."""
    began = "null" if one.first_attempt_at is None else moment(one.first_attempt_at)
    # Put together by hand, as `written` would: it is written three times for each delivery.
    return (
        f'{{"v":{VERSION},"not_before":{moment(one.not_before)},"attempts":{one.attempts},"first_attempt_at":{began},'
        f'"looked":{one.looked},"reference":{compact(one.reference)},"detail":{compact(one.detail)}}}'
    )


def decode_delivery(fields: Mapping[str, str]) -> Delivery:
    """The delivery of which `delivery_fields` gave *fields*."""
    with readable("delivery"):
        fixed, trials = read(fields["document"]), read(fields["trials"])
        began = trials["first_attempt_at"]
        return Delivery(
            destination=Destination.parse(fixed["destination"]),
            subscription_id=fixed["subscription"],
            edition=Edition(fixed["edition"]),
            part=fixed["part"],
            parts=fixed["parts"],
            payload=fields["payload"],
            picks=tuple(fixed["picks"]),
            created_at=at_moment(int(fields["created_at"])),
            not_before=at_moment(trials["not_before"]),
            state=State(fields["state"]),
            attempts=trials["attempts"],
            first_attempt_at=None if began is None else at_moment(began),
            looked=trials["looked"],
            reference=trials["reference"],
            detail=trials["detail"],
        )


def encode_message(one: Delivery) -> str:
    """What is remembered of *one* among those that went to its destination; never changes."""
    return compact([one.subscription_id, one.edition, one.part, one.picks])


def decode_recent(messages: Iterable[tuple[str, float]]) -> tuple[Recent, ...]:
    """The editions of which `encode_message` wrote the *messages*, each with its moment; the oldest first."""
    editions: dict[tuple[str, str], list[tuple[int, float, list[PaperId]]]] = {}
    with readable("recent message"):
        for text, at in messages:
            subscription_id, edition, part, picks = json.loads(text)
            editions.setdefault((subscription_id, edition), []).append((part, at, picks))
    found = [
        Recent(
            edition=Edition(edition),
            at=at_moment(int(min(at for _, at, _ in parts))),
            messages=len(parts),
            picks=tuple(paper for _, _, picks in sorted(parts) for paper in picks),
        )
        for (_, edition), parts in editions.items()
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
