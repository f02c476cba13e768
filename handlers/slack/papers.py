"""One paper as Slack shows it, in the room there is for it: its words with the button *More*, its figures below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.buttons import More
from handlers.slack.blocks import MOST_TEXT, button, context, section
from handlers.slack.mrkdwn import bold, escape, fitted, italic, link

if TYPE_CHECKING:
    from bot.presentation.cards import Card
    from bot.presentation.rooms import Room
    from handlers.slack.blocks import Block

_MOST_TITLE: Final = 240
_MOST_FIGURES: Final = 200
_MOST_LONG_BYLINE: Final = 700
_LEAST: Final = 24
"""With less room than this a text says nothing and is left out."""
_MARK: Final = "✦ "


def paper_blocks(card: Card, room: Room, short_id: str = "") -> list[Block]:
    """A paper in at most two blocks; *short_id* is the subscription that brought it."""
    more = more_button(card, short_id) if card.paper else None
    told, small = (title_line(card), *_words(card, room)), figures(card, room)
    return [section(*told, accessory=more), *([context(small)] if small else [])]


def full_paper(card: Card, room: Room) -> list[Block]:
    """One paper with its abstract and its links."""
    abstract = min(room.abstract // max(1, len(card.paragraphs)), MOST_TEXT)
    told = [shown for one in card.paragraphs if (shown := fitted(one, abstract, links=True))]
    links = " · ".join(link(one.name, one.url) for one in card.links)
    small = figures(card, room)
    return [
        section(title_line(card), *_words(card, room)),
        *([context(small)] if small else []),
        *(section(one) for one in told),
        *([section(links)] if links else []),
    ]


def more_button(card: Card, short_id: str = "") -> Block:
    """A button that tells more of a paper, and to a screen reader of which; where there are several it says its rank."""
    label = f"More {card.rank}" if card.rank is not None else "More"
    return button(label, More(paper=card.paper, short_id=short_id), tells=f"{label}: {card.title}")


def title_line(card: Card) -> str:
    """The title with its rank, a link."""
    number = f"{card.rank}. " if card.rank is not None else ""
    return bold(f"{number}{link(card.title, card.url, _MOST_TITLE) or 'Untitled'}")


def figures(card: Card, room: Room) -> str:
    """Upvotes and the like, and why it came."""
    parts = (fitted(card.figures, _MOST_FIGURES), italic(_worth(card.reason, room.reason)))
    return " — ".join(part for part in parts if part)


def abstract_text(title: str, url: str, abstract: str, room: int) -> tuple[str, str]:
    """A title, and its abstract in at most *room* characters."""
    return bold(link(title, url, _MOST_TITLE) or "Untitled"), fitted(abstract, room, links=True)


def _words(card: Card, room: Room) -> tuple[str, ...]:
    """What stands between title and figures."""
    byline = _MOST_LONG_BYLINE if card.paragraphs else room.byline
    return _worth(card.byline, byline), _summary(card, room.summary)


def _summary(card: Card, room: int) -> str:
    shown = _worth(card.summary, room)
    return f"{_MARK}{shown}" if shown and card.machine_written else shown


def _worth(words: str, room: int) -> str:
    """*words* in *room* characters, or nothing where too little would be left of them."""
    return fitted(words, room) if room >= _LEAST or len(escape(words)) <= room else ""
