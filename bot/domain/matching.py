"""Which papers pass a filter: the papers are indexed, the filters are not.

Bit *i* of a mask stands for paper *i* of the index. A term is one mask, found once and remembered; *any of* is
``|``, *all of* ``&``, a mute ``& ~``. With the papers in rank order the best ten of a mask are its ten lowest bits.
A million compiled filters need no index of their own and match a day in seconds (``benchmarks/match.py``).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from typing import TYPE_CHECKING, Final

from bot.domain.conditions import condition_test
from bot.domain.digests import Field, Hidden, Match, Reason
from bot.domain.filters import AllOf, AnyOf, Filter, Scope, Term
from bot.domain.folding import phrase_parts, text_keys
from bot.domain.names import author_matches, organization_texts, split_name
from bot.domain.ranking import expected_of, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from bot.domain.filters import Condition, Want
    from bot.domain.papers import Entry

COMPILED_VERSION: Final = 2
"""Grows whenever the compiled form or the folding rules change; a store compiles anew what has an older one."""
_STRENGTH: Final = {
    Field.TITLE: 1.0,
    Field.ID: 1.0,
    Field.AUTHOR: 1.0,
    Field.ORGANIZATION: 1.0,
    Field.KEYWORD: 0.9,
    Field.ABSTRACT: 0.75,
}
"""How much a hit in each field says that a paper is about a term."""

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


@lru_cache(maxsize=65_536)
def _strength_codes(term: Term) -> tuple[tuple[float, Code], ...]:
    """The codes of *term* in each field it looks in, with what a hit there says."""
    return tuple(
        (_STRENGTH[field], _term_code(Term(text=term.text, scope=scope))) for field, scope in _looked_in(term)
    )


_FRONT: Final = "front"
_MUTE_SCOPE: Final = _FRONT
_SEPARATOR: Final = "\x1f"


@lru_cache(maxsize=65_536)
def _term_code(term: Term, bare: str = "any") -> Code:
    scope = term.scope or bare
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

    *entries* keep their order: bit *i* of every mask is ``entries[i]``. Not for use from several threads.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.everything: int = (1 << len(self.entries)) - 1
        self._masks = _Masks(self._mask)
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
            for strength, code in _strength_codes(want):
                found[strength] = found.get(strength, 0) | within & self._masks[code]
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
        terms = self._deciding(filter_.wants, place) or filter_.terms()
        reasons = tuple(reason for term in dict.fromkeys(terms) if (reason := self._reason(term, place)))
        strength = max((_STRENGTH[reason.field] for reason in reasons), default=1.0)
        return Match(entry=self.entries[place], reasons=reasons, strength=strength)

    def has(self, term: Term, place: int, *, mute: bool = False) -> bool:
        """Whether *term* is found in paper *place* (as a mute: in its title and keywords)."""
        return bool(self._masks[_term_code(term, _MUTE_SCOPE if mute else "any")] >> place & 1)

    def passes(self, condition: Condition, place: int) -> bool:
        """Whether paper *place* passes *condition*."""
        return bool(self._masks[_condition_code(condition)] >> place & 1)

    def _deciding(self, want: Want | None, place: int) -> tuple[Term, ...]:
        """The terms of those branches of *want* that hold for paper *place*, left to right; empty if it fails."""
        if want is None:
            return ()
        if isinstance(want, Term):
            return (want,) if self.has(want, place) else ()
        parts = [self._deciding(part, place) for part in want.wants]
        if isinstance(want, AllOf) and not all(parts):
            return ()
        return tuple(term for part in parts for term in part)

    def _tree(self, node: Node) -> int:
        masks, either = self._masks, node[0] == "|"
        found = 0 if either else self.everything
        for part in node[1:]:
            mask = masks[part] if isinstance(part, str) else self._tree(part)  # type: ignore[arg-type]
            found = found | mask if either else found & mask
        return found

    def _reason(self, term: Term, place: int) -> Reason | None:
        for field, scope in _looked_in(term):
            if self.has(Term(text=term.text, scope=scope), place):
                return Reason(term=term.text, field=field)
        return None

    def _mask(self, code: Code) -> int:
        scope, _, looked_up = code.partition(_SEPARATOR)
        if scope in _LOOKED_IN:
            return self._text_mask(_LOOKED_IN[scope], looked_up)
        if scope == "if":
            return _mask_of(condition_test(looked_up), self.entries)
        if scope == Scope.AUTHOR:
            return self._author_mask(looked_up)
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
        return _keyed([(entry.paper.title,) for entry in self.entries])

    @cached_property
    def _abstracts(self) -> dict[str, int]:
        return _keyed([(entry.paper.abstract,) for entry in self.entries])

    @cached_property
    def _keywords(self) -> dict[str, int]:
        return _keyed([entry.paper.keywords for entry in self.entries])

    @cached_property
    def _organizations(self) -> dict[str, int]:
        return _keyed([organization_texts(entry.paper.organization) for entry in self.entries])

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


class _Masks(dict[Code, int]):
    """The mask of each code, found when first asked for."""

    def __init__(self, find: Callable[[Code], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, code: Code) -> int:
        mask = self[code] = self._find(code)
        return mask


def bits(mask: int) -> Iterator[int]:
    """The places of the set bits of *mask*, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _keyed(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for place, several in enumerate(texts):
        bit = 1 << place
        for key in set().union(*map(text_keys, several)):
            keys[key] = keys.get(key, 0) | bit
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
