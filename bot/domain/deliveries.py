"""What goes out: jobs to compose an edition, deliveries of its messages, and the state each is in.

    pending ─▶ sending ─▶ sent | refused | unknown

``sending`` is stored before the request, so that after a crash it is known what may have arrived.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType

from bot.domain.zones import zone_info

if TYPE_CHECKING:
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination

Edition = NewType("Edition", str)
"""What one digest is for: a scheduled local time with its zone, ``hot:…`` or ``now:…``; see `scheduled` and the rest."""

_HOT: Final = "hot:"
_NOW: Final = "now:"
_NONCE_SIGNS: Final = 24


def scheduled(due_at: datetime, zone: str) -> Edition:
    """The edition due at *due_at*: ``2025-10-16T09:00+02:00 Europe/Berlin``."""
    return Edition(f"{due_at.astimezone(zone_info(zone)).isoformat(timespec='minutes')} {zone}")


def alert(moment: datetime) -> Edition:
    """The edition that brings the papers which were hot at *moment*: ``hot:2025-10-16T07:15:00.000000Z``."""
    return Edition(f"{_HOT}{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")


def requested(request: str) -> Edition:
    """The edition that a person asked for: ``now:`` and what tells the request from others."""
    return Edition(f"{_NOW}{request}")


def is_alert(edition: Edition) -> bool:
    """Whether *edition* brings hot papers."""
    return edition.startswith(_HOT)


def is_requested(edition: Edition) -> bool:
    """Whether a person asked for *edition*."""
    return edition.startswith(_NOW)


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether nothing will be done any more unless a person asks for it."""
        return self in (State.SENT, State.REFUSED, State.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An edition to be composed for a subscription; *due_at* is when it was due."""

    subscription_id: str
    edition: Edition
    due_at: datetime

    @property
    def owner(self) -> str:
        """Who holds the papers that this edition claims."""
        return f"{self.subscription_id}|{self.edition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message as a messenger packed it: *payload* is opaque to all others, *picks* are the papers in it."""

    payload: str
    picks: tuple[PaperId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message of an edition to one destination.

    *part* counts from 1 to *parts*. *payload* is empty once it was sent. *not_before* is when it may be tried, in
    `State.SENDING` when it must be settled. *first_attempt_at* is when the earliest attempt began that may have been
    stored by the platform, None if there is none. *looked* counts looks into the platform's history. *reference* is
    the platform's name for the message, *detail* why it was refused or is not known. *under* is the reference of the
    edition's first message while this one is posted below it; it is looked up, not stored.
    """

    destination: Destination
    subscription_id: str
    edition: Edition
    part: int = 1
    parts: int = 1
    payload: str = ""
    picks: tuple[PaperId, ...] = ()
    created_at: datetime
    not_before: datetime
    state: State = State.PENDING
    attempts: int = 0
    first_attempt_at: datetime | None = None
    looked: int = 0
    reference: str = ""
    detail: str = ""
    under: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other delivery, the same whenever it is composed anew."""
        return f"{self.destination}|{self.subscription_id}|{self.edition}|{self.part}"

    @property
    def nonce(self) -> str:
        """24 signs made of the key, for platforms that drop a repeated one.

        Discord takes 25 at most: https://discord.com/developers/docs/resources/message#create-message
        """
        return nonce_of(self.key)

    @property
    def owner(self) -> str:
        """Who holds its papers; as `Job.owner`."""
        return f"{self.subscription_id}|{self.edition}"

    def begun(self, at: datetime) -> Delivery:
        """The same one with a request about to be made."""
        return replace(
            self,
            state=State.SENDING,
            attempts=self.attempts + 1,
            first_attempt_at=self.first_attempt_at or at,
        )


def nonce_of(key: str) -> str:
    """24 signs (0-9, a-f) that stand for *key*."""
    return hashlib.sha256(key.encode()).hexdigest()[:_NONCE_SIGNS]


def deliveries(
    job: Job, destination: Destination, parcels: tuple[Parcel, ...], at: datetime
) -> tuple[Delivery, ...]:
    """The deliveries of *parcels*, in their order."""
    return tuple(
        Delivery(
            destination=destination,
            subscription_id=job.subscription_id,
            edition=job.edition,
            part=part,
            parts=len(parcels),
            payload=parcel.payload,
            picks=parcel.picks,
            created_at=at,
            not_before=at,
        )
        for part, parcel in enumerate(parcels, start=1)
    )
