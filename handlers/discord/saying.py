"""Single messages that are no deliveries: the greeting of a follow, a line about a change."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import nonce_of
from bot.domain.outcomes import NotPosted, Refused, Sent
from bot.services.turns import turn
from handlers.discord.outcomes import Place, posted, prepared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.domain.outcomes import Posted
    from bot.domain.subscriptions import Destination
    from bot.outbox import Limiter
    from bot.ports import Clock
    from handlers.discord.components import Body
    from handlers.discord.messenger import DiscordMessenger
    from handlers.discord.rest import Rest

_PATIENCE: Final = timedelta(seconds=10)
"""How long someone who pressed a button may wait for a slot of the limiter."""
_BUSY: Final = "Discord takes no more messages just now; try again in a minute"
_NOT_TOLD: Final = "Discord did not say whether my message arrived; press the button again in a minute"
_TO_ONESELF: Final[Mapping[str, str]] = {
    "50007": "your privacy settings or a block stop me; allow direct messages from this server, then try again",
    "50278": "we share no server; add me to one that you are in, then try again",
}
"""Refusals in the words for the one who asked to be written to."""


class Saying:
    """Posts one message now, in its turn, at most once a key; nothing is tried again."""

    def __init__(
        self,
        rest: Rest,
        messenger: DiscordMessenger,
        limiter: Limiter,
        *,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._rest = rest
        self._messenger = messenger
        self._limiter = limiter
        self._now = now
        self._sleep = sleep

    async def say(self, destination: Destination, body: Body, key: str) -> str:
        """Post *body* to *destination* once under *key*; gives why it is not surely there, in words, or nothing."""
        outcome = await self._opened(destination) or await self._posted(destination, body, key)
        if isinstance(outcome, Refused):
            return _TO_ONESELF.get(outcome.code, outcome.because) if destination.person else outcome.because
        if isinstance(outcome, Sent):
            return ""
        return _BUSY if isinstance(outcome, NotPosted) else _NOT_TOLD

    async def _opened(self, destination: Destination) -> NotPosted | Refused | None:
        """Open the conversation with a person, if there is none yet; what went wrong, else None."""
        if not destination.person or self._rest.conversation(destination.channel) is not None:
            return None
        if not await self._turn(destination):
            return NotPosted(detail=_BUSY)
        answer = await self._rest.open_conversation(destination.channel)
        outcome = prepared(answer, _place("", destination), "open")
        return None if self._rest.conversation(destination.channel) is not None else outcome

    async def _posted(self, destination: Destination, body: Body, key: str) -> Posted:
        if not await self._turn(destination):
            return NotPosted(detail=_BUSY)
        channel = destination.channel
        if destination.person:
            channel = self._rest.conversation(channel) or ""
        once = {**body, "nonce": nonce_of(key), "enforce_nonce": True}
        return posted(await self._rest.post_message(channel, once), _place(channel, destination))

    async def _turn(self, destination: Destination) -> bool:
        """Wait for a slot; False if none comes in time."""
        paces, by = self._messenger.paces(destination), self._now() + _PATIENCE
        return await turn(self._limiter, paces, by=by, now=self._now, sleep=self._sleep)


def _place(channel: str, destination: Destination) -> Place:
    return Place(channel=channel, token_pace="", channel_pace="", private=destination.person)
