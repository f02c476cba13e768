"""Jobs in SQLite: taken under a lease, put off, and ended by what was written of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Edition, Job
from bot.outbox import RECENT, REMEMBERED, Taken
from storage.codec import at_moment, decode_subscription, moment
from storage.sqlite.due_times import PROGRESS, SOONER, progress_of, set_progress
from storage.sqlite.posts import insert, recent, unconfirmed

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
_STANDS: Final = f"""
    SELECT EXISTS (SELECT 1 FROM job WHERE {_MINE}),
        EXISTS (SELECT 1 FROM delivery WHERE subscription_id = ? AND edition = ?),
        (SELECT count(*) FROM delivery WHERE destination = ? AND created_at >= ? AND state <> 'refused')
"""  # noqa: S608
_HAD: Final = """
    SELECT paper_id FROM mark WHERE destination = ? AND owner <> ?
    AND paper_id IN (SELECT value FROM json_each(?))
"""
_CLAIM: Final = (
    "INSERT INTO mark (destination, paper_id, owner, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_UNCLAIM: Final = """
    DELETE FROM mark WHERE destination = ? AND owner = ? AND paper_id IN (SELECT value FROM json_each(?))
"""
_NEVER: Final = 1 << 62
_COOL: Final = "UPDATE hot SET waiting = 0 WHERE subscription_id = ? AND paper_id = ?"


def take(connection: sqlite3.Connection, lease: Lease, limit: int) -> list[Taken]:
    """At most *limit* jobs, now under *lease*."""
    leased = connection.execute(_LEASE, (moment(lease.until), lease.owner, moment(lease.at), limit))
    numbers = json.dumps([number for (number,) in leased.fetchall()])
    rows = connection.execute(_TAKEN, (numbers,)).fetchall()
    destinations = {row[3] for row in rows if row[3] is not None}
    had = _had(connection, destinations, moment(lease.at - REMEMBERED))
    recently = recent(connection, destinations, moment(lease.at - RECENT))
    unclear = unconfirmed(connection, destinations)
    return [
        Taken(
            job=Job(subscription_id=subscription_id, edition=Edition(edition), due_at=at_moment(due_at)),
            subscription=None if document is None else decode_subscription(document),
            progress=progress_of(progress),
            had=had.get(destination, {}),
            recent=recently.get(destination, ()),
            unconfirmed=unclear.get(destination, ()),
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
    mine, destination = _mine(edition.job, lease), str(edition.destination)
    since = _NEVER if edition.came_since is None else moment(edition.came_since)
    asked = (*mine, *mine[:2], destination, since)
    [(is_mine, written_before, came)] = connection.execute(_STANDS, asked)
    if not is_mine:
        return None
    if written_before:
        connection.execute(_END, mine)
        return None
    if edition.deliveries and edition.came_since is not None and came > edition.came:
        connection.execute(_PUT_OFF, (moment(lease.at), *mine))
        return None
    if taken := _claim(connection, edition, moment(lease.at)):
        return taken
    connection.execute(_END, mine)
    insert(connection, edition.deliveries, lease)
    _note(connection, edition)
    return frozenset()


def _claim(connection: sqlite3.Connection, edition: Written, at: int) -> frozenset[PaperId]:
    """Claim the papers of *edition*, or none of them if some are taken; gives those."""
    destination, owner, papers = str(edition.destination), edition.job.owner, edition.claims
    claims = [(destination, paper, owner, at) for paper in papers]
    if connection.executemany(_CLAIM, claims).rowcount == len(papers):
        return frozenset()
    asked = (destination, owner, json.dumps(papers))
    taken = frozenset(paper_id for (paper_id,) in connection.execute(_HAD, asked))
    if taken:
        connection.execute(_UNCLAIM, asked)
    return taken


def _note(connection: sqlite3.Connection, edition: Written) -> None:
    subscription_id = edition.job.subscription_id
    set_progress(connection, subscription_id, edition.progress)
    mentioned = ((str(edition.destination), one) for one in edition.mentioned)
    connection.executemany("DELETE FROM unconfirmed WHERE destination = ? AND edition = ?", mentioned)
    if edition.again_at is not None:
        connection.execute(SOONER, {"at": moment(edition.again_at), "subscription_id": subscription_id})
    if edition.cooled:
        connection.executemany(_COOL, ((subscription_id, paper) for paper in edition.cooled))


def _mine(job: Job, lease: Lease) -> tuple[str, str, str]:
    return job.subscription_id, job.edition, lease.owner
