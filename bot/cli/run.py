"""``paperround run``: the listings are kept fresh, and a terminal can ask."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from bot.app import opened, source_of, terminal, utc_now
from bot.cli.exit_codes import DONE
from bot.services.polling import Polling
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable


async def run(chosen: Namespace) -> int:
    """Follow the source and answer at the prompt, until the prompt is left or the process is told to stop."""
    settings = read_settings()
    async with (
        source_of(settings, chosen.source) as source,
        opened(chosen.store or settings.store_url, source=source) as rooms,
    ):
        polling = Polling(
            source,
            rooms.ingest,
            rooms.searching,
            every=settings.poll_every,
            now=utc_now,
            sleep=asyncio.sleep,
        )
        stop = _told_to_stop()
        async with asyncio.TaskGroup() as parts:
            following = parts.create_task(polling.run(), name="polling")
            talking = _talk(terminal(settings, rooms).run())
            await _first(talking, stop)
            following.cancel()
    return DONE


def _told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _talk(conversation: Awaitable[int]) -> None:
    """Answer what is typed or piped in. Without any input (a service has none) there is nobody to leave: go on."""
    answered = await conversation
    if not answered and not sys.stdin.isatty():
        await asyncio.Event().wait()


async def _first(talking: Awaitable[object], stop: asyncio.Event) -> None:
    """Return when the prompt was left or *stop* is set; errors of the prompt are raised."""
    tasks = {asyncio.ensure_future(talking), asyncio.create_task(stop.wait())}
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    for task in done:
        task.result()
