"""Where in a text the words stand that something was found by, so that they can be marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.folding import occurs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Stretch = tuple[int, int]
"""Where a stretch of text begins and ends."""

_WORD: Final = re.compile(r"\w(?:[^\s,;:()\[\]“”\"]*[\w+#*\u0300-\u036f])?")
_MOST_TERMS: Final = 8
_SPARE: Final = 2
"""A compound may be written as so many words more than the keyword: *world-model* and *world model*."""
_LONGEST_TEXT: Final = 4_000


def stretches(terms: Iterable[str], text: str) -> tuple[Stretch, ...]:
    """Where *terms* occur in *text* by the rules of `bot.domain.folding`: in order, none touching another."""
    if len(text) > _LONGEST_TEXT:
        return ()
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    wanted = list(dict.fromkeys(terms))[:_MOST_TERMS]
    found = sorted(one for term in wanted if occurs(term, text) for one in _places(term, text, words))
    return tuple(_merged(found))


def _places(term: str, text: str, words: list[Stretch]) -> Iterator[Stretch]:
    """The shortest runs of *words* in which *term* occurs."""
    longest = len(term.split()) + term.count("-") + _SPARE
    place = 0
    while place < len(words):
        run = words[place : place + longest]
        if not occurs(term, text[run[0][0] : run[-1][1]]):
            place += 1
            continue
        ends = next(
            count for count in range(1, len(run) + 1) if occurs(term, text[run[0][0] : run[count - 1][1]])
        )
        end = run[ends - 1][1]
        yield max(begin for begin, _ in run[:ends] if occurs(term, text[begin:end])), end
        place += ends


def _merged(found: list[Stretch]) -> Iterator[Stretch]:
    before: Stretch | None = None
    for stretch in found:
        if before is not None and stretch[0] <= before[1]:
            before = (before[0], max(before[1], stretch[1]))
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before
