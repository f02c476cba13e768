from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.deliveries import State
from tests.handlers.discord.letters import NINE_O_CLOCK, Letters, lettered
from tests.servers.discord import faults
from tests.servers.discord.calls import Call
from tests.servers.discord.channels import CREATE_MESSAGE
from tests.services.town import MINUTE, NINE

CHANNELS = 30
STORMY = tuple(fault for fault in faults.EVERY_FAULT if fault is not faults.EVERY_FAULT[-1])
"""Every kind but the slow answer, which is no fault for who waits."""


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[Letters]:
    """A channel after another is due, so that only its own sleeping moves the clock."""
    async with lettered(tmp_path) as made:
        for number in range(1, CHANNELS + 1):
            to = made.server.add_channel(made.guild, f"c{number}")
            due = (NINE_O_CLOCK + 20 * number * MINUTE).timetz().replace(tzinfo=None)
            await made.subscribe(number, to=to, cadence=replace(NINE, times=(due,)))
        yield made


def any_of(chance: random.Random) -> faults.Fault:
    async def fault(call: Call) -> web.StreamResponse:
        return await chance.choice(STORMY)(call)

    return fault


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("readable", [True, False], ids=["history known to be readable", "not known"])
async def test_whatever_discord_does_nothing_is_lost_and_nothing_comes_twice(
    letters: Letters, seed: int, *, readable: bool
) -> None:
    chance = random.Random(seed)
    letters.server.faults.chance = random.Random(seed)
    for method in ("POST", "GET"):
        letters.server.fail(any_of(chance), method=method, path=CREATE_MESSAGE, times=0, rate=0.5)
    if readable:
        letters.may_read |= dict.fromkeys(letters.server.world.channels, True)
    await letters.until_done(hours=23)
    came = [
        len(letters.shown(one))
        for one in letters.server.world.channels_of(letters.guild)
        if one.name != "papers"
    ]
    states = await letters.states()
    assert len(states) == CHANNELS
    assert max(came) == 1
    if readable:
        assert (set(states), sum(came)) == ({State.SENT}, CHANNELS)
    else:
        assert sum(came) >= states.count(State.SENT)
        assert states.count(State.SENT) + states.count(State.UNKNOWN) == CHANNELS
    assert letters.server.messages.repeated > 0
    assert letters.requests("GET") > 0
