"""Due times, jobs and deliveries in SQLite: each method one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import State
from storage.codec import at_moment, moment
from storage.sqlite import due_times, jobs, posts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bot.domain.deliveries import Delivery, Job
    from bot.domain.papers import PaperId
    from bot.domain.rounds import Advance
    from bot.domain.subscriptions import Destination, Unreadable
    from bot.outbox import Due, Heated, Lease, Taken, Written
    from storage.sqlite.connection import Database

_NEXT = """
    SELECT min(at) FROM (
        SELECT min(due_at) AS at FROM progress WHERE due_at > ?1
        UNION ALL SELECT min(ready_at) FROM job WHERE ready_at > ?1
        UNION ALL SELECT min(ready_at) FROM delivery WHERE ready_at > ?1
    )
"""


class SqliteOutbox:
    """The `bot.outbox.Outbox` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> list[Due | Unreadable]:
        """At most *limit* subscriptions that are due at *now*, the longest due first."""
        return await self._database.read(lambda connection: due_times.due(connection, moment(now), limit))

    async def advance(self, steps: Sequence[Advance]) -> list[Advance]:
        """Take each of *steps* that still holds, its job appearing with it; gives those that were taken."""
        return await self._database.write(lambda connection: due_times.advance(connection, steps))

    async def heat(self, alerts: Sequence[Heated]) -> int:
        """Note the papers of each alert that were not noted for it before, and make it due by then."""
        return await self._database.write(lambda connection: due_times.heat(connection, alerts))

    async def hot(self, subscription_id: str) -> dict[PaperId, bool]:
        """The papers noted for an alert, and whether each still waits to be brought."""
        sql = "SELECT paper_id, waiting FROM hot WHERE subscription_id = ? ORDER BY paper_id"
        return {
            paper_id: bool(waiting)
            for paper_id, waiting in await self._database.rows(sql, (subscription_id,))
        }

    async def take_jobs(self, lease: Lease, limit: int) -> list[Taken]:
        """At most *limit* jobs that nobody works on, the longest due first, now under *lease*."""
        return await self._database.write(lambda connection: jobs.take(connection, lease, limit))

    async def put_off(self, put_off: Mapping[Job, datetime], lease: Lease) -> None:
        """Give back jobs, each to be taken at its moment or later."""
        await self._database.write(lambda connection: jobs.put_off(connection, put_off, lease))

    async def drop_jobs(self, dropped: Collection[Job], lease: Lease) -> None:
        """Forget jobs, whose subscription is paused or gone."""
        await self._database.write(lambda connection: jobs.drop(connection, dropped, lease))

    async def write(self, editions: Sequence[Written], lease: Lease) -> list[frozenset[PaperId] | None]:
        """Note each of *editions* and end its job, or give the claimed papers that the destination has had."""
        return await self._database.write(lambda connection: jobs.write(connection, editions, lease))

    async def put(self, deliveries: Sequence[Delivery]) -> int:
        """Keep deliveries that no job made; gives how many are new."""
        return await self._database.write(lambda connection: posts.put(connection, deliveries))

    async def take(self, lease: Lease, limit: int) -> list[Delivery]:
        """At most *limit* deliveries whose time has come, now under *lease*."""
        return await self._database.write(lambda connection: posts.take(connection, lease, limit))

    async def begin(self, begun: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Note `Delivery.begun` before the requests are made; gives those that are still under *lease*."""
        return await self._database.write(lambda connection: posts.begin(connection, begun, lease))

    async def record(self, ended: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        """Keep what became of deliveries, and end the lease on them; gives those that were still under it."""
        return await self._database.write(lambda connection: posts.record(connection, ended, lease))

    async def find(self, key: str) -> Delivery | None:
        """The delivery with this key."""
        found = await self._database.read(
            lambda connection: posts.where(connection, posts.KEYED, *posts.keyed(key))
        )
        return found[0] if found else None

    async def deliveries(
        self, states: Collection[State], *, limit: int, destination: Destination | None = None
    ) -> list[Delivery]:
        """At most *limit* deliveries in one of *states*, the newest first."""
        return await self._database.read(
            lambda connection: posts.listed(connection, states, limit, destination)
        )

    async def counts(self) -> dict[str, int]:
        """How many jobs there are (``jobs``), and how many deliveries in each state."""
        [(waiting,)] = await self._database.rows("SELECT count(*) FROM job")
        states = await self._database.rows("SELECT state, count(*) FROM delivery GROUP BY state")
        return {"jobs": waiting} | {state.value: 0 for state in State} | {str(name): n for name, n in states}

    async def retry(self, key: str, now: datetime) -> bool:
        """Make a delivery that was refused, or is unknown, pending again, with its papers claimed again."""
        return await self._database.write(lambda connection: posts.retry(connection, key, moment(now)))

    async def drop(self, key: str) -> bool:
        """Give up a delivery that is not sent and not being sent."""
        return await self._database.write(lambda connection: posts.drop(connection, key))

    async def next_at(self, after: datetime | None = None) -> datetime | None:
        """When the next subscription is due, or the next job or delivery may be taken, later than *after*."""
        [(at,)] = await self._database.rows(_NEXT, (-1 if after is None else moment(after),))
        return None if at is None else at_moment(at)

    async def forget(self, before: datetime) -> int:
        """Drop what ended before *before*; gives how many deliveries went."""
        return await self._database.write(lambda connection: posts.forget(connection, moment(before)))
