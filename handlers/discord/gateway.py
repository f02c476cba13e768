"""Keeps one connection to Discord's gateway alive, in one process at a time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import aiohttp
import discord

from bot.domain.errors import BadConfiguration, StoreError
from bot.domain.events import GatewayLost, StoreFailed
from bot.outbox import Lease
from bot.services.parts import told_to_end
from handlers.discord.client import NoSessions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.outbox import Leases
    from bot.ports import Clock, Observer
    from handlers.discord.client import Client

_LEASE: Final = timedelta(seconds=60)
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=10)
"""A process that never lives long starts 144 sessions a day at most; Discord allows 1,000 and then resets the token:
https://discord.com/developers/docs/events/gateway#session-start-limit-object"""
_STEADY: Final = timedelta(minutes=10)
"""A connection that lasted so long was a good one: what ends it is a new fault."""
_WRONG_TOKEN: Final = 4004
_PORTAL: Final = "https://discord.com/developers/applications"


class Gateway:
    """The Part that listens to Discord: connected again after every fault, waiting longer after each.

    Of several processes with the same *shards* only one listens; another takes over within a minute. While the store
    is away a connection lasts as long as it is certain that no other process has taken over.
    """

    def __init__(  # noqa: PLR0913 - whom it connects, and time itself
        self,
        make: Callable[[], Client],
        token: str,
        leases: Leases,
        *,
        owner: str,
        shards: str = "",
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._make = make
        self._token = token
        self._leases = leases
        self._owner = owner
        self._lease = f"discord gateway {shards}".strip()
        self._observe = observe
        self._now = now
        self._sleep = sleep
        self._client: Client | None = None
        self._until: datetime | None = None
        self._astray = False

    def may_read(self, channel: str) -> bool | None:
        """Whether we may read the history of *channel*; None if that is not known here."""
        return None if self._client is None else self._client.may_read(channel)

    def state(self) -> str:
        """How the connection stands, in words."""
        if self._client is None and self._astray:
            return "Discord: not connected, the store is away."
        if self._client is None:
            return "Discord: not connected here."
        return "Discord: connected." if self._client.is_ready() else "Discord: connecting."

    async def run(self) -> None:
        """Listen until told to end; raises `BadConfiguration` for what only an operator can mend."""
        wait = _FIRST_WAIT
        try:
            while not told_to_end():
                if not await self._ours():
                    await self._sleep((_LEASE / 4).total_seconds())
                    continue
                began = self._now()
                asked = await self._listened()
                wait = _FIRST_WAIT if self._now() - began > _STEADY else wait
                await self._sleep(max(wait, asked).total_seconds())
                wait = min(wait * 2, _LONGEST_WAIT)
        finally:
            with suppress(StoreError):  # the lease ends by itself
                await self._leases.release(self._lease, self._owner)

    async def _listened(self) -> timedelta:
        """Listen until the connection is over for good; gives how long Discord wants us to wait."""
        client = self._client = self._make()
        connected = asyncio.ensure_future(client.start(self._token, reconnect=True))
        try:
            while not connected.done() and await self._ours():
                await asyncio.wait({connected}, timeout=(_LEASE / 4).total_seconds())
            if connected.done():
                await connected
        except NoSessions as error:
            self._observe(GatewayLost(reason=str(error)))
            return error.wait
        except Exception as error:  # noqa: BLE001 - discord.py lets go of many kinds: an event it cannot read, recursion
            self._judge(error)
        finally:
            self._client = None
            connected.cancel()
            await asyncio.wait({connected})
            if not client.is_closed():
                await client.close()
        return timedelta(0)

    def _judge(self, error: Exception) -> None:
        """Tell what ended the connection; raises `BadConfiguration` if trying again cannot help."""
        if isinstance(error, discord.LoginFailure) or _code(error) == _WRONG_TOKEN:
            raise BadConfiguration(
                "Discord does not know this bot token.",
                hint=f"Copy it anew from {_PORTAL}, your application, Bot, and set PAPERROUND_DISCORD__TOKEN.",
            ) from error
        if isinstance(error, discord.PrivilegedIntentsRequired):
            raise BadConfiguration(
                "Discord does not allow this bot the intents it asks for.",
                hint=f"Look at {_PORTAL}, your application, Bot, Privileged Gateway Intents: none is needed.",
            ) from error
        self._observe(GatewayLost(reason=_reason(error)))

    async def _ours(self) -> bool:
        """Whether it is this process that listens: it is told so, or the store is away and its last word still holds."""
        now = self._now()
        until = now + _LEASE
        try:
            ours = await self._leases.acquire(self._lease, Lease(owner=self._owner, at=now, until=until))
        except StoreError as error:
            self._astray = True
            self._observe(StoreFailed(reason=error.message))
            return self._until is not None and now < self._until
        self._astray, self._until = False, until if ours else None
        return ours


def _code(error: Exception) -> int | None:
    return error.code if isinstance(error, discord.ConnectionClosed) else None


def _reason(error: Exception) -> str:
    """What ended the connection, without anything that may be secret."""
    if isinstance(error, discord.ConnectionClosed):
        return f"closed with {error.code}"
    if isinstance(error, discord.HTTPException):
        return f"Discord answered {error.status}"
    if isinstance(error, aiohttp.ClientError | OSError):
        return f"no connection ({type(error).__name__})"
    return f"the connection ended ({type(error).__name__})"
