from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answers import Restored
from bot.domain.commands import Caller
from bot.domain.departures import CHANNEL_GONE, KEPT, LEFT
from bot.domain.errors import NotAllowed
from bot.domain.events import Event, SubscriptionStopped, WorkspaceForgotten
from bot.domain.subscriptions import Destination, Platform, Subscription, WorkspaceSettings
from bot.ports import Store
from bot.services.departing import Departing
from bot.services.rounds import Rounds
from tests.services.conftest import Clock
from tests.storage.samples import CHANNEL, subscription

NEXT_DOOR = replace(CHANNEL, channel="C9")
OTHER = replace(CHANNEL, workspace="T2")
BEN = Destination(platform=Platform.SLACK, workspace="T1", channel="U2", person=True)
ADMIN = Caller(person="U9", name="Ada", here=CHANNEL, manages=True)
LATER = timedelta(days=3)


@pytest.fixture
def store(any_store: Store) -> Store:
    return any_store


@pytest.fixture
def departing(store: Store, clock: Clock, events: list[Event]) -> Departing:
    return Departing(store, observe=events.append, now=clock)


async def made(store: Store, clock: Clock, *everyone: Subscription) -> None:
    for one in everyone:
        await store.subscriptions.add(one, due_at=None if one.paused else clock())


async def reasons(store: Store) -> dict[str, str]:
    return {one.id: one.paused_because for one in await store.subscriptions.all() if one.paused}


async def left(departing: Departing) -> int:
    return await departing.workspace_left(Platform.SLACK, "T1")


async def back(departing: Departing) -> int:
    return await departing.workspace_back(Platform.SLACK, "T1")


async def test_what_runs_in_a_workspace_that_removed_us_pauses_and_says_why(
    store: Store, clock: Clock, departing: Departing, events: list[Event]
) -> None:
    by_hand = subscription(3).pause(clock(), "somebody paused it")
    await made(store, clock, subscription(1), subscription(2, to=NEXT_DOOR), by_hand)
    await made(store, clock, subscription(4, to=BEN), subscription(5, to=OTHER))
    assert await left(departing) == 3
    assert await reasons(store) == {"s1": LEFT, "s2": LEFT, "s3": "somebody paused it", "s4": LEFT}
    assert (await store.subscriptions.progress(["s1"]))["s1"].due_at is None
    stopped = [event.subscription_id for event in events if isinstance(event, SubscriptionStopped)]
    assert sorted(stopped) == ["s1", "s2", "s4"]


async def test_to_hear_of_it_twice_or_in_two_processes_changes_nothing(
    store: Store, clock: Clock, departing: Departing, events: list[Event]
) -> None:
    await made(store, clock, *(subscription(number) for number in range(1, 6)))
    await asyncio.gather(*(left(departing) for _ in range(4)))
    first = await store.departures.find("slack:T1")
    clock.pass_(LATER)
    assert await left(departing) == 0
    assert await store.departures.find("slack:T1") == first
    assert {event.subscription_id for event in events if isinstance(event, SubscriptionStopped)} == set(
        await reasons(store)
    )
    assert [one.version for one in await store.subscriptions.all()] == [2] * 5


async def test_coming_back_tells_once_how_many_can_be_restored(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(
        store, clock, subscription(1), subscription(2), subscription(3).pause(clock(), "somebody paused it")
    )
    assert await back(departing) == 0
    await left(departing)
    assert await back(departing) == 2
    assert await back(departing) == 0
    assert await store.departures.find("slack:T1") is None
    assert set(await reasons(store)) == {"s1", "s2", "s3"}


async def test_only_what_leaving_paused_is_restored_and_it_does_not_catch_up(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(store, clock, subscription(1), subscription(2, to=BEN), subscription(5, to=OTHER))
    await made(store, clock, subscription(3).pause(clock(), "somebody paused it"))
    await departing.access_lost(OTHER, LEFT)
    await left(departing)
    clock.pass_(LATER)
    await back(departing)
    restored = await departing.restore(ADMIN)
    assert [one.id for one in restored.subscriptions] == ["s1", "s2"]
    assert await reasons(store) == {"s3": "somebody paused it", "s5": LEFT}
    for one in restored.subscriptions:
        due_at = (await store.subscriptions.progress([one.id]))[one.id].due_at
        assert due_at is not None
        assert due_at > clock()
    assert await departing.restore(ADMIN) == Restored(subscriptions=())


async def test_two_who_restore_at_once_restore_each_one_once(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(store, clock, *(subscription(number) for number in range(1, 6)))
    await left(departing)
    answers = await asyncio.gather(*(departing.restore(ADMIN) for _ in range(4)))
    assert len({one.id for answer in answers for one in answer.subscriptions}) == 5
    assert [(one.paused, one.version) for one in await store.subscriptions.all()] == [(False, 3)] * 5


async def test_who_does_not_govern_the_workspace_cannot_restore_it(departing: Departing) -> None:
    for caller in (replace(ADMIN, manages=False), replace(ADMIN, governs=False)):
        with pytest.raises(NotAllowed) as caught:
            await departing.restore(caller)
        assert caught.value.hint


async def test_a_deleted_channel_pauses_what_ran_there_and_nothing_else(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(store, clock, subscription(1), subscription(2).pause(clock(), "somebody paused it"))
    await made(store, clock, subscription(3, to=NEXT_DOOR))
    assert await departing.channel_gone(CHANNEL) == 1
    assert await departing.channel_gone(CHANNEL) == 0
    assert await reasons(store) == {"s1": CHANNEL_GONE, "s2": "somebody paused it"}


async def test_lost_access_pauses_with_its_reason_and_is_not_restored_with_the_workspace(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(store, clock, subscription(1))
    assert await departing.access_lost(CHANNEL, "I may not post there: Send Messages is missing") == 1
    await left(departing)
    assert await back(departing) == 0
    assert await departing.restore(ADMIN) == Restored(subscriptions=())
    assert await reasons(store) == {"s1": "I may not post there: Send Messages is missing"}


# Thirty days later


async def tidied(store: Store, clock: Clock, events: list[Event]) -> None:
    await Rounds(store, observe=events.append, now=clock, sleep=asyncio.sleep).tidy()


async def test_the_configuration_goes_thirty_days_after_the_workspace_did(
    store: Store, clock: Clock, departing: Departing, events: list[Event]
) -> None:
    await made(store, clock, subscription(1), subscription(2, to=BEN), subscription(3, to=OTHER))
    await store.settings.put("slack:T1", WorkspaceSettings(zone="UTC"))
    await store.drafts.keep("k", "x", at=clock(), until=clock() + 2 * KEPT, owners=["slack:T1"])
    await store.marks.claim(CHANNEL, ["a"], owner="one", at=clock())
    await store.bookmarks.save(str(BEN), "a", clock())
    await left(departing)
    clock.pass_(KEPT)
    await tidied(store, clock, events)
    assert len(await store.subscriptions.all()) == 3
    clock.pass_(timedelta(seconds=1))
    await tidied(store, clock, events)
    assert [one.id for one in await store.subscriptions.all()] == ["s3"]
    assert await store.settings.of_workspace("slack:T1") == WorkspaceSettings()
    assert await store.drafts.find("k", clock()) is None
    assert await store.marks.had(CHANNEL) == {}
    assert await store.departures.before(clock()) == []
    assert await store.bookmarks.saved(str(BEN)) == ["a"]
    assert events[-1] == WorkspaceForgotten(workspace="slack:T1", subscriptions=2)


async def test_a_workspace_that_came_back_keeps_its_configuration(
    store: Store, clock: Clock, departing: Departing, events: list[Event]
) -> None:
    await made(store, clock, subscription(1))
    await left(departing)
    await back(departing)
    clock.pass_(2 * KEPT)
    await tidied(store, clock, events)
    assert await reasons(store) == {"s1": LEFT}


async def test_where_something_runs_again_nothing_is_deleted_though_nobody_told_that_we_are_back(
    store: Store, clock: Clock, departing: Departing, events: list[Event]
) -> None:
    await made(store, clock, subscription(1), subscription(2))
    await left(departing)
    [one, _] = await store.subscriptions.in_workspace("slack:T1")
    await store.subscriptions.replace(one.resume(clock()), due_at=clock())
    clock.pass_(2 * KEPT)
    await tidied(store, clock, events)
    assert len(await store.subscriptions.all()) == 2
    assert await store.departures.find("slack:T1") is None


async def test_drafts_that_ended_are_tidied_away(store: Store, clock: Clock, events: list[Event]) -> None:
    for key, hours in (("short", 1), ("long", 3)):
        await store.drafts.keep(key, key, at=clock(), until=clock() + timedelta(hours=hours))
    clock.pass_(timedelta(hours=2))
    await tidied(store, clock, events)
    assert [await store.drafts.find(key, clock()) for key in ("short", "long")] == [None, "long"]


async def test_those_that_took_us_back_while_we_were_away_are_noticed_at_the_start(
    store: Store, clock: Clock, departing: Departing
) -> None:
    await made(store, clock, subscription(1), subscription(5, to=OTHER))
    await left(departing)
    await departing.workspace_left(Platform.SLACK, "T2")
    clock.pass_(LATER)
    assert await departing.all_back(Platform.DISCORD, {"T1", "T2"}) == 0
    assert await departing.all_back(Platform.SLACK, {"T1", "T3"}) == 1
    assert await store.departures.find("slack:T1") is None
    assert await store.departures.find("slack:T2") is not None
