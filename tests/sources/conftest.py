"""What the tests of sources share: a moment, a day, a server, a source that asks it without waiting."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from bot.sources.huggingface import Budget, HuggingFace, Patience
from tests.servers.huggingface import HuggingFaceServer, huggingface

DAY = date(2025, 10, 16)
NOW = datetime(2025, 10, 16, 8, 0, tzinfo=UTC)
AT_ONCE = Patience(
    timeout=timedelta(seconds=5), attempts=3, first_wait=timedelta(), longest_wait=timedelta(milliseconds=1)
)
TOKEN = "hf_secret"


class TestClock:
    """A clock that stands until it is moved."""

    __test__ = False

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def server() -> AsyncGenerator[HuggingFaceServer]:
    async with huggingface(today=DAY) as running:
        yield running


@pytest.fixture
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def source(server: HuggingFaceServer, http: aiohttp.ClientSession, clock: TestClock) -> HuggingFace:
    return HuggingFace(
        http,
        clock=clock,
        user_agent="Paperround/test (+https://example.org)",
        base=server.url,
        token=SecretStr(TOKEN),
        patience=AT_ONCE,
        budget=Budget(),
    )
