"""Single messages in their turn: once a key, refused in words, and never waited for too long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.subscriptions import Destination, Platform
from handlers.discord.asking import person
from handlers.discord.messenger import DiscordMessenger
from handlers.discord.rest import agent_of, rest_to
from handlers.discord.saying import Saying
from storage.sqlite.limiter import LocalLimiter
from tests.servers.discord import faults
from tests.servers.discord.faults import Fault
from tests.servers.discord.permissions import POSTING, Permission
from tests.servers.discord.server import TOKEN, DiscordServer, running
from tests.servers.discord.world import Channel, User
from tests.services.conftest import Clock

HELLO = {"content": "Your papers will come here."}
BUSY = "Discord takes no more messages just now; try again in a minute"
NOT_TOLD = "Discord did not say whether my message arrived; press the button again in a minute"


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer()) as started:
        yield started
        assert started.complaints == []


@pytest.fixture
def place(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Lab"), "papers")


@pytest.fixture
def ben(server: DiscordServer) -> User:
    return server.add_user("Ben")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter() -> LocalLimiter:
    return LocalLimiter()


@pytest.fixture
async def saying(server: DiscordServer, clock: Clock, limiter: LocalLimiter) -> AsyncIterator[Saying]:
    async def sleep(seconds: float) -> None:
        clock.pass_(timedelta(seconds=seconds))

    agent = agent_of("1", "https://example.org/paperround")
    async with rest_to(TOKEN, user_agent=agent, base=server.api, timeout=timedelta(seconds=0.5)) as rest:
        messenger = DiscordMessenger(rest, lambda _: (), may_read=lambda _: None)
        yield Saying(rest, messenger, limiter, now=clock, sleep=sleep)


def channel_of(place: Channel) -> Destination:
    assert place.guild is not None
    return Destination(platform=Platform.DISCORD, workspace=place.guild.id, channel=place.id)


async def test_it_is_said_once_however_often_it_is_asked_for(
    server: DiscordServer, place: Channel, saying: Saying
) -> None:
    assert await saying.say(channel_of(place), HELLO, "announcement|1") == ""
    assert await saying.say(channel_of(place), HELLO, "announcement|1") == ""
    assert [one.text for one in server.shown(place)] == [HELLO["content"]]


async def test_a_person_is_written_to_in_a_conversation_that_is_opened_first(
    server: DiscordServer, ben: User, saying: Saying
) -> None:
    assert await saying.say(person(ben.id), HELLO, "hello|1") == ""
    assert [one.text for one in server.shown(server.world.conversation(ben))] == [HELLO["content"]]


@pytest.mark.parametrize(
    ("reach", "told"),
    [("closed", "your privacy settings"), ("no mutual guild", "share no server")],
)
async def test_whoever_cannot_be_written_to_is_told_why(
    ben: User, saying: Saying, reach: str, told: str
) -> None:
    ben.reach = reach  # type: ignore[assignment]
    assert told in await saying.say(person(ben.id), HELLO, "hello|1")


async def test_a_channel_that_is_closed_to_us_is_told_with_what_it_needs(
    server: DiscordServer, place: Channel, saying: Saying
) -> None:
    server.allow(place, server.bot, POSTING & ~Permission.SEND_MESSAGES)
    assert "Send Messages" in await saying.say(channel_of(place), HELLO, "announcement|1")


async def test_it_waits_for_its_turn(
    server: DiscordServer, place: Channel, saying: Saying, limiter: LocalLimiter, clock: Clock
) -> None:
    begun = clock()
    await limiter.hold(["discord"], begun + timedelta(seconds=4))
    assert await saying.say(channel_of(place), HELLO, "announcement|1") == ""
    assert clock() - begun >= timedelta(seconds=4)
    assert len(server.shown(place)) == 1


@pytest.mark.parametrize("to", ["a channel", "a person"])
async def test_nobody_waits_longer_than_ten_seconds(
    server: DiscordServer,
    place: Channel,
    ben: User,
    saying: Saying,
    limiter: LocalLimiter,
    clock: Clock,
    to: str,
) -> None:
    await limiter.hold(["discord"], clock() + timedelta(minutes=1))
    destination = person(ben.id) if to == "a person" else channel_of(place)
    assert await saying.say(destination, HELLO, "hello|1") == BUSY
    assert server.shown(place) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(faults.throttled("global"), BUSY, id="too fast"),
        pytest.param(faults.html(429, keeps=False), BUSY, id="Cloudflare"),
        pytest.param(faults.failing(500, keeps=True), NOT_TOLD, id="nobody knows"),
        pytest.param(faults.hanging(keeps=True), NOT_TOLD, id="no answer"),
    ],
)
async def test_what_fails_is_not_tried_again(
    server: DiscordServer, place: Channel, saying: Saying, fault: Fault, told: str
) -> None:
    rule = server.fail(fault, times=0)
    assert await saying.say(channel_of(place), HELLO, "announcement|1") == told
    assert rule.hits == 1
