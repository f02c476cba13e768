"""What the outbox of Redis promises beyond the ports: steps done twice, lifetimes, and what is cleaned away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.deliveries import Edition, State
from bot.domain.papers import page_id
from bot.domain.subscriptions import permanent_id, shard_of
from bot.outbox import Due, Heated
from bot.ports import PaperChanges
from storage.redis.keys import ENDED_FOR, HOT_FOR, Keys
from tests.storage.outbox_contract import (
    ELSEWHERE,
    end,
    ended,
    job_of,
    lease,
    made,
    posted,
    sent,
    step,
    written,
)
from tests.storage.samples import BARE, CHANNEL, NOW, subscription

if TYPE_CHECKING:
    from storage.redis.store import RedisStore
    from tests.servers.redis import RedisServer

KEYS = Keys()
SHARD = shard_of(CHANNEL)


# Steps of which the answer was lost


async def test_what_was_written_is_not_lost_when_the_step_is_done_twice(store: RedisStore) -> None:
    edition = written(await job_of(store), ["a"])
    assert await store.outbox.write([edition], lease()) == [frozenset()]
    assert await store.outbox.write([edition], lease()) == [frozenset()]
    assert (await store.outbox.counts())["pending"] == 1
    assert await store.outbox.write([edition], lease("two")) == [None]


async def test_scripts_that_the_server_forgot_are_told_again(server: RedisServer, store: RedisStore) -> None:
    await made(store, subscription())
    await server.tell("SCRIPT", "FLUSH")
    assert len(await store.outbox.advance([step(subscription())])) == 1
    assert len(await store.outbox.take_jobs(lease(), 10)) == 1


# Where things are


async def test_many_shards_are_served_in_order_of_time(store: RedisStore) -> None:
    everyone = [
        replace(subscription(number, to=place), id=permanent_id(place, f"{number:016}"))
        for number in range(200)
        for place in [replace(CHANNEL, workspace=f"T{number % 7 and number}")]
    ]
    moments = {one.id: NOW - timedelta(seconds=7 * number % 200) for number, one in enumerate(everyone)}
    await store.subscriptions.add_all([(one, moments[one.id]) for one in everyone])
    found = [one for one in await store.outbox.due(NOW, 150) if isinstance(one, Due)]
    assert [one.progress.due_at for one in found] == sorted(moments.values())[:150]
    steps = [step(one.subscription, due_at=moments[one.subscription.id]) for one in found]
    assert len(await store.outbox.advance(steps)) == 150
    taken = await store.outbox.take_jobs(lease(), 100)
    assert [one.job.due_at for one in taken] == sorted(moments.values())[:100]


async def test_an_id_that_names_another_shard_is_served_where_it_is(store: RedisStore) -> None:
    wrong = replace(subscription(), id=permanent_id(replace(CHANNEL, workspace="T8"), "b" * 16))
    await made(store, wrong)
    assert len(await store.outbox.advance([step(wrong)])) == 1
    [taken] = await store.outbox.take_jobs(lease(), 10)
    await store.outbox.drop_jobs([taken.job], lease())
    assert (await store.outbox.counts())["jobs"] == 0


async def test_a_paper_had_as_a_page_is_taken_when_its_number_is_known(store: RedisStore) -> None:
    page = replace(BARE, id=page_id("agents"))
    await store.papers.keep(PaperChanges(papers=(page,)))
    await store.marks.claim(CHANNEL, [page.id], owner="another", at=NOW)
    await store.papers.keep(PaperChanges(papers=(BARE,), aliases=((page.id, BARE.id),)))
    await made(store, subscription())
    await store.outbox.advance([step(subscription())])
    [taken] = await store.outbox.take_jobs(lease(), 10)
    assert taken.had == {BARE.id: NOW}
    assert await store.outbox.write([written(taken.job, [BARE.id])], lease()) == [frozenset({BARE.id})]


# What it leaves

_READING = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "set": ("SMEMBERS",),
    "list": ("LRANGE", 0, -1),
    "zset": ("ZRANGE", 0, -1, "WITHSCORES"),
    "stream": ("XRANGE", "-", "+"),
}


async def _held(server: RedisServer) -> dict[str, tuple[str, int]]:
    """What stands under each key, and how many minutes it lives."""
    names = await server.tell("KEYS", "*")
    assert isinstance(names, list)
    held = {}
    for name in names:
        command, *rest = _READING[str(await server.tell("TYPE", name))]
        seconds = int(str(await server.tell("TTL", name)))
        held[name] = (repr(await server.tell(command, name, *rest)), round(seconds / 60))
    return held


@pytest.mark.parametrize("messages", [(), (["a", "b"],), ([],)], ids=["nothing", "a message", "a line"])
async def test_editions_written_together_leave_what_one_written_alone_leaves(
    server: RedisServer, store: RedisStore, messages: tuple[list[str], ...]
) -> None:
    left = []
    for by_itself in (False, True):
        await server.tell("FLUSHALL")
        places = [replace(CHANNEL, channel=f"C{number}") for number in range(3)]
        jobs = [await job_of(store, number, to=to) for number, to in enumerate(places, 1)]
        # To mention what nobody asks about changes nothing, but takes the other way.
        mentioned = (Edition("none"),) if by_itself else ()
        editions = [
            written(job, *messages, to=to, mentioned=mentioned, came_since=NOW)
            for job, to in zip(jobs, places, strict=True)
        ]
        assert await store.outbox.write(editions, lease()) == [frozenset()] * 3
        left.append(await _held(server))
    assert left[0] == left[1]


@pytest.mark.parametrize("state", [State.SENT, State.REFUSED, State.UNKNOWN])
async def test_a_delivery_that_ended_lives_for_90_days(
    server: RedisServer, store: RedisStore, state: State
) -> None:
    [first] = await posted(store, ["a"])
    key = KEYS.delivery(SHARD, first.key)
    assert await server.tell("TTL", key) == -1
    await end(store, ended(first, state))
    assert await server.tell("TTL", key) == ENDED_FOR.total_seconds()


async def test_a_delivery_that_is_tried_again_stays(server: RedisServer, store: RedisStore) -> None:
    [first] = await posted(store, ["a"])
    await end(store, ended(first, State.REFUSED, payload=first.payload))
    await store.outbox.retry(first.key, NOW)
    assert await server.tell("TTL", KEYS.delivery(SHARD, first.key)) == -1


async def test_ended_deliveries_leave_the_lists_in_time_without_being_forgotten(store: RedisStore) -> None:
    [first] = await posted(store, ["a"])
    await end(store, sent(first))
    late = NOW + ENDED_FOR + timedelta(seconds=1)
    [second] = await posted(store, ["b"], number=2)
    assert await store.outbox.record([sent(second)], lease(at=late)) == [sent(second)]
    counts = await store.outbox.counts()
    assert counts["sent"] == 0


async def test_hot_papers_live_for_60_days(server: RedisServer, store: RedisStore) -> None:
    alert = replace(subscription(), cadence=Cadence(rhythm=Rhythm.HOT))
    await made(store, alert, due_at=None)
    await store.outbox.heat([Heated(subscription_id="s1", version=1, papers=("a",), due_at=NOW)])
    for key in (KEYS.hot(SHARD, "s1"), KEYS.waiting(SHARD, "s1")):
        assert await server.tell("TTL", key) == HOT_FOR.total_seconds()


async def test_when_the_last_job_ends_its_stream_goes(server: RedisServer, store: RedisStore) -> None:
    for number, place in ((1, CHANNEL), (2, ELSEWHERE)):
        job = await job_of(store, number, to=place)
        await store.outbox.drop_jobs([job], lease())
    assert await server.tell("EXISTS", KEYS.jobs(SHARD), KEYS.job_times(SHARD), KEYS.job_ids(SHARD)) == 0


async def test_a_removed_subscription_leaves_only_what_expires(
    server: RedisServer, store: RedisStore
) -> None:
    before = await server.tell("KEYS", "*")
    assert isinstance(before, list)
    await posted(store, ["a"], ["b"])
    await store.subscriptions.remove("s1")
    await store.outbox.forget(NOW + timedelta(seconds=1))
    left = await server.tell("KEYS", "*")
    assert isinstance(left, list)
    assert [key for key in left if key not in before and KEYS.is_permanent(key)] == []
