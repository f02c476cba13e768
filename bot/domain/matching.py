"""Which papers pass a filter: the papers are indexed, the filters are not.

Bit *i* of a mask stands for paper *i* of the index. A term is one mask, found once and remembered; *any of* is
``|``, *all of* ``&``, a mute ``& ~``. With the papers in rank order the best ten of a mask are its ten lowest bits.
A million compiled filters need no index of their own and match a day in seconds (``benchmarks/match.py``).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.compiling import (
    ANYWHERE,
    CONDITION,
    FRONT,
    MUTED_IN,
    SEPARATOR,
    compile_filter,
    condition_code,
    keys_of,
    term_code,
    want_node,
)
from bot.domain.conditions import condition_test
from bot.domain.digests import Hidden, Match, Reason
from bot.domain.filters import AllOf, Filter, Scope, Term
from bot.domain.likeness import ENOUGH
from bot.domain.names import author_matches, split_name
from bot.domain.occurrences import bits
from bot.domain.paper_texts import FIELDS, PaperTexts, SoughtTexts, same_texts
from bot.domain.ranking import expected_of, standing, to_come
from bot.domain.sightings import STRENGTH, Sighting, looked_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from bot.domain.compiling import Code, CompiledFilter, Node
    from bot.domain.filters import Condition, Want
    from bot.domain.papers import Entry

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The papers of an index that were listed within a span of days: their *mask*, how many, and when seen last."""

    mask: int
    listed: int
    as_of: datetime | None


class PaperIndex:
    """Papers made ready for filters: build it once a listing, share it among all subscriptions.

    *entries* keep their order: bit *i* of every mask is ``entries[i]``. With *sought* it is good for the terms of that
    filter alone, and made in a fifth of the time, with texts that were looked into lately in a fiftieth. Not for use from several threads.
    """

    def __init__(self, entries: Iterable[Entry], sought: Filter | None = None) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.everything: int = (1 << len(self.entries)) - 1
        papers = [entry.paper for entry in self.entries]
        self._texts: PaperTexts | SoughtTexts = (
            PaperTexts(papers) if sought is None else SoughtTexts(papers, frozenset(keys_of(sought)))
        )
        self._masks = _Found(self._mask)
        self._sightings = _Found(self._sighting)
        self._spans: dict[tuple[date, date], Span] = {}
        self._match = lru_cache(maxsize=8192)(self._matched)  # thousands want a paper for the same reasons

    def refreshed(self, entries: Sequence[Entry]) -> PaperIndex:
        """An index of *entries* that takes the time of those papers alone whose texts this one has not.

        They stand behind the others, and what is not among *entries* any more keeps its place but is never found.
        """
        texts, shelf, fresh, here = self._texts, list(self.entries), [], 0
        places = {entry.paper.id: place for place, entry in enumerate(shelf)}
        for entry in entries:
            place = places.get(entry.paper.id)
            if place is None or not same_texts(entry.paper, shelf[place].paper):
                fresh.append(entry)
            else:
                shelf[place], here = entry, here | 1 << place
        gone = len(shelf) - here.bit_count()
        if isinstance(texts, SoughtTexts) or len(texts) > len(shelf) or gone > _MOST_GONE * len(entries):
            return PaperIndex(entries)
        texts.add([entry.paper for entry in fresh])
        index = PaperIndex((*shelf, *fresh))
        index._texts = texts
        index.everything &= here | -1 << len(shelf)
        return index

    def narrowed(self, mask: int) -> PaperIndex:
        """The same index, in which none but the papers of *mask* are ever found; nothing is read again for it."""
        index = PaperIndex(self.entries)
        index._texts = self._texts
        index.everything = self.everything & mask
        return index

    def matching(self, compiled: CompiledFilter) -> int:
        """The mask of the papers that pass *compiled*."""
        masks = self._masks
        found = self.everything
        if compiled.any_of:
            found = 0
            for code in compiled.any_of:
                found |= masks[code]
        elif compiled.tree:
            found = self._tree(compiled.tree)
        for code in compiled.only:
            found &= masks[code]
        for code in compiled.never:
            found &= ~masks[code]
        return found

    def prepare(self) -> None:
        """Index the words now rather than when they are first looked up; it may take a second for a thousand papers."""
        if isinstance(self._texts, PaperTexts):
            self._texts.prepare()

    def span(self, first: date, last: date) -> Span:
        """The papers listed from *first* to *last*."""
        days = (first, last)
        if days not in self._spans:
            mask = self.everything & _mask_of(lambda entry: _listed_within(entry, first, last), self.entries)
            as_of = max((entry.tally.at for entry in self.select(mask)), default=None)
            self._spans[days] = Span(mask=mask, listed=mask.bit_count(), as_of=as_of)
        return self._spans[days]

    @cached_property
    def expected(self) -> tuple[float, ...]:
        """The upvotes that each entry is on course for."""
        return tuple(map(expected_of, self.entries))

    @cached_property
    def unsettled(self) -> tuple[float, ...]:
        """The share of its upvotes that each entry is still to get; see `bot.domain.ranking.to_come`."""
        return tuple(map(to_come, self.entries))

    @cached_property
    def list_days(self) -> tuple[date | None, ...]:
        """The list day of each entry."""
        return tuple(entry.list_day for entry in self.entries)

    @cached_property
    def standing(self) -> tuple[int, ...]:
        """Each entry's place among papers that are equal in all else; see `bot.domain.ranking.standing`."""
        return standing(self.entries)

    def strengths(self, filter_: Filter) -> tuple[tuple[float, int], ...]:
        """How prominently the wants of *filter_* were found: (strength, the papers found so), the strongest first."""
        found: dict[float, int] = {}
        if filter_.wants is not None:
            self._add_strengths(filter_.wants, self.everything, found)
        return tuple(sorted(found.items(), reverse=True))

    def _add_strengths(self, want: Want, within: int, found: dict[float, int]) -> None:
        """Add to *found* where the terms of *want* are in the papers of the mask *within*."""
        if isinstance(want, Term):
            for sighting in self._sightings[want]:
                found[sighting.strength] = found.get(sighting.strength, 0) | within & sighting.mask
            return
        if isinstance(want, AllOf):
            within &= self._tree(want_node(want))
        for part in want.wants:
            self._add_strengths(part, within, found)

    def select(self, mask: int) -> Iterator[Entry]:
        """The entries of *mask*, in the index's order."""
        for place in bits(mask):
            yield self.entries[place]

    def matches(self, filter_: Filter) -> list[Match]:
        """The papers that pass *filter_*, each with its reasons, in the index's order."""
        mask = self.matching(compile_filter(filter_))
        return [self.explained(filter_, place) for place in bits(mask)]

    def hidden(self, filter_: Filter, within: int = -1) -> tuple[Hidden, ...]:
        """What each mute of *filter_* takes away from the papers of the mask *within* that match without any mute."""
        if not filter_.mutes:
            return ()
        compiled = compile_filter(filter_)
        without = within & self.matching(replace(compiled, never=()))
        return tuple(
            Hidden(term=mute.text, count=(without & self._masks[code]).bit_count())
            for mute, code in zip(filter_.mutes, compiled.never, strict=True)
        )

    def explained(self, filter_: Filter, place: int) -> Match:
        """Paper *place* as a match of *filter_*: which of the terms that decided were found, and where.

        Terms of an *all of* that the paper fails decided nothing; only for a paper that fails all wants (a search
        shows some) every term found is a reason.
        """
        bit = 1 << place
        deciding = self._seen(filter_.wants, bit)
        seen = dict.fromkeys(deciding or [one for term in filter_.terms() for one in self._seen(term, bit)])
        return self._match(place, tuple(seen))

    def _matched(self, place: int, seen: tuple[Sighting, ...]) -> Match:
        return Match(
            entry=self.entries[place],
            reasons=tuple([sighting.reason for sighting in seen]),
            strength=max([sighting.strength for sighting in seen], default=1.0),
        )

    def has(self, term: Term, place: int, *, mute: bool = False) -> bool:
        """Whether *term* is found in paper *place* (as a mute: in its title and keywords)."""
        return bool(self._masks[term_code(term, MUTED_IN if mute else "any")] >> place & 1)

    def passes(self, condition: Condition, place: int) -> bool:
        """Whether paper *place* passes *condition*."""
        return bool(self._masks[condition_code(condition)] >> place & 1)

    def _seen(self, want: Want | None, bit: int) -> list[Sighting]:
        """Where those branches of *want* that hold for the paper of *bit* are found most prominently; empty if it fails."""
        found: list[Sighting] = []
        for part in () if want is None else (want,) if isinstance(want, Term) else want.wants:
            before = len(found)
            if isinstance(part, Term):
                for sighting in self._sightings[part]:
                    if sighting.mask & bit:
                        found.append(sighting)
                        break
            else:
                found += self._seen(part, bit)
            if len(found) == before and isinstance(want, AllOf):
                return []
        return found

    def _tree(self, node: Node) -> int:
        masks, either = self._masks, node[0] == "|"
        found = 0 if either else self.everything
        for part in node[1:]:
            mask = masks[part] if isinstance(part, str) else self._tree(part)  # type: ignore[arg-type]
            found = found | mask if either else found & mask
        return found

    def _sighting(self, term: Term) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(
                reason=Reason(term=term.text, field=field),
                strength=STRENGTH[field],
                mask=self._masks[term_code(Term(text=term.text, scope=scope, subject=term.subject))],
            )
            for field, scope in looked_in(term)
        )

    def _mask(self, code: Code) -> int:
        return self.everything & self._found(code)

    def _found(self, code: Code) -> int:
        scope, _, looked_up = code.partition(SEPARATOR)
        if scope in _LOOKED_IN:
            return self._text_mask(_LOOKED_IN[scope], looked_up)
        if scope == CONDITION:
            return _mask_of(condition_test(looked_up), self.entries)
        if scope == Scope.AUTHOR:
            return self._author_mask(looked_up)
        if scope == Scope.LIKE:
            return self._like_mask(*looked_up.split(SEPARATOR))
        return _mask_of(lambda entry: entry.paper.id == looked_up, self.entries)

    def _text_mask(self, fields: tuple[str, ...], looked_up: str) -> int:
        """The papers of which one of *fields* holds a key of each part."""
        parts = [part.split("|") for part in looked_up.split("&")]
        mask = 0
        for field in fields:
            found = self.everything
            for part in parts:
                found &= reduce(operator.or_, [self._texts.find(field, key) for key in part])
            mask |= found
        return mask

    def _like_mask(self, itself: str, *subject: str) -> int:
        """The papers that share enough of *subject* (``key=weight``), but for *itself*."""
        shared: dict[int, int] = {}
        for key, _, weight in (one.rpartition("=") for one in subject):
            for place in bits(self._masks[f"{ANYWHERE}{SEPARATOR}{key}"]):
                shared[place] = shared.get(place, 0) + int(weight)
        alike = (place for place, weight in shared.items() if weight >= ENOUGH)
        return sum(1 << place for place in alike if self.entries[place].paper.id != itself)

    def _author_mask(self, wanted: str) -> int:
        parts = split_name(wanted)
        mask = 0
        for part in parts:
            for name, bit in self._texts.named(part):
                if author_matches(parts, name):
                    mask |= bit
        return mask


_LOOKED_IN: Final = {
    ANYWHERE: ("title", "keyword", "abstract"),
    FRONT: ("title", "keyword"),
    **{field: (field,) for field in FIELDS},
}
"""The fields that each scope looks in."""
_MOST_GONE: Final = 0.25
"""An index of which a larger share is gone is made anew."""


class _Found(dict[_K, _V]):
    """What *find* gives for each key, found when first asked for."""

    def __init__(self, find: Callable[[_K], _V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: _K) -> _V:
        found = self[key] = self._find(key)
        return found


def _mask_of(test: Callable[[Entry], bool], entries: Sequence[Entry]) -> int:
    return sum(1 << place for place, entry in enumerate(entries) if test(entry))


def _listed_within(entry: Entry, first: date, last: date) -> bool:
    return entry.list_day is not None and first <= entry.list_day <= last
