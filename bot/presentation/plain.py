"""Foreign text on one line, without what nobody sees and what would reorder the words beside it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_DROPPED: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
_BREAKS: Final = frozenset({"Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_MAY_BE_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Every character of such scripts, and others."""
_NOT_CHARACTERS: Final = 0xFFFE
_ISOLATE: Final = "\u2068"
_POP: Final = "\u2069"
_ACCENTS: Final = r"[\u0300-\u036f\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_TOO_MANY_ACCENTS: Final = re.compile(rf"({_ACCENTS}{{4}}){_ACCENTS}+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """*text* on one line, without anything that is not seen or that turns the direction of what follows.

    What some scripts and emoji need stays: the joiners, and up to four accents on a letter.
    """
    if not (text.isascii() and text.isprintable()):
        text = _TOO_MANY_ACCENTS.sub(r"\1", text.translate(_SEEN))
    return " ".join(text.split())


def isolated(markup: str) -> str:
    """*markup* such that text from right to left in it does not reorder what stands beside it."""
    found = _MAY_BE_RIGHT_TO_LEFT.findall(markup)
    turns = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in found)
    return f"{_ISOLATE}{markup}{_POP}" if turns else markup


def seen(char: str) -> str:
    """*char* if people see it, a blank for one that ends a line, else nothing."""
    kind = unicodedata.category(char)
    if char in "\t\n\r\v\f\x85" or kind in _BREAKS:
        return " "
    unseen = kind in _DROPPED or ord(char) & _NOT_CHARACTERS == _NOT_CHARACTERS
    return "" if unseen and char not in _JOINERS else char


class _Seen(dict[int, str]):
    """What `seen` gives for each code point, once it was asked for."""

    def __missing__(self, point: int) -> str:
        shown = self[point] = seen(chr(point))
        return shown


_SEEN: Final = _Seen()
