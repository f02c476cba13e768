from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import MalformedListing, SourceThrottled, SourceUnavailable
from bot.domain.events import Event, FetchFailed
from bot.ports import Store
from bot.services.ingesting import Ingest, back_fill_days
from bot.services.polling import Polling
from bot.services.searching import Searching
from storage.opening import open_index
from tests.services.conftest import MONDAY, Clock, FakeSource, at, entry, listing

QUARTER = timedelta(minutes=15)


class Stopped(Exception):
    """Ends an endless loop."""


class Sleeper:
    """Lets the clock run on instead of waiting; stops after so many waits."""

    def __init__(self, clock: Clock, most: int) -> None:
        self.waits: list[float] = []
        self._clock = clock
        self._most = most

    async def __call__(self, seconds: float) -> None:
        if len(self.waits) == self._most:
            raise Stopped
        self.waits.append(seconds)
        self._clock.pass_(timedelta(seconds=seconds))
        await asyncio.sleep(0)


@pytest.fixture
async def searching(store: Store, tmp_path: Path, events: list[Event]) -> AsyncIterator[Searching]:
    async with open_index(f"sqlite:///{tmp_path / 'paperround.db'}") as index:
        yield Searching(store.papers, index, observe=events.append)


def polling(
    source: FakeSource,
    store: Store,
    searching: Searching,
    events: list[Event],
    clock: Clock,
    sleeper: Sleeper,
) -> Polling:
    ingest = Ingest(store.papers, observe=events.append, now=clock)
    return Polling(
        source,
        ingest,
        searching,
        store.leases,
        owner="here",
        every=QUARTER,
        observe=events.append,
        now=clock,
        sleep=sleeper,
    )


async def test_the_first_round_reads_a_month_and_the_next_ones_a_week(
    store: Store, searching: Searching, events: list[Event], clock: Clock
) -> None:
    def fresh(day: date) -> None:
        source.days[day] = listing(entry("2511.00001", "One", day=day, seen=clock()), day=day, seen=clock())

    source = FakeSource(clock=clock)
    fresh(MONDAY)
    sleeper = Sleeper(clock, 2)
    with pytest.raises(Stopped):
        await polling(source, store, searching, events, clock, sleeper).run()

    assert len(source.asked) == 31 + 8 + 8
    assert source.asked[0] == MONDAY
    assert await store.papers.count() == 1
    assert sleeper.waits == [900.0, 900.0]


async def test_a_back_fill_that_was_interrupted_goes_on(
    store: Store, searching: Searching, events: list[Event], clock: Clock
) -> None:
    broken = MONDAY - timedelta(days=20)
    source = FakeSource(days={broken: SourceUnavailable("It does not answer.")}, clock=clock)
    part = polling(source, store, searching, events, clock, Sleeper(clock, 0))
    await part.round(back_fill_days(MONDAY))
    assert source.asked[-1] == broken

    del source.days[broken]
    source.asked.clear()
    await part.round(back_fill_days(MONDAY))

    assert source.asked == [MONDAY - timedelta(days=back) for back in range(20, 31)]


async def test_a_source_that_is_down_ends_the_round_and_is_asked_again_later(
    store: Store, searching: Searching, events: list[Event], clock: Clock
) -> None:
    source = FakeSource(days={MONDAY: SourceUnavailable("It does not answer.")})
    sleeper = Sleeper(clock, 3)
    with pytest.raises(Stopped):
        await polling(source, store, searching, events, clock, sleeper).run()

    assert source.asked == [MONDAY] * 4
    assert events == [FetchFailed(day=MONDAY, reason="It does not answer.")] * 4


async def test_a_lasting_malformed_day_is_told_and_keeps_no_older_one_from_being_read(
    store: Store, searching: Searching, events: list[Event], clock: Clock
) -> None:
    source = FakeSource(days={MONDAY: MalformedListing("That is no list of papers.")}, clock=clock)
    part = polling(source, store, searching, events, clock, Sleeper(clock, 0))
    for _ in range(2):
        assert await part.round(back_fill_days(MONDAY)) == QUARTER
        clock.pass_(QUARTER)
    told = [event for event in events if isinstance(event, FetchFailed)]
    assert told == [FetchFailed(day=MONDAY, reason="That is no list of papers.")] * 2
    known = [record.day for record in await store.papers.records()]
    assert known == sorted(back_fill_days(MONDAY)[1:])


@pytest.mark.parametrize(
    ("asked_for", "waited"),
    [
        pytest.param(timedelta(seconds=5), QUARTER, id="less than a round: the usual wait"),
        pytest.param(timedelta(minutes=40), timedelta(minutes=40), id="as long as it asks for"),
        pytest.param(timedelta(days=2), timedelta(hours=1), id="never more than an hour"),
    ],
)
async def test_a_source_that_asks_for_patience_gets_it(
    store: Store,
    searching: Searching,
    events: list[Event],
    clock: Clock,
    asked_for: timedelta,
    waited: timedelta,
) -> None:
    source = FakeSource(days={MONDAY: SourceThrottled("Slow down.", retry_after=asked_for)})
    part = polling(source, store, searching, events, clock, Sleeper(clock, 0))

    assert await part.round([MONDAY]) == waited


async def test_what_a_round_read_is_searchable(
    store: Store, searching: Searching, events: list[Event], clock: Clock
) -> None:
    source = FakeSource(days={MONDAY: listing(entry("2511.00001", "Agents", seen=at(MONDAY)))})
    await polling(source, store, searching, events, clock, Sleeper(clock, 0)).round([MONDAY])

    assert await searching.catch_up() == 0
