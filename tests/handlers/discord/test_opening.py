"""Follows come into conversations, abstracts into threads: both must be opened first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.events import DeliveryPutOff
from tests.handlers.discord.letters import (
    NINE_O_CLOCK,
    Letters,
    lettered,
    with_abstracts,
)
from tests.servers.discord import faults
from tests.servers.discord.channels import CREATE_MESSAGE
from tests.servers.discord.permissions import POSTING
from tests.servers.discord.world import Channel
from tests.services.town import MINUTE


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[Letters]:
    async with lettered(tmp_path) as made:
        yield made


async def test_a_follow_comes_into_the_conversation_which_is_opened_once(letters: Letters) -> None:
    ana = letters.server.add_user("ana")
    await letters.subscribe(1, to=ana)
    await letters.subscribe(2, to=ana)
    await letters.until_done()
    home = letters.server.world.conversation(ana)
    assert [one.reference for one in await letters.town.deliveries()] == [
        f"{home.id}/{letters.shown(home)[0].id}"
    ]
    assert letters.requests() == 2  # the second follow had nothing left to bring


@pytest.mark.parametrize(
    "fault",
    [
        faults.throttled("user", 2),
        faults.failing(500, keeps=True),
        faults.cut(keeps=True),
        faults.refusing(400, 40003),
    ],
    ids=["429", "500", "cut", "too fast"],
)
async def test_a_conversation_that_cannot_be_opened_yet_is_opened_later(
    letters: Letters, fault: faults.Fault
) -> None:
    ana = letters.server.add_user("ana")
    await letters.subscribe(to=ana)
    letters.server.fail(fault, path="/users/@me/channels", times=2)
    await letters.until_done()
    assert len(letters.shown(letters.server.world.conversation(ana))) == 1
    assert all(event.detail for event in letters.town.events if isinstance(event, DeliveryPutOff))


@pytest.mark.parametrize(
    ("reach", "words"), [("closed", "no direct messages"), ("no mutual guild", "shares no server")]
)
async def test_a_person_who_cannot_be_reached_pauses_the_follow(
    letters: Letters, reach: str, words: str
) -> None:
    await letters.subscribe(to=letters.server.add_user("ana", reach=reach))  # type: ignore[arg-type]
    await letters.until_done()
    assert words in await letters.paused_because()


async def test_a_process_that_starts_anew_finds_what_it_sent_to_a_person(
    letters: Letters,
) -> None:
    ana = letters.server.add_user("ana")
    await letters.subscribe(to=ana)
    letters.server.fail(faults.cut(keeps=True))
    await letters.town.at(NINE_O_CLOCK)
    letters.rest._conversations.clear()
    letters.town.clock.pass_(10 * MINUTE)
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown(letters.server.world.conversation(ana))) == 1


# Replies


def thread_of(letters: Letters) -> Channel:
    return letters.server.world.channels[letters.shown()[0].id]


@pytest.fixture
async def threaded(tmp_path: Path) -> AsyncIterator[Letters]:
    async with lettered(tmp_path, with_abstracts) as made:
        await made.subscribe()
        yield made


@pytest.mark.parametrize(
    "fault",
    [
        None,
        faults.cut(keeps=True),
        faults.cut(keeps=False),
        faults.failing(500, keeps=True),
        faults.throttled(),
    ],
    ids=["all is well", "started, then cut", "cut", "started, then 500", "429"],
)
async def test_abstracts_come_in_a_thread_below_the_digest(
    threaded: Letters, fault: faults.Fault | None
) -> None:
    if fault:
        threaded.server.fail(fault, path="/channels/{channel_id}/messages/{message_id}/threads", times=2)
    await threaded.until_done()
    assert await threaded.states() == [State.SENT] * 3
    thread = thread_of(threaded)
    assert thread.name == "Abstracts of today"
    assert [one.text for one in threaded.shown(thread)] == ["Abstract 1", "Abstract 2"]
    assert len(threaded.shown()) == 1


@pytest.mark.parametrize(
    "fault", [faults.cut(keeps=True), faults.cut(keeps=False)], ids=["stored", "not stored"]
)
async def test_a_reply_is_looked_for_in_its_thread(threaded: Letters, fault: faults.Fault) -> None:
    threaded.may_read.clear()
    threaded.server.fail(fault, path=CREATE_MESSAGE, number=3)
    await threaded.town.at(NINE_O_CLOCK)
    threaded.town.clock.pass_(10 * MINUTE)
    threaded.server.say(thread_of(threaded), threaded.server.add_user("ana"), "thanks")
    await threaded.until_done()
    assert sorted(one.text for one in threaded.shown(thread_of(threaded))) == [
        "Abstract 1",
        "Abstract 2",
        "thanks",
    ]


async def test_a_thread_that_may_not_be_started_pauses_no_digest(threaded: Letters) -> None:
    threaded.server.allow(threaded.channel, threaded.server.bot, POSTING)
    await threaded.until_done()
    assert await threaded.states() == [State.SENT, State.REFUSED, State.PENDING]
    assert "Create Public Threads" in (await threaded.delivery(2)).detail
    assert await threaded.paused_because() == ""


async def test_replies_below_a_deleted_digest_are_refused(threaded: Letters) -> None:
    threaded.server.fail(faults.cut(keeps=True))
    await threaded.town.at(NINE_O_CLOCK)
    threaded.server.delete_message(threaded.shown()[0])
    await threaded.until_done()
    assert await threaded.states() == [State.SENT, State.REFUSED, State.PENDING]
    assert "was deleted" in (await threaded.delivery(2)).detail


async def test_a_person_gets_abstracts_in_the_conversation_itself(tmp_path: Path) -> None:
    async with lettered(tmp_path, with_abstracts) as letters:
        ana = letters.server.add_user("ana")
        await letters.subscribe(to=ana)
        await letters.until_done()
        assert len(letters.shown(letters.server.world.conversation(ana))) == 3
