"""Pieces of an answer in pages: as many as fit into a message, never one in two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from bot.presentation.rooms import NO_ROOM, Room, in_the_room

_Part = TypeVar("_Part")

Piece = Callable[[Room], list[_Part]]
"""A paper or a row, in the room it may take."""
Frame = Callable[[list[_Part], int, int], list[_Part]]
"""What stands around the pieces of page *number* of *count*."""

_SIZES: Final = (10, 8, 6, 5, 4, 3, 2, 1)


def page(
    pieces: Sequence[Piece[_Part]],
    frame: Frame[_Part],
    number: int,
    *,
    fits: Callable[[list[_Part]], bool],
) -> list[_Part]:
    """The parts of page *number*, from 1; a number too high is the last one. *fits* says what a message takes.

    Every page holds equally many, so that a page's number means the same whenever it is asked for.
    """
    if len(pieces) <= _SIZES[0] and fits(whole := _framed(pieces, frame, 1, 1, Room())):
        return whole  # most answers: nothing has to give way
    for size in _SIZES:
        parts = [pieces[at : at + size] for at in range(0, len(pieces), size)] or [()]
        if all(fits(_framed(part, frame, at, len(parts), NO_ROOM)) for at, part in enumerate(parts, 1)):
            at = min(max(number, 1), len(parts))
            build = partial(_framed, parts[at - 1], frame, at, len(parts))
            return in_the_room(build, fits) or build(NO_ROOM)
    return frame([], 1, 1)


def _framed(
    part: Sequence[Piece[_Part]], frame: Frame[_Part], number: int, count: int, room: Room
) -> list[_Part]:
    return frame([one for piece in part for one in piece(room)], number, count)
