from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.domain.events import Event, SettingsDiffer, StoreFailed
from bot.ports import Store
from bot.services.presence import EVERY, LASTS, Presence
from tests.services.conftest import Clock
from tests.services.town import ShakyStore

OURS = {"source": "https://huggingface.co", "PAPERROUND_POLL_EVERY": "0:15:00"}
THEIRS = OURS | {"PAPERROUND_POLL_EVERY": "0:05:00"}


def presence(
    store: Store, clock: Clock, events: list[Event], name: str = "here", settings: Mapping[str, str] = OURS
) -> Presence:
    async def sleep(seconds: float) -> None:
        clock.pass_(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    return Presence(
        store.processes, name=name, settings=settings, observe=events.append, now=clock, sleep=sleep
    )


async def names(store: Store, clock: Clock) -> list[str]:
    return [one.name for one in await store.processes.running(clock())]


async def test_processes_that_agree_have_nothing_to_tell(
    store: Store, clock: Clock, events: list[Event]
) -> None:
    for name in ("here", "there"):
        await presence(store, clock, events, name).say()
    assert await names(store, clock) == ["here", "there"]
    assert events == []


async def test_another_process_with_other_settings_is_told_once_by_what_differs(
    store: Store, clock: Clock, events: list[Event]
) -> None:
    await presence(store, clock, [], "there", THEIRS).say()
    here = presence(store, clock, events)
    await here.say()
    await here.say()
    differing = ("PAPERROUND_POLL_EVERY is 0:15:00 here and 0:05:00 there",)
    assert events == [SettingsDiffer(process="there", differing=differing)]
    await presence(store, clock, [], "there", OURS).say()
    await here.say()
    await presence(store, clock, [], "there", THEIRS).say()
    await here.say()
    assert events == [SettingsDiffer(process="there", differing=differing)] * 2


async def test_a_process_that_was_killed_is_forgotten_after_a_while(
    store: Store, clock: Clock, events: list[Event]
) -> None:
    await presence(store, clock, [], "there", THEIRS).say()
    clock.pass_(LASTS)
    await presence(store, clock, events).say()
    assert (await names(store, clock), events) == (["here"], [])


@pytest.mark.parametrize("away", [0, 2], ids=["a store that is there", "a store that goes away for a while"])
async def test_while_it_runs_it_is_known_to_run_and_then_no_more(
    store: Store, clock: Clock, events: list[Event], away: int
) -> None:
    running = asyncio.create_task(presence(ShakyStore(store, {"announce": away}), clock, events).run())
    begun = clock()
    while clock() < begun + 9 * EVERY:  # noqa: ASYNC110 - the clock moves as the other task sleeps
        await asyncio.sleep(0.001)
    assert await names(store, clock) == ["here"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await names(store, clock) == []
    assert events == [StoreFailed(reason="The store is away.")] * away
