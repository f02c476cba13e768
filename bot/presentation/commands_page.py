"""docs/commands.md, written from the one table of commands: ``python -m bot.presentation.commands_page``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from bot.domain.command_text import PREFIX
from bot.presentation.commands import (
    BAR_EXAMPLE,
    BAR_NOTE,
    COMMANDS,
    FILTERS_NOTE,
    HELP_FILTERS,
    HELP_SETTINGS,
    HELP_TIMES,
    ZONES_NOTE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.presentation.cards import Row
    from bot.presentation.commands import CommandWords

_BEGINNING: Final = f"""\
# Commands

Commands begin with `{PREFIX}`; at the terminal's prompt that may be left out. A paper's id or link alone is `show`,
other words are a `search`, nothing at all shows today's best. `FILTER` and the clauses of a subscription
([when, where, how many](#when-where-how-many), [filters](#filters-in-short)) are explained below.

Words in capitals stand for what you type, `[…]` may be left out, `|` parts alternatives. An `ID` is the four signs
that `subscriptions` shows; it may be left out where there is one subscription.
"""
_PLATFORMS: Final = f"""\
## On each platform

Every command does the same everywhere, and answers in the same words.

**Discord** has a field for each clause, and suggests papers, keywords, zones and ids while you type. What changes a
channel's subscriptions is `/papers-channel`.

**Slack** takes a command as text, as on this page, and knows nothing of it before it is sent:

- Nothing is suggested while you type. `{PREFIX} subscribe`, `follow` and `edit 7f3k` alone open a form instead, and what
  is misspelt is answered with what was probably meant.
- Slack runs no commands in threads. There the shortcut *Look up papers* of a message (⋯) shows the papers that it names,
  to you alone; *Subscribe a channel* is a shortcut that works anywhere.
- A channel is named by typing `#` and choosing it from Slack's list. The bot comes into it only by `/invite`.
- By custom a channel's members subscribe it; the channel that everyone is in, and one that is shared with another
  company, only administrators; guests none. `settings subscribers` changes that: `members` lets everyone in a channel,
  `managers` only administrators.
- An answer in a form cannot be shared with the channel; one to a command can.
- `with notifications` changes nothing: what a phone shows always names the papers.
- App Home (the app's own page) shows what you follow, the channels that you may subscribe, what you saved, today's best.

The **terminal** has one person, who may do everything; buttons are commands to copy.
"""
_PARTS: Final = {
    "Look up": ("today", "day", "trending", "search", "show"),
    "Get papers regularly": ("subscribe", "follow", "subscriptions", "edit", "preview", "send"),
    "Stop": ("pause", "resume", "restore", "unsubscribe"),
    "Keep": ("save", "saved"),
    "Understand and manage": ("explain", "settings", "forget", "help"),
}


def commands_page() -> str:
    """The whole page, as Markdown that ends with a line break."""
    return "\n".join((_BEGINNING, *_sections(), *_clauses(), *_settings(), *_filters(), _PLATFORMS))


def _sections() -> Iterator[str]:
    named = {command.name: command for command in COMMANDS}
    for title, names in _PARTS.items():
        yield f"## {title}\n"
        for name in names:
            yield from _command(named.pop(name))
    if named:
        raise ValueError(f"no part of the page has {', '.join(named)}")


def _command(command: CommandWords) -> Iterator[str]:
    usage = f"{PREFIX} {command.name} {command.usage}".rstrip()
    also = f" Also: {', '.join(f'`{alias}`' for alias in command.aliases)}." if command.aliases else ""
    yield f"### {command.name}\n"
    yield f"`{usage}`: {command.help}.{also}\n"
    yield "```"
    yield from (f"{PREFIX} {example}" for example in command.examples)
    yield "```\n"


def _clauses() -> Iterator[str]:
    yield "## When, where, how many\n"
    yield (
        "These come after the filter, in any order, each kind once. Left out, it is every weekday at 09:00 (or the"
        " workspace's hour), at most five papers. Before anything is saved the answer repeats all of it in words.\n"
    )
    yield from _table("clause", HELP_TIMES)
    yield f"{ZONES_NOTE}\n"
    yield f"{BAR_NOTE} `{BAR_EXAMPLE}`\n"


def _settings() -> Iterator[str]:
    yield "## Settings\n"
    yield "`settings` alone shows them to everyone; only who manages the channel may change them.\n"
    yield from _table("setting", HELP_SETTINGS)


def _filters() -> Iterator[str]:
    yield "## Filters in short\n"
    yield from _table("filter", HELP_FILTERS)
    yield f"{FILTERS_NOTE} [All of it](filters.md)."
    yield ""


def _table(name: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {name} | means |"
    yield "|---|---|"
    for row in rows:
        texts = " &nbsp; ".join(f"`{text}`" for text in row.name.split("  "))
        yield f"| {texts} | {row.meaning} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(commands_page())
