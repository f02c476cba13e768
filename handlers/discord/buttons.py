"""The custom ids of buttons: what `bot.domain.buttons` says in as many signs as Discord keeps.

Those are 1 to 100, unique within a message:
https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

from typing import Final

from bot.domain import buttons
from bot.domain.buttons import (
    PATTERN,
    Again,
    Button,
    Draft,
    Fill,
    Manage,
    More,
    Outdated,
    Page,
    Run,
    Share,
    Zone,
    decode,
    key_of,
)

__all__ = [
    "MOST_SIGNS",
    "PATTERN",
    "Again",
    "Button",
    "Draft",
    "Fill",
    "Manage",
    "More",
    "Outdated",
    "Page",
    "Run",
    "Share",
    "Zone",
    "decode",
    "encode",
    "kept_text",
    "key_of",
]

MOST_SIGNS: Final = 100
"""The longest custom id."""


def encode(button: Button) -> str:
    """The custom id of *button*, the same for equal buttons."""
    return buttons.encode(button, MOST_SIGNS)


def kept_text(button: Button) -> dict[str, str]:
    """What must be kept for *button* to work: the text of its command by its key; empty if its custom id says it all."""
    return buttons.kept_text(button, MOST_SIGNS)
