"""Rows of an answer: what is held with what can be done about it, or words to type with what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.presentation.asking import ends_something
from handlers.discord.buttons import Manage, Run
from handlers.discord.components import (
    DANGER,
    MOST_IN_ROW,
    SECONDARY,
    Component,
    button,
    distinct,
    row,
    section,
    text,
)
from handlers.discord.markdown import code, worded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.presentation.cards import Choice, Row
    from bot.presentation.pages import Piece
    from bot.presentation.rooms import Room

_WITH_ALL_BUTTONS: Final = 5
"""So many rows have all their buttons; of more each has one that shows them."""
_MOST_MEANING: Final = 500
_MOST_NAME: Final = 100
_APART: Final = "  "
"""Parts two names that are the same thing to type."""
_AT_ONCE: Final = 1_000
"""Characters of rows without buttons in one text."""


def row_pieces(rows: Sequence[Row], known: Mapping[str, str]) -> list[Piece[Component]]:
    """Each row with its buttons; those without, many in one text. *known* as in `worded`."""
    if any(one.choices for one in rows):
        full = len(rows) <= _WITH_ALL_BUTTONS
        return [_with_buttons(one, known, full=full, alone=len(rows) == 1) for one in rows]
    return [_said(chunk) for chunk in _chunks([_line(one, " — ", known) for one in rows])]


def choice_button(choice: Choice, label: str = "") -> Component:
    """A button that does *choice*; red where something ends."""
    style = DANGER if ends_something(choice) else SECONDARY
    return button(label or choice.label, Run(text=choice.text), style)


def _with_buttons(one: Row, known: Mapping[str, str], *, full: bool, alone: bool) -> Piece[Component]:
    def piece(_: Room) -> list[Component]:
        said = text(_line(one, " ", known))
        if not one.choices:
            return [said]
        if not full:
            return [section(said, button(f"Manage {one.name}", Manage(short_id=one.name)))]
        named = (choice_button(choice, _label(choice, one, alone=alone)) for choice in one.choices)
        return [said, row(distinct(named)[:MOST_IN_ROW])]

    return piece


def _label(choice: Choice, one: Row, *, alone: bool) -> str:
    """What a button says; where the same stands in several rows, also of which."""
    return choice.label if alone else f"{choice.label} {one.name}"


def _line(one: Row, between: str, known: Mapping[str, str]) -> str:
    names = " ".join(code(name, _MOST_NAME) for name in one.name.split(_APART))
    parts = (names, worded(one.meaning, known, _MOST_MEANING))
    return between.join(part for part in parts if part) or "…"


def _chunks(lines: Sequence[str]) -> list[list[str]]:
    """*lines*, as many together as one text may hold."""
    chunks: list[list[str]] = []
    for line in lines:
        if chunks and sum(map(len, chunks[-1])) + len(line) <= _AT_ONCE:
            chunks[-1].append(line)
        else:
            chunks.append([line])
    return chunks


def _said(lines: Sequence[str]) -> Piece[Component]:
    said = text(*lines)
    return lambda _: [said]
