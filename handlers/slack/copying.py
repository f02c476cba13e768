"""Text to copy as it is, in blocks of code that Slack takes: many lines, in as many blocks as they need."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from handlers.slack.blocks import MOST_TEXT, Block, section
from handlers.slack.mrkdwn import code_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.presentation.pages import Piece
    from bot.presentation.rooms import Room

_A_LINE: Final = 500
"""Characters; a longer one is wrapped between its words, which BibTeX reads as one line."""
_MOST_BYTES: Final = 4_000
"""Of a block in UTF-8, so that two stand on a page."""


def literal_pieces(literal: str) -> list[Piece[Block]]:
    """*literal* as pieces of pages; none is lost, and no line without a blank is cut unless it is longer than a block."""
    return [_shown(text) for text in _blocks(literal)] if literal.strip() else []


def _blocks(literal: str) -> Iterator[str]:
    taken: list[str] = []
    for line in _lines(literal):
        if taken and not _fits("\n".join((*taken, line))):
            yield "\n".join(taken)
            taken = []
        taken.append(line)
    yield "\n".join(taken)


def _lines(literal: str) -> Iterator[str]:
    for line in literal.strip("\n").split("\n"):
        yield from _wrapped(line)


def _wrapped(line: str) -> list[str]:
    if len(line) <= _A_LINE:
        return [line]
    return textwrap.wrap(line, _A_LINE, subsequent_indent="    ", break_on_hyphens=False) or [""]


def _fits(text: str) -> bool:
    shown = code_block(text)
    return len(shown) <= MOST_TEXT and len(shown.encode(errors="replace")) <= _MOST_BYTES


def _shown(text: str) -> Piece[Block]:
    def piece(_: Room) -> list[Block]:
        return [section(code_block(text))]

    return piece
