"""Deliveries in Redis: taken, begun, recorded, looked through."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import SHARDS, shard_of
from storage.codec import UNREADABLE, moment
from storage.redis.aliases import families
from storage.redis.connection import Script
from storage.redis.keys import ENDED_FOR
from storage.redis.marks import RELEASE_MARKS
from storage.redis.rows import decode_delivery, delivery_fields, encode_message, encode_trials
from storage.redis.soonest import soonest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination
    from bot.outbox import Lease
    from storage.redis.connection import Part, Server
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
_BEGIN: Final = Script(
    POSTS
    + """
local begun = {}
for number = 1, #KEYS - 7 do
    local delivery, key = KEYS[7 + number], ARGV[2 * number + 1]
    begun[number] = 0
    if redis.call('HGET', holders, key) == ARGV[1] then
        set_state(delivery, key, 'sending', 'trials', ARGV[2 * number + 2])
        redis.call('ZADD', ready, ARGV[2], key)
        begun[number] = 1
    end
end
return begun
"""
)
# Most are sent and have no part behind them: these are told together.
_SENT: Final = Script(
    POSTS
    + """
local told = {}
for number = 1, #KEYS - 7 do
    local delivery, key = KEYS[7 + number], ARGV[2 * number + 2]
    told[number] = 0
    if redis.call('HGET', holders, key) == ARGV[1] then
        redis.call('HDEL', holders, key)
        set_state(delivery, key, 'sent', 'payload', '', 'trials', ARGV[2 * number + 3])
        redis.call('ZREM', ready, key)
        redis.call('EXPIRE', delivery, ARGV[2])
        told[number] = 1
    end
end
redis.call('ZREMRANGEBYSCORE', states.sent, '-inf', ARGV[3])
return told
"""
)
_RECORD: Final = Script(
    POSTS
    + RELEASE_MARKS
    + """
local delivery, following, recent, marks, owners, marked, unconfirmed = unpack(KEYS, 8)
local worker, key, at, state, ready_at, next_key, lifetime, owner, place, edition, message = unpack(ARGV)
if redis.call('HGET', holders, key) ~= worker then return 0 end
redis.call('HDEL', holders, key)
set_state(delivery, key, state, 'payload', ARGV[12], 'trials', ARGV[13])
if ready_at == '' then
    redis.call('ZREM', ready, key)
    redis.call('EXPIRE', delivery, lifetime)
    redis.call('ZREMRANGEBYSCORE', states[state], '-inf', string.format('%.17g', at - lifetime * 1000000))
else
    redis.call('ZADD', ready, ready_at, key)
end
if state == 'sent' and next_key ~= '' and redis.call('HGET', following, 'state') == 'pending' then
    redis.call('ZADD', ready, at, next_key)
elseif state == 'refused' then
    release_marks(marks, owners, marked, place, owner, {unpack(ARGV, 14)})
    redis.call('ZREM', recent, message)
elseif state == 'unknown' then
    redis.call('LREM', unconfirmed, 0, edition)
    redis.call('RPUSH', unconfirmed, edition)
    redis.call('EXPIRE', unconfirmed, lifetime)
end
return 1
"""
)


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


async def begin(server: Server, keys: Keys, begun: Sequence[Delivery], lease: Lease) -> list[Delivery]:
    """Note what is about to be requested; gives those still under *lease*."""
    held = await _noted(server, keys, _BEGIN, begun, (lease.owner, moment(lease.until)))
    return [one for one in begun if one.key in held]


async def record(server: Server, keys: Keys, ended: Sequence[Delivery], lease: Lease) -> list[Delivery]:
    """Keep what became of each that is still under *lease*; gives those that were."""
    plain = [one for one in ended if one.state is State.SENT and one.part == one.parts and not one.payload]
    others = [one for one in ended if one.state is not State.SENT or one.part < one.parts or one.payload]
    oldest = moment(lease.at) - LIFETIME * 1_000_000
    kept = await _noted(server, keys, _SENT, plain, (lease.owner, LIFETIME, oldest))
    given_back = (paper for one in others if one.state is State.REFUSED for paper in one.picks)
    known = await families(server, keys, given_back)
    told = await server.run_each(_RECORD, [_recording(keys, one, lease, known) for one in others])
    kept |= {one.key for one, mine in zip(others, told, strict=True) if mine}
    return [one for one in ended if one.key in kept]


async def _noted(
    server: Server, keys: Keys, script: Script, deliveries: Sequence[Delivery], first: tuple[Part, ...]
) -> set[str]:
    """The keys of those *deliveries* of which *script*, told *first* and then each with its trials, noted something."""
    by_shard: dict[int, list[Delivery]] = {}
    for one in deliveries:
        by_shard.setdefault(shard_of(one.destination), []).append(one)
    calls = []
    for shard, some in by_shard.items():
        names = (*post_keys(keys, shard), *(keys.delivery(shard, one.key) for one in some))
        parts: Iterator[Part] = (part for one in some for part in (one.key, encode_trials(one)))
        calls.append((names, (*first, *parts)))
    told = chain.from_iterable(await server.run_each(script, calls))
    return {one.key for one, mine in zip(chain.from_iterable(by_shard.values()), told, strict=True) if mine}


def _recording(
    keys: Keys, one: Delivery, lease: Lease, known: Mapping[PaperId, Sequence[PaperId]]
) -> tuple[Sequence[str], Sequence[Part]]:
    shard = shard_of(one.destination)
    next_key = part_key(one, one.part + 1)
    names = (
        *post_keys(keys, shard),
        keys.delivery(shard, one.key),
        keys.delivery(shard, next_key),
        *place_keys(keys, shard, one.destination),
        keys.unconfirmed(shard, str(one.destination)),
    )
    values = (
        lease.owner,
        one.key,
        moment(lease.at),
        one.state.value,
        "" if one.state.final else moment(one.not_before),
        next_key if one.part < one.parts else "",
        LIFETIME,
        one.owner,
        str(one.destination),
        one.edition,
        encode_message(one),
        one.payload,
        encode_trials(one),
    )
    papers = one.picks if one.state is State.REFUSED else ()
    return names, (*values, *(" ".join(known[paper]) for paper in papers))


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
