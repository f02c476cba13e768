"""What one ingest changes, applied inside one transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.domain.folding import fold_title
from storage.codec import encode_paper, moment
from storage.sqlite.aliases import move, remember, resolve

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.papers import Paper, PaperId, Tally
    from bot.ports import ListingRecord, PaperChanges

_PUT_PAPER: Final = """
    INSERT INTO paper (id, folded_title, document) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET folded_title = excluded.folded_title, document = excluded.document
"""
_DOCUMENTS: Final = "SELECT id, document FROM paper WHERE id IN (SELECT value FROM json_each(?))"
_PUT_TALLY: Final = """
    INSERT OR REPLACE INTO tally SELECT id, ?, ?, ?, ? FROM paper WHERE id = ?
"""
_NEWEST_COUNTS: Final = """
    SELECT wanted.value, upvotes, comments, stars FROM json_each(?) wanted
    CROSS JOIN tally t ON t.paper_id = wanted.value AND at = (SELECT max(at) FROM tally WHERE paper_id = t.paper_id)
"""


def keep(connection: sqlite3.Connection, changes: PaperChanges) -> int:
    """Apply *changes*; gives the newest change number. The caller holds the transaction."""
    joined = remember(connection, changes.aliases)
    now = resolve(connection, _mentioned(changes))
    touched = dict.fromkeys(_put_papers(connection, [p for p in changes.papers if now[p.id] == p.id]))
    for old, target in joined:
        move(connection, old, target)
        touched |= dict.fromkeys((old, target))
    tallies = [(now[paper_id], tally) for paper_id, tally in changes.tallies]
    touched |= dict.fromkeys(_put_tallies(connection, tallies))
    if changes.record is not None:
        _put_record(connection, changes.record, now)
    return _number(connection, touched)


def newest_change(connection: sqlite3.Connection) -> int:
    """The newest change number, 0 for an empty store."""
    (number,) = connection.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()
    return int(number)


def _mentioned(changes: PaperChanges) -> Iterator[PaperId]:
    yield from (paper.id for paper in changes.papers)
    yield from (paper_id for paper_id, _ in changes.tallies)
    if changes.record is not None:
        yield from changes.record.ids
        yield from changes.record.removed


def _put_papers(connection: sqlite3.Connection, papers: Sequence[Paper]) -> Iterator[PaperId]:
    """Write *papers*; gives the ids of those that are new or changed."""
    ids = json.dumps([paper.id for paper in papers])
    stored = dict(connection.execute(_DOCUMENTS, (ids,)))
    for paper in papers:
        document = encode_paper(paper)
        if stored.get(paper.id) != document:
            connection.execute(_PUT_PAPER, (paper.id, fold_title(paper.title), document))
            yield paper.id


def _put_tallies(
    connection: sqlite3.Connection, tallies: Sequence[tuple[PaperId, Tally]]
) -> Iterator[PaperId]:
    """Write *tallies*; gives the ids of the papers whose newest counts changed by it."""
    ids = json.dumps(list(dict.fromkeys(paper_id for paper_id, _ in tallies)))
    before = _newest_counts(connection, ids)
    connection.executemany(
        _PUT_TALLY,
        (
            (moment(tally.at), tally.upvotes, tally.comments, tally.stars, paper_id)
            for paper_id, tally in tallies
        ),
    )
    after = _newest_counts(connection, ids)
    return (paper_id for paper_id, counts in after.items() if before.get(paper_id) != counts)


def _newest_counts(connection: sqlite3.Connection, ids: str) -> dict[PaperId, tuple[int | None, ...]]:
    return {paper_id: tuple(counts) for paper_id, *counts in connection.execute(_NEWEST_COUNTS, (ids,))}


def _put_record(connection: sqlite3.Connection, record: ListingRecord, now: dict[PaperId, PaperId]) -> None:
    day = record.day.isoformat()
    listed = dict.fromkeys(now[paper_id] for paper_id in record.ids)
    removed = dict.fromkeys(now[paper_id] for paper_id in record.removed)
    rows = [(paper_id, 0) for paper_id in listed] + [
        (paper_id, 1) for paper_id in removed if paper_id not in listed
    ]
    connection.execute("INSERT OR IGNORE INTO day VALUES (?, 0)", (day,))
    connection.execute("UPDATE day SET seen_at = ? WHERE day = ?", (moment(record.seen_at), day))
    connection.execute("DELETE FROM listed WHERE day = ?", (day,))
    connection.executemany(
        "INSERT INTO listed VALUES (?, ?, ?, ?)",
        ((day, paper_id, position, removed) for position, (paper_id, removed) in enumerate(rows)),
    )


def _number(connection: sqlite3.Connection, touched: Iterable[PaperId]) -> int:
    """Give each of *touched* a change number of its own; its older one is gone."""
    last = newest_change(connection)
    numbered = list(enumerate(touched, start=last + 1))
    connection.executemany("INSERT OR REPLACE INTO change VALUES (?, ?)", numbered)
    return last + len(numbered)
