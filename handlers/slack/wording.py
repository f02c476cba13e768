"""What stands above and below the papers: headline, lines and footer as blocks, in the room they may take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.presentation.fitting import fit_lines
from handlers.slack.blocks import MOST_HEADER, context, header, section
from handlers.slack.mrkdwn import bold, channel, names_known, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.presentation.cards import Notice
    from handlers.slack.blocks import Block

_MOST_HEADLINE: Final = 400
_MOST_LINE: Final = 500
_MOST_LINES: Final = 900
_SEPARATOR: Final = " · "
_HEADED: Final = 2
"""Parts of a headline that are its head; the rest explains it."""
_ROOM: Final = re.compile(r"#([CG][A-Z0-9]{8,30})(?!\w)", re.ASCII)


def rooms_in(notice: Notice) -> dict[str, str]:
    """The channels that *notice* names by their ids, and the links that show their names; such a link pings nobody."""
    told = (notice.headline, *notice.lines, *(row.meaning for row in notice.rows), *notice.footer)
    return {f"#{one}": channel(one) for text in told for one in _ROOM.findall(text)}


def head_blocks(notice: Notice, known: Mapping[str, str]) -> list[Block]:
    """Headline and lines; none if both are empty. *known* as in `worded`."""
    told = lines(notice.lines, known)
    return [*headline(notice.headline, known), *([section(*told)] if any(told) else [])]


def headline(words: str, known: Mapping[str, str]) -> list[Block]:
    """A headline as a heading, and what explains it (the counts of a digest) small below."""
    parts = words.split(_SEPARATOR)
    head, rest = _SEPARATOR.join(parts[:_HEADED]), _SEPARATOR.join(parts[_HEADED:])
    small = worded(rest, known, _MOST_HEADLINE)
    return [*_heading(head, known), *([context(small)] if small else [])]


def lines(told: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """As many of the lines as fit into their room."""
    return fit_lines((worded(line, known, _MOST_LINE) for line in told), _MOST_LINES)


def foot_blocks(told: Iterable[str], known: Mapping[str, str]) -> list[Block]:
    """The footer, small; none if there is nothing to say."""
    small = [line for line in lines(told, known) if line]
    return [context(*small)] if small else []


def _heading(head: str, known: Mapping[str, str]) -> list[Block]:
    """A heading for screen readers too, where it is short and links to nothing; else in bold."""
    if not head.strip():
        return []
    if len(head) <= MOST_HEADER and not names_known(head, known):
        return [header(head)]
    shown = bold(worded(head, known, _MOST_HEADLINE))
    return [section(shown)] if shown else []
