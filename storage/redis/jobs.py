"""Jobs in Redis: taken under a lease, put off, and ended by what was written of them.

A stream holds them, and its group says who works on which. A sorted set beside it says when each may be taken or its
lease ends: by the clock of those who take, which the stream's own idle times cannot follow, and the longest due first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Edition, Job
from bot.domain.subscriptions import Unreadable
from bot.outbox import RECENT, REMEMBERED, Taken
from storage.codec import at_moment, moment, subscription_or_not
from storage.redis.aliases import resolve
from storage.redis.connection import Script
from storage.redis.due_times import job_keys
from storage.redis.locating import located
from storage.redis.rows import decode_progress, decode_recent
from storage.redis.soonest import soonest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Subscription
    from bot.outbox import Lease
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

OWN_JOB: Final = """
local function own_job(jobs, ids, job, owner)
    local entry = redis.call('HGET', ids, job)
    if not entry then return nil end
    local held = redis.call('XPENDING', jobs, 'couriers', entry, entry, 1)[1]
    return held and held[2] == owner and entry or nil
end
local function end_job(jobs, times, ids, job, entry)
    redis.call('XACK', jobs, 'couriers', entry)
    redis.call('XDEL', jobs, entry)
    redis.call('ZREM', times, entry)
    redis.call('HDEL', ids, job)
    if redis.call('XLEN', jobs) == 0 then redis.call('DEL', jobs) end
end
"""
"""Lua: the entry of a job that *owner* works on, and the end of a job; an empty stream goes with its group."""
_TAKE: Final = Script("""
local jobs, times, subscriptions, progress, due = unpack(KEYS)
local owner, at, till, limit = unpack(ARGV)
local entries = redis.call('ZRANGEBYSCORE', times, '-inf', at, 'LIMIT', 0, limit)
if #entries == 0 then return {} end
local claim, found, editions, moments, wanted, leased = {}, {}, {}, {}, {}, {}
for number, entry in ipairs(entries) do claim[number] = entry end
claim[#claim + 1] = 'FORCE'
for _, one in ipairs(redis.call('XCLAIM', jobs, 'couriers', owner, 0, unpack(claim))) do
    if one then found[one[1]] = one[2] end
end
for _, entry in ipairs(entries) do
    local job = found[entry]
    if job then
        wanted[#wanted + 1], editions[#editions + 1], moments[#moments + 1] = job[2], job[4], job[6]
        leased[#leased + 1], leased[#leased + 2] = till, entry
    else
        redis.call('ZREM', times, entry)
    end
end
if #wanted == 0 then return {} end
redis.call('ZADD', times, unpack(leased))
return {wanted, editions, moments, redis.call('HMGET', subscriptions, unpack(wanted)),
    redis.call('HMGET', progress, unpack(wanted)), redis.call('ZMSCORE', due, unpack(wanted))}
""")
_AT_ONCE: Final = 1000
"""How many jobs of a shard are taken at once: Lua gives a command 8,000 parts at most."""
# Some lists, then two sorted sets of each place.
_TOLD: Final = Script("""
local told, lists = {}, tonumber(ARGV[1])
for number, key in ipairs(KEYS) do
    if number <= lists then
        told[number] = redis.call('LRANGE', key, 0, -1)
    else
        local since = ARGV[2 + (number - lists - 1) % 2]
        told[number] = redis.call('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES')
    end
end
return told
""")
# Each job with when it may be taken again, or nothing: it is dropped.
_GIVE_BACK: Final = Script(
    OWN_JOB
    + """
local jobs, times, ids = unpack(KEYS)
for number = 2, #ARGV, 2 do
    local job, at = ARGV[number], ARGV[number + 1]
    local entry = own_job(jobs, ids, job, ARGV[1])
    if entry and at == '' then
        end_job(jobs, times, ids, job, entry)
    elseif entry then
        redis.call('XACK', jobs, 'couriers', entry)
        redis.call('ZADD', times, at, entry)
    end
end
"""
)
# Whoever took jobs here a day ago, and has none now, is forgotten.
_FORGET_WORKERS: Final = Script("""
if redis.call('EXISTS', KEYS[1]) == 0 then return end
for _, worker in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], 'couriers')) do
    local name, pending, idle = worker[2], worker[4], worker[6]
    if pending == 0 and idle > 86400000 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], 'couriers', name) end
end
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A job as it was taken, with what its shard holds of its subscription."""

    job: Job
    shard: int
    subscription: Subscription | None
    unreadable: str
    progress: str | None
    due_at: datetime | None

    @property
    def place(self) -> str:
        """Its destination's key, empty if the subscription is gone."""
        return "" if self.subscription is None else str(self.subscription.destination)


_Timed = dict[str, list[tuple[str, int]]]
"""Of each place what stands in one of its sorted sets, with its moment."""


async def take(server: Server, keys: Keys, lease: Lease, limit: int) -> list[Taken]:
    """At most *limit* jobs, now under *lease*, the longest due first; where others were faster it is tried anew."""
    now = moment(lease.at)
    while waiting := await soonest(server, keys.job_times, now, limit):
        shares = Counter(shard for _, shard, _ in waiting)
        if found := await _take(server, keys, lease, shares):
            return await _taken(server, keys, lease, sorted(found, key=lambda one: one.job.due_at))
    return []


async def _take(server: Server, keys: Keys, lease: Lease, shares: Mapping[int, int]) -> list[_Found]:
    calls = [
        (
            (
                keys.jobs(shard),
                keys.job_times(shard),
                keys.subscriptions(shard),
                keys.progress(shard),
                keys.due(shard),
            ),
            (lease.owner, moment(lease.at), moment(lease.until), min(limit, _AT_ONCE)),
        )
        for shard, limit in shares.items()
    ]
    answers = await server.run_each(_TAKE, calls)
    return [
        _found(shard, row)
        for shard, columns in zip(shares, answers, strict=True)
        for row in zip(*columns, strict=True)
    ]


def _found(shard: int, row: Sequence[str | None]) -> _Found:
    subscription_id, edition, due_at, document, progress, next_at = row
    one = None if document is None else subscription_or_not(str(subscription_id), document)
    job = Job(
        subscription_id=str(subscription_id),
        edition=Edition(str(edition)),
        due_at=at_moment(int(due_at or 0)),
    )
    return _Found(
        job=job,
        shard=shard,
        subscription=None if isinstance(one, Unreadable) else one,
        unreadable=one.reason if isinstance(one, Unreadable) else "",
        progress=progress,
        due_at=None if next_at is None else at_moment(int(next_at)),
    )


async def _taken(server: Server, keys: Keys, lease: Lease, found: Sequence[_Found]) -> list[Taken]:
    """The jobs *found* with what their destinations had and got."""
    unconfirmed, marks, messages = await _told(server, keys, lease, found)
    now = await resolve(server, keys, {paper for some in marks.values() for paper, _ in some})
    had = {place: _had(dict(some), now) for place, some in marks.items()}
    recent = {place: decode_recent(some) for place, some in messages.items()}
    return [
        Taken(
            job=one.job,
            subscription=one.subscription,
            unreadable=one.unreadable,
            progress=decode_progress(one.progress, one.due_at),
            had=had.get(one.place, {}),
            recent=recent.get(one.place, ()),
            unconfirmed=tuple(map(Edition, unconfirmed.get(one.place, ()))),
        )
        for one in found
    ]


async def _told(
    server: Server, keys: Keys, lease: Lease, found: Sequence[_Found]
) -> tuple[dict[str, list[str]], _Timed, _Timed]:
    """The unconfirmed editions, the marks and the messages of each place, once for each."""
    by_shard: dict[int, dict[str, None]] = {}
    for one in found:
        if one.place:
            by_shard.setdefault(one.shard, {})[one.place] = None
    since = moment(lease.at - REMEMBERED), moment(lease.at - RECENT)
    calls = []
    for shard, places in by_shard.items():
        both = ((keys.marks(shard, one), keys.recent(shard, one)) for one in places)
        lists = (keys.unconfirmed(shard, one) for one in places)
        calls.append(((*lists, *chain.from_iterable(both)), (len(places), *since)))
    unconfirmed: dict[str, list[str]] = {}
    marks: _Timed = {}
    messages: _Timed = {}
    for places, rows in zip(by_shard.values(), await server.run_each(_TOLD, calls), strict=True):
        count = len(places)
        unconfirmed |= zip(places, rows, strict=False)
        marks |= zip(places, map(_pairs, rows[count::2]), strict=True)
        messages |= zip(places, map(_pairs, rows[count + 1 :: 2]), strict=True)
    return unconfirmed, marks, messages


def _pairs(row: Sequence[str]) -> list[tuple[str, int]]:
    return list(zip(row[::2], map(int, row[1::2]), strict=True))


def _had(marks: Mapping[PaperId, int], now: Mapping[PaperId, PaperId]) -> dict[PaperId, datetime]:
    """*marks* by the papers that they stand for *now*; a paper's own counts before that of a page."""
    by_paper = {now[paper]: at for paper, at in marks.items()}
    by_paper |= {paper: at for paper, at in marks.items() if now[paper] == paper}
    return {paper: at_moment(at) for paper, at in by_paper.items()}


async def give_back(server: Server, keys: Keys, jobs: Mapping[Job, datetime | None], lease: Lease) -> None:
    """Give back *jobs*, each to be taken at its moment; those without one are dropped."""
    places = await located(server, keys, (job.subscription_id for job in jobs))
    by_shard: dict[int, list[str | int]] = {}
    for job, at in jobs.items():
        if job.subscription_id in places:
            parts = by_shard.setdefault(places[job.subscription_id][0], [lease.owner])
            parts += (job.owner, "" if at is None else moment(at))
    calls = [(job_keys(keys, shard), parts) for shard, parts in by_shard.items()]
    await server.run_each(_GIVE_BACK, calls)


async def forget_workers(server: Server, keys: Keys, shards: Iterable[int]) -> None:
    """Forget those who work on jobs no more."""
    await server.run_each(_FORGET_WORKERS, [((keys.jobs(shard),), ()) for shard in shards])
