"""What a process has at hand before anybody asks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.composing import Window
from bot.domain.errors import StoreBusy
from bot.domain.events import Event, StoreFailed
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Entry
from bot.ports import Store
from bot.services.composing import Composer
from bot.services.following import Following
from bot.services.ingesting import Ingest
from bot.services.mirror import Mirror
from bot.services.searching import Searching
from storage.search.index import FullTextIndex
from tests.services.conftest import MONDAY, Clock, at, entry, listing
from tests.services.test_polling import Sleeper, Stopped

DAY = timedelta(days=1)


class BusyIndex(FullTextIndex):
    """One that another process writes when it is first asked."""

    asked = 0

    async def position(self) -> int:
        self.asked += 1
        if self.asked == 2:
            raise StoreBusy("The search index is being written.", hint="Wait.")
        return await super().position()


async def keep(store: Store, clock: Clock, day: date, *entries: Entry) -> None:
    clock.moment = at(day)
    await Ingest(store.papers, observe=lambda _: None, now=clock).keep(listing(*entries, day=day))


def paper(day: date, number: int = 0, title: str = "Agents") -> Entry:
    return entry(f"2511.{(day - MONDAY).days + 100:03}{number:02}", title, day=day)


async def found(mirror: Mirror, text: str, days: Window) -> list[str]:
    index = (await mirror.candidates(days)).index
    span = index.span(days.first, days.last).mask
    return sorted(one.entry.paper.id for one in index.narrowed(span).matches(parse_filter(text)))


async def test_a_store_that_is_busy_is_asked_again(
    store: Store, events: list[Event], clock: Clock, tmp_path: Path
) -> None:
    await keep(store, clock, MONDAY, paper(MONDAY))
    async with BusyIndex.open(tmp_path / "index") as index:
        searching = Searching(store.papers, index, observe=events.append)
        composer = Composer(store.papers, store.marks, now=clock)
        sleeper = Sleeper(clock, 2)
        with pytest.raises(Stopped):
            await Following(composer, searching, observe=events.append, sleep=sleeper).run()
        assert [one for one, _ in await index.titles("agents", 5)] == [paper(MONDAY).paper.id]
    assert sleeper.waits == [5.0, 5.0]
    assert events == [StoreFailed(reason="The search index is being written.")]


async def test_days_come_and_go_and_only_what_is_listed_is_found(store: Store, clock: Clock) -> None:
    mirror = Mirror(store.papers)
    await mirror.follow()
    for number in range(60):
        day = MONDAY + number * DAY
        await keep(store, clock, day, paper(day), paper(day, 1, "Robots"))
        await mirror.follow()
        week = Window(first=day - 6 * DAY, last=day)
        assert await found(mirror, "agents", week) == [
            paper(day - back * DAY).paper.id for back in range(min(number, 6), -1, -1)
        ]


async def test_a_title_that_changed_is_found_by_the_new_one_alone(store: Store, clock: Clock) -> None:
    mirror = Mirror(store.papers)
    await keep(store, clock, MONDAY, paper(MONDAY), paper(MONDAY, 1))
    today = Window(first=MONDAY, last=MONDAY)
    assert len(await found(mirror, "agents", today)) == 2

    await keep(store, clock, MONDAY, paper(MONDAY, title="Robots"), paper(MONDAY, 1))

    assert await found(mirror, "robots", today) == [paper(MONDAY).paper.id]
    assert await found(mirror, "agents", today) == [paper(MONDAY, 1).paper.id]


async def test_a_day_of_long_ago_is_found_beside_the_latest(store: Store, clock: Clock) -> None:
    mirror = Mirror(store.papers)
    old = MONDAY - 200 * DAY
    await keep(store, clock, old, entry("2504.00001", "Agents", day=old))
    await keep(store, clock, MONDAY, paper(MONDAY))

    assert await found(mirror, "agents", Window(first=old, last=old)) == ["2504.00001"]
    assert await found(mirror, "agents", Window(first=MONDAY, last=MONDAY)) == [paper(MONDAY).paper.id]

    await keep(store, clock, old, entry("2504.00002", "Agents again", day=old))
    assert "2504.00002" in await found(mirror, "agents", Window(first=old, last=old))
