"""Who reads an answer: what every notice needs to know about them, and what it says about what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.command_text import format_command
from bot.presentation.cards import Action
from bot.presentation.phrases import day_words, moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.answers import Coverage
    from bot.domain.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads: the moment, their zone, and what a command begins with on their platform (``/papers``).

    *types* is False where no command can be typed below the answer, so that none is offered.
    *credit* names who wrote the machine-written summaries, empty where nobody can be named.
    """

    now: datetime
    zone: str = "UTC"
    prefix: str = "/papers"
    types: bool = True
    credit: str = "Hugging Face"

    def command(self, what: str | Command) -> str:
        """*what* as it is typed on this platform; it can be pasted back."""
        text = what if isinstance(what, str) else format_command(what)
        return f"{self.prefix} {text}".strip()

    def offer(self, words: str, *what: str | Command) -> tuple[Action, ...]:
        """An action for someone who can type commands, else none."""
        return (Action(words=words, commands=tuple(map(self.command, what))),) if self.types else ()

    def moment(self, moment: datetime | None, zone: str) -> str:
        """*moment* in words in the zone it was set in, empty for None."""
        return moment_words(moment, now=self.now, zone=zone) if moment else ""


def coverage_lines(coverage: Coverage) -> tuple[str, ...]:
    """From when on papers are known, and whether that is out of date; nothing if all is well."""
    lines = []
    if coverage.since and not coverage.complete:
        lines.append(f"I know papers since {day_words(coverage.since, weekday=False)}.")
    if (stale := coverage.stale_since) is not None:
        at = f"{day_words(stale.date(), weekday=False)} {stale:%H:%M} UTC"
        lines.append(f"As of {at}: no listing was read since.")
    return tuple(lines)
