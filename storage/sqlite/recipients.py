"""Who gets mail, in SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.domain.mailboxes import Recipient
from storage.codec import at_moment, moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from storage.sqlite.connection import Database

_READ: Final = "SELECT recipient.id, found_by, sealed, asked_at, confirmed_at FROM recipient"
_KEEP: Final = "INSERT INTO recipient VALUES (?, ?, ?, ?, ?) ON CONFLICT (found_by) DO NOTHING"
_FIND: Final = f"""
    {_READ} JOIN json_each(?) AS asked ON asked.value = found_by ORDER BY asked.key LIMIT 1
"""
_REPLACE: Final = """
    UPDATE OR IGNORE recipient SET found_by = ?, sealed = ?, asked_at = ?, confirmed_at = ? WHERE id = ?
"""
_RESEAL: Final = "UPDATE OR IGNORE recipient SET found_by = ?, sealed = ? WHERE id = ? AND sealed = ?"


class SqliteRecipients:
    """The `bot.remembering.Recipients` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, recipient: Recipient) -> Recipient:
        """Keep a new one, unless there is one found by the same hash; gives the one that is there then."""

        def work(connection: sqlite3.Connection) -> Recipient:
            connection.execute(_KEEP, (recipient.id, *_changing(recipient)))
            row = connection.execute(f"{_READ} WHERE found_by = ?", (recipient.found_by,)).fetchone()
            return _recipient(row)

        return await self._database.write(work)

    async def find(self, hashes: Collection[str]) -> Recipient | None:
        """The one found by one of *hashes*, of which the first that finds one counts."""
        rows = await self._database.rows(_FIND, (json.dumps(list(hashes)),))
        return _recipient(rows[0]) if rows else None

    async def named(self, recipient_id: str) -> Recipient | None:
        """The one with this id."""
        rows = await self._database.rows(f"{_READ} WHERE id = ?", (recipient_id,))
        return _recipient(rows[0]) if rows else None

    async def replace(self, recipient: Recipient) -> bool:
        """Keep what changed of one; False if it is gone or its hash finds another one."""
        return await self._database.change(_REPLACE, (*_changing(recipient), recipient.id)) > 0

    async def reseal(self, recipient: Recipient, *, found_by: str, sealed: str) -> bool:
        """Keep the address of one as *sealed*, if it is sealed there still as in *recipient*."""
        return await self._database.change(_RESEAL, (found_by, sealed, recipient.id, recipient.sealed)) > 0

    async def remove(self, recipient_id: str) -> bool:
        """Forget one, address and all; False if it was gone."""
        return await self._database.change("DELETE FROM recipient WHERE id = ?", (recipient_id,)) > 0

    async def all(self) -> list[Recipient]:
        """Every one, in the order in which they asked."""
        return [_recipient(row) for row in await self._database.rows(f"{_READ} ORDER BY asked_at, id")]

    async def forget(self, before: datetime) -> int:
        """Forget those who asked before *before* and never confirmed; gives how many."""
        sql = "DELETE FROM recipient WHERE confirmed_at IS NULL AND asked_at < ?"
        return await self._database.change(sql, (moment(before),))


def _changing(one: Recipient) -> tuple[object, ...]:
    confirmed_at = None if one.confirmed_at is None else moment(one.confirmed_at)
    return one.found_by, one.sealed, moment(one.asked_at), confirmed_at


def _recipient(row: Sequence[Any]) -> Recipient:
    return Recipient(
        id=row[0],
        found_by=row[1],
        sealed=row[2],
        asked_at=at_moment(row[3]),
        confirmed_at=None if row[4] is None else at_moment(row[4]),
    )
