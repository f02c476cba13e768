"""The blocks of a message as Slack's API takes them, and whether they fit into one.

https://docs.slack.dev/reference/block-kit. Everything here is a plain dict, ready for JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.presentation.fitting import fit
from handlers.slack.buttons import action_id, menu_id, value_of
from handlers.slack.mrkdwn import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.buttons import Button

Block = dict[str, Any]
"""A block, or an element of one, as the API takes it."""

MOST_BLOCKS: Final = 50
"""Of one message: https://docs.slack.dev/reference/block-kit/blocks"""
MOST_IN_VIEW: Final = 100
"""Of a modal or of App Home; the same page."""
MOST_BYTES: Final = 10_000
"""Of a message's blocks as JSON. Undocumented: refusals have been seen from 11,341 on (slackapi/bolt-js issue 2867)."""
MOST_VIEW_BYTES: Final = 100_000
"""Of a view, of which 250,000 are taken: https://docs.slack.dev/reference/methods/views.publish#errors"""
MOST_TEXT: Final = 3_000
"""Of one section: https://docs.slack.dev/reference/block-kit/blocks/section-block"""
MOST_HEADER: Final = 150
MOST_IN_ROW: Final = 25
"""Elements of one actions block; five are what a phone shows without folding them."""
MOST_LABEL: Final = 75
MOST_OPTIONS: Final = 100
MOST_OPTION_VALUE: Final = 150
_A_ROW: Final = 5

PLAIN, PRIMARY, DANGER = "", "primary", "danger"
"""Styles of buttons."""


def section(*lines: str, accessory: Block | None = None) -> Block:
    """Lines of mrkdwn with an element beside them; lines that are empty are left out."""
    block: Block = {"type": "section", "text": mrkdwn(*lines)}
    return {**block, "accessory": accessory} if accessory else block


def context(*lines: str) -> Block:
    """Lines of mrkdwn, small and grey."""
    return {"type": "context", "elements": [mrkdwn(*lines)]}


def header(words: str) -> Block:
    """One line as a heading; it is plain text, cut to fit."""
    return {"type": "header", "text": plain_text(words, MOST_HEADER)}


def divider() -> Block:
    """A line between two blocks."""
    return {"type": "divider"}


def actions(elements: Sequence[Block]) -> Block:
    """Buttons and menus side by side."""
    return {"type": "actions", "elements": list(elements)}


def rows(elements: Sequence[Block]) -> list[Block]:
    """*elements* in as few rows of five as hold them; none for none."""
    return [actions(elements[at : at + _A_ROW]) for at in range(0, len(elements), _A_ROW)]


def button(label: str, does: Button, style: str = PLAIN, *, tells: str = "") -> Block:
    """A button that says *label*; *tells* is what a screen reader says instead. Both are cut to fit."""
    block: Block = {
        "type": "button",
        "text": plain_text(label, MOST_LABEL),
        "action_id": action_id(does),
        "value": value_of(does),
    }
    if told := fit(harmless(tells), MOST_LABEL):
        block["accessibility_label"] = told
    return {**block, "style": style} if style else block


def menu(does: Button, hint: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of at most 100 *options*, each a label and a value, of which one is chosen; *hint* stands in it."""
    return {
        "type": "static_select",
        "action_id": menu_id(does),
        "placeholder": plain_text(hint, 150),
        "options": [option(label, value) for label, value in options[:MOST_OPTIONS]],
    }


def option(label: str, value: str) -> Block:
    """One thing to choose from a menu."""
    return {"text": plain_text(label, MOST_LABEL), "value": value[:MOST_OPTION_VALUE]}


def mrkdwn(*lines: str) -> Block:
    """A text object in which only our markup counts: Slack turns no bare address and no bare name into a link."""
    return {"type": "mrkdwn", "text": "\n".join(line for line in lines if line) or "…", "verbatim": True}


def plain_text(words: str, most: int) -> Block:
    """A text object without markup and without emoji codes, in at most *most* characters."""
    return {"type": "plain_text", "text": fit(harmless(words), most) or "…", "emoji": False}


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    """*blocks* and the elements in them, in reading order."""
    for one in blocks:
        yield one
        yield from every(one.get("elements", ()))
        if accessory := one.get("accessory"):
            yield accessory


def size(blocks: Sequence[Block]) -> int:
    """Bytes of *blocks* as JSON in UTF-8."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def fits(blocks: Sequence[Block]) -> bool:
    """Whether a message of *blocks* keeps the limits: how many, their bytes."""
    return len(blocks) <= MOST_BLOCKS and size(blocks) <= MOST_BYTES and _readable(blocks)


def fits_view(blocks: Sequence[Block]) -> bool:
    """The same of a modal or of App Home."""
    return len(blocks) <= MOST_IN_VIEW and size(blocks) <= MOST_VIEW_BYTES and _readable(blocks)


def distinct(buttons: Iterable[Block]) -> list[Block]:
    """*buttons* without those that do what one before them does."""
    return list({one["action_id"]: one for one in reversed(list(buttons))}.values())[::-1]


def _readable(blocks: Iterable[Block]) -> bool:
    """Whether no text in *blocks* is too long."""
    texts = (one["text"] if one["type"] == "section" else one for one in every(blocks))
    return all(len(one["text"]) <= MOST_TEXT for one in texts if one["type"] == "mrkdwn")
