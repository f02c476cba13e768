"""Learning who we are in a workspace, before anything else; with the real slack_sdk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.domain.errors import BadConfiguration
from bot.domain.events import Event, GatewayLost
from bot.domain.subscriptions import Platform
from handlers.slack.access import Access, OneWorkspace
from handlers.slack.introducing import Introduced
from handlers.slack.messenger import session
from tests.servers.faults import cut
from tests.servers.slack.faults import failing, refusing, throttled
from tests.servers.slack.grants import BASE
from tests.servers.slack.server import SlackServer, running


@dataclass
class House:
    """One process that does not know yet where it is; sleeping takes no time."""

    server: SlackServer
    http: aiohttp.ClientSession
    token: str
    known: OneWorkspace = field(init=False)
    events: list[Event] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    back: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = OneWorkspace(Access(token=self.token))

    async def introduce(self) -> None:
        await Introduced(
            self.known,
            self.token,
            self,
            http=self.http,
            base=self.server.api,
            observe=self.events.append,
            sleep=self._sleep,
        ).introduce()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        self.back.append(f"{platform}:{workspace}")
        return 0

    async def all_back(self, platform: Platform, present: Container[str]) -> int:
        raise NotImplementedError


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with running(SlackServer()) as server, session() as http:
        yield House(server, http, server.token_of(server.add_workspace("Lab")))


async def test_the_workspace_its_scopes_and_our_name_there_are_learnt(house: House) -> None:
    await house.introduce()
    [team] = house.server.world.workspaces.values()
    access = await house.known.of(team.id)
    assert access == Access(token=house.token, scopes=BASE, user=team.bot.id)
    assert await house.known.of("T9") is None
    assert house.back == [f"slack:{team.id}"]


async def test_an_outage_of_slacks_is_waited_for(house: House) -> None:
    house.server.fail(failing(503, keeps=False), method="auth.test", times=3)
    await house.introduce()
    assert house.slept == [1, 2, 4]
    assert house.events == [GatewayLost(reason="Slack does not say who we are: fatal_error")] * 3
    assert len(house.back) == 1


async def test_it_is_asked_again_no_sooner_than_slack_wants(house: House) -> None:
    house.server.fail(throttled(30), method="auth.test")
    await house.introduce()
    assert house.slept == [30]


async def test_without_a_network_the_log_says_so(house: House) -> None:
    house.server.fail(cut(keeps=False), method="auth.test")
    await house.introduce()
    assert house.events == [
        GatewayLost(reason="Slack does not say who we are: cut off (ServerDisconnectedError)")
    ]


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_token_that_is_none_is_for_the_operator_to_mend(house: House, error: str) -> None:
    house.server.fail(refusing(error), method="auth.test", times=0)
    with pytest.raises(BadConfiguration, match="Slack does not take the bot token") as raised:
        await house.introduce()
    assert "PAPERROUND_SLACK__BOT_TOKEN" in raised.value.hint
    assert house.token not in f"{raised.value!r}{raised.value.hint}"
