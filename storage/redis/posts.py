"""Deliveries in Redis: taken, begun, recorded, looked through."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import SHARDS, shard_of
from storage.codec import UNREADABLE, moment
from storage.redis.connection import Script
from storage.redis.keys import ENDED_FOR
from storage.redis.rows import decode_delivery, delivery_fields
from storage.redis.soonest import soonest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bot.domain.deliveries import Delivery
    from bot.domain.subscriptions import Destination
    from bot.outbox import Lease
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

LIFETIME: Final = int(ENDED_FOR.total_seconds())
"""How many seconds a delivery stays when it ended."""
_AT_ONCE: Final = 500

POSTS: Final = """
local ready, holders = KEYS[1], KEYS[2]
local states = {pending = KEYS[3], sending = KEYS[4], sent = KEYS[5], refused = KEYS[6], unknown = KEYS[7]}
local function set_state(delivery, key, state, ...)
    local was, created_at = unpack(redis.call('HMGET', delivery, 'state', 'created_at'))
    redis.call('HSET', delivery, 'state', state, ...)
    redis.call('ZREM', states[was], key)
    redis.call('ZADD', states[state], created_at, key)
end
"""
"""Lua: the first keys of every script about deliveries, as `post_keys` gives them, and a change of state (and fields)."""
_TAKE: Final = Script("""
local keys = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[4])
for _, key in ipairs(keys) do
    redis.call('ZADD', KEYS[1], ARGV[3], key)
    redis.call('HSET', KEYS[2], key, ARGV[1])
end
return keys
""")
_PUT: Final = Script("""
local delivery, ready, pending = unpack(KEYS)
local key, created_at, not_before = unpack(ARGV)
if redis.call('EXISTS', delivery) == 1 then return 0 end
redis.call('HSET', delivery, unpack(ARGV, 4))
redis.call('ZADD', pending, created_at, key)
redis.call('ZADD', ready, not_before, key)
return 1
""")


def post_keys(keys: Keys, shard: int) -> tuple[str, ...]:
    """The keys that the scripts about deliveries of a shard begin with."""
    return (keys.ready(shard), keys.holders(shard), *(keys.in_state(shard, state) for state in State))


def place_keys(keys: Keys, shard: int, destination: Destination) -> tuple[str, str, str, str]:
    """The keys of what a destination got: its messages, its marks, who holds them, and the shard's marked places."""
    place = str(destination)
    return (
        keys.recent(shard, place),
        keys.marks(shard, place),
        keys.owners(shard, place),
        keys.marked(shard),
    )


async def take(server: Server, keys: Keys, lease: Lease, limit: int) -> list[Delivery]:
    """At most *limit* deliveries, now under *lease*, the oldest first; where others were faster it is tried anew."""
    while waiting := await soonest(server, keys.ready, moment(lease.at), limit):
        shares = Counter(shard for _, shard, _ in waiting)
        calls = [
            (
                (keys.ready(shard), keys.holders(shard)),
                (lease.owner, moment(lease.at), moment(lease.until), count),
            )
            for shard, count in shares.items()
        ]
        taken = await server.run_each(_TAKE, calls)
        if any(taken):
            found = await _stored(server, keys, zip(shares, taken, strict=True))
            return sorted(_readable(found), key=lambda one: (one.created_at, one.key))
    return []


def _readable(stored: Iterable[Mapping[str, str]]) -> Iterator[Delivery]:
    """Those of *stored* that can be read: one that cannot must not hold up the others."""
    for fields in stored:
        with suppress(*UNREADABLE):
            yield decode_delivery(fields)


async def put(server: Server, keys: Keys, deliveries: Iterable[Delivery]) -> int:
    """Keep those whose keys are not known; gives how many. One whose answer was lost on the way is not counted."""
    calls = []
    for one in deliveries:
        shard = shard_of(one.destination)
        names = (
            keys.delivery(shard, one.key),
            keys.ready(shard),
            keys.in_state(shard, State.PENDING),
        )
        calls.append(
            (names, (one.key, moment(one.created_at), moment(one.not_before), *delivery_fields(one)))
        )
    return sum(await server.run_each(_PUT, calls))


def part_key(one: Delivery, part: int) -> str:
    """The key of another part of the same edition."""
    return f"{one.key.removesuffix(str(one.part))}{part}"


async def find(server: Server, keys: Keys, key: str) -> Delivery | None:
    """The delivery with *key*, looked for everywhere: a key is not read for its shard."""
    found = await _read(server, keys, ((shard, [key]) for shard in range(SHARDS)))
    return found[0] if found else None


async def listed(
    server: Server, keys: Keys, states: Collection[State], limit: int, destination: Destination | None
) -> list[Delivery]:
    """At most *limit* deliveries in *states*, the newest first."""
    shards = range(SHARDS) if destination is None else [shard_of(destination)]
    wanted = [(shard, state) for shard in shards for state in states]
    prefix = "" if destination is None else f"{destination}|"
    found: list[tuple[float, int, str]] = []
    begin, size = 0, max(limit, 0) if destination is None else _AT_ONCE
    while wanted and size:
        commands = [
            ("ZREVRANGE", keys.in_state(shard, state), begin, begin + size - 1, "WITHSCORES")
            for shard, state in wanted
        ]
        answers = list(zip(wanted, await server.each(commands), strict=True))
        found += [
            (at, shard, key) for (shard, _), rows in answers for key, at in rows if key.startswith(prefix)
        ]
        # Those of one place are scattered among the others of its shard: all of these may have to be looked at.
        wanted = [one for one, rows in answers if destination is not None and len(rows) == size]
        begin += size
    newest = sorted(found, reverse=True)[: max(limit, 0)]
    return await _read(server, keys, ((shard, [key]) for _, shard, key in newest))


async def _read(server: Server, keys: Keys, places: Iterable[tuple[int, Iterable[str]]]) -> list[Delivery]:
    """The deliveries at *places* that are there."""
    return [decode_delivery(fields) for fields in await _stored(server, keys, places)]


async def _stored(
    server: Server, keys: Keys, places: Iterable[tuple[int, Iterable[str]]]
) -> list[Mapping[str, str]]:
    commands = [("HGETALL", keys.delivery(shard, key)) for shard, some in places for key in some]
    return [fields for fields in await server.each(commands) if fields]
