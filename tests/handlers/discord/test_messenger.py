from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.subscriptions import Destination, Platform
from handlers.discord.messenger import snowflake
from handlers.discord.outcomes import message_of
from tests.handlers.discord.letters import (
    NINE_O_CLOCK,
    Letters,
    lettered,
)
from tests.servers.discord import faults
from tests.servers.discord.permissions import NOTHING, Permission
from tests.servers.discord.server import TOKEN
from tests.services.town import SECOND, ids

KEPT = [
    pytest.param(faults.cut(keeps=True), id="cut"),
    pytest.param(faults.failing(500, keeps=True), id="500"),
    pytest.param(faults.failing(503, keeps=True), id="503"),
    pytest.param(faults.html(502, keeps=True), id="a page with 502"),
    pytest.param(faults.html(200, keeps=True), id="a page with 200"),
    pytest.param(faults.half_a_body, id="half a body"),
    pytest.param(faults.truncated, id="half a JSON"),
    pytest.param(faults.plain_text(keeps=True), id="words"),
    pytest.param(faults.hanging(keeps=True), id="no answer"),
]
"""The message is stored, and nobody learns of it."""


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[Letters]:
    async with lettered(tmp_path) as made:
        yield made


async def test_a_digest_comes_once_with_its_nonce(letters: Letters) -> None:
    await letters.subscribe()
    await letters.until_done()
    [stored], one = letters.shown(), await letters.delivery()
    assert (one.state, one.reference) == (State.SENT, f"{letters.channel.id}/{stored.id}")
    assert stored.requests[0]["nonce"] == one.nonce
    assert stored.requests[0]["enforce_nonce"] is True
    assert stored.requests[0]["allowed_mentions"] == {"parse": []}
    assert stored.custom_ids == [f"p1:more:x:{paper}" for paper in ids(3, 2, 1)]


async def test_the_id_of_a_message_tells_when_discord_took_it(letters: Letters) -> None:
    await letters.subscribe()
    await letters.until_done()
    one = await letters.delivery()
    assert int(message_of(one.reference)) >> 22 == snowflake(NINE_O_CLOCK) >> 22


@pytest.mark.parametrize("fault", KEPT)
@pytest.mark.parametrize("times", [1, 3])
async def test_what_was_stored_unseen_is_sent_again_and_there_once(
    letters: Letters, fault: faults.Fault, times: int
) -> None:
    await letters.subscribe()
    letters.server.fail(fault, times=times)
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown()) == 1
    assert letters.server.messages.repeated == times


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.throttled("user", 3), id="the route"),
        pytest.param(faults.throttled("shared", 3), id="shared"),
        pytest.param(faults.throttled("global", 3), id="global"),
        pytest.param(faults.throttled("user", 3, via=False), id="without Via"),
        pytest.param(faults.html(429, keeps=False), id="a page of Cloudflare's"),
        pytest.param(faults.html(403, keeps=False), id="a ban"),
        pytest.param(faults.refusing(401, 0), id="401"),
        pytest.param(faults.cut(keeps=False), id="cut before"),
        pytest.param(faults.failing(502, keeps=False), id="502 before"),
        pytest.param(faults.hanging(), id="no answer"),
    ],
)
async def test_what_was_not_stored_comes_later_once(letters: Letters, fault: faults.Fault) -> None:
    await letters.subscribe()
    letters.server.fail(fault, times=2)
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown()) == 1
    assert await letters.paused_because() == ""


@pytest.mark.parametrize(
    ("fault", "held"),
    [
        (faults.throttled("user", 60), "discord {channel}"),
        (faults.throttled("shared", 60), "discord {channel}"),
        (faults.throttled("global", 60), "discord"),
        (faults.html(429, keeps=False), "discord"),
        (faults.refusing(401, 0), "discord"),
    ],
    ids=["the route", "shared", "global", "a page of Cloudflare's", "401"],
)
async def test_a_limit_holds_its_channel_or_everything(
    letters: Letters, fault: faults.Fault, held: str
) -> None:
    await letters.subscribe()
    letters.server.fail(fault)
    await letters.town.at(NINE_O_CLOCK)
    state = await letters.store.limiter.state(NINE_O_CLOCK + 30 * SECOND)
    assert list(state) == [held.format(channel=letters.channel.id)]


async def test_a_thousand_channels_stay_under_the_limit_of_the_bot(letters: Letters) -> None:
    to = Destination(platform=Platform.DISCORD, workspace="1", channel="1")
    slots = []
    for number in range(1000):
        paces = letters.town.messenger.paces(replace(to, channel=str(number), person=number % 10 == 0))
        slots.append((await letters.store.limiter.reserve(paces[:1], NINE_O_CLOCK)).at)
    assert all(later - slot >= SECOND for slot, later in zip(slots, slots[50:], strict=False))


async def test_conversations_are_opened_slowly_and_a_channel_takes_five_in_five_seconds(
    letters: Letters,
) -> None:
    to = Destination(platform=Platform.DISCORD, workspace="1", channel="1")
    opening, posting = (
        letters.town.messenger.paces(replace(to, person=True)),
        letters.town.messenger.paces(to),
    )
    assert [pace.key for pace in (*opening, *posting)] == [
        *("discord", "discord conversations"),
        *("discord", "discord 1"),
    ]
    assert (opening[1].per_second, posting[1].per_second * 5 + posting[1].burst) == (4, 5)


# Refused


@pytest.mark.parametrize(
    ("may", "words"),
    [
        (NOTHING, "View Channel"),
        (Permission.VIEW_CHANNEL, "Send Messages and Embed Links"),
    ],
    ids=["cannot see it", "may not post"],
)
async def test_a_lost_permission_pauses_and_is_named(letters: Letters, may: Permission, words: str) -> None:
    await letters.subscribe()
    letters.server.allow(letters.channel, letters.server.bot, may)
    await letters.until_done()
    assert await letters.states() == [State.REFUSED]
    assert words in await letters.paused_because()
    assert letters.server.rates.invalid == 1


async def test_a_deleted_channel_pauses(letters: Letters) -> None:
    await letters.subscribe()
    letters.server.delete_channel(letters.channel)
    await letters.until_done()
    assert await letters.paused_because() == "the channel is gone"


async def test_a_body_that_discord_does_not_take_pauses_nothing(letters: Letters) -> None:
    await letters.subscribe()
    letters.server.fail(faults.refusing(400, 50035))
    await letters.until_done()
    assert (await letters.delivery()).detail.startswith("50035: the message is not as Discord wants it")
    assert await letters.paused_because() == ""


async def test_a_message_deleted_before_its_retry_is_not_posted_again(letters: Letters) -> None:
    await letters.subscribe()
    letters.server.fail(faults.cut(keeps=True))
    await letters.town.at(NINE_O_CLOCK)
    letters.server.delete_message(letters.shown()[0])
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert letters.shown() == []


async def test_half_of_the_invalid_answers_that_discord_suffers_stop_everything(
    letters: Letters,
) -> None:
    brake = letters.town.messenger.manner.brake
    assert brake is not None
    assert brake.most == 5000
    await letters.subscribe()
    for _ in range(brake.most):
        await letters.store.limiter.invalid(brake, NINE_O_CLOCK)
    await letters.town.at(NINE_O_CLOCK)
    assert letters.server.desk.arrivals == []
    await letters.until_done()
    assert len(letters.shown()) == 1


async def test_the_token_is_in_no_event_and_no_record(letters: Letters) -> None:
    await letters.subscribe()
    letters.server.fail(faults.refusing(401, 0))
    letters.server.fail(faults.cut(keeps=True))
    await letters.until_done()
    assert TOKEN not in f"{letters.town.events}{await letters.town.deliveries()}{letters.town.messenger!r}"
