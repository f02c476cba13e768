"""What each destination has had, in Redis."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import SHARDS, shard_of
from storage.codec import at_moment, moment
from storage.redis.aliases import families, resolve
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 100
"""How many destinations one script forgets marks of; others wait that long at most."""

# A paper is one family of ids, the present one first: a mark under any of them counts.
CLAIM_MARKS: Final = """
local function holders_of(owners, families)
    local ids, of, holders = {}, {}, {}
    for number, family in ipairs(families) do
        holders[number] = false
        for id in string.gmatch(family, '%S+') do
            of[#ids + 1] = number
            ids[#ids + 1] = id
        end
    end
    if #ids == 0 then return holders end
    for number, holder in ipairs(redis.call('HMGET', owners, unpack(ids))) do
        holders[of[number]] = holders[of[number]] or holder
    end
    return holders
end
local function claim_marks(marks, owners, marked, place, owner, at, families, holders)
    local times, names = {}, {}
    for number, family in ipairs(families) do
        if not holders[number] then
            local id = string.match(family, '%S+')
            times[#times + 1] = at
            times[#times + 1] = id
            names[#names + 1] = id
            names[#names + 1] = owner
        end
    end
    if #times == 0 then return end
    redis.call('ZADD', marks, unpack(times))
    redis.call('HSET', owners, unpack(names))
    redis.call('ZADD', marked, 'LT', at, place)
end
"""
"""Lua: who holds the paper of each of *families*, false for nobody; and to claim at *place* what nobody holds."""
_CLAIM: Final = Script(
    CLAIM_MARKS
    + """
local families = {unpack(ARGV, 4)}
local holders, held = holders_of(KEYS[2], families), {}
claim_marks(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], families, holders)
for number, holder in ipairs(holders) do held[number] = (not holder or holder == ARGV[2]) and 1 or 0 end
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
# Gives how many marks went, and how many places still have old ones, of papers that are listed.
_FORGET: Final = Script("""
local before, places, listed, gone, stay = ARGV[1], tonumber(ARGV[2]), {}, 0, 0
for number = 3 + places, #ARGV do listed[ARGV[number]] = true end
for number = 1, places do
    local marks, owners, place = KEYS[2 * number], KEYS[2 * number + 1], ARGV[2 + number]
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', marks, '-inf', '(' .. before)) do
        if not listed[id] then
            redis.call('HDEL', owners, id)
            gone = gone + redis.call('ZREM', marks, id)
        end
    end
    local first = redis.call('ZRANGE', marks, 0, 0, 'WITHSCORES')[2]
    if first then redis.call('ZADD', KEYS[1], first, place) else redis.call('ZREM', KEYS[1], place) end
    if first and tonumber(first) < tonumber(before) then stay = stay + 1 end
end
return {gone, stay}
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

    async def forget(self, before: datetime, *, listed: Collection[PaperId] = ()) -> int:
        """Drop marks made before *before*, but for those of *listed* papers; gives how many went.

        Each shard is a step of its own.
        """
        known = await families(self._server, self._keys, listed)
        kept = list(chain.from_iterable(known.values()))
        return sum([await self._forget(shard, moment(before), kept) for shard in range(SHARDS)])

    async def _forget(self, shard: int, before: int, kept: Sequence[PaperId]) -> int:
        gone = begin = 0
        marked = self._keys.marked(shard)
        while names := await self._server.call(
            "ZRANGEBYSCORE", marked, "-inf", f"({before}", "LIMIT", begin, _AT_ONCE
        ):
            keys = [marked]
            for name in names:
                keys += [self._keys.marks(shard, name), self._keys.owners(shard, name)]
            went, stay = await self._server.run(_FORGET, keys, before, len(names), *names, *kept)
            gone, begin = gone + went, begin + stay
        return gone

    def _of(self, destination: Destination) -> tuple[str, str, str]:
        shard, name = shard_of(destination), str(destination)
        return self._keys.marks(shard, name), self._keys.owners(shard, name), self._keys.marked(shard)
