"""Which of the matching papers come now, and which may ripen: by their chance to end among the best of their day.

A subscription with *top* 5 is to get, once each, the papers that end among the five best of their list day. While the
list day lasts, only what is sure comes; later, whatever has a fair chance, as long as there are places.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ranking import chance_ahead

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from datetime import date

    from bot.domain.composing import Window
    from bot.domain.matching import PaperIndex

Ranked = tuple[float, int, int]
"""A paper in ranking order: the score negated, what breaks ties, and its place in the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """From which chance (0..1) a paper comes.

    *sure* holds on its list day, *fair* afterwards. Where there are more papers than places the likelier come first;
    papers of earlier days count *ahead* likelier than they are, since those of today can still wait, and from
    *certain* on all count the same, so that the higher score decides. What has had its turn for more than *days* days,
    and what was listed before the subscription began, comes after all others.
    """

    sure: float = 0.7
    fair: float = 0.2
    ahead: float = 0.1
    certain: float = 0.95
    days: int = 4


_AFTER_ALL: Final = -1.0
PATIENCE: Final = Patience()
"""Of a grid of 80, what got most of the papers that end their week as the five best of their day, and most of these on
their own day, on the counted days up to November 2025 (`benchmarks/coverage.py --fit`, five posts a weekday, 08:00 UTC).

There they cover 0.94 within four days where the five best of today's list cover 0.85, two in three of them on their own
day; in December, which chose none of them, 0.88 against 0.78. The neighbours do nearly as well: no value is fine-tuned.
"""


def chances(
    unsettled: Sequence[float],
    listed: Sequence[Ranked],
    top: int,
    *,
    least: float = 0.0,
    had: Container[Ranked] = (),
) -> Iterator[tuple[Ranked, float]]:
    """Each of *listed*, one day's papers (best first), with its chance to end among the *top* best of them.

    One among the *top* best can be overtaken by the best of the others; one of the others must overtake the last of
    the *top* best. *unsettled* is by place in the index. What was *had* is a rival only; what comes after the first
    below *least* is left out.
    """
    if len(listed) <= top:
        yield from ((one, 1.0) for one in listed if one not in had)
        return
    for rank, one in enumerate(listed):
        if one in had:
            continue
        rival = listed[top if rank < top else top - 1]
        chance = chance_ahead(-one[0], -rival[0], unsettled[one[2]] + unsettled[rival[2]])
        if chance < least:
            return
        yield one, chance


def chosen(  # noqa: PLR0913 - what a choice depends on
    index: PaperIndex,
    ranked: Sequence[Ranked],
    days: Window,
    *,
    top: int,
    had: Container[Ranked] = frozenset(),
    patience: Patience = PATIENCE,
) -> set[Ranked]:
    """Those of *ranked* that come now, at most *top*; what was *had* does not, but is its day's rival still."""
    entries, unsettled = index.entries, index.unsettled
    ready = []
    for day, listed in by_day(index, ranked).items():
        ahead, can_wait = _ahead(day, days, patience), _can_wait(day, days)
        for one, chance in chances(unsettled, listed, top, least=patience.fair, had=had):
            waits = can_wait and chance < patience.sure and entries[one[2]].tally.at.date() <= days.last
            if not waits:
                ready.append((-min(chance + ahead, patience.certain), one))
    return {one for _, one in sorted(ready)[:top]}


def day_best(index: PaperIndex, ranked: Sequence[Ranked], top: int) -> set[Ranked]:
    """Those of *ranked* that are among the *top* best of their own list day as it stands."""
    return {one for listed in by_day(index, ranked).values() for one in listed[:top]}


def by_day(index: PaperIndex, ranked: Sequence[Ranked]) -> dict[date | None, list[Ranked]]:
    """*ranked* by list day, in the same order."""
    listed: defaultdict[date | None, list[Ranked]] = defaultdict(list)
    days = index.list_days
    for one in ranked:
        listed[days[one[2]]].append(one)
    return listed


def _can_wait(day: date | None, days: Window) -> bool:
    """Whether the papers of *day* can wait for their day to be over.

    Those of a first edition, or of a look-up, cannot: none came before, and nobody would know what the wait is for.
    """
    return day == days.last and days.offered is not None


def _ahead(day: date | None, days: Window, patience: Patience) -> float:
    """What is added to the chance of the papers of *day* where places are given."""
    if day is None or day >= days.last:
        return 0.0
    return _AFTER_ALL if _had_its_turn(day, days, patience) else patience.ahead


def _had_its_turn(day: date, days: Window, patience: Patience) -> bool:
    if days.begun is not None and day < days.begun:
        return True
    return days.offered is not None and day <= days.offered and (days.last - day).days > patience.days
