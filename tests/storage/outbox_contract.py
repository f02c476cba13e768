"""The promises of `bot.outbox` that every store keeps, as one suite; a store's tests subclass it with a `store` fixture."""

from __future__ import annotations

import asyncio
import bisect
import heapq
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.deliveries import Delivery, Edition, Job, Parcel, State, alert, deliveries, scheduled
from bot.domain.errors import Duplicate
from bot.domain.pacing import INVALID_WINDOW, Brake, Pace, Slot
from bot.domain.processes import Running
from bot.domain.rounds import Advance, Timed, timed
from bot.domain.subscriptions import Destination, Progress, Subscription
from bot.outbox import Due, Heated, Lease, Recent, Written
from tests.storage.samples import CHANNEL, DAY, HOUR, NOW, PERSON, subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.papers import PaperId
    from bot.outbox import Taken
    from bot.ports import Store

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
ONE_DAY = timedelta(days=1)
ELSEWHERE = replace(CHANNEL, channel="C9")
RACES = 1000


def lease(owner: str = "one", at: datetime = NOW, lasts: timedelta = MINUTE) -> Lease:
    return Lease(owner=owner, at=at, until=at + lasts)


def hot(number: int = 1, *, to: Destination = CHANNEL) -> Subscription:
    return replace(subscription(number, to=to), cadence=Cadence(rhythm=Rhythm.HOT))


def step(
    one: Subscription | Timed, *, due_at: datetime = NOW, next_at: datetime | None = NOW + ONE_DAY
) -> Advance:
    job = Job(subscription_id=one.id, edition=scheduled(due_at, "UTC"), due_at=due_at)
    return Advance(subscription_id=one.id, version=one.version, due_at=due_at, next_at=next_at, job=job)


def written(  # what came of a job, one message for each group of papers
    job: Job,
    *messages: Sequence[PaperId],
    to: Destination = CHANNEL,
    at: datetime = NOW,
    progress: Progress | None = None,
    **rest: object,
) -> Written:
    parcels = tuple(Parcel(payload=f"text of {' '.join(picks)}", picks=tuple(picks)) for picks in messages)
    return Written(
        job=job,
        destination=to,
        deliveries=deliveries(job, to, parcels, at),
        claims=tuple(paper for picks in messages for paper in picks),
        progress=progress or Progress(),
        **rest,  # type: ignore[arg-type]
    )


async def made(store: Store, *everyone: Subscription, due_at: datetime | None = NOW) -> None:
    for one in everyone:
        await store.subscriptions.add(one, due_at=due_at)


async def due(store: Store) -> list[Due]:
    """Those that are due, each of which can be read."""
    return [one for one in await store.outbox.due(NOW, 10) if isinstance(one, Due)]


async def job_of(store: Store, number: int = 1, *, to: Destination = CHANNEL, due_at: datetime = NOW) -> Job:
    """A subscription, and its job under the lease of ``one``."""
    one = subscription(number, to=to)
    await made(store, one, due_at=due_at)
    assert len(await store.outbox.advance([step(one, due_at=due_at)])) == 1
    [taken] = await store.outbox.take_jobs(lease(at=max(due_at, NOW)), 10)
    return taken.job


async def posted(
    store: Store, *messages: Sequence[PaperId], number: int = 1, to: Destination = CHANNEL
) -> tuple[Delivery, ...]:
    """The deliveries of an edition just written by ``one``, the first of them under its lease."""
    edition = written(await job_of(store, number, to=to), *messages, to=to)
    assert await store.outbox.write([edition], lease()) == [frozenset()]
    return edition.deliveries


def ended(one: Delivery, state: State, **rest: object) -> Delivery:
    return replace(one.begun(NOW), state=state, **rest)  # type: ignore[arg-type]


def sent(one: Delivery) -> Delivery:
    return ended(one, State.SENT, reference="m1", payload="")


async def end(store: Store, one: Delivery) -> None:
    assert await store.outbox.record([one], lease()) == [one]


async def next_edition(store: Store, one: Subscription, days: int = 1) -> Taken:
    """The job of the edition *days* later, under the lease of ``one``."""
    at = NOW + days * ONE_DAY
    due_at = (await store.subscriptions.progress([one.id]))[one.id].due_at
    assert len(await store.outbox.advance([replace(step(one, due_at=at), due_at=due_at or at)])) == 1
    [taken] = await store.outbox.take_jobs(lease(at=at), 10)
    return taken


def keys(found: Iterable[Delivery]) -> list[str]:
    return [one.key for one in found]


def letter(number: int) -> Delivery:
    return Delivery(
        destination=PERSON,
        subscription_id=f"s{number}",
        edition=Edition(f"letter:{number}"),
        payload="words",
        created_at=NOW,
        not_before=NOW,
    )


class DueContract:
    """Due times, and where subscriptions stand."""

    async def test_the_longest_due_come_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for number, late in ((1, 0), (2, 2), (3, 1), (4, -1)):
            await made(store, subscription(number), due_at=NOW - late * SECOND)
        await made(store, subscription(5), due_at=None)
        found = await due(store)
        assert [one.subscription.id for one in found] == ["s2", "s3", "s1"]
        assert [one.progress.due_at for one in found][:1] == [NOW - 2 * SECOND]
        assert found[0].subscription == timed(subscription(2))
        assert len(await store.outbox.due(NOW, 2)) == 2

    async def test_a_step_moves_the_due_time_and_its_job_appears(self, store: Store) -> None:
        await made(store, subscription())
        assert len(await store.outbox.advance([step(subscription())])) == 1
        assert (await store.subscriptions.progress(["s1"]))["s1"].due_at == NOW + ONE_DAY
        [taken] = await store.outbox.take_jobs(lease(), 10)
        assert taken.job == step(subscription()).job
        assert taken.subscription == subscription()
        assert taken.progress == Progress(due_at=NOW + ONE_DAY)

    async def test_a_step_is_taken_once_and_its_job_appears_once(self, store: Store) -> None:
        await made(store, subscription())
        taken = await asyncio.gather(*(store.outbox.advance([step(subscription())]) for _ in range(20)))
        assert sum(map(len, taken)) == 1
        assert (await store.outbox.counts())["jobs"] == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"due_at": NOW - SECOND},
            {"due_at": NOW + timedelta(microseconds=1)},
            {"version": 2},
            {"subscription_id": "s9"},
        ],
        ids=["another due time", "a microsecond off", "another version", "nobody"],
    )
    async def test_a_step_that_does_not_hold_changes_nothing(
        self, store: Store, wrong: dict[str, object]
    ) -> None:
        await made(store, subscription())
        assert len(await store.outbox.advance([replace(step(subscription()), **wrong)])) == 0  # type: ignore[arg-type]
        assert (await store.subscriptions.progress(["s1"]))["s1"].due_at == NOW
        assert (await store.outbox.counts())["jobs"] == 0

    async def test_of_a_batch_of_steps_those_that_hold_are_taken(self, store: Store) -> None:
        await made(store, subscription(1), subscription(2), subscription(3))
        steps = [step(subscription(1)), replace(step(subscription(2)), version=7), step(subscription(3))]
        assert await store.outbox.advance(steps) in ([steps[0], steps[2]], [steps[2], steps[0]])
        taken = await store.outbox.take_jobs(lease(), 10)
        assert {one.job.subscription_id for one in taken} == {"s1", "s3"}

    async def test_a_step_may_have_no_job_and_no_next_time(self, store: Store) -> None:
        await made(store, subscription())
        assert len(await store.outbox.advance([replace(step(subscription()), job=None, next_at=None)])) == 1
        assert await store.outbox.due(NOW + 365 * ONE_DAY, 10) == []
        assert await store.outbox.take_jobs(lease(), 10) == []
        assert await store.outbox.next_at() is None

    async def test_an_edit_sets_the_due_time_and_leaves_the_rest_of_the_progress(self, store: Store) -> None:
        job = await job_of(store)
        stands = Progress(newest_day=DAY, silent=3, silent_since=DAY, spoke_on=DAY)
        await store.outbox.write([written(job, progress=stands)], lease())
        changed = replace(subscription(), version=2)
        assert await store.subscriptions.replace(changed, due_at=NOW + 2 * HOUR)
        assert await store.subscriptions.progress(["s1", "s9"]) == {
            "s1": replace(stands, due_at=NOW + 2 * HOUR),
            "s9": Progress(),
        }
        assert len(await store.outbox.advance([step(subscription(), due_at=NOW + ONE_DAY)])) == 0

    async def test_alerts_are_those_that_wait_for_papers_and_run(self, store: Store) -> None:
        await made(store, hot(2), hot(1), hot(3), subscription(4), due_at=None)
        await store.subscriptions.replace(hot(3).pause(NOW, "asked"), due_at=None)
        assert await store.subscriptions.alerts() == [hot(1), hot(2)]

    async def test_subscriptions_are_found_by_permanent_id(self, store: Store) -> None:
        await made(store, subscription(1), subscription(2, to=ELSEWHERE))
        found = await store.subscriptions.named(["s2", "s9", "s1"])
        assert found == {"s1": subscription(1), "s2": subscription(2, to=ELSEWHERE)}

    async def test_many_are_added_each_with_its_own_due_time(self, store: Store) -> None:
        await store.subscriptions.add_all(
            [(subscription(1), NOW), (subscription(2), None), (hot(3, to=ELSEWHERE), None)]
        )
        assert len(await store.subscriptions.all()) == 3
        assert [one.subscription.id for one in await due(store)] == ["s1"]
        with pytest.raises(Duplicate):
            await store.subscriptions.add_all([(subscription(1), NOW)])


class HotContract:
    """Papers that got hot."""

    def heated(self, *papers: PaperId, at: datetime = NOW, version: int = 1) -> Heated:
        return Heated(subscription_id="s1", version=version, papers=papers, due_at=at)

    async def test_a_hot_paper_is_noted_once_and_makes_its_alert_due(self, store: Store) -> None:
        await made(store, hot(), due_at=None)
        assert await store.outbox.heat([self.heated("a", "b")]) == 2
        assert await store.outbox.heat([self.heated("a", "b", at=NOW - HOUR)]) == 0
        assert await store.outbox.hot("s1") == {"a": True, "b": True}
        assert [one.progress.due_at for one in await due(store)] == [NOW]

    async def test_a_later_paper_does_not_put_off_an_earlier_one(self, store: Store) -> None:
        await made(store, hot(), due_at=None)
        for paper, hours in (("a", 3), ("b", 5), ("c", 1)):
            await store.outbox.heat([self.heated(paper, at=NOW + hours * HOUR)])
        assert await store.outbox.next_at() == NOW + HOUR

    @pytest.mark.parametrize("heat", [{"version": 2}, {"papers": ()}], ids=["another version", "no paper"])
    async def test_what_is_not_noted_makes_nothing_due(self, store: Store, heat: dict[str, object]) -> None:
        await made(store, hot(), due_at=None)
        assert await store.outbox.heat([replace(self.heated("a"), **heat)]) == 0  # type: ignore[arg-type]
        assert await store.outbox.hot("s1") == {}
        assert await store.outbox.next_at() is None

    async def test_a_paper_for_an_alert_that_is_gone_is_not_noted(self, store: Store) -> None:
        assert await store.outbox.heat([self.heated("a")]) == 0
        assert await store.outbox.hot("s1") == {}

    async def test_what_was_brought_waits_no_longer_and_the_rest_makes_it_due_again(
        self, store: Store
    ) -> None:
        await made(store, hot(), due_at=None)
        await store.outbox.heat([self.heated("a", "b", "c")])
        job = Job(subscription_id="s1", edition=alert(NOW), due_at=NOW)
        await store.outbox.advance([replace(step(hot(), next_at=None), job=job)])
        [taken] = await store.outbox.take_jobs(lease(), 10)
        again = NOW + ONE_DAY
        edition = written(taken.job, ["a"], cooled=("a", "b"), again_at=again)
        assert await store.outbox.write([edition], lease()) == [frozenset()]
        assert await store.outbox.hot("s1") == {"a": False, "b": False, "c": True}
        assert (await store.subscriptions.progress(["s1"]))["s1"].due_at == again
        assert await store.outbox.heat([self.heated("a", "b")]) == 0

    async def test_what_was_hot_before_a_change_is_its_baseline(self, store: Store) -> None:
        await made(store, hot(), due_at=None)
        await store.outbox.heat([self.heated("a", at=NOW + HOUR)])
        assert await store.subscriptions.replace(replace(hot(), version=2), due_at=None)
        assert await store.outbox.hot("s1") == {"a": False}
        assert await store.outbox.heat([self.heated("a", "b", version=2)]) == 1
        assert await store.outbox.hot("s1") == {"a": False, "b": True}


class JobContract:
    """Jobs under leases, and what is written of them."""

    async def test_a_job_is_taken_by_one_until_its_lease_ends(self, store: Store) -> None:
        job = await job_of(store)
        assert await store.outbox.take_jobs(lease("two", NOW + 59 * SECOND), 10) == []
        [taken] = await store.outbox.take_jobs(lease("two", NOW + MINUTE), 10)
        assert taken.job == job

    async def test_many_takers_share_the_jobs_each_getting_others(self, store: Store) -> None:
        everyone = [subscription(number) for number in range(1, 31)]
        await made(store, *everyone)
        await store.outbox.advance([step(one) for one in everyone])
        shares = await asyncio.gather(*(store.outbox.take_jobs(lease(str(owner)), 4) for owner in range(10)))
        ids = [one.job.subscription_id for share in shares for one in share]
        assert sorted(ids) == sorted(one.id for one in everyone)
        assert max(map(len, shares)) <= 4

    async def test_the_longest_due_job_is_taken_first(self, store: Store) -> None:
        for number, late in ((1, 1), (2, 3), (3, 2)):
            one, at = subscription(number), NOW - late * MINUTE
            await made(store, one, due_at=at)
            await store.outbox.advance([step(one, due_at=at)])
        first = await store.outbox.take_jobs(lease(), 2)
        assert [one.job.subscription_id for one in first] == ["s2", "s3"]

    async def test_a_job_put_off_is_taken_at_its_moment(self, store: Store) -> None:
        job = await job_of(store)
        await store.outbox.put_off({job: NOW + HOUR}, lease())
        assert await store.outbox.take_jobs(lease("two", NOW + HOUR - SECOND), 10) == []
        assert await store.outbox.next_at() == NOW + HOUR
        assert len(await store.outbox.take_jobs(lease("two", NOW + HOUR), 10)) == 1

    async def test_a_dropped_job_is_gone(self, store: Store) -> None:
        job = await job_of(store)
        await store.outbox.drop_jobs([job], lease())
        assert await store.outbox.take_jobs(lease("two", NOW + HOUR), 10) == []
        assert (await store.outbox.counts())["jobs"] == 0

    async def test_who_lost_a_job_can_neither_write_nor_put_off_nor_drop_it(self, store: Store) -> None:
        job = await job_of(store)
        later = lease("two", NOW + MINUTE)
        assert len(await store.outbox.take_jobs(later, 10)) == 1
        assert await store.outbox.write([written(job, ["a"])], lease()) == [None]
        await store.outbox.put_off({job: NOW}, lease())
        await store.outbox.drop_jobs([job], lease())
        assert await store.marks.had(CHANNEL) == {}
        assert await store.outbox.take_jobs(lease("three", NOW + 90 * SECOND), 10) == []
        assert await store.outbox.write([written(job, ["a"])], later) == [frozenset()]

    async def test_writing_claims_the_papers_and_ends_the_job(self, store: Store) -> None:
        job = await job_of(store)
        stands = Progress(newest_day=DAY, silent=2, silent_since=date(2025, 11, 14), spoke_on=DAY)
        edition = written(job, ["a", "b"], ["c"], progress=stands)
        assert await store.outbox.write([edition], lease()) == [frozenset()]
        assert await store.marks.had(CHANNEL) == {"a": NOW, "b": NOW, "c": NOW}
        counts = await store.outbox.counts()
        assert (counts["jobs"], counts["pending"]) == (0, 2)
        found = [await store.outbox.find(one.key) for one in edition.deliveries]
        assert found == list(edition.deliveries)
        assert await store.subscriptions.progress(["s1"]) == {"s1": replace(stands, due_at=NOW + ONE_DAY)}

    async def test_an_edition_with_nothing_to_bring_ends_its_job(self, store: Store) -> None:
        job = await job_of(store)
        stands = Progress(newest_day=DAY, silent=1, silent_since=DAY)
        assert await store.outbox.write([written(job, progress=stands)], lease()) == [frozenset()]
        assert await store.outbox.counts() == {"jobs": 0} | {state.value: 0 for state in State}
        assert (await store.subscriptions.progress(["s1"]))["s1"].silent == 1

    async def test_if_a_paper_is_taken_nothing_is_written_and_the_taken_ones_are_named(
        self, store: Store
    ) -> None:
        await store.marks.claim(CHANNEL, ["b", "c"], owner="another", at=NOW)
        job = await job_of(store)
        stands = Progress(newest_day=DAY)
        edition = written(job, ["a", "b"], ["c"], progress=stands, cooled=("a",))
        assert await store.outbox.write([edition], lease()) == [frozenset({"b", "c"})]
        assert set(await store.marks.had(CHANNEL)) == {"b", "c"}
        assert (await store.outbox.counts())["jobs"] == 1
        assert await store.outbox.deliveries(list(State), limit=10) == []
        assert (await store.subscriptions.progress(["s1"]))["s1"].newest_day is None
        assert await store.outbox.write([written(job, ["a"])], lease()) == [frozenset()]

    async def test_another_destinations_papers_are_free(self, store: Store) -> None:
        await store.marks.claim(ELSEWHERE, ["a"], owner="another", at=NOW)
        assert await store.outbox.write([written(await job_of(store), ["a"])], lease()) == [frozenset()]

    async def test_of_two_editions_in_one_batch_the_second_learns_what_the_first_took(
        self, store: Store
    ) -> None:
        await made(store, subscription(1), subscription(2))
        await store.outbox.advance([step(subscription(1)), step(subscription(2))])
        jobs = [one.job for one in await store.outbox.take_jobs(lease(), 10)]
        both = [written(job, ["a", f"b{number}"]) for number, job in enumerate(jobs)]
        assert await store.outbox.write(both, lease()) == [frozenset(), frozenset({"a"})]
        assert set(await store.marks.had(CHANNEL)) == {"a", "b0"}

    async def test_in_a_batch_each_edition_stands_for_itself(self, store: Store) -> None:
        places = [replace(CHANNEL, channel=f"C{number}") for number in range(4)]
        jobs = [await job_of(store, number, to=to) for number, to in enumerate(places, 1)]
        await store.marks.claim(places[1], ["a"], owner="other", at=NOW)
        await store.outbox.drop_jobs([jobs[2]], lease())
        editions = [written(job, ["a", "b"], to=to) for job, to in zip(jobs, places, strict=True)]
        assert await store.outbox.write(editions, lease()) == [
            frozenset(),
            frozenset({"a"}),
            None,
            frozenset(),
        ]
        assert [set(await store.marks.had(to)) for to in places] == [{"a", "b"}, {"a"}, set(), {"a", "b"}]
        counts = await store.outbox.counts()
        assert (counts["jobs"], counts["pending"]) == (1, 2)

    async def test_what_is_recorded_together_ends_each_in_its_own_way(self, store: Store) -> None:
        places = [replace(CHANNEL, channel=f"C{number}") for number in range(4)]
        [one, two, three, four] = [
            (await posted(store, ["a"], number=number, to=to))[0] for number, to in enumerate(places, 1)
        ]
        await store.outbox.drop(three.key)
        later = replace(four.begun(NOW), detail="429", not_before=NOW + HOUR, state=State.PENDING)
        both = [sent(one), ended(two, State.REFUSED, detail="gone"), sent(three), later]
        assert keys(await store.outbox.record(both, lease())) == keys([one, two, four])
        found = [await store.outbox.find(delivery.key) for delivery in (one, two, three, four)]
        assert [delivery.state for delivery in found if delivery] == [
            State.SENT,
            State.REFUSED,
            State.REFUSED,
            State.PENDING,
        ]
        assert [set(await store.marks.had(to)) for to in places] == [{"a"}, set(), set(), {"a"}]

    async def test_of_a_batch_that_is_begun_those_of_another_are_left_out(self, store: Store) -> None:
        places = [replace(CHANNEL, channel=f"C{number}") for number in range(3)]
        everyone = [
            (await posted(store, ["a"], number=number, to=to))[0] for number, to in enumerate(places, 1)
        ]
        await store.outbox.drop(everyone[1].key)
        begun = await store.outbox.begin([one.begun(NOW) for one in everyone], lease())
        assert keys(begun) == keys([everyone[0], everyone[2]])

    @pytest.mark.parametrize("key", ["", "nothing", "a|b|c", "a|b|c|one|2"])
    async def test_a_key_of_another_form_finds_nothing(self, store: Store, key: str) -> None:
        await posted(store, ["a"])
        assert await store.outbox.find(key) is None
        assert not await store.outbox.drop(key)
        assert not await store.outbox.retry(key, NOW)

    async def test_an_edition_written_before_is_left_out(self, store: Store) -> None:
        await posted(store, ["a"])
        changed = replace(subscription(), version=2)
        await store.subscriptions.replace(changed, due_at=NOW)
        assert len(await store.outbox.advance([step(changed)])) == 1
        for taken in await store.outbox.take_jobs(lease(), 10):
            assert await store.outbox.write([written(taken.job, ["b"])], lease()) == [None]
        assert set(await store.marks.had(CHANNEL)) == {"a"}
        assert (await store.outbox.counts())["jobs"] == 0

    async def test_a_recap_claims_nothing_and_may_repeat(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["a"], owner="another", at=NOW)
        recap = replace(written(await job_of(store), ["a"]), claims=())
        assert await store.outbox.write([recap], lease()) == [frozenset()]

    async def test_a_job_is_told_what_its_destination_had_and_got(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["long ago"], owner="x", at=NOW - 100 * ONE_DAY)
        await store.marks.claim(ELSEWHERE, ["elsewhere"], owner="x", at=NOW)
        first = await posted(store, ["a", "b"], ["c"])
        await end(store, sent(first[0]))
        await posted(store, ["d"], number=2)
        taken = await next_edition(store, subscription(1))
        assert taken.had == dict.fromkeys("abcd", NOW)
        edition = scheduled(NOW, "UTC")
        assert sorted(taken.recent, key=lambda one: -one.messages) == [
            Recent(edition=edition, at=NOW, messages=2, picks=("a", "b", "c")),
            Recent(edition=edition, at=NOW, messages=1, picks=("d",)),
        ]

    async def test_a_refused_edition_was_never_there(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        await end(store, ended(first, State.REFUSED, detail="gone"))
        taken = await next_edition(store, subscription())
        assert (taken.had, taken.recent) == ({}, ())


class DeliveryContract:
    """Deliveries: begun, ended, looked through."""

    async def test_the_first_part_is_under_the_lease_of_who_wrote_it(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        assert await store.outbox.take(lease("two", NOW + 59 * SECOND), 10) == []
        assert await store.outbox.begin([first.begun(NOW)], lease()) == [first.begun(NOW)]

    async def test_a_delivery_nobody_began_is_taken_by_another_when_the_lease_ends(
        self, store: Store
    ) -> None:
        [first] = await posted(store, ["a"])
        assert await store.outbox.take(lease("two", NOW + MINUTE), 10) == [first]
        assert await store.outbox.begin([first.begun(NOW + MINUTE)], lease(at=NOW + MINUTE)) == []
        assert await store.outbox.record([sent(first)], lease()) == []
        kept = await store.outbox.find(first.key)
        assert kept is not None
        assert kept.state is State.PENDING

    async def test_beginning_is_noted_and_renews_the_lease(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        begun = first.begun(NOW + 50 * SECOND)
        await store.outbox.begin([begun], lease(at=NOW + 50 * SECOND))
        assert await store.outbox.find(first.key) == begun
        assert await store.outbox.take(lease("two", NOW + 109 * SECOND), 10) == []
        assert await store.outbox.take(lease("two", NOW + 110 * SECOND), 10) == [begun]

    async def test_what_was_sent_keeps_its_reference_and_picks_but_no_text(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        await store.outbox.begin([first.begun(NOW)], lease())
        await end(store, sent(first))
        assert await store.outbox.find(first.key) == sent(first)
        assert await store.outbox.take(lease("two", NOW + ONE_DAY), 10) == []
        assert set(await store.marks.had(CHANNEL)) == {"a"}
        assert await store.outbox.record([sent(first)], lease()) == []

    async def test_part_two_comes_only_after_part_one_was_sent(self, store: Store) -> None:
        first, second, third = await posted(store, ["a"], ["b"], ["c"])
        for one, following in ((first, second), (second, third)):
            assert await store.outbox.take(lease(), 10) == []
            await store.outbox.begin([one.begun(NOW)], lease())
            await end(store, sent(one))
            [taken] = await store.outbox.take(lease(), 10)
            assert (taken.key, taken.payload) == (following.key, following.payload)

    @pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN])
    async def test_behind_a_part_that_is_not_sent_the_rest_waits(self, store: Store, state: State) -> None:
        first, second = await posted(store, ["a"], ["b"])
        await end(store, ended(first, state))
        assert await store.outbox.take(lease("two", NOW + 365 * ONE_DAY), 10) == []
        waits = await store.outbox.find(second.key)
        assert waits is not None
        assert waits.state is State.PENDING

    async def test_a_refusal_gives_the_papers_back(self, store: Store) -> None:
        first, _ = await posted(store, ["a", "b"], ["c"])
        await end(store, ended(first, State.REFUSED, detail="403: no access"))
        assert set(await store.marks.had(CHANNEL)) == {"c"}
        assert await store.outbox.find(first.key) == ended(first, State.REFUSED, detail="403: no access")

    async def test_a_recaps_refusal_leaves_others_papers(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["a"], owner="another", at=NOW)
        recap = replace(written(await job_of(store), ["a"]), claims=())
        await store.outbox.write([recap], lease())
        await end(store, ended(recap.deliveries[0], State.REFUSED))
        assert set(await store.marks.had(CHANNEL)) == {"a"}

    async def test_an_unknown_edition_is_noted_until_it_is_mentioned(self, store: Store) -> None:
        first, _ = await posted(store, ["a"], ["b"])
        await end(store, ended(first, State.UNKNOWN))
        taken = await next_edition(store, subscription())
        assert taken.unconfirmed == (first.edition,)
        assert set(taken.had) == {"a", "b"}
        silent = written(taken.job, progress=taken.progress, at=NOW + ONE_DAY)
        await store.outbox.write([silent], lease())
        taken = await next_edition(store, subscription(), days=2)
        assert taken.unconfirmed == (first.edition,)
        edition = written(
            taken.job, ["d"], progress=taken.progress, mentioned=(first.edition,), at=NOW + 2 * ONE_DAY
        )
        await store.outbox.write([edition], lease())
        assert (await next_edition(store, subscription(), days=3)).unconfirmed == ()

    async def test_an_unknown_edition_is_noted_for_everyone_in_its_destination_and_nobody_elsewhere(
        self, store: Store
    ) -> None:
        [first] = await posted(store, ["a"])
        await end(store, ended(first, State.UNKNOWN))
        for number, to, told in ((2, CHANNEL, (first.edition,)), (3, ELSEWHERE, ())):
            one = subscription(number, to=to)
            await made(store, one)
            await store.outbox.advance([step(one)])
            [taken] = await store.outbox.take_jobs(lease(), 10)
            assert taken.unconfirmed == told
            edition = written(taken.job, [f"b{number}"], to=to, mentioned=(first.edition,))
            await store.outbox.write([edition], lease())
        assert (await next_edition(store, subscription())).unconfirmed == ()

    async def test_an_edition_that_became_unknown_meanwhile_is_not_taken_for_mentioned(
        self, store: Store
    ) -> None:
        [first] = await posted(store, ["a"])
        taken = await next_edition(store, subscription())
        await end(store, ended(first, State.UNKNOWN))
        edition = written(taken.job, ["d"], progress=taken.progress, mentioned=(Edition("older"),))
        await store.outbox.write([edition], lease())
        assert (await next_edition(store, subscription(), days=2)).unconfirmed == (first.edition,)

    @pytest.mark.parametrize("decide", ["retry", "drop"])
    async def test_what_a_person_decided_about_is_not_mentioned_as_unknown(
        self, store: Store, decide: str
    ) -> None:
        first, other = (
            *(await posted(store, ["a"], number=1)),
            *(await posted(store, ["b"], number=2)),
        )
        assert (first.edition, first.destination) == (other.edition, other.destination)
        for one in (first, other):
            await end(store, ended(one, State.UNKNOWN))
        for one, told in ((first, (first.edition,)), (other, ())):
            if decide == "retry":
                assert await store.outbox.retry(one.key, NOW)
            else:
                assert await store.outbox.drop(one.key)
            taken = await next_edition(store, subscription(1), days=1 if told else 2)
            assert taken.unconfirmed == told
            silent = written(taken.job, progress=taken.progress, at=NOW + ONE_DAY)
            await store.outbox.write([silent], lease())

    async def test_a_delivery_put_off_is_taken_at_its_moment(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        later = replace(first, not_before=NOW + HOUR, detail="429", attempts=2)
        await end(store, later)
        assert await store.outbox.begin([later.begun(NOW)], lease()) == []
        assert await store.outbox.next_at() == NOW + HOUR
        assert await store.outbox.take(lease("two", NOW + HOUR - SECOND), 10) == []
        assert await store.outbox.take(lease("two", NOW + HOUR), 10) == [later]

    async def test_what_is_unclear_stays_in_sending_and_is_taken_to_be_settled(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        unclear = replace(first.begun(NOW), not_before=NOW + 5 * SECOND, looked=1, detail="cut off")
        await store.outbox.begin([first.begun(NOW)], lease())
        await end(store, unclear)
        assert await store.outbox.take(lease("two", NOW + 5 * SECOND), 10) == [unclear]

    async def test_takers_share_deliveries_and_no_more_than_asked_for_is_taken(self, store: Store) -> None:
        for number in range(1, 10):
            await end(store, (await posted(store, [f"p{number}"], number=number))[0])
        shares = await asyncio.gather(*(store.outbox.take(lease(str(owner)), 2) for owner in range(6)))
        taken = [key for share in shares for key in keys(share)]
        assert len(taken) == len(set(taken)) == 9
        assert max(map(len, shares)) <= 2

    # What an operator does

    @pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN])
    async def test_a_retry_starts_anew_with_the_papers_claimed(self, store: Store, state: State) -> None:
        first, second = await posted(store, ["a"], ["b"])
        failed = ended(first, state, looked=2, attempts=5, detail="why")
        await end(store, failed)
        later = NOW + ONE_DAY
        assert await store.outbox.retry(first.key, later)
        assert not await store.outbox.retry(first.key, later)
        assert set(await store.marks.had(CHANNEL)) == {"a", "b"}
        [again] = await store.outbox.take(lease(at=later), 10)
        assert (again.state, again.payload, again.picks) == (State.PENDING, first.payload, ("a",))
        assert (again.attempts, again.looked, again.first_attempt_at) == (0, 0, None)
        assert (again.created_at, again.not_before) == (later, later)
        assert await store.outbox.record([sent(again)], lease(at=later)) == [sent(again)]
        [behind] = await store.outbox.take(lease(at=later), 10)
        assert (behind.key, behind.created_at) == (second.key, later)

    async def test_what_is_sent_or_waiting_cannot_be_retried(self, store: Store) -> None:
        first, second = await posted(store, ["a"], ["b"])
        await end(store, sent(first))
        assert [await store.outbox.retry(key, NOW) for key in (first.key, second.key, "none")] == [False] * 3

    @pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN])
    async def test_what_is_dropped_gives_its_papers_back_and_cannot_be_retried(
        self, store: Store, state: State
    ) -> None:
        [first] = await posted(store, ["a"])
        await end(store, ended(first, state))
        assert await store.outbox.drop(first.key)
        kept = await store.outbox.find(first.key)
        assert kept is not None
        assert (kept.state, kept.payload) == (State.REFUSED, "")
        assert await store.marks.had(CHANNEL) == {}
        assert not await store.outbox.retry(first.key, NOW)

    async def test_a_waiting_one_can_be_dropped_even_from_under_a_lease(self, store: Store) -> None:
        first, second = await posted(store, ["a"], ["b"])
        assert await store.outbox.drop(second.key)
        assert await store.outbox.drop(first.key)
        assert await store.outbox.begin([first.begun(NOW)], lease()) == []
        assert await store.outbox.record([sent(first)], lease()) == []
        assert await store.outbox.take(lease("two", NOW + HOUR), 10) == []
        assert await store.marks.had(CHANNEL) == {}

    async def test_what_is_sent_or_being_sent_cannot_be_dropped(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        await store.outbox.begin([first.begun(NOW)], lease())
        assert not await store.outbox.drop(first.key)
        await end(store, sent(first))
        assert not await store.outbox.drop(first.key)
        assert not await store.outbox.drop("none")
        assert set(await store.marks.had(CHANNEL)) == {"a"}

    async def test_deliveries_are_listed_by_state_and_place_the_newest_first(self, store: Store) -> None:
        for number, to in ((1, CHANNEL), (2, ELSEWHERE), (3, CHANNEL)):
            job = await job_of(store, number, to=to)
            edition = written(job, [f"p{number}"], to=to, at=NOW + number * SECOND)
            await store.outbox.write([edition], lease())
            await end(store, ended(edition.deliveries[0], State.UNKNOWN if number > 1 else State.REFUSED))
        found = await store.outbox.deliveries([State.UNKNOWN, State.REFUSED], limit=10)
        assert [one.subscription_id for one in found] == ["s3", "s2", "s1"]
        assert [one.subscription_id for one in await store.outbox.deliveries([State.UNKNOWN], limit=1)] == [
            "s3"
        ]
        here = await store.outbox.deliveries(list(State), limit=10, destination=CHANNEL)
        assert [one.subscription_id for one in here] == ["s3", "s1"]
        counts = await store.outbox.counts()
        assert (counts["unknown"], counts["refused"], counts["sent"], counts["jobs"]) == (2, 1, 0, 0)

    async def test_what_ended_long_ago_is_forgotten_with_what_waits_behind_it(self, store: Store) -> None:
        old, _ = await posted(store, ["a"], ["b"])
        await end(store, ended(old, State.REFUSED))
        await posted(store, ["c"], number=2)
        assert await store.outbox.forget(NOW) == 0
        assert await store.outbox.forget(NOW + SECOND) == 2
        [left] = await store.outbox.deliveries(list(State), limit=10)
        assert left.subscription_id == "s2"

    async def test_hot_papers_noted_long_ago_are_forgotten(self, store: Store) -> None:
        await made(store, hot(), due_at=None)
        await store.outbox.heat([Heated(subscription_id="s1", version=1, papers=("a",), due_at=NOW)])
        await store.outbox.forget(NOW)
        assert await store.outbox.hot("s1") == {"a": True}
        await store.outbox.forget(NOW + SECOND)
        assert await store.outbox.hot("s1") == {}

    async def test_an_edition_composed_beside_another_is_given_back_to_be_composed_anew(
        self, store: Store
    ) -> None:
        await posted(store, ["a"])
        job = await job_of(store, 2)
        beside = written(job, ["b"], came_since=NOW - HOUR, came=0)
        assert await store.outbox.write([beside], lease()) == [None]
        assert set(await store.marks.had(CHANNEL)) == {"a"}
        [again] = await store.outbox.take_jobs(lease("two"), 10)
        assert (again.job, [one.messages for one in again.recent]) == (job, [1])
        knowing = written(job, ["b"], came_since=NOW - HOUR, came=1)
        assert await store.outbox.write([knowing], lease("two")) == [frozenset()]

    async def test_what_came_before_or_was_refused_does_not_hold_an_edition_back(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        await end(store, ended(first, State.REFUSED))
        job = await job_of(store, 2)
        assert await store.outbox.write([written(job, ["b"], came_since=NOW)], lease()) == [frozenset()]
        job = await job_of(store, 3)
        later = written(job, ["c"], came_since=NOW + SECOND)
        assert await store.outbox.write([later], lease()) == [frozenset()]

    async def test_an_edition_without_a_message_is_written_whatever_came(self, store: Store) -> None:
        await posted(store, ["a"])
        job = await job_of(store, 2)
        assert await store.outbox.write([written(job, came_since=NOW - HOUR)], lease()) == [frozenset()]

    # A subscription that goes

    async def test_a_removed_subscription_takes_along_what_was_not_begun(self, store: Store) -> None:
        first, second = await posted(store, ["a"], ["b"])
        await next_edition(store, subscription())
        assert await store.subscriptions.remove("s1")
        assert not await store.subscriptions.remove("s1")
        assert await store.outbox.begin([first.begun(NOW)], lease()) == []
        assert await store.outbox.take(lease("two", NOW + ONE_DAY), 10) == []
        assert await store.outbox.take_jobs(lease("two", NOW + 2 * ONE_DAY), 10) == []
        assert await store.outbox.due(NOW + 365 * ONE_DAY, 10) == []
        assert await store.marks.had(CHANNEL) == {}
        assert await store.subscriptions.progress(["s1"]) == {"s1": Progress()}
        assert await store.outbox.next_at() is None
        assert second.payload

    async def test_what_a_removed_subscription_is_sending_is_settled(self, store: Store) -> None:
        [first] = await posted(store, ["a"])
        await store.outbox.begin([first.begun(NOW)], lease())
        await store.subscriptions.remove("s1")
        assert keys(await store.outbox.take(lease("two", NOW + MINUTE), 10)) == [first.key]
        unknown = ended(first, State.UNKNOWN)
        assert await store.outbox.record([unknown], lease("two")) == [unknown]
        assert set(await store.marks.had(CHANNEL)) == {"a"}

    async def test_a_job_of_a_subscription_removed_after_it_was_taken_is_not_written(
        self, store: Store
    ) -> None:
        job = await job_of(store)
        await store.subscriptions.remove("s1")
        assert await store.outbox.write([written(job, ["a"])], lease()) == [None]
        assert await store.marks.had(CHANNEL) == {}

    async def test_a_job_tells_that_its_subscription_was_paused(self, store: Store) -> None:
        await made(store, subscription())
        await store.outbox.advance([step(subscription())])
        paused = subscription().pause(NOW, "asked")
        await store.subscriptions.replace(paused, due_at=None)
        [taken] = await store.outbox.take_jobs(lease(), 10)
        assert taken.subscription == paused

    async def test_the_next_moment_is_the_earliest_of_all(self, store: Store) -> None:
        assert await store.outbox.next_at() is None
        await made(store, subscription(1), due_at=NOW + 3 * HOUR)
        assert await store.outbox.next_at() == NOW + 3 * HOUR
        await posted(store, ["a"], number=2)
        assert await store.outbox.next_at() == NOW + MINUTE  # when the lease ends


class PutContract:
    """Deliveries that no job made."""

    async def test_what_no_job_made_is_taken_when_its_time_comes_and_settled_as_all_others(
        self, store: Store
    ) -> None:
        later = replace(letter(2), not_before=NOW + MINUTE)
        assert await store.outbox.put([letter(1), later]) == 2
        assert await store.outbox.next_at() == NOW
        assert await store.outbox.take(lease(), 10) == [letter(1)]
        assert await store.outbox.begin([letter(1).begun(NOW)], lease()) == [letter(1).begun(NOW)]
        await end(store, sent(letter(1)))
        assert await store.outbox.take(lease(at=NOW + MINUTE), 10) == [later]
        assert (await store.outbox.counts())["sent"] == 1

    async def test_what_is_put_twice_is_there_once_also_when_it_ended(self, store: Store) -> None:
        assert await store.outbox.put([letter(1)]) == 1
        assert await store.outbox.put([replace(letter(1), payload="other")]) == 0
        [taken] = await store.outbox.take(lease(), 10)
        assert taken.payload == letter(1).payload
        await store.outbox.begin([taken.begun(NOW)], lease())
        await end(store, sent(taken))
        assert await store.outbox.put([letter(1)]) == 0
        assert await store.outbox.take(lease(at=NOW + MINUTE), 10) == []


class RaceContract:
    """Two subscriptions and an alert, one destination, many owners."""

    async def test_racing_for_a_destinations_papers_none_comes_twice_and_none_is_lost(
        self, store: Store
    ) -> None:
        chance, messages = random.Random(7), 0
        for begin in range(0, RACES, 100):
            races = [_Race(number) for number in range(begin, begin + 100)]
            everyone = [one for race in races for one in race.everyone]
            await store.subscriptions.add_all([(one, NOW) for one in everyone])
            owners = [f"o{number}" for number in range(5)]
            await asyncio.gather(*(_advanced(store, everyone, random.Random(owner)) for owner in owners))
            told = await asyncio.gather(*(_brought(store, owner, chance) for owner in owners))
            picked = {place: papers for one in told for place, papers in one.items()}
            messages += sum(map(bool, picked.values()))
            for race in races:
                mine = [paper for one in race.everyone for paper in picked[one.id]]
                assert sorted(mine) == sorted(race.papers)
                assert set(await store.marks.had(race.place)) == set(race.papers)
        counts = await store.outbox.counts()
        assert counts["jobs"] == 0
        assert counts["pending"] == messages

    async def test_racing_for_a_destinations_last_messages_of_the_day_nobody_lifts_it_over_its_limit(
        self, store: Store
    ) -> None:
        places = [replace(CHANNEL, channel=f"R{number}") for number in range(20)]
        everyone = [
            subscription(100 + 10 * at + number, to=place)
            for at, place in enumerate(places)
            for number in range(10)
        ]
        await store.subscriptions.add_all([(one, NOW) for one in everyone])
        await store.outbox.advance([_first_step(one) for one in everyone])
        await asyncio.gather(*(_limited(store, f"o{number}", most=6) for number in range(5)))
        came = await store.outbox.deliveries([State.PENDING], limit=1000)
        assert Counter(one.destination for one in came) == dict.fromkeys(places, 6)
        assert (await store.outbox.counts())["jobs"] == 0


class _Race:
    papers = tuple(f"2511.{number:05}" for number in range(6))

    def __init__(self, number: int) -> None:
        self.place = replace(CHANNEL, channel=f"R{number}")
        names = [3 * number + 100 + which for which in range(3)]
        self.everyone = [
            subscription(names[0], to=self.place),
            subscription(names[1], to=self.place),
            hot(names[2], to=self.place),
        ]


async def _advanced(store: Store, everyone: Sequence[Subscription], chance: random.Random) -> None:
    steps = [_first_step(one) for one in everyone]
    chance.shuffle(steps)
    for begin in range(0, len(steps), 50):
        await store.outbox.advance(steps[begin : begin + 50])


def _first_step(one: Subscription) -> Advance:
    edition = alert(NOW) if one.cadence.rhythm is Rhythm.HOT else scheduled(NOW, "UTC")
    return replace(step(one), job=Job(subscription_id=one.id, edition=edition, due_at=NOW))


async def _brought(store: Store, owner: str, chance: random.Random) -> dict[str, tuple[PaperId, ...]]:
    """Compose and write as a courier does, every paper wanted by all: gives what each of *owner*'s got."""
    got: dict[str, tuple[PaperId, ...]] = {}
    while taken := await store.outbox.take_jobs(lease(owner), 20):
        left = {one.job: frozenset(one.had) for one in taken}
        while left:
            editions = [_edition(one, left[one.job], chance) for one in taken if one.job in left]
            results = await store.outbox.write(editions, lease(owner))
            for edition, had in zip(editions, results, strict=True):
                assert had is not None
                if had:
                    left[edition.job] |= had
                else:
                    got[edition.job.subscription_id] = edition.claims
                    del left[edition.job]
    return got


def _edition(taken: Taken, had: frozenset[PaperId], chance: random.Random) -> Written:
    assert taken.subscription is not None
    free = [paper for paper in _Race.papers if paper not in had]
    # Two digests of two or three papers, and an alert that wants all: whoever comes last gets what is left.
    size = chance.choice((2, 3)) if taken.job.edition != alert(NOW) else 6
    picks = free[:size]
    return written(taken.job, *([picks] if picks else []), to=taken.subscription.destination)


async def _limited(store: Store, owner: str, *, most: int) -> None:
    """Compose and write one message each as a courier does, until no job is left: never more than *most* a place."""
    while taken := await store.outbox.take_jobs(lease(owner), 3):
        editions = []
        for one in {each.subscription.destination: each for each in taken if each.subscription}.values():
            assert one.subscription is not None
            came, paper = sum(recent.messages for recent in one.recent), one.subscription.id
            messages = [] if came >= most else [[paper]]
            to = one.subscription.destination
            editions.append(written(one.job, *messages, to=to, came_since=NOW - HOUR, came=came))
        await asyncio.sleep(0)
        await store.outbox.write(editions, lease(owner))
        written_now = {one.job for one in editions}
        left = {one.job: NOW for one in taken if one.job not in written_now}
        await store.outbox.put_off(left, lease(owner))


class LeaseContract:
    """Who does what is to be done once."""

    async def test_a_name_belongs_to_one_until_its_lease_ends(self, store: Store) -> None:
        assert await store.leases.acquire("ingest", lease("one"))
        assert not await store.leases.acquire("ingest", lease("two", NOW + 59 * SECOND))
        assert await store.leases.acquire("other", lease("two"))
        assert await store.leases.acquire("ingest", lease("two", NOW + MINUTE))
        assert not await store.leases.acquire("ingest", lease("one", NOW + 61 * SECOND))

    async def test_its_owner_may_renew_it(self, store: Store) -> None:
        for at in (NOW, NOW + 30 * SECOND, NOW + 80 * SECOND):
            assert await store.leases.acquire("ingest", lease("one", at))
        assert not await store.leases.acquire("ingest", lease("two", NOW + 2 * MINUTE))

    async def test_only_its_owner_gives_it_back(self, store: Store) -> None:
        await store.leases.acquire("ingest", lease("one"))
        await store.leases.release("ingest", "two")
        assert not await store.leases.acquire("ingest", lease("two"))
        await store.leases.release("ingest", "one")
        assert await store.leases.acquire("ingest", lease("two"))

    async def test_of_many_one_gets_it(self, store: Store) -> None:
        got = await asyncio.gather(
            *(store.leases.acquire("ingest", lease(str(owner))) for owner in range(20))
        )
        assert sum(got) == 1

    async def test_what_ended_can_be_forgotten_and_nothing_else_is(self, store: Store) -> None:
        await store.leases.acquire("ended", lease("one"))
        await store.leases.acquire("holds", lease("one", lasts=3 * MINUTE))
        await store.leases.forget(NOW + 2 * MINUTE)
        assert await store.leases.acquire("ended", lease("two", NOW + 2 * MINUTE))
        assert not await store.leases.acquire("holds", lease("two", NOW + 2 * MINUTE))


class ProcessContract:
    """Which processes run."""

    async def test_a_process_is_known_until_its_word_ends_or_it_leaves(self, store: Store) -> None:
        first = Running(name="b", until=NOW + MINUTE, settings={"source": "x"})
        second = Running(name="a", until=NOW + HOUR, settings={})
        for one in (first, second):
            await store.processes.announce(one, NOW)
        assert await store.processes.running(NOW) == [second, first]
        assert await store.processes.running(NOW + MINUTE) == [second]
        await store.processes.leave("a")
        assert await store.processes.running(NOW) == [first]

    async def test_what_it_says_later_counts(self, store: Store) -> None:
        said = [
            Running(name="a", until=NOW + minutes * MINUTE, settings={"source": source})
            for minutes, source in ((1, "x"), (3, "y"))
        ]
        for one in said:
            await store.processes.announce(one, NOW)
        assert await store.processes.running(NOW + 2 * MINUTE) == said[1:]


class LimiterContract:
    """Slots, rests and the brake."""

    SLOW = Pace(key="channel", per_second=1)
    FAST = Pace(key="token", per_second=10, burst=3)

    async def test_slots_of_a_pace_follow_each_other(self, store: Store) -> None:
        slots = [await store.limiter.reserve([self.SLOW], NOW) for _ in range(3)]
        assert _after(slots) == [0, 1, 2]
        assert all(slot.taken for slot in slots)

    async def test_a_burst_may_go_at_once(self, store: Store) -> None:
        slots = [await store.limiter.reserve([self.FAST], NOW) for _ in range(5)]
        assert _after(slots) == [0, 0, 0, 0.1, 0.2]

    @pytest.mark.parametrize("paces", [[FAST, SLOW], [SLOW, FAST]], ids=["fast first", "slow first"])
    async def test_while_the_slower_pace_is_not_free_no_slot_of_the_faster_is_taken(
        self, store: Store, paces: list[Pace]
    ) -> None:
        slots = [await store.limiter.reserve(paces, NOW) for _ in range(9)]
        assert [(slot.taken, seconds) for slot, seconds in zip(slots, _after(slots), strict=True)] == [
            (True, 0),
            *[(False, 1)] * 8,
        ]
        assert _after([await store.limiter.reserve([self.FAST], NOW) for _ in range(3)]) == [0, 0, 0.1]
        assert await store.limiter.reserve(paces, slots[-1].at) == replace(slots[-1], taken=True)

    async def test_what_the_token_delays_also_moves_the_channels_next_slot(self, store: Store) -> None:
        busy = Pace(key="token", per_second=2)
        for _ in range(3):
            await store.limiter.reserve([busy], NOW)
        assert _after([await store.limiter.reserve([self.SLOW, busy], NOW)]) == [1.5]
        assert _after([await store.limiter.reserve([self.SLOW, busy], NOW)]) == [2.5]

    async def test_channels_held_until_one_moment_keep_to_the_tokens_pace_then(self, store: Store) -> None:
        token, channels = Pace(key="token", per_second=45), [f"C{number}" for number in range(200)]
        await store.limiter.hold(channels, NOW + 10 * SECOND)
        granted = sorted(await _granted(store, [_Asking(name, token) for name in channels]))
        assert granted[0] == 10
        assert granted[-1] == pytest.approx(10 + 199 / 45, abs=0.001)
        assert _most_within_a_second(granted) <= 45

    async def test_held_channels_do_not_keep_free_ones_waiting(self, store: Store) -> None:
        token = Pace(key="token", per_second=45)
        held = [f"C{number}" for number in range(100)]
        await store.limiter.hold(held, NOW + 2 * SECOND)
        everyone = [_Asking(name, token) for name in (*held, *(f"free {number}" for number in range(90)))]
        granted = await _granted(store, everyone)
        assert max(granted[100:]) == pytest.approx(89 / 45, abs=0.001)
        assert max(granted) == pytest.approx(2 + 99 / 45, abs=0.01)

    @pytest.mark.parametrize("seed", range(3))
    async def test_whatever_is_asked_for_no_second_has_more_than_a_pace_allows(
        self, store: Store, seed: int
    ) -> None:
        chance, token = random.Random(seed), Pace(key="token", per_second=20)
        everyone = [
            _Asking(f"C{chance.randrange(12)}", token, at=NOW + SECOND * chance.uniform(0, 3))
            for _ in range(60)
        ]
        for name in ("C1", "C2", "C3"):
            await store.limiter.hold([name], NOW + SECOND * chance.uniform(0, 4))
        granted = await _granted(store, everyone)
        assert _most_within_a_second(granted) <= 20
        for name in {one.channel for one in everyone}:
            here = [at for at, one in zip(granted, everyone, strict=True) if one.channel == name]
            assert _most_within_a_second(here) == 1

    async def test_without_a_pace_there_is_no_wait(self, store: Store) -> None:
        assert await store.limiter.reserve([], NOW) == Slot(at=NOW)

    async def test_unused_time_is_not_saved_up(self, store: Store) -> None:
        await store.limiter.reserve([self.SLOW], NOW)
        later = NOW + HOUR
        slots = [await store.limiter.reserve([self.SLOW], later) for _ in range(2)]
        assert _after(slots) == [3600, 3601]

    async def test_a_slot_that_would_be_too_late_is_not_taken(self, store: Store) -> None:
        await store.limiter.reserve([self.SLOW], NOW)
        late = [await store.limiter.reserve([self.SLOW], NOW, by=NOW + SECOND / 2) for _ in range(9)]
        assert _after(late) == [1] * 9
        assert not any(slot.taken for slot in late)
        assert await store.limiter.reserve([self.SLOW], NOW, by=NOW + SECOND) == Slot(at=NOW + SECOND)

    async def test_what_must_rest_rests_and_no_longer_than_longest(self, store: Store) -> None:
        await store.limiter.hold(["channel", "other"], NOW + 30 * SECOND)
        await store.limiter.hold(["channel"], NOW + 10 * SECOND)
        assert _after([await store.limiter.reserve([self.SLOW], NOW)]) == [30]
        assert _after([await store.limiter.reserve([self.FAST], NOW)]) == [0]

    async def test_a_clock_put_back_an_hour_keeps_nobody_waiting_that_long(self, store: Store) -> None:
        for _ in range(20):
            await store.limiter.reserve([self.FAST], NOW + HOUR)
        assert await store.limiter.state(NOW) == {}
        assert _after([await store.limiter.reserve([self.FAST], NOW) for _ in range(5)]) == [
            0,
            0,
            0,
            0.1,
            0.2,
        ]

    async def test_a_long_rest_is_kept_however_long(self, store: Store) -> None:
        await store.limiter.reserve([self.SLOW], NOW)
        await store.limiter.hold(["channel"], NOW + HOUR)
        assert await store.limiter.state(NOW) == {"channel": NOW + HOUR}
        assert await store.limiter.reserve([self.SLOW], NOW, by=NOW) == Slot(at=NOW + HOUR, taken=False)

    async def test_after_too_many_invalid_answers_everything_rests(self, store: Store) -> None:
        brake = Brake(key="token", most=3)
        answers = [await store.limiter.invalid(brake, NOW + late * MINUTE) for late in (0, 1, 2)]
        assert answers[:2] == [None, None]
        assert answers[2] == NOW + INVALID_WINDOW
        slot = await store.limiter.reserve([self.FAST], NOW + 2 * MINUTE)
        assert slot == Slot(at=NOW + INVALID_WINDOW)

    async def test_invalid_answers_of_long_ago_do_not_count(self, store: Store) -> None:
        brake = Brake(key="token", most=3)
        for late in (0, 1, 10, 11):
            assert await store.limiter.invalid(brake, NOW + late * MINUTE) is None
        assert await store.limiter.invalid(brake, NOW + 12 * MINUTE) == NOW + 20 * MINUTE

    async def test_its_state_names_what_waits(self, store: Store) -> None:
        assert await store.limiter.state(NOW) == {}
        await store.limiter.hold(["channel"], NOW + 30 * SECOND)
        assert list((await store.limiter.state(NOW)).values()) == [NOW + 30 * SECOND]
        assert set(await store.limiter.state(NOW)) == {"channel"}
        assert await store.limiter.state(NOW + 30 * SECOND) == {}


def _after(slots: Iterable[Slot]) -> list[float]:
    """Seconds after `NOW`, to the millisecond."""
    return [round((slot.at - NOW).total_seconds(), 3) for slot in slots]


@dataclass
class _Asking:
    """Someone who wants to post to *channel* from *at* on, and asks again whenever told to."""

    channel: str
    token: Pace
    at: datetime = NOW

    @property
    def paces(self) -> list[Pace]:
        return [Pace(key=self.channel, per_second=1), self.token]


async def _granted(store: Store, everyone: Sequence[_Asking]) -> list[float]:
    """When each of *everyone* may post, in seconds after `NOW`; who is told to asks again at the moment told."""
    waiting = [(one.at, number) for number, one in enumerate(everyone)]
    heapq.heapify(waiting)
    granted = [0.0] * len(everyone)
    while waiting:
        at, number = heapq.heappop(waiting)
        slot = await store.limiter.reserve(everyone[number].paces, at)
        if slot.taken:
            granted[number] = (slot.at - NOW).total_seconds()
        else:
            heapq.heappush(waiting, (slot.at, number))
    return granted


def _most_within_a_second(granted: Iterable[float]) -> int:
    """How many of *granted* fall into the fullest second, but for a hundredth of a millisecond."""
    ordered = sorted(granted)
    return max(bisect.bisect_left(ordered, first + 1 - 1e-5) - at for at, first in enumerate(ordered))


class OutboxContract(
    DueContract,
    HotContract,
    JobContract,
    DeliveryContract,
    PutContract,
    RaceContract,
    LeaseContract,
    ProcessContract,
    LimiterContract,
):
    """What `bot.outbox` and the due times of `bot.ports.SubscriptionStore` promise of any store."""
