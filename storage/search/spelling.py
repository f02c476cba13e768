"""Words that no paper has, and the words of papers that were meant; how many papers have a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.folding import fold_words
from bot.domain.slips import alike
from bot.ports import Frequencies
from storage.search.engine import count_of
from storage.search.expressions import TEXT, either

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tantivy import Searcher

    from storage.search.finding import Finding

_SHORTEST: Final = 4
"""Shorter words are too often like another that is meant as well."""
_SHARED: Final = 2
"""So many first letters are typed right where more than one of the rest is wrong."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = re.compile(r"[^\W\d_]+")
_USUAL: Final = 2
"""A word that fewer papers have is itself a slip, or a name."""
_MOST_WORDS: Final = 12


def meant(searcher: Searcher, words: Sequence[str]) -> dict[str, str]:
    """Of *words* those that no paper has, each with the known word that it is a slip of, if there is one."""
    found = {}
    for typed in dict.fromkeys(words[:_MOST_WORDS]):
        known = _meant(searcher, fold_words(typed))
        if known is not None:
            found[typed] = known
    return found


def _meant(searcher: Searcher, folded: tuple[str, ...]) -> str | None:
    if len(folded) != 1 or len(folded[0]) < _SHORTEST or not _WORD.fullmatch(folded[0]):
        return None
    (word,) = folded
    if _held(searcher, word):
        return None
    near = max(_one_slip_away(word), key=lambda one: _held(searcher, one), default="")
    if _held(searcher, near) >= _USUAL:
        return near
    beginning = word[:_SHARED]
    usual = [
        one for field in TEXT for one, papers in searcher.terms_with_prefix(field, beginning, limit=2_000)
    ]
    return alike(word, [one for one in dict.fromkeys(usual) if _WORD.fullmatch(one)])


def _held(searcher: Searcher, word: str) -> int:
    return max(searcher.doc_freq(field, word) for field in TEXT)


def _one_slip_away(word: str) -> Iterator[str]:
    """What *word* is with one letter left out, doubled, swapped with the next, or another one."""
    for place in range(len(word)):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail[1:]
            yield head + letter + tail
    yield from (word + letter for letter in _LETTERS)


def words_held(finding: Finding, searcher: Searcher, keys: Iterable[str]) -> Frequencies:
    """About how many papers mention each of *keys*, of how many there are."""
    papers = {}
    for key in keys:
        papers[key] = _held(searcher, key)
        query = None if papers[key] else either(finding.expressions.keyed(key, field) for field in TEXT)
        if query is not None:
            papers[key] = count_of(searcher.search(query, 1))
    return Frequencies(papers=papers, of=searcher.num_docs)
