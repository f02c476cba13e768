"""Our side of `benchmarks.discord`: one process that serves Discord, and says what it used when asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from benchmarks.bot_process import UNLIMITED, ignore, questions, served
from benchmarks.crowd import url_of
from bot.app.delivering import delivery
from bot.app.discord import on_discord
from bot.app.rooms import opened
from bot.services.following import Following
from bot.settings import DiscordSettings, Settings


def settings_of(folder: Path, api: str, token: str) -> Settings:
    """Where the store and Discord are; the limit of requests is lifted, which no setting can."""
    gateway = f"{api.replace('http', 'ws', 1).partition('/api')[0]}/gateway/"
    wanted = DiscordSettings(token=token, api_base=api, gateway=gateway)
    lifted = wanted.model_copy(update={"requests_per_second": UNLIMITED})
    return Settings(data_dir=folder, store=url_of(folder), discord=lifted)


async def serve(told: dict[str, Any]) -> None:
    """Serve until the input ends; the first answer comes when every server is known."""
    folder = Path(told["folder"])
    settings = settings_of(folder, told["api"], told["token"])
    async with (
        opened(settings.store_url, data_dir=folder, observe=ignore) as rooms,
        on_discord(settings, rooms, owner="bench", observe=ignore) as discord,
    ):
        assert discord is not None
        following = Following(rooms.composer, rooms.searching, observe=ignore, sleep=asyncio.sleep)
        parts = [asyncio.create_task(part) for part in (discord.gateway.run(), following.run())]
        while "connected." not in discord.gateway.state():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
        await questions(delivery(rooms, [discord.messenger], owner="bench", observe=ignore))
        for part in parts:
            part.cancel()
        await asyncio.wait(parts)


if __name__ == "__main__":
    served(serve)
