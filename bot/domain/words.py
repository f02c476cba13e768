"""The words of a command text with their places; what stands in quotes is one word that is never syntax."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

# A channel as Slack and Discord send it, a comma, a border, or a run of anything else in which quotes hold together.
_WORD: Final = re.compile(r"""<[#@!]+[^\s>]*>|,|;(?=\s|$)|\||(?:"[^"]*(?:"|$)|;(?=\S)|[^\s,;|"])+""")
_DASHES: Final = re.compile(r"[\u2010-\u2014\u2212]+|--+")
AND: Final = frozenset({"and", "&", "+"})
"""Words that join clauses, days or times."""
_SEPARATORS: Final = AND | {",", ";"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``source[start:end] == text``."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """In lower case, without a full stop at its end; empty if it is quoted, so that it equals no keyword."""
        return "" if '"' in self.text else self.text.casefold().rstrip(".")

    @property
    def is_comma(self) -> bool:
        """Whether it is a comma, or a semicolon that parts words."""
        return self.text in (",", ";")

    @property
    def is_bar(self) -> bool:
        """Whether it is the border ``|``."""
        return self.text == "|"

    @property
    def is_dash(self) -> bool:
        """Whether it is a long dash between blanks."""
        return _DASHES.fullmatch(self.text) is not None


def words_of(text: str, start: int = 0) -> tuple[Word, ...]:
    """The words of *text* from *start* on."""
    return tuple(Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text, start))


def lower_at(words: Sequence[Word], at: int) -> str:
    """The word at *at* in lower case; empty beyond the end."""
    return words[at].lower if 0 <= at < len(words) else ""


def after_separator(words: Sequence[Word], at: int) -> int:
    """The place after a comma, an *and*, or both, at *at*."""
    while lower_at(words, at) in _SEPARATORS:
        at += 1
    return at


def several(
    words: Sequence[Word], at: int, read: Callable[[Sequence[Word], int], tuple[T, int] | None]
) -> tuple[list[T], int] | None:
    """What *read* finds at *at*, and again after each comma or *and*, with the place after the last; None if nothing."""
    first = read(words, at)
    if first is None:
        return None
    values, end = [first[0]], first[1]
    while (following := after_separator(words, end)) > end and (more := read(words, following)) is not None:
        values.append(more[0])
        end = more[1]
    return values, end
