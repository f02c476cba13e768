"""A local Discord with one channel, and a way to ask it over plain HTTP; a local Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.servers.discord.rest import Clock, Rest
from tests.servers.discord.server import DiscordServer, running
from tests.servers.discord.world import Channel as DiscordChannel
from tests.servers.slack.server import SlackServer
from tests.servers.slack.server import running as slack_running
from tests.servers.slack.world import Channel, User, Workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer(clock=clock)) as server:
        yield server


@pytest.fixture
def place(server: DiscordServer) -> DiscordChannel:
    return server.add_channel(server.add_guild("Lab"), "papers")


@pytest.fixture
async def rest(server: DiscordServer) -> AsyncIterator[Rest]:
    headers = {"Authorization": f"Bot {server.token}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    timeout = aiohttp.ClientTimeout(total=2)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
        yield Rest(server, http)


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)  # slack_sdk would send loopback traffic there
    async with slack_running(SlackServer()) as server:
        yield server


@pytest.fixture
def lab(slack: SlackServer) -> Workspace:
    return slack.add_workspace("Lab")


@pytest.fixture
def ana(slack: SlackServer, lab: Workspace) -> User:
    return slack.add_user(lab, "ana")


@pytest.fixture
def papers(slack: SlackServer, lab: Workspace, ana: User) -> Channel:
    return slack.add_channel(lab, "papers", ana)
