"""What the tests of the command line share: a folder of their own, and a Hugging Face that answers beside them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import stamina

from tests.servers.huggingface import HuggingFaceServer, huggingface, item

TODAY = datetime.now(UTC).date()
"""Of the real clock: the command line has no other."""
OLD = date(2025, 10, 16)
"""A list day whose votes have come to rest."""


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PAPERROUND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PAPERROUND_SOURCE__BASE_URL", "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HuggingFaceServer]:
    """A Hugging Face in a thread of its own, where the settings of this test look for it; three days hold papers."""
    days = {OLD - timedelta(days=back): _papers(OLD - timedelta(days=back)) for back in range(3)}
    with _running(HuggingFaceServer(today=TODAY, days=days)) as running:
        monkeypatch.setenv("PAPERROUND_SOURCE__BASE_URL", running.url)
        yield running


def _papers(day: date) -> list[dict[str, object]]:
    titles = ("Agents that plan", "Diffusion of images")
    return [
        item(f"25{day:%d}.0000{place}", f"{title} {day:%d}", upvotes=20 - place, day=day)
        for place, title in enumerate(titles)
    ]


@contextmanager
def _running(wanted: HuggingFaceServer) -> Iterator[HuggingFaceServer]:
    """*wanted*, served until the block ends: `main` has an event loop of its own, so the server needs another."""
    started: list[HuggingFaceServer] = []
    up, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with huggingface(wanted.days, today=wanted.today) as running:
            started.append(running)
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert up.wait(timeout=10)
        yield started[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()
