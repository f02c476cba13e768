"""An answer as a Discord message: its choices as buttons, in pages where it is long, for one person or shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.domain.buttons import Step
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
from bot.presentation.cards import Tone
from bot.presentation.pages import page
from handlers.discord.buttons import Again, Page, Run, kept_text
from handlers.discord.components import (
    DANGER,
    EPHEMERAL,
    SECONDARY,
    SUCCESS,
    Body,
    Component,
    button,
    container,
    distinct,
    every,
    file,
    fits,
    menu_row,
    message,
    rows,
    text,
)
from handlers.discord.held import choice_button, row_pieces
from handlers.discord.markdown import code, code_block, escape, fitted, subtext
from handlers.discord.papers import compact, full_card, roomy
from handlers.discord.wording import foot_text, head_text

if TYPE_CHECKING:
    from bot.presentation.cards import Action, Card, Notice
    from bot.presentation.pages import Piece
    from bot.presentation.rooms import Room

COLOURS: Final = {Tone.GOOD: 0x3BA55D, Tone.WARNING: 0xFAA61A, Tone.ERROR: 0xED4245}
"""The stripe beside an answer; a plain one has none. It only repeats what the words say."""

_FILE: Final = "papers.bib"
_MOST_LITERAL: Final = 3_000
_MOST_BUTTONS: Final = 15
_FEW: Final = 6
"""So many papers can be roomy, whatever stands below them."""
_MOST_WORDS: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A text file that goes with a message, as UTF-8."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer ready to be sent: *body* is the message, *attachment* a file it needs.

    *kept* are the texts of commands that were too long for their buttons, by key: without them those buttons find
    nothing (see `handlers.discord.buttons.Run`).
    """

    body: Body
    attachment: Attachment | None = None
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How an answer is shown.

    *asked* is the command that it answers, for its pages; empty for none. *number* is the page, from 1. *shareable*
    offers to share it. *known* as in `handlers.discord.markdown.worded`. *waiting* is what it asks to confirm.
    *again* is the key of the form that it could not take. *menu* stands below it, for example a choice of zones.
    *private* is False for what a whole channel may read.
    """

    asked: str = ""
    number: int = 1
    shareable: bool = False
    known: Mapping[str, str] = field(default_factory=dict)
    waiting: Waiting | None = None
    again: str = ""
    menu: Component | None = None
    private: bool = True


def shown(notice: Notice, how: Showing | None = None) -> Shown:
    """*notice* as a message that keeps every limit of Discord's; whoever sends it says that it mentions nobody."""
    how = how or Showing()
    attachment = _attachment(notice)

    def frame(pieces: list[Component], number: int, count: int) -> list[Component]:
        below = foot_text(notice.footer, how.known) if number == count else []
        inside = [*head_text(notice, how.known), *pieces, *below, *_ends(notice, how, number, count)]
        return [container(inside or [text("…")], COLOURS.get(notice.tone))]

    built = page(_pieces(notice, how, attachment), frame, how.number, fits=fits)
    return Shown(
        body=_message(built, attachment, private=how.private),
        attachment=attachment,
        kept=_kept(notice, how, built),
    )


def shared(notice: Notice, who: str, credit: str = "Hugging Face") -> Shown | None:
    """The papers of *notice* for the whole channel, with the name of *who* shares them; None if it has none.

    Nothing that the person typed is in it: no search, no filter, no reason. *credit* as in `mark_words`.
    """
    told = shared_notice(notice, who, credit)
    return None if told is None else shown(told, Showing(private=False))


def for_edit(body: Body) -> Body:
    """*body* for the edit of an answer: whether it is private was decided when it was first acknowledged."""
    return {**body, "flags": body["flags"] & ~EPHEMERAL}


def _message(built: list[Component], attachment: Attachment | None, *, private: bool) -> Body:
    body = message(built, flags=EPHEMERAL if private else 0)
    return {**body, "attachments": [{"id": "0", "filename": attachment.name}]} if attachment else body


def _attachment(notice: Notice) -> Attachment | None:
    """The literal text as a file, where it does not fit as a block of code."""
    literal = notice.literal
    if not literal or (len(literal) <= _MOST_LITERAL and fits([text(code_block(literal))])):
        return None
    return Attachment(name=_FILE, text=literal)


def _pieces(notice: Notice, how: Showing, attachment: Attachment | None) -> list[Piece[Component]]:
    return [
        *row_pieces(notice.rows, how.known),
        *(_card_piece(card, many=len(notice.cards) > _FEW) for card in notice.cards),
        *([_literal_piece(notice.literal, attachment)] if notice.literal else []),
    ]


def _card_piece(card: Card, *, many: bool) -> Piece[Component]:
    def piece(room: Room) -> list[Component]:
        if card.paragraphs or card.links:
            return full_card(card, room)
        return compact(card, room) if many else roomy(card, room)

    return piece


def _literal_piece(literal: str, attachment: Attachment | None) -> Piece[Component]:
    shape = file(attachment.name) if attachment else text(code_block(literal))
    return lambda _: [shape]


def _ends(notice: Notice, how: Showing, number: int, count: int) -> list[Component]:
    """What can be done next: words where there are several things, then the buttons."""
    menu = [menu_row(how.menu)] if how.menu else []
    turning = _turning(how, number, count)
    change = [button("Change", Again(key=how.again))] if how.again else []
    buttons = distinct([*change, *_confirming(how.waiting), *map(choice_button, choices_of(notice))])
    told = [fitted(words_of(notice), _MOST_WORDS), *map(_example, examples_of(notice))]
    return [
        *([text(*map(subtext, filter(None, told)))] if any(told) else []),
        *menu,
        *rows([*buttons[: _MOST_BUTTONS - len(turning)], *turning]),
    ]


def _example(action: Action) -> str:
    """What can be typed, ready to be copied."""
    return ": ".join(filter(None, (escape(action.words), " · ".join(map(code, action.commands)))))


def _confirming(waiting: Waiting | None) -> list[Component]:
    yes = DANGER if waiting and waiting.ends else SUCCESS
    return [
        button(label, does, yes if does.step is Step.OK else SECONDARY) for label, does in decisions(waiting)
    ]


def _turning(how: Showing, number: int, count: int) -> list[Component]:
    """Buttons to the page before and the page after, and to share what is shown."""
    return [button(label, does) for label, does in turns(how.asked, number, count, shareable=how.shareable)]


def _kept(notice: Notice, how: Showing, built: list[Component]) -> dict[str, str]:
    """The texts of commands that a button in *built* names by a key."""
    used = {str(one.get("custom_id", "")) for one in every(built)}
    asked = (how.asked, *(choice.text for choice in choices_of(notice)), *offered_by(notice.rows))
    return {
        key: command
        for command in asked
        for key in kept_text(Page(number=1, text=command)) | kept_text(Run(text=command))
        if any(custom_id.endswith(key) for custom_id in used)
    }
