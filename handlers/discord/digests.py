"""An edition as Discord messages: one box of papers with their buttons, or embeds where a push must name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.domain.deliveries import is_alert
from bot.domain.subscriptions import Extra
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.parts import abstracts_title, in_fewest, span_words, spread, standing_choices, stopping
from bot.presentation.phrases import moment_words
from bot.presentation.rooms import Room, in_the_room
from bot.presentation.viewing import TYPED
from handlers.discord.buttons import Run
from handlers.discord.components import (
    DANGER,
    MOST_COMPONENTS,
    SECONDARY,
    button,
    container,
    distinct,
    every,
    fits,
    message,
    rows,
    separator,
    text,
)
from handlers.discord.embeds import MOST_EMBEDS, embed_message
from handlers.discord.markdown import moment, subtext
from handlers.discord.messages import Message
from handlers.discord.papers import abstract_text, compact, roomy
from handlers.discord.wording import foot_text, head_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.bulletins import Bulletin
    from bot.domain.papers import PaperId
    from bot.presentation.cards import Card, Notice
    from handlers.discord.components import Body, Component

DIGEST_COLOUR: Final = 0x5B8DEF
ALERT_COLOUR: Final = 0xF2793A

_MOST_PAPERS: Final = 10
"""In one message: more leave each too little room."""
_ABSTRACT_ROOMS: Final = (3_400, 2_300)
"""The second is for scripts whose letters take four bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an edition: some of the notice's *cards*, and whether it is the first and the last of them."""

    notice: Notice
    cards: tuple[Card, ...]
    first: bool
    last: bool
    buttons: tuple[Component, ...]
    known: Mapping[str, str]
    short_id: str
    alert: bool

    @property
    def picks(self) -> tuple[PaperId, ...]:
        """The papers that it brings."""
        return tuple(card.paper for card in self.cards)

    @property
    def colour(self) -> int:
        """The stripe beside it."""
        return ALERT_COLOUR if self.alert else DIGEST_COLOUR

    @property
    def span(self) -> str:
        """``Papers 6 to 10 of 12`` where the first message could not hold them all."""
        if self.first:
            return ""
        return span_words(self.notice, self.cards)


def digest_messages(
    bulletin: Bulletin, *, spell: Callable[[str], str] = TYPED, credit: str = "Hugging Face"
) -> tuple[Message, ...]:
    """The messages of an edition, in their order; *spell* and *credit* as in `bot.presentation.viewing.Viewer`.

    Ten papers or fewer are one message unless even their titles and figures take more than Discord allows; more are
    spread evenly. No paper is dropped or parted. After them come the abstracts, where they are wanted, as replies.
    """
    notice = bulletin_notice(bulletin, spell=spell, credit=credit)
    build = embed_message if _names_papers(bulletin) else _boxed
    parts = _parts(bulletin, notice, build)
    return (*parts, *(_abstracts(bulletin) if Extra.ABSTRACTS in bulletin.subscription.extras else ()))


def _names_papers(bulletin: Bulletin) -> bool:
    """Whether it takes the form whose push notification names the papers."""
    subscription = bulletin.subscription
    return subscription.personal or is_alert(bulletin.edition) or Extra.NOTIFICATIONS in subscription.extras


def _parts(bulletin: Bulletin, notice: Notice, build: Callable[[Part], Body | None]) -> tuple[Message, ...]:
    """The fewest messages that hold all papers."""

    def made(part: Part) -> Message | None:
        body = build(part)
        return None if body is None else Message(body=body, picks=part.picks)

    def in_parts(count: int) -> list[Message | None]:
        return [made(part) for part in _spread(bulletin, notice, count)]

    return tuple(in_fewest(len(notice.cards), min(_MOST_PAPERS, MOST_EMBEDS), in_parts))


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


def _boxed(part: Part) -> Body | None:
    """The papers in a box, as airy as the number of components allows; None if they do not fit."""
    for layout in _LAYOUTS:
        if sum(1 for _ in every(_box(part, layout, Room()))) <= MOST_COMPONENTS:
            built = in_the_room(partial(_box, part, layout), fits)
            return message(built) if built else None
    return None


def _ruled(papers: list[list[Component]]) -> list[Component]:
    """Papers with a line between two of them."""
    return [one for place, paper in enumerate(papers) for one in ([separator()] if place else []) + paper]


def _plain(papers: list[list[Component]]) -> list[Component]:
    return [one for paper in papers for one in paper]


_LAYOUTS: Final = ((roomy, _ruled), (roomy, _plain), (compact, _plain))
"""What a paper looks like, and what stands between two; the last takes three components a paper."""


def _box(part: Part, layout: tuple[Any, Any], room: Room) -> list[Component]:
    shape, joined = layout
    papers = [shape(card, room, part.short_id) for card in part.cards]
    head = head_text(part.notice, part.known) if part.first else [text(subtext(part.span))]
    foot = foot_text(part.notice.footer, part.known) if part.last else []
    line = [separator()] if joined is _ruled and papers and foot else []
    return [container([*head, *joined(papers), *line, *foot, *rows(part.buttons)], part.colour)]


def _moments(bulletin: Bulletin) -> dict[str, str]:
    """The words for when the next edition is due, with the reader's own time beside them where readers are many."""
    zone, due = bulletin.subscription.cadence.zone, bulletin.next_at
    if due is None or bulletin.subscription.personal:
        return {}
    words = moment_words(due, now=bulletin.made_at, zone=zone)
    return {words: f"{words} · {moment(int(due.timestamp()))} your time"}


def _buttons(bulletin: Bulletin, notice: Notice | None = None) -> tuple[Component, ...]:
    """What can be done about the subscription; every message of a follow can stop it."""
    return tuple(
        distinct(
            button(
                choice.label,
                Run(text=choice.text),
                DANGER if choice.text == stopping(bulletin) else SECONDARY,
            )
            for choice in standing_choices(bulletin, notice)
        )
    )


def _abstracts(bulletin: Bulletin) -> list[Message]:
    """The abstracts, as many in a message as fit whole."""
    papers = [pick.entry.paper for pick in bulletin.digest.picks if pick.entry.paper.abstract.strip()]
    told = [
        _abstract(paper.title, paper.links.page if paper.links else "", paper.abstract) for paper in papers
    ]
    stop = rows(_buttons(bulletin))
    pages: list[list[Component]] = []
    for one in told:
        if pages and fits([*pages[-1], one, *stop]):
            pages[-1].append(one)
        else:
            pages.append([one])
    thread = abstracts_title(bulletin)
    return [Message(body=message([*page, *stop]), reply=True, thread=thread) for page in pages]


def _abstract(title: str, url: str, abstract: str) -> Component:
    tried = [text(abstract_text(title, url, abstract, room)) for room in _ABSTRACT_ROOMS]
    return next((one for one in tried if fits([one])), tried[-1])
