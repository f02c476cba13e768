"""The local Discord as a whole: what tests hold in their hands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypedDict, Unpack

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.servers.discord import payloads
from tests.servers.discord.accounts import AccountRoutes
from tests.servers.discord.callbacks import CallbackRoutes
from tests.servers.discord.calls import RELEASE, Complaint, Desk
from tests.servers.discord.channels import CREATE_MESSAGE, ChannelRoutes
from tests.servers.discord.commands import Commands
from tests.servers.discord.faults import Fault, Faults, Rule
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interactions
from tests.servers.discord.messages import Message, Messages
from tests.servers.discord.people import People
from tests.servers.discord.permissions import MEMBER, POSTING, Permission
from tests.servers.discord.rates import Rates
from tests.servers.discord.world import TEXT, Channel, Guild, Reach, User, World

Json = dict[str, Any]
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GaBcDe.made-up-for-tests"


class Which(TypedDict, total=False):
    """Which requests a fault is for, as `Rule` says."""

    channel: str
    number: int
    rate: float
    share: float


class DiscordServer(People):
    """What it has and does; change it while it runs. Times are in seconds.

    *clock* stamps messages and decides how long a nonce is known (*nonce_window*); rate limits and gateway live by
    the real one. *prefix* is where the API lies under `url`.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        prefix: str = "/api/v10",
        clock: Callable[[], float] = time.time,
        nonce_window: float = 120,
    ) -> None:
        self.token = token
        self.prefix = prefix
        self.url = ""
        self.world = World()
        self.messages = Messages(clock=clock, nonce_window=nonce_window)
        self.commands = Commands(application_id=self.world.bot.id)
        self.interactions = Interactions()
        self.gateway = Gateway(world=self.world, token=token)
        self.rates = Rates()
        self.faults = Faults()
        self.application: Json = {}
        """What its application is other than usual: its ``flags``, for example."""
        self.desk = Desk(token=token, rates=self.rates, failing=self.faults.of)

    @property
    def api(self) -> str:
        """The base of the REST API."""
        return f"{self.url}{self.prefix}"

    @property
    def bot(self) -> User:
        """The bot's own account; its id is the application's too."""
        return self.world.bot

    @property
    def complaints(self) -> list[Complaint]:
        """What no bot should have sent; a fixture asserts that there is nothing."""
        return self.desk.complaints

    def shown(self, channel: Channel) -> list[Message]:
        """What everybody in *channel* sees, oldest first."""
        return self.messages.shown(channel)

    def add_user(self, name: str, *, reach: Reach = "open") -> User:
        """Somebody new; *reach* says whether the bot may write to them."""
        return self.world.add_user(name, reach=reach)

    def add_guild(
        self, name: str, *, everyone: Permission = MEMBER, bot: Permission = POSTING, installed: bool = True
    ) -> Guild:
        """A new server; connected clients hear of it if the bot is *installed* in it."""
        guild = self.world.add_guild(name, everyone=everyone, bot=bot, installed=installed)
        if installed:
            self.gateway.dispatch("GUILD_CREATE", payloads.joined(guild, self.world), guild)
        return guild

    def add_channel(
        self, guild: Guild, name: str, *, kind: int = TEXT, bot: Permission | None = None
    ) -> Channel:
        """A new channel; *bot* is what the bot may do in it, if that differs from the rest of the server."""
        channel = self.world.add_channel(guild, name, kind=kind, bot=bot)
        self.gateway.dispatch("CHANNEL_CREATE", payloads.channel(channel), guild)
        return channel

    def allow(self, channel: Channel, user: User, permissions: Permission) -> None:
        """From now on *user* (or the bot) may do exactly this in *channel*."""
        channel.permissions[user.id] = permissions
        self.gateway.dispatch("CHANNEL_UPDATE", payloads.channel(channel), channel.guild)

    def delete_channel(self, channel: Channel) -> None:
        """The channel is gone (10003), and clients hear of it."""
        del self.world.channels[channel.id]
        self.gateway.dispatch("CHANNEL_DELETE", payloads.channel(channel), channel.guild)

    def remove(self, guild: Guild) -> None:
        """The bot is thrown out of *guild* (50001), and clients hear of it."""
        guild.installed = False
        self.gateway.dispatch("GUILD_DELETE", {"id": guild.id}, guild)

    def hide(self, guild: Guild) -> None:
        """An outage: the server is unavailable, the bot still its member."""
        guild.available = False
        self.gateway.dispatch("GUILD_DELETE", {"id": guild.id, "unavailable": True}, guild)

    def restore(self, guild: Guild) -> None:
        """An outage is over, or the bot was let in again."""
        known = {"unavailable": False} if guild.installed else {}
        guild.installed = guild.available = True
        self.gateway.dispatch("GUILD_CREATE", payloads.joined(guild, self.world) | known, guild)

    def revoke(self, token: str) -> None:
        """From now on only *token* is good; whoever is connected is thrown out (4004)."""
        self.token = self.desk.token = self.gateway.token = token
        self.gateway.close(4004)

    def say(self, channel: Channel, user: User, text: str) -> Message:
        """*user* writes something."""
        message = self.messages.create(channel, user, {"content": text})
        self.gateway.dispatch("MESSAGE_CREATE", payloads.message(message, self.world), channel.guild)
        return message

    def delete_message(self, message: Message) -> None:
        """Somebody deletes it."""
        message.deleted = True
        gone = {"id": message.id, "channel_id": message.channel.id}
        self.gateway.dispatch("MESSAGE_DELETE", gone, message.channel.guild)

    def fail(
        self,
        fault: Fault,
        *,
        method: str = "POST",
        path: str = CREATE_MESSAGE,
        times: int = 1,
        **which: Unpack[Which],
    ) -> Rule:
        """Lets *fault* happen: to the next create-message, or as a `Rule` of these settings says."""
        rule = Rule(fault=fault, method=method, path=path, times=times, **which)
        self.faults.rules.append(rule)
        return rule

    def app(self) -> web.Application:
        """Every route, and the gateway at ``/gateway``."""
        app = web.Application(client_max_size=25 * 1024**2)
        app[RELEASE] = asyncio.Event()
        announce = self.gateway.dispatch
        app.router.add_get("/gateway/", self.gateway.connect)
        routes = [
            *AccountRoutes(
                self.world, self.commands, self.gateway.budget, lambda: self.application
            ).endpoints(),
            *ChannelRoutes(self.world, self.messages, announce).endpoints(),
            *CallbackRoutes(self.world, self.messages, self.interactions, announce).endpoints(),
        ]
        for route in routes:
            app.router.add_route(route.method, f"{self.prefix}{route.path}", self.desk.taking(route))
        return app


@asynccontextmanager
async def running(server: DiscordServer, *, port: int = 0) -> AsyncGenerator[DiscordServer]:
    """*server* on a loopback port; a given one, as of a server that comes back, or any free one."""
    app = server.app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    number = runner.addresses[0][1]
    server.url, server.gateway.url = f"http://127.0.0.1:{number}", f"ws://127.0.0.1:{number}/gateway/"
    try:
        yield server
    finally:
        app[RELEASE].set()
        server.gateway.drop()
        await runner.cleanup()


@contextmanager
def pointed_at(server: DiscordServer) -> Iterator[None]:
    """discord.py talks to *server*: clients have to be made and used within. Restores what was before."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api, yarl.URL(server.gateway.url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def online(
    client: discord.Client, server: DiscordServer, *, shards: int = 1
) -> AsyncGenerator[asyncio.Task[None]]:
    """*client* is logged in, connected and ready within; then closed. Does not wait between the shards.

    Yields the task of its connection: await it where the client is expected to die, and see of what.
    """

    async def no_wait(shard_id: int | None, *, initial: bool = False) -> None:
        del shard_id, initial

    client.before_identify_hook = no_wait  # type: ignore[method-assign]
    await client.login(server.token)
    connection = asyncio.create_task(client.connect())
    ready = asyncio.create_task(client.wait_until_ready())
    try:
        await asyncio.wait({connection, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            await connection
        await server.gateway.introduced(shards)
        yield connection
    finally:
        ready.cancel()
        await client.close()
        connection.cancel()
        await asyncio.gather(ready, connection, return_exceptions=True)
