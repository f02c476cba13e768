from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import scheduled
from bot.domain.events import (
    AlertsFound,
    ClockWentBack,
    EditionsDue,
    ListingKept,
    StoreFailed,
    SubscriptionStopped,
    SubscriptionUnreadable,
)
from bot.domain.subscriptions import WorkspaceSettings
from bot.outbox import Lease
from bot.ports import Store
from bot.services.rounds import Rounds
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import (
    HERE,
    HOT,
    HOUR,
    MINUTE,
    NINE,
    ONE_DAY,
    SECOND,
    ShakyStore,
    Town,
    agents,
    ids,
    moment,
)


class Enough(Exception):
    """The test has seen what it wanted."""


@pytest.fixture
def town(store: Store, clock: Clock) -> Town:
    return Town(store, clock, FakeMessenger())


async def jobs(town: Town) -> list[str]:
    now = town.clock()
    taken = await town.store.outbox.take_jobs(Lease(owner="test", at=now, until=now + ONE_DAY), 1000)
    return [one.job.edition for one in taken]


# What is due


async def test_a_due_subscription_gets_one_job_and_its_next_time(town: Town) -> None:
    await town.subscribe()
    assert await town.rounds.tick() == 0
    town.clock.moment = moment(MONDAY, 9)
    assert await town.rounds.tick() == 1
    assert await town.rounds.tick() == 0
    assert await jobs(town) == [scheduled(moment(MONDAY, 9), "UTC")]
    assert (await town.store.subscriptions.progress(["s1"]))["s1"].due_at == moment(MONDAY + ONE_DAY, 9)


async def test_many_rounds_at_once_make_each_job_once(town: Town) -> None:
    for number in range(1, 41):
        await town.subscribe(number)
    town.clock.moment = moment(MONDAY, 9)
    processes = [town, *(town.another(str(number)) for number in range(4))]
    await asyncio.gather(*(process.rounds.tick() for process in processes))
    assert len(await jobs(town)) == 40
    told = [event for event in town.events if isinstance(event, EditionsDue)]
    assert sum(event.subscriptions for event in told) == 40


async def test_more_than_a_batch_is_due(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.rounds.BATCH", 7)
    for number in range(1, 31):
        await town.subscribe(number)
    town.clock.moment = moment(MONDAY, 9)
    assert await town.rounds.tick() == 30


async def test_after_a_week_down_the_newest_edition_comes_and_the_log_says_so(town: Town) -> None:
    await town.subscribe()
    town.clock.moment = moment(MONDAY + 7 * ONE_DAY, 11)
    await town.rounds.tick()
    assert town.events == [EditionsDue(subscriptions=1, jobs=1, missed=7)]
    assert await jobs(town) == [scheduled(moment(MONDAY + 7 * ONE_DAY, 9), "UTC")]


@pytest.mark.parametrize(("quiet_from", "comes"), [(12, False), (15, True)], ids=["quiet", "not quiet"])
async def test_a_late_edition_heeds_the_workspaces_quiet_hours(
    town: Town,
    quiet_from: int,
    comes: bool,  # noqa: FBT001
) -> None:
    await town.store.settings.put(HERE.shard_key, WorkspaceSettings(quiet_from=time(quiet_from)))
    await town.subscribe()
    town.clock.moment = moment(MONDAY, 14)
    assert await town.rounds.tick() == comes


async def test_a_paused_subscription_that_is_due_gets_nothing(town: Town) -> None:
    one = await town.subscribe()
    await town.store.subscriptions.replace(one.pause(town.clock(), "asked"), due_at=moment(MONDAY, 9))
    town.clock.moment = moment(MONDAY, 9)
    assert await town.rounds.tick() == 0
    assert await jobs(town) == []
    assert await town.store.outbox.next_at() is None


# What got hot


async def test_a_paper_that_got_hot_is_noted_once(town: Town) -> None:
    await town.listed(agents(1, 50), agents(2, 50))
    await town.subscribe(cadence=HOT)
    assert await town.rounds.alerts() == 0
    town.clock.pass_(HOUR)
    await town.listed(agents(1, 120), agents(2, 60))
    assert await town.rounds.alerts() == 1
    assert await town.rounds.alerts() == 0
    assert await town.another().rounds.alerts() == 0
    assert await town.store.outbox.hot("s1") == dict.fromkeys(ids(1), True)
    assert town.events[-1] == AlertsFound(papers=1)


async def test_what_was_hot_before_the_alert_was_made_never_fires(town: Town) -> None:
    await town.listed(agents(1, 120))
    town.clock.pass_(MINUTE)
    await town.subscribe(cadence=HOT)
    for upvotes in (120, 150, 500):
        town.clock.pass_(HOUR)
        await town.listed(agents(1, upvotes))
        assert await town.rounds.alerts() == 0


async def test_what_was_hot_before_an_edit_never_fires(town: Town) -> None:
    one = await town.subscribe(cadence=replace(HOT, hot_votes=200))
    await town.listed(agents(1, 120))
    town.clock.pass_(HOUR)
    edited = replace(one, cadence=HOT, version=2, changed_at=town.clock())
    await town.store.subscriptions.replace(edited, due_at=None)
    town.clock.pass_(HOUR)
    await town.listed(agents(1, 150), agents(2, 50))
    assert await town.rounds.alerts() == 0


async def test_back_filled_days_never_fire(town: Town) -> None:
    await town.subscribe(cadence=HOT)
    town.clock.pass_(HOUR)
    await town.listed(agents(1, 500), day=MONDAY - ONE_DAY)
    assert await town.rounds.alerts() == 0


async def test_only_what_the_filter_wants_fires(town: Town) -> None:
    await town.subscribe(text="robots", cadence=HOT)
    town.clock.pass_(HOUR)
    await town.listed(agents(1, 500))
    assert await town.rounds.alerts() == 0


async def test_a_paused_alert_notes_nothing(town: Town) -> None:
    one = await town.subscribe(cadence=HOT)
    await town.store.subscriptions.replace(one.pause(town.clock(), "asked"), due_at=None)
    await town.listed(agents(1, 500))
    assert await town.rounds.alerts() == 0


@pytest.mark.parametrize("away", ["changed", "entries", "tallies", "heat", "of_workspace"])
async def test_a_store_that_goes_away_while_looking_for_hot_papers_loses_none(
    store: Store, clock: Clock, away: str
) -> None:
    shaky = ShakyStore(store)
    town = Town(shaky, clock, FakeMessenger())
    await town.subscribe(cadence=HOT)
    clock.pass_(HOUR)
    await town.listed(agents(1, 500))
    shaky.failing[away] = 1
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise Enough

    rounds = Rounds(shaky, observe=town.events.append, now=clock, sleep=sleep)
    with pytest.raises(Enough):
        await rounds.run()
    assert StoreFailed(reason="The store is away.") in town.events
    assert AlertsFound(papers=1) in town.events


async def test_it_sleeps_until_the_next_thing_is_due_but_never_long(town: Town, clock: Clock) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_(timedelta(seconds=seconds))
        if clock() >= moment(MONDAY, 9):
            raise Enough

    await town.subscribe(cadence=replace(NINE, times=(time(9),)))
    clock.moment = moment(MONDAY, 9) - timedelta(seconds=12)
    with pytest.raises(Enough):
        await Rounds(town.store, observe=town.events.append, now=clock, sleep=sleep).run()
    assert slept == [5, 5, 2]


# What is kept for a time only


async def test_what_was_kept_long_enough_is_forgotten_once_an_hour(town: Town) -> None:
    await town.store.marks.claim(HERE, ["2511.00001"], owner="s1|x", at=town.clock())
    town.clock.pass_(timedelta(days=59))
    await town.rounds.tidy()
    assert await town.store.marks.had(HERE)

    town.clock.pass_(timedelta(days=1, minutes=1))
    await town.rounds.tidy()
    assert not await town.store.marks.had(HERE)


async def test_a_subscription_whose_zone_is_gone_stops_with_its_reason_and_stops_no_other(
    town: Town, tmp_path: Path
) -> None:
    await town.subscribe(1)
    await town.subscribe(2)
    with sqlite3.connect(tmp_path / "paperround.db") as file:
        file.execute(
            "UPDATE subscription SET document = json_set(document, '$.cadence.zone', 'Mars/Phobos') WHERE id = 's1'"
        )
    town.clock.moment = moment(MONDAY, 9)
    await town.rounds.tick()

    assert await jobs(town) == [scheduled(moment(MONDAY, 9), "UTC")]
    stopped = (await town.store.subscriptions.named(["s1"]))["s1"]
    assert stopped.paused
    assert (
        stopped.paused_because
        == "its time zone Mars/Phobos is no longer known: edit its time, then resume it"
    )
    assert (await town.store.subscriptions.progress(["s1"]))["s1"].due_at is None


def spoil(folder: Path, subscription_id: str, **changes: object) -> None:
    """Write *changes* into the record of a subscription."""
    with closing(sqlite3.connect(folder / "paperround.db")) as file, file:
        for path, value in changes.items():
            sql = "UPDATE subscription SET document = json_set(document, ?, ?) WHERE id = ?"
            file.execute(sql, (f"$.{path}", value, subscription_id))


@pytest.mark.parametrize("changes", [{"v": 99}, {"filter": 7, "form": None}], ids=["newer", "damaged"])
async def test_a_record_that_cannot_be_read_is_named_once_and_stops_no_other(
    town: Town, tmp_path: Path, changes: dict[str, object]
) -> None:
    await town.listed(agents(1))
    await town.subscribe(1)
    await town.subscribe(2, to=replace(HERE, channel="robots"))
    spoil(tmp_path, "s1", **changes)
    for day in range(2):
        await town.listed(agents(1), agents(2 + day), day=MONDAY + day * ONE_DAY)
        await town.at(moment(MONDAY + day * ONE_DAY, 9))
    assert len(town.came) == 2
    [told] = [event for event in town.events if isinstance(event, SubscriptionUnreadable)]
    assert told.subscription_id == "s1"
    assert told.reason


async def test_more_records_than_a_batch_that_cannot_be_read_hold_up_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.rounds.BATCH", 3)
    for number in range(1, 9):
        await town.subscribe(number)
        spoil(tmp_path, f"s{number}", v=99)
    await town.subscribe(9)
    town.clock.moment = moment(MONDAY, 9)
    assert await town.rounds.tick() == 1
    assert await town.rounds.tick() == 0


async def test_what_cannot_be_read_comes_once_it_can_be(town: Town, tmp_path: Path) -> None:
    await town.listed(agents(1))
    await town.subscribe(1)
    spoil(tmp_path, "s1", v=99)
    await town.at(moment(MONDAY, 9))
    assert town.came == []
    spoil(tmp_path, "s1", v=1)
    await town.after(MINUTE)
    assert town.came == [ids(1)]


async def test_rounds_sleep_though_something_due_cannot_be_read(town: Town, tmp_path: Path) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Enough

    await town.subscribe(1)
    spoil(tmp_path, "s1", v=99)
    town.clock.moment = moment(MONDAY, 9)
    with pytest.raises(Enough):
        await Rounds(town.store, observe=town.events.append, now=town.clock, sleep=sleep).run()
    assert slept == [5, 5, 5]


async def test_a_job_of_what_became_unreadable_waits_and_comes_later(town: Town, tmp_path: Path) -> None:
    await town.listed(agents(1))
    await town.subscribe(1)
    town.clock.moment = moment(MONDAY, 9)
    await town.rounds.tick()
    spoil(tmp_path, "s1", v=99)
    for _ in range(3):
        await town.work()
        await town.after(MINUTE)
    assert town.came == []
    assert len([event for event in town.events if isinstance(event, SubscriptionUnreadable)]) == 1
    spoil(tmp_path, "s1", v=1)
    await town.after(2 * MINUTE)
    assert town.came == [ids(1)]


async def test_an_alert_that_cannot_be_read_is_named_and_stops_no_other(town: Town, tmp_path: Path) -> None:
    await town.subscribe(1, cadence=HOT)
    await town.subscribe(2, cadence=HOT)
    spoil(tmp_path, "s1", v=99)
    town.clock.pass_(HOUR)
    await town.listed(agents(1, 500))
    assert await town.rounds.alerts() == 1
    assert [type(event) for event in town.events if not isinstance(event, ListingKept)] == [
        SubscriptionUnreadable,
        AlertsFound,
    ]


async def test_a_subscription_whose_zone_is_gone_is_paused_since_that_was_found(
    town: Town, tmp_path: Path
) -> None:
    await town.subscribe(1)
    await town.subscribe(2, cadence=HOT)
    for one in ("s1", "s2"):
        spoil(tmp_path, one, **{"cadence.zone": "Mars/Phobos"})
    before = await town.store.subscriptions.all()
    assert [(one.paused, one.paused_at) for one in before] == [(True, None)] * 2

    await town.at(moment(MONDAY, 9))
    await town.after(HOUR)
    stopped = await town.store.subscriptions.all()
    assert [one.paused_at for one in stopped] == [moment(MONDAY, 9)] * 2
    assert all("Mars/Phobos is no longer known" in one.paused_because for one in stopped)
    told = [event.subscription_id for event in town.events if isinstance(event, SubscriptionStopped)]
    assert sorted(told) == ["s1", "s2"]


async def test_only_the_jobs_that_this_process_made_are_counted_as_its_own(town: Town) -> None:
    for number in range(1, 31):
        await town.subscribe(number)
    town.clock.moment = moment(MONDAY, 9)
    processes = [town, *(town.another(str(number)) for number in range(4))]
    made = await asyncio.gather(*(process.rounds.tick() for process in processes))
    assert sum(made) == 30
    assert sum(event.jobs for event in town.events if isinstance(event, EditionsDue)) == 30


async def test_a_clock_that_was_set_back_is_told_once(town: Town) -> None:
    await town.rounds.tick()
    town.clock.pass_(-10 * SECOND)
    await town.rounds.tick()
    assert not [event for event in town.events if isinstance(event, ClockWentBack)]
    town.clock.pass_(-HOUR)
    for _ in range(2):
        await town.rounds.tick()
        town.clock.pass_(SECOND)
    assert [event for event in town.events if isinstance(event, ClockWentBack)] == [ClockWentBack(by=HOUR)]


async def test_a_mark_is_forgotten_sixty_days_after_its_paper_was_last_listed(town: Town) -> None:
    for paper in ids(1, 2):
        await town.store.marks.claim(HERE, [paper], owner="one", at=moment(MONDAY, 9))
    town.clock.moment = moment(MONDAY + 50 * ONE_DAY, 9)
    await town.listed(agents(1), day=MONDAY + 50 * ONE_DAY)
    for days, known in ((59, ids(1, 2)), (61, ids(1)), (110, ids(1)), (112, [])):
        town.clock.moment = moment(MONDAY + days * ONE_DAY, 10)
        await town.rounds.tidy()
        assert sorted(await town.store.marks.had(HERE)) == known


class Swallowing:
    """An outbox that is cancelled in the middle of a request and does not tell, as a client library may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def due(self, *_: object) -> list[object]:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return []
        return []

    async def forget(self, _: object) -> int:
        return 0

    async def next_at(self) -> None:
        return None


async def test_rounds_end_even_if_the_store_swallows_the_word(town: Town) -> None:
    outbox = Swallowing()
    store = replace_outbox(town.store, outbox)
    rounds = Rounds(store, observe=town.events.append, now=town.clock, sleep=asyncio.sleep)
    running = asyncio.create_task(rounds.run())
    await outbox.asked.wait()
    running.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(running, return_exceptions=True)


def replace_outbox(store: Store, outbox: Swallowing) -> Store:
    class Other:
        def __getattr__(self, name: str) -> object:
            return outbox if name == "outbox" else getattr(store, name)

    return Other()  # type: ignore[return-value]
