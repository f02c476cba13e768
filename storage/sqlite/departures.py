"""Which workspaces removed us, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.codec import at_moment, moment

if TYPE_CHECKING:
    from datetime import datetime

    from storage.sqlite.connection import Database


class SqliteDepartures:
    """The `bot.remembering.Departures` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, workspace_key: str, at: datetime) -> bool:
        """Note that the workspace removed us at *at*; False, and nothing changes, if that was noted before."""
        row = (workspace_key, moment(at))
        return await self._database.change("INSERT OR IGNORE INTO departure VALUES (?, ?)", row) > 0

    async def find(self, workspace_key: str) -> datetime | None:
        """When the workspace removed us, None if it did not."""
        rows = await self._database.rows("SELECT at FROM departure WHERE workspace = ?", (workspace_key,))
        return at_moment(rows[0][0]) if rows else None

    async def clear(self, workspace_key: str) -> bool:
        """Forget that it did; False if it was not noted."""
        return await self._database.change("DELETE FROM departure WHERE workspace = ?", (workspace_key,)) > 0

    async def before(self, end: datetime) -> list[str]:
        """The workspaces that removed us before *end*, the earliest first."""
        sql = "SELECT workspace FROM departure WHERE at < ? ORDER BY at, workspace"
        return [workspace for (workspace,) in await self._database.rows(sql, (moment(end),))]
