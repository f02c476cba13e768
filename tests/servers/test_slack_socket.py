"""Socket Mode of the local Slack, through slack_sdk's own client."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.server import SlackServer
from tests.servers.slack.sockets import Reason
from tests.servers.slack.world import User
from tests.servers.slack_app import bolt, on_socket


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_client_that_is_told_to_leave_comes_back(
    slack: SlackServer, ana: User, reason: Reason
) -> None:
    app = bolt(slack)
    heard = asyncio.Queue[str]()

    @app.event("app_home_opened")
    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait(event["user"])

    async with on_socket(slack, app):
        await slack.sockets.disconnect(reason)
        await slack.sockets.ready(opened=2)
        await slack.open_home(ana)
        assert await asyncio.wait_for(heard.get(), 5) == ana.id


async def test_a_closed_connection_comes_back_and_an_unheard_command_is_not_repeated(
    slack: SlackServer, ana: User
) -> None:
    async with on_socket(slack, bolt(slack)):
        await slack.sockets.close()
        await slack.sockets.ready(opened=2)
        slack.sockets.patience = 0.1
        asked = await slack.shortcut(ana, "nobody listens")
        await slack.settled()
    assert [ack.status for ack in asked.acks] == [0]


async def test_a_cut_connection_comes_back_and_the_event_comes_again(slack: SlackServer, ana: User) -> None:
    slack.retries = (0, 0, 0)
    async with aiohttp.ClientSession() as http:
        kept, lost = [await connected(slack, http) for _ in range(2)]
        slack.over_socket()
        asked = await slack.open_home(ana)
        first = await lost.receive_json()
        slack.sockets.connections[1].abort()
        again = await kept.receive_json()
        await kept.send_json({"envelope_id": again["envelope_id"]})
        assert (await asked.ack(1)).good
    assert [(one["retry_attempt"], one["retry_reason"]) for one in (first, again)] == [
        (0, ""),
        (1, "timeout"),
    ]
    assert first["payload"]["event_id"] == again["payload"]["event_id"]
    assert first["envelope_id"] != again["envelope_id"]


async def connected(slack: SlackServer, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    web = AsyncWebClient(base_url=slack.api)
    url = str((await web.apps_connections_open(app_token=slack.known_as.app_token))["url"])
    socket = await http.ws_connect(url)
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def test_a_client_that_gets_no_pong_connects_anew(slack: SlackServer) -> None:
    async with on_socket(slack, bolt(slack)):
        slack.sockets.silent = True
        await slack.sockets.ready(opened=2)
        slack.sockets.silent = False


async def test_each_address_is_good_once_and_for_the_app_token(slack: SlackServer, ana: User) -> None:
    web = AsyncWebClient(base_url=slack.api)
    async with aiohttp.ClientSession() as http:
        url = str((await web.apps_connections_open(app_token=slack.known_as.app_token))["url"])
        await (await http.ws_connect(url)).close()
        for spent in (url, f"{slack.url}/link/?ticket=guessed"):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
                await http.ws_connect(spent)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await web.apps_connections_open(app_token=slack.token_of(ana.workspace))
