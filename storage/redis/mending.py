"""What an operator, or the end of a subscription, does to deliveries in Redis; and how they are forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import shard_of
from storage.codec import at_moment
from storage.redis.aliases import families
from storage.redis.connection import Script
from storage.redis.keys import RECENT_FOR
from storage.redis.marks import CLAIM_MARKS, RELEASE_MARKS
from storage.redis.posts import LIFETIME, POSTS, find, part_key, place_keys, post_keys
from storage.redis.rows import decode_delivery, encode_message, encode_trials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.papers import PaperId
    from storage.redis.connection import Part, Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 200
_FORGOTTEN: Final = (State.PENDING, State.SENT, State.REFUSED, State.UNKNOWN)

_DECIDED: Final = """
local function decided(unconfirmed, place, edition)
    for _, key in ipairs(redis.call('ZRANGE', states.unknown, 0, -1)) do
        local here = string.sub(key, 1, #place + 1) == place .. '|'
        if here and string.find(key, '|' .. edition .. '|', 1, true) then return end
    end
    redis.call('LREM', unconfirmed, 0, edition)
end
"""
"""Lua: a person decided about a delivery of *edition*; if none of it is unknown any more, readers need not be told."""
_RETRY: Final = Script(
    POSTS
    + CLAIM_MARKS
    + _DECIDED
    + """
local delivery, recent, marks, owners, marked, unconfirmed = unpack(KEYS, 8)
local key, at, owner, place, message, lifetime, claims, trials, edition = unpack(ARGV)
local state, payload = unpack(redis.call('HMGET', delivery, 'state', 'payload'))
if (state ~= 'refused' and state ~= 'unknown') or payload == '' then return 0 end
redis.call('HSET', delivery, 'trials', trials, 'created_at', at)
set_state(delivery, key, 'pending')
decided(unconfirmed, place, edition)
redis.call('PERSIST', delivery)
redis.call('HDEL', holders, key)
redis.call('ZADD', ready, at, key)
redis.call('ZADD', recent, at, message)
redis.call('EXPIRE', recent, lifetime)
local number = 9
local families = {unpack(ARGV, number + 1, number + claims)}
claim_marks(marks, owners, marked, place, owner, at, families, holders_of(owners, families))
number = number + claims
for behind = 14, #KEYS do
    if redis.call('HGET', KEYS[behind], 'state') == 'pending' then
        redis.call('HSET', KEYS[behind], 'created_at', at)
        redis.call('ZADD', states.pending, at, ARGV[number + 1])
        redis.call('ZADD', recent, at, ARGV[number + 2])
    end
    number = number + 2
end
return 1
"""
)
DROP: Final = """
local function drop(delivery, key, lifetime, recent, marks, owners, marked, place, owner, message, trials, families)
    local state = redis.call('HGET', delivery, 'state')
    if state ~= 'pending' and state ~= 'refused' and state ~= 'unknown' then return 0 end
    set_state(delivery, key, 'refused')
    redis.call('HSET', delivery, 'trials', trials, 'payload', '')
    redis.call('EXPIRE', delivery, lifetime)
    redis.call('ZREM', ready, key)
    redis.call('HDEL', holders, key)
    redis.call('ZREM', recent, message)
    release_marks(marks, owners, marked, place, owner, families)
    return 1
end
"""
"""Lua: give up a delivery that is neither sent nor being sent; whoever has it under a lease loses it."""
_DROP: Final = Script(
    POSTS
    + RELEASE_MARKS
    + DROP
    + _DECIDED
    + """
local delivery, recent, marks, owners, marked, unconfirmed = unpack(KEYS, 8)
local key, lifetime, place, owner, message, trials, edition = unpack(ARGV)
local families = {unpack(ARGV, 8)}
if drop(delivery, key, lifetime, recent, marks, owners, marked, place, owner, message, trials, families) == 0 then
    return 0
end
decided(unconfirmed, place, edition)
return 1
"""
)
_FORGET: Final = Script(
    POSTS
    + """
local gone = 0
for number = 2, #ARGV do
    local key = ARGV[number]
    for state, kept in pairs(states) do
        local at = redis.call('ZSCORE', kept, key)
        local waits = state == 'pending' and not redis.call('ZSCORE', ready, key)
        if at and tonumber(at) < tonumber(ARGV[1]) and (waits or (state ~= 'pending' and state ~= 'sending')) then
            redis.call('ZREM', kept, key)
            redis.call('DEL', KEYS[6 + number])
            gone = gone + 1
        end
    end
end
return gone
"""
)


async def retry(server: Server, keys: Keys, key: str, now: int) -> bool:
    """Make a refused or unknown one pending again, its papers claimed again."""
    one = await find(server, keys, key)
    if one is None:
        return False
    shard = shard_of(one.destination)
    behind = [
        follower
        for part in range(one.part + 1, one.parts + 1)
        if (follower := await find(server, keys, part_key(one, part))) is not None
    ]
    papers = await _families(server, keys, one)
    names = (
        *post_keys(keys, shard),
        keys.delivery(shard, key),
        *place_keys(keys, shard, one.destination),
        keys.unconfirmed(shard, str(one.destination)),
        *(keys.delivery(shard, follower.key) for follower in behind),
    )
    lifetime = int(RECENT_FOR.total_seconds())
    anew = replace(one, attempts=0, first_attempt_at=None, looked=0, not_before=at_moment(now))
    place, message = str(one.destination), encode_message(one)
    values = (key, now, one.owner, place, message, lifetime, len(papers), encode_trials(anew), one.edition)
    others = (part for follower in behind for part in (follower.key, encode_message(follower)))
    return bool(await server.run(_RETRY, names, *values, *papers, *others))


async def drop(server: Server, keys: Keys, key: str) -> bool:
    """Give up one that is neither sent nor being sent."""
    one = await find(server, keys, key)
    if one is None:
        return False
    shard = shard_of(one.destination)
    names = (
        *post_keys(keys, shard),
        keys.delivery(shard, key),
        *place_keys(keys, shard, one.destination),
        keys.unconfirmed(shard, str(one.destination)),
    )
    values = (key, LIFETIME, str(one.destination), one.owner, encode_message(one), _dropped(one), one.edition)
    return bool(await server.run(_DROP, names, *values, *await _families(server, keys, one)))


async def _families(server: Server, keys: Keys, one: Delivery) -> list[str]:
    known = await families(server, keys, one.picks)
    return [" ".join(known[paper]) for paper in one.picks]


async def waiting_of(server: Server, keys: Keys, shard: int, subscription_id: str) -> list[Delivery]:
    """What has not been begun to be sent for a subscription."""
    names = await server.call("ZRANGE", keys.in_state(shard, State.PENDING), 0, -1)
    commands = [("HGETALL", keys.delivery(shard, name)) for name in names if f"|{subscription_id}|" in name]
    return [decode_delivery(fields) for fields in await server.each(commands) if fields]


async def dropping(
    server: Server, keys: Keys, shard: int, waiting: Sequence[Delivery]
) -> tuple[list[str], list[Part]]:
    """The keys and values with which a script drops all of *waiting*: four keys and six or more values each."""
    known = await families(server, keys, (paper for one in waiting for paper in one.picks))
    names: list[str] = []
    values: list[Part] = []
    for one in waiting:
        names += (keys.delivery(shard, one.key), *place_keys(keys, shard, one.destination)[:3])
        values += _drop_values(one, known)
    return names, values


def _drop_values(one: Delivery, known: Mapping[PaperId, Sequence[PaperId]]) -> list[Part]:
    papers = [" ".join(known[paper]) for paper in one.picks]
    message = encode_message(one)
    return [one.key, str(one.destination), one.owner, message, _dropped(one), len(papers), *papers]


def _dropped(one: Delivery) -> str:
    return encode_trials(replace(one, detail="dropped"))


async def forget(server: Server, keys: Keys, shard: int, before: int) -> int:
    """Drop what ended before *before* in a shard, with what waits behind it; gives how many deliveries went."""
    gone = 0
    for state in _FORGOTTEN:
        begin = 0
        span = ("-inf", f"({before}", "BYSCORE", "LIMIT")
        while found := await server.call("ZRANGE", keys.in_state(shard, state), *span, begin, _AT_ONCE):
            names = (*post_keys(keys, shard), *(keys.delivery(shard, key) for key in found))
            went = int(await server.run(_FORGET, names, before, *found))
            gone += went
            begin += len(found) - went  # what may be taken stays
    return gone
