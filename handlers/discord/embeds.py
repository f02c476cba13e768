"""The form whose push notification names the papers: a line of text, an embed a paper, buttons below.

A message of components gives an empty notification. https://discord.com/developers/docs/resources/message has the
limits of content (2,000) and of embeds (10; title 256, description 4,096, footer 2,048; 6,000 characters together).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.presentation.fitting import fit
from bot.presentation.rooms import in_the_room
from handlers.discord.components import MOST_IN_ROW, distinct, rows
from handlers.discord.markdown import bold, escape, fitted, harmless, subtext
from handlers.discord.papers import card_lines, more_button
from handlers.discord.wording import lines

if TYPE_CHECKING:
    from bot.presentation.cards import Card, Notice
    from bot.presentation.rooms import Room
    from handlers.discord.components import Body, Component
    from handlers.discord.digests import Part

MOST_EMBEDS: Final = 10
MOST_CONTENT: Final = 2_000
MOST_ROWS: Final = 5
MOST_OF_ALL: Final = 6_000
_MOST_TITLE: Final = 256
_MOST_DESCRIPTION: Final = 4_096
_MOST_NOTIFICATION: Final = 220
"""Of a notification phones show about four lines."""
_MOST_FOOTER: Final = 600


def embed_message(part: Part) -> Body | None:
    """The papers of *part* as embeds; None if they do not fit."""

    def build(room: Room) -> list[dict[str, Any]]:
        embeds = [_embed(card, room, part.colour) for card in part.cards]
        footer = "\n".join(map(harmless, part.notice.footer)) if part.last else ""
        if embeds and footer:
            embeds[-1]["footer"] = {"text": fit(footer, _MOST_FOOTER)}
        return embeds

    embeds = in_the_room(build, _fit)
    return None if embeds is None else _message(part, embeds)


def _message(part: Part, embeds: list[dict[str, Any]]) -> Body:
    body = {"content": _content(part), "components": _button_rows(part)}
    return {**body, "embeds": embeds} if embeds else body


def _content(part: Part) -> str:
    """The notification line, then what the embeds do not say; of a later message only which papers it has."""
    notice = part.notice
    if not part.first:
        return subtext(part.span)
    told = lines(notice.lines, part.known)
    if not part.cards:
        footer = map(subtext, lines(notice.footer, part.known))
        return fit("\n".join((bold(escape(notice.headline)), *told, *footer)), MOST_CONTENT)
    return fit("\n".join((*_announced(part), *told)), MOST_CONTENT)


def _announced(part: Part) -> tuple[str, ...]:
    """*5 papers: Title; Title* and the headline; of an alert what happened, then the titles."""
    notice = part.notice
    if part.alert:
        titles = "; ".join(card.title for card in notice.cards)
        return (bold(fitted(f"{notice.headline}: {titles}", _MOST_NOTIFICATION)),)
    return fitted(notice.notification, _MOST_NOTIFICATION), subtext(_without_count(notice))


def _without_count(notice: Notice) -> str:
    """The headline without the number of papers, which the notification says."""
    return fitted(notice.headline.partition(" · ")[2], MOST_CONTENT // 4)


def _embed(card: Card, room: Room, colour: int) -> dict[str, Any]:
    number = f"{card.rank}. " if card.rank is not None else ""
    title = f"{number}{fitted(card.title, _MOST_TITLE - len(number)) or 'Untitled'}"
    told = "\n".join(line for line in card_lines(card, room) if line)
    embed = {"title": title, "description": fit(told, _MOST_DESCRIPTION), "color": colour}
    return {**embed, "url": card.url} if card.url else embed


def _fit(embeds: list[dict[str, Any]]) -> bool:
    """Whether all texts of *embeds* together keep the limit."""
    footers = (embed["footer"]["text"] for embed in embeds if "footer" in embed)
    said = sum(len(embed["title"]) + len(embed["description"]) for embed in embeds)
    return said + sum(map(len, footers)) <= MOST_OF_ALL


def _button_rows(part: Part) -> list[Component]:
    """A button a paper, then what can be done about the subscription: in its own row, unless one holds them all."""
    more = distinct(more_button(card, part.short_id) for card in part.cards if card.paper)
    if len(more) + len(part.buttons) <= MOST_IN_ROW:
        return rows([*more, *part.buttons])
    return [*rows(more[: MOST_IN_ROW * (MOST_ROWS - 1)]), *rows(part.buttons[:MOST_IN_ROW])]
