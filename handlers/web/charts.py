"""How upvotes grew, as the geometry of small drawings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.presentation.phrases import counted, day_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.papers import Tally

SPARK_WIDTH, SPARK_HEIGHT = 64, 20
WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 32, 6, 8, 22
_MOST_POINTS: Final = 60
_MOST_SPARK: Final = 12
_STEPS: Final = (1, 2, 5)
_MOST_TICKS: Final = 5
_APART: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark at an axis: where, and what it says."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A growth curve: the *line*, the *area* under it, its last *point*, the axes, and the same in words and rows."""

    line: str
    area: str
    point: tuple[float, float]
    heights: tuple[Tick, ...]
    days: tuple[Tick, ...]
    words: str
    rows: tuple[tuple[str, int], ...]


def sparkline(tallies: Sequence[Tally]) -> str:
    """The points of a small curve of upvotes, nothing if they never moved or were counted once."""
    counts = _thinned(_counts(tallies), _MOST_SPARK)
    if len({upvotes for _, upvotes in counts}) < 2:  # noqa: PLR2004 - growth needs a before and an after
        return ""
    low, high = min(upvotes for _, upvotes in counts), max(upvotes for _, upvotes in counts)
    return " ".join(
        f"{x * (SPARK_WIDTH - 4) + 2:.0f},{SPARK_HEIGHT - 2 - (upvotes - low) / (high - low) * (SPARK_HEIGHT - 4):.0f}"
        for x, upvotes in zip(_places(counts), (upvotes for _, upvotes in counts), strict=True)
    )


def growth(tallies: Sequence[Tally]) -> Chart | None:
    """The growth of upvotes over time, None if they were counted fewer than two times."""
    counts = _thinned(_counts(tallies), _MOST_POINTS)
    if len(counts) < 2:  # noqa: PLR2004 - as above
        return None
    step = _step(max(upvotes for _, upvotes in counts))
    ticks = -(-max(upvotes for _, upvotes in counts) // step) or 1
    top = step * ticks
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    points = [
        (round(_LEFT + x * wide, 1), round(_TOP + high - upvotes / top * high, 1))
        for x, (_, upvotes) in zip(_places(counts), counts, strict=True)
    ]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    floor = _TOP + high
    return Chart(
        line=line,
        area=f"{points[0][0]:g},{floor} {line} {points[-1][0]:g},{floor}",
        point=points[-1],
        heights=tuple(
            Tick(at=_TOP + high - place / ticks * high, words=f"{place * step:,}")
            for place in range(ticks + 1)
        ),
        days=tuple(_day_ticks(counts, [x for x, _ in points])),
        words=_words(counts),
        rows=tuple((f"{day_words(at.date(), year=True)} {at:%H:%M} UTC", upvotes) for at, upvotes in counts),
    )


def _counts(tallies: Sequence[Tally]) -> list[tuple[datetime, int]]:
    return [(tally.at, tally.upvotes) for tally in tallies if tally.upvotes is not None]


def _thinned(counts: list[tuple[datetime, int]], most: int) -> list[tuple[datetime, int]]:
    """At most *most* of *counts*, evenly taken, the first and the last among them."""
    if len(counts) <= most:
        return counts
    return [counts[round(place * (len(counts) - 1) / (most - 1))] for place in range(most)]


def _places(counts: Sequence[tuple[datetime, int]]) -> list[float]:
    """Where each count lies between the first moment (0) and the last (1)."""
    first = counts[0][0]
    whole = (counts[-1][0] - first).total_seconds() or 1.0
    return [(at - first).total_seconds() / whole for at, _ in counts]


def _step(most: int) -> int:
    """The smallest handsome step of which `_MOST_TICKS` reach *most*."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * _MOST_TICKS >= most:
                return step * size
        size *= 10


def _day_ticks(counts: Sequence[tuple[datetime, int]], places: Sequence[float]) -> list[Tick]:
    """The days along the axis, where there is room for their names."""
    ticks: list[Tick] = []
    before = None
    for (at, _), x in zip(counts, places, strict=True):
        if at.date() != before and (not ticks or x - ticks[-1].at >= _APART):
            ticks.append(Tick(at=x, words=day_words(at.date(), weekday=False)))
        before = at.date()
    return ticks


def _words(counts: Sequence[tuple[datetime, int]]) -> str:
    (began, first), (ended, last) = counts[0], counts[-1]
    steepest = max((after[1] - before[1] for before, after in pairwise(counts)), default=0)
    told = f"From {first:,} on {day_words(began.date())} to {counted(last, 'upvote')} on {day_words(ended.date())}"
    return f"{told}; the largest step was {steepest:,}." if steepest > 0 else f"{told}."
