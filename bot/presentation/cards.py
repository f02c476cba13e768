"""The words of a paper and of an answer: plain text and structure, no markup, nothing escaped, no lengths."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.presentation.phrases import counted


class Tone(Enum):
    """How an answer sounds."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with a name that says where it leads."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The words of one paper, line by line; a line may be empty. *rank* is its place in a digest, from 1.

    *paper* is its id, for a button that tells more of it.
    """

    title: str
    url: str
    paper: str = ""
    rank: int | None = None
    byline: str = ""
    summary: str = ""
    machine_written: bool = False
    figures: str = ""
    reason: str = ""
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be done: what a button for it says, the command as core reads it, and as it is typed here.

    *command* is one text to paste, never to be broken. An *example* shows what can be typed: no button does it.
    """

    label: str
    text: str
    command: str
    example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done next, and the *choices* that do it: commands to paste where there are no buttons."""

    words: str
    choices: tuple[Choice, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands to paste."""
        return tuple(choice.command for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Something with its meaning beside it; *name* is often text to type, so it is shown as it is.

    *choices* are what can be done with it, for surfaces that have buttons.
    """

    name: str
    meaning: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The words of an answer, in reading order: headline, lines, rows, cards, footer, actions.

    *literal* is text to copy as it is (BibTeX). *notification* is the one plain line a push message shows.
    """

    headline: str
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()
    footer: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    literal: str = ""
    tone: Tone = Tone.PLAIN

    @property
    def notification(self) -> str:
        """*5 papers: Title one; Title two; …*, or the headline of an answer without papers."""
        if not self.cards:
            return self.headline
        titles = "; ".join(card.title for card in self.cards)
        return f"{counted(len(self.cards), 'paper')}: {titles}"
