"""Our side of `benchmarks.discord`: one process that serves Discord, and says what it used when asked.

A line on its standard input is a question, a line of JSON on its standard output the answer: ``used`` tells its
processor time and memory, ``bring`` first brings all that is due. It ends with its input.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.search import memory
from bot.app.delivering import delivery
from bot.app.discord import on_discord
from bot.app.rooms import opened
from bot.settings import DiscordSettings, Settings

if TYPE_CHECKING:
    from bot.app.delivering import Delivery

UNLIMITED = 1e6
"""Requests a second: so many that nothing waits for its turn."""


def settings_of(folder: Path, api: str, token: str) -> Settings:
    """Where the store and Discord are; the limit of requests is lifted, which no setting can."""
    wanted = DiscordSettings(token=token, api_base=api)
    lifted = wanted.model_copy(update={"requests_per_second": UNLIMITED})
    return Settings(data_dir=folder, store=f"sqlite:///{folder / 'paperround.db'}", discord=lifted)


def used() -> dict[str, float]:
    """Seconds of processor time so far, and MiB held now; *mapped* ones of files, which the system may take back."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": spent.ru_utime + spent.ru_stime, "mib": memory(), "mapped": memory("RssFile")}


async def bring(bringing: Delivery) -> None:
    """Bring all that is due now."""
    await bringing.rounds.tick()
    await bringing.courier.settle()


async def questions(bringing: Delivery) -> None:
    """Answer each line of standard input."""
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if line == "bring":
            await bring(bringing)
        print(json.dumps(used()), flush=True)


async def serve(folder: Path, api: str, token: str) -> None:
    """Serve until the input ends; the first answer comes when every server is known."""
    settings = settings_of(folder, api, token)
    async with (
        opened(settings.store_url, data_dir=folder, observe=_ignore) as rooms,
        on_discord(settings, rooms, owner="bench", observe=_ignore) as discord,
    ):
        assert discord is not None
        listening = asyncio.create_task(discord.gateway.run())
        while "connected." not in discord.gateway.state():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
        print(json.dumps(used()), flush=True)
        await questions(delivery(rooms, [discord.messenger], owner="bench", observe=_ignore))
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def _ignore(_: object) -> None:
    """Nobody listens."""


def main() -> None:
    """Serve; with a fourth argument the profile is written to that file."""
    folder, api, token, *profile = sys.argv[1:]
    if not profile:
        asyncio.run(serve(Path(folder), api, token))
        return
    profiled = cProfile.Profile()
    with profiled:
        asyncio.run(serve(Path(folder), api, token))
    pstats.Stats(profiled).dump_stats(profile[0])


if __name__ == "__main__":
    main()
