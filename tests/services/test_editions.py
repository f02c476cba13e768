from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.alerts import ALERTS_A_DAY
from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.deliveries import Job, State, requested
from bot.domain.outcomes import Unclear
from bot.domain.rounds import Advance
from bot.domain.subscriptions import POSTS_A_DAY, WorkspaceSettings
from bot.outbox import Heated
from bot.ports import Store
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import ELSEWHERE, HERE, HOT, HOUR, MINUTE, NINE, ONE_DAY, Town, agents, ids, moment

TUESDAY = MONDAY + ONE_DAY
SATURDAY = MONDAY + 5 * ONE_DAY
HOURLY = replace(NINE, times=tuple(time(hour) for hour in range(9, 15)))


@pytest.fixture
def town(store: Store, clock: Clock) -> Town:
    return Town(store, clock, FakeMessenger())


# Digests


async def test_a_digest_brings_the_best_first_with_the_newest_counts_and_each_once(town: Town) -> None:
    await town.listed(*(agents(number, 10 * number) for number in range(1, 8)))
    await town.subscribe()
    town.clock.moment = moment(MONDAY, 9)
    await town.rounds.tick()
    await town.listed(*(agents(number, 500 if number == 1 else 10 * number) for number in range(1, 8)))
    await town.work()
    assert town.came == [ids(1, 7, 6, 5, 4)]
    await town.at(moment(TUESDAY, 9))
    assert town.came == [ids(1, 7, 6, 5, 4)]


async def test_two_subscriptions_of_a_channel_share_its_papers(town: Town) -> None:
    await town.listed(*(agents(number, 10 * number) for number in range(1, 6)))
    await town.subscribe(1, top=2)
    await town.subscribe(2, top=4)
    await town.subscribe(3, top=2, to=ELSEWHERE)
    await town.at(moment(MONDAY, 9))
    came = {(one.destination, one.subscription_id): list(one.picks) for one in town.messenger.stored}
    assert came == {(HERE, "s1"): ids(5, 4), (HERE, "s2"): ids(3, 2), (ELSEWHERE, "s3"): ids(5, 4)}


async def test_the_second_digest_brings_the_sure_ones_of_its_day_then_what_ripened_then_what_was_before(
    town: Town,
) -> None:
    await town.listed(*(agents(number, 90 + number) for number in range(1, 4)), day=MONDAY - 3 * ONE_DAY)
    await town.subscribe(top=2)
    await town.listed(agents(11, 40), agents(12, 12), agents(13, 11))
    await town.at(moment(MONDAY, 9))
    assert town.came == [ids(11, 12)]
    town.clock.moment = moment(TUESDAY, 8)
    await town.listed(agents(11, 70), agents(12, 15), agents(13, 45))
    await town.listed(agents(21, 60), agents(22, 9), agents(23, 8), agents(24, 8), day=TUESDAY)
    await town.at(moment(TUESDAY, 9))
    assert town.came[1:] == [ids(21, 13)]
    await town.at(moment(TUESDAY + ONE_DAY, 9))
    assert town.came[2:] == [ids(3, 2)]


async def test_a_digest_knows_when_it_was_due_made_and_next(town: Town) -> None:
    await town.listed(agents(1))
    await town.subscribe()
    await town.at(moment(MONDAY, 16))
    [bulletin] = town.messenger.bulletins
    assert (bulletin.due_at, bulletin.made_at, bulletin.next_at) == (
        moment(MONDAY, 9),
        moment(MONDAY, 16),
        moment(TUESDAY, 9),
    )


@pytest.mark.parametrize(("hours", "stale"), [(1, False), (3, True)], ids=["an hour", "three hours"])
async def test_a_digest_says_since_when_the_source_was_down(
    town: Town,
    hours: int,
    stale: bool,  # noqa: FBT001
) -> None:
    town.clock.moment = seen = moment(MONDAY, 9) - hours * HOUR
    await town.listed(agents(1))
    await town.subscribe()
    await town.at(moment(MONDAY, 9))
    [bulletin] = town.messenger.bulletins
    assert bulletin.stale_since == (seen if stale else None)


async def test_before_anything_was_listed_nothing_comes(town: Town) -> None:
    await town.subscribe()
    await town.at(moment(MONDAY, 9))
    assert await town.deliveries() == []
    assert (await town.store.outbox.counts())["jobs"] == 0


async def test_a_recap_may_repeat_and_says_what_came_when(town: Town) -> None:
    await town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
    await town.subscribe(1, top=1)
    weekly = Cadence(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.TUESDAY,), times=(time(9),), zone="UTC")
    await town.subscribe(2, top=2, cadence=weekly)
    await town.at(moment(MONDAY, 9))
    await town.at(moment(TUESDAY, 9))
    assert [one.picks for one in town.messenger.stored if one.subscription_id == "s2"] == [tuple(ids(3, 2))]
    recap = next(one for one in town.messenger.bulletins if one.digest.recap)
    assert recap.had == {ids(3)[0]: MONDAY}
    assert set(await town.store.marks.had(HERE)) == set(ids(3))


# Six messages a day


async def test_a_channel_gets_six_messages_a_day_and_the_rest_tomorrow(town: Town) -> None:
    papers = [agents(number, 10) for number in range(1, 9)]
    await town.listed(*papers)
    for number in (1, 2):
        await town.subscribe(number, cadence=HOURLY, top=number, text="agents sort:new")
    for hour in range(9, 15):
        await town.listed(*papers, *(agents(number, 20) for number in range(100, 100 + 4 * hour)))
        await town.at(moment(MONDAY, hour))
    assert len(town.came) == POSTS_A_DAY
    await town.listed(*(agents(number, 20) for number in range(900, 930)), day=TUESDAY)
    await town.at(moment(TUESDAY, 9))
    assert len(town.came) == POSTS_A_DAY + 2


async def test_a_digest_of_two_messages_waits_if_one_alone_is_left(town: Town) -> None:
    town.messenger.per_message = 1
    await town.listed(*(agents(number, 10 * number) for number in range(1, 9)))
    await town.subscribe(1, top=5)
    await town.subscribe(2, top=8, cadence=replace(NINE, times=(time(10),)))
    await town.at(moment(MONDAY, 9))
    await town.at(moment(MONDAY, 10))
    assert len(town.came) == 5
    await town.at(moment(TUESDAY, 10))
    assert len(town.came) == 8


async def test_what_a_person_asks_for_comes_above_the_six(town: Town) -> None:
    town.messenger.per_message = 1
    await town.listed(*(agents(number, 10 * number) for number in range(1, 9)))
    one = await town.subscribe(1, top=6)
    await town.at(moment(MONDAY, 9))
    assert len(town.came) == 6
    other = await town.subscribe(2, top=8)
    due_at = moment(TUESDAY, 9)
    job = Job(subscription_id=other.id, edition=requested("x"), due_at=town.clock())
    step = Advance(subscription_id=other.id, version=1, due_at=due_at, next_at=due_at + ONE_DAY, job=job)
    assert len(await town.store.outbox.advance([step])) == 1
    await town.work()
    assert len(town.came) == 8
    assert one.top == 6


# Silence


async def test_after_five_silent_editions_one_line_and_the_next_two_weeks_later(town: Town) -> None:
    await town.subscribe(text="robots upvotes>=50")
    spoke: list[int] = []
    for passed in range(25):
        day = MONDAY + passed * ONE_DAY
        town.clock.moment = moment(day, 8)
        await town.listed(agents(passed, 10), agents(500 + passed, 20), day=day)
        await town.at(moment(day, 9))
        spoke += [passed] * (len(town.came) > len(spoke))
    assert spoke == [4, 18]
    first, second = town.messenger.bulletins
    assert first.silence is not None
    assert (first.silence.listed, first.silence.near, first.silence.nearest) == (10, 0, None)
    assert first.silence.since == MONDAY
    assert second.silence is not None
    assert town.came == [[], []]


async def test_the_line_names_what_had_the_words_but_failed_the_rest(town: Town) -> None:
    await town.subscribe(text="agents upvotes>=50")
    for passed in range(5):
        day = MONDAY + passed * ONE_DAY
        town.clock.moment = moment(day, 8)
        await town.listed(agents(passed, 10 + passed), day=day)
        await town.at(moment(day, 9))
    [bulletin] = town.messenger.bulletins
    assert bulletin.silence is not None
    assert bulletin.silence.near == 5
    assert bulletin.silence.nearest is not None
    assert bulletin.silence.nearest.paper.id == ids(4)[0]


async def test_days_without_a_listing_are_no_silence(town: Town) -> None:
    await town.subscribe(text="robots")
    await town.listed(agents(1))
    for passed in range(10):
        await town.at(moment(MONDAY + passed * ONE_DAY, 9))
    assert town.came == []
    assert (await town.store.subscriptions.progress(["s1"]))["s1"].silent == 1


# Editions of which nobody knows


async def test_an_unconfirmed_edition_is_mentioned_once(town: Town) -> None:
    await town.subscribe()
    town.messenger.script = [Unclear(detail="cut off")]
    for passed in range(3):
        day = MONDAY + passed * ONE_DAY
        town.clock.moment = moment(day, 8)
        await town.listed(agents(passed), day=day)
        await town.at(moment(day, 9))
        await town.after(MINUTE)
    assert await town.states() == [State.UNKNOWN, State.SENT, State.SENT]
    told = [one.unconfirmed for one in town.messenger.bulletins]
    assert told == [(), (town.messenger.bulletins[0].edition,), ()]


async def test_an_unconfirmed_edition_is_mentioned_by_whatever_digest_comes_next_to_its_channel(
    town: Town,
) -> None:
    await town.subscribe(1)
    await town.subscribe(2, "robots", cadence=replace(NINE, times=(time(15),)))
    await town.subscribe(3, "robots", cadence=replace(NINE, times=(time(14),)), to=ELSEWHERE)
    town.messenger.script = [Unclear(detail="cut off")]
    await town.listed(agents(1), replace(agents(2), paper=replace(agents(2).paper, title="Robots")))
    for hour in (9, 14, 15):
        await town.at(moment(MONDAY, hour))
        await town.after(MINUTE)
    told = [(one.subscription.id, one.unconfirmed) for one in town.messenger.bulletins]
    assert told == [("s1", ()), ("s3", ()), ("s2", (town.messenger.bulletins[0].edition,))]


async def test_a_silent_edition_keeps_what_is_to_be_mentioned(town: Town) -> None:
    await town.subscribe()
    town.messenger.script = [Unclear(detail="cut off")]
    for passed, title in enumerate(["Agents", *["Robots"] * 6, "Agents"]):
        day = MONDAY + passed * ONE_DAY
        town.clock.moment = moment(day, 8)
        one = agents(passed)
        await town.listed(replace(one, paper=replace(one.paper, title=f"{title} {passed}")), day=day)
        await town.at(moment(day, 9))
        await town.after(MINUTE)
    unclear, line, last = town.messenger.bulletins
    assert line.silence is not None
    assert (line.unconfirmed, last.unconfirmed) == ((), (unclear.edition,))


# Alerts


async def heat(town: Town, *numbers: int, upvotes: int = 120) -> None:
    await town.listed(*(agents(number, upvotes + 20 * number) for number in numbers))


@pytest.fixture
async def alerted(town: Town) -> Town:
    """An alert was made at eight on Monday, and two hours passed."""
    await town.subscribe(9, cadence=HOT)
    town.clock.pass_(2 * HOUR)
    return town


async def test_a_hot_paper_comes_at_once_and_alone(alerted: Town) -> None:
    await heat(alerted, 1)
    await alerted.work()
    await alerted.after(MINUTE)
    await heat(alerted, 1, 2)
    await alerted.work()
    assert alerted.came == [ids(1), ids(2)]


async def test_papers_that_got_hot_together_arrive_as_one_message_best_first(alerted: Town) -> None:
    await heat(alerted, 1, 2, 3)
    await alerted.work()
    assert alerted.came == [ids(3, 2, 1)]


async def test_three_alerts_a_day_and_the_rest_tomorrow_morning(alerted: Town) -> None:
    await heat(alerted, 1, 2, 3, 4, 5)
    await alerted.work()
    assert alerted.came == [ids(5, 4, 3)]
    await alerted.after(MINUTE)
    await heat(alerted, 1, 2, 3, 4, 5, 6)
    await alerted.work()
    await alerted.at(moment(TUESDAY, 7, 59))
    assert alerted.came == [ids(5, 4, 3)]
    await alerted.at(moment(TUESDAY, 8))
    assert alerted.came == [ids(5, 4, 3), ids(6, 2, 1)]


async def test_two_alerts_of_a_channel_have_three_a_day_between_them(town: Town) -> None:
    for number, text in ((1, "agents"), (2, "agents title:agents"), (3, "agents")):
        await town.subscribe(number, text, cadence=HOT, to=ELSEWHERE if number == 3 else HERE)
    town.clock.moment = moment(MONDAY, 22)
    await heat(town, 1, 2, 3, 4, 5)
    await town.work()
    await town.at(moment(TUESDAY, 8))
    here = [one.picks for one in town.messenger.stored if one.destination == HERE]
    assert sum(map(len, here)) == ALERTS_A_DAY
    assert sum(map(len, town.came)) == 2 * ALERTS_A_DAY
    await town.at(moment(TUESDAY + ONE_DAY, 8))
    assert {paper for one in town.messenger.stored for paper in one.picks} == set(ids(1, 2, 3, 4, 5))
    assert len(await town.store.marks.had(HERE)) == 5


async def test_in_quiet_hours_alerts_wait_and_arrive_as_one_message(alerted: Town) -> None:
    for hour, number in ((20, 1), (22, 2)):
        alerted.clock.moment = moment(MONDAY, hour)
        await heat(alerted, *range(1, number + 1))
        await alerted.work()
    assert alerted.came == []
    await alerted.at(moment(TUESDAY, 8))
    assert alerted.came == [ids(2, 1)]


async def test_what_waits_when_an_alert_is_edited_is_its_baseline(alerted: Town) -> None:
    alerted.clock.moment = moment(MONDAY, 22)
    await heat(alerted, 1)
    await alerted.work()
    one = (await alerted.store.subscriptions.named(["s9"]))["s9"]
    edited = replace(one, version=2, changed_at=alerted.clock())
    await alerted.store.subscriptions.replace(edited, due_at=None)
    await alerted.at(moment(TUESDAY, 9))
    await heat(alerted, 1, 2)
    await alerted.work()
    assert alerted.came == [ids(2)]


async def test_at_weekends_alerts_wait_for_monday(alerted: Town) -> None:
    alerted.clock.moment = moment(SATURDAY, 11)
    await alerted.listed(agents(1, 150), day=SATURDAY)
    for hours in (0, 24, 20):
        await alerted.after(hours * HOUR)
    assert alerted.came == []
    await alerted.at(moment(MONDAY + 7 * ONE_DAY, 8))
    assert alerted.came == [ids(1)]


async def test_quiet_hours_are_the_workspaces(alerted: Town) -> None:
    await alerted.store.settings.put(
        HERE.shard_key, WorkspaceSettings(quiet_from=time(9), quiet_until=time(11))
    )
    await heat(alerted, 1)
    await alerted.work()
    assert alerted.came == []
    await alerted.at(moment(MONDAY, 11))
    assert alerted.came == [ids(1)]


async def test_an_alert_counts_as_posted_and_the_next_digest_names_it_once(alerted: Town) -> None:
    await alerted.subscribe(1)
    await heat(alerted, 1)
    await alerted.work()
    for passed in (1, 2):
        day = MONDAY + passed * ONE_DAY
        await alerted.listed(agents(10 + passed, 5), day=day)
        await alerted.at(moment(day, 9))
    assert alerted.came == [ids(1), ids(11), ids(12)]
    digests = [one for one in alerted.messenger.bulletins if one.subscription.id == "s1"]
    assert [[entry.paper.id for entry in one.alerted] for one in digests] == [ids(1), []]


async def test_what_a_digest_brought_is_no_alert(alerted: Town) -> None:
    await alerted.subscribe(1, cadence=replace(NINE, times=(time(10, 30),)))
    await alerted.listed(agents(1, 50))
    await alerted.at(moment(MONDAY, 10, 30))
    assert alerted.came == [ids(1)]
    await heat(alerted, 1)
    await alerted.after(HOUR)
    assert alerted.came == [ids(1)]
    assert await alerted.store.outbox.hot("s9") == dict.fromkeys(ids(1), False)


async def test_alerts_too_stay_under_six_messages_a_day(town: Town) -> None:
    town.messenger.per_message = 1
    await town.listed(*(agents(number, 10) for number in range(1, 7)))
    await town.subscribe(9, cadence=HOT)
    await town.subscribe(1, top=6)
    await town.at(moment(MONDAY, 9))
    assert len(town.came) == POSTS_A_DAY
    town.clock.pass_(HOUR)
    await heat(town, 77)
    await town.work()
    assert len(town.came) == POSTS_A_DAY
    await town.at(moment(TUESDAY, 8))
    assert town.came[-1] == ids(77)


async def test_alerts_of_several_messages_wait_rather_than_lift_a_destination_over_its_limit(
    town: Town,
) -> None:
    town.messenger.per_message = 1
    await town.listed(*(agents(number, 10) for number in range(1, 6)))
    await town.subscribe(9, cadence=HOT)
    await town.subscribe(1, top=5)
    await town.at(moment(MONDAY, 9))
    town.clock.pass_(HOUR)
    await heat(town, 76, 77)
    await town.work()
    assert len(town.came) == POSTS_A_DAY - 1
    await town.at(moment(TUESDAY, 8))
    assert len(town.came) == POSTS_A_DAY + 1


async def test_managers_may_raise_the_limit_of_messages_a_day(town: Town) -> None:
    await town.store.settings.put(HERE.shard_key, WorkspaceSettings(posts_a_day=3))
    await town.subscribe(cadence=HOURLY, top=20)
    for hour in range(9, 15):
        await town.listed(agents(hour, 100 + hour))
        await town.at(moment(MONDAY, hour))
    assert len(town.came) == 3
    await town.store.settings.put(HERE.shard_key, WorkspaceSettings(posts_a_day=4))
    await town.subscribe(2, cadence=replace(NINE, times=(time(16),)))
    await town.at(moment(MONDAY, 16))
    assert len(town.came) == 4


async def test_papers_hot_at_one_moment_but_noted_after_the_edition_was_made_still_come(town: Town) -> None:
    """The quiet hours end at one moment for all that waits; a slow process notes its paper after it."""
    await town.subscribe(9, cadence=HOT)
    await town.listed(agents(1, 120), agents(2, 120))
    for number, late in ((1, timedelta(0)), (2, timedelta(milliseconds=300))):
        heated = Heated(subscription_id="s9", version=1, papers=tuple(ids(number)), due_at=moment(MONDAY, 8))
        town.clock.moment = moment(MONDAY, 8) + late
        await town.store.outbox.heat([heated])
        await town.work()
    assert town.came == [ids(1), ids(2)]
