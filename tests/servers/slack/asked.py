"""What people ask of the bot, and everything the bot does about it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.slack.messages import Message
from tests.servers.slack.views import View
from tests.servers.slack.world import Channel, User, Workspace

Json = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]
What = Literal["ack", "response", "whisper", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The acknowledgement: *after* so many seconds since it was sent. *status* is 0 if none came in time."""

    after: float
    status: int
    body: Json = field(default_factory=dict)
    text: str = ""
    """The body as it came, where it was no JSON."""
    final: bool = False
    """Whether it said ``X-Slack-No-Retry``."""

    @property
    def good(self) -> bool:
        """Whether Slack is content."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One thing the bot showed the person: *after* so many seconds."""

    what: What
    after: float
    body: Json
    message: Message | None = None
    view: View | None = None


@dataclass(kw_only=True, eq=False)
class Asked:
    """Somebody used the bot, or something happened that the bot hears of; *asked_at* is `time.monotonic`.

    *source* is the message that was pressed on, *view* the form or Home tab.
    """

    kind: Kind
    workspace: Workspace
    payload: Json
    user: User | None = None
    channel: Channel | None = None
    source: Message | None = None
    view: View | None = None
    asked_at: float = field(default_factory=time.monotonic)
    response_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    posts: int = 0
    """How often its ``response_url`` was used."""
    acks: list[Ack] = field(default_factory=list)
    """One for each delivery, also of those that nobody acknowledged."""
    replies: list[Reply] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """What the bot said is wrong with a form, by ``block_id``."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def ack(self, number: int = 0, *, within: float = 5) -> Ack:
        """How a delivery of it was acknowledged, from 0.

        Raises:
            TimeoutError: it was not even sent so often, *within* so many seconds.

        """
        await self.until(lambda: len(self.acks) > number, within)
        return self.acks[number]

    async def reply(self, number: int = 0, *, within: float = 5) -> Reply:
        """What the person was shown, from 0: a message or a form."""
        await self.until(lambda: len(self.replies) > number, within)
        return self.replies[number]

    async def message(self, number: int = 0, *, within: float = 5) -> Message:
        """A message that came of it: in the acknowledgement, through ``response_url``, or whispered; from 0."""
        await self.until(lambda: len(self.messages) > number, within)
        return self.messages[number]

    async def opened(self, number: int = 0, *, within: float = 5) -> View:
        """A form that was opened or put on top because of it, from 0."""
        await self.until(lambda: len(self.views) > number, within)
        return self.views[number]

    async def choices(self, *, within: float = 5) -> list[Json]:
        """What a menu offers, each with ``text`` and ``value``."""
        body = (await self.ack(within=within)).body
        grouped = [one for group in body.get("option_groups") or () for one in group["options"]]
        return list(body.get("options") or grouped)

    @property
    def messages(self) -> list[Message]:
        """The messages that came of it."""
        return [one.message for one in self.replies if one.message]

    @property
    def views(self) -> list[View]:
        """The forms that came of it."""
        return [one.view for one in self.replies if one.view]

    @property
    def age(self) -> float:
        """The seconds since the person asked."""
        return time.monotonic() - self.asked_at

    @property
    def event_id(self) -> str:
        """The id of an event; empty for everything else."""
        return str(self.payload.get("event_id", ""))

    def acknowledged(self, ack: Ack) -> None:
        """A delivery ended so."""
        self.acks.append(ack)
        self._changed.set()

    def note(
        self, what: What, body: Json, *, message: Message | None = None, view: View | None = None
    ) -> None:
        """Remembers what the bot showed."""
        self.replies.append(Reply(what=what, after=self.age, body=body, message=message, view=view))
        self._changed.set()

    async def until(self, done: Callable[[], bool], within: float = 5) -> None:
        """Returns when *done* is true.

        Raises:
            TimeoutError: it did not become so, *within* so many seconds.

        """
        async with asyncio.timeout(within):
            while not done():
                self._changed.clear()
                await self._changed.wait()
