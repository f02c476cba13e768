"""What lets us into workspaces, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.redis.connection import Script

if TYPE_CHECKING:
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_REPLACE: Final = Script("""
local workspace, before, sealed = unpack(ARGV)
if redis.call('HGET', KEYS[1], workspace) ~= before then return 0 end
redis.call('HSET', KEYS[1], workspace, sealed)
return 1
""")


class RedisInstallations:
    """The `bot.remembering.Installations` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def keep(self, workspace_key: str, sealed: str) -> None:
        """Keep *sealed* for the workspace, in place of what there was."""
        await self._server.call("HSET", self._keys.installations, workspace_key, sealed)

    async def replace(self, workspace_key: str, before: str, sealed: str) -> bool:
        """Keep *sealed* if *before* is what there is still; False, and nothing changes, if it is not."""
        return bool(
            await self._server.run(_REPLACE, (self._keys.installations,), workspace_key, before, sealed)
        )

    async def find(self, workspace_key: str) -> str | None:
        """What was kept for the workspace last, None if there is nothing."""
        found: str | None = await self._server.call("HGET", self._keys.installations, workspace_key)
        return found

    async def remove(self, workspace_key: str) -> bool:
        """Forget it; False if there was nothing."""
        return bool(await self._server.call("HDEL", self._keys.installations, workspace_key))

    async def all(self) -> dict[str, str]:
        """What is kept, by workspace."""
        return dict(await self._server.call("HGETALL", self._keys.installations))
