"""How fast may be posted: a generic cell rate algorithm that reserves slots instead of refusing.

Each pace has one number, the theoretical arrival time of its next request. A reservation moves it forward and says
when the request may be made. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm

A request that several paces bind gets its moment from the fastest of them, the one that most others share (a bot's
token), and only if all slower ones (its channel) are free by then: a slot far ahead would either come at the same
moment for all that a rest ends for, or keep everybody else waiting until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

INVALID_WINDOW: Final = timedelta(minutes=10)
ASTRAY: Final = timedelta(minutes=10)
"""Nobody reserves a slot so far ahead: who seems to have did it before the clock was put back."""
_GRAIN: Final = 1e-6
"""Seconds; a `datetime` holds nothing finer, so whoever comes back at the moment told may be that much early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most *burst* requests at once and *per_second* in the long run, shared by everybody who names *key*."""

    key: str
    per_second: float
    burst: int = 1

    @property
    def interval(self) -> float:
        """Seconds between two requests in the long run."""
        return 1 / self.per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """At most *most* invalid answers (401, 403, 429) in `INVALID_WINDOW` before everything under *key* rests."""

    key: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a request may be made. If it was not *taken*, that is when to ask again: until then a pace is not free."""

    at: datetime
    taken: bool = True


def believed(arrival: float, now: float, pace: Pace) -> float:
    """*arrival* of *pace*, or 0, the distant past, if only a clock that went ahead can have made it. All in seconds."""
    return arrival if arrival <= now + ASTRAY.total_seconds() + pace.interval else 0.0


def reserve(arrival: float, now: float, pace: Pace) -> tuple[float, float]:
    """One slot of *pace*: the new theoretical arrival time, and when the request may be made. All in seconds."""
    arrival = max(arrival, now - (pace.burst - 1) * pace.interval)
    return arrival + pace.interval, max(arrival, now)


def reserve_all(
    arrivals: Sequence[float], now: float, paces: Sequence[Pace]
) -> tuple[tuple[float, ...] | None, float]:
    """One slot of all *paces* (at least one), of which *arrivals* are the theoretical arrival times. All in seconds.

    Gives the new arrival times and when the request may be made; or None, and when the slower paces are free.
    """
    slots = [reserve(arrival, now, pace)[1] for arrival, pace in zip(arrivals, paces, strict=True)]
    widest = max(range(len(paces)), key=lambda number: paces[number].per_second)
    at, free = slots[widest], max(slots)
    if free > at + _GRAIN:
        return None, free
    # At its moment, not at the one at which it was asked for: what the token delays also moves the channel's next.
    return tuple(reserve(arrival, at, pace)[0] for arrival, pace in zip(arrivals, paces, strict=True)), at
