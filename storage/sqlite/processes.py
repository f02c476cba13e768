"""Which processes run on a SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.codec import moment
from storage.running import decode_process, encode_process

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from bot.domain.processes import Running
    from storage.sqlite.connection import Database


class SqliteProcesses:
    """The `bot.outbox.Processes` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, one: Running, now: datetime) -> None:
        """Note that *one* runs until ``one.until``, in place of what it said before."""

        def work(connection: sqlite3.Connection) -> None:
            row = (one.name, moment(one.until), encode_process(one))
            connection.execute("DELETE FROM process WHERE until <= ?", (moment(now),))
            connection.execute("INSERT OR REPLACE INTO process VALUES (?, ?, ?)", row)

        await self._database.write(work)

    async def running(self, now: datetime) -> list[Running]:
        """Those that said they would still run at *now*, in order of their names."""
        sql = "SELECT name, document FROM process WHERE until > ? ORDER BY name"
        rows = await self._database.rows(sql, (moment(now),))
        return [decode_process(name, document) for name, document in rows]

    async def leave(self, name: str) -> None:
        """The process *name* ends."""
        await self._database.change("DELETE FROM process WHERE name = ?", (name,))
