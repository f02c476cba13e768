"""Who reads an answer: what every notice needs to know about them, and what it says about what is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.command_text import PREFIX, format_command
from bot.presentation.cards import Action, Choice
from bot.presentation.phrases import day_words, moment_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.answers import Coverage
    from bot.domain.commands import Command


def typed_after(prefix: str) -> Callable[[str], str]:
    """The spelling of platforms where a command is text after *prefix* (``/papers``); it can be pasted back."""

    def spelt(text: str) -> str:
        return text if text.lower().startswith(prefix.lower()) else f"{prefix} {text}".strip()

    return spelt


TYPED: Final = typed_after(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads: the moment, their zone, and how a command is spelt on their platform.

    *fields* is how clauses (``at 9 Berlin``) are typed where each has a field of its own; None where they are text.
    *types* is False where no command can be typed below the answer, so that none is offered.
    *credit* names who wrote the machine-written summaries, empty where nobody can be named.
    """

    now: datetime
    zone: str = "UTC"
    spell: Callable[[str], str] = TYPED
    fields: Callable[[str], str] | None = None
    types: bool = True
    credit: str = "Hugging Face"

    def command(self, what: str | Command) -> str:
        """*what* as it is typed on this platform."""
        return self.spell(_text(what))

    def choice(self, label: str, what: str | Command) -> Choice:
        """*what* as something to choose; a button for it says *label*."""
        return Choice(label=label, text=_text(what), command=self.command(what))

    def offer(self, words: str, *what: str | Command | tuple[str, str | Command]) -> tuple[Action, ...]:
        """An action for someone who can type commands, else none. A button says *words*, or the first of a pair."""
        pairs = ((words, one) if not isinstance(one, tuple) else one for one in what)
        choices = tuple(self.choice(label, one) for label, one in pairs)
        return (Action(words=words, choices=choices),) if self.types else ()

    def examples(self, words: str, *what: str | Command) -> tuple[Action, ...]:
        """Commands that show what can be typed, for someone who can; one that their platform lacks is left out."""
        shown = (replace(self.choice(words, one), example=True) for one in what)
        choices = tuple(one for one in shown if one.command)
        return (Action(words=words, choices=choices),) if self.types and choices else ()

    def clauses(self, text: str) -> str:
        """Clauses as they are typed on this platform."""
        return self.fields(text) if self.fields else text

    def moment(self, moment: datetime | None, zone: str) -> str:
        """*moment* in words in the zone it was set in, empty for None."""
        return moment_words(moment, now=self.now, zone=zone) if moment else ""


def _text(what: str | Command) -> str:
    return what if isinstance(what, str) else format_command(what)


def coverage_lines(coverage: Coverage) -> tuple[str, ...]:
    """From when on papers are known, and whether that is out of date; nothing if all is well."""
    lines = []
    if coverage.since and not coverage.complete:
        lines.append(f"I know papers since {day_words(coverage.since, weekday=False)}.")
    if (stale := coverage.stale_since) is not None:
        at = f"{day_words(stale.date(), weekday=False)} {stale:%H:%M} UTC"
        lines.append(f"As of {at}: no listing was read since.")
    return tuple(lines)
