"""Workspace settings in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.subscriptions import WorkspaceSettings, shard_of_key
from storage.codec import decode_settings, encode_settings

if TYPE_CHECKING:
    from storage.redis.connection import Server
    from storage.redis.keys import Keys


class RedisSettings:
    """The `bot.remembering.SettingsStore` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def of_workspace(self, workspace_key: str) -> WorkspaceSettings:
        """The settings of the workspace, defaults if none were made."""
        document = await self._server.call("GET", self._key(workspace_key))
        return WorkspaceSettings() if document is None else decode_settings(document)

    async def put(self, workspace_key: str, settings: WorkspaceSettings) -> None:
        """Keep the settings of the workspace."""
        await self._server.call("SET", self._key(workspace_key), encode_settings(settings))

    async def remove(self, workspace_key: str) -> bool:
        """Forget the settings of the workspace, so that the defaults hold; False if none were made."""
        return bool(await self._server.call("DEL", self._key(workspace_key)))

    def _key(self, workspace_key: str) -> str:
        return self._keys.settings(shard_of_key(workspace_key), workspace_key)
