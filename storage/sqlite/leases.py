"""Who does what is to be done once, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.codec import moment

if TYPE_CHECKING:
    from datetime import datetime

    from bot.outbox import Lease
    from storage.sqlite.connection import Database

_ACQUIRE: Final = """
    INSERT INTO lease (name, owner, until) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE lease.owner = excluded.owner OR lease.until <= ?
"""


class SqliteLeases:
    """The `bot.outbox.Leases` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(self, name: str, lease: Lease) -> bool:
        """Whether ``lease.owner`` has *name* until ``lease.until``: it was free, had ended, or was its own."""
        values = (name, lease.owner, moment(lease.until), moment(lease.at))
        return await self._database.change(_ACQUIRE, values) > 0

    async def release(self, name: str, owner: str) -> None:
        """Give *name* back if *owner* has it."""
        await self._database.change("DELETE FROM lease WHERE name = ? AND owner = ?", (name, owner))

    async def forget(self, before: datetime) -> None:
        """Drop those that ended before *before*: as good as free."""
        await self._database.change("DELETE FROM lease WHERE until < ?", (moment(before),))
