"""Requests as a bot makes them, without a library."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import Channel

Json = dict[str, Any]
QUIET: Json = {"allowed_mentions": {"parse": []}}
"""What every message has to say."""


class Rest:
    """Requests as the bot makes them."""

    def __init__(self, server: DiscordServer, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.http = http

    async def __call__(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
        """Status and JSON."""
        url = f"{self.server.api}{path}"
        async with self.http.request(method, url, json=body, params=query) as response:
            if response.status != 204:
                assert response.headers["Content-Type"] == "application/json"
            return response.status, await response.json() if response.status != 204 else None

    async def post(self, channel: Channel, content: str = "hi", **more: object) -> tuple[int, Any]:
        """A message."""
        return await self("POST", f"/channels/{channel.id}/messages", QUIET | {"content": content} | more)


class Clock:
    """What the server believes it is, in Unix seconds; set `now`."""

    now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now
