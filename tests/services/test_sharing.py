from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands import Caller
from bot.domain.errors import NotAllowed
from bot.domain.subscriptions import Destination, Platform, WorkspaceSettings
from bot.ports import Store
from bot.services.composing import Composer
from bot.services.overseeing import Overseeing
from bot.services.sharing import SHARES, WITHIN, Sharing
from tests.services.conftest import Clock

ROOM = Destination(platform=Platform.DISCORD, workspace="7", channel="1")
HOME = Destination(platform=Platform.DISCORD, workspace="@me", channel="42", person=True)
ANA = Caller(person="42", name="Ana", here=ROOM, home=HOME)
BEN = replace(ANA, person="43", home=replace(HOME, channel="43"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def sharing(any_store: Store, clock: Clock) -> Sharing:
    return Sharing(any_store.settings, any_store.limiter, now=clock)


async def allowed(sharing: Sharing, caller: Caller = ANA) -> bool:
    try:
        await sharing.count(caller)
    except NotAllowed:
        return False
    return True


async def test_three_answers_can_be_shared_at_once_and_the_fourth_must_wait(sharing: Sharing) -> None:
    assert [await allowed(sharing) for _ in range(4)] == [True, True, True, False]
    assert await allowed(sharing, BEN)


async def test_the_places_where_a_person_shares_count_together(sharing: Sharing) -> None:
    for channel in ("1", "2", "3"):
        await sharing.count(replace(ANA, here=replace(ROOM, channel=channel, workspace=channel)))
    assert not await allowed(sharing)


async def test_in_no_ten_minutes_there_are_more_than_three(sharing: Sharing, clock: Clock) -> None:
    shared = []
    for _ in range(120):
        if await allowed(sharing):
            shared.append(clock())
        clock.pass_(timedelta(seconds=30))
    assert len(shared) == 18  # an hour of them
    for begin in shared:
        assert sum(begin <= at < begin + WITHIN for at in shared) <= SHARES


async def test_who_must_wait_is_told_how_long(sharing: Sharing, clock: Clock) -> None:
    for _ in range(SHARES):
        await sharing.count(ANA)
        clock.pass_(timedelta(minutes=1))
    with pytest.raises(NotAllowed, match="3 answers in the last 10 minutes") as caught:
        await sharing.count(ANA)
    assert caught.value.hint == "Try again in 7 minutes."
    clock.pass_(timedelta(minutes=6, seconds=30))
    with pytest.raises(NotAllowed) as caught:
        await sharing.count(ANA)
    assert caught.value.hint == "Try again in a minute."
    clock.pass_(timedelta(seconds=31))
    await sharing.count(ANA)


async def test_many_processes_count_together(any_store: Store, clock: Clock) -> None:
    processes = [Sharing(any_store.settings, any_store.limiter, now=clock) for _ in range(4)]
    told = await asyncio.gather(*(allowed(one) for one in processes * 3))
    assert sum(told) == SHARES


async def test_where_sharing_is_switched_off_nobody_shares(any_store: Store, sharing: Sharing) -> None:
    await any_store.settings.put(ROOM.shard_key, WorkspaceSettings(sharing=False))
    with pytest.raises(NotAllowed, match="switched off here") as caught:
        await sharing.count(ANA)
    assert "settings sharing on" in caught.value.hint
    assert await allowed(sharing, replace(ANA, here=replace(ROOM, workspace="8")))


async def test_who_shared_is_not_told_to_those_who_run_it(
    any_store: Store, sharing: Sharing, clock: Clock
) -> None:
    await sharing.count(ANA)
    await any_store.limiter.hold(["discord"], clock() + WITHIN)
    composer = Composer(any_store.papers, any_store.marks, now=clock)
    status = await Overseeing(any_store, composer, now=clock).status()
    assert list(status.held) == ["discord"]
