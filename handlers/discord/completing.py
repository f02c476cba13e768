"""Suggestions while a command is typed: papers, zones, subscriptions, keywords; 25 at most, and never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.domain.errors import PaperroundError
from bot.domain.usual_zones import usual_zones
from bot.presentation.fitting import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.answers import SubscriptionList
    from bot.domain.commands import Caller
    from bot.domain.papers import PaperId
    from handlers.discord.asking import Asked, Typing

MOST: Final = 25
"""https://discord.com/developers/docs/interactions/application-commands#autocomplete"""
_LONGEST: Final = 100
"""Of what is shown, and of what is sent back."""


class Completing(Protocol):
    """What knows the beginnings of titles and keywords."""

    async def titles(self, text: str, limit: int) -> Sequence[tuple[PaperId, str]]:
        """Papers whose titles have words beginning like *text*, the most likely first."""
        ...

    async def keywords(self, text: str, limit: int) -> Sequence[str]:
        """Keywords that begin like *text*, the commonest first."""
        ...


class Holding(Protocol):
    """What knows the subscriptions of a caller."""

    async def listed(self, caller: Caller) -> SubscriptionList:
        """What is subscribed here and what the caller follows."""
        ...


class Suggesting:
    """Suggests values for the option at hand."""

    def __init__(self, completing: Completing, holding: Holding) -> None:
        self._completing = completing
        self._holding = holding

    async def suggest(self, asked: Asked, typing: Typing) -> list[dict[str, Any]]:
        """At most `MOST` choices for what is typed so far; none where nothing fits or the store fails."""
        text = str(typing.options.get(typing.focused) or "")
        try:
            pairs = await self._pairs(asked, typing, text)
        except PaperroundError:
            return []
        return [
            {"name": fit(name, _LONGEST), "value": value}
            for name, value in pairs[:MOST]
            if name.strip() and value and len(value) <= _LONGEST
        ]

    async def _pairs(self, asked: Asked, typing: Typing, text: str) -> list[tuple[str, str]]:
        """What is shown and what it stands for."""
        match typing.focused:
            case "paper":
                found = await self._completing.titles(text, MOST)
                return [(title, paper) for paper, title in found]
            case "timezone":
                return [(words, zone) for zone, words in usual_zones(asked.locale, text, MOST)]
            case "id":
                return await self._held(asked, text)
            case "filter" | "words":
                return await self._filters(text)
            case _:
                return []

    async def _held(self, asked: Asked, text: str) -> list[tuple[str, str]]:
        shown = await self._holding.listed(asked.caller)
        held = [one.subscription for one in (*shown.subscriptions, *shown.follows)]
        pairs = [(f"{one.short_id} · {str(one.filter) or 'every paper'}", one.short_id) for one in held]
        return [pair for pair in pairs if text.casefold() in pair[0].casefold()]

    async def _filters(self, text: str) -> list[tuple[str, str]]:
        """*text* as it stands, then with its last word completed."""
        before, last = _last_term(text)
        found = await self._completing.keywords(last, MOST) if last else ()
        texts = dict.fromkeys((text.strip(), *(f"{before}{keyword}" for keyword in found)))
        return [(one, one) for one in texts if one]


def _last_term(text: str) -> tuple[str, str]:
    """What stands before the term that is being typed, and that term: after a comma, a bracket or a minus."""
    place = max(text.rfind(sign) for sign in ",(-:")
    head, tail = text[: place + 1], text[place + 1 :]
    blank = " " if head.endswith(",") else ""
    return head + blank, tail.strip()
