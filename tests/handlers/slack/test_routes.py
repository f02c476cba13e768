"""What arrives at our address is read no further, and waited for no longer, than Slack needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.events import Event
from handlers.slack.origins import slacks
from handlers.slack.routes import EventRoutes


async def hear(_: AsyncBoltRequest) -> BoltResponse:
    raise AssertionError("nothing was signed")


@asynccontextmanager
async def served(patience: float) -> AsyncIterator[BaseTestServer]:
    events: list[Event] = []
    app = web.Application()
    app.add_routes(EventRoutes(hear, "hunter2", observe=events.append, patience=patience).routes())
    async with TestServer(app) as server:
        yield server


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async with served(0.05) as server, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert b" 408 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("url", "api", "known"),
    [
        ("https://hooks.slack.com/commands/T1/2/3", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/actions/T1/2/3", "https://slack-gov.com/api/", True),
        ("https://hooks.slack.com/commands/T1/2/3", "http://127.0.0.1:8000/api/", True),
        ("http://127.0.0.1:8000/response/x", "http://127.0.0.1:8000/api/", True),
        ("http://127.0.0.1:6379/", "http://127.0.0.1:8000/api/", False),
        ("http://hooks.slack.com/commands/T1", "https://slack.com/api/", False),
        ("https://hooks.slack.com:8443/x", "https://slack.com/api/", False),
        ("https://notslack.com/x", "https://slack.com/api/", False),
        ("https://slack.com.evil.example/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com@evil.example/x", "https://slack.com/api/", False),
        ("https://evil.example\\@hooks.slack.com/x", "https://slack.com/api/", False),
        ("https://evil.example/#.slack.com", "https://slack.com/api/", False),
        ("http://169.254.169.254/latest/meta-data", "https://slack.com/api/", False),
        ("file:///etc/passwd", "https://slack.com/api/", False),
        ("//hooks.slack.com/x", "https://slack.com/api/", False),
        ("https://[::1", "https://slack.com/api/", False),
        ("x", "https://slack.com/api/", False),
    ],
)
def test_an_address_is_slacks_or_not(url: str, api: str, *, known: bool) -> None:
    assert slacks(url, api) is known
