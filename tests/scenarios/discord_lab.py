"""A research server on our local Discord, with one process of ours: real discord.py, real store, real clock's opposite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app.discord import on_discord
from bot.app.rooms import Paperround, opened
from bot.domain.events import Event
from bot.settings import DiscordSettings, Settings
from handlers.discord.serving import Discord
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.messages import Message, parts
from tests.servers.discord.permissions import MANAGER
from tests.servers.discord.server import DiscordServer, running
from tests.servers.discord.world import Channel, Guild, User
from tests.services.conftest import Clock
from tests.services.town import Town

Json = dict[str, Any]


@dataclass
class Lab:
    """One process of ours beside the server *lab*, which Ana manages and Ben is a member of."""

    server: DiscordServer
    clock: Clock
    folder: Path
    guild: Guild
    papers: Channel
    ana: User
    ben: User
    events: list[Event] = field(default_factory=list)
    rooms: Paperround = field(init=False)
    discord: Discord = field(init=False)
    town: Town = field(init=False)

    @asynccontextmanager
    async def running(self, owner: str = "one", *, store: str = "") -> AsyncGenerator[Lab]:
        """A process, from its start until it is told to end."""
        settings = Settings(
            data_dir=self.folder,
            store=store or f"sqlite:///{self.folder / 'paperround.db'}",
            discord=DiscordSettings(
                token=self.server.token, api_base=self.server.api, gateway=self.server.gateway.url
            ),
        )
        async with AsyncExitStack() as resources:
            self.rooms = await resources.enter_async_context(
                opened(settings.store_url, data_dir=self.folder, now=self.clock, observe=self.events.append)
            )
            discord = await resources.enter_async_context(
                on_discord(settings, self.rooms, owner=owner, observe=self.events.append, sleep=self._pass)
            )
            assert discord is not None
            self.discord = discord
            self.town = Town(self.rooms.store, self.clock, discord.messenger, self.events)  # type: ignore[arg-type]
            listening = asyncio.create_task(discord.gateway.run())
            try:
                await self.server.gateway.introduced(1)
                yield self
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening

    async def _pass(self, seconds: float) -> None:
        self.clock.pass_(timedelta(seconds=seconds))

    async def ask(self, user: User, name: str, options: Json | None = None, **more: Any) -> Message:  # noqa: ANN401
        """What *user* sees after a command."""
        asked = await self.server.command(user, more.pop("channel", self.papers), name, options, **more)
        return await asked.message()

    async def press(self, message: Message, label: str, user: User) -> Interaction:
        """*user* presses the button that says *label*."""
        return await self.server.click(message, custom_id(message, label), user)

    async def subscribed(self, **options: Any) -> Message:  # noqa: ANN401 - as Discord's options
        """Ana subscribes the channel, and says yes."""
        wanted = {"filter": "agents", "at": "9", "timezone": "Berlin", **options}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        offer = await self.ask(self.ana, "papers-channel subscribe", wanted)
        saved = await (await self.press(offer, "Subscribe", self.ana)).message()
        await self.announced("subscribed this channel")
        return saved

    async def until(self, done: Callable[[], Awaitable[bool]]) -> None:
        """Wait for what happens by itself after something was answered or told; at most five seconds."""
        async with asyncio.timeout(5):
            while not await done():  # noqa: ASYNC110 - what is waited for sets no event of ours
                await asyncio.sleep(0.01)

    async def announced(self, words: str) -> Message:
        """The newest message in the channel, once it says *words*."""

        async def said() -> bool:
            return bool(self.posted) and words in self.posted[-1].text

        await self.until(said)
        return self.posted[-1]

    async def paused(self) -> bool:
        """Whether everything that is subscribed is paused."""
        return all(one.paused for one in await self.rooms.store.subscriptions.all())

    @property
    def posted(self) -> list[Message]:
        """What the bot posted into the channel, oldest first."""
        return [one for one in self.server.shown(self.papers) if one.author.id == self.server.bot.id]


@asynccontextmanager
async def laboratory(clock: Clock, folder: Path) -> AsyncGenerator[Lab]:
    """A server on loopback; at the end nothing may have broken a limit of Discord's."""
    server = DiscordServer(clock=lambda: clock().timestamp())
    async with running(server):
        guild = server.add_guild("Lab")
        papers = server.add_channel(guild, "papers")
        ana, ben = server.add_user("Ana"), server.add_user("Ben")
        server.allow(papers, ana, MANAGER)
        yield Lab(server=server, clock=clock, folder=folder, guild=guild, papers=papers, ana=ana, ben=ben)
        assert server.complaints == []


def labels(message: Message) -> list[str]:
    """What its buttons say."""
    return [str(one["label"]) for one in parts(message.components) if one["type"] == 2]


def custom_id(message: Message, label: str) -> str:
    """The custom id of the button that says *label*."""
    return next(str(one["custom_id"]) for one in parts(message.components) if one.get("label") == label)
