"""Which processes run on a Redis server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage.running import decode_process, encode_process

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.processes import Running
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_LIFETIME: Final = timedelta(days=1) // timedelta(seconds=1)


class RedisProcesses:
    """The `bot.outbox.Processes` of a Redis server; moments are those its callers name, never the server's."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def announce(self, one: Running, now: datetime) -> None:
        """Note that *one* runs until ``one.until``, in place of what it said before."""
        ended = [other.name for other in await self._all() if other.until <= now]
        key = self._keys.processes
        commands: list[tuple[str | int, ...]] = [("HDEL", key, *ended)] if ended else []
        commands += [("HSET", key, one.name, encode_process(one)), ("EXPIRE", key, _LIFETIME)]
        await self._server.together(commands)

    async def running(self, now: datetime) -> list[Running]:
        """Those that said they would still run at *now*, in order of their names."""
        return sorted((one for one in await self._all() if one.until > now), key=lambda one: one.name)

    async def leave(self, name: str) -> None:
        """The process *name* ends."""
        await self._server.call("HDEL", self._keys.processes, name)

    async def _all(self) -> list[Running]:
        documents = await self._server.call("HGETALL", self._keys.processes)
        return [decode_process(name, document) for name, document in documents.items()]
