"""In which order papers come: by the upvotes they are on course for, times how well the filter met them.

And how sure that is: a course is an estimate, and its error is known.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from math import erf, log, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.domain.papers import Entry

GROWTH: Final = (
    (0.0, 0.10),
    (8.0, 0.38),
    (24.0, 0.67),
    (48.0, 0.75),
    (72.0, 0.80),
    (96.0, 0.88),
    (120.0, 0.91),
    (144.0, 0.93),
    (192.0, 1.0),
)
"""The share of its later upvotes that a paper shows, by hours since 00:00 UTC of its list day.

Medians over 3,492 papers listed from March to December 2025, against the count after seven days or more; the first
point (the list day has just begun) is extrapolated.
"""
_TYPICAL: Final = 20.0
"""The upvotes of a typical paper once they no longer move (the median is 19)."""
_PRIOR: Final = 2.0
"""How many upvotes of evidence the typical paper weighs; small, so that it only steadies very young counts."""
ERROR: Final = 0.6
"""How far a course is off, as the deviation of its logarithm where all upvotes are still to come.

With a share *r* to come it is ``0.6 * sqrt(r)``: 0.47 at 08:00 of the list day, 0.34 a day later, 0.27 after three,
0.16 after six. Measured against the count after seven days: 0.57, 0.31, 0.17 and 0.16 in the months up to November; 0.52,
0.35, 0.25 and 0.10 in December, which had no part in choosing it (`benchmarks/calibration.py`).
"""
_SETTLED: Final = 1e-6
"""A share to come so small that what is ahead stays ahead."""


def share_at(hours: float) -> float:
    """The share (0..1) of its final upvotes that a paper shows *hours* after 00:00 UTC of its list day."""
    if hours <= GROWTH[0][0]:
        return GROWTH[0][1]
    if hours >= GROWTH[-1][0]:
        return 1.0
    after = bisect_right(GROWTH, (hours, 2.0))
    (from_hours, from_share), (to_hours, to_share) = GROWTH[after - 1], GROWTH[after]
    return from_share + (to_share - from_share) * (hours - from_hours) / (to_hours - from_hours)


def expected_upvotes(upvotes: int, listed_on: date | None, at: datetime) -> float:
    """The upvotes that a paper with *upvotes* at *at* is on course for.

    What it has, and for the share still to come the rate it has shown, steadied by the typical paper as a prior
    (the mean of a gamma-Poisson posterior): ``u + (1 - s) * (u + 2) / (s + 2 / 20)``.
    """
    if listed_on is None:
        return float(upvotes)
    start = datetime.combine(listed_on, time(), UTC)
    share = share_at((at - start) / timedelta(hours=1))
    return upvotes + (1 - share) * (upvotes + _PRIOR) / (share + _PRIOR / _TYPICAL)


def expected_of(entry: Entry) -> float:
    """The upvotes that *entry* is on course for, as of its newest tally."""
    return expected_upvotes(entry.upvotes, entry.list_day, entry.tally.at)


def to_come(entry: Entry) -> float:
    """The share (0..1) of its upvotes that *entry* is still to get, as of its newest tally."""
    if entry.list_day is None:
        return 0.0
    start = datetime.combine(entry.list_day, time(), UTC)
    return 1.0 - share_at((entry.tally.at - start) / timedelta(hours=1))


def chance_ahead(score: float, rival: float, unsettled: float) -> float:
    """The chance (0..1) that what is on course for *score* ends ahead of what is on course for *rival*.

    *unsettled* is the share of upvotes to come, summed over those of the two that can still move. The error of a
    course is log-normal: ``Φ(ln((score + 1) / (rival + 1)) / (0.6 * sqrt(unsettled)))``.
    """
    spread = ERROR * sqrt(max(unsettled, _SETTLED) * 2)
    return 0.5 + 0.5 * erf(log((score + 1) / (rival + 1)) / spread)


def chance_of(entry: Entry, upvotes: int) -> float:
    """The chance (0..1) that *entry* ends with at least *upvotes*."""
    return 1.0 if entry.upvotes >= upvotes else chance_ahead(expected_of(entry), upvotes, to_come(entry))


def standing(entries: Sequence[Entry]) -> tuple[int, ...]:
    """The place (0 is best) of each of *entries* by upvotes, then comments, then the newer id: what breaks ties."""
    best_first = sorted(range(len(entries)), key=lambda place: entries[place].paper.id, reverse=True)
    best_first.sort(key=lambda place: (-entries[place].upvotes, -(entries[place].tally.comments or 0)))
    places = [0] * len(entries)
    for rank, place in enumerate(best_first):
        places[place] = rank
    return tuple(places)


def newness(entry: Entry) -> float:
    """What orders papers by age, the newest highest."""
    day = entry.list_day or entry.paper.published_on
    return float(day.toordinal()) if day else 0.0
