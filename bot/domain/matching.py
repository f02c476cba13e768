"""Which papers pass a filter: the papers are indexed, the filters are not.

Bit *i* of a mask stands for paper *i* of the index. A term is one mask, found once and remembered; *any of* is
``|``, *all of* ``&``, a mute ``& ~``. With the papers in rank order the best ten of a mask are its ten lowest bits.
A million compiled filters need no index of their own and match a day in seconds (``benchmarks/match.py``).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial, reduce
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.conditions import condition_test
from bot.domain.digests import Field, Hidden, Match, Reason
from bot.domain.filters import AllOf, AnyOf, Filter, Scope, Term
from bot.domain.folding import keys_among, phrase_parts, text_keys
from bot.domain.likeness import ENOUGH
from bot.domain.names import author_matches, organization_texts, split_name
from bot.domain.ranking import expected_of, standing, to_come

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from bot.domain.filters import Condition, Want
    from bot.domain.papers import Entry

COMPILED_VERSION: Final = 2
"""Grows whenever the compiled form or the folding rules change; a store compiles anew what has an older one."""
_STRENGTH: Final = {
    Field.TITLE: 1.0,
    Field.ID: 1.0,
    Field.LIKE: 1.0,
    Field.AUTHOR: 1.0,
    Field.ORGANIZATION: 1.0,
    Field.KEYWORD: 0.9,
    Field.ABSTRACT: 0.75,
}
"""How much a hit in each field says that a paper is about a term."""

_K = TypeVar("_K")
_V = TypeVar("_V")
Code = str
"""A compiled term or condition: a scope letter, and what to look up."""
Node = tuple[object, ...]
"""A compiled want: ``("|", …)`` or ``("&", …)`` over codes and nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The papers of an index that were listed within a span of days: their *mask*, how many, and when seen last."""

    mask: int
    listed: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A term in one field: the *reason* it makes, what a hit there says of a paper, and the *mask* of those hit.

    An index makes each once, so it is equal to itself alone.
    """

    reason: Reason
    strength: float
    mask: int


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """A filter made ready for `PaperIndex.matching`: codes only, nothing to parse or fold.

    *any_of* holds the wants of the common filter that is a list of alternatives; otherwise *tree* does. Both are
    empty for a filter without wants. *never* are mutes, *only* conditions.
    """

    any_of: tuple[Code, ...]
    tree: Node
    never: tuple[Code, ...]
    only: tuple[Code, ...]


@lru_cache(maxsize=4096)
def compile_filter(filter_: Filter) -> CompiledFilter:
    """*filter_* made ready for matching."""
    wants = filter_.wants
    alternatives = wants.wants if isinstance(wants, AnyOf) else () if wants is None else (wants,)
    flat = all(isinstance(want, Term) for want in alternatives)
    return CompiledFilter(
        any_of=tuple(_term_code(want) for want in alternatives if isinstance(want, Term)) if flat else (),
        tree=() if flat or wants is None or isinstance(wants, Term) else _node(wants),
        never=tuple(_term_code(mute, _MUTE_SCOPE) for mute in filter_.mutes),
        only=tuple(map(_condition_code, filter_.conditions)),
    )


_FRONT: Final = "front"
_MUTE_SCOPE: Final = _FRONT
_SEPARATOR: Final = "\x1f"


@lru_cache(maxsize=65_536)
def _term_code(term: Term, bare: str = "any") -> Code:
    scope = term.scope or bare
    if term.scope is Scope.LIKE:
        return _SEPARATOR.join((scope, term.text, *(f"{key}={weight}" for key, weight in term.subject)))
    if term.scope in (Scope.AUTHOR, Scope.ID):
        return f"{scope}{_SEPARATOR}{term.text}"
    return f"{scope}{_SEPARATOR}" + "&".join("|".join(keys) for keys in phrase_parts(term.text))


def _condition_code(condition: Condition) -> Code:
    return f"if{_SEPARATOR}{condition}"


@lru_cache(maxsize=4096)
def _node(want: AllOf | AnyOf) -> Node:
    sign = "|" if isinstance(want, AnyOf) else "&"
    parts = (_term_code(part) if isinstance(part, Term) else _node(part) for part in want.wants)
    return (sign, *parts)


class PaperIndex:
    """Papers made ready for filters: build it once a listing, share it among all subscriptions.

    *entries* keep their order: bit *i* of every mask is ``entries[i]``. With *sought* it is good for the terms of that
    filter alone, and made in a third of the time. Not for use from several threads.
    """

    def __init__(self, entries: Iterable[Entry], sought: Filter | None = None) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self._sought = None if sought is None else frozenset(_keys_of(sought))
        self.everything: int = (1 << len(self.entries)) - 1
        self._masks = _Found(self._mask)
        self._sightings = _Found(self._sighting)
        self._spans: dict[tuple[date, date], Span] = {}

    def refreshed(self, entries: Sequence[Entry]) -> PaperIndex:
        """An index of *entries*; if only their counts changed it costs next to nothing."""
        index = PaperIndex(entries)
        if [entry.paper for entry in index.entries] == [entry.paper for entry in self.entries]:
            index.__dict__.update(
                {name: made for name, made in self.__dict__.items() if name in _TEXT_INDEXES}
            )
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
        for name in _TEXT_INDEXES:
            getattr(self, name)

    def span(self, first: date, last: date) -> Span:
        """The papers listed from *first* to *last*."""
        days = (first, last)
        if days not in self._spans:
            mask = _mask_of(lambda entry: _listed_within(entry, first, last), self.entries)
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
            within &= self._tree(_node(want))
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
        deciding = self._seen(filter_.wants, place)
        seen = dict.fromkeys(deciding or [one for term in filter_.terms() for one in self._seen(term, place)])
        return Match(
            entry=self.entries[place],
            reasons=tuple([sighting.reason for sighting in seen]),
            strength=max([sighting.strength for sighting in seen], default=1.0),
        )

    def has(self, term: Term, place: int, *, mute: bool = False) -> bool:
        """Whether *term* is found in paper *place* (as a mute: in its title and keywords)."""
        return bool(self._masks[_term_code(term, _MUTE_SCOPE if mute else "any")] >> place & 1)

    def passes(self, condition: Condition, place: int) -> bool:
        """Whether paper *place* passes *condition*."""
        return bool(self._masks[_condition_code(condition)] >> place & 1)

    def _seen(self, want: Want | None, place: int) -> list[Sighting]:
        """Where those branches of *want* that hold for paper *place* are found most prominently; empty if it fails."""
        if want is None:
            return []
        if isinstance(want, Term):
            for sighting in self._sightings[want]:
                if sighting.mask >> place & 1:
                    return [sighting]
            return []
        parts = [self._seen(part, place) for part in want.wants]
        if isinstance(want, AllOf) and not all(parts):
            return []
        return [sighting for part in parts for sighting in part]

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
                strength=_STRENGTH[field],
                mask=self._masks[_term_code(replace(term, scope=scope))],
            )
            for field, scope in _looked_in(term)
        )

    def _mask(self, code: Code) -> int:
        scope, _, looked_up = code.partition(_SEPARATOR)
        if scope in _LOOKED_IN:
            return self._text_mask(_LOOKED_IN[scope], looked_up)
        if scope == "if":
            return _mask_of(condition_test(looked_up), self.entries)
        if scope == Scope.AUTHOR:
            return self._author_mask(looked_up)
        if scope == Scope.LIKE:
            return self._like_mask(*looked_up.split(_SEPARATOR))
        return _mask_of(lambda entry: entry.paper.id == looked_up, self.entries)

    def _text_mask(self, fields: tuple[str, ...], looked_up: str) -> int:
        """The papers of which one of *fields* holds a key of each part."""
        parts = [part.split("|") for part in looked_up.split("&")]
        mask = 0
        for field in fields:
            find = getattr(self, field).get
            found = self.everything
            for part in parts:
                found &= reduce(operator.or_, [find(key, 0) for key in part])
            mask |= found
        return mask

    def _like_mask(self, itself: str, *subject: str) -> int:
        """The papers that share enough of *subject* (``key=weight``), but for *itself*."""
        shared: dict[int, int] = {}
        for key, _, weight in (one.rpartition("=") for one in subject):
            for place in bits(self._masks[f"any{_SEPARATOR}{key}"]):
                shared[place] = shared.get(place, 0) + int(weight)
        alike = (place for place, weight in shared.items() if weight >= ENOUGH)
        return sum(1 << place for place in alike if self.entries[place].paper.id != itself)

    def _author_mask(self, wanted: str) -> int:
        parts = split_name(wanted)
        mask = 0
        for part in parts:
            for name, bit in self._authors.get(part, ()):
                if author_matches(parts, name):
                    mask |= bit
        return mask

    @cached_property
    def _titles(self) -> dict[str, int]:
        return _keyed([(entry.paper.title,) for entry in self.entries], self._sought)

    @cached_property
    def _abstracts(self) -> dict[str, int]:
        return _keyed([(entry.paper.abstract,) for entry in self.entries], self._sought)

    @cached_property
    def _keywords(self) -> dict[str, int]:
        return _keyed([entry.paper.keywords for entry in self.entries], self._sought)

    @cached_property
    def _organizations(self) -> dict[str, int]:
        return _keyed([organization_texts(entry.paper.organization) for entry in self.entries], self._sought)

    @cached_property
    def _authors(self) -> dict[str, list[tuple[tuple[str, ...], int]]]:
        """The names that hold each whole part, with the paper's bit."""
        found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for place, entry in enumerate(self.entries):
            for name in entry.paper.authors:
                parts = split_name(name)
                for part in parts:
                    if len(part) > 1:
                        found.setdefault(part, []).append((parts, 1 << place))
        return found


_LOOKED_IN: Final = {
    "any": ("_titles", "_keywords", "_abstracts"),
    _FRONT: ("_titles", "_keywords"),
    "title": ("_titles",),
    "abstract": ("_abstracts",),
    "keyword": ("_keywords",),
    "org": ("_organizations",),
}
"""The text fields that each scope looks in."""
_TEXT_INDEXES: Final = frozenset({"_titles", "_keywords", "_abstracts", "_organizations", "_authors"})


class _Found(dict[_K, _V]):
    """What *find* gives for each key, found when first asked for."""

    def __init__(self, find: Callable[[_K], _V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: _K) -> _V:
        found = self[key] = self._find(key)
        return found


def bits(mask: int) -> Iterator[int]:
    """The places of the set bits of *mask*, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _keys_of(filter_: Filter) -> Iterator[str]:
    """The keys that the terms and mutes of *filter_* are looked up by."""
    for term in (*filter_.terms(), *filter_.mutes):
        yield from (key for keys in phrase_parts(term.text) for key in keys)
        yield from (key for key, _ in term.subject)


def _keyed(texts: Sequence[Sequence[str]], sought: Collection[str] | None = None) -> dict[str, int]:
    """Which texts have each key; with *sought* of those keys alone."""
    find = text_keys if sought is None else partial(keys_among, wanted=sought)
    keys: dict[str, int] = {}
    for place, several in enumerate(texts):
        bit = 1 << place
        for key in set().union(*map(find, several)):
            known = keys.get(key)
            # Most keys are one paper's: they share its bit, which halves the memory.
            keys[key] = bit if known is None else known | bit
    return keys


def _mask_of(test: Callable[[Entry], bool], entries: Sequence[Entry]) -> int:
    return sum(1 << place for place, entry in enumerate(entries) if test(entry))


def _listed_within(entry: Entry, first: date, last: date) -> bool:
    return entry.list_day is not None and first <= entry.list_day <= last


def _looked_in(term: Term) -> tuple[tuple[Field, Scope], ...]:
    if term.scope is Scope.ANYWHERE:
        return (
            (Field.TITLE, Scope.TITLE),
            (Field.KEYWORD, Scope.KEYWORD),
            (Field.ABSTRACT, Scope.ABSTRACT),
        )
    return ((Field(term.scope.value), term.scope),)
