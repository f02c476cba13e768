"""An edition as Slack messages: a paper with its button, then the next; the abstracts in the thread below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.domain.buttons import Run
from bot.domain.deliveries import is_alert
from bot.domain.subscriptions import Extra
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.parts import abstracts_title, in_fewest, span_words, spread, standing_choices, stopping
from bot.presentation.phrases import moment_words
from bot.presentation.rooms import in_the_room
from bot.presentation.viewing import TYPED
from handlers.slack.blocks import DANGER, PLAIN, button, context, distinct, fits, rows, section
from handlers.slack.messages import Message, body_of
from handlers.slack.mrkdwn import escape, moment
from handlers.slack.papers import abstract_text, paper_blocks
from handlers.slack.wording import foot_blocks, head_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.bulletins import Bulletin
    from bot.domain.papers import PaperId
    from bot.presentation.cards import Card, Notice
    from bot.presentation.rooms import Room
    from handlers.slack.blocks import Block

_MOST_PAPERS: Final = 10
"""In one message: more leave each too little room."""
_ABSTRACT_ROOM: Final = 2_600
"""Of an abstract in its section, beside the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an edition: some of the notice's *cards*, and whether it is the first and the last of them."""

    notice: Notice
    cards: tuple[Card, ...]
    first: bool
    last: bool
    buttons: tuple[Block, ...]
    known: Mapping[str, str]
    short_id: str
    alert: bool

    @property
    def picks(self) -> tuple[PaperId, ...]:
        """The papers that it brings."""
        return tuple(card.paper for card in self.cards)

    @property
    def line(self) -> str:
        """What its notification says."""
        titles = "; ".join(card.title for card in self.cards)
        if not self.first:
            return f"{span_words(self.notice, self.cards)}: {titles}"
        return f"{self.notice.headline}: {titles}" if self.alert and titles else self.notice.notification


def digest_messages(
    bulletin: Bulletin, *, spell: Callable[[str], str] = TYPED, credit: str = "Hugging Face"
) -> tuple[Message, ...]:
    """The messages of an edition, in their order; *spell* and *credit* as in `bot.presentation.viewing.Viewer`.

    Ten papers or fewer are one message unless even their titles and figures take more than Slack allows; more are
    spread evenly. No paper is dropped or parted. After them come the abstracts, where they are wanted, as replies.
    """
    notice = bulletin_notice(bulletin, spell=spell, credit=credit)
    parts = _parts(bulletin, notice)
    return (*parts, *(_abstracts(bulletin) if Extra.ABSTRACTS in bulletin.subscription.extras else ()))


def _parts(bulletin: Bulletin, notice: Notice) -> tuple[Message, ...]:
    """The fewest messages that hold all papers."""

    def build(count: int) -> list[Message | None]:
        return [_message(part) for part in _spread(bulletin, notice, count)]

    return tuple(in_fewest(len(notice.cards), _MOST_PAPERS, build))


def _message(part: Part) -> Message | None:
    """None if its papers do not fit."""
    blocks = in_the_room(partial(_blocks, part), fits)
    return Message(body=body_of(blocks, part.line), picks=part.picks) if blocks else None


def _spread(bulletin: Bulletin, notice: Notice, count: int) -> list[Part]:
    """*notice* in *count* parts of papers as even as can be."""
    return [
        Part(
            notice=notice,
            cards=cards,
            first=place == 0,
            last=place == count - 1,
            buttons=_buttons(bulletin, notice if place == count - 1 else None),
            known=_moments(bulletin),
            short_id=bulletin.subscription.short_id,
            alert=is_alert(bulletin.edition),
        )
        for place, cards in enumerate(spread(notice.cards, count))
    ]


def _blocks(part: Part, room: Room) -> list[Block]:
    span = [] if part.first else [context(escape(span_words(part.notice, part.cards)))]
    return [
        *(head_blocks(part.notice, part.known) if part.first else span),
        *(block for card in part.cards for block in paper_blocks(card, room, part.short_id)),
        *(foot_blocks(part.notice.footer, part.known) if part.last else []),
        *rows(part.buttons),
    ]


def _moments(bulletin: Bulletin) -> dict[str, str]:
    """The words for when the next edition is due, with the reader's own time beside them where readers are many."""
    zone, due = bulletin.subscription.cadence.zone, bulletin.next_at
    if due is None or bulletin.subscription.personal:
        return {}
    words = moment_words(due, now=bulletin.made_at, zone=zone)
    return {words: f"{escape(words)} · {moment(int(due.timestamp()), words)} your time"}


def _buttons(bulletin: Bulletin, notice: Notice | None = None) -> tuple[Block, ...]:
    """What can be done about the subscription."""
    return tuple(
        distinct(
            button(
                choice.label, Run(text=choice.text), DANGER if choice.text == stopping(bulletin) else PLAIN
            )
            for choice in standing_choices(bulletin, notice)
        )
    )


def _abstracts(bulletin: Bulletin) -> list[Message]:
    """The abstracts, as many in a message as fit whole."""
    papers = [pick.entry.paper for pick in bulletin.digest.picks if pick.entry.paper.abstract.strip()]
    told = [
        section(
            *abstract_text(
                paper.title, paper.links.page if paper.links else "", paper.abstract, _ABSTRACT_ROOM
            )
        )
        for paper in papers
    ]
    stop = rows(_buttons(bulletin))
    pages: list[list[Block]] = []
    for one in told:
        if pages and fits([*pages[-1], one, *stop]):
            pages[-1].append(one)
        else:
            pages.append([one])
    return [Message(body=body_of([*page, *stop], abstracts_title(bulletin)), reply=True) for page in pages]
