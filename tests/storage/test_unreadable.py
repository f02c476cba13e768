"""One record that cannot be read stops nothing else, on any store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.subscriptions import Unreadable, shard_of
from bot.outbox import Due
from bot.ports import Store
from storage.codec import encode_subscription
from storage.opening import open_store
from storage.redis.keys import Keys
from tests.servers.redis import KINDS, find_server, redis_server
from tests.storage.outbox_contract import hot, job_of, lease, made, posted, step
from tests.storage.samples import CHANNEL, NOW, subscription

SHARD = shard_of(CHANNEL)
NEWER = encode_subscription(subscription(1)).replace('{"v":1,', '{"v":99,')
DAMAGED = json.dumps({"v": 1, "id": "s1", "version": 1, "cadence": {"rhythm": "hot"}, "paused_at": None})
TOO_NEW = Unreadable(id="s1", reason="A record in the store was written by a newer version of Paperround.")
CORRUPT = Unreadable(id="s1", reason="A subscription in the store cannot be read.")
spoilt = pytest.mark.parametrize(
    ("document", "told"), [(NEWER, TOO_NEW), (DAMAGED, CORRUPT)], ids=["of a newer version", "damaged"]
)


@dataclass
class Place:
    """A store, and what writes a record into it as if somebody else did."""

    store: Store
    write: Callable[[str, str], Awaitable[object]]


@pytest.fixture(params=["sqlite", *KINDS])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "sqlite":
        path = tmp_path / "any.db"

        async def write(subscription_id: str, document: str) -> None:
            with closing(sqlite3.connect(path)) as file, file:
                values = (document, subscription_id)
                file.execute("UPDATE subscription SET document = ? WHERE id = ?", values)

        async with open_store(f"sqlite:///{path}") as store:
            yield Place(store, write)
        return
    program = find_server(request.param)
    if isinstance(program, str):
        pytest.skip(program)
    async with redis_server(program, tmp_path) as server, open_store(server.url) as store:
        name = Keys().subscriptions(SHARD)
        yield Place(store, lambda *record: server.tell("HSET", name, *record))


@spoilt
async def test_it_is_named_among_those_that_are_due(place: Place, document: str, told: Unreadable) -> None:
    await made(place.store, subscription(1), subscription(2))
    await place.write("s1", document)
    found = await place.store.outbox.due(NOW, 10)
    assert [one for one in found if isinstance(one, Unreadable)] == [told]
    assert [one.subscription.id for one in found if isinstance(one, Due)] == ["s2"]


@spoilt
async def test_its_job_is_taken_with_the_others_and_says_why_it_has_none(
    place: Place, document: str, told: Unreadable
) -> None:
    store = place.store
    await made(store, subscription(1), subscription(2))
    await store.outbox.advance([step(subscription(1)), step(subscription(2))])
    await place.write("s1", document)
    taken = {one.job.subscription_id: one for one in await store.outbox.take_jobs(lease(), 10)}
    assert (taken["s1"].subscription, taken["s1"].unreadable) == (None, told.reason)
    assert (taken["s2"].subscription, taken["s2"].unreadable) == (subscription(2), "")


@spoilt
async def test_it_is_named_apart_from_alerts_and_from_all(
    place: Place, document: str, told: Unreadable
) -> None:
    subscriptions = place.store.subscriptions
    await made(place.store, hot(1), hot(2), due_at=None)
    await place.write("s1", document.replace('"weekly"', '"hot"'))
    assert await subscriptions.alerts() == [hot(2), told]
    assert await subscriptions.all() == [hot(2)]
    assert await subscriptions.unreadable() == [told]


async def test_the_next_moment_is_looked_for_after_any(place: Place) -> None:
    outbox = place.store.outbox
    await job_of(place.store)
    at = await outbox.next_at()
    assert at == lease().until
    later = await outbox.next_at(at)
    assert later == (await place.store.subscriptions.progress(["s1"]))["s1"].due_at
    assert await outbox.next_at(later) is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_delivery_that_cannot_be_read_stops_no_other(kind: str, tmp_path: Path) -> None:
    program = find_server(kind)
    if isinstance(program, str):
        pytest.skip(program)
    async with redis_server(program, tmp_path) as server, open_store(server.url) as store:
        spoilt, _ = await posted(store, ["a"], ["b"], number=1)
        whole, _ = await posted(store, ["c"], ["d"], number=2)
        await server.tell("HSET", Keys().delivery(SHARD, spoilt.key), "document", "{}")
        later = lease("two", lease().until)
        assert [one.key for one in await store.outbox.take(later, 10)] == [whole.key]
        assert (await store.outbox.counts())[State.PENDING] == 4
