"""`paperround run` with a port for metrics: what is typed is counted, and a port that cannot be had is one line."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.app.sources import SAMPLE_DAY
from handlers.listening import listen
from tests.handlers.metrics.scraping import Scrape, scrape

ROOT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "bot", "run", "--source", str(SAMPLE_DAY)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


async def scraped_once(address: str, name: str) -> Scrape:
    """What is told once *name* has a number; at most twenty seconds."""
    async with asyncio.timeout(20):
        while True:
            try:
                found = await scrape(address)
            except aiohttp.ClientConnectionError:
                found = None
            if found and found.samples[name]:
                return found
            await asyncio.sleep(0.05)


async def test_what_a_running_process_does_is_counted(elsewhere: Path) -> None:
    with listen("127.0.0.1", 0, what="Nothing", setting="none") as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/metrics"
    process = await asyncio.create_subprocess_exec(
        *RUN,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=elsewhere,
        env=environment(PAPERROUND_METRICS__PORT=str(port)),
    )
    assert process.stdin
    process.stdin.write(b"help\nfly me\nshow 2401.99999\n")
    await process.stdin.drain()
    declined = "paperround_commands_total{outcome=declined,platform=terminal}"
    found = await scraped_once(address, declined)
    process.terminate()
    _, told = await process.communicate()
    assert process.returncode == 0, told
    assert f"Metrics are at {address}" in told.decode()
    assert found.samples["paperround_store_up"] == 1
    assert found.samples["paperround_commands_total{outcome=done,platform=terminal}"] >= 1
    assert found.samples["paperround_processes"] == 1


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param(["METRICS"], "Metrics cannot be served at 127.0.0.1 port", id="taken by another"),
        pytest.param(["METRICS", "WEB"], "is the web part's", id="the page's own"),
    ],
)
def test_a_port_that_cannot_be_had_is_one_clear_line(elsewhere: Path, names: list[str], told: str) -> None:
    with listen("127.0.0.1", 0, what="Nothing", setting="none") as taken:
        port = str(taken.getsockname()[1])
        more = {f"PAPERROUND_{name}__PORT": port for name in names}
        done = subprocess.run(  # noqa: S603 - our own program
            RUN,
            input="help\n",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=elsewhere,
            env=environment(**more),
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert "PAPERROUND_METRICS__PORT" in done.stderr
    assert done.stdout == ""
