"""Due times, jobs and deliveries in Redis: each element of a batch one step of its shard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.subscriptions import SHARDS
from storage.codec import at_moment, moment
from storage.redis import due_times, jobs, mending, posts, recording, writing
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bot.domain.deliveries import Delivery, Job
    from bot.domain.papers import PaperId
    from bot.domain.rounds import Advance
    from bot.domain.subscriptions import Destination, Unreadable
    from bot.outbox import Due, Heated, Lease, Taken, Written
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_COUNT: Final = Script("""
local counts = {redis.call('HLEN', KEYS[1])}
for number = 2, #KEYS do counts[number] = redis.call('ZCARD', KEYS[number]) end
return counts
""")
_EARLIEST: Final = Script("""
local earliest
for _, key in ipairs(KEYS) do
    local at = redis.call('ZRANGE', key, ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2]
    if at and (not earliest or tonumber(at) < tonumber(earliest)) then earliest = at end
end
return earliest
""")


class RedisOutbox:
    """The `bot.outbox.Outbox` of a Redis server.

    What is asked of all shards is asked of each at a moment of its own. A step of which the answer was lost may be
    done once more and then changes nothing; jobs and deliveries taken by it are free again when the lease ends.
    """

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def due(self, now: datetime, limit: int) -> list[Due | Unreadable]:
        """At most *limit* subscriptions that are due at *now*, the longest due first."""
        return await due_times.due(self._server, self._keys, moment(now), limit)

    async def advance(self, steps: Sequence[Advance]) -> list[Advance]:
        """Take each of *steps* that still holds, its job appearing with it; gives those that were taken."""
        return await due_times.advance(self._server, self._keys, steps)

    async def heat(self, alerts: Sequence[Heated]) -> int:
        """Note the papers of each alert that were not noted for it before, and make it due by then."""
        return await due_times.heat(self._server, self._keys, alerts)

    async def hot(self, subscription_id: str) -> dict[PaperId, bool]:
        """The papers noted for an alert, and whether each still waits to be brought."""
        return await due_times.hot(self._server, self._keys, subscription_id)

    async def take_jobs(self, lease: Lease, limit: int) -> list[Taken]:
        """At most *limit* jobs that nobody works on, the longest due first, now under *lease*."""
        return await jobs.take(self._server, self._keys, lease, limit)

    async def put_off(self, put_off: Mapping[Job, datetime], lease: Lease) -> None:
        """Give back jobs, each to be taken at its moment or later."""
        await jobs.give_back(self._server, self._keys, put_off, lease)

    async def drop_jobs(self, dropped: Collection[Job], lease: Lease) -> None:
        """Forget jobs, whose subscription is paused or gone."""
        await jobs.give_back(self._server, self._keys, dict.fromkeys(dropped), lease)

    async def write(self, editions: Sequence[Written], lease: Lease) -> list[frozenset[PaperId] | None]:
        """Note each of *editions* and end its job, or give the claimed papers that the destination has had."""
        return await writing.write(self._server, self._keys, editions, lease)

    async def put(self, deliveries: Sequence[Delivery]) -> int:
        """Keep deliveries that no job made; gives how many are new."""
        return await posts.put(self._server, self._keys, deliveries)

    async def take(self, lease: Lease, limit: int) -> list[Delivery]:
        """At most *limit* deliveries whose time has come, now under *lease*."""
        return await posts.take(self._server, self._keys, lease, limit)

    async def begin(self, begun: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Note `Delivery.begun` before the requests are made; gives those that are still under *lease*."""
        return await recording.begin(self._server, self._keys, begun, lease)

    async def record(self, ended: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Keep what became of deliveries, and end the lease on them; gives those that were still under it."""
        return await recording.record(self._server, self._keys, ended, lease)

    async def find(self, key: str) -> Delivery | None:
        """The delivery with this key."""
        return await posts.find(self._server, self._keys, key)

    async def deliveries(
        self, states: Collection[State], *, limit: int, destination: Destination | None = None
    ) -> list[Delivery]:
        """At most *limit* deliveries in one of *states*, the newest first."""
        return await posts.listed(self._server, self._keys, states, limit, destination)

    async def counts(self) -> dict[str, int]:
        """How many jobs there are (``jobs``), and how many deliveries in each state."""
        calls = [
            ((self._keys.job_ids(shard), *(self._keys.in_state(shard, state) for state in State)), ())
            for shard in range(SHARDS)
        ]
        sums = map(sum, zip(*await self._server.run_each(_COUNT, calls), strict=True))
        return dict(zip(("jobs", *(state.value for state in State)), sums, strict=True))

    async def retry(self, key: str, now: datetime) -> bool:
        """Make a delivery that was refused, or is unknown, pending again, with its papers claimed again."""
        return await mending.retry(self._server, self._keys, key, moment(now))

    async def drop(self, key: str) -> bool:
        """Give up a delivery that is not sent and not being sent."""
        return await mending.drop(self._server, self._keys, key)

    async def next_at(self, after: datetime | None = None) -> datetime | None:
        """When the next subscription is due, or the next job or delivery may be taken, later than *after*."""
        keys, since = self._keys, "-inf" if after is None else f"({moment(after)}"
        calls = [
            ((keys.due(shard), keys.job_times(shard), keys.ready(shard)), (since,)) for shard in range(SHARDS)
        ]
        moments = [int(at) for at in await self._server.run_each(_EARLIEST, calls) if at is not None]
        return at_moment(min(moments)) if moments else None

    async def forget(self, before: datetime) -> int:
        """Drop what ended before *before*; gives how many deliveries went."""
        gone = 0
        for shard in range(SHARDS):
            gone += await mending.forget(self._server, self._keys, shard, moment(before))
            await due_times.forget_hot(self._server, self._keys, shard, moment(before))
        await jobs.forget_workers(self._server, self._keys, range(SHARDS))
        return gone
