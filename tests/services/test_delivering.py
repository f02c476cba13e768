from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.bulletins import Bulletin
from bot.domain.deliveries import Delivery, Parcel, State
from bot.domain.errors import BadText
from bot.domain.events import EditionsDue, StoreFailed
from bot.domain.outcomes import Certainty, NotPosted, Posted
from bot.domain.pacing import Pace
from bot.outbox import Lease, Taken
from bot.ports import Store
from bot.services.posting import LEASE
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import (
    HERE,
    HOUR,
    MINUTE,
    ONE_DAY,
    SECOND,
    ShakyStore,
    Town,
    agents,
    ids,
    moment,
)

NINE_O_CLOCK = moment(MONDAY, 9)


@dataclass
class Slow(FakeMessenger):
    """A platform that answers only when it is let, and cannot pack what is *spoilt*."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    spoilt: dict[str, Exception] = field(default_factory=dict)

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        if bulletin.subscription.id in self.spoilt:
            raise self.spoilt[bulletin.subscription.id]
        return FakeMessenger.pack(self, bulletin)

    async def post(self, delivery: Delivery) -> Posted:
        self.asked.set()
        await self.may_answer.wait()
        return await FakeMessenger.post(self, delivery)


@pytest.fixture
def messenger() -> Slow:
    slow = Slow()
    slow.may_answer.set()
    return slow


@pytest.fixture
async def town(store: Store, clock: Clock, messenger: Slow) -> Town:
    town = Town(store, clock, messenger)
    await town.listed(agents(1))
    return town


async def channels(town: Town, count: int) -> None:
    for number in range(1, count + 1):
        await town.subscribe(number, to=replace(HERE, channel=f"c{number}"))


def once_each(town: Town, count: int) -> bool:
    came = Counter(one.subscription_id for one in town.messenger.stored)
    return came == {f"s{number}": 1 for number in range(1, count + 1)}


async def test_each_digest_comes_once_however_many_couriers_there_are(town: Town) -> None:
    await channels(town, 130)
    town.clock.moment = NINE_O_CLOCK
    processes = [town, town.another("two"), town.another("three")]
    await asyncio.gather(*(process.work() for process in processes))
    assert once_each(town, 130)
    assert await town.states() == [State.SENT] * 130
    assert town.defects == []


async def test_no_more_than_a_few_wait_for_a_slow_platform(
    town: Town, messenger: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.delivering.IN_FLIGHT", 4)
    town = town.another("here")
    await channels(town, 12)
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    messenger.may_answer.clear()
    working = asyncio.create_task(town.courier.settle())
    await messenger.asked.wait()
    await asyncio.sleep(0.2)
    counts = await town.store.outbox.counts()
    assert (counts["jobs"], counts["sending"]) == (8, 4)
    messenger.may_answer.set()
    await working
    assert once_each(town, 12)


async def test_where_a_platform_is_faster_than_we_are_more_is_taken_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.delivering.IN_FLIGHT", 4)
    monkeypatch.setattr("bot.services.delivering.MOST_IN_FLIGHT", 16)
    town = town.another("here")
    await channels(town, 40)
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    asked: list[int] = []
    take_jobs = town.store.outbox.take_jobs

    async def listening(lease: Lease, limit: int) -> list[Taken]:
        asked.append(limit)
        return await take_jobs(lease, limit)

    monkeypatch.setattr(town.store.outbox, "take_jobs", listening)
    await town.courier.settle()
    assert asked[0] == 2
    assert 4 <= max(asked) <= 8
    assert once_each(town, 40)


async def test_two_couriers_bring_a_channels_papers_once(town: Town) -> None:
    await town.listed(*(agents(number, number) for number in range(31, 51)))
    for number in range(1, 6):
        await town.subscribe(number, top=3 * number)
    town.clock.moment = NINE_O_CLOCK
    await asyncio.gather(town.work(), town.another("two").work())
    papers = [paper for message in town.came for paper in message]
    assert len(papers) == len(set(papers))
    assert set(ids(*range(36, 51))) <= set(papers)


async def test_the_parts_of_a_digest_come_in_order(town: Town, messenger: Slow) -> None:
    messenger.per_message = 2
    messenger.script = [NotPosted(detail="429", retry_after=MINUTE)]
    await town.listed(*(agents(number, 10 * number) for number in range(1, 6)))
    await town.subscribe()
    await town.at(NINE_O_CLOCK)
    assert town.came == []
    await town.after(MINUTE)
    assert town.came == [ids(5, 4), ids(3, 2), ids(1)]
    assert {one.attempts for one in await town.deliveries()} == {1, 2}


# What is dropped


@pytest.mark.parametrize("how", ["paused", "removed"])
async def test_a_subscription_stopped_before_its_job_was_taken_brings_nothing(town: Town, how: str) -> None:
    one = await town.subscribe()
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    if how == "paused":
        await town.store.subscriptions.replace(one.pause(town.clock(), "asked"), due_at=None)
    else:
        await town.store.subscriptions.remove(one.id)
    await town.work()
    assert town.came == []
    assert (await town.store.outbox.counts())["jobs"] == 0


async def test_a_job_found_after_a_day_makes_way_for_the_newest_edition(town: Town) -> None:
    await town.subscribe()
    await town.at(NINE_O_CLOCK)
    town.clock.pass_(ONE_DAY)
    await town.listed(agents(2), day=MONDAY + ONE_DAY)
    await town.rounds.tick()
    town.clock.pass_(ONE_DAY)
    await town.listed(agents(3), day=MONDAY + 2 * ONE_DAY)
    await town.work()
    assert [sorted(message) for message in town.came] == [ids(1), ids(2, 3)]
    assert EditionsDue(subscriptions=0, jobs=0, missed=1) in town.events


# Defects


@pytest.mark.parametrize(
    "error",
    [LookupError("a defect"), BadText("There is no zone Mars."), ZeroDivisionError()],
    ids=["a defect", "an error for people", "another"],
)
async def test_an_edition_that_cannot_be_made_stops_no_other(
    town: Town, messenger: Slow, error: Exception
) -> None:
    await channels(town, 3)
    messenger.spoilt = {"s2": error}
    await town.at(NINE_O_CLOCK)
    assert sorted(one.subscription_id for one in messenger.stored) == ["s1", "s3"]
    assert town.defects == [error]
    messenger.spoilt = {}
    await town.after(10 * MINUTE)
    assert once_each(town, 3)


# A store that goes away

STEPS = ["take_jobs", "write", "take", "reserve", "begin", "record", "hot", "progress", "revision", "listed"]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("step", STEPS)
async def test_a_store_that_goes_away_in_the_middle_loses_and_repeats_nothing(
    store: Store, clock: Clock, messenger: Slow, step: str, times: int
) -> None:
    shaky = ShakyStore(store)
    town = Town(shaky, clock, messenger)
    messenger.script = [NotPosted(detail="429", retry_after=MINUTE, holds=("pace",))]
    await town.listed(agents(1))
    await channels(town, 7)
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    shaky.failing[step] = times
    running = asyncio.create_task(town.courier.run())
    while (await store.outbox.counts())["sent"] < 7:
        assert not running.done()
        await asyncio.sleep(0)
    town.courier.stop()
    await running
    assert once_each(town, 7)
    assert town.defects == []
    assert (StoreFailed(reason="The store is away.") in town.events) is (shaky.failing[step] < times)


@pytest.mark.parametrize("step", ["hold", "invalid"])
async def test_what_is_known_of_a_delivery_is_kept_though_the_limiter_is_away(
    store: Store, clock: Clock, messenger: Slow, step: str
) -> None:
    shaky = ShakyStore(store, {step: 1})
    town = Town(shaky, clock, messenger)
    messenger.script = [NotPosted(detail="429", retry_after=MINUTE, holds=("pace",), invalid=True)]
    await town.listed(agents(1))
    await town.subscribe()
    await town.at(NINE_O_CLOCK)
    assert await town.states() == [State.PENDING]
    await town.after(MINUTE)
    assert await town.states() == [State.SENT]


# Told to stop


async def turns(count: int = 50) -> None:
    for _ in range(count):
        await asyncio.sleep(0.001)


async def test_told_to_stop_it_lets_what_is_in_flight_end_and_takes_nothing_more(
    town: Town, messenger: Slow
) -> None:
    messenger.may_answer.clear()
    await town.subscribe()
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    running = asyncio.create_task(town.courier.run())
    await messenger.asked.wait()
    town.courier.stop()
    await town.subscribe(2)
    await turns()
    assert not running.done()
    messenger.may_answer.set()
    await running
    assert await town.states() == [State.SENT]


async def test_told_to_stop_it_gives_back_what_waits_for_its_slot(
    store: Store, clock: Clock, messenger: Slow
) -> None:
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    messenger.rates = (Pace(key="token", per_second=0.1),)
    town = Town(store, clock, messenger, sleep=sleep)
    await town.listed(agents(1))
    await channels(town, 3)
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    running = asyncio.create_task(town.courier.run())
    await asleep.wait()
    await turns()
    town.courier.stop()
    await running
    assert sorted(await town.states()) == [State.PENDING, State.PENDING, State.SENT]
    free = await store.outbox.take(Lease(owner="next", at=clock(), until=clock() + LEASE), 10)
    assert len(free) == 2


async def test_what_does_not_end_in_time_is_left_to_be_settled(
    town: Town, messenger: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.delivering.DRAIN", timedelta(seconds=0.05))
    messenger.may_answer.clear()
    messenger.certainty = Certainty(resend_within=2 * MINUTE)
    await town.subscribe()
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    running = asyncio.create_task(town.courier.run())
    await messenger.asked.wait()
    town.courier.stop()
    await running
    [left] = await town.deliveries()
    assert (left.state, left.attempts) == (State.SENDING, 1)
    assert left.first_attempt_at is not None
    messenger.may_answer.set()
    next_process = town.another("next")
    await next_process.at(left.first_attempt_at + LEASE - SECOND)
    assert town.came == []
    await next_process.at(left.first_attempt_at + LEASE)
    assert town.came == [ids(1)]


async def test_a_computer_that_slept_while_it_posted_does_not_post_twice(town: Town, messenger: Slow) -> None:
    messenger.may_answer.clear()
    await town.subscribe()
    town.clock.moment = NINE_O_CLOCK
    await town.rounds.tick()
    await town.courier.round()
    await messenger.asked.wait()
    town.clock.pass_(3 * HOUR)
    await town.courier.round()
    await turns()
    messenger.may_answer.set()
    await town.courier.settle()
    assert town.came == [ids(1)]
    assert await town.states() == [State.SENT]
