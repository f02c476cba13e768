"""Which workspaces removed us, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.codec import at_moment, moment

if TYPE_CHECKING:
    from datetime import datetime

    from storage.redis.connection import Server
    from storage.redis.keys import Keys


class RedisDepartures:
    """The `bot.remembering.Departures` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def note(self, workspace_key: str, at: datetime) -> bool:
        """Note that the workspace removed us at *at*; False, and nothing changes, if that was noted before."""
        return bool(await self._server.call("ZADD", self._keys.departed, "NX", moment(at), workspace_key))

    async def find(self, workspace_key: str) -> datetime | None:
        """When the workspace removed us, None if it did not."""
        at = await self._server.call("ZSCORE", self._keys.departed, workspace_key)
        return None if at is None else at_moment(int(at))

    async def clear(self, workspace_key: str) -> bool:
        """Forget that it did; False if it was not noted."""
        return bool(await self._server.call("ZREM", self._keys.departed, workspace_key))

    async def before(self, end: datetime) -> list[str]:
        """The workspaces that removed us before *end*, the earliest first."""
        span = ("-inf", f"({moment(end)}", "BYSCORE")
        return list(await self._server.call("ZRANGE", self._keys.departed, *span))
