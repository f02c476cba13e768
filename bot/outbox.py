"""The ports of delivery: the outbox, the limiter, leases and messengers; more of `bot.ports`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.outcomes import Certainty

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery, Edition, Job, Parcel, State
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.pacing import Brake, Pace, Slot
    from bot.domain.papers import PaperId
    from bot.domain.rounds import Advance, Timed
    from bot.domain.subscriptions import Destination, Platform, Progress, Subscription, Unreadable


REMEMBERED: Final = timedelta(days=46)
"""How far back a job is told what its destination had: no candidate is older (`bot.domain.composing`)."""
RECENT: Final = timedelta(days=4)
"""How far back it is told which editions went there: a Friday's alerts are mentioned on Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of *owner* to work on what it took, from *at* until *until*; then another may take it."""

    owner: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A subscription whose time has come, as far as its next step needs it, with where it stands."""

    subscription: Timed
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Heated:
    """Papers that got hot for an alert, and when they may be brought."""

    subscription_id: str
    version: int
    papers: tuple[PaperId, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A job under a lease, with its subscription as it is now (None: it was removed, or *unreadable* says why not).

    *had* are the papers claimed for its destination, and when; *recent* the editions that went there in the last
    days, oldest first; *unconfirmed* those of which nobody knows whether they arrived there, and which no later one
    there mentioned.
    """

    job: Job
    subscription: Subscription | None
    progress: Progress
    had: Mapping[PaperId, datetime]
    recent: tuple[Recent, ...] = ()
    unconfirmed: tuple[Edition, ...] = ()
    unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """An edition that went to a destination, or is on its way: when it was composed, and how many messages it has."""

    edition: Edition
    at: datetime
    messages: int
    picks: tuple[PaperId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of a job: its *deliveries* (none: nothing to bring), the papers they *claim*, and the new *progress*.

    *progress* replaces all but its due time. Of the destination's unconfirmed editions those *mentioned* go. *cooled*
    are the hot papers that wait no longer. *again_at* makes an alert due again, for those that still wait. *came* is
    how many messages had come to the destination since *came_since* when it was composed, where that matters: an
    edition that was composed beside another must not lift a destination over what it may get a day.
    """

    job: Job
    destination: Destination
    deliveries: tuple[Delivery, ...] = ()
    claims: tuple[PaperId, ...] = ()
    cooled: tuple[PaperId, ...] = ()
    mentioned: tuple[Edition, ...] = ()
    again_at: datetime | None = None
    came_since: datetime | None = None
    came: int = 0
    progress: Progress


class Outbox(Protocol):
    """Keeps due times, jobs and deliveries. Every method is one atomic, durable step for each element of its batch."""

    async def due(self, now: datetime, limit: int) -> list[Due | Unreadable]:
        """At most *limit* subscriptions that are due at *now*, the longest due first."""
        ...

    async def advance(self, steps: Sequence[Advance]) -> list[Advance]:
        """Take each of *steps* that still holds, its job appearing with it; gives those that were taken."""
        ...

    async def heat(self, alerts: Sequence[Heated]) -> int:
        """Note the papers of each alert that were not noted for it before, and make it due by then; gives how many are new."""
        ...

    async def hot(self, subscription_id: str) -> dict[PaperId, bool]:
        """The papers noted for an alert, and whether each still waits to be brought."""
        ...

    async def take_jobs(self, lease: Lease, limit: int) -> list[Taken]:
        """At most *limit* jobs that nobody works on, the longest due first, now under *lease*.

        With what their destinations had and got in `REMEMBERED`.
        """
        ...

    async def put_off(self, jobs: Mapping[Job, datetime], lease: Lease) -> None:
        """Give back *jobs*, each to be taken at its moment or later."""
        ...

    async def drop_jobs(self, jobs: Collection[Job], lease: Lease) -> None:
        """Forget *jobs*, whose subscription is paused or gone."""
        ...

    async def write(self, editions: Sequence[Written], lease: Lease) -> list[frozenset[PaperId] | None]:
        """Note each of *editions* and end its job, or give the claimed papers that the destination has had.

        An edition of which a paper is taken is not written at all: compose it anew without. Where the set is empty
        it was written, the first of its deliveries under *lease* at once. None: it was left out, because its job was
        lost to another owner, the edition had been written before, or more came to its destination than it knew of;
        in this last case its job is given back, to be composed of what is so now.
        """
        ...

    async def put(self, deliveries: Sequence[Delivery]) -> int:
        """Keep each of *deliveries* that no job made, to be taken from its `not_before` on; gives how many are new.

        One whose key is known stays as it is, also if it ended: what is asked for twice is sent once.
        """
        ...

    async def take(self, lease: Lease, limit: int) -> list[Delivery]:
        """At most *limit* deliveries whose time has come, now under *lease*.

        Those in `State.PENDING` may be begun; those in `State.SENDING` must be settled. Part n+1 comes only after
        part n was sent.
        """
        ...

    async def begin(self, begun: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Note `Delivery.begun` before the requests are made; gives those that are still under *lease*."""
        ...

    async def record(self, deliveries: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Keep what became of deliveries, and end the lease on them; gives those that were still under it.

        Of a refused one, its papers are given back in the same step; of an unknown one, its edition is noted as
        unconfirmed for its destination.
        """
        ...

    async def find(self, key: str) -> Delivery | None:
        """The delivery with this key."""
        ...

    async def deliveries(
        self, states: Collection[State], *, limit: int, destination: Destination | None = None
    ) -> list[Delivery]:
        """At most *limit* deliveries in one of *states*, the newest first."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many jobs there are (``jobs``), and how many deliveries in each state."""
        ...

    async def retry(self, key: str, now: datetime) -> bool:
        """Make a delivery that was refused, or is unknown, pending again, with its papers claimed again; False if it is neither.

        It is as young as if it were new, and so are the parts that wait behind it. What was dropped stays dropped.
        """
        ...

    async def drop(self, key: str) -> bool:
        """Give up a delivery that is not sent and not being sent: its papers are given back, it is refused.

        Whoever has it under a lease can no longer begin it.
        """
        ...

    async def next_at(self, after: datetime | None = None) -> datetime | None:
        """When the next subscription is due, or the next job or delivery may be taken, later than *after*; None: never."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop what was composed before *before* and ended, or waits behind such; gives how many deliveries went."""
        ...


class Limiter(Protocol):
    """Shares out what platforms allow, among all processes on one store."""

    async def reserve(self, paces: Sequence[Pace], now: datetime, *, by: datetime | None = None) -> Slot:
        """One slot of every one of *paces*: the moment, *now* or later, at which one request may be made.

        No slot is taken if that is later than *by*, or if the fastest pace has one before the others are free: what
        nobody uses would keep others waiting. The moment is then the one at which to ask again.
        """
        ...

    async def hold(self, keys: Collection[str], until: datetime) -> None:
        """Let the paces named *keys* rest until *until*."""
        ...

    async def invalid(self, brake: Brake, now: datetime) -> datetime | None:
        """Count an invalid answer; gives until when everything under the brake rests, if it does."""
        ...

    async def state(self, now: datetime) -> dict[str, datetime]:
        """Which paces have their next slot later than *now*, and when it is."""
        ...


class Leases(Protocol):
    """Lets one of many processes do what is to be done once."""

    async def acquire(self, name: str, lease: Lease) -> bool:
        """Whether ``lease.owner`` has *name* until ``lease.until``: it was free, had ended, or was its own."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Give *name* back if *owner* has it."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop those that ended before *before*: as good as free."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a platform is posted to: how certain one can be, how fast, and how many bad answers it suffers."""

    certainty: Certainty
    brake: Brake | None = None


class Messenger(Protocol):
    """Posts to one platform. It never decides whether to try again: the Courier does, by `Manner`."""

    @property
    def platform(self) -> Platform:
        """Whose destinations it serves."""
        ...

    @property
    def manner(self) -> Manner:
        """The platform's rules."""
        ...

    def paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The paces that each post to *destination* takes a slot of."""
        ...

    def look_paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The paces that a look into the history of *destination* takes a slot of: the token's is among them."""
        ...

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """The messages that bring *bulletin*, at least one; pure. Destination and text are frozen with it."""
        ...

    def replies(self, delivery: Delivery) -> bool:
        """Whether *delivery* goes under the first message of its edition, whose reference is then `Delivery.under`."""
        ...

    async def post(self, delivery: Delivery) -> Posted:
        """Try once to post *delivery*; never raises for what a platform or a network may do."""
        ...

    async def look(self, delivery: Delivery) -> Looked:
        """Look once in the platform's history for *delivery*; never raises for what a platform may do."""
        ...
