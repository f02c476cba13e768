"""What becomes of deliveries while couriers are killed and platforms fail?

Real processes on a real store are ended with SIGKILL at seeded random moments, while one post in ten goes wrong in
one of ten ways. Judged by what the platforms stored. On a server several processes race; a SQLite file has one.

    python -m benchmarks.crash [--small] [--store sqlite] [--store redis] [--store valkey] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storage.opening import open_store
from tests.servers.couriers import (
    STORES,
    Load,
    NoServer,
    Verdict,
    all_running,
    couriers,
    harass,
    seed,
    server_of,
    settled,
    store_at,
    verdict,
)
from tests.servers.platform_messenger import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.servers.platform import PlatformServer

LEASE = 3
RACING = 3
KNOWN_BY = {
    "both": "nonce for 120 s, history",
    "nonce": "nonce for 120 s",
    "history": "history",
    "neither": "nothing",
}
_COLUMNS = (
    "store",
    "known by",
    "deliveries",
    "once",
    "twice",
    "lost",
    "unknown",
    "of them there",
    "behind",
    "refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordeal:
    """How much is to be brought, and how often couriers are killed, each after *life* seconds."""

    load: Load
    kills: int
    life: tuple[float, float] = (0.05, 0.6)
    latency: tuple[float, float] = (0.02, 0.2)
    rate: float = 0.1


FULL = Ordeal(load=Load(each=250, within=timedelta(seconds=45)), kills=60)
SMALL = Ordeal(load=Load(each=4, within=timedelta(seconds=1)), kills=2)


async def endured(url: str, ordeal: Ordeal, *, racing: int, chance: random.Random, folder: Path) -> str:
    """The rows of the table for one store."""
    servers = {kind: server_of(kind, seed=chance.randrange(1000), rate=ordeal.rate) for kind in KINDS}
    for server in servers.values():
        server.latency = ordeal.latency
    async with open_store(url) as store:
        expected = await seed(store, KINDS, ordeal.load)
    began = time.monotonic()
    options = ("--rounds", "--lease", str(LEASE))
    async with all_running(servers), couriers(url, servers, folder / "errors", *options) as herd:
        await harass(herd, ordeal.kills, racing=racing, chance=chance, life=ordeal.life)
        for server in servers.values():
            server.rate = 0
        await settled(url, within=600)
        ends = await herd.stop()
        assert set(ends) == {0}, ends
        assert not herd.defects, herd.defects
    took = time.monotonic() - began
    judged = {
        kind: await verdict(url, server, [key for key in expected if f"/{kind}" in key])
        for kind, server in servers.items()
    }
    return _rows(url, judged) + _told(servers, ordeal, racing, took)


def _rows(url: str, judged: Mapping[str, Verdict]) -> str:
    name = url.partition(":")[0]
    return "".join(_row(name, kind, one) for kind, one in judged.items())


def _row(name: str, kind: str, one: Verdict) -> str:
    assert not one.strange, one
    counts = (
        one.expected,
        one.once,
        one.twice,
        one.lost,
        one.unknown,
        one.unknown_there,
        one.behind,
        one.refused,
    )
    return f"| {name} | {KNOWN_BY[kind]} | {' | '.join(f'{count:,}' for count in counts)} |\n"


def _told(servers: Mapping[str, PlatformServer], ordeal: Ordeal, racing: int, took: float) -> str:
    posts = sum(server.posts for server in servers.values())
    dropped = sum(server.dropped for server in servers.values())
    looks = sum(server.looks for server in servers.values())
    return (
        f"  {ordeal.kills} kills of {racing} at once in {took:.0f} s; {posts:,} posts, of which {dropped:,} known "
        f"by their nonce; {looks:,} looks\n"
    )


async def measure(kind: str, ordeal: Ordeal, *, number: int) -> str:
    """The rows for a store of *kind*; raises `NoServer`."""
    racing, chance = 1 if kind == "sqlite" else RACING, random.Random(number)
    with tempfile.TemporaryDirectory() as name:
        async with store_at(kind, Path(name)) as url:
            rows = await endured(url, ordeal, racing=racing, chance=chance, folder=Path(name))
    return rows.replace("| redis |", f"| {kind} |")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--store", action="append", choices=STORES)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    stores = chosen.store or (STORES[:1] if chosen.small else STORES[:2])
    for kind in stores:
        try:
            rows = asyncio.run(measure(kind, SMALL if chosen.small else FULL, number=chosen.seed))
        except NoServer as none:
            rows = f"  {none}\n"
        print(rows, end="", flush=True)


if __name__ == "__main__":
    main()
