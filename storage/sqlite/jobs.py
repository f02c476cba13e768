"""Jobs in SQLite: taken under a lease, put off, and ended by what was written of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Edition, Job
from bot.outbox import RECENT, REMEMBERED, Taken
from storage.codec import at_moment, decode_subscription, moment
from storage.sqlite.due_times import PROGRESS, SOONER, day_text, progress_of
from storage.sqlite.posts import insert, recent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.outbox import Lease, Written

_LEASE: Final = """
    UPDATE job SET ready_at = ?, owner = ?
    WHERE number IN (SELECT number FROM job WHERE ready_at <= ? ORDER BY ready_at LIMIT ?) RETURNING number
"""
_PROGRESS_COLUMNS: Final = ", ".join(f"progress.{column}" for column in PROGRESS.split(", "))
_TAKEN: Final = f"""
    SELECT job.subscription_id, edition, job.due_at, destination, document, {_PROGRESS_COLUMNS}
    FROM job LEFT JOIN subscription ON id = job.subscription_id
    LEFT JOIN progress ON progress.subscription_id = job.subscription_id
    WHERE job.number IN (SELECT value FROM json_each(?)) ORDER BY job.due_at, job.number
"""  # noqa: S608
_MARKS: Final = """
    SELECT destination, paper_id, at FROM mark
    WHERE destination IN (SELECT value FROM json_each(?)) AND at >= ?
"""
_MINE: Final = "subscription_id = ? AND edition = ? AND owner = ?"
_PUT_OFF: Final = f"UPDATE job SET ready_at = ?, owner = '' WHERE {_MINE}"  # noqa: S608
_END: Final = f"DELETE FROM job WHERE {_MINE}"  # noqa: S608
_IS_MINE: Final = f"SELECT 1 FROM job WHERE {_MINE}"  # noqa: S608
_WRITTEN_BEFORE: Final = "SELECT 1 FROM delivery WHERE subscription_id = ? AND edition = ?"
_HAD: Final = """
    SELECT paper_id FROM mark WHERE destination = ? AND owner <> ?
    AND paper_id IN (SELECT value FROM json_each(?))
"""
_CLAIM: Final = (
    "INSERT INTO mark (destination, paper_id, owner, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_PROGRESS: Final = """
    UPDATE progress SET newest_day = ?, silent = ?, silent_since = ?, spoke_on = ?, unconfirmed = (
        SELECT json_group_array(value) FROM json_each(unconfirmed)
        WHERE value NOT IN (SELECT value FROM json_each(?))
    ) WHERE subscription_id = ?
"""
_COOL: Final = "UPDATE hot SET waiting = 0 WHERE subscription_id = ? AND paper_id = ?"


def take(connection: sqlite3.Connection, lease: Lease, limit: int) -> list[Taken]:
    """At most *limit* jobs, now under *lease*."""
    leased = connection.execute(_LEASE, (moment(lease.until), lease.owner, moment(lease.at), limit))
    numbers = json.dumps([number for (number,) in leased.fetchall()])
    rows = connection.execute(_TAKEN, (numbers,)).fetchall()
    destinations = {row[3] for row in rows if row[3] is not None}
    had = _had(connection, destinations, moment(lease.at - REMEMBERED))
    recently = recent(connection, destinations, moment(lease.at - RECENT))
    return [
        Taken(
            job=Job(subscription_id=subscription_id, edition=Edition(edition), due_at=at_moment(due_at)),
            subscription=None if document is None else decode_subscription(document),
            progress=progress_of(progress),
            had=had.get(destination, {}),
            recent=recently.get(destination, ()),
        )
        for subscription_id, edition, due_at, destination, document, *progress in rows
    ]


def _had(
    connection: sqlite3.Connection, destinations: set[str], since: int
) -> dict[str, dict[PaperId, datetime]]:
    found: dict[str, dict[PaperId, datetime]] = {}
    wanted = json.dumps(list(destinations))
    for destination, paper_id, at in connection.execute(_MARKS, (wanted, since)):
        found.setdefault(destination, {})[paper_id] = at_moment(at)
    return found


def put_off(connection: sqlite3.Connection, jobs: Mapping[Job, datetime], lease: Lease) -> None:
    """Give back *jobs*."""
    connection.executemany(_PUT_OFF, ((moment(at), *_mine(job, lease)) for job, at in jobs.items()))


def drop(connection: sqlite3.Connection, jobs: Collection[Job], lease: Lease) -> None:
    """Forget *jobs*."""
    connection.executemany(_END, (_mine(job, lease) for job in jobs))


def write(connection: sqlite3.Connection, edition: Written, lease: Lease) -> frozenset[PaperId] | None:
    """Note *edition*, or give the papers of it that are taken; None if its job is another's, or was done."""
    job, destination = edition.job, str(edition.destination)
    mine = _mine(job, lease)
    if connection.execute(_IS_MINE, mine).fetchone() is None:
        return None
    if connection.execute(_WRITTEN_BEFORE, mine[:2]).fetchone() is not None:
        connection.execute(_END, mine)
        return None
    if edition.claims:
        asked = (destination, job.owner, json.dumps(edition.claims))
        taken = frozenset(paper_id for (paper_id,) in connection.execute(_HAD, asked))
        if taken:
            return taken
        at = moment(lease.at)
        connection.executemany(_CLAIM, ((destination, paper, job.owner, at) for paper in edition.claims))
    connection.execute(_END, mine)
    insert(connection, edition.deliveries, lease)
    _note(connection, edition)
    return frozenset()


def _note(connection: sqlite3.Connection, edition: Written) -> None:
    progress, subscription_id = edition.progress, edition.job.subscription_id
    days = (
        day_text(progress.newest_day),
        progress.silent,
        day_text(progress.silent_since),
        day_text(progress.spoke_on),
    )
    connection.execute(_PROGRESS, (*days, json.dumps(edition.mentioned), subscription_id))
    if edition.again_at is not None:
        connection.execute(SOONER, {"at": moment(edition.again_at), "subscription_id": subscription_id})
    if edition.cooled:
        connection.executemany(_COOL, ((subscription_id, paper) for paper in edition.cooled))


def _mine(job: Job, lease: Lease) -> tuple[str, str, str]:
    return job.subscription_id, job.edition, lease.owner
