"""How fast are the pages? Requests a second and how long the slowest wait, on one core each for server and reader.

A recorded month is served by a process of its own on loopback. *full* is as many requests as 16 connections can make;
*200/s* asks at even times, whether the last was answered or not, and counts from the time it should have been asked.
*first* is the answer that had to be made. Aim: p99 under 50 ms at 200 requests/s.

    python -m benchmarks.web [--seconds N] [PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.match import DAILY
from bot.app.rooms import opened
from bot.app.web import on_web
from bot.settings import Settings, WebSettings
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PAGES = {
    "day": "/date/2025-10-16",
    "day, filtered": "/date/2025-10-16?filter=agents,%20%22world%20model%22%20-survey",
    "month": "/month/2025-10",
    "month, filtered": "/month/2025-10?filter=agents,%20%22world%20model%22%20-survey",
    "month, another filter": "/month/2025-10?filter=video%20AND%20diffusion",
    "search": "/search?q=video%20diffusion",
    "paper": "/papers/2510.14545",
    "feed": "/feeds/atom?filter=agents",
}
CONNECTIONS = 16
RATE = 200
FIRST, LAST = date(2025, 9, 15), date(2025, 10, 31)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run saw: how long each request took, in seconds, and the whole."""

    times: list[float]
    took: float

    def slowest(self, share: float) -> float:
        """The milliseconds that all but *share* of the requests stayed under."""
        return sorted(self.times)[int(len(self.times) * (1 - share))] * 1000


def serve(path: str, tell: Connection) -> None:
    """Serve what is recorded at *path* until ended; tells where."""
    with suppress(AttributeError):
        os.sched_setaffinity(0, {0})
    asyncio.run(_serve(path, tell))


async def _serve(path: str, tell: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), web=WebSettings())
        async with opened(f"sqlite:///{folder}/web.db", observe=lambda _: None) as rooms:
            async for listing in Archive(Path(path)).listings(FIRST, LAST):
                await rooms.ingest.keep(listing)
            await rooms.searching.catch_up()
            async with on_web(settings, rooms, port=0) as address:
                tell.send(address)
                await asyncio.to_thread(tell.poll, None)


async def measure(http: aiohttp.ClientSession, path: str, seconds: float) -> tuple[float, Measured, Measured]:
    """How long the first answer took, and both kinds of load."""
    first = await _timed(http, path)
    return first, await _full(http, path, seconds), await _paced(http, path, seconds)


async def _timed(http: aiohttp.ClientSession, path: str, since: float | None = None) -> float:
    began = perf_counter() if since is None else since
    async with http.get(path) as answer:
        assert answer.status == 200
        await answer.read()
    return perf_counter() - began


async def _full(http: aiohttp.ClientSession, path: str, seconds: float) -> Measured:
    began = perf_counter()
    times: list[float] = []

    async def ask() -> None:
        while perf_counter() - began < seconds:
            times.append(await _timed(http, path))

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return Measured(times, perf_counter() - began)


async def _paced(http: aiohttp.ClientSession, path: str, seconds: float) -> Measured:
    began = perf_counter()
    asked: list[asyncio.Task[float]] = []
    for place in range(int(seconds * RATE)):
        due = began + place / RATE
        await asyncio.sleep(max(due - perf_counter(), 0))
        asked.append(asyncio.create_task(_timed(http, path, due)))
    return Measured(list(await asyncio.gather(*asked)), perf_counter() - began)


async def main() -> None:
    """Measure each page, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", nargs="?", default=str(DAILY))
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--small", action="store_true", help="a second each")
    chosen = parser.parse_args()
    seconds = 1.0 if chosen.small else chosen.seconds
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(chosen.path, there), daemon=True
    )
    server.start()
    address = await asyncio.to_thread(here.recv)
    print(
        "| page | kB | packed | first ms | requests/s | p50 ms | p99 ms | p99 at 200/s |\n|---|---|---|---|---|---|---|---|"
    )
    headers = {"Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(address, headers=headers, auto_decompress=False) as http:
        for name, path in PAGES.items():
            first, full, paced = await measure(http, path, seconds)
            plain, packed = await _size(http, path, "identity"), await _size(http, path, "gzip")
            print(
                f"| {name} | {plain / 1000:.1f} | {packed / 1000:.1f} | {first * 1000:.0f} |"
                f" {len(full.times) / full.took:,.0f} | {full.slowest(0.5):.1f} | {full.slowest(0.01):.1f} |"
                f" {paced.slowest(0.01):.1f} |"
            )
    server.terminate()
    server.join()


async def _size(http: aiohttp.ClientSession, path: str, coding: str) -> int:
    async with http.get(path, headers={"Accept-Encoding": coding}) as answer:
        return len(await answer.read())


if __name__ == "__main__":
    asyncio.run(main())
