"""What each destination has had, in SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from storage.codec import at_moment, moment
from storage.sqlite.aliases import resolve

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination
    from storage.sqlite.connection import Database

_HELD: Final = """
    SELECT paper_id FROM mark
    WHERE destination = ? AND owner = ? AND paper_id IN (SELECT value FROM json_each(?))
"""
_FORGET: Final = "DELETE FROM mark WHERE at < ? AND paper_id NOT IN (SELECT value FROM json_each(?))"
_HAD: Final = "SELECT paper_id, at FROM mark WHERE destination = ? ORDER BY at, paper_id"


class SqliteMarks:
    """The `bot.ports.MarkStore` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, destination: Destination, ids: Sequence[PaperId], *, owner: str, at: datetime
    ) -> set[PaperId]:
        """Reserve papers for *destination*; gives those of *ids* that *owner* now holds."""
        return await self._database.write(
            lambda connection: _claim(connection, (str(destination), owner, moment(at)), ids)
        )

    async def release(self, destination: Destination, ids: Sequence[PaperId], *, owner: str) -> None:
        """Give back those of *ids* that *owner* holds."""
        await self._database.write(lambda connection: _release(connection, (str(destination), owner), ids))

    async def had(self, destination: Destination) -> dict[PaperId, datetime]:
        """The papers claimed for *destination*, and when, earliest first."""
        rows = await self._database.rows(_HAD, (str(destination),))
        return {paper_id: at_moment(at) for paper_id, at in rows}

    async def forget(self, before: datetime, *, listed: Collection[PaperId] = ()) -> int:
        """Drop marks made before *before*, but for those of *listed* papers; gives how many went."""
        return await self._database.change(_FORGET, (moment(before), json.dumps(list(listed))))


def _claim(
    connection: sqlite3.Connection, mark: tuple[str, str, int], ids: Sequence[PaperId]
) -> set[PaperId]:
    destination, owner, at = mark
    now = resolve(connection, ids)
    connection.executemany(
        "INSERT INTO mark (destination, paper_id, owner, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ((destination, paper_id, owner, at) for paper_id in now.values()),
    )
    wanted = json.dumps(list(now.values()))
    held = {paper_id for (paper_id,) in connection.execute(_HELD, (destination, owner, wanted))}
    return {asked for asked, paper_id in now.items() if paper_id in held}


def _release(connection: sqlite3.Connection, mark: tuple[str, str], ids: Sequence[PaperId]) -> None:
    connection.executemany(
        "DELETE FROM mark WHERE destination = ? AND owner = ? AND paper_id = ?",
        ((*mark, paper_id) for paper_id in resolve(connection, ids).values()),
    )
