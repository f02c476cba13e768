"""Where typed lines come from: a prompt with completion and history on a terminal, plain lines from a pipe."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory

from bot.domain.zones import all_zones, zone_words
from bot.presentation.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

_FIELDS: Final = ("title:", "abstract:", "author:", "org:", "keyword:", "id:", "has:code", "has:project")
_CONDITIONS: Final = ("upvotes>=", "comments>=", "stars>=", "sort:match", "sort:upvotes", "sort:new")
_CLAUSES: Final = ("at", "daily", "hot", "in", "monthly", "on weekdays", "top", "weekly")


async def piped_lines(file: TextIO) -> AsyncIterator[str]:
    """The lines of *file*, until it ends; waiting for one holds up nothing, not even the end of the process."""
    mode = os.fstat(file.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        for line in file:  # a file never keeps one waiting
            yield line.rstrip("\n")
        return
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    while raw := await reader.readline():
        yield raw.decode(errors="replace").rstrip("\n")


async def typed_lines(history: Path) -> AsyncIterator[str]:
    """The lines a person types, with completion and the history kept in the file *history*, until Ctrl-D."""
    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        "/papers ",
        history=FileHistory(str(history)),
        completer=CommandCompleter(),
        complete_while_typing=False,
    )
    while True:
        try:
            yield await session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return


def lines(history: Path) -> AsyncIterator[str]:
    """Typed lines if standard input is a terminal, else the lines piped in."""
    return typed_lines(history) if sys.stdin.isatty() else piped_lines(sys.stdin)


class CommandCompleter(Completer):
    """Completes commands, fields, conditions, clauses and, after ``at`` with a time, zones."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:  # noqa: ARG002 - the base class's signature
        """The completions of the word before the cursor."""
        typed = document.text_before_cursor.removeprefix("/papers").lstrip()
        word = "" if typed.endswith(" ") else typed.rpartition(" ")[2]
        for choice in _choices(typed.split()[: -1 if word else None]):
            if choice.lower().startswith(word.lower()):
                yield Completion(choice, start_position=-len(word))


def _choices(before: list[str]) -> Iterable[str]:
    if not before:
        return [command.name for command in COMMANDS]
    if "at" in before:
        return [*_CLAUSES, *(zone_words(zone) for zone in all_zones())]
    if before[0] == "help":
        return ("filters", "times")
    if before[0] == "settings":
        return ("subscribers", "channels", "sharing", "zone", "hour", "quiet")
    return (*_FIELDS, *_CONDITIONS, *(_CLAUSES if before[0] in ("subscribe", "follow", "edit") else ()))
