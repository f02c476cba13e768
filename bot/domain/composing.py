"""Which papers make a digest: candidates, ceilings and never twice. Pure; the shell is in `bot.services.composing`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.digests import Digest, Pick
from bot.domain.filters import Order
from bot.domain.matching import bits, compile_filter
from bot.domain.ranking import newness

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from datetime import date, datetime

    from bot.domain.filters import Filter
    from bot.domain.matching import PaperIndex
    from bot.domain.papers import PaperId

LOOK_BACK: Final = timedelta(days=7)
"""A digest looks back at least this far, so that a late bloomer is not lost: seven days hold 93 % of the upvotes."""
LONGEST_LOOK_BACK: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The list days from which an edition takes its papers, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def window(newest: date, *, previous: date | None, first_edition: bool = False) -> Window:
    """The candidates' window of an edition whose newest list day is *newest*.

    *previous* is the newest list day of the edition before. The first edition looks at one list day alone.
    """
    if first_edition:
        return Window(first=newest, last=newest)
    after = previous or newest
    first = max(min(after, newest - LOOK_BACK), newest - LONGEST_LOOK_BACK)
    return Window(first=first + timedelta(days=1), last=newest)


def compose(  # noqa: PLR0913 - an edition is described by all of these
    index: PaperIndex,
    filter_: Filter,
    days: Window,
    *,
    top: int,
    had: Container[PaperId] = frozenset(),
    earlier: Mapping[PaperId, int] | None = None,
    fill: bool = False,
    as_of: datetime | None = None,
) -> Digest:
    """The digest of the indexed papers listed within *days* that pass *filter_*, at most *top*, best first.

    A paper is picked only if it is expected to end among the *top* best matching papers of its own list day
    (*fill* lifts that, for look-ups), and never if it is in *had*. *earlier* gives upvotes at an earlier look.
    """
    span = index.span(days.first, days.last)
    matching = index.matching(compile_filter(filter_)) & span.mask
    ranked = _ranked(index, filter_, matching)
    new = [one for one in ranked if index.entries[one[2]].paper.id not in had]
    best = set() if fill else set(_day_best(index, ranked, top))
    taken = [one for one in new if fill or one in best][:top]
    picks = _telling([_pick(index, filter_, one, days, earlier or {}) for one in taken])
    return Digest(
        filter=filter_,
        day=days.last,
        window_from=days.first,
        picks=tuple(picks),
        left_out=tuple(index.entries[one[2]] for one in new if one not in taken),
        listed=span.listed,
        matched=len(ranked),
        hidden=index.hidden(filter_, within=span.mask),
        as_of=as_of or span.as_of,
    )


_Ranked = tuple[float, int, int]
"""A paper in ranking order: the score negated, what breaks ties, and its place in the index."""


def _ranked(index: PaperIndex, filter_: Filter, mask: int) -> list[_Ranked]:
    """The papers of *mask*, best first: by score, then upvotes, then comments, then the newer id."""
    scores, standing = _scores(index, filter_), index.standing
    return sorted((-scores(place), standing[place], place) for place in bits(mask))


def _scores(index: PaperIndex, filter_: Filter) -> Callable[[int], float]:
    """What orders the papers that match *filter_*, higher first."""
    entries, expected = index.entries, index.expected
    if filter_.order is Order.UPVOTES:
        return lambda place: float(entries[place].upvotes)
    if filter_.order is Order.NEW:
        return lambda place: newness(entries[place])
    strengths = index.strengths(filter_)

    def score(place: int) -> float:
        strength = next((strength for strength, mask in strengths if mask >> place & 1), 1.0)
        return expected[place] * strength

    return score


def _pick(
    index: PaperIndex, filter_: Filter, ranked: _Ranked, days: Window, earlier: Mapping[PaperId, int]
) -> Pick:
    score, _, place = ranked
    match = index.explained(filter_, place)
    entry = match.entry
    return Pick(
        match=match,
        expected=index.expected[place],
        score=-score,
        late=entry.list_day is not None and entry.list_day < days.last,
        since=earlier.get(entry.paper.id),
    )


def _day_best(index: PaperIndex, ranked: Sequence[_Ranked], top: int) -> list[_Ranked]:
    """Those of *ranked* that are among the *top* best of their own list day."""
    seen: defaultdict[date | None, int] = defaultdict(int)
    best = []
    for one in ranked:
        day = index.entries[one[2]].list_day
        seen[day] += 1
        if seen[day] <= top:
            best.append(one)
    return best


def _telling(picks: Sequence[Pick]) -> list[Pick]:
    """*picks* with those marked that stand above one with more upvotes."""
    most_below = 0
    marked = []
    for pick in reversed(picks):
        marked.append(replace(pick, overtakes=True) if pick.entry.upvotes < most_below else pick)
        most_below = max(most_below, pick.entry.upvotes)
    return marked[::-1]
