"""Two processes listen for Slack behind one balancer, on one Redis, which goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from tests.scenarios.slack_lab import EIGHT, Lab, installed, laboratory, listed
from tests.servers.redis import RedisServer, find_server, redis_server
from tests.services.conftest import Clock


@dataclass
class Two:
    """The processes *first* and *second*; Slack tells them things in turn."""

    first: Lab
    second: Lab
    redis: RedisServer


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    program = find_server("redis")
    if isinstance(program, str):
        pytest.skip(program)
    async with (
        redis_server(program, tmp_path) as redis,
        laboratory(Clock(), tmp_path, http=True) as first,
        first.running("one", store=redis.url),
    ):
        await listed(first)
        await installed(first, first.ana)
        second = replace(first, port=unused_port(), folder=tmp_path / "two")
        second.folder.mkdir()
        async with second.running("two", store=redis.url):
            await second.rooms.searching.catch_up()
            first.server.over_http(f"{first.address}/slack/events", f"{second.address}/slack/events")
            yield Two(first, second, redis)
            await redis.start() if redis.process and redis.process.returncode is not None else None


async def test_what_one_process_offers_the_other_saves_and_one_digest_comes(two: Two) -> None:
    await two.first.subscribed()
    assert len(await two.second.rooms.store.subscriptions.all()) == 1
    await asyncio.gather(two.first.town.at(EIGHT), two.second.town.at(EIGHT))
    assert sum("Agents 3" in one.words for one in two.first.posted) == 1


async def test_what_comes_to_each_of_them_is_answered_once(two: Two) -> None:
    asked = await two.first.asked(two.first.ben, "today")
    await asked.message()
    again = two.first.server.web.sent[-1]
    for port in (two.first.port, two.second.port):
        sent = replace(again, url=f"http://127.0.0.1:{port}/slack/events")
        assert (await two.first.server.web.replay(sent)).status == 409
    assert len(asked.replies) == 1


async def test_while_the_store_is_away_people_are_told_and_then_all_goes_on(two: Two) -> None:
    await two.first.subscribed()
    await two.redis.stop()
    for _ in range(2):
        asked = await two.first.asked(two.first.ana, "subscriptions")
        assert (await asked.ack()).after < 3
        said = (await asked.message(within=15)).words
        assert "I cannot reach what I know just now." in said
        assert "127.0.0.1" not in said
    home = await two.first.server.open_home(two.first.ana)
    assert (await home.ack()).status == 500  # Slack tells of it again
    await two.redis.start()
    shown = await two.first.ask(two.first.ana, "subscriptions")
    assert "1 subscription" in shown.words
