"""Which papers make a digest: candidates, ceilings and never twice. Pure; the shell is in `bot.services.composing`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.digests import Digest, Pick
from bot.domain.ranking import expected_of, rank, score_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from bot.domain.digests import Match
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
    places = [place for place, entry in enumerate(index.entries) if entry.list_day and entry.list_day in days]
    listed = [index.entries[place] for place in places]
    inside = {entry.paper.id for entry in listed}
    ranked = rank(
        _pick(match, filter_, days, earlier or {})
        for match in index.matches(filter_)
        if match.entry.paper.id in inside
    )
    eligible = [pick for pick in (ranked if fill else _day_best(ranked, top)) if _new(pick, had)]
    picks = tuple(_telling(eligible[:top]))
    taken = {pick.entry.paper.id for pick in picks}
    return Digest(
        filter=filter_,
        day=days.last,
        window_from=days.first,
        picks=picks,
        left_out=tuple(pick for pick in ranked if pick.entry.paper.id not in taken and _new(pick, had)),
        listed=len(listed),
        matched=len(ranked),
        hidden=index.hidden(filter_, within=sum(1 << place for place in places)),
        as_of=as_of or max((entry.tally.at for entry in listed), default=None),
    )


def _pick(match: Match, filter_: Filter, days: Window, earlier: Mapping[PaperId, int]) -> Pick:
    entry = match.entry
    return Pick(
        match=match,
        expected=expected_of(entry),
        score=score_of(match, filter_.order),
        late=entry.list_day is not None and entry.list_day < days.last,
        since=earlier.get(entry.paper.id),
    )


def _new(pick: Pick, had: Container[PaperId]) -> bool:
    return pick.entry.paper.id not in had


def _day_best(ranked: Sequence[Pick], top: int) -> list[Pick]:
    """Those of *ranked* that are among the *top* best of their own list day."""
    seen: defaultdict[date | None, int] = defaultdict(int)
    best = []
    for pick in ranked:
        day = pick.entry.list_day
        seen[day] += 1
        if seen[day] <= top:
            best.append(pick)
    return best


def _telling(picks: Iterable[Pick]) -> list[Pick]:
    """*picks* with those marked that stand above one with more upvotes."""
    ordered = list(picks)
    most_below = 0
    marked = []
    for pick in reversed(ordered):
        marked.append(replace(pick, overtakes=pick.entry.upvotes < most_below))
        most_below = max(most_below, pick.entry.upvotes)
    return marked[::-1]
