"""Texts that a button refers to, in Redis; each expires by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage.codec import moment
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from storage.redis.connection import Server
    from storage.redis.keys import Keys

# Its end is told by its callers' clock, its lifetime counted by the server's.
_KEEP: Final = Script("""
local key, text, till, lifetime = unpack(ARGV)
redis.call('HSET', KEYS[1], 'text', text, 'until', till)
redis.call('PEXPIRE', KEYS[1], lifetime)
for number = 2, #KEYS do
    redis.call('SADD', KEYS[number], key)
    if redis.call('PTTL', KEYS[number]) < tonumber(lifetime) then redis.call('PEXPIRE', KEYS[number], lifetime) end
end
""")

_TAKE: Final = Script("""
local text, till = unpack(redis.call('HMGET', KEYS[1], 'text', 'until'))
if not till or tonumber(till) <= tonumber(ARGV[1]) then return false end
redis.call('DEL', KEYS[1])
return text
""")


class RedisDrafts:
    """The `bot.remembering.Drafts` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def keep(
        self, key: str, text: str, *, at: datetime, until: datetime, owners: Collection[str] = ()
    ) -> None:
        """Keep *text* from *at* until *until*."""
        lifetime = (until - at) // timedelta(milliseconds=1)
        names = (self._keys.draft(key), *map(self._keys.drafts_of, owners))
        await self._server.run(_KEEP, names, key, text, moment(until), lifetime)

    async def find(self, key: str, now: datetime) -> str | None:
        """The text, or None if there is none or its end has come."""
        text, until = await self._server.call("HMGET", self._keys.draft(key), "text", "until")
        return None if until is None or int(until) <= moment(now) else str(text)

    async def take(self, key: str, now: datetime) -> str | None:
        """As `find`, and it is gone then."""
        taken = await self._server.run(_TAKE, (self._keys.draft(key),), moment(now))
        return None if taken is None else str(taken)

    async def remove_of(self, owner: str) -> int:
        """Remove every one of *owner*; gives how many went."""
        mine = self._keys.drafts_of(owner)
        drafts = await self._server.call("SMEMBERS", mine)
        gone = await self._server.together(
            [*(("DEL", self._keys.draft(key)) for key in drafts), ("DEL", mine)]
        )
        return int(sum(gone[:-1]))

    async def forget(self, before: datetime) -> None:
        """Nothing: they expire."""
