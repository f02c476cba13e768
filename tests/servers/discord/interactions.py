"""What people ask of the bot, and everything the bot does about it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.discord.messages import LOADING, Message
from tests.servers.discord.problems import Refused
from tests.servers.discord.world import Channel, User

Json = dict[str, Any]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
"""https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type"""
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""The types of a first answer."""
_FOLLOW_UPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One thing the bot did: *after* so many seconds, with *body*; *type* is that of a first answer."""

    what: Literal["answer", "edit", "follow-up", "delete"]
    after: float
    body: Json
    type: int = 0
    message: Message | None = None


@dataclass(kw_only=True, eq=False)
class Interaction:
    """Somebody used the bot; *source* is the message whose button it was, *asked_at* is `time.monotonic`."""

    id: str
    type: int
    user: User
    channel: Channel
    asked_at: float
    payload: Json
    source: Message | None = None
    user_installed: bool = False
    opened_by: Interaction | None = None
    """The one whose answer was the form that this one submits."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(60))
    original: Message | None = None
    replies: list[Reply] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, *, within: float = 5) -> Reply:
        """The first answer: `.type` and `.body` (its ``data``).

        Raises:
            TimeoutError: there is none *within* so many seconds.

        """
        await self._until(lambda: bool(self.replies), within)
        return self.replies[0]

    async def message(self, *, within: float = 5) -> Message:
        """What the person sees as the answer, once nothing is loading any more."""
        await self._until(self._settled, within)
        assert self.original is not None
        return self.original

    async def reply(self, number: int, *, within: float = 5) -> Reply:
        """The answer is number 0; edits, follow-ups and deletions count on."""
        await self._until(lambda: len(self.replies) > number, within)
        return self.replies[number]

    async def follow_up(self, number: int = 0, *, within: float = 5) -> Message:
        """A further message of the bot, from 0."""
        await self._until(lambda: len(self.follow_ups) > number, within)
        return self.follow_ups[number]

    async def choices(self, *, within: float = 5) -> list[Json]:
        """What autocomplete offers, each with ``name`` and ``value``."""
        return list((await self.answer(within=within)).body["choices"])

    @property
    def follow_ups(self) -> list[Message]:
        """The further messages of the bot."""
        return [one.message for one in self.replies if one.what == "follow-up" and one.message]

    @property
    def age(self) -> float:
        """The seconds since the person asked."""
        return time.monotonic() - self.asked_at

    def note(
        self,
        what: Literal["answer", "edit", "follow-up", "delete"],
        body: Json,
        message: Message | None = None,
        kind: int = 0,
    ) -> None:
        """Remembers what the bot did."""
        self.replies.append(Reply(what=what, after=self.age, body=body, type=kind, message=message))
        self._changed.set()

    def _settled(self) -> bool:
        """Whether nothing loads any more: what was acknowledged as an update ends with one, or with a follow-up."""
        if self.original is None or self.original.flags & LOADING:
            return False
        return self.replies[0].type != DEFERRED_UPDATE or len(self.replies) > 1

    async def _until(self, done: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within):
            while not done():
                self._changed.clear()
                await self._changed.wait()


@dataclass(kw_only=True)
class Interactions:
    """All of them. The first answer must come within *deadline*, the others within *lifetime* (in seconds)."""

    deadline: float = 3
    lifetime: float = 900
    every: dict[str, Interaction] = field(default_factory=dict)
    _by_token: dict[str, Interaction] = field(default_factory=dict)

    def add(self, interaction: Interaction) -> None:
        """A new one."""
        self.every[interaction.id] = interaction
        self._by_token[interaction.token] = interaction

    def unanswered(self, interaction_id: str, token: str) -> Interaction:
        """The one that still waits for its first answer.

        Raises:
            Refused: nobody knows it, it is too late (10062), or it was answered (40060).

        """
        found = self.every.get(interaction_id)
        if found is None or found.token != token:
            raise Refused(404, 10062)
        if found.replies:
            raise Refused(400, 40060)
        if found.age > self.deadline:
            raise Refused(404, 10062)
        return found

    def answered(self, token: str) -> Interaction:
        """The one that was answered and may still be added to.

        Raises:
            Refused: nobody knows it or it was not answered (10015), or it is too late (50027).

        """
        found = self._by_token.get(token)
        if found is None or not found.replies:
            raise Refused(404, 10015)
        if found.age > self.lifetime:
            raise Refused(401, 50027)
        return found

    @staticmethod
    def count_follow_up(interaction: Interaction) -> None:
        """One more message.

        Raises:
            Refused: it is one too many where only the person installed the bot (40094).

        """
        if interaction.user_installed and len(interaction.follow_ups) >= _FOLLOW_UPS:
            raise Refused(400, 40094)
