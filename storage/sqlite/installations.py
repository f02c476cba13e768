"""What lets us into workspaces, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.sqlite.connection import Database

_KEEP: Final = "INSERT OR REPLACE INTO installation VALUES (?, ?)"
_REPLACE: Final = "UPDATE installation SET sealed = ? WHERE workspace = ? AND sealed = ?"


class SqliteInstallations:
    """The `bot.remembering.Installations` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, workspace_key: str, sealed: str) -> None:
        """Keep *sealed* for the workspace, in place of what there was."""
        await self._database.change(_KEEP, (workspace_key, sealed))

    async def replace(self, workspace_key: str, before: str, sealed: str) -> bool:
        """Keep *sealed* if *before* is what there is still; False, and nothing changes, if it is not."""
        return await self._database.change(_REPLACE, (sealed, workspace_key, before)) > 0

    async def find(self, workspace_key: str) -> str | None:
        """What was kept for the workspace last, None if there is nothing."""
        sql = "SELECT sealed FROM installation WHERE workspace = ?"
        rows = await self._database.rows(sql, (workspace_key,))
        return rows[0][0] if rows else None

    async def remove(self, workspace_key: str) -> bool:
        """Forget it; False if there was nothing."""
        return (
            await self._database.change("DELETE FROM installation WHERE workspace = ?", (workspace_key,)) > 0
        )

    async def all(self) -> dict[str, str]:
        """What is kept, by workspace."""
        return dict(await self._database.rows("SELECT workspace, sealed FROM installation"))
