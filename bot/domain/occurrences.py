"""Which of many texts have a key of `bot.domain.folding`, in a quarter of the memory that a dictionary takes."""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import TYPE_CHECKING, Final

from bot.domain.folding import text_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FIRST: Final = 1 << 10
_FULL: Final = 0.7
_GROWN: Final = 1.6
_FREE: Final = 0
_SEVERAL: Final = 1 << 31
"""A place from here on is not one text's: it is where the mask of several stands."""


class Occurrences:
    """A table of keys, of which it holds nothing but their hashes; text *i* has bit *i*.

    Texts are added and never taken away, so that a mask, cut to the texts there were, stays right. Of a million keys two
    have the same hash once in some forty million processes, and then one of them is found too often.
    """

    __slots__ = ("_held", "_masks", "_table", "_texts")

    def __init__(self) -> None:
        self._texts = 0
        self._held = 0
        self._table = _table(_FIRST)
        self._masks: list[int] = []

    def __len__(self) -> int:
        return self._texts

    def add(self, parts: Iterable[str]) -> None:
        """Add the next text; no key reaches from one of its *parts* into another."""
        for key in set().union(*map(text_keys, parts)):
            self._note(hash(key) or 1, self._texts)
        self._texts += 1

    def find(self, key: str) -> int:
        """The texts that have *key*."""
        hashes, places = self._table
        slot = _slot(hashes, hash(key) or 1)
        if hashes[slot] == _FREE:
            return 0
        place = places[slot]
        return 1 << place if place < _SEVERAL else self._masks[place - _SEVERAL]

    def _note(self, hashed: int, text: int) -> None:
        hashes, places = self._table
        slot = _slot(hashes, hashed)
        if hashes[slot] == _FREE:
            places[slot] = text
            hashes[slot] = hashed  # last: another thread may be looking
            self._held += 1
            if self._held > _FULL * len(hashes):
                self._table = _grown(hashes, places)
        elif (place := places[slot]) < _SEVERAL:
            self._masks.append(1 << place | 1 << text)
            places[slot] = _SEVERAL + len(self._masks) - 1
        else:
            self._masks[place - _SEVERAL] |= 1 << text


def _table(size: int) -> tuple[array[int], array[int]]:
    return array("q", repeat(_FREE, size)), array("I", repeat(0, size))


def _grown(hashes: array[int], places: array[int]) -> tuple[array[int], array[int]]:
    """The same in a larger table; whoever looks into the old one meanwhile finds what was there."""
    more, there = _table(int(len(hashes) * _GROWN))
    for hashed, place in zip(hashes, places, strict=True):
        if hashed != _FREE:
            slot = _slot(more, hashed)
            more[slot], there[slot] = hashed, place
    return more, there


def _slot(hashes: array[int], hashed: int) -> int:
    """Where *hashed* stands, or may be put."""
    size = len(hashes)
    slot = hashed % size
    while hashes[slot] != hashed and hashes[slot] != _FREE:
        slot = slot + 1 if slot + 1 < size else 0
    return slot


def bits(mask: int) -> Iterator[int]:
    """The places of the set bits of *mask*, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
