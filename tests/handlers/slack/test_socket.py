"""Socket Mode: what ends a connection, how long is waited, what an operator must mend; with the real slack_sdk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import BadConfiguration
from bot.domain.events import Event, GatewayLost
from handlers.slack.messenger import session
from handlers.slack.socket import Socket
from tests.servers.slack.faults import failing, refusing, throttled
from tests.servers.slack.server import SlackServer, running
from tests.servers.slack.world import User, Workspace

OPEN = "apps.connections.open"
QUICK = timedelta(milliseconds=50)


@dataclass
class House:
    """One process; sleeping takes no time, and how long it would have is noted."""

    server: SlackServer
    http: aiohttp.ClientSession
    heard: list[AsyncBoltRequest] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    status: int = 200

    def socket(self, base: str = "", token: str = "") -> Socket:
        return Socket(
            self._hear,
            token or self.server.known_as.app_token,
            http=self.http,
            base=base or self.server.api,
            observe=self.events.append,
            ping=QUICK,
            sleep=self._sleep,
        )

    async def _hear(self, request: AsyncBoltRequest) -> BoltResponse:
        self.heard.append(request)
        return BoltResponse(status=self.status, body="")

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def running(self, socket: Socket) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(socket.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @property
    def reasons(self) -> list[str]:
        return [one.reason for one in self.events if isinstance(one, GatewayLost)]


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with running(SlackServer()) as server, session() as http:
        server.over_socket()
        yield House(server, http)


@pytest.fixture
def lab(house: House) -> Workspace:
    return house.server.add_workspace("Lab")


@pytest.fixture
def ana(house: House, lab: Workspace) -> User:
    return house.server.add_user(lab, "ana")


async def test_what_slack_tells_is_heard_and_acknowledged(house: House, lab: Workspace, ana: User) -> None:
    socket = house.socket()
    assert socket.state() == "Slack: connecting."
    async with house.running(socket):
        asked = await house.server.open_home(ana)
        assert (await asked.ack()).good
        assert socket.state() == "Slack: connected."
    assert [one.body["team_id"] for one in house.heard] == [lab.id]


async def test_what_could_not_be_handled_is_not_acknowledged(house: House, ana: User) -> None:
    house.status, house.server.sockets.patience = 500, 0.1
    house.server.retries = (0.0,)
    async with house.running(house.socket()):
        asked = await house.server.open_home(ana)
        await asked.ack(1)
    assert [one.status for one in asked.acks] == [0, 0]
    assert house.heard[1].headers["x-slack-retry-num"] == ["1"]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_connection_that_is_to_end_is_followed_by_another_without_a_gap(
    house: House, ana: User, reason: str
) -> None:
    async with house.running(house.socket()):
        await house.server.sockets.ready(1)
        await house.server.sockets.disconnect(reason)  # type: ignore[arg-type]
        await house.server.sockets.ready(2)
        assert (await (await house.server.open_home(ana)).ack()).good
        async with asyncio.timeout(5):
            while len(house.server.sockets.connections) > 1:  # noqa: ASYNC110 - the old one is closed a moment later
                await asyncio.sleep(0.01)
    assert house.reasons == []


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_a_connection_that_breaks_is_made_again(house: House, ana: User, how: str) -> None:
    async with house.running(house.socket()):
        await house.server.sockets.ready(1)
        if how == "close":
            await house.server.sockets.close(1001)
        else:
            house.server.sockets.abort()
        await house.server.sockets.ready(2)
        assert (await (await house.server.open_home(ana)).ack()).good
    assert house.reasons == ["Slack’s connection ended"]


async def test_a_connection_that_answers_no_more_is_made_again(house: House) -> None:
    async with house.running(house.socket()):
        await house.server.sockets.ready(1)
        house.server.sockets.silent = True
        await house.server.sockets.ready(2)


async def test_while_there_is_no_connection_it_says_so(house: House) -> None:
    socket = house.socket()
    async with house.running(socket):
        await house.server.sockets.ready(1)
        house.server.fail(failing(503, keeps=False), method=OPEN, times=0)
        await house.server.sockets.close(1001)
        async with asyncio.timeout(5):
            while not house.slept:  # noqa: ASYNC110 - nothing tells that it waits
                await asyncio.sleep(0.01)
        assert socket.state() == "Slack: connecting."


@pytest.mark.parametrize(
    ("fault", "told", "waits"),
    [
        pytest.param(
            failing(503, keeps=False), "Slack answered fatal_error", [1.0, 2.0, 4.0], id="an outage"
        ),
        pytest.param(throttled(30), "Slack answered ratelimited", [30.0, 30.0, 30.0], id="too often"),
        pytest.param(
            refusing("internal_error"), "Slack answered internal_error", [1.0, 2.0, 4.0], id="internal"
        ),
    ],
)
async def test_slack_is_asked_again_later_and_later(
    house: House, fault: object, told: str, waits: list[float]
) -> None:
    house.server.fail(fault, method=OPEN, times=3)  # type: ignore[arg-type]
    async with house.running(house.socket()):
        await house.server.sockets.ready(1)
    assert house.slept == waits
    assert house.reasons == [told] * 3


async def test_without_a_network_it_waits_five_minutes_at_most(house: House) -> None:
    async with house.running(house.socket(base=f"http://127.0.0.1:{unused_port()}/api/")):
        async with asyncio.timeout(10):
            while len(house.slept) < 12:  # noqa: ASYNC110 - nothing tells that it slept
                await asyncio.sleep(0.01)
    assert house.slept[:4] == [1, 2, 4, 8]
    assert max(house.slept) == 300
    assert house.reasons[0] == "Slack: no connection (ClientConnectorError)"


@pytest.mark.parametrize("error", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_a_wrong_token_ends_it_and_says_where_a_right_one_is(house: House, error: str) -> None:
    house.server.fail(refusing(error), method=OPEN, times=0)
    with pytest.raises(BadConfiguration, match=error) as raised:
        await house.socket().run()
    assert "PAPERROUND_SLACK__APP_TOKEN" in raised.value.hint
    assert "xapp-" not in f"{raised.value!r}{raised.value.hint}"
