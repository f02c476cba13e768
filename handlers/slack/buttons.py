"""The ids and values of buttons: what `bot.domain.buttons` says, where Slack keeps it.

A button has a value of 2,000 characters, of which we use fewer, so that a row of buttons leaves room for papers; its id
only tells it from others. A menu has no value of its own: its id of 255 characters says what it is for.
https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from bot.domain.buttons import PATTERN, Outdated, decode, encode, kept_text, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.buttons import Button

MOST_VALUE: Final = 400
MOST_ID: Final = 255
OURS: Final = PATTERN
"""Every action id and callback id of ours, of whatever version."""

_SIGNS: Final = 16


def value_of(button: Button) -> str:
    """The value of *button*, the same for equal buttons."""
    return encode(button, MOST_VALUE)


def action_id(button: Button) -> str:
    """What tells *button* from others of its message: ``p1:more:`` and 16 signs."""
    sign = hashlib.sha256(value_of(button).encode(errors="replace")).hexdigest()[:_SIGNS]
    return f"p1:{kind_of(button)}:{sign}"


def menu_id(button: Button) -> str:
    """The action id of a menu for what *button* stands for."""
    return encode(button, MOST_ID)


def kept(*, buttons: tuple[Button, ...] = (), menus: tuple[Button, ...] = ()) -> dict[str, str]:
    """What must be kept for them to work: the texts of their commands by key; empty if they say it all."""
    texts: dict[str, str] = {}
    for one in buttons:
        texts |= kept_text(one, MOST_VALUE)
    for one in menus:
        texts |= kept_text(one, MOST_ID)
    return texts


def pressed(action: Mapping[str, Any]) -> tuple[Button | Outdated, str]:
    """What an action that Slack sends stands for, and the value chosen if it is a menu, else empty."""
    if action.get("type") == "button":
        return decode(str(action.get("value") or "")), ""
    chosen = (action.get("selected_option") or {}).get("value")
    return decode(str(action.get("action_id") or "")), str(chosen or "")
