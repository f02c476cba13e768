"""How long do several processes together take to bring what is due, at a pace of 45 posts a second?

Real processes and a platform that allows 50 a second: the time from the first to the last post it stored (aim: within
3 % of the posts divided by 45/s), and how often it had to say 429 (aim: never). A SQLite file has one process.

    python -m benchmarks.drain [--small] [--store sqlite] [--store redis] [--store valkey]
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from storage.opening import open_store
from tests.servers.couriers import (
    STORES,
    Load,
    NoServer,
    all_running,
    couriers,
    seed,
    server_of,
    settled,
    store_at,
    verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOWED = 50
PACE = 45
PROCESSES = 4
_COLUMNS = (
    "store",
    "processes",
    "posts",
    "seconds",
    "posts / 45/s",
    "more",
    "429",
    "most in a second",
    "twice or lost",
)


async def drained(url: str, folder: Path, *, count: int, processes: int) -> str:
    """The row of the table for one store."""
    servers = {"both": server_of("both", seed=1)}
    server = servers["both"]
    server.per_second, server.latency = ALLOWED, (0.03, 0.12)
    async with open_store(url) as store:
        expected = await seed(store, servers, Load(each=count, parts=1))
    options = ("--rounds", "--pace", str(PACE))
    async with all_running(servers), couriers(url, servers, folder / "errors", *options) as herd:
        await asyncio.gather(*(herd.start() for _ in range(processes)))
        await settled(url, within=120 + count / PACE)
        assert set(await herd.stop()) == {0}
        assert not herd.defects, herd.defects
    judged = await verdict(url, server, expected)
    arrived = sorted(message.at for message in server.stored)
    took, aim = arrived[-1] - arrived[0], (len(arrived) - 1) / PACE
    cells = (
        f"{processes}",
        f"{len(arrived):,}",
        f"{took:.2f}",
        f"{aim:.2f}",
        f"{took / aim - 1:+.1%}",
        f"{server.answers[429]}",
        f"{_most_in_a_second(arrived)}",
        f"{judged.twice + judged.lost}",
    )
    return " | ".join(cells)


def _most_in_a_second(arrived: Sequence[float]) -> int:
    return max(bisect.bisect_left(arrived, at + 1) - place for place, at in enumerate(arrived))


async def measure(kind: str, *, count: int) -> str:
    """The row for a store of *kind*; raises `NoServer`."""
    processes = 1 if kind == "sqlite" else PROCESSES
    with tempfile.TemporaryDirectory() as name:
        async with store_at(kind, Path(name)) as url:
            row = await drained(url, Path(name), count=count, processes=processes)
    return f"| {kind} | {row} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="60 posts")
    parser.add_argument("--store", action="append", choices=STORES)
    chosen = parser.parse_args(arguments)
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    for kind in chosen.store or (STORES[:1] if chosen.small else STORES[:2]):
        try:
            print(asyncio.run(measure(kind, count=60 if chosen.small else 2000)), flush=True)
        except NoServer as none:
            print(f"  {none}")


if __name__ == "__main__":
    main()
