"""What may come of an attempt to post, and what is to be done next: pure decisions for the Courier."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.deliveries import Delivery

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
GIVE_UP_AFTER: Final = timedelta(hours=12)
"""A message that was surely never posted is tried this long; then its papers join the next edition."""
MOST_RESENDS: Final = 3
"""Then the history is looked at. Where it cannot be read, nothing but sending again tells, while that may be done."""
MOST_LOOKS: Final = 6
"""A message that a platform so often did not store, the last times minutes apart, is one it cannot store.

Fewer would give up one that met two short faults, or a fault and a crash of ours.
"""
LOOK_AFTER: Final = timedelta(seconds=5)
"""How long a platform is given to show in its history what it has stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """It is there, as *reference*."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPosted:
    """It surely is not there, and can be tried again.

    *retry_after* is the platform's own wish (None: back off). *holds* names the paces that must rest as long, such as
    the whole workspace's; see `bot.domain.pacing`. *invalid*: the platform counts it as an invalid request.
    """

    detail: str
    retry_after: timedelta | None = None
    holds: tuple[str, ...] = ()
    invalid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The platform will never take it. *because* says why in words for people; *for_good* pauses the subscription."""

    code: str
    because: str
    for_good: bool = True
    invalid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Nobody knows whether it is there: a timeout, a cut connection, a 5xx."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A look into the platform's history proved that it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The platform's history cannot be read, so that nothing can be proved."""

    detail: str


Posted = Sent | NotPosted | Refused | Unclear
"""What may come of a request to post."""
Looked = Sent | Absent | Unreadable | NotPosted
"""What may come of a look into the history; `NotPosted` here means that the look itself must wait."""
Outcome = Sent | NotPosted | Refused | Unclear | Absent | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How a platform lets us know what became of an unclear attempt.

    For *resend_within* after the first attempt the same message can be sent again and the platform drops the second.
    *readable* says whether its history can be looked at.
    """

    resend_within: timedelta = timedelta(0)
    readable: bool = False


class Step(Enum):
    """What to do with a delivery whose last attempt is unclear."""

    RESEND = auto()
    LOOK = auto()
    GIVE_UP = auto()


def next_step(delivery: Delivery, certainty: Certainty, now: datetime) -> Step:
    """How to settle *delivery*, found in `State.SENDING`. However old it is, a history that can be read is looked at."""
    first = delivery.first_attempt_at or now
    young = now - first < certainty.resend_within and not too_old(delivery, now)
    if young and (delivery.attempts <= MOST_RESENDS or not certainty.readable):
        return Step.RESEND
    if certainty.readable and delivery.looked < MOST_LOOKS:
        return Step.LOOK
    return Step.GIVE_UP


def settled(
    delivery: Delivery, outcome: Outcome, now: datetime, *, before: datetime | None = None
) -> Delivery:
    """*delivery* after *outcome*. *before* is its first unclear attempt before this one, None if there was none."""
    match outcome:
        case Sent(reference=reference):
            return replace(delivery, state=State.SENT, reference=reference, payload="", detail="")
        case Refused(code=code, because=because):
            return _refused(delivery, f"{code}: {because}", now, before)
        case Unreadable(detail=detail):
            return replace(delivery, state=State.UNKNOWN, detail=detail)
        case Unclear(detail=detail):
            return replace(delivery, detail=detail, not_before=now + LOOK_AFTER)
        case Absent():
            return _absent(delivery, now)
        case NotPosted():
            return _again(delivery, outcome, now, before)


def too_old(delivery: Delivery, now: datetime) -> bool:
    """Whether *delivery* is no longer news; what is found so after an outage is not posted."""
    return now - delivery.created_at > GIVE_UP_AFTER


def gave_up(delivery: Delivery) -> Delivery:
    """*delivery* as not known, after everything that could tell was tried; as refused if it surely was not posted."""
    if delivery.state is State.PENDING:
        detail = f"not posted within 12 hours{': ' if delivery.detail else ''}{delivery.detail}"
        return replace(delivery, state=State.REFUSED, detail=detail)
    return replace(
        delivery, state=State.UNKNOWN, detail=delivery.detail or "the connection ended before an answer came"
    )


def not_settled(delivery: Delivery, now: datetime) -> Delivery:
    """*delivery*, unclear before, after an attempt to settle it that failed by a defect of ours: it is tried a few times."""
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        looked=delivery.looked + 1,
        not_before=now + back_off(3 * delivery.looked + 1, delivery.key),
    )
    return gave_up(tried) if tried.looked >= MOST_LOOKS else tried


def unkept(delivery: Delivery) -> Delivery:
    """*delivery* as unknown, since the store does not take what became of it."""
    outcome = f"{delivery.state} {delivery.reference or delivery.detail}".rstrip()
    return replace(
        delivery, state=State.UNKNOWN, detail=f"the store could not keep what became of it: {outcome}"
    )


def _refused(delivery: Delivery, detail: str, now: datetime, before: datetime | None) -> Delivery:
    if before is None:
        return replace(delivery, state=State.REFUSED, detail=detail)
    # An earlier attempt may have been stored, so that its papers must not be given back before that is settled.
    return replace(delivery, detail=detail, not_before=now + LOOK_AFTER)


def _absent(delivery: Delivery, now: datetime) -> Delivery:
    looked = delivery.looked + 1
    if looked >= MOST_LOOKS:
        return replace(
            delivery, state=State.REFUSED, looked=looked, detail=f"failed every time: {delivery.detail}"
        )
    # At once, then after 5 s, 40 s, 5 min and 15 min: a platform may take a while to recover.
    wait = back_off(3 * looked - 5, delivery.key) if looked > 1 else timedelta(0)
    return replace(
        delivery, state=State.PENDING, looked=looked, first_attempt_at=None, attempts=0, not_before=now + wait
    )


def _again(delivery: Delivery, outcome: NotPosted, now: datetime, before: datetime | None) -> Delivery:
    wait = (
        outcome.retry_after if outcome.retry_after is not None else back_off(delivery.attempts, delivery.key)
    )
    tried = replace(delivery, detail=outcome.detail, not_before=now + wait, first_attempt_at=before)
    # An earlier attempt may still have been stored.
    tried = replace(tried, state=State.PENDING if before is None else State.SENDING)
    return gave_up(tried) if too_old(tried, now + wait) else tried


def back_off(attempts: int, key: str) -> timedelta:
    """How long to wait after *attempts* that failed: doubling from 5 s to 15 min, up to a fifth more by *key*."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(max(attempts, 1) - 1, 10), LONGEST_WAIT)
    return wait * (1 + zlib.crc32(f"{key}|{attempts}".encode()) / 2**32 / 5)
