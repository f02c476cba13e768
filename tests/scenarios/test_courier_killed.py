"""Courier processes are killed with SIGKILL at random moments while platforms fail: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.opening import open_store
from tests.servers.couriers import (
    Load,
    NoServer,
    all_running,
    couriers,
    harass,
    seed,
    server_of,
    settled,
    store_at,
    verdict,
)
from tests.servers.platform import late, throttled
from tests.servers.platform_messenger import KINDS

KILLS = 8
LEASE = 3
LOAD = Load(each=20, within=timedelta(seconds=3))
"""A hundred and sixty deliveries: two messages each for twenty subscriptions on four platforms."""


@pytest.fixture
async def url(store: str, tmp_path: Path) -> AsyncIterator[str]:
    try:
        async with store_at(store, tmp_path) as url:
            yield url
    except NoServer as none:
        pytest.skip(f"{none}")


@pytest.mark.parametrize(("store", "racing"), [("sqlite", 1), ("redis", 3), ("valkey", 3)])
async def test_couriers_killed_eight_times_lose_nothing_and_repeat_nothing_that_can_be_known(
    url: str, racing: int, tmp_path: Path
) -> None:
    servers = {kind: server_of(kind, seed=5, rate=0.1) for kind in KINDS}
    for server in servers.values():
        server.latency = (0.01, 0.15)
    async with open_store(url) as store:
        expected = await seed(store, KINDS, LOAD)
    options = ("--rounds", "--lease", str(LEASE))
    async with all_running(servers), couriers(url, servers, tmp_path / "errors", *options) as herd:
        await harass(herd, KILLS, racing=racing, chance=random.Random(3), life=(0.02, 0.4))
        for server in servers.values():
            server.rate = 0
        await settled(url, within=60)
        assert await herd.stop() == [0] * racing
        assert herd.defects == ""

    for kind, server in servers.items():
        found = await verdict(url, server, [key for key in expected if f"/{kind}" in key])
        assert (found.lost, found.strange, found.twice) == (0, 0, 0), kind
        if kind in ("both", "history"):
            assert found.clean, (kind, found)
        if kind != "neither":
            assert found.once == found.expected, (kind, found)
        assert found.once + (found.unknown - found.unknown_there) + found.behind == found.expected, kind


async def test_a_courier_told_to_stop_ends_what_it_is_posting_and_gives_back_the_rest(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    servers = {"both": server_of("both", seed=1)}
    servers["both"].kinds, servers["both"].rate = (late(1.5),), 1
    async with open_store(url) as store:
        expected = await seed(store, servers, Load(each=40, parts=1))
    options = ("--rounds", "--pace", "20", "--lease", "30")
    async with all_running(servers), couriers(url, servers, tmp_path / "errors", *options) as herd:
        await herd.start()
        while servers["both"].posts < 3:  # noqa: ASYNC110 - another process does what is waited for
            await asyncio.sleep(0.05)
        told = time.monotonic()
        assert await herd.stop() == [0]
        assert time.monotonic() - told < 20
        assert herd.defects == ""
        stored = len(servers["both"].stored)
        async with open_store(url) as store:
            counts = await store.outbox.counts()
        assert 3 <= stored < len(expected)
        assert (counts["sent"], counts["sending"], counts["unknown"]) == (stored, 0, 0)

        servers["both"].rate = 0
        await herd.start()
        await settled(url, within=20)
    found = await verdict(url, servers["both"], expected)
    assert found.clean, found


async def test_a_platform_that_wants_to_be_spared_gets_the_rest_at_its_pace_afterwards(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    servers = {"both": server_of("both", seed=1)}
    servers["both"].by_number = {5: throttled(2, scope="all")}
    async with open_store(url) as store:
        expected = await seed(store, servers, Load(each=90, parts=1))
    # Only thirty of them can be promised a slot under such a lease.
    options = ("--rounds", "--pace", "30", "--lease", str(LEASE))
    async with all_running(servers), couriers(url, servers, tmp_path / "errors", *options) as herd:
        await herd.start()
        await settled(url, within=30)
        assert await herd.stop() == [0]
        assert herd.defects == ""
    found = await verdict(url, servers["both"], expected)
    assert found.clean, found
    assert servers["both"].answers[429] <= 3  # what was on its way when the first was told
    gaps = [later.at - one.at for one, later in itertools.pairwise(servers["both"].stored)]
    assert sum(gap > 1.5 for gap in gaps) == 1
