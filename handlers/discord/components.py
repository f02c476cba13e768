"""The parts of a message as Discord's API takes them, and whether they fit into one.

https://discord.com/developers/docs/components/reference. Everything here is a plain dict, ready for JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.presentation.fitting import fit
from handlers.discord.buttons import encode
from handlers.discord.markdown import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handlers.discord.buttons import Button

Component = dict[str, Any]
"""A component as the API takes it."""
Body = dict[str, Any]
"""The JSON of a message as the API takes it."""

MOST_COMPONENTS: Final = 40
"""Of one message, nested ones counted."""
MOST_CHARACTERS: Final = 4_000
"""Of all text displays of a message together: discord-api-docs pull request 8562."""
MOST_BYTES: Final = 10_170
"""Of all text displays in UTF-8, and 12 for each; above it every request fails: discord-api-docs issue 8554."""
MOST_IN_ROW: Final = 5
MOST_LABEL: Final = 80
MOST_OPTIONS: Final = 25

IS_V2: Final = 1 << 15
EPHEMERAL: Final = 1 << 6

SECONDARY, PRIMARY, SUCCESS, DANGER = 2, 1, 3, 4
"""Styles of buttons: grey, blurple, green, red."""

_ROW, _BUTTON, _MENU, _SECTION, _TEXT, _FILE, _SEPARATOR, _CONTAINER = 1, 2, 3, 9, 10, 13, 14, 17
_BYTES_A_TEXT: Final = 12


def text(*lines: str) -> Component:
    """Lines of markdown; those that are empty are left out."""
    return {"type": _TEXT, "content": "\n".join(line for line in lines if line)}


def button(label: str, does: Button, style: int = SECONDARY) -> Component:
    """A button that says *label*, which is cut to fit."""
    said = fit(harmless(label), MOST_LABEL) or "…"
    return {"type": _BUTTON, "style": style, "label": said, "custom_id": encode(does)}


def section(shown: Component, accessory: Component) -> Component:
    """A text with a button beside it."""
    return {"type": _SECTION, "components": [shown], "accessory": accessory}


def row(buttons: Sequence[Component]) -> Component:
    """One to five buttons side by side."""
    return {"type": _ROW, "components": list(buttons)}


def rows(buttons: Sequence[Component]) -> list[Component]:
    """*buttons* in as few rows as hold them; none for none."""
    return [row(buttons[at : at + MOST_IN_ROW]) for at in range(0, len(buttons), MOST_IN_ROW)]


def menu(does: Button, hint: str, options: Sequence[tuple[str, str]]) -> Component:
    """A menu of at most 25 *options*, each a label and a value, of which one is chosen; *hint* stands in it."""
    shown = [
        {"label": fit(harmless(label), 100) or "…", "value": value[:100]}
        for label, value in options[:MOST_OPTIONS]
    ]
    return {"type": _MENU, "custom_id": encode(does), "placeholder": fit(hint, 150), "options": shown}


def menu_row(one: Component) -> Component:
    """A menu in the row that it fills."""
    return {"type": _ROW, "components": [one]}


def separator(*, line: bool = True) -> Component:
    """Some room between two components, with a *line* in it."""
    return {"type": _SEPARATOR, "divider": line, "spacing": 1}


def file(name: str) -> Component:
    """The attachment *name* of the same message."""
    return {"type": _FILE, "file": {"url": f"attachment://{name}"}}


def container(components: Sequence[Component], accent: int | None = None) -> Component:
    """A box around *components*, with a stripe of the colour *accent* (0xRRGGBB)."""
    box: Component = {"type": _CONTAINER, "components": list(components)}
    return box if accent is None else {**box, "accent_color": accent}


def message(components: Sequence[Component], *, flags: int = 0) -> Body:
    """The body of a message of these components; whoever posts it says that it mentions nobody."""
    return {"flags": IS_V2 | flags, "components": list(components)}


def every(components: Iterable[Component]) -> Iterator[Component]:
    """*components* and all that is in them, in reading order."""
    for one in components:
        yield one
        yield from every(one.get("components", ()))
        if accessory := one.get("accessory"):
            yield accessory


def texts(components: Iterable[Component]) -> list[str]:
    """What the text displays in *components* say, in reading order."""
    return [one["content"] for one in every(components) if one["type"] == _TEXT]


def fits(components: Sequence[Component]) -> bool:
    """Whether a message of *components* keeps the limits: how many, their characters, their bytes."""
    if sum(1 for _ in every(components)) > MOST_COMPONENTS:
        return False
    said = texts(components)
    size = sum(len(one.encode(errors="replace")) for one in said) + _BYTES_A_TEXT * len(said)
    return sum(map(len, said)) <= MOST_CHARACTERS and size <= MOST_BYTES


def distinct(buttons: Iterable[Component]) -> list[Component]:
    """*buttons* without those that do what one before them does: a custom id stands once in a message."""
    return list({one.get("custom_id", one.get("url")): one for one in reversed(list(buttons))}.values())[::-1]
