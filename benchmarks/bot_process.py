"""Both ends of our own process beside a platform's server: asked through its standard input, measured from within.

A line on its input is a question, a line of JSON on its output the answer: ``used`` tells its processor time and memory,
``bring`` first brings all that is due. It ends with its input.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import resource
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING, Any

from benchmarks.search import memory
from bot.collecting import collect_rarely

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from bot.app.delivering import Delivery

UNLIMITED = 1e6
"""Requests a second: so many that nothing waits for its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What our process spent so far, and holds now; *mapped* MiB are of files, which the system may take back.

    *waited* are seconds that its loop was ready and others had the processors.
    """

    seconds: float
    waited: float
    mib: float
    mapped: float

    def __str__(self) -> str:
        return f"{self.mib:.0f}, of it mapped files {self.mapped:.0f}"


# From outside


class Bot:
    """Our process, and how to ask it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def heard(self) -> Used:
        """What it says next."""
        assert self._process.stdout is not None
        return Used(**json.loads(await self._process.stdout.readline()))

    async def ask(self, question: str) -> Used:
        """What it says to *question*."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{question}\n".encode())
        await self._process.stdin.drain()
        return await self.heard()


@asynccontextmanager
async def serving(module: str, told: Mapping[str, Any], profile: str) -> AsyncGenerator[Bot]:
    """The process of *module*, which is told *told*, as long as it is open; its profile is written to *profile*."""
    arguments = [json.dumps(told), *([profile] if profile else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    try:
        yield Bot(process)
    finally:
        process.stdin.close()
        await process.wait()


# From within


def say() -> None:
    """Tell what was used."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, waited, _ = Path("/proc/self/schedstat").read_text(encoding="ascii").split()  # of the first thread
    used = Used(
        seconds=spent.ru_utime + spent.ru_stime,
        waited=int(waited) / 1e9,
        mib=memory(),
        mapped=memory("RssFile"),
    )
    print(json.dumps(asdict(used)), flush=True)


async def questions(bringing: Delivery) -> None:
    """Say that we are there, then answer each line of standard input."""
    say()
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if line == "bring":
            await bringing.rounds.tick()
            await bringing.courier.settle()
        say()


def served(serve: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Let *serve* do what the command line says; with a second argument the profile is written to that file."""
    told, *profile = sys.argv[1:]
    collect_rarely()  # as a process does that runs

    async def run() -> None:
        await serve(json.loads(told))

    if not profile:
        asyncio.run(run())
        return
    profiled = cProfile.Profile(thread_time)  # of the loop alone, however busy the machine is
    with profiled:
        asyncio.run(run())
    pstats.Stats(profiled).dump_stats(profile[0])


def ignore(_: object) -> None:
    """Nobody listens."""
