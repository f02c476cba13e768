"""How fast may be posted: a generic cell rate algorithm that reserves slots instead of refusing.

Each pace has one number, the theoretical arrival time of its next request. A reservation moves it forward and says
when the request may be made; nobody has to ask again. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

INVALID_WINDOW: Final = timedelta(minutes=10)


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


def reserve(arrival: float, now: float, pace: Pace) -> tuple[float, float]:
    """One slot of *pace*: the new theoretical arrival time, and when the request may be made. All in seconds."""
    arrival = max(arrival, now - (pace.burst - 1) * pace.interval)
    return arrival + pace.interval, max(arrival, now)
