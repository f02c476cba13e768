"""Workspace settings in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.subscriptions import WorkspaceSettings
from storage.codec import decode_settings, encode_settings

if TYPE_CHECKING:
    from storage.sqlite.connection import Database


class SqliteSettings:
    """The `bot.remembering.SettingsStore` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_workspace(self, workspace_key: str) -> WorkspaceSettings:
        """The settings of the workspace, defaults if none were made."""
        rows = await self._database.rows("SELECT document FROM workspace WHERE key = ?", (workspace_key,))
        return decode_settings(rows[0][0]) if rows else WorkspaceSettings()

    async def put(self, workspace_key: str, settings: WorkspaceSettings) -> None:
        """Keep the settings of the workspace."""
        row = (workspace_key, encode_settings(settings))
        await self._database.change("INSERT OR REPLACE INTO workspace VALUES (?, ?)", row)

    async def remove(self, workspace_key: str) -> bool:
        """Forget the settings of the workspace, so that the defaults hold; False if none were made."""
        return await self._database.change("DELETE FROM workspace WHERE key = ?", (workspace_key,)) > 0
