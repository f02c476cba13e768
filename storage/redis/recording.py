"""Deliveries in Redis: that they are begun, and what became of them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import shard_of
from storage.codec import moment
from storage.redis.aliases import families
from storage.redis.connection import Script
from storage.redis.marks import RELEASE_MARKS
from storage.redis.posts import LIFETIME, POSTS, part_key, place_keys, post_keys
from storage.redis.rows import encode_message, encode_trials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.papers import PaperId
    from bot.outbox import Lease
    from storage.redis.connection import Part, Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 500
"""How many deliveries one script notes at most."""

# Of those that come from the state that most do, all but their own hashes is set in one command each.
_TOGETHER: Final = """
local function held_ones(first)
    local keys, told, mine, scores = {}, {}, {}, {}
    for number = 1, #KEYS - 7 do keys[number] = ARGV[first + 2 * number - 2] end
    for number, holder in ipairs(redis.call('HMGET', holders, unpack(keys))) do
        told[number] = holder == ARGV[1] and 1 or 0
        if told[number] == 1 then mine[#mine + 1] = {KEYS[7 + number], keys[number], ARGV[first + 2 * number - 1]} end
    end
    return told, mine
end
local function move(mine, from, to, ...)
    if #mine == 0 then return {} end
    local names, moved, moments = {}, {}, {}
    for number, one in ipairs(mine) do names[number] = one[2] end
    for number, created_at in ipairs(redis.call('ZMSCORE', states[from], unpack(names))) do
        local delivery, key, trials = unpack(mine[number])
        if created_at then
            redis.call('HSET', delivery, 'state', to, 'trials', trials, ...)
            moved[#moved + 1] = key
            moments[#moments + 1], moments[#moments + 2] = created_at, key
        else
            set_state(delivery, key, to, 'trials', trials, ...)
        end
    end
    if #moved > 0 then
        redis.call('ZREM', states[from], unpack(moved))
        redis.call('ZADD', states[to], unpack(moments))
    end
    return names
end
"""
_BEGIN: Final = Script(
    POSTS
    + _TOGETHER
    + """
local told, mine = held_ones(3)
local times = {}
for number, key in ipairs(move(mine, 'pending', 'sending')) do times[2 * number - 1], times[2 * number] = ARGV[2], key end
if #times > 0 then redis.call('ZADD', ready, unpack(times)) end
return told
"""
)
# Most are sent and have no part behind them: these are told together.
_SENT: Final = Script(
    POSTS
    + _TOGETHER
    + """
local told, mine = held_ones(4)
local keys = move(mine, 'sending', 'sent', 'payload', '')
for _, one in ipairs(mine) do redis.call('EXPIRE', one[1], ARGV[2]) end
if #keys > 0 then
    redis.call('HDEL', holders, unpack(keys))
    redis.call('ZREM', ready, unpack(keys))
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
    by_shard: dict[int, list[tuple[str, str]]] = {}
    for one in deliveries:
        by_shard.setdefault(shard_of(one.destination), []).append((one.key, encode_trials(one)))
    steps = [
        (shard, some[begin : begin + _AT_ONCE])
        for shard, some in by_shard.items()
        for begin in range(0, len(some), _AT_ONCE)
    ]
    calls = [
        (
            (*post_keys(keys, shard), *(keys.delivery(shard, key) for key, _ in some)),
            (*first, *chain.from_iterable(some)),
        )
        for shard, some in steps
    ]
    told = await server.run_each(script, calls)
    return {
        key
        for (_, some), mine in zip(steps, told, strict=True)
        for (key, _), held in zip(some, mine, strict=True)
        if held
    }


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
