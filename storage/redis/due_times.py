"""When each subscription is due, and what got hot for it, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.subscriptions import Unreadable, shard_in
from bot.outbox import Due
from storage.codec import UNREADABLE, at_moment, moment
from storage.redis.connection import Script
from storage.redis.keys import HOT_FOR
from storage.redis.locating import located
from storage.redis.rows import decode_progress
from storage.redis.soonest import soonest
from storage.timing import timed_or_not

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.papers import PaperId
    from bot.domain.rounds import Advance
    from bot.outbox import Heated
    from storage.redis.connection import Part, Server
    from storage.redis.keys import Keys

VERSION_OF: Final = """
local function version_of(document) return string.match(document, '"version":(%d+)') end
"""
"""Lua: the version of a subscription's record. In its texts each quote follows a backslash, so none is mistaken."""
# What a step says: no subscription of this id is here, it does not hold, it was taken.
_ABSENT, _TAKEN = -1, 1
_T = TypeVar("_T")
_AT_ONCE: Final = 500
"""How many subscriptions one script is told of: Lua gives a command 8,000 parts at most."""
_ADVANCE: Final = Script(
    VERSION_OF
    + """
local subscriptions, due, jobs, times, ids = unpack(KEYS)
local wanted, owners = {}, {}
for number = 1, #ARGV, 6 do
    wanted[#wanted + 1] = ARGV[number]
    owners[#owners + 1] = ARGV[number] .. '|' .. ARGV[number + 4]
end
local documents = redis.call('HMGET', subscriptions, unpack(wanted))
local stands = redis.call('ZMSCORE', due, unpack(wanted))
local known = redis.call('HMGET', ids, unpack(owners))
local told, stepped, moved, ended, entries, ready = {}, {}, {}, {}, {}, {}
local function new_job(number, id, edition, at)
    if known[number] then return end
    if #entries == 0 and redis.call('EXISTS', jobs) == 0 then
        redis.call('XGROUP', 'CREATE', jobs, 'couriers', '0', 'MKSTREAM')
    end
    local entry = redis.call('XADD', jobs, '*', 'subscription', id, 'edition', edition, 'due_at', at)
    entries[#entries + 1], entries[#entries + 2] = owners[number], entry
    ready[#ready + 1], ready[#ready + 2] = at, entry
end
local function advance(number, id, version, due_at, next_at, edition, at)
    if not documents[number] then return -1 end
    if version_of(documents[number]) ~= version or stepped[id] then return 0 end
    if not stands[number] or tonumber(stands[number]) ~= tonumber(due_at) then return 0 end
    stepped[id] = true
    if next_at == '' then ended[#ended + 1] = id else moved[#moved + 1], moved[#moved + 2] = next_at, id end
    if edition ~= '' then new_job(number, id, edition, at) end
    return 1
end
for number = 1, #wanted do told[number] = advance(number, unpack(ARGV, 6 * number - 5, 6 * number)) end
if #moved > 0 then redis.call('ZADD', due, unpack(moved)) end
if #ended > 0 then redis.call('ZREM', due, unpack(ended)) end
if #entries > 0 then
    redis.call('HSET', ids, unpack(entries))
    redis.call('ZADD', times, unpack(ready))
end
return told
"""
)
_HEAT: Final = Script(
    VERSION_OF
    + """
local id, version, at, lifetime = unpack(ARGV)
local document = redis.call('HGET', KEYS[1], id)
if not document or version_of(document) ~= version then return 0 end
local new = 0
for number = 5, #ARGV do
    if redis.call('HSETNX', KEYS[3], ARGV[number], at) == 1 then
        redis.call('SADD', KEYS[4], ARGV[number])
        new = new + 1
    end
end
if new > 0 then
    redis.call('ZADD', KEYS[2], 'LT', at, id)
    redis.call('EXPIRE', KEYS[3], lifetime)
    redis.call('EXPIRE', KEYS[4], lifetime)
end
return new
"""
)
_STAND: Final = Script("""
return {redis.call('HMGET', KEYS[1], unpack(ARGV)), redis.call('HMGET', KEYS[2], unpack(ARGV))}
""")
_FORGET_HOT: Final = Script("""
local noted = redis.call('HGETALL', KEYS[1])
for number = 1, #noted, 2 do
    if tonumber(noted[number + 1]) < tonumber(ARGV[1]) then
        redis.call('HDEL', KEYS[1], noted[number])
        redis.call('SREM', KEYS[2], noted[number])
    end
end
""")


async def due(server: Server, keys: Keys, now: int, limit: int) -> list[Due | Unreadable]:
    """At most *limit* subscriptions that are due at *now* (microseconds)."""
    first = await soonest(server, keys.due, now, limit)
    by_shard: dict[int, list[str]] = {}
    for _, shard, one in first:
        by_shard.setdefault(shard, []).append(one)
    stored = await _stored(server, keys, by_shard)
    return [_due(one, at, *stored[one]) for at, _, one in first if one in stored]


def _due(subscription_id: str, at: int, document: str, progress: str | None) -> Due | Unreadable:
    one = timed_or_not(subscription_id, document)
    if isinstance(one, Unreadable):
        return one
    try:
        return Due(subscription=one, progress=decode_progress(progress, at_moment(at)))
    except UNREADABLE as error:
        return Unreadable(id=subscription_id, reason=error.message)


async def _stored(
    server: Server, keys: Keys, by_shard: Mapping[int, Sequence[str]]
) -> dict[str, tuple[str, str | None]]:
    """The records of subscriptions, and of where they stand."""
    asked = _in_pieces(by_shard)
    calls = [((keys.subscriptions(shard), keys.progress(shard)), ids) for shard, ids in asked]
    found = {}
    for (_, ids), rows in zip(asked, await server.run_each(_STAND, calls), strict=True):
        for one, document, progress in zip(ids, *rows, strict=True):
            if document is not None:
                found[one] = (document, progress)
    return found


async def advance(server: Server, keys: Keys, steps: Sequence[Advance]) -> list[Advance]:
    """Take those of *steps* that hold: where their ids say, or where they are. Gives them."""
    by_shard: dict[int, list[Advance]] = {}
    elsewhere: list[Advance] = []
    for step in steps:
        shard = shard_in(step.subscription_id)
        (elsewhere if shard is None else by_shard.setdefault(shard, [])).append(step)
    told = await _advance(server, keys, by_shard)
    absent = [step for step, answer in told if answer == _ABSENT]
    if wanted := [*elsewhere, *absent]:
        places = await located(server, keys, (step.subscription_id for step in wanted))
        found: dict[int, list[Advance]] = {}
        for step in wanted:
            if step.subscription_id in places:
                found.setdefault(places[step.subscription_id][0], []).append(step)
        told += await _advance(server, keys, found)
    return [step for step, answer in told if answer == _TAKEN]


async def _advance(
    server: Server, keys: Keys, by_shard: Mapping[int, Sequence[Advance]]
) -> list[tuple[Advance, int]]:
    calls, asked = [], _in_pieces(by_shard)
    for shard, steps in asked:
        names = (keys.subscriptions(shard), keys.due(shard), *job_keys(keys, shard))
        calls.append((names, [part for step in steps for part in _parts(step)]))
    answers = await server.run_each(_ADVANCE, calls)
    return [
        pair
        for (_, steps), told in zip(asked, answers, strict=True)
        for pair in zip(steps, told, strict=True)
    ]


def _in_pieces(by_shard: Mapping[int, Sequence[_T]]) -> list[tuple[int, Sequence[_T]]]:
    """What is for each shard, no more in one piece than a script can take."""
    return [
        (shard, some[first : first + _AT_ONCE])
        for shard, some in by_shard.items()
        for first in range(0, len(some), _AT_ONCE)
    ]


def _parts(step: Advance) -> Iterable[str | int]:
    next_at = "" if step.next_at is None else moment(step.next_at)
    job = ("", "") if step.job is None else (step.job.edition, moment(step.job.due_at))
    return (step.subscription_id, step.version, moment(step.due_at), next_at, *job)


def job_keys(keys: Keys, shard: int) -> tuple[str, str, str]:
    """The keys of a shard's jobs: the stream, their times, their entries by owner."""
    return keys.jobs(shard), keys.job_times(shard), keys.job_ids(shard)


async def heat(server: Server, keys: Keys, alerts: Sequence[Heated]) -> int:
    """Note hot papers; gives how many were not noted before."""
    places = await located(server, keys, (one.subscription_id for one in alerts))
    lifetime = int(HOT_FOR.total_seconds())
    calls: list[tuple[Sequence[str], Sequence[Part]]] = []
    for one in alerts:
        if one.subscription_id in places:
            shard = places[one.subscription_id][0]
            names = (keys.subscriptions(shard), keys.due(shard), *hot_keys(keys, shard, one.subscription_id))
            values: tuple[Part, ...] = (one.subscription_id, one.version, moment(one.due_at), lifetime)
            calls.append((names, (*values, *one.papers)))
    return sum(await server.run_each(_HEAT, calls))


async def hot(server: Server, keys: Keys, subscription_id: str) -> dict[PaperId, bool]:
    """The papers noted for an alert, and whether each still waits."""
    places = await located(server, keys, [subscription_id])
    if subscription_id not in places:
        return {}
    noted, waiting = hot_keys(keys, places[subscription_id][0], subscription_id)
    papers, still = await server.together([("HKEYS", noted), ("SMEMBERS", waiting)])
    return {paper: paper in still for paper in sorted(papers)}


def hot_keys(keys: Keys, shard: int, subscription_id: str) -> tuple[str, str]:
    """The keys of an alert's papers: those noted, those that wait."""
    return keys.hot(shard, subscription_id), keys.waiting(shard, subscription_id)


async def forget_hot(server: Server, keys: Keys, shard: int, before: int) -> None:
    """Drop the hot papers that a shard's alerts noted before *before*; a paused one's expire."""
    alerts = await server.call("SMEMBERS", keys.alerts(shard))
    calls = [(hot_keys(keys, shard, one), (before,)) for one in alerts]
    await server.run_each(_FORGET_HOT, calls)
