"""What stands above and below the papers: headline, lines and footer as markdown, in the room they may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.presentation.fitting import fit_lines
from handlers.discord.components import Component, text
from handlers.discord.markdown import heading, subtext, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.presentation.cards import Notice

_MOST_HEADLINE: Final = 250
_MOST_LINE: Final = 400
_MOST_LINES: Final = 600
_SEPARATOR: Final = " · "
_HEADED: Final = 2
"""Parts of a headline that are its head; the rest explains it."""


def head_text(notice: Notice, known: Mapping[str, str]) -> list[Component]:
    """Headline and lines as one text; none if both are empty. *known* as in `worded`."""
    head = "\n".join(filter(None, (*headline(notice.headline, known), *lines(notice.lines, known))))
    return [text(head)] if head else []


def headline(words: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """A headline as a heading, and what explains it (the counts of a digest) small below."""
    parts = words.split(_SEPARATOR)
    head, rest = _SEPARATOR.join(parts[:_HEADED]), _SEPARATOR.join(parts[_HEADED:])
    return (
        heading(worded(head, known, _MOST_HEADLINE)),
        subtext(worded(rest, known, _MOST_HEADLINE)),
    )


def lines(told: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """As many of the lines as fit into their room."""
    return fit_lines((worded(line, known, _MOST_LINE) for line in told), _MOST_LINES)


def foot_text(told: Iterable[str], known: Mapping[str, str]) -> list[Component]:
    """The footer, small; none if there is nothing to say."""
    small = tuple(map(subtext, filter(None, lines(told, known))))
    return [text(*small)] if small else []
