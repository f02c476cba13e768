"""Texts that a button refers to, in SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from storage.codec import moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from datetime import datetime

    from storage.sqlite.connection import Database

# As JSON, because what people paste may hold halves of characters.
_KEEP: Final = "INSERT OR REPLACE INTO draft (key, text, until, owners) VALUES (?, ?, ?, ?)"
_TAKE: Final = "DELETE FROM draft WHERE key = ? AND until > ? RETURNING text"
_REMOVE_OF: Final = "DELETE FROM draft WHERE EXISTS (SELECT 1 FROM json_each(owners) WHERE value = ?)"


class SqliteDrafts:
    """The `bot.remembering.Drafts` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, key: str, text: str, *, at: datetime, until: datetime, owners: Collection[str] = ()
    ) -> None:
        """Keep *text* until *until*."""
        del at
        await self._database.change(_KEEP, (key, json.dumps(text), moment(until), json.dumps(list(owners))))

    async def find(self, key: str, now: datetime) -> str | None:
        """The text, or None if there is none or its end has come."""
        sql = "SELECT text FROM draft WHERE key = ? AND until > ?"
        rows = await self._database.rows(sql, (key, moment(now)))
        return json.loads(rows[0][0]) if rows else None

    async def take(self, key: str, now: datetime) -> str | None:
        """As `find`, and it is gone then."""

        def work(connection: sqlite3.Connection) -> str | None:
            row = connection.execute(_TAKE, (key, moment(now))).fetchone()
            return json.loads(row[0]) if row else None

        return await self._database.write(work)

    async def remove_of(self, owner: str) -> int:
        """Remove every one of *owner*; gives how many went."""
        return await self._database.change(_REMOVE_OF, (owner,))

    async def forget(self, before: datetime) -> None:
        """Drop those that ended before *before*."""
        await self._database.change("DELETE FROM draft WHERE until < ?", (moment(before),))
