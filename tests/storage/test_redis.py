from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.errors import (
    Duplicate,
)
from bot.domain.papers import page_id
from bot.domain.subscriptions import Progress, WorkspaceSettings, permanent_id, shard_of
from bot.ports import PaperChanges
from storage.redis.keys import Keys
from storage.redis.rows import encode_progress
from storage.redis.store import RedisStore
from tests.servers.redis import RedisServer
from tests.storage.contract import StoreContract
from tests.storage.outbox_contract import OutboxContract
from tests.storage.remembering_contract import RememberingContract
from tests.storage.samples import BARE, CHANNEL, DAY, FULL, HOUR, NOW, listing, paper, subscription, tally

if TYPE_CHECKING:
    pass

KEYS = Keys()
PASSWORD = "geheim"
SOON = timedelta(milliseconds=50)


class TestRedisStore(StoreContract, OutboxContract, RememberingContract):
    @pytest.fixture
    async def store(self, store: RedisStore) -> RedisStore:
        return store


# Several processes


async def test_what_many_keep_at_once_is_all_there(server: RedisServer, store: RedisStore) -> None:
    async with RedisStore.open(server.url) as other:
        numbers = await asyncio.gather(
            *(one.papers.keep(listing([paper(number)])) for number, one in enumerate((store, other) * 10))
        )
    assert sorted(numbers) == list(range(1, 21))
    assert await store.papers.count() == 20
    assert len(await store.papers.changed(0, 100)) == 20


async def test_of_two_changes_to_one_subscription_one_is_kept(store: RedisStore) -> None:
    await store.subscriptions.add(subscription(), due_at=NOW)
    changed = [replace(subscription(), version=2, top=top) for top in range(1, 11)]
    done = await asyncio.gather(*(store.subscriptions.replace(one, due_at=None) for one in changed))
    assert sum(done) == 1
    assert await store.subscriptions.all() == [changed[done.index(True)]]


async def test_a_paper_is_claimed_once_by_many(store: RedisStore) -> None:
    held = await asyncio.gather(
        *(store.marks.claim(CHANNEL, ["a", "b"], owner=str(number), at=NOW) for number in range(20))
    )
    assert sum(map(len, held)) == 2


async def test_stores_of_two_prefixes_share_a_server_without_meeting(
    server: RedisServer, store: RedisStore
) -> None:
    async with RedisStore.open(server.url, prefix="paperround:test:") as other:
        await other.papers.keep(listing([BARE]))
        assert await store.papers.count() == 0
    for key in await server.tell("KEYS", "paperround:test:*"):  # type: ignore[attr-defined]
        await server.tell("DEL", key)


# What the ports leave open


async def test_an_id_that_carries_no_shard_is_found_in_every_workspace(store: RedisStore) -> None:
    other = replace(CHANNEL, workspace="T9")
    await store.subscriptions.add(subscription(1), due_at=NOW)
    with pytest.raises(Duplicate):
        await store.subscriptions.add(replace(subscription(2, to=other), id="s1"), due_at=NOW)
    right = replace(subscription(3), id=permanent_id(CHANNEL, "a" * 16))
    wrong = replace(subscription(4), id=permanent_id(replace(CHANNEL, workspace="T8"), "b" * 16))
    for one in (right, wrong):
        await store.subscriptions.add(one, due_at=None)
    assert set(await store.subscriptions.named([right.id, wrong.id, "s1", "s2"])) == {
        right.id,
        wrong.id,
        "s1",
    }
    assert await store.subscriptions.remove(wrong.id)


async def test_progress_is_put_together_from_its_parts(server: RedisServer, store: RedisStore) -> None:
    stands = Progress(newest_day=DAY, silent=2, silent_since=DAY, spoke_on=DAY)
    shard = shard_of(CHANNEL)
    await store.subscriptions.add(subscription(1), due_at=NOW)
    await store.subscriptions.add(subscription(2), due_at=None)
    await server.tell("HSET", KEYS.progress(shard), "s1", encode_progress(stands))
    expected = replace(stands, due_at=NOW)
    assert await store.subscriptions.progress(["s1", "s2", "s3"]) == {
        "s1": expected,
        "s2": Progress(),
        "s3": Progress(),
    }
    await store.subscriptions.remove("s1")
    assert await store.subscriptions.progress(["s1"]) == {"s1": Progress()}


async def test_alerts_are_those_that_are_hot_and_run(store: RedisStore) -> None:
    hot = replace(subscription(1), cadence=Cadence(rhythm=Rhythm.HOT))
    for one in (subscription(2), hot):
        await store.subscriptions.add(one, due_at=None)
    assert await store.subscriptions.alerts() == [hot]
    await store.subscriptions.replace(hot.pause(NOW, "asked"), due_at=None)
    assert await store.subscriptions.alerts() == []


async def test_a_removed_subscription_leaves_nothing(server: RedisServer, store: RedisStore) -> None:
    before = await server.tell("KEYS", "*")
    await store.subscriptions.add(subscription(), due_at=NOW)
    await store.subscriptions.replace(replace(subscription(), version=2, short_id="9zzz"), due_at=NOW)
    await store.subscriptions.remove("s1")
    assert await server.tell("KEYS", "*") == before


async def test_forgotten_and_released_marks_leave_nothing(server: RedisServer, store: RedisStore) -> None:
    before = await server.tell("KEYS", "*")
    await store.marks.claim(CHANNEL, ["a", "b"], owner="one", at=NOW)
    await store.marks.release(CHANNEL, ["a"], owner="one")
    assert await store.marks.forget(NOW) == 0
    assert await store.marks.forget(NOW + HOUR) == 1
    await store.marks.claim(CHANNEL, ["a"], owner="one", at=NOW)
    await store.marks.release(CHANNEL, ["a"], owner="one")
    assert await server.tell("KEYS", "*") == before


async def test_papers_that_join_one_after_the_other_become_one(
    server: RedisServer, store: RedisStore
) -> None:
    first, second = (replace(BARE, id=page_id(name)) for name in ("first", "second"))
    await store.papers.keep(
        PaperChanges(papers=(first, second), tallies=((first.id, tally(0)), (second.id, tally(1))))
    )
    await store.bookmarks.save("ana", first.id, NOW)
    aliases = ((first.id, second.id), (second.id, BARE.id))
    await store.papers.keep(PaperChanges(papers=(BARE,), aliases=aliases))
    assert await store.papers.tallies([first.id]) == {first.id: (tally(0), tally(1))}
    assert await store.bookmarks.saved("ana") == [BARE.id]
    assert await store.papers.count() == 1
    assert await server.tell("EXISTS", KEYS.tallies(first.id), KEYS.tallies(second.id)) == 0


async def test_a_day_without_papers_is_kept_among_many_others(store: RedisStore) -> None:
    days = [DAY + timedelta(days=number) for number in range(-400, 400, 100)]
    for day in days:
        await store.papers.keep(listing([], day=day))
    assert [record.day for record in await store.papers.records(days[2], days[5])] == days[2:6]


async def test_every_key_of_a_full_store_is_known(server: RedisServer, store: RedisStore) -> None:
    page = replace(BARE, id=page_id("agents"))
    await store.papers.keep(listing([page, FULL]))
    await store.papers.keep(PaperChanges(papers=(BARE,), aliases=((page.id, BARE.id),)))
    await store.marks.claim(CHANNEL, [FULL.id], owner="one", at=NOW)
    await store.bookmarks.save("ana", FULL.id, NOW)
    await store.settings.put("slack:T1", WorkspaceSettings())
    await store.subscriptions.add(subscription(), due_at=NOW)
    keys = await server.tell("KEYS", "*")
    assert isinstance(keys, list)
    assert all(KEYS.is_permanent(key) for key in keys)
    assert all(key.startswith("paperround:{") for key in keys)
