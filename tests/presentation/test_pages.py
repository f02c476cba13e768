"""Pages of pieces: an answer that fits as a whole is made once, one that does not gives way or is parted."""

from __future__ import annotations

from functools import partial

from bot.presentation.pages import page
from bot.presentation.rooms import Room


def framed(pieces: list[str], number: int, count: int) -> list[str]:
    return [*pieces, f"{number}/{count}"]


def piece(made: list[int], number: int, room: Room) -> list[str]:
    made.append(number)
    return ["#" * (10 + room.summary)]


def test_what_fits_as_a_whole_is_made_once() -> None:
    made: list[int] = []
    pieces = [partial(piece, made, number) for number in range(10)]
    built = page(pieces, framed, 1, fits=lambda parts: len("".join(parts)) < 10_000)
    assert made == list(range(10))
    assert built[-1] == "1/1"


def test_papers_give_way_before_they_are_parted() -> None:
    pieces = [partial(piece, [], number) for number in range(10)]
    built = page(pieces, framed, 1, fits=lambda parts: len("".join(parts)) < 1_000)
    assert built[-1] == "1/1"
    assert {len(one) for one in built[:-1]} == {99}


def test_a_number_too_high_is_the_last_page() -> None:
    pieces = [partial(piece, [], number) for number in range(11)]
    built = page(pieces, framed, 7, fits=lambda parts: len("".join(parts)) < 10_000)
    assert built[-1] == "2/2"
    assert len(built) == 2
