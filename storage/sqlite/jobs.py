"""Jobs in SQLite: taken under a lease, put off, and ended by what was written of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Edition, Job
from bot.domain.subscriptions import Unreadable
from bot.outbox import RECENT, REMEMBERED, Taken
from storage.codec import at_moment, moment, subscription_or_not
from storage.sqlite.due_times import PROGRESS, SOONER, progress_of, set_progress
from storage.sqlite.posts import insert, recent, unconfirmed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.outbox import Lease, Written

_PROGRESS_COLUMNS: Final = ", ".join(f"progress.{column}" for column in PROGRESS.split(", "))
_READY: Final = f"""
    SELECT job.subscription_id, edition, job.due_at, destination, document, {_PROGRESS_COLUMNS}
    FROM (SELECT * FROM job WHERE ready_at <= ? ORDER BY ready_at LIMIT ?) AS job
    LEFT JOIN subscription ON id = job.subscription_id
    LEFT JOIN progress ON progress.subscription_id = job.subscription_id
    ORDER BY job.due_at
"""  # noqa: S608
_LEASE: Final = "UPDATE job SET ready_at = ?, owner = ? WHERE subscription_id = ? AND edition = ?"
_MARKS: Final = """
    SELECT destination, at, group_concat(paper_id, ' ') FROM mark
    WHERE destination IN (SELECT value FROM json_each(?)) AND at >= ? GROUP BY destination, at
"""
_MINE: Final = "subscription_id = ? AND edition = ? AND owner = ?"
_PUT_OFF: Final = f"UPDATE job SET ready_at = ?, owner = '' WHERE {_MINE}"  # noqa: S608
_END: Final = f"DELETE FROM job WHERE {_MINE}"  # noqa: S608
_IS_MINE: Final = f"SELECT 1 FROM job WHERE {_MINE}"  # noqa: S608
_STANDS: Final = """
    SELECT EXISTS (SELECT 1 FROM delivery WHERE subscription_id = ? AND edition = ?),
        (SELECT count(*) FROM delivery WHERE destination = ? AND created_at >= ? AND state <> 'refused')
"""
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
    rows = connection.execute(_READY, (moment(lease.at), limit)).fetchall()
    held = (moment(lease.until), lease.owner)
    connection.executemany(_LEASE, [(*held, row[0], row[1]) for row in rows])
    destinations = {row[3] for row in rows if row[3] is not None}
    had = _had(connection, destinations, moment(lease.at - REMEMBERED))
    recently = recent(connection, destinations, moment(lease.at - RECENT))
    unclear = unconfirmed(connection, destinations)
    taken = []
    for subscription_id, edition, due_at, destination, document, *progress in rows:
        one = None if document is None else subscription_or_not(subscription_id, document)
        taken.append(
            Taken(
                job=Job(subscription_id=subscription_id, edition=Edition(edition), due_at=at_moment(due_at)),
                subscription=None if isinstance(one, Unreadable) else one,
                unreadable=one.reason if isinstance(one, Unreadable) else "",
                progress=progress_of(progress),
                had=had.get(destination, {}),
                recent=recently.get(destination, ()),
                unconfirmed=unclear.get(destination, ()),
            )
        )
    return taken


def _had(
    connection: sqlite3.Connection, destinations: set[str], since: int
) -> dict[str, dict[PaperId, datetime]]:
    found: dict[str, dict[PaperId, datetime]] = {}
    wanted = json.dumps(list(destinations))
    for destination, at, papers in connection.execute(_MARKS, (wanted, since)):
        found.setdefault(destination, {}).update(dict.fromkeys(papers.split(), at_moment(at)))
    return found


def put_off(connection: sqlite3.Connection, jobs: Mapping[Job, datetime], lease: Lease) -> None:
    """Give back *jobs*."""
    connection.executemany(_PUT_OFF, ((moment(at), *_mine(job, lease)) for job, at in jobs.items()))


def drop(connection: sqlite3.Connection, jobs: Collection[Job], lease: Lease) -> None:
    """Forget *jobs*."""
    connection.executemany(_END, (_mine(job, lease) for job in jobs))


def write(
    connection: sqlite3.Connection, editions: Sequence[Written], lease: Lease
) -> list[frozenset[PaperId] | None]:
    """Note each of *editions*, or give the papers of it that are taken; None if its job is another's, or was done."""
    connection.execute("SAVEPOINT together")
    if _written_together(connection, editions, lease):
        return [frozenset()] * len(editions)
    connection.execute("ROLLBACK TO together")
    return [_write(connection, edition, lease) for edition in editions]


def _written_together(connection: sqlite3.Connection, editions: Sequence[Written], lease: Lease) -> bool:
    """Write all *editions* in few steps; False, and half of it done, if that is not all there is to it."""
    places = {str(one.destination) for one in editions}
    if len(places) < len(editions) or any(_hindered(connection, one) for one in editions):
        return False
    jobs = [_mine(one.job, lease) for one in editions]
    claims = sorted([claim for one in editions for claim in _claims(one, moment(lease.at))])
    if connection.executemany(_END, jobs).rowcount < len(jobs):
        return False
    if claims and connection.executemany(_CLAIM, claims).rowcount < len(claims):
        return False
    insert(connection, [delivery for one in editions for delivery in one.deliveries], lease)
    _note(connection, editions)
    return True


def _hindered(connection: sqlite3.Connection, edition: Written) -> bool:
    """Whether *edition* was written before, or more came to its destination than it knows of."""
    asked = (edition.job.subscription_id, edition.job.edition, str(edition.destination), _since(edition))
    [(written_before, came)] = connection.execute(_STANDS, asked)
    return bool(written_before) or came > edition.came


def _since(edition: Written) -> int:
    """Since when it counts what came to the destination of *edition*."""
    return moment(edition.came_since) if edition.deliveries and edition.came_since is not None else _NEVER


def _write(connection: sqlite3.Connection, edition: Written, lease: Lease) -> frozenset[PaperId] | None:
    mine = _mine(edition.job, lease)
    if connection.execute(_IS_MINE, mine).fetchone() is None:
        return None
    asked = (*mine[:2], str(edition.destination), _since(edition))
    [(written_before, came)] = connection.execute(_STANDS, asked)
    if written_before:
        connection.execute(_END, mine)
        return None
    if came > edition.came:
        connection.execute(_PUT_OFF, (moment(lease.at), *mine))
        return None
    if taken := _claim(connection, edition, moment(lease.at)):
        return taken
    connection.execute(_END, mine)
    insert(connection, edition.deliveries, lease)
    _note(connection, [edition])
    return frozenset()


def _claims(edition: Written, at: int) -> Iterable[tuple[str, PaperId, str, int]]:
    destination, owner = str(edition.destination), edition.job.owner
    return ((destination, paper, owner, at) for paper in edition.claims)


def _claim(connection: sqlite3.Connection, edition: Written, at: int) -> frozenset[PaperId]:
    """Claim the papers of *edition*, or none of them if some are taken; gives those."""
    if connection.executemany(_CLAIM, _claims(edition, at)).rowcount == len(edition.claims):
        return frozenset()
    asked = (str(edition.destination), edition.job.owner, json.dumps(edition.claims))
    taken = frozenset(paper_id for (paper_id,) in connection.execute(_HAD, asked))
    if taken:
        connection.execute(_UNCLAIM, asked)
    return taken


def _note(connection: sqlite3.Connection, editions: Sequence[Written]) -> None:
    set_progress(connection, [(one.job.subscription_id, one.progress) for one in editions])
    mentioned = [(str(one.destination), edition) for one in editions for edition in one.mentioned]
    connection.executemany("DELETE FROM unconfirmed WHERE destination = ? AND edition = ?", mentioned)
    cooled = [(one.job.subscription_id, paper) for one in editions for paper in one.cooled]
    connection.executemany(_COOL, cooled)
    for one in editions:
        if one.again_at is not None:
            sooner = {"at": moment(one.again_at), "subscription_id": one.job.subscription_id}
            connection.execute(SOONER, sooner)


def _mine(job: Job, lease: Lease) -> tuple[str, str, str]:
    return job.subscription_id, job.edition, lease.owner
