"""What a client makes of each fault of the local platform, and whether the platform stored the message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.deliveries import Delivery, Edition
from bot.domain.outcomes import Absent, NotPosted, Refused, Sent, Unclear, Unreadable
from bot.domain.subscriptions import Destination, Platform
from tests.servers.courier_process import utc_now
from tests.servers.couriers import server_of
from tests.servers.platform import (
    Fault,
    PlatformServer,
    cut,
    failing,
    half_a_body,
    hang,
    html,
    late,
    refusing,
    running,
    throttled,
)
from tests.servers.platform_messenger import KINDS, PlatformMessenger

HERE = Destination(platform=Platform.DISCORD, workspace="w", channel="c")


@pytest.fixture
async def server() -> AsyncIterator[PlatformServer]:
    async with running(PlatformServer(nonce_window=60)) as server:
        yield server


@pytest.fixture
async def messenger(server: PlatformServer) -> AsyncIterator[PlatformMessenger]:
    async with aiohttp.ClientSession() as http:
        yield PlatformMessenger(http, server.url, KINDS["both"], pace=5)


def delivery(number: int = 1) -> Delivery:
    now = utc_now()
    return Delivery(
        destination=HERE,
        subscription_id="s1",
        edition=Edition(f"now:{number}"),
        payload="hello",
        created_at=now,
        not_before=now,
    ).begun(now)


@pytest.mark.parametrize(
    ("fault", "outcome", "kept"),
    [
        pytest.param(late(0.05), Sent(reference="1"), 1, id="late"),
        pytest.param(
            throttled(1.5),
            NotPosted(detail="429", retry_after=timedelta(seconds=1.5), invalid=True),
            0,
            id="429",
        ),
        pytest.param(failing(500, keeps=True), Unclear(detail="500"), 1, id="500 after storing"),
        pytest.param(failing(503, keeps=False), Unclear(detail="503"), 0, id="503 before storing"),
        pytest.param(
            cut(keeps=True), Unclear(detail="cut off: ServerDisconnectedError"), 1, id="cut after storing"
        ),
        pytest.param(
            cut(keeps=False), Unclear(detail="cut off: ServerDisconnectedError"), 0, id="cut before storing"
        ),
        pytest.param(half_a_body, Unclear(detail="cut off: ClientPayloadError"), 1, id="half a body"),
        pytest.param(html(keeps=True), Unclear(detail="200 with text/html"), 1, id="a web page"),
        pytest.param(
            refusing(404, "unknown channel"),
            Refused(code="404", because="unknown channel"),
            0,
            id="refused for good",
        ),
    ],
)
async def test_each_fault_is_what_it_is_called(
    fault: Fault, outcome: object, kept: int, server: PlatformServer, messenger: PlatformMessenger
) -> None:
    server.coming.append(fault)
    assert await messenger.post(delivery()) == outcome
    assert len(server.stored) == kept


async def test_who_hangs_up_on_a_hanging_platform_has_posted_nothing(
    server: PlatformServer, messenger: PlatformMessenger
) -> None:
    server.by_number[1] = hang
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(messenger.post(delivery()), 0.1)
    assert server.stored == []
    assert await messenger.look(delivery()) == Absent()


async def test_a_server_that_is_not_there_has_surely_stored_nothing() -> None:
    async with running(PlatformServer()) as gone:
        url = gone.url
    async with aiohttp.ClientSession() as http:
        messenger = PlatformMessenger(http, url, KINDS["both"])
        assert await messenger.post(delivery()) == NotPosted(detail="no connection: ClientConnectorError")


async def test_a_platform_that_wants_to_be_spared_altogether_names_the_pace_of_all(
    server: PlatformServer, messenger: PlatformMessenger
) -> None:
    server.by_channel[HERE.channel] = throttled(2, scope="all")
    outcome = await messenger.post(delivery())
    assert isinstance(outcome, NotPosted)
    assert outcome.holds == tuple(pace.key for pace in messenger.paces(HERE))


@pytest.mark.parametrize(
    ("window", "stored", "dropped"), [(60, 1, 1), (0, 2, 0), (1e-9, 2, 0)], ids=["young", "never", "too old"]
)
async def test_a_repeated_nonce_is_dropped_within_its_window(
    window: float, stored: int, dropped: int, server: PlatformServer, messenger: PlatformMessenger
) -> None:
    server.nonce_window = window
    one = delivery()
    first, again = await messenger.post(one), await messenger.post(one)
    assert (len(server.stored), server.dropped) == (stored, dropped)
    assert (first == again) == bool(dropped)


async def test_the_history_shows_what_was_stored_page_by_page(
    server: PlatformServer, messenger: PlatformMessenger
) -> None:
    for number in range(150):
        await messenger.post(delivery(number))
    assert await messenger.look(delivery(149)) == Sent(reference="150")
    assert await messenger.look(delivery(150)) == Absent()
    assert server.looks == 4


@pytest.mark.parametrize(
    ("history", "found"),
    [("empty", Absent()), ("forbidden", Unreadable(detail="the history cannot be read (403)"))],
)
async def test_a_history_without_the_right_to_read_it_shows_nothing_or_says_so(
    history: str, found: object, server: PlatformServer, messenger: PlatformMessenger
) -> None:
    one = delivery()
    await messenger.post(one)
    server.history = history  # type: ignore[assignment] # from a table
    assert await messenger.look(one) == found


async def test_more_posts_than_allowed_are_told_when_to_come_again(
    server: PlatformServer, messenger: PlatformMessenger
) -> None:
    server.per_second, server.per_channel_second = 5, 3
    outcomes = [await messenger.post(delivery(number)) for number in range(4)]
    elsewhere = replace(delivery(9), destination=replace(HERE, channel="other"))
    outcomes += [await messenger.post(elsewhere), await messenger.post(elsewhere)]
    began = time.monotonic()
    waits = [one.retry_after for one in outcomes if isinstance(one, NotPosted)]
    assert server.answers == {200: 4, 429: 2}
    assert all(wait is not None and timedelta(0) < wait <= timedelta(seconds=1) for wait in waits), began


@pytest.mark.parametrize("kind", KINDS)
async def test_each_platform_is_what_its_kind_says(kind: str) -> None:
    server, certainty = server_of(kind, seed=1), KINDS[kind].certainty
    assert bool(server.nonce_window) == bool(certainty.resend_within)
    assert (server.history == "readable") == certainty.readable
