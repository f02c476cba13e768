"""An answer as a Slack message: its choices as buttons, in pages where it is long, for one person or shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from bot.domain.buttons import Page, Run, Step
from bot.presentation.asking import (
    Waiting,
    choices_of,
    decisions,
    examples_of,
    offered_by,
    shared_notice,
    turns,
    words_of,
)
from bot.presentation.pages import page
from handlers.slack.blocks import (
    DANGER,
    PLAIN,
    PRIMARY,
    Block,
    actions,
    button,
    context,
    distinct,
    every,
    fits,
    menu,
    rows,
    size,
)
from handlers.slack.buttons import kept
from handlers.slack.copying import literal_pieces
from handlers.slack.held import choice_button, row_pieces
from handlers.slack.messages import body_of
from handlers.slack.mrkdwn import code, escape, fitted
from handlers.slack.papers import full_paper, paper_blocks
from handlers.slack.wording import foot_blocks, head_blocks

if TYPE_CHECKING:
    from bot.domain.buttons import Again, Button
    from bot.presentation.cards import Action, Card, Notice
    from bot.presentation.pages import Piece
    from bot.presentation.rooms import Room

_MOST_BUTTONS: Final = 15
_MOST_WORDS: Final = 150
_BYTES_OF_BUTTONS: Final = 5_000
"""Half of what a message may be."""
_NAMED: Final = "="
"""Begins the name of a command in a button that has no room for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer ready to be sent: *body* has ``text`` and ``blocks`` (see `handlers.slack.messages.body_of`).

    *kept* are the texts of commands that were too long for their buttons, by key: without them those buttons find
    nothing (see `bot.domain.buttons.Run`).
    """

    body: Mapping[str, Any]
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A menu that *does* something with what is chosen of *options*, each a label and a value; *hint* stands in it."""

    does: Button
    hint: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How an answer is shown.

    *asked* is the command that it answers, for its pages; empty for none. *number* is the page, from 1. *shareable*
    offers to share it. *known* as in `handlers.slack.mrkdwn.worded`. *waiting* is what it asks to confirm. *menu*
    stands below it, for example a choice of zones. *back* opens again the form that it is about.
    """

    asked: str = ""
    number: int = 1
    shareable: bool = False
    known: Mapping[str, str] = field(default_factory=dict)
    waiting: Waiting | None = None
    menu: Menu | None = None
    back: Again | None = None


def shown(notice: Notice, how: Showing | None = None) -> Shown:
    """*notice* as a message that keeps every limit of Slack's. Whether it is private is for whoever sends it."""
    how = how or Showing()

    def frame(pieces: list[Block], number: int, count: int) -> list[Block]:
        below = foot_blocks(notice.footer, how.known) if number == count else []
        inside = [*head_blocks(notice, how.known), *pieces, *below, *_ends(notice, how, number, count)]
        return inside or [context("…")]

    built = page(pieces_of(notice, how.known), frame, how.number, fits=fits)
    return Shown(body=body_of(built, notice.notification), kept=_kept(notice, how, built))


def shared(notice: Notice, who: str, credit: str = "Hugging Face") -> Shown | None:
    """The papers of *notice* for the whole channel, with the name of *who* shares them; None if it has none.

    Nothing that the person typed is in it: no search, no filter, no reason. *credit* as in `mark_words`.
    """
    told = shared_notice(notice, who, credit)
    return None if told is None else shown(told)


def pieces_of(notice: Notice, known: Mapping[str, str]) -> list[Piece[Block]]:
    """The rows and papers of *notice*, and what is to be copied."""
    return [
        *row_pieces(notice.rows, known),
        *(partial(_card, card) for card in notice.cards),
        *literal_pieces(notice.literal),
    ]


@lru_cache(maxsize=1024)  # the papers of a day are shown over and over
def _card(card: Card, room: Room) -> list[Block]:
    return full_paper(card, room) if card.paragraphs or card.links else paper_blocks(card, room)


def _ends(notice: Notice, how: Showing, number: int, count: int) -> list[Block]:
    """What can be done next: words where there are several things, then the buttons."""
    told = [fitted(words_of(notice), _MOST_WORDS), *map(_example, examples_of(notice))]
    turning = [
        button(label, does) for label, does in turns(how.asked, number, count, shareable=how.shareable)
    ]
    back = [button("Change", how.back)] if how.back else []
    buttons = distinct([*back, *_confirming(how.waiting), *map(choice_button, choices_of(notice))])
    buttons = buttons[: _MOST_BUTTONS - len(turning)]
    return [
        *([context(*told)] if any(told) else []),
        *([actions([menu(how.menu.does, how.menu.hint, how.menu.options)])] if how.menu else []),
        *rows([*_roomy(buttons, _BYTES_OF_BUTTONS - size(turning)), *turning]),
    ]


def _example(action: Action) -> str:
    """What can be typed, ready to be copied."""
    return ": ".join(filter(None, (escape(action.words), " · ".join(map(code, action.commands)))))


def _roomy(buttons: list[Block], room: int) -> list[Block]:
    """The first of *buttons*, as many as take up *room* bytes: an answer is there for its papers."""
    sizes = accumulate(size([one]) for one in buttons)
    return [one for one, taken in zip(buttons, sizes, strict=True) if taken <= room]


def _confirming(waiting: Waiting | None) -> list[Block]:
    yes = DANGER if waiting and waiting.ends else PRIMARY
    return [button(label, does, yes if does.step is Step.OK else PLAIN) for label, does in decisions(waiting)]


def _kept(notice: Notice, how: Showing, built: list[Block]) -> dict[str, str]:
    """The texts of commands that a button in *built* names by a key."""
    asked = (how.asked, *(choice.text for choice in choices_of(notice)), *offered_by(notice.rows))
    texts = kept(buttons=tuple(one for text in asked for one in (Page(number=1, text=text), Run(text=text))))
    used = {str(one.get("value", "")) for one in every(built)} if texts else set()
    named = {
        key: text for key, text in texts.items() if any(value.endswith(f"{_NAMED}{key}") for value in used)
    }
    return named | (kept(menus=(how.menu.does,)) if how.menu else {})
