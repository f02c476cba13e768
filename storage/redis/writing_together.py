"""Editions of one shard written in one step, of which nothing is in the way; `storage.redis.writing` does the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import shard_of
from storage.codec import moment
from storage.redis.connection import Script
from storage.redis.due_times import job_keys
from storage.redis.keys import ENDED_FOR, RECENT_FOR
from storage.redis.rows import encode_message, encode_progress, encode_trials, fixed_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.papers import PaperId
    from bot.outbox import Lease, Written
    from storage.redis.connection import Call, Part, Server
    from storage.redis.keys import Keys

_ENDED_FOR: Final = int(ENDED_FOR.total_seconds())
_RECENT_FOR: Final = int(RECENT_FOR.total_seconds())
_AT_ONCE: Final = 100
"""How many editions one script writes at most; others wait that long for the server."""

# First it looks whether anything is in the way, and if so changes nothing: each edition is then written for itself.
_WRITE_TOGETHER: Final = Script("""
local ready, holders, pending, jobs, times, ids, progress, marked = unpack(KEYS, 1, 8)
local worker, till, at, keep_for, recent_for, old = unpack(ARGV, 1, 6)
local owners, standing, editions, posts = {}, {}, {}, {}
local key, part = 9, 7
while part <= #ARGV do
    owners[#owners + 1], editions[#editions + 1] = ARGV[part], KEYS[key]
    standing[#standing + 1], standing[#standing + 2] = ARGV[part + 1], ARGV[part + 2]
    if ARGV[part + 3] == '' then
        key, part = key + 1, part + 4
    else
        posts[#posts + 1] = {key + 1, part + 3}
        key, part = key + 5, part + 13
    end
end
local entries, mine = redis.call('HMGET', ids, unpack(owners)), {}
for _, entry in ipairs(entries) do if not entry then return 0 end end
for _, held in ipairs(redis.call('XPENDING', jobs, 'couriers', '-', '+', 10000, worker)) do mine[held[1]] = true end
for _, entry in ipairs(entries) do if not mine[entry] then return 0 end end
if redis.call('EXISTS', unpack(editions)) > 0 then return 0 end
for _, post in ipairs(posts) do
    local since, came, claims = unpack(ARGV, post[2] + 2, post[2] + 4)
    if since ~= '' and redis.call('ZCOUNT', KEYS[post[1]], since, '+inf') > tonumber(came) then return 0 end
    local papers = {}
    for paper in string.gmatch(claims, '%S+') do papers[#papers + 1] = paper end
    if #papers > 0 then
        for _, holder in ipairs(redis.call('HMGET', KEYS[post[1] + 2], unpack(papers))) do
            if holder then return 0 end
        end
    end
    post[3] = papers
end
redis.call('XACK', jobs, 'couriers', unpack(entries))
redis.call('XDEL', jobs, unpack(entries))
redis.call('ZREM', times, unpack(entries))
redis.call('HDEL', ids, unpack(owners))
if redis.call('XLEN', jobs) == 0 then redis.call('DEL', jobs) end
redis.call('HSET', progress, unpack(standing))
if #posts == 0 then return 1 end
local waiting, leased, held, places = {}, {}, {}, {}
for number, post in ipairs(posts) do
    local recent, marks, holder_of, delivery = unpack(KEYS, post[1], post[1] + 3)
    local place, name, _, _, _, created_at, message, document, payload, trials = unpack(ARGV, post[2], post[2] + 9)
    local owner = ARGV[post[2] - 3]
    redis.call('SET', KEYS[post[1] - 1], worker .. ' ' .. till, 'EX', keep_for)
    redis.call('ZREMRANGEBYSCORE', recent, '-inf', old)
    redis.call('ZADD', recent, created_at, message)
    redis.call('EXPIRE', recent, recent_for)
    redis.call('HSET', delivery, 'document', document, 'created_at', created_at, 'state', 'pending',
        'payload', payload, 'trials', trials)
    local noted, claimed = {}, {}
    for at_paper, paper in ipairs(post[3]) do
        noted[2 * at_paper - 1], noted[2 * at_paper] = at, paper
        claimed[2 * at_paper - 1], claimed[2 * at_paper] = paper, owner
    end
    if #noted > 0 then
        redis.call('ZADD', marks, unpack(noted))
        redis.call('HSET', holder_of, unpack(claimed))
        places[#places + 1], places[#places + 2] = at, place
    end
    waiting[2 * number - 1], waiting[2 * number] = created_at, name
    leased[2 * number - 1], leased[2 * number] = till, name
    held[2 * number - 1], held[2 * number] = name, worker
end
redis.call('ZADD', pending, unpack(waiting))
redis.call('ZADD', ready, unpack(leased))
redis.call('HSET', holders, unpack(held))
if #places > 0 then redis.call('ZADD', marked, 'LT', unpack(places)) end
return 1
""")


async def write_together(
    server: Server,
    keys: Keys,
    editions: Sequence[Written],
    lease: Lease,
    known: Mapping[PaperId, Sequence[PaperId]],
) -> set[int]:
    """Write those of *editions* of which nothing is in the way; gives their places. The others are as they were."""
    often = Counter(one.destination for one in editions)
    by_shard: dict[int, list[int]] = {}
    for at, one in enumerate(editions):
        if often[one.destination] == 1 and _is_plain(one, known):
            by_shard.setdefault(shard_of(one.destination), []).append(at)
    steps = [
        (shard, some[first : first + _AT_ONCE])
        for shard, some in by_shard.items()
        for first in range(0, len(some), _AT_ONCE)
    ]
    calls = [_call(keys, shard, [editions[at] for at in some], lease) for shard, some in steps]
    answers = await server.run_each(_WRITE_TOGETHER, calls)
    return {at for (_, some), done in zip(steps, answers, strict=True) if done for at in some}


def _is_plain(one: Written, known: Mapping[PaperId, Sequence[PaperId]]) -> bool:
    """Whether *one* has at most one message and changes nothing else, of papers that never had another id."""
    if one.mentioned or one.cooled or one.again_at is not None or len(one.deliveries) > 1:
        return False
    return all(len(known[paper]) == 1 for paper in one.claims) if one.deliveries else not one.claims


def _call(keys: Keys, shard: int, editions: Sequence[Written], lease: Lease) -> Call:
    at = moment(lease.at)
    names = [
        keys.ready(shard),
        keys.holders(shard),
        keys.in_state(shard, State.PENDING),
        *job_keys(keys, shard),
    ]
    names += [keys.progress(shard), keys.marked(shard)]
    old = at - _RECENT_FOR * 1_000_000
    values: list[Part] = [lease.owner, moment(lease.until), at, _ENDED_FOR, _RECENT_FOR, old]
    for one in editions:
        names += _names(keys, shard, one)
        values += _values(one)
    return names, values


def _names(keys: Keys, shard: int, one: Written) -> Iterator[str]:
    yield keys.edition(shard, one.job.owner)
    for delivery in one.deliveries:
        place = str(one.destination)
        yield from (keys.recent(shard, place), keys.marks(shard, place), keys.owners(shard, place))
        yield keys.delivery(shard, delivery.key)


def _values(one: Written) -> Iterator[Part]:
    yield from (one.job.owner, one.job.subscription_id, encode_progress(one.progress))
    if not one.deliveries:
        yield ""
    for delivery in one.deliveries:
        yield from (str(one.destination), delivery.key)
        yield from ("" if one.came_since is None else moment(one.came_since), one.came, " ".join(one.claims))
        yield from (moment(delivery.created_at), encode_message(delivery), fixed_part(delivery))
        yield from (delivery.payload, encode_trials(delivery))
