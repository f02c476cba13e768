"""App Home: what somebody saved, follows and may manage, and today's best, on one page. Pure.

https://docs.slack.dev/surfaces/app-home: 100 blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.domain.buttons import Run
from bot.presentation.asking import choices_of
from bot.presentation.phrases import counted
from bot.presentation.rooms import Room, in_the_room
from handlers.slack.answers import pieces_of
from handlers.slack.blocks import (
    Block,
    button,
    context,
    distinct,
    divider,
    every,
    fits_view,
    header,
    rows,
)
from handlers.slack.buttons import kept
from handlers.slack.held import choice_button
from handlers.slack.mrkdwn import escape
from handlers.slack.wording import foot_blocks, head_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.presentation.cards import Choice, Notice

_MOST_BLOCKS: Final = 22
"""Of one part, so that four of them fit."""
_MOST_BUTTONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePart:
    """One part of the page: its *title*, what it says, and the command *more* that shows all of it (empty: none).

    *choices* are buttons in place of those that the notice offers. *place* begins the ids of its blocks, which come
    back with whatever is pressed in it.
    """

    title: str
    notice: Notice
    more: str = ""
    choices: tuple[Choice, ...] = field(default=())
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The page ready to be published; *kept* as in `handlers.slack.answers.Shown`."""

    view: Mapping[str, Any]
    kept: Mapping[str, str]


def home(parts: Sequence[HomePart], known: Mapping[str, str]) -> Home:
    """The page of *parts*, at most four, in their order; *known* as in `handlers.slack.mrkdwn.worded`.

    A part that is too long says how much of it is not shown, and has a button for all of it.
    """

    def build(room: Room) -> list[Block]:
        built = [_part(part, room, known) for part in parts]
        return [one for place, part in enumerate(built) for one in ([divider()] if place else []) + part]

    blocks = in_the_room(build, fits_view) or build(Room())
    return Home(view={"type": "home", "blocks": blocks}, kept=_kept(parts, blocks))


def _part(part: HomePart, room: Room, known: Mapping[str, str]) -> list[Block]:
    notice = part.notice
    head = [header(part.title), *head_blocks(notice, known)]
    foot = foot_blocks(notice.footer, known)
    pieces = [piece(room) for piece in pieces_of(notice, known)]
    left = _MOST_BLOCKS - len(head) - len(_ends(part, hidden=True)) - len(foot) - 1
    taken = _taken(pieces, left)
    more = len(pieces) - len(taken)
    hidden = [context(escape(f"{counted(more, 'more is', 'more are')} not shown here."))] if more else []
    return _placed(
        part,
        [*head, *(one for piece in taken for one in piece), *hidden, *foot, *_ends(part, hidden=more > 0)],
    )


def _placed(part: HomePart, blocks: list[Block]) -> list[Block]:
    if not part.place:
        return blocks
    return [{**one, "block_id": f"{part.place}:{number}"} for number, one in enumerate(blocks)]


def _taken(pieces: list[list[Block]], room: int) -> list[list[Block]]:
    """As many whole pieces, from the first on, as take at most *room* blocks."""
    taken: list[list[Block]] = []
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            break
        taken.append(piece)
    return taken


def _ends(part: HomePart, *, hidden: bool) -> list[Block]:
    """What can be done; where some of the part is *hidden*, also the way to all of it."""
    choices = part.choices or tuple(choices_of(part.notice))
    every_one = [button("See all", Run(text=part.more))] if part.more and hidden else []
    buttons = distinct([*every_one, *map(choice_button, choices)])
    return rows(buttons[:_MOST_BUTTONS])


def _kept(parts: Sequence[HomePart], blocks: Sequence[Block]) -> dict[str, str]:
    used = {str(one.get("value", "")) for one in every(blocks)}
    offered = (
        choice.text
        for part in parts
        for choice in (
            *part.choices,
            *choices_of(part.notice),
            *(choice for row in part.notice.rows for choice in row.choices),
        )
    )
    texts = kept(buttons=tuple(Run(text=text) for text in offered))
    return {key: text for key, text in texts.items() if any(value.endswith(f"={key}") for value in used)}
