from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import SourceUnavailable
from bot.domain.events import Event, FetchFailed, ItemsSkipped, ListingKept, ListingShrank
from bot.domain.folding import fold_title
from bot.domain.papers import page_id
from bot.ports import Store
from bot.services.ingesting import Ingest, back_fill_days
from tests.services.conftest import MONDAY, Clock, FakeSource, at, entry, listing

DAY = timedelta(days=1)


@pytest.fixture
def ingest(store: Store, events: list[Event], clock: Clock) -> Ingest:
    return Ingest(store.papers, observe=events.append, now=clock)


async def test_a_listing_is_kept_with_its_papers_and_counts(store: Store, ingest: Ingest) -> None:
    kept = await ingest.keep(listing(entry("2511.00001", "One", 5), entry("2511.00002", "Two", 7)))

    assert (kept.new, kept.tallies) == (2, 2)
    assert [(e.paper.title, e.upvotes) for e in await store.papers.listed(MONDAY, MONDAY)] == [
        ("One", 5),
        ("Two", 7),
    ]


async def test_keeping_a_listing_twice_changes_nothing(store: Store, ingest: Ingest) -> None:
    monday = listing(entry("2511.00001", "One", 5))
    await ingest.keep(monday)
    before = await store.papers.changed(0, 100)

    again = await ingest.keep(monday)

    assert (again.new, again.tallies) == (0, 0)
    assert await store.papers.changed(0, 100) == before


@pytest.mark.parametrize(
    ("later", "upvotes", "kept"),
    [
        pytest.param(
            timedelta(minutes=15), 10, 1, id="the same count a quarter of an hour later says nothing"
        ),
        pytest.param(timedelta(minutes=15), 11, 2, id="a moved count is noted"),
        pytest.param(timedelta(minutes=15), 9, 2, id="a fallen count is noted"),
        pytest.param(timedelta(hours=6), 10, 2, id="after six hours the same count is noted again"),
    ],
)
async def test_a_tally_is_kept_when_it_says_something_new(
    store: Store, ingest: Ingest, later: timedelta, upvotes: int, kept: int
) -> None:
    await ingest.keep(listing(entry("2511.00001", "One", 10)))
    seen = at(MONDAY) + later
    await ingest.keep(listing(entry("2511.00001", "One", upvotes, seen=seen), seen=seen))

    assert len((await store.papers.tallies(["2511.00001"]))["2511.00001"]) == kept


async def test_an_older_reading_adds_its_counts_but_takes_nothing_back(store: Store, ingest: Ingest) -> None:
    evening = at(MONDAY, 20)
    await ingest.keep(listing(entry("2511.00001", "One, revised", 30, seen=evening), seen=evening))
    morning = listing(entry("2511.00001", "One", 10), entry("2511.00002", "Two", 1))
    await ingest.keep(morning)
    await ingest.keep(morning)

    [shown] = await store.papers.listed(MONDAY, MONDAY)
    assert (shown.paper.title, shown.upvotes) == ("One, revised", 30)
    tallies = (await store.papers.tallies(["2511.00001"]))["2511.00001"]
    assert [tally.upvotes for tally in tallies] == [10, 30]


async def test_a_paper_that_vanished_from_the_list_is_kept_but_no_longer_listed(
    store: Store, ingest: Ingest
) -> None:
    papers = [entry(f"2511.0000{n}", f"Paper {n}") for n in range(5)]
    await ingest.keep(listing(*papers))
    later = at(MONDAY, 12)
    await ingest.keep(
        listing(*[replace(p, tally=replace(p.tally, at=later)) for p in papers[1:]], seen=later)
    )

    assert [e.paper.id for e in await store.papers.listed(MONDAY, MONDAY)] == [p.paper.id for p in papers[1:]]
    assert "2511.00000" in await store.papers.entries(["2511.00000"])
    [record] = await store.papers.records(MONDAY, MONDAY)
    assert record.removed == ("2511.00000",)


async def test_a_list_that_suddenly_shrank_removes_nothing_and_says_so(
    store: Store, ingest: Ingest, events: list[Event]
) -> None:
    papers = [entry(f"2511.0000{n}", f"Paper {n}") for n in range(6)]
    await ingest.keep(listing(*papers))
    later = at(MONDAY, 12)
    await ingest.keep(listing(entry("2511.00000", "Paper 0", 99, seen=later), seen=later))

    listed = await store.papers.listed(MONDAY, MONDAY)
    assert len(listed) == 6
    assert max(e.upvotes for e in listed) == 99
    assert ListingShrank(day=MONDAY, before=6, now=1) in events


async def test_a_paper_listed_again_keeps_both_days_and_stands_on_both(store: Store, ingest: Ingest) -> None:
    await ingest.keep(listing(entry("2511.00001", "One")))
    friday = MONDAY + 4 * DAY
    await ingest.keep(listing(entry("2511.00001", "One", day=friday), day=friday))

    [shown] = await store.papers.listed(MONDAY, friday)
    assert shown.paper.listed_on == (MONDAY, friday)


async def test_a_paper_known_by_title_alone_joins_the_real_one_when_that_comes(
    store: Store, ingest: Ingest
) -> None:
    page = page_id(fold_title("World Models: a Study"))
    await ingest.keep(
        listing(entry(page, "World Models: a Study", None, day=None, abstract="Known."), day=None)
    )
    await store.bookmarks.save("terminal:local/@ana", page, at(MONDAY))

    kept = await ingest.keep(listing(entry("2511.00001", "World models:  a study", 4)))

    assert kept.joined == 1
    assert await store.papers.count() == 1
    assert await store.bookmarks.saved("terminal:local/@ana") == ["2511.00001"]
    [found] = (await store.papers.entries([page])).values()
    assert (found.paper.id, found.upvotes) == ("2511.00001", 4)


async def test_a_saved_page_adds_what_the_real_paper_lacks_and_overrides_nothing(
    store: Store, ingest: Ingest
) -> None:
    await ingest.keep(listing(entry("2511.00001", "World Models", 4)))
    page = page_id(fold_title("World models"))
    later = at(MONDAY, 20)
    seen = entry(page, "WORLD MODELS", None, day=None, abstract="From the page.", seen=later, comments=3)
    await ingest.keep(listing(seen, day=None, seen=later))

    [found] = (await store.papers.entries(["2511.00001"])).values()
    assert await store.papers.count() == 1
    assert (found.paper.title, found.paper.abstract) == ("World Models", "From the page.")
    assert (found.tally.upvotes, found.tally.comments) == (4, 3)


async def test_papers_of_a_saved_search_have_no_day(store: Store, ingest: Ingest) -> None:
    await ingest.keep(listing(entry(page_id("x"), "X", None, day=None, comments=None), day=None))

    assert await store.papers.count() == 1
    assert await store.papers.records() == []


async def test_a_failed_read_keeps_what_was_known_and_is_told(
    store: Store, ingest: Ingest, events: list[Event]
) -> None:
    await ingest.keep(listing(entry("2511.00001", "One")))
    source = FakeSource(days={MONDAY: SourceUnavailable("It answered 503.")})

    with pytest.raises(SourceUnavailable):
        await ingest.read(source, MONDAY)

    assert len(await store.papers.listed(MONDAY, MONDAY)) == 1
    assert FetchFailed(day=MONDAY, reason="It answered 503.") in events


async def test_skipped_items_are_told_and_cost_nothing_else(ingest: Ingest, events: list[Event]) -> None:
    await ingest.keep(replace(listing(entry("2511.00001", "One")), skipped=("2511.00009",)))

    assert ItemsSkipped(day=MONDAY, items=("2511.00009",)) in events
    assert [event.papers for event in events if isinstance(event, ListingKept)] == [1]


async def test_a_day_without_papers_is_a_fact_and_is_remembered(store: Store, ingest: Ingest) -> None:
    saturday = MONDAY - 2 * DAY
    await ingest.read(FakeSource(), saturday)

    [record] = await store.papers.records(saturday, saturday)
    assert record.ids == ()


async def test_only_days_that_may_have_changed_are_read_again(ingest: Ingest, clock: Clock) -> None:
    old, young = MONDAY - 20 * DAY, MONDAY - DAY
    await ingest.keep(listing(day=old, seen=at(MONDAY)))
    await ingest.keep(listing(day=young, seen=at(MONDAY)))

    assert await ingest.pending([young, old, MONDAY]) == [MONDAY]
    clock.pass_(timedelta(hours=1))
    assert await ingest.pending([young, old, MONDAY]) == [young, MONDAY]
    assert await ingest.pending([]) == []


async def test_a_paper_the_store_lacks_is_fetched_and_kept(store: Store, ingest: Ingest) -> None:
    source = FakeSource(papers={"2511.00007": entry("2511.00007", "Seven", day=None)})

    assert await ingest.fetch_paper(source, "2511.00007") is not None
    assert await ingest.fetch_paper(source, "2511.00008") is None
    assert set(await store.papers.entries(["2511.00007", "2511.00008"])) == {"2511.00007"}


async def test_old_tallies_are_thinned_to_one_a_day(store: Store, ingest: Ingest, clock: Clock) -> None:
    for hour in (1, 2, 3):
        seen = at(MONDAY, hour)
        await ingest.keep(listing(entry("2511.00001", "One", hour, seen=seen), seen=seen))
    clock.pass_(timedelta(days=40))

    assert await ingest.thin() == 2
    [left] = (await store.papers.tallies(["2511.00001"]))["2511.00001"]
    assert left.upvotes == 3


def test_back_filling_begins_with_the_newest_day() -> None:
    assert back_fill_days(MONDAY)[:2] == (MONDAY, MONDAY - DAY)
    assert len(back_fill_days(MONDAY)) == 31
