"""Fitting text into a limit: cut between words where it can be, never inside a character that people see as one."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MARK: Final = "…"
"""Stands where something was cut off."""

_JOINER: Final = "\u200d"
_KEYCAP: Final = "\u20e3"
_SELECTORS: Final = range(0xFE00, 0xFE10)
_TONES: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
_FLAGS: Final = range(0x1F1E6, 0x1F200)
_LONG_WORD: Final = 20
"""A word longer than this may be cut: without it too little would be left."""


def fit(text: str, characters: int, *, size: int | None = None, mark: str = MARK) -> str:
    """*text* in at most *characters* code points and *size* bytes of UTF-8; what is cut off ends in *mark*.

    The cut is at the end of a word if there is one near, and never inside a grapheme: an accent stays with its
    letter, an emoji stays whole. Text that fits comes back unchanged; where not even *mark* fits, nothing is left.
    """
    if _fits(text, characters, size):
        return text
    if not _fits(mark, characters, size):
        return ""
    room = characters - len(mark)
    space = None if size is None else size - len(mark.encode())
    kept = _longest(text, room, space)
    return f"{_at_word_end(text, kept)}{mark}"


def fit_escaped(line: str, characters: int, escape: Callable[[str], str]) -> str:
    """As much of *line* as `fit` leaves for *escape* to make at most *characters* code points of; escaped."""
    if len(whole := escape(fit(line, characters))) <= characters:  # most lines hold little to escape
        return whole
    low, high = 0, characters
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(escape(fit(line, middle))) <= characters else (low, middle - 1)
    return escape(fit(line, low)) if low else ""


def fit_lines(lines: Iterable[str], characters: int, *, joined_by: str = "\n") -> tuple[str, ...]:
    """As many whole *lines*, from the first on, as joined fit into *characters* code points."""
    taken = tuple(lines)
    lengths = accumulate(len(line) + len(joined_by) for line in taken)
    return tuple(line for line, end in zip(taken, lengths, strict=True) if end - len(joined_by) <= characters)


def graphemes(text: str) -> Iterator[str]:
    """The characters of *text* as people see them: with their accents, joined emoji and flags whole."""
    start = 0
    for place in range(1, len(text)):
        if not _belongs(text, start, place):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _fits(text: str, characters: int, size: int | None) -> bool:
    return len(text) <= characters and (size is None or len(text.encode(errors="replace")) <= size)


def _longest(text: str, room: int, space: int | None) -> int:
    """How many code points of *text* fit, in whole graphemes."""
    begin = text[: room + 1]
    if begin.isascii():  # each sign is one grapheme and one byte
        return max(min(len(begin), room, room if space is None else space), 0)
    kept = used = 0
    for grapheme in graphemes(begin):
        used += len(grapheme.encode(errors="replace"))
        if kept + len(grapheme) > room or (space is not None and used > space):
            break
        kept += len(grapheme)
    return kept


def _at_word_end(text: str, kept: int) -> str:
    whole = text[:kept]
    if not text[kept : kept + 1].isspace():
        end = next((place for place in range(len(whole) - 1, 0, -1) if whole[place].isspace()), 0)
        if end and kept - end <= _LONG_WORD:
            whole = whole[:end]
    return whole.rstrip().rstrip(",;:–—-").rstrip()


def _belongs(text: str, start: int, place: int) -> bool:
    """Whether the code point at *place* is part of the grapheme that began at *start*."""
    point, before = ord(text[place]), text[place - 1]
    if unicodedata.combining(text[place]) or unicodedata.category(text[place]) in ("Mn", "Me", "Mc"):
        return True
    if text[place] in (_JOINER, _KEYCAP) or point in _SELECTORS or point in _TONES or point in _TAGS:
        return True
    if before == _JOINER:
        return True
    return point in _FLAGS and ord(before) in _FLAGS and (place - start) == 1
