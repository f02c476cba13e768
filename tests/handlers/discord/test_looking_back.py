"""What is too old to be sent again under its nonce is looked for in the channel's history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from handlers.discord.digests import digest_messages
from tests.handlers.discord.letters import (
    NINE_O_CLOCK,
    Letters,
    Render,
    boxed,
    in_embeds,
    in_words,
    lettered,
)
from tests.servers.discord import faults
from tests.servers.discord.permissions import POSTING, Permission
from tests.services.town import MINUTE

BLIND = POSTING & ~Permission.READ_MESSAGE_HISTORY


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[Letters]:
    async with lettered(tmp_path) as made:
        yield made


async def lost(letters: Letters, fault: faults.Fault, *, later: timedelta = 10 * MINUTE) -> None:
    """A message of which nobody knows, found again *later*, as after a crash."""
    await letters.subscribe()
    letters.server.fail(fault)
    await letters.town.at(NINE_O_CLOCK)
    letters.town.clock.pass_(later)


@pytest.mark.parametrize("render", [boxed, in_embeds], ids=["a box", "embeds"])
@pytest.mark.parametrize("chatter", [0, 250])
async def test_what_was_stored_is_found_in_the_history(tmp_path: Path, render: Render, chatter: int) -> None:
    async with lettered(tmp_path, render) as letters:
        await lost(letters, faults.cut(keeps=True))
        for number in range(chatter):
            letters.server.say(letters.channel, letters.server.add_user(f"u{number}"), "hello")
        await letters.until_done()
        one = await letters.delivery()
        assert (one.state, one.reference) == (State.SENT, f"{letters.channel.id}/{letters.shown()[0].id}")
        assert len(letters.shown()) == 1 + chatter
        assert letters.requests() == 1


@pytest.mark.parametrize("chatter", [1, 99, 100, 250])
async def test_what_is_not_in_the_history_is_posted(letters: Letters, chatter: int) -> None:
    await lost(letters, faults.cut(keeps=False))
    for number in range(chatter):
        letters.server.say(letters.channel, letters.server.add_user(f"u{number}"), "hello")
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown()) == 1 + chatter


async def test_an_empty_history_proves_nothing_where_nobody_knows_whether_it_may_be_read(
    letters: Letters,
) -> None:
    letters.server.allow(letters.channel, letters.server.bot, BLIND)
    await lost(letters, faults.cut(keeps=True))
    await letters.until_done()
    one = await letters.delivery()
    assert (one.state, len(letters.shown())) == (State.UNKNOWN, 1)
    assert "Read Message History" in one.detail


@pytest.mark.parametrize("may_read", [True, None], ids=["known", "an older message shows it"])
async def test_an_empty_history_proves_it_where_it_may_be_read(
    letters: Letters, *, may_read: bool | None
) -> None:
    if may_read:
        letters.may_read[letters.channel.id] = True
    else:
        letters.town.clock.pass_(-MINUTE)
        letters.server.say(letters.channel, letters.server.add_user("ana"), "hello")
        letters.town.clock.pass_(MINUTE)
    before = len(letters.shown())
    await lost(letters, faults.cut(keeps=False))
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown()) == before + 1


async def test_a_message_that_nothing_tells_from_others_is_not_looked_for(tmp_path: Path) -> None:
    async with lettered(tmp_path, in_words) as letters:
        await lost(letters, faults.cut(keeps=True))
        await letters.until_done()
        assert (await letters.delivery()).state is State.UNKNOWN
        assert len(letters.shown()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        faults.throttled("user", 2),
        faults.failing(500, keeps=False),
        faults.cut(keeps=False),
        faults.hanging(),
    ],
    ids=["429", "500", "cut", "no answer"],
)
async def test_a_look_that_fails_is_taken_later(letters: Letters, fault: faults.Fault) -> None:
    await lost(letters, faults.cut(keeps=True))
    letters.server.fail(fault, method="GET", times=2)
    await letters.until_done()
    assert await letters.states() == [State.SENT]
    assert len(letters.shown()) == 1


async def test_a_history_that_is_gone_leaves_it_unknown(letters: Letters) -> None:
    await lost(letters, faults.cut(keeps=True))
    letters.server.delete_channel(letters.channel)
    await letters.until_done()
    one = await letters.delivery()
    assert (one.state, one.detail) == (State.UNKNOWN, "the history cannot be read: the channel is gone")


async def test_a_message_that_breaks_discord_every_time_is_given_up(letters: Letters) -> None:
    letters.may_read[letters.channel.id] = True
    await letters.subscribe()
    letters.server.fail(faults.failing(500, keeps=False), times=0)
    await letters.until_done()
    assert await letters.states() == [State.REFUSED]
    assert letters.requests() <= 6 * 4


@pytest.mark.parametrize("to", ["channel", "person"])
async def test_the_digest_as_people_get_it_bears_its_mark(tmp_path: Path, to: str) -> None:
    async with lettered(tmp_path, digest_messages) as letters:
        ana = letters.server.add_user("ana")
        await letters.subscribe(to=ana if to == "person" else None)
        letters.server.fail(faults.cut(keeps=True))
        await letters.town.at(NINE_O_CLOCK)
        letters.town.clock.pass_(10 * MINUTE)
        await letters.until_done()
        [stored] = letters.shown(letters.server.world.conversation(ana) if to == "person" else None)
        assert (await letters.delivery()).reference == f"{stored.channel.id}/{stored.id}"
        assert letters.server.messages.repeated == 0
