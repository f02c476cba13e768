"""One paper as Discord shows it, in the room there is for it: a section with its button, or an embed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.discord.buttons import More
from handlers.discord.components import Component, button, section, text
from handlers.discord.markdown import bold, escape, fitted, italic, link, subtext

if TYPE_CHECKING:
    from bot.presentation.cards import Card
    from bot.presentation.rooms import Room

_MOST_TITLE: Final = 240
_MOST_FIGURES: Final = 200
_MOST_LONG_BYLINE: Final = 700
_LEAST: Final = 24
"""With less room than this a text says nothing and is left out."""
_MARK: Final = "✦ "


def compact(card: Card, room: Room, short_id: str = "") -> list[Component]:
    """A paper of a long list in three components: its text with the button *More* beside it.

    *short_id* is the subscription that brought it.
    """
    said = text(card_text(card, room))
    return [section(said, more_button(card, short_id))] if card.paper else [said]


def roomy(card: Card, room: Room, short_id: str = "") -> list[Component]:
    """A paper in four components: only the last line shares its width with the button, which phones need."""
    *above, figures = (title_line(card), *card_lines(card, room))
    if not card.paper or not figures:
        return compact(card, room, short_id)
    return [text(*above), section(text(figures), more_button(card, short_id))]


def more_button(card: Card, short_id: str = "") -> Component:
    """A button that tells more of a paper; where there are several each says of which."""
    label = f"More {card.rank}" if card.rank is not None else "More"
    return button(label, More(paper=card.paper, short_id=short_id))


def card_text(card: Card, room: Room) -> str:
    """Title, byline, summary and figures: one line each, none for what is empty."""
    return "\n".join(line for line in (title_line(card), *card_lines(card, room)) if line)


def title_line(card: Card) -> str:
    """The title with its rank, a link."""
    number = f"{card.rank}. " if card.rank is not None else ""
    return bold(f"{number}{link(card.title, card.url, _MOST_TITLE) or 'Untitled'}")


def card_lines(card: Card, room: Room) -> tuple[str, ...]:
    """All that stands below the title."""
    byline = _MOST_LONG_BYLINE if card.paragraphs else room.byline
    return (
        subtext(_worth(card.byline, byline)),
        _summary(card, room.summary),
        subtext(_figures(card, room.reason)),
    )


def full_card(card: Card, room: Room) -> list[Component]:
    """One paper with its abstract and its links."""
    abstract = room.abstract // max(1, len(card.paragraphs))
    told = [shown for one in card.paragraphs if (shown := fitted(one, abstract, links=True))]
    links = " · ".join(link(one.name, one.url) for one in card.links)
    return [
        text(card_text(card, room)),
        *([text("\n\n".join(told))] if told else []),
        *([text(links)] if links else []),
    ]


def abstract_text(title: str, url: str, abstract: str, room: int) -> str:
    """A title with its abstract, the latter in at most *room* characters."""
    return (
        f"{bold(link(title, url, _MOST_TITLE) or 'Untitled')}\n{fitted(abstract, room, links=True)}".rstrip()
    )


def _summary(card: Card, room: int) -> str:
    shown = _worth(card.summary, room)
    return f"{_MARK}{shown}" if shown and card.machine_written else shown


def _figures(card: Card, room: int) -> str:
    parts = (fitted(card.figures, _MOST_FIGURES), italic(_worth(card.reason, room)))
    return " — ".join(part for part in parts if part)


def _worth(words: str, room: int) -> str:
    """*words* in *room* characters, or nothing where too little would be left of them."""
    return fitted(words, room) if room >= _LEAST or len(escape(words)) <= room else ""
