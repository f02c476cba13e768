"""A town whose courier brings to the local Discord: real store, real messenger, a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.bulletins import Bulletin
from bot.domain.cadence import Cadence
from bot.domain.deliveries import Delivery, State
from bot.domain.subscriptions import Destination, Platform, Subscription
from bot.ports import Store
from handlers.discord.messages import Message
from handlers.discord.messenger import DiscordMessenger
from handlers.discord.rest import Rest, agent_of, rest_to
from storage.opening import open_store
from tests.servers.discord.messages import Message as Stored
from tests.servers.discord.permissions import POSTING, THREADS
from tests.servers.discord.server import TOKEN, DiscordServer, running
from tests.servers.discord.world import Channel, Guild, User
from tests.services.conftest import MONDAY, Clock
from tests.services.town import NINE, Town, agents, moment

NINE_O_CLOCK = moment(MONDAY, 9)
TIMEOUT = timedelta(seconds=0.25)
Render = Callable[[Bulletin], tuple[Message, ...]]


def boxed(bulletin: Bulletin) -> tuple[Message, ...]:
    """One message of components, with a button a paper."""
    picks = [pick.entry.paper.id for pick in bulletin.digest.picks]
    buttons = [{"type": 2, "style": 2, "label": one, "custom_id": f"p1:more:x:{one}"} for one in picks]
    text = {"type": 10, "content": " ".join(picks)}
    body = {
        "flags": 1 << 15,
        "components": [{"type": 17, "components": [text, {"type": 1, "components": buttons}]}],
    }
    return (Message(body=body, picks=tuple(picks)),)


def with_abstracts(bulletin: Bulletin) -> tuple[Message, ...]:
    """The same, and two replies below it."""
    replies = [{"flags": 1 << 15, "components": [{"type": 10, "content": f"Abstract {n}"}]} for n in (1, 2)]
    return (
        *boxed(bulletin),
        *(Message(body=body, reply=True, thread="Abstracts of today") for body in replies),
    )


def in_embeds(bulletin: Bulletin) -> tuple[Message, ...]:
    """One message of embeds alone."""
    picks = tuple(pick.entry.paper.id for pick in bulletin.digest.picks)
    embeds = [{"title": one, "url": f"https://huggingface.co/papers/{one}"} for one in picks]
    return (Message(body={"content": "papers", "embeds": embeds}, picks=picks),)


def in_words(bulletin: Bulletin) -> tuple[Message, ...]:
    """One message that nothing tells from others."""
    picks = tuple(pick.entry.paper.id for pick in bulletin.digest.picks)
    return (Message(body={"content": " ".join(picks)}, picks=picks),)


@dataclass
class Letters:
    """The town, the platform, and what may be known of its histories."""

    town: Town
    server: DiscordServer
    guild: Guild
    channel: Channel
    rest: Rest
    may_read: dict[str, bool] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.town.store

    async def subscribe(
        self, number: int = 1, *, to: Channel | User | None = None, cadence: Cadence = NINE
    ) -> Subscription:
        to = to or self.channel
        workspace = "@me" if isinstance(to, User) else self.guild.id
        destination = Destination(
            platform=Platform.DISCORD, workspace=workspace, channel=to.id, person=isinstance(to, User)
        )
        return await self.town.subscribe(number, to=destination, cadence=cadence)

    async def until_done(self, *, hours: float = 20) -> None:
        """Live on, whenever something waits, until nothing does or the next morning comes."""
        end = NINE_O_CLOCK + timedelta(hours=hours)
        await self.town.at(max(NINE_O_CLOCK, self.town.clock()))
        while (next_at := await self.store.outbox.next_at()) is not None and next_at < end:
            await self.town.at(max(next_at, self.town.clock()))

    async def states(self) -> list[State]:
        return await self.town.states()

    async def delivery(self, part: int = 1) -> Delivery:
        return next(one for one in await self.town.deliveries() if one.part == part)

    def shown(self, channel: Channel | None = None) -> list[Stored]:
        return self.server.shown(channel or self.channel)

    def requests(self, method: str = "POST") -> int:
        """How many requests of this method came to the server."""
        return sum(one[1] == method for one in self.server.desk.arrivals)

    async def paused_because(self, subscription_id: str = "s1") -> str:
        return (await self.store.subscriptions.named([subscription_id]))[subscription_id].paused_because


@asynccontextmanager
async def lettered(folder: Path, render: Render = boxed) -> AsyncIterator[Letters]:
    """It is nearly nine o'clock, three papers are listed, and nobody waits for them yet."""
    clock = Clock()
    server = DiscordServer(clock=lambda: clock().timestamp())
    may_read: dict[str, bool] = {}
    async with (
        running(server),
        open_store(f"sqlite:///{folder / 'letters.db'}") as store,
        rest_to(
            TOKEN, user_agent=agent_of("1", "https://example.org"), base=server.api, timeout=TIMEOUT
        ) as rest,
    ):
        messenger: Any = DiscordMessenger(rest, render, may_read=may_read.get)
        guild = server.add_guild("Lab", bot=POSTING | THREADS)
        town = Town(store, clock, messenger)
        await town.listed(*(agents(number, 10 * number) for number in (1, 2, 3)))
        channel = server.add_channel(guild, "papers")
        yield Letters(town, server, guild, channel, rest, may_read)
        assert town.defects == []
        assert server.complaints == []
