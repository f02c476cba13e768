"""From wants to what the engine looks for. What people type never is read as syntax: every query is built of tokens."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tantivy import Occur, Query

from bot.domain.filters import AllOf, AnyOf, Scope, Term
from bot.domain.folding import cuts, fold_words, is_function_word, phrase_parts
from bot.domain.likeness import ENOUGH, NEAR
from bot.domain.names import author_matches, split_name
from storage.search.documents import BLANK, OF_NAME, key_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tantivy import Schema, Searcher

    from bot.domain.filters import Want

MOST_WORDS: Final = 32
"""The most words of a query that are looked for; a pasted abstract is known by its first ones."""

TEXT: Final = ("title", "keywords", "abstract")
"""The fields that a bare want looks in."""
_FRONT: Final = ("title", "keywords")
_FIELDS: Final = {
    Scope.TITLE: ("title",),
    Scope.ABSTRACT: ("abstract",),
    Scope.KEYWORD: ("keywords",),
    Scope.ORGANIZATION: ("organization",),
}
# A word in the title says three times as much as one in the abstract.
_BOOSTS: Final = {"abstract": 1.0, "title": 3.0, "keywords": 2.0, "organization": 2.0}
_ADJACENT: Final = 2.0
"""What words are worth that are typed side by side and stand side by side."""

_REMEMBERED: Final = 32_768
_MOST_ALIKE: Final = 100
"""So many papers are like another one at most."""
_ALIKE: Final = 0.01
"""What one of the thousand parts of a subject is worth, beside words that are looked for as well."""


class Expressions:
    """Makes queries for one state of an index; None finds nothing."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self._known: Callable[[str], bool] = lru_cache(maxsize=_REMEMBERED)(self._occurs)
        self._stands_in: Callable[[str, str], bool] = lru_cache(maxsize=_REMEMBERED)(self._stands)
        self._cuts: Callable[[str], tuple[tuple[str, ...], ...]] = lru_cache(maxsize=_REMEMBERED)(self._cut)

    def want(self, want: Want) -> Query | None:
        """What finds *want*; words side by side that are also adjacent rank higher."""
        if isinstance(want, Term):
            return self.term(want)
        if isinstance(want, AnyOf):
            return either(map(self.want, want.wants))
        parts = self.parts(want)
        found = every(parts)
        adjacent = self._adjacent(want) if found else None
        if found is None or adjacent is None:
            return found
        return Query.boolean_query([(Occur.Must, found), (Occur.Should, adjacent)])

    def parts(self, want: AllOf) -> list[Query | None]:
        """What finds each part of *want* that is looked for; two words beside each other may be written as one."""
        wanted = looked_for(want)
        pairs = [self._as_one(left, right) for left, right in pairwise(wanted)]
        beside = [None, *pairs, None]
        return [
            either([self.want(part), beside[place], beside[place + 1]]) for place, part in enumerate(wanted)
        ]

    def term(self, term: Term) -> Query | None:
        """What finds *term* where its scope says; a bare one is also looked for in authors and organizations."""
        if term.scope is Scope.ID:
            return Query.term_query(self._schema, "id", term.text)
        if term.scope is Scope.AUTHOR:
            return self._author(term.text)
        if term.scope is Scope.LIKE:
            return self._like(term)
        if term.scope in _FIELDS:
            return self._text(_FIELDS[term.scope], term.text)
        return either([self._text((*TEXT, "organization"), term.text), self._author(term.text)])

    def mute(self, term: Term) -> Query | None:
        """What finds the papers that *term* hides: a bare one looks in title and keywords."""
        if term.scope is Scope.LIKE:
            return self._like(term, enough=ENOUGH, most=max(self._searcher.num_docs, 1))
        return self._text(_FRONT, term.text) if term.scope is Scope.ANYWHERE else self.term(term)

    def keyed(self, key: str, field: str) -> Query | None:
        """What finds the papers that hold *key* in *field*."""
        token = key_token(key)
        found = [self._token(field, token)] if self._stands_in(field, token) else []
        stretches = (one for one in self._cuts(key) if all(self._stands_in(field, word) for word in one))
        return either([*found, *(self._stretch(field, one) for one in stretches)])

    def _text(self, fields: Sequence[str], text: str) -> Query | None:
        parts = phrase_parts(text)[:MOST_WORDS]
        if not parts:
            return None
        return either(
            _boosted(
                every([either(self.keyed(key, field) for key in part) for part in parts]), _BOOSTS[field]
            )
            for field in fields
        )

    def _as_one(self, left: Want, right: Want) -> Query | None:
        """What finds two words typed side by side where they are written as one word, or joined by a hyphen."""
        if not (_bare(left) and _bare(right)):
            return None
        parts = phrase_parts(f"{left} {right}")
        keys = [key for part in parts for key in part if " " not in key] if len(parts) == 1 else []
        return either(self._one_token(key, field) for key in keys for field in TEXT)

    def _one_token(self, key: str, field: str) -> Query | None:
        word = self._token(field, key) if self._known(key) else None
        return _boosted(either([word, self._token(field, key_token(key))]), _BOOSTS[field])

    def _adjacent(self, want: AllOf) -> Query | None:
        words = [part.text for part in want.wants if isinstance(part, Term) and part.scope is Scope.ANYWHERE]
        if len(words) != len(want.wants) or len(words) > MOST_WORDS:
            return None
        stretch = fold_words(" ".join(words))
        if len(stretch) < 2:  # noqa: PLR2004 - side by side are two
            return None
        return either(_boosted(self._stretch(field, stretch), _ADJACENT * _BOOSTS[field]) for field in TEXT)

    def _like(self, term: Term, *, enough: int = NEAR, most: int = _MOST_ALIKE) -> Query | None:
        """The *most* papers that share most of the subject of *term*, at least *enough*; those with more rank higher."""
        shared = [
            Query.const_score_query(found, float(weight))
            for key, weight in term.subject
            if (found := either(self.keyed(key, field) for field in TEXT))
        ]
        subject = either(shared)
        if subject is None:
            return None
        alike = self._searcher.search(subject, most, count=False).hits
        near = [(score, self._searcher.doc(address)["id"][0]) for score, address in alike if score >= enough]
        return either(
            Query.const_score_query(Query.term_query(self._schema, "id", paper_id), _ALIKE * score)
            for score, paper_id in near
            if paper_id != term.text
        )

    def _author(self, text: str) -> Query | None:
        wanted = split_name(text)
        whole = [part for part in wanted if len(part) > 1]
        if len(wanted) == 1:
            return self._token("people", whole[0]) if whole else None
        names = {token for part in dict.fromkeys(whole) for token in self._names(part, wanted)}
        return Query.term_set_query(self._schema, "people", sorted(names)) if names else None

    def _names(self, part: str, wanted: tuple[str, ...]) -> Iterable[str]:
        """The tokens of the names with *part* that are meant by *wanted*."""
        for token, _ in self._searcher.terms_with_prefix("people", part + OF_NAME):
            name = token.partition(OF_NAME)[2].split(BLANK)
            if author_matches(wanted, tuple(name)):
                yield token

    def _stretch(self, field: str, words: tuple[str, ...]) -> Query:
        if len(words) == 1:
            return self._token(field, words[0])
        return Query.phrase_query(self._schema, field, list(words))

    def _token(self, field: str, token: str) -> Query:
        return Query.term_query(self._schema, field, token)

    def _occurs(self, word: str) -> bool:
        return any(self._stands_in(field, word) for field in _BOOSTS)

    def _stands(self, field: str, token: str) -> bool:
        return self._searcher.doc_freq(field, token) > 0

    def _cut(self, key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(cuts(key, self._known))


def looked_for(want: AllOf) -> tuple[Want, ...]:
    """The parts of *want* that are looked for: of very many words the first ones that carry meaning."""
    if len(want.wants) <= MOST_WORDS:
        return want.wants
    telling = [part for part in want.wants if not (isinstance(part, Term) and is_function_word(part.text))]
    return tuple(telling[:MOST_WORDS]) or want.wants[:MOST_WORDS]


def either(queries: Iterable[Query | None]) -> Query | None:
    """What finds what one of *queries* finds."""
    found = [query for query in queries if query is not None]
    if len(found) < 2:  # noqa: PLR2004 - a choice has two sides
        return found[0] if found else None
    return Query.boolean_query([(Occur.Should, query) for query in found])


def every(queries: Sequence[Query | None]) -> Query | None:
    """What finds what each of *queries* finds."""
    found = [query for query in queries if query is not None]
    if len(found) < len(queries) or not found:
        return None
    return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Must, query) for query in found])


def _bare(want: Want) -> bool:
    return isinstance(want, Term) and want.scope is Scope.ANYWHERE


def _boosted(query: Query | None, boost: float) -> Query | None:
    return None if query is None else Query.boost_query(query, boost)
