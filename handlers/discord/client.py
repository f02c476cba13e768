"""Our connection to Discord's gateway: what people ask comes in here, and what becomes of servers and channels."""

from __future__ import annotations

import asyncio
import secrets
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.collecting import pass_over_what_stays
from bot.domain.subscriptions import Destination, Platform
from handlers.discord.registration import registered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

_IDENTIFY_EVERY: Final = timedelta(seconds=5)
"""How often one key may identify: https://discord.com/developers/docs/events/gateway#rate-limiting"""

_LAST_WORDS: Final = timedelta(seconds=5)
"""So long what was begun may take to end once the connection is closed."""


class Departures(Protocol):
    """What is to be done when a place is gone, or there again."""

    async def workspace_left(self, platform: Platform, workspace: str) -> int:
        """Pause what a workspace subscribed."""
        ...

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        """Note that we are there again; gives how many can be restored."""
        ...

    async def all_back(self, platform: Platform, present: Container[str]) -> int:
        """Note which workspaces have us; gives how many had removed us before."""
        ...

    async def channel_gone(self, destination: Destination) -> int:
        """Pause what a channel subscribed."""
        ...


class NoSessions(Exception):
    """No session may be started before *wait* is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"no session may be started for {wait}")
        self.wait = wait


def point_at(api: str) -> None:
    """Let discord.py ask this API; it keeps the address for the whole process."""
    Route.BASE = api.rstrip("/")


class Client(discord.AutoShardedClient):
    """discord.py's client for the gateway alone: no privileged intent, no members or messages in memory.

    *turn* waits until a shard may identify, given its key and how often one key may. *gateway* is where to connect,
    empty for the address that Discord names.
    """

    def __init__(  # noqa: PLR0913 - who hears what, and how fast
        self,
        *,
        hear: Callable[[discord.Interaction[Any]], Awaitable[None]],
        departures: Departures,
        report: Callable[[BaseException, str], None],
        turn: Callable[[str, timedelta], Awaitable[None]],
        gateway: str = "",
        shard_ids: tuple[int, ...] = (),
        shard_count: int | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            shard_count=shard_count,
            shard_ids=list(shard_ids) or None,  # type: ignore[arg-type]  # None is its own default
        )
        self._hear = hear
        self._departures = departures
        self._report = report
        self._turn = turn
        self._gateway = gateway
        self._concurrency = 1
        self._busy: set[asyncio.Future[Any]] = set()

    async def close(self) -> None:
        """Close the connection, then let what was heard of before come to its end, while all it needs is still there."""
        await super().close()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=_LAST_WORDS.total_seconds())
            for one in late:
                one.cancel()

    async def setup_hook(self) -> None:
        """Tell Discord our commands, and look whether enough sessions may be started; raises `NoSessions`.

        The address and the number of shards are settled here, once: left to itself discord.py asks for them again, and
        forgets the address as soon as a session is invalid.
        """
        await self._register()
        shards, told, limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway or told)
        self.shard_count = self.shard_count or shards
        wanted = len(self.shard_ids or ()) or self.shard_count
        if limit["remaining"] < wanted:
            raise NoSessions(timedelta(milliseconds=limit["reset_after"]))
        self._concurrency = max(limit["max_concurrency"], 1)

    async def _register(self) -> None:
        """Tell Discord our commands; those it knows stay as they are if it does not take them."""
        try:
            if self.application_id is not None:
                await self.http.bulk_upsert_global_commands(self.application_id, registered())
        except discord.HTTPException as error:
            self._report(error, "commands")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for this shard's turn; all processes of the token share the turns."""
        del initial
        await self._turn(f"identify:{(shard_id or 0) % self._concurrency}", _IDENTIFY_EVERY)

    def may_read(self, channel: str) -> bool | None:
        """Whether we may read the history of *channel*; None for one that the gateway did not tell of."""
        known = self.get_channel(int(channel)) if channel.isdecimal() else None
        if not isinstance(known, discord.abc.GuildChannel | discord.Thread):
            return None
        ours = known.permissions_for(known.guild.me)
        return ours.read_message_history and ours.view_channel

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer what someone asked."""
        await self._done(self._hear(interaction))

    async def on_ready(self) -> None:
        """Every server was told of: those that took us back while we were away are among them."""
        pass_over_what_stays()
        present = frozenset(str(guild.id) for guild in self.guilds)
        await self._done(self._departures.all_back(Platform.DISCORD, present))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were removed from a server; an outage of Discord's is told otherwise."""
        await self._done(self._departures.workspace_left(Platform.DISCORD, str(guild.id)))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """We were added to a server. Nothing is posted in public."""
        await self._done(self._departures.workspace_back(Platform.DISCORD, str(guild.id)))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._done(self._departures.channel_gone(_destination(channel)))

    async def on_thread_delete(self, thread: discord.Thread) -> None:
        """A thread is gone."""
        await self._done(self._departures.channel_gone(_destination(thread)))

    async def _done(self, work: Awaitable[object]) -> None:
        """Do *work*, known to `close`."""
        doing = asyncio.ensure_future(work)
        self._busy.add(doing)
        try:
            await doing
        finally:
            self._busy.discard(doing)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A defect in one event of ours stops no other."""
        del event_method, args, kwargs
        if (error := sys.exc_info()[1]) is not None:
            self._report(error, secrets.token_hex(2).upper())


def _destination(channel: discord.abc.GuildChannel | discord.Thread) -> Destination:
    return Destination(platform=Platform.DISCORD, workspace=str(channel.guild.id), channel=str(channel.id))
