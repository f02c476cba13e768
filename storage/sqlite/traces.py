"""What is kept of a destination besides its subscriptions, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import Destination

if TYPE_CHECKING:
    import sqlite3

    from storage.sqlite.connection import Database

_ONE: Final = "destination = ?"
# "0" is the sign after "/"; a person's key has an "@" behind it.
_CHANNELS: Final = (
    "destination > ?1 || '/' AND destination < ?1 || '0' AND substr(destination, length(?1) + 2, 1) <> '@'"
)


class SqliteTraces:
    """The `bot.remembering.Traces` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(self, whose: Destination | str) -> int:
        """Delete the marks and deliveries of one destination, or of a workspace's channels."""
        condition = _ONE if isinstance(whose, Destination) else _CHANNELS

        def work(connection: sqlite3.Connection) -> int:
            for table in ("mark", "unconfirmed"):
                connection.execute(f"DELETE FROM {table} WHERE {condition}", (str(whose),))  # noqa: S608
            sql = f"DELETE FROM delivery WHERE {condition}"  # noqa: S608
            return connection.execute(sql, (str(whose),)).rowcount

        return await self._database.write(work)
