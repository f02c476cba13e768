"""How much each text of a paper may take, and the most that fits: all papers of a message give way alike."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Built = TypeVar("_Built")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many characters of markdown each text of a paper may take; in the order in which they give way."""

    abstract: int = 3_200
    summary: int = 220
    reason: int = 160
    byline: int = 140


NO_ROOM: Final = Room(abstract=0, summary=0, reason=0, byline=0)
"""Titles and figures alone."""


def in_the_room(build: Callable[[Room], _Built], fits: Callable[[_Built], bool]) -> _Built | None:
    """What *build* makes of the most room with which it *fits*: all papers give way alike. None if it never does."""
    room = Room()
    if fits(whole := build(room)):
        return whole
    if not fits(build(NO_ROOM)):
        return None
    for one in fields(Room):
        least = replace(room, **{one.name: 0})
        if fits(build(least)):
            return build(_widest(one.name, least, getattr(room, one.name), lambda some: fits(build(some))))
        room = least
    return None


def _widest(name: str, least: Room, most: int, fits: Callable[[Room], bool]) -> Room:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(replace(least, **{name: middle})) else (low, middle - 1)
    return replace(least, **{name: low})
