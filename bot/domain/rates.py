"""How much a filter brings, measured on the papers of the last list days; what a preview tells before saving."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from bot.domain.alerts import is_hot
from bot.domain.answers import ManyNames, MatchRate
from bot.domain.cadence import Rhythm
from bot.domain.compiling import compile_filter
from bot.domain.corrections import corrected, meant_words
from bot.domain.filters import Scope
from bot.domain.names import author_matches, split_name
from bot.domain.occurrences import bits
from bot.domain.widening import other_readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.cadence import Cadence
    from bot.domain.filters import Filter
    from bot.domain.matching import PaperIndex
    from bot.domain.papers import Paper

RATE_DAYS: Final = 14
"""How far a preview looks back to say what a filter brings."""
_WEEK: Final = 7
_LATEST: Final = 3
_TOO_MANY: Final = 0.05
"""An author's name of one part that names more of all papers than this is answered with the full names."""
_MOST_NAMES: Final = 8


def rate_of(index: PaperIndex, filter_: Filter, cadence: Cadence) -> MatchRate:
    """What *filter_* would have brought of the papers in *index*, those of the last `RATE_DAYS` days."""
    matched, meant = index.matching(compile_filter(filter_)), meant_words(index, filter_)
    listed = tuple(index.select(index.everything))
    by_day = sorted(
        bits(matched),
        key=lambda place: (index.entries[place].list_day or date.min, index.entries[place].upvotes),
        reverse=True,
    )
    return MatchRate(
        days=len({entry.list_day for entry in listed}),
        listed=len(listed),
        matched=matched.bit_count(),
        latest=tuple(index.explained(filter_, place) for place in by_day[:_LATEST]),
        hidden=tuple((hidden.term, hidden.count) for hidden in index.hidden(filter_)),
        widened=other_readings(index, filter_) if not matched else (),
        alerts_a_week=_alerts_a_week(index, matched, cadence),
        names=tuple(many_names(index, filter_)),
        meant=tuple(meant.items()),
        corrected=corrected(filter_, meant) if meant else None,
    )


def _alerts_a_week(index: PaperIndex, matched: int, cadence: Cadence) -> float | None:
    if cadence.rhythm is not Rhythm.HOT:
        return None
    hot = sum(is_hot(entry, cadence) for entry in index.select(matched))
    return hot * _WEEK / RATE_DAYS


def many_names(index: PaperIndex, filter_: Filter) -> Iterator[ManyNames]:
    """The author terms of a single part that name more than 5 % of all papers; with whom, most papers first."""
    for text in dict.fromkeys(term.text for term in filter_.terms() if term.scope is Scope.AUTHOR):
        parts = split_name(text)
        if len(parts) == 1:
            named = [_named(parts, entry.paper) for entry in index.select(index.everything)]
            share = sum(map(bool, named)) / max(len(named), 1)
            if share > _TOO_MANY:
                yield ManyNames(term=text, share=share, people=_people(named))


def _named(parts: tuple[str, ...], paper: Paper) -> set[str]:
    return {name for name in paper.authors if author_matches(parts, split_name(name))}


def _people(named: Iterable[set[str]]) -> tuple[tuple[str, int], ...]:
    papers = Counter(name for names in named for name in names)
    return tuple(sorted(papers.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMES])
