from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.errors import StoreBusy, StoreUnavailable, UserError
from bot.domain.papers import page_id
from bot.domain.processes import Running
from bot.domain.subscriptions import Progress, WorkspaceSettings
from bot.outbox import Due
from bot.ports import ListingRecord, PaperChanges, Store
from bot.services.migrating import Copied, Migration, refuse_half
from storage.opening import open_store
from tests.servers.couriers import NoServer, store_at
from tests.services.town import ShakyStore
from tests.storage.outbox_contract import end, ended, hot, posted
from tests.storage.samples import BARE, CHANNEL, DAY, FULL, HOUR, NOW, PERSON, paper, subscription, tally

WAYS = [("sqlite", "redis"), ("redis", "sqlite"), ("sqlite", "valkey"), ("sqlite", "sqlite")]
PAGE = page_id("agents")
EVERYONE = [subscription(1), hot(2), subscription(3, to=PERSON)]
STANDS = Progress(newest_day=DAY, silent=2, silent_since=DAY - timedelta(days=3), spoke_on=DAY)


@pytest.fixture(params=WAYS, ids=[" to ".join(way) for way in WAYS])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """A store with something of everything in it, and an empty one."""
    async with AsyncExitStack() as stack:
        opened = []
        for name, kind in zip(("old", "new"), request.param, strict=True):
            folder = tmp_path / name
            folder.mkdir()
            try:
                url = await stack.enter_async_context(store_at(kind, folder))
            except NoServer as reason:
                pytest.skip(str(reason))
            opened.append(await stack.enter_async_context(open_store(url)))
        await fill(opened[0])
        yield opened[0], opened[1]


async def fill(store: Store) -> None:
    papers = [FULL, BARE, *(paper(number) for number in range(10, 1200))]
    await store.papers.keep(PaperChanges(papers=(replace(BARE, id=PAGE, title="Page"),)))
    await store.bookmarks.save("ana", PAGE, NOW)
    await store.bookmarks.save("ana", FULL.id, NOW - HOUR)
    await store.marks.claim(CHANNEL, [PAGE], owner="before", at=NOW - HOUR)
    tallies = [(one.id, tally(hours, upvotes=hours)) for one in papers[:20] for hours in (0, 7, 14)]
    await store.papers.keep(
        PaperChanges(papers=tuple(papers), tallies=tuple(tallies), aliases=((PAGE, BARE.id),))
    )
    for back in range(3):
        ids = tuple(one.id for one in papers[back + 3 : 400 + back])
        removed = (BARE.id,) if back else ()
        record = ListingRecord(
            day=DAY - timedelta(days=back), seen_at=NOW - back * HOUR, ids=ids, removed=removed
        )
        await store.papers.keep(PaperChanges(record=record))
    await store.settings.put("slack:T1", WorkspaceSettings(zone="Europe/Berlin", posts_a_day=9))
    await store.departures.note("discord:9", NOW)
    await store.marks.claim(CHANNEL, ["2511.00011", "2511.00012"], owner="s1|a", at=NOW)
    await store.marks.claim(CHANNEL, ["2511.00013"], owner="s2|b", at=NOW + HOUR)
    await store.marks.claim(PERSON, ["2511.00011"], owner="s3|c", at=NOW)
    standing = [(one, replace(STANDS, due_at=NOW + HOUR if one.id != "s2" else None)) for one in EVERYONE]
    assert await store.contents.restore(standing) == 3
    assert await store.contents.restore(standing) == 0


async def seen(store: Store) -> list[object]:
    """All that *store* holds, as the ports show it."""
    ids = [paper for _, paper in await store.papers.changed(0, 10_000)]
    return [
        await store.papers.entries([*ids, PAGE]),
        await store.papers.tallies(ids),
        await store.papers.records(),
        await store.papers.titled(["agents", "page"]),
        (await store.papers.revision())[1],
        await store.subscriptions.all(),
        await store.subscriptions.progress(one.id for one in EVERYONE),
        await store.subscriptions.alerts(),
        await store.subscriptions.of(CHANNEL),
        await store.outbox.next_at(),
        sorted(str(mark) for some in [one async for one in store.contents.marks()] for mark in some),
        [some async for some in store.contents.bookmarks()],
        sorted([key async for key, _ in store.contents.settings()]),
        await store.settings.of_workspace("slack:T1"),
        await store.departures.find("discord:9"),
    ]


def migration(old: Store, new: Store) -> Migration:
    return Migration(old, new, name="the old store", now=lambda: NOW, tell=lambda _: None)


async def test_everything_is_there_afterwards_and_nothing_has_changed_in_the_old_one(
    stores: tuple[Store, Store],
) -> None:
    old, new = stores
    before = await seen(old)
    copied = await migration(old, new).run()
    assert copied == Copied(papers=1192, days=3, subscriptions=3, marks=5, bookmarks=2, settings=1)
    assert await seen(new) == before == await seen(old)
    assert await new.processes.running(NOW) == []


async def test_who_claimed_a_paper_can_still_give_it_back(stores: tuple[Store, Store]) -> None:
    old, new = stores
    await migration(old, new).run()
    await new.marks.release(CHANNEL, ["2511.00011", "2511.00013"], owner="s1|a")
    assert set(await new.marks.had(CHANNEL)) == {"2511.00012", "2511.00013", BARE.id}


@pytest.mark.parametrize("step", ["keep", "put", "claim", "restore", "leave"])
async def test_interrupted_it_begins_anew_and_ends_with_everything(
    stores: tuple[Store, Store], step: str
) -> None:
    old, new = stores
    with pytest.raises(StoreUnavailable):
        await migration(old, ShakyStore(new, {step: 1})).run()
    assert len(await new.subscriptions.all()) == (3 if step == "leave" else 0)
    await migration(old, new).run()
    assert await seen(new) == await seen(old)


async def test_nothing_runs_on_a_store_that_a_migration_left_half_there(stores: tuple[Store, Store]) -> None:
    old, new = stores
    with pytest.raises(StoreUnavailable):
        await migration(old, ShakyStore(new, {"restore": 1})).run()
    for passed in (HOUR, timedelta(days=100)):
        with pytest.raises(StoreBusy, match="into this store has not ended") as raised:
            await refuse_half(new, NOW + passed)
        assert "paperround migrate" in raised.value.hint
    await refuse_half(old, NOW)
    await migration(old, new).run()
    await refuse_half(new, NOW)


async def test_a_store_that_is_not_empty_is_refused(stores: tuple[Store, Store]) -> None:
    old, new = stores
    await new.settings.put("slack:T2", WorkspaceSettings())
    with pytest.raises(UserError, match="not empty"):
        await migration(old, new).run()
    assert await new.papers.count() == 0


@pytest.mark.parametrize("which", [0, 1], ids=["the old one", "the new one"])
async def test_a_store_that_a_process_runs_on_is_refused(stores: tuple[Store, Store], which: int) -> None:
    there = Running(name="there-7", until=NOW + HOUR, settings={})
    await stores[which].processes.announce(there, NOW)
    with pytest.raises(StoreBusy, match="there-7"):
        await migration(*stores).run()


async def test_what_waits_is_refused_or_left_behind_with_its_papers_given_back(
    stores: tuple[Store, Store],
) -> None:
    old, new = stores
    sent, _ = await posted(old, ["2511.00020"], ["2511.00021"], number=7)
    await end(old, ended(sent, State.UNKNOWN))
    with pytest.raises(UserError, match="1 jobs and deliveries") as raised:
        await migration(old, new).run()
    assert "--drop-waiting" in raised.value.hint
    await migration(old, new).run(drop_waiting=True)
    had = set(await new.marks.had(CHANNEL))
    assert "2511.00020" in had
    assert "2511.00021" not in had
    counts = await new.outbox.counts()
    assert set(counts.values()) == {0}


async def test_what_is_due_in_the_old_one_is_due_in_the_new_one(stores: tuple[Store, Store]) -> None:
    old, new = stores
    await migration(old, new).run()
    found = [one for one in await new.outbox.due(NOW + HOUR, 10) if isinstance(one, Due)]
    assert {one.subscription.id for one in found} == {"s1", "s3"}
    assert {one.progress for one in found} == {replace(STANDS, due_at=NOW + HOUR)}
