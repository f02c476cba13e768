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

    from handlers.terminal.known import Known

_FIELDS: Final = ("title:", "abstract:", "author:", "org:", "keyword:", "id:", "has:code", "has:project")
_CONDITIONS: Final = ("upvotes>=", "comments>=", "stars>=", "sort:match", "sort:upvotes", "sort:new")
_SCHEDULED: Final = frozenset({"subscribe", "follow", "edit"})
_OF_SUBSCRIPTIONS: Final = frozenset(
    {"edit", "preview", "send", "pause", "resume", "unsubscribe", "unfollow"}
)
_OF_PAPERS: Final = frozenset({"show", "save", "explain"})
_ONE_OF: Final = {
    "help": ("filters", "times"),
    "settings": ("subscribers", "channels", "sharing", "zone", "hour", "quiet", "posts"),
    "saved": ("bibtex",),
    "subscriptions": (),
}
_LONGEST_LINE: Final = 2**24
_CLAUSES: Final = ("at", "daily", "hot", "in", "monthly", "on weekdays", "top", "weekly")


async def piped_lines(file: TextIO) -> AsyncIterator[str]:
    """The lines of *file*, until it ends; waiting for one holds up nothing, not even the end of the process."""
    mode = os.fstat(file.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        for line in file:  # a file never keeps one waiting
            yield line.rstrip("\n")
        return
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    while raw := await reader.readline():
        yield raw.decode(errors="replace").rstrip("\n")


async def typed_lines(history: Path, known: Known) -> AsyncIterator[str]:
    """The lines a person types, with completion and the history kept in the file *history*, until Ctrl-D."""
    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        "/papers ",
        history=FileHistory(str(history)),
        completer=CommandCompleter(known),
        complete_while_typing=False,
    )
    while True:
        try:
            yield await session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return


def lines(history: Path, known: Known) -> AsyncIterator[str]:
    """Typed lines if standard input is a terminal, else the lines piped in; *known* ids are completed."""
    return typed_lines(history, known) if sys.stdin.isatty() else piped_lines(sys.stdin)


class CommandCompleter(Completer):
    """Completes commands, fields, conditions, clauses, ids that were shown and, after ``at`` with a time, zones."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:  # noqa: ARG002 - the base class's signature
        """The completions of the word before the cursor."""
        typed = document.text_before_cursor.removeprefix("/papers").lstrip()
        word = "" if typed.endswith(" ") else typed.rpartition(" ")[2]
        for choice in self._choices(typed.split()[: -1 if word else None]):
            if choice.lower().startswith(word.lower()):
                yield Completion(choice, start_position=-len(word))

    def _choices(self, before: list[str]) -> Iterable[str]:
        if not before:
            return [command.name for command in COMMANDS]
        verb = before[0].lower()
        if verb in _ONE_OF:
            return _ONE_OF[verb] if len(before) == 1 else ()
        if verb in _OF_SUBSCRIPTIONS and len(before) == 1:
            return self._known.subscriptions
        if verb in _OF_PAPERS:
            return self._known.papers if len(before) == 1 else ()
        if verb in _SCHEDULED and "at" in before:
            return [*_CLAUSES, *(zone_words(zone) for zone in all_zones())]
        return (*_FIELDS, *_CONDITIONS, *(_CLAUSES if verb in _SCHEDULED else ()))
