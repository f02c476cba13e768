"""What people saved, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import shard_of_key
from storage.codec import moment
from storage.redis.aliases import families, resolve
from storage.redis.connection import Script

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.papers import PaperId
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

# Two papers saved in one microsecond stand a microsecond apart, in the order in which they came.
_SAVE: Final = Script("""
for at = 2, #ARGV do
    if redis.call('ZSCORE', KEYS[1], ARGV[at]) then return 0 end
end
local at = tonumber(ARGV[1])
while redis.call('ZCOUNT', KEYS[1], at, at) > 0 do at = at + 1 end
return redis.call('ZADD', KEYS[1], at, ARGV[2])
""")


class RedisBookmarks:
    """The `bot.remembering.BookmarkStore` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def save(self, person: str, paper_id: PaperId, at: datetime) -> bool:
        """Save one; False if it was saved already."""
        family = await self._family(paper_id)
        return bool(await self._server.run(_SAVE, (self._key(person),), moment(at), *family))

    async def unsave(self, person: str, paper_id: PaperId) -> bool:
        """Forget one; False if it was not saved."""
        return bool(await self._server.call("ZREM", self._key(person), *await self._family(paper_id)))

    async def saved(self, person: str) -> list[PaperId]:
        """What the person saved, newest first."""
        saved = await self._server.call("ZREVRANGE", self._key(person), 0, -1)
        return list(dict.fromkeys((await resolve(self._server, self._keys, saved)).values()))

    async def clear(self, person: str) -> int:
        """Forget all that the person saved; gives how many went."""
        saved = await self.saved(person)
        await self._server.call("DEL", self._key(person))
        return len(saved)

    async def _family(self, paper_id: PaperId) -> tuple[PaperId, ...]:
        return (await families(self._server, self._keys, [paper_id]))[paper_id]

    def _key(self, person: str) -> str:
        return self._keys.saved(shard_of_key(person), person)
