"""Who does what is to be done once, in Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage.codec import moment
from storage.redis.connection import Script

if TYPE_CHECKING:
    from datetime import datetime

    from bot.outbox import Lease
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_MARGIN: Final = timedelta(hours=1)
"""How much longer than its lease a key lives: the lease ends by its owners' clock, not by the server's."""
_ACQUIRE: Final = Script("""
local owner, at, till, lifetime = unpack(ARGV)
local held = redis.call('HMGET', KEYS[1], 'owner', 'until')
if held[1] and held[1] ~= owner and tonumber(held[2]) > tonumber(at) then return 0 end
redis.call('HSET', KEYS[1], 'owner', owner, 'until', till)
redis.call('PEXPIRE', KEYS[1], lifetime)
return 1
""")
_RELEASE: Final = Script("""
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
""")


class RedisLeases:
    """The `bot.outbox.Leases` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def acquire(self, name: str, lease: Lease) -> bool:
        """Whether ``lease.owner`` has *name* until ``lease.until``: it was free, had ended, or was its own."""
        lifetime = (lease.until - lease.at + _MARGIN) // timedelta(milliseconds=1)
        values = (lease.owner, moment(lease.at), moment(lease.until), lifetime)
        return bool(await self._server.run(_ACQUIRE, (self._keys.lease(name),), *values))

    async def release(self, name: str, owner: str) -> None:
        """Give *name* back if *owner* has it."""
        await self._server.run(_RELEASE, (self._keys.lease(name),), owner)

    async def forget(self, before: datetime) -> None:
        """Nothing to do: each goes by itself, an hour after it ended."""
