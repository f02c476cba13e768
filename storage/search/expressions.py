"""From wants to what FTS5 matches (https://www.sqlite.org/fts5.html#full_text_query_syntax).

Every token is quoted, so that nothing a person types is ever read as syntax.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.domain.filters import AllOf, AnyOf, Scope, Term
from bot.domain.folding import fold_forms, fold_words, is_function_word
from bot.domain.names import split_name
from storage.search.documents import INITIAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.domain.filters import Want

MOST_WORDS: Final = 32
"""The most words of a query that are looked for; a pasted abstract is known by its first ones."""
_SHORTEST_PIECE: Final = 3
"""Words join into one, and one word falls into two, only if each piece has as many letters."""

_FRONT: Final = "{title keywords}"
_TEXT: Final = "{title keywords abstract organization}"
_COLUMNS: Final = {
    Scope.TITLE: "title",
    Scope.ABSTRACT: "abstract",
    Scope.KEYWORD: "keywords",
    Scope.ORGANIZATION: "organization",
}
_Words = tuple[str, ...]


class Expressions:
    """Makes FTS5 expressions; *known* says whether a word occurs in the index at all.

    An empty expression finds nothing.
    """

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known

    def want(self, want: Want) -> str:
        """What finds *want*; words side by side that are also adjacent rank higher."""
        if isinstance(want, Term):
            return self.term(want)
        if isinstance(want, AnyOf):
            return _either(map(self.want, want.wants))
        parts = self.parts(want)
        return _either([_all(parts), self._adjacent(want)]) if all(parts) else ""

    def parts(self, want: AllOf) -> list[str]:
        """What finds each part of *want* that is looked for; two words beside each other may be written as one."""
        wanted = looked_for(want)
        return [self._part(wanted[max(0, place - 1) : place + 2], part) for place, part in enumerate(wanted)]

    def _part(self, near: tuple[Want, ...], part: Want) -> str:
        own = self.want(part)
        texts = [one.text if isinstance(one, Term) and one.scope is Scope.ANYWHERE else "" for one in near]
        pairs = (fold_words(f"{left} {right}") for left, right in pairwise(texts) if left and right)
        as_one = [_quoted(word) for pair in pairs if len(pair) == 2 for (word,) in self._joined(pair)]  # noqa: PLR2004
        return _either([own, _within(_TEXT, as_one)]) if own else ""

    def term(self, term: Term) -> str:
        """What finds *term* where its scope says; a bare one is also looked for in authors and organizations."""
        if term.scope is Scope.ID:
            return f"id : {_quoted(term.text)}"
        if term.scope is Scope.AUTHOR:
            return _author(term.text)
        if term.scope in _COLUMNS:
            return _within(_COLUMNS[term.scope], self._phrases(term.text))
        return _either([_within(_TEXT, self._phrases(term.text)), _author(term.text)])

    def mute(self, term: Term) -> str:
        """What finds the papers that *term* hides: a bare one looks in title and keywords."""
        if term.scope is Scope.ANYWHERE:
            return _within(_FRONT, self._phrases(term.text))
        return self.term(term)

    def _adjacent(self, want: AllOf) -> str:
        words = [part.text for part in want.wants if isinstance(part, Term) and part.scope is Scope.ANYWHERE]
        if len(words) != len(want.wants) or len(words) > MOST_WORDS:
            return ""
        return _within(_TEXT, [_quoted(" ".join(fold_words(" ".join(words))))])

    def _phrases(self, text: str) -> list[str]:
        return [_quoted(" ".join(words)) for words in self._spellings(text)]

    def _spellings(self, text: str) -> list[_Words]:
        """The ways in which folded documents spell *text*: as it is, joined, and fallen apart."""
        words = fold_words(text)[:MOST_WORDS]
        if not words:
            return []
        compact = tuple(word for run in text.split() for word in fold_forms(run) or fold_words(run))[
            :MOST_WORDS
        ]
        found = [words, compact, *self._joined(words), *self._apart(words)]
        return list(dict.fromkeys(spelling for spelling in found if spelling))

    def _joined(self, words: _Words) -> Iterator[_Words]:
        for place in range(len(words) - 1):
            if _joins(words[place]) and _joins(words[place + 1]):
                one = words[place] + words[place + 1]
                if self._known(one):
                    yield (*words[:place], one, *words[place + 2 :])

    def _apart(self, words: _Words) -> Iterator[_Words]:
        for place, word in enumerate(words):
            for cut in range(_SHORTEST_PIECE, len(word) - _SHORTEST_PIECE + 1):
                pieces = (word[:cut], word[cut:])
                if all(map(_joins, pieces)) and all(map(self._known, pieces)):
                    yield (*words[:place], *pieces, *words[place + 1 :])


def looked_for(want: AllOf) -> tuple[Want, ...]:
    """The parts of *want* that are looked for: of very many words the first ones that carry meaning."""
    if len(want.wants) <= MOST_WORDS:
        return want.wants
    telling = [part for part in want.wants if not (isinstance(part, Term) and is_function_word(part.text))]
    return tuple(telling[:MOST_WORDS]) or want.wants[:MOST_WORDS]


def _joins(word: str) -> bool:
    return len(word) >= _SHORTEST_PIECE and not is_function_word(word)


def _author(text: str) -> str:
    parts = split_name(text)
    if not any(len(part) > 1 for part in parts):
        return ""
    return _within("authors", [_quoted(" ".join(name)) for name in dict.fromkeys(_names(parts))])


def _names(parts: _Words) -> Iterator[_Words]:
    """The ways in which documents spell the name of *parts*: an initial meets the names that it begins."""
    first, *rest = parts
    if not rest:
        yield parts
    elif len(first) == 1:
        yield (first + INITIAL, *rest)
    else:
        yield parts
        yield (first[0], *rest)


def _within(columns: str, phrases: Iterable[str]) -> str:
    either = _either(phrases)
    return f"{columns} : {either}" if either else ""


def _either(expressions: Iterable[str]) -> str:
    found = [expression for expression in expressions if expression]
    return f"({' OR '.join(found)})" if found else ""


def _all(expressions: Iterable[str]) -> str:
    return f"({' AND '.join(expressions)})"


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"' if words else ""
