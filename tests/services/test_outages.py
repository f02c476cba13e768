from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.errors import StoreReadOnly, StoreUnavailable
from bot.domain.events import Event, StoreBack, StoreFailed
from bot.services.outages import EVERY, QUIET, Outages
from tests.services.conftest import Clock

AWAY = StoreUnavailable("The store is away.", hint="Wait.")
SECOND = timedelta(seconds=1)


@dataclass
class World:
    """A store that is well or not, and who counts and hears of its failures."""

    clock: Clock
    wrong: StoreUnavailable | StoreReadOnly | None = None
    failures: int = 0
    pings: int = 0
    events: list[Event] = field(default_factory=list)

    def observe(self, event: Event) -> None:
        self.events.append(event)
        self.failures += isinstance(event, StoreFailed)

    async def ping(self) -> None:
        self.pings += 1
        if self.wrong:
            raise self.wrong

    async def sleep(self, seconds: float) -> None:
        self.clock.pass_(timedelta(seconds=seconds))

    def outages(self) -> Outages:
        return Outages(
            lambda: self.failures, self.ping, observe=self.observe, now=self.clock, sleep=self.sleep
        )


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock)


async def watched(world: World, outages: Outages, seconds: int, *, failing: bool = False) -> None:
    """*seconds* pass, in each of which somebody meets a failure or nobody does."""
    for _ in range(seconds):
        world.failures += failing
        await outages.look()
        world.clock.pass_(SECOND)


async def test_a_store_that_works_is_never_asked(world: World) -> None:
    await watched(world, world.outages(), 100)
    assert (world.pings, world.events) == (0, [])


async def test_once_it_is_back_that_is_told_once_with_how_long_it_was_away(world: World) -> None:
    outages = world.outages()
    world.wrong = AWAY
    await watched(world, outages, 30, failing=True)
    assert world.events == []
    world.wrong = None
    await watched(world, outages, 100)
    assert world.events == [StoreBack(after=29 * SECOND)]


async def test_as_long_as_the_store_cannot_be_written_it_is_not_back(world: World) -> None:
    outages = world.outages()
    world.wrong = StoreReadOnly("It is read-only.", hint="Mend it.")
    await watched(world, outages, 1, failing=True)
    await watched(world, outages, 60)
    assert {type(event) for event in world.events} == {StoreFailed}
    assert world.pings <= 60 // QUIET.total_seconds() + 1


async def test_while_one_part_fails_again_and_again_it_is_not_back(world: World) -> None:
    outages = world.outages()
    for _ in range(20):
        await watched(world, outages, 1, failing=True)
        await watched(world, outages, 4)
    assert world.events == []
    await watched(world, outages, 10)
    assert [type(event) for event in world.events] == [StoreBack]


async def test_each_outage_is_told(world: World) -> None:
    outages = world.outages()
    for _ in range(3):
        await watched(world, outages, 2, failing=True)
        await watched(world, outages, 20)
    assert world.events == [StoreBack(after=SECOND)] * 3


async def test_it_looks_every_two_seconds(world: World) -> None:
    slept: list[float] = []

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Enough

    outages = Outages(lambda: 0, world.ping, observe=world.observe, now=world.clock, sleep=sleep)
    with pytest.raises(Enough):
        await outages.run()
    assert slept == [EVERY.total_seconds()] * 3
