"""An answer as rich text: colour and links where the terminal has them, plain lines where it has not. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.presentation.cards import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.presentation.cards import Card, Notice

_HEADLINE: Final = {
    Tone.PLAIN: "bold",
    Tone.GOOD: "bold green",
    Tone.WARNING: "bold yellow",
    Tone.ERROR: "bold red",
}
_INDENT: Final = 4
_LONGEST: Final = 1000
_UNSAFE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
"""Format characters that some scripts and emoji need to be read."""


def render(notice: Notice, width: int) -> Iterator[Text]:
    """The lines of *notice*, top to bottom, none wider than *width* columns (but for text to copy and addresses).

    No untrusted text is read as markup, and none reaches the terminal as control.
    """
    yield from _flowed(Text(safe(notice.headline), style=_HEADLINE[notice.tone]), width)
    for line in notice.lines:
        yield from _flowed(Text(safe(line)), width)
    for card in notice.cards:
        yield Text()
        yield from _card(card, width)
    if notice.literal:
        yield Text()
        yield from (Text(safe(line)) for line in notice.literal.split("\n"))
    if notice.footer:
        yield Text()
        for line in notice.footer:
            yield from _flowed(Text(safe(line), style="dim"), width)


def safe(text: str) -> str:
    """*text* without anything that could steer a terminal or turn the direction of what follows."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for char in text.replace("\t", " ")
        if char in _JOINERS or unicodedata.category(char) not in _UNSAFE
    )


def _card(card: Card, width: int) -> Iterator[Text]:
    yield from _title(card, width)
    yield from _flowed(Text(safe(card.byline), style="dim"), width, _INDENT)
    mark = "✦ " if card.machine_written else ""
    yield from _flowed(Text(mark + safe(card.summary)) if card.summary else Text(), width, _INDENT)
    yield from _flowed(_figures(card), width, _INDENT)
    for paragraph in card.paragraphs:
        yield Text()
        yield from _flowed(Text(safe(paragraph)), width, _INDENT)
    if card.links:
        yield Text()
        for link in card.links:
            yield Text(f"{'':{_INDENT}}{link.name}: ").append(safe(link.url), style=Style(link=link.url))


def _title(card: Card, width: int) -> Iterator[Text]:
    style = Style(bold=True, link=card.url or None)
    number = f"{card.rank}." if card.rank is not None else ""
    for place, line in enumerate(_flowed(Text(safe(card.title), style=style), width - _INDENT)):
        yield Text(f"{'' if place else number:<{_INDENT}}", style="bold cyan").append_text(line)


def _figures(card: Card) -> Text:
    line = Text(safe(card.figures), style="green")
    if card.reason:
        line.append(" — " if card.figures else "", style="dim").append(safe(card.reason), style="italic dim")
    return line


def _flowed(text: Text, width: int, indent: int = 0) -> Iterator[Text]:
    """*text* broken at blanks into lines of at most *width* columns, *indent* of them blank; nothing for no text."""
    if not text:
        return
    for line in text.wrap(_MEASURE, width - indent):
        line.rstrip()
        yield Text(" " * indent).append_text(line)


_MEASURE: Final = Console(width=_LONGEST)
"""Only measures: wrapping asks a console how wide a tab is."""
