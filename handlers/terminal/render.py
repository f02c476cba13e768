"""An answer as rich text: colour and links where the terminal has them, plain lines where it has not. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.presentation.cards import Tone
from bot.presentation.fitting import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.presentation.cards import Action, Card, Notice, Row

_HEADLINE: Final = {
    Tone.PLAIN: "bold",
    Tone.GOOD: "bold green",
    Tone.WARNING: "bold yellow",
    Tone.ERROR: "bold red",
}
_INDENT: Final = 4
_LONGEST: Final = 1000
_LONGEST_TITLE: Final = 300
_LONGEST_SUMMARY: Final = 420
_NAME_SHARE: Final = 0.5
"""Names of rows stand in a column as long as it takes no more of the width than this."""
_SEPARATOR: Final = " · "
_TOGETHER: Final = 24
"""Parts of a line up to this long are not broken: ``166 listed``."""
_GLUE: Final = "\ue000"
"""Stands for a blank that must not break; `safe` lets no such character in."""
_UNSAFE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
"""Format characters that some scripts and emoji need to be read."""


def render(notice: Notice, width: int) -> Iterator[Text]:
    """The lines of *notice*, top to bottom, none wider than *width* columns.

    Only what is there to be copied is never broken: a command, an address, BibTeX.

    No untrusted text is read as markup, and none reaches the terminal as control.
    """
    blocks = [
        [
            *_flowed(_parts(notice.headline, style=_HEADLINE[notice.tone]), width),
            *(line for text in notice.lines for line in _flowed(Text(safe(text)), width)),
            *_rows(notice.rows, width),
        ],
        *(list(_card(card, width)) for card in notice.cards),
        [Text(safe(line)) for line in notice.literal.split("\n")] if notice.literal else [],
        [
            *(line for text in notice.footer for line in _flowed(Text(safe(text), style="dim"), width)),
            *(line for action in notice.actions for line in _action(action, width)),
        ],
    ]
    yield from _parted(blocks)


def safe(text: str) -> str:
    """*text* without anything that could steer a terminal or turn the direction of what follows."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for char in text.replace("\t", " ")
        if char in _JOINERS or unicodedata.category(char) not in _UNSAFE
    )


def _parted(blocks: Iterable[list[Text]]) -> Iterator[Text]:
    """The lines of *blocks*, a blank line between two of them."""
    begun = False
    for block in filter(None, blocks):
        if begun:
            yield Text()
        yield from block
        begun = True


def _rows(rows: Iterable[Row], width: int) -> Iterator[Text]:
    """Names in a column, meanings beside them; a name too long for the column stands above its meaning."""
    shown = [(safe(row.name), safe(row.meaning)) for row in rows]
    most = int(width * _NAME_SHARE)
    column = max((length for name, _ in shown if (length := cell_len(name)) <= most), default=_INDENT) + 2
    for name, meaning in shown:
        lines = list(_flowed(Text(meaning), width, column))
        if cell_len(name) < column and lines:
            lines[0] = Text(name, style="cyan").append_text(lines[0][cell_len(name) :])
        else:
            yield from _flowed(Text(name, style="cyan"), width)
        yield from lines


def _action(action: Action, width: int) -> Iterator[Text]:
    """The words, then the commands: none is broken, so that it can be copied whole."""
    line = Text(f"{safe(action.words)}: " if action.words else "")
    for place, command in enumerate(map(safe, action.commands)):
        more = _SEPARATOR if place + 1 < len(action.commands) else ""
        wide = cell_len(command + more.rstrip())
        if line.plain.strip() and line.cell_len + wide > width >= _INDENT + wide:
            line.rstrip()
            yield line
            line = Text(" " * _INDENT)
        line.append(command, style="cyan").append(more)
    yield line


def _card(card: Card, width: int) -> Iterator[Text]:
    yield from _title(card, width)
    yield from _flowed(_parts(card.byline, style="dim"), width, _INDENT)
    yield from _flowed(_summary(card), width, _INDENT)
    yield from _flowed(_figures(card), width, _INDENT)
    for paragraph in card.paragraphs:
        yield Text()
        yield from _flowed(Text(safe(paragraph)), width, _INDENT)
    if card.links:
        yield Text()
        for link in card.links:
            url = safe(link.url)
            yield Text(f"{'':{_INDENT}}{link.name}: ").append(url, style=Style(link=url))


def _title(card: Card, width: int) -> Iterator[Text]:
    style = Style(bold=True, link=safe(card.url) or None)
    number = f"{card.rank}." if card.rank is not None else ""
    title = Text(fit(safe(card.title), _LONGEST_TITLE), style=style)
    for place, line in enumerate(_flowed(title, width - _INDENT)):
        yield Text(f"{'' if place else number:<{_INDENT}}", style="bold cyan").append_text(line)


def _summary(card: Card) -> Text:
    mark = "✦ " if card.machine_written else ""
    return Text(f"{mark}{fit(safe(card.summary), _LONGEST_SUMMARY)}") if card.summary else Text()


def _figures(card: Card) -> Text:
    line = _parts(card.figures, style="green")
    if card.reason:
        line.append(" — " if card.figures else "", style="dim").append(safe(card.reason), style="italic dim")
    return line


def _parts(text: str, style: str) -> Text:
    """*text* as parts between middle dots, the short ones kept together."""
    parts = safe(text).split(_SEPARATOR)
    glued = (part.replace(" ", _GLUE) if len(part) <= _TOGETHER else part for part in parts)
    return Text(_SEPARATOR.join(glued), style=style)


def _flowed(text: Text, width: int, indent: int = 0) -> Iterator[Text]:
    """*text* broken at blanks into lines of at most *width* columns, *indent* of them blank; nothing for no text."""
    if not text:
        return
    for line in text.wrap(_MEASURE, width - indent):
        line.rstrip()
        line.plain = line.plain.replace(_GLUE, " ")
        yield Text(" " * indent).append_text(line)


_MEASURE: Final = Console(width=_LONGEST)
"""Only measures: wrapping asks a console how wide a tab is."""
