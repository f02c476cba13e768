"""What each destination has had, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import SHARDS, shard_of
from storage.codec import at_moment, moment
from storage.redis.aliases import families, resolve
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 100
"""How many destinations one script forgets marks of; others wait that long at most."""

# A paper is one family of ids, the present one first: a mark under any of them counts.
CLAIM_MARK: Final = """
local function holder_of(owners, family)
    for id in string.gmatch(family, '%S+') do
        local holder = redis.call('HGET', owners, id)
        if holder then return holder end
    end
end
local function claim_mark(marks, owners, marked, place, owner, at, family)
    local holder = holder_of(owners, family)
    if holder then return holder end
    local id = string.match(family, '%S+')
    redis.call('ZADD', marks, at, id)
    redis.call('HSET', owners, id, owner)
    redis.call('ZADD', marked, 'LT', at, place)
    return owner
end
"""
"""Lua: who holds the paper of *family*, and to claim it at *place* if nobody does; gives who holds it then."""
_CLAIM: Final = Script(
    CLAIM_MARK
    + """
local held = {}
for number = 4, #ARGV do
    local holder = claim_mark(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], ARGV[number])
    held[number - 3] = holder == ARGV[2] and 1 or 0
end
return held
"""
)
RELEASE_MARKS: Final = """
local function release_marks(marks, owners, marked, place, owner, families)
    for _, family in ipairs(families) do
        for id in string.gmatch(family, '%S+') do
            if redis.call('HGET', owners, id) == owner then
                redis.call('ZREM', marks, id)
                redis.call('HDEL', owners, id)
            end
        end
    end
    if redis.call('ZCARD', marks) == 0 then redis.call('ZREM', marked, place) end
end
"""
"""Lua: give back the papers of *families* that *owner* holds at *place*."""
_RELEASE: Final = Script(
    RELEASE_MARKS + "release_marks(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], {unpack(ARGV, 3)})"
)
_FORGET: Final = Script("""
local gone = 0
for number = 2, #ARGV do
    local marks, owners = KEYS[2 * number - 2], KEYS[2 * number - 1]
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', marks, '-inf', '(' .. ARGV[1])) do
        redis.call('HDEL', owners, id)
    end
    gone = gone + redis.call('ZREMRANGEBYSCORE', marks, '-inf', '(' .. ARGV[1])
    local first = redis.call('ZRANGE', marks, 0, 0, 'WITHSCORES')[2]
    if first then redis.call('ZADD', KEYS[1], first, ARGV[number]) else redis.call('ZREM', KEYS[1], ARGV[number]) end
end
return gone
""")


class RedisMarks:
    """The `bot.ports.MarkStore` of a Redis server.

    Marks stay under the id they were made for. Where a page and the paper it joined were claimed by two owners, the
    paper's own mark counts, and the page's once that is given back.
    """

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def claim(
        self, destination: Destination, ids: Sequence[PaperId], *, owner: str, at: datetime
    ) -> set[PaperId]:
        """Reserve papers for *destination*; gives those of *ids* that *owner* now holds."""
        known = await families(self._server, self._keys, ids)
        texts = map(" ".join, known.values())
        keys = self._of(destination)
        held = await self._server.run(_CLAIM, keys, str(destination), owner, moment(at), *texts)
        return {paper_id for paper_id, mine in zip(known, held, strict=True) if mine}

    async def release(self, destination: Destination, ids: Sequence[PaperId], *, owner: str) -> None:
        """Give back those of *ids* that *owner* holds."""
        known = await families(self._server, self._keys, ids)
        texts = map(" ".join, known.values())
        await self._server.run(_RELEASE, self._of(destination), str(destination), owner, *texts)

    async def had(self, destination: Destination) -> dict[PaperId, datetime]:
        """The papers claimed for *destination*, and when, earliest first."""
        marks = await self._server.call("ZRANGE", self._of(destination)[0], 0, -1, "WITHSCORES")
        now = await resolve(self._server, self._keys, (paper_id for paper_id, _ in marks))
        own = {paper_id for paper_id, _ in marks}
        had: dict[PaperId, datetime] = {}
        for paper_id, at in marks:
            if (
                paper_id == now[paper_id] or now[paper_id] not in own
            ):  # a paper's own mark counts before its page's
                had.setdefault(now[paper_id], at_moment(int(at)))
        return had

    async def forget(self, before: datetime) -> int:
        """Drop marks made before *before*; gives how many went. Each shard is a step of its own."""
        return sum([await self._forget(shard, moment(before)) for shard in range(SHARDS)])

    async def _forget(self, shard: int, before: int) -> int:
        gone = 0
        marked = self._keys.marked(shard)
        while names := await self._server.call(
            "ZRANGEBYSCORE", marked, "-inf", f"({before}", "LIMIT", 0, _AT_ONCE
        ):
            keys = [marked]
            for name in names:
                keys += [self._keys.marks(shard, name), self._keys.owners(shard, name)]
            gone += await self._server.run(_FORGET, keys, before, *names)
        return gone

    def _of(self, destination: Destination) -> tuple[str, str, str]:
        shard, name = shard_of(destination), str(destination)
        return self._keys.marks(shard, name), self._keys.owners(shard, name), self._keys.marked(shard)
