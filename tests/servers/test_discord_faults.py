"""The limits of the local Discord, and the faults it has on demand."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.servers.discord.channels import CREATE_MESSAGE
from tests.servers.discord.faults import Fault, failing, html, refusing, throttled
from tests.servers.discord.rates import Window
from tests.servers.discord.rest import QUIET, Rest
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import Channel
from tests.servers.faults import cut, half_a_body, hanging, plain_text, truncated


async def test_a_bucket_empties_and_fills(server: DiscordServer, rest: Rest, place: Channel) -> None:
    server.rates.windows["POST", CREATE_MESSAGE] = Window(limit=2, seconds=0.3)
    assert place.guild is not None
    other = server.add_channel(place.guild, "other")
    assert [(await rest.post(place))[0] for _ in range(3)] == [200, 200, 429]
    assert (await rest.post(other))[0] == 200
    url = f"{server.api}/channels/{place.id}/messages"
    async with rest.http.post(url, json=QUIET | {"content": "x"}) as response:
        told = await response.json()
        assert response.headers["X-RateLimit-Scope"] == "user"
        assert (response.headers["Via"], told["global"]) == ("1.1 google", False)
        assert float(response.headers["X-RateLimit-Reset-After"]) <= 0.3
    await asyncio.sleep(told["retry_after"])
    async with rest.http.post(url, json=QUIET | {"content": "x"}) as response:
        names = ("Limit", "Remaining", "Reset", "Reset-After", "Bucket")
        assert (response.status, response.headers["X-RateLimit-Remaining"]) == (200, "1")
        assert all(f"X-RateLimit-{name}" in response.headers for name in names)


async def test_the_global_limit_is_for_all_channels_together(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    server.rates.per_second = 3
    answers = [await rest.post(place) for _ in range(2)]
    answers += [await rest("GET", "/users/@me") for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[-1][1]["global"] is True


async def test_too_many_refusals_bring_the_page_of_a_ban(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    server.rates.invalid_limit = 3
    server.fail(throttled("shared"), times=1)
    server.fail(refusing(403, 50013), times=3)
    assert [(await rest.post(place))[0] for _ in range(4)] == [429, 403, 403, 403]
    async with rest.http.get(f"{server.api}/users/@me") as response:
        assert (response.status, response.content_type, "Via" in response.headers) == (
            429,
            "text/html",
            False,
        )


@pytest.mark.parametrize(
    ("fault", "stored", "seen"),
    [
        *(
            (failing(status, keeps=keeps), keeps, status)
            for status in (500, 502, 503, 504)
            for keeps in (True, False)
        ),
        *(
            (html(status, keeps=keeps), keeps, "ContentTypeError")
            for status in (200, 502)
            for keeps in (True, False)
        ),
        (html(429, keeps=False), False, "ContentTypeError"),
        *((cut(keeps=keeps), keeps, "ServerDisconnectedError") for keeps in (True, False)),
        (half_a_body, True, "ClientPayloadError"),
        (truncated, True, "JSONDecodeError"),
        (plain_text(keeps=True), True, "ContentTypeError"),
        *((throttled(scope), False, 429) for scope in ("user", "global", "shared")),
        (refusing(401, 0), False, 401),
    ],
)
async def test_a_fault_is_seen_and_stores_or_not(
    server: DiscordServer, rest: Rest, place: Channel, *, fault: Fault, stored: bool, seen: int | str
) -> None:
    server.fail(fault)
    url, found = f"{server.api}/channels/{place.id}/messages", ""
    status = 0
    try:
        async with rest.http.post(url, json=QUIET | {"content": "x"}) as response:
            status = response.status
            await response.json()
    except (aiohttp.ClientError, ValueError) as error:
        found = type(error).__name__
    assert (found or status, len(server.shown(place))) == (seen, stored)
    assert (await rest.post(place))[0] == 200


async def test_a_hanging_request_ends_with_the_server(
    place: Channel, rest: Rest, server: DiscordServer
) -> None:
    server.fail(hanging(keeps=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await rest.post(place)
    assert len(server.shown(place)) == 1


async def test_faults_find_their_requests(server: DiscordServer, rest: Rest, place: Channel) -> None:
    assert place.guild is not None
    other = server.add_channel(place.guild, "other")
    server.fail(failing(500, keeps=False), number=2)
    server.fail(failing(502, keeps=False), channel=other.id, times=0)
    found = [(await rest.post(one))[0] for one in (place, place, place, other, other)]
    assert found == [200, 500, 200, 502, 502]


async def test_a_share_of_the_channels_is_refused_for_good(server: DiscordServer, rest: Rest) -> None:
    server.rates.per_second = 0
    guild = server.add_guild("Big")
    channels = [server.add_channel(guild, str(number)) for number in range(60)]
    server.fail(refusing(403, 50001), share=0.5, times=0)
    rounds = [[(await rest.post(one))[0] for one in channels] for _ in range(2)]
    assert rounds[0] == rounds[1]
    assert 15 < rounds[0].count(403) < 45
