"""Which papers make a digest: candidates, ceilings and never twice. Pure; the shell is in `bot.services.composing`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.choosing import PATIENCE, Patience, Ranked, chances, chosen, day_best
from bot.domain.compiling import compile_filter
from bot.domain.digests import Digest, Pick
from bot.domain.filters import Order
from bot.domain.occurrences import bits
from bot.domain.ranking import newness

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from bot.domain.filters import Filter
    from bot.domain.matching import PaperIndex
    from bot.domain.papers import PaperId

LOOK_BACK: Final = timedelta(days=7)
"""A digest looks back at least this far, so that a late bloomer is not lost: seven days hold 93 % of the upvotes."""
LONGEST_LOOK_BACK: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The list days from which an edition takes its papers, both ends included.

    *offered* is the newest list day of the edition before: what was listed until then had its turn. *begun* is when
    the subscription began to be what it is: what was listed earlier is not what it waits for.
    """

    first: date
    last: date
    offered: date | None = None
    begun: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def window(
    newest: date, *, previous: date | None, first_edition: bool = False, begun: date | None = None
) -> Window:
    """The candidates' window of an edition whose newest list day is *newest*.

    *previous* is the newest list day of the edition before, *begun* when the subscription began to be what it is.
    The first edition looks at one list day alone.
    """
    if first_edition:
        return Window(first=newest, last=newest)
    after = previous or newest
    first = max(min(after, newest - LOOK_BACK), newest - LONGEST_LOOK_BACK)
    return Window(first=first + timedelta(days=1), last=newest, offered=previous, begun=begun)


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
    patience: Patience = PATIENCE,
) -> Digest:
    """The digest of the indexed papers listed within *days* that pass *filter_*, at most *top*, best first.

    A paper is picked only if its chance to end among the *top* best matching papers of its own list day is good
    enough for *patience* (see `bot.domain.choosing`; in an order of the subscriber's own, if it is among them now).
    *fill* lifts that, for look-ups. None is picked that is in *had*. *earlier* gives upvotes at an earlier look.
    """
    span = index.span(days.first, days.last)
    matching = index.matching(compile_filter(filter_)) & span.mask
    ranked = _ranked(index, filter_, matching)
    new = [one for one in ranked if index.entries[one[2]].paper.id not in had]
    if fill:
        best = set(new)
    elif filter_.order is Order.MATCH:
        best = chosen(index, ranked, days, top=top, had=set(ranked).difference(new), patience=patience)
    else:
        best = day_best(index, ranked, top)
    taken = [one for one in new if one in best][:top]
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


def outlook(
    index: PaperIndex, filter_: Filter, paper_id: PaperId, *, top: int
) -> tuple[int, float | None] | None:
    """The place (1 is best) of a paper among those of *index*, one day's, that pass *filter_*; None if it does not.

    With its chance to end among the *top* best, unless the order is the subscriber's own.
    """
    ranked = _ranked(index, filter_, index.matching(compile_filter(filter_)))
    for rank, (one, chance) in enumerate(chances(index.unsettled, ranked, top), 1):
        if index.entries[one[2]].paper.id == paper_id:
            return rank, chance if filter_.order is Order.MATCH else None
    return None


def _ranked(index: PaperIndex, filter_: Filter, mask: int) -> list[Ranked]:
    """The papers of *mask*, best first: by score, then upvotes, then comments, then the newer id."""
    entries, standing = index.entries, index.standing
    if filter_.order is Order.UPVOTES:
        return sorted((-float(entries[place].upvotes), standing[place], place) for place in bits(mask))
    if filter_.order is Order.NEW:
        return sorted((-newness(entries[place]), standing[place], place) for place in bits(mask))
    return sorted(_scored(index, filter_, mask))


def _scored(index: PaperIndex, filter_: Filter, mask: int) -> Iterator[Ranked]:
    """The papers of *mask* by the upvotes they are on course for, times how prominently the filter met them."""
    expected, standing = index.expected, index.standing
    for strength, found in (*index.strengths(filter_), (1.0, index.everything)):
        for place in bits(mask & found):
            yield -expected[place] * strength, standing[place], place
        mask &= ~found


def _pick(
    index: PaperIndex, filter_: Filter, ranked: Ranked, days: Window, earlier: Mapping[PaperId, int]
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


def _telling(picks: Sequence[Pick]) -> list[Pick]:
    """*picks* with those marked that stand above one with more upvotes."""
    most_below = 0
    marked = []
    for pick in reversed(picks):
        marked.append(replace(pick, overtakes=True) if pick.entry.upvotes < most_below else pick)
        most_below = max(most_below, pick.entry.upvotes)
    return marked[::-1]
