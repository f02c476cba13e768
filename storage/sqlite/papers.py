"""Papers, tallies and days in SQLite."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.domain.papers import Entry, Tally
from bot.ports import ListingRecord
from storage.codec import EPOCH, at_moment, decode_paper, moment
from storage.sqlite.keeping import keep

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.ports import PaperChanges
    from storage.sqlite.connection import Database, Row

_ENTRY: Final = "p.document, t.at, t.upvotes, t.comments, t.stars"
_NEWEST: Final = """
    LEFT JOIN tally t ON t.paper_id = p.id AND t.at = (SELECT max(at) FROM tally WHERE paper_id = p.id)
"""
# CROSS JOIN keeps SQLite to the order written: from what is asked for to what is stored.
_ENTRIES: Final = f"""
    SELECT wanted.value, {_ENTRY} FROM json_each(?) wanted
    LEFT JOIN alias a ON a.paper_id = wanted.value
    CROSS JOIN paper p ON p.id = coalesce(a.target, wanted.value) {_NEWEST}
    ORDER BY wanted.key
"""  # noqa: S608
_LISTED: Final = f"""
    SELECT {_ENTRY} FROM (
        SELECT paper_id, min(day) AS day, position FROM listed
        WHERE day BETWEEN ? AND ? AND NOT removed GROUP BY paper_id
    ) l CROSS JOIN paper p ON p.id = l.paper_id {_NEWEST}
    ORDER BY l.day, l.position
"""  # noqa: S608
_TALLIES: Final = """
    SELECT wanted.value, t.at, t.upvotes, t.comments, t.stars FROM json_each(?) wanted
    LEFT JOIN alias a ON a.paper_id = wanted.value
    CROSS JOIN tally t ON t.paper_id = coalesce(a.target, wanted.value)
    ORDER BY wanted.key, t.at
"""
_RECORDS: Final = """
    SELECT day.day, day.seen_at, l.paper_id, l.removed FROM day
    LEFT JOIN listed l ON l.day = day.day
    WHERE day.day BETWEEN ? AND ? ORDER BY day.day, l.position
"""
_CHANGED: Final = "SELECT number, paper_id FROM change WHERE number > ? ORDER BY number LIMIT ?"
_REVISION: Final = "SELECT (SELECT max(number) FROM change), (SELECT max(seen_at) FROM day)"
_THIN: Final = """
    DELETE FROM tally WHERE at < ?1 AND EXISTS (
        SELECT 1 FROM tally later
        WHERE later.paper_id = tally.paper_id AND later.at > tally.at AND later.at < ?1
        AND later.at / 86400000000 = tally.at / 86400000000
    )
"""


class SqlitePapers:
    """The `bot.ports.PaperStore` of a SQLite file.

    Beyond the port: lists come by day and position; a tally of a paper that is not stored is left out; a paper kept
    under an id that has joined another stays gone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, changes: PaperChanges) -> int:
        """Apply *changes* atomically and durably; gives the newest change number."""
        return await self._database.write(lambda connection: keep(connection, changes))

    async def entries(self, ids: Iterable[PaperId]) -> dict[PaperId, Entry]:
        """The stored papers among *ids* with their newest tally, in the order asked for."""
        wanted = json.dumps(list(dict.fromkeys(ids)))
        return await self._database.read(
            lambda connection: {row[0]: _entry(*row[1:]) for row in connection.execute(_ENTRIES, (wanted,))}
        )

    async def listed(self, since: date, until: date) -> list[Entry]:
        """The papers now on the lists of *since*..*until*, each once, by their first day there."""
        span = (since.isoformat(), until.isoformat())
        return await self._database.read(
            lambda connection: [_entry(*row) for row in connection.execute(_LISTED, span)]
        )

    async def tallies(self, ids: Iterable[PaperId]) -> dict[PaperId, tuple[Tally, ...]]:
        """The tallies of those of *ids* that have some, earliest first."""
        wanted = json.dumps(list(dict.fromkeys(ids)))
        return await self._database.read(lambda connection: _tallies(connection, wanted))

    async def records(self, since: date | None = None, until: date | None = None) -> list[ListingRecord]:
        """What is known of the days *since*..*until*, earliest first."""
        span = ((since or date.min).isoformat(), (until or date.max).isoformat())
        return await self._database.read(lambda connection: _records(connection, span))

    async def titled(self, folded_titles: Iterable[str]) -> dict[str, tuple[PaperId, ...]]:
        """The papers with these folded titles, by title, ids in order."""
        wanted = json.dumps(list(folded_titles))
        return await self._database.read(lambda connection: _titled(connection, wanted))

    async def changed(self, after: int, limit: int) -> list[tuple[int, PaperId]]:
        """At most *limit* changes later than *after*, in order."""
        rows = await self._database.rows(_CHANGED, (after, max(limit, 0)))
        return [(number, paper_id) for number, paper_id in rows]

    async def revision(self) -> tuple[int, datetime | None]:
        """The last change number, and when a listing was last read well."""
        [(number, seen_at)] = await self._database.rows(_REVISION)
        return number or 0, None if seen_at is None else at_moment(seen_at)

    async def count(self) -> int:
        """How many papers are stored."""
        [(count,)] = await self._database.rows("SELECT count(*) FROM paper")
        return int(count)

    async def thin(self, before: datetime) -> int:
        """Keep only the last tally of each UTC day among those older than *before*; gives how many went."""
        return await self._database.change(_THIN, (moment(before),))


def _entry(document: str, at: int | None, *counts: int | None) -> Entry:
    tally = Tally(at=EPOCH) if at is None else _tally(at, *counts)
    return Entry(paper=decode_paper(document), tally=tally)


def _tally(
    at: int, upvotes: int | None = None, comments: int | None = None, stars: int | None = None
) -> Tally:
    return Tally(at=at_moment(at), upvotes=upvotes, comments=comments, stars=stars)


def _tallies(connection: sqlite3.Connection, wanted: str) -> dict[PaperId, tuple[Tally, ...]]:
    rows = connection.execute(_TALLIES, (wanted,))
    return {
        paper_id: tuple(_tally(*row[1:]) for row in found)
        for paper_id, found in groupby(rows, key=itemgetter(0))
    }


def _records(connection: sqlite3.Connection, span: tuple[str, str]) -> list[ListingRecord]:
    rows = connection.execute(_RECORDS, span)
    return [_record(day, list(found)) for day, found in groupby(rows, key=itemgetter(0))]


def _record(day: str, rows: list[Row]) -> ListingRecord:
    return ListingRecord(
        day=date.fromisoformat(day),
        seen_at=at_moment(rows[0][1]),
        ids=tuple(paper_id for _, _, paper_id, removed in rows if removed == 0),
        removed=tuple(paper_id for _, _, paper_id, removed in rows if removed == 1),
    )


def _titled(connection: sqlite3.Connection, wanted: str) -> dict[str, tuple[PaperId, ...]]:
    rows = connection.execute(
        "SELECT folded_title, id FROM paper WHERE folded_title IN (SELECT value FROM json_each(?))"
        " ORDER BY folded_title, id",
        (wanted,),
    )
    return {
        title: tuple(paper_id for _, paper_id in found) for title, found in groupby(rows, key=itemgetter(0))
    }
