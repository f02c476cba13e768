"""What came of a job, in Redis: its papers claimed, its deliveries kept and its end, all in one step."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import shard_of
from storage.codec import moment
from storage.redis.aliases import families
from storage.redis.connection import Script
from storage.redis.due_times import job_keys
from storage.redis.jobs import OWN_JOB
from storage.redis.keys import ENDED_FOR, RECENT_FOR
from storage.redis.marks import CLAIM_MARKS
from storage.redis.posts import POSTS, place_keys, post_keys
from storage.redis.rows import delivery_fields, encode_message, encode_progress
from storage.redis.writing_together import write_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.papers import PaperId
    from bot.outbox import Lease, Written
    from storage.redis.connection import Part, Server
    from storage.redis.keys import Keys

_ENDED_FOR: Final = int(ENDED_FOR.total_seconds())
_RECENT_FOR: Final = int(RECENT_FOR.total_seconds())

# Gives nothing if the edition was left out, else the places among the claims of those that are taken. If this very
# step was done before and only its answer was lost, it says so: the edition carries the lease.
_WRITE: Final = Script(
    POSTS
    + OWN_JOB
    + CLAIM_MARKS
    + """
local recent, marks, owners, marked, jobs, times, ids, written, due, progress, unconfirmed, waiting = unpack(KEYS, 8)
local worker, till, at, owner, id, place, document, again_at, keep_for, recent_for, claims, mentioned, cooled,
    came_since, came = unpack(ARGV)
local lease = worker .. ' ' .. till
local entry = own_job(jobs, ids, owner, worker)
if not entry then
    if redis.call('HEXISTS', ids, owner) == 0 and redis.call('GET', written) == lease then return {} end
    return false
end
if redis.call('EXISTS', written) == 1 then
    end_job(jobs, times, ids, owner, entry)
    return false
end
if came_since ~= '' and redis.call('ZCOUNT', recent, came_since, '+inf') > tonumber(came) then
    redis.call('XACK', jobs, 'couriers', entry)
    redis.call('ZADD', times, at, entry)
    return false
end
local number, taken = 15 + claims, {}
local families = {unpack(ARGV, 16, number)}
local held_by = holders_of(owners, families)
for place_in_claims, holder in ipairs(held_by) do
    if holder and holder ~= owner then taken[#taken + 1] = place_in_claims end
end
if #taken > 0 then return taken end
end_job(jobs, times, ids, owner, entry)
claim_marks(marks, owners, marked, place, owner, at, families, held_by)
redis.call('HSET', progress, id, document)
for _ = 1, mentioned do
    number = number + 1
    redis.call('LREM', unconfirmed, 0, ARGV[number])
end
for _ = 1, cooled do
    number = number + 1
    redis.call('SREM', waiting, ARGV[number])
end
if again_at ~= '' then redis.call('ZADD', due, 'LT', again_at, id) end
if #KEYS == 19 then return {} end
redis.call('SET', written, lease, 'EX', keep_for)
redis.call('ZREMRANGEBYSCORE', recent, '-inf', string.format('%.17g', at - recent_for * 1000000))
for delivery = 20, #KEYS do
    local key, created_at, message = unpack(ARGV, number + 1, number + 3)
    redis.call('HSET', KEYS[delivery], unpack(ARGV, number + 4, number + 13))
    redis.call('ZADD', states.pending, created_at, key)
    redis.call('ZADD', recent, created_at, message)
    if delivery == 20 then
        redis.call('ZADD', ready, till, key)
        redis.call('HSET', holders, key, worker)
    end
    number = number + 13
end
redis.call('EXPIRE', recent, recent_for)
return {}
"""
)


async def write(
    server: Server, keys: Keys, editions: Sequence[Written], lease: Lease
) -> list[frozenset[PaperId] | None]:
    """Note each of *editions*, or give the papers of it that are taken; None if its job is another's, or was done."""
    known = await families(server, keys, chain.from_iterable(one.claims for one in editions))
    done = await write_together(server, keys, editions, lease, known)
    left = [one for at, one in enumerate(editions) if at not in done]
    answers = await server.run_each(_WRITE, [_writing(keys, one, lease, known) for one in left])
    told = iter(zip(left, answers, strict=True))
    return [frozenset() if at in done else _told(*next(told)) for at in range(len(editions))]


def _told(one: Written, taken: Sequence[int] | None) -> frozenset[PaperId] | None:
    return None if taken is None else frozenset(one.claims[place - 1] for place in taken)


def _writing(
    keys: Keys, one: Written, lease: Lease, known: Mapping[PaperId, Sequence[PaperId]]
) -> tuple[Sequence[str], Sequence[Part]]:
    shard, job = shard_of(one.destination), one.job
    names = (
        *post_keys(keys, shard),
        *place_keys(keys, shard, one.destination),
        *job_keys(keys, shard),
        keys.edition(shard, job.owner),
        keys.due(shard),
        keys.progress(shard),
        keys.unconfirmed(shard, str(one.destination)),
        keys.waiting(shard, job.subscription_id),
        *(keys.delivery(shard, delivery.key) for delivery in one.deliveries),
    )
    values = (
        lease.owner,
        moment(lease.until),
        moment(lease.at),
        job.owner,
        job.subscription_id,
        str(one.destination),
        encode_progress(one.progress),
        "" if one.again_at is None else moment(one.again_at),
        _ENDED_FOR,
        _RECENT_FOR,
        len(one.claims),
        len(one.mentioned),
        len(one.cooled),
        moment(one.came_since) if one.came_since is not None and one.deliveries else "",
        one.came,
    )
    lists = (*(" ".join(known[paper]) for paper in one.claims), *one.mentioned, *one.cooled)
    return names, (*values, *lists, *chain.from_iterable(map(_delivery, one.deliveries)))


def _delivery(one: Delivery) -> tuple[Part, ...]:
    return (one.key, moment(one.created_at), encode_message(one), *delivery_fields(one))
