from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import in_quiet_hours
from bot.domain.cadence import EVERY_DAY, LAST_DAY, WEEKDAYS, Cadence, Rhythm, Weekday
from bot.domain.deliveries import Job, alert, requested, scheduled
from bot.domain.filters import Filter
from bot.domain.rounds import CATCH_UP, ON_TIME, advance, passed_over
from bot.domain.subscriptions import Destination, Platform, Subscription, WorkspaceSettings
from bot.domain.zones import zone_info

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL = WorkspaceSettings()
NEVER_QUIET = WorkspaceSettings(quiet_from=time(0), quiet_until=time(0))
MINUTE = timedelta(minutes=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def subscription(cadence: Cadence) -> Subscription:
    return Subscription(
        id="s1",
        short_id="1a2b",
        destination=Destination(platform=Platform.SLACK, workspace="T1", channel="C1"),
        filter=Filter(),
        cadence=cadence,
        created_by="U1",
        created_at=moment("2025-01-01"),
        version=3,
    )


NINE = Cadence(weekdays=EVERY_DAY, times=(time(9),), zone="UTC")
FIRST = moment("2025-11-10T09:00")

LATE = [
    ("at once", "2025-11-10T09:00", USUAL, "2025-11-10T09:00", "2025-11-11T09:00", 0),
    ("hours late", "2025-11-10T15:00", USUAL, "2025-11-10T09:00", "2025-11-11T09:00", 0),
    ("twelve hours late in quiet hours", "2025-11-10T21:00", USUAL, None, "2025-11-11T09:00", 1),
    (
        "twelve hours late where nothing is quiet",
        "2025-11-10T21:00",
        NEVER_QUIET,
        "2025-11-10T09:00",
        "2025-11-11T09:00",
        0,
    ),
    ("later than that", "2025-11-10T21:01", NEVER_QUIET, None, "2025-11-11T09:00", 1),
    ("a day late", "2025-11-11T09:00", USUAL, "2025-11-11T09:00", "2025-11-12T09:00", 1),
    ("a week late", "2025-11-17T10:00", USUAL, "2025-11-17T09:00", "2025-11-18T09:00", 7),
    ("a week late in the night", "2025-11-18T02:00", USUAL, None, "2025-11-18T09:00", 8),
]


@pytest.mark.parametrize(
    ("now", "settings", "came", "next_at", "missed"), [row[1:] for row in LATE], ids=[row[0] for row in LATE]
)
def test_of_the_missed_editions_the_newest_comes_if_it_is_not_too_late(
    now: str, settings: WorkspaceSettings, came: str | None, next_at: str, missed: int
) -> None:
    step = advance(subscription(NINE), FIRST, moment(now), settings)
    due_at = moment(came) if came else None
    expected = Job(subscription_id="s1", edition=scheduled(due_at, "UTC"), due_at=due_at) if due_at else None
    assert (step.job, step.next_at, step.missed) == (expected, moment(next_at), missed)
    assert (step.subscription_id, step.version, step.due_at) == ("s1", 3, FIRST)


@pytest.mark.parametrize(("late", "comes"), [(30, True), (31, False)], ids=["a little late", "late"])
def test_what_someone_wanted_in_the_night_comes_in_the_night(late: int, comes: bool) -> None:  # noqa: FBT001
    due_at = moment("2025-11-10T23:00")
    step = advance(subscription(replace(NINE, times=(time(23),))), due_at, due_at + late * MINUTE, USUAL)
    assert (step.job is not None) is comes


def test_quiet_hours_are_those_of_the_subscriptions_zone() -> None:
    tokyo = subscription(replace(NINE, times=(time(15),), zone="Asia/Tokyo"))
    due_at = moment("2025-11-10T06:00")
    assert advance(tokyo, due_at, moment("2025-11-10T10:59"), USUAL).job is not None
    assert advance(tokyo, due_at, moment("2025-11-10T11:00"), USUAL).job is None


def test_an_alert_has_one_edition_and_no_next_time() -> None:
    step = advance(subscription(Cadence(rhythm=Rhythm.HOT)), FIRST, FIRST + 9 * CATCH_UP, USUAL)
    assert step.next_at is None
    assert step.job == Job(subscription_id="s1", edition=alert(FIRST + 9 * CATCH_UP), due_at=FIRST)


def test_alerts_made_due_twice_at_one_moment_are_two_editions() -> None:
    hot = subscription(Cadence(rhythm=Rhythm.HOT))
    jobs = [advance(hot, FIRST, FIRST + late * MINUTE / 1000, USUAL).job for late in (0, 1)]
    assert len({job.edition for job in jobs if job}) == 2


@pytest.mark.parametrize(
    ("edition", "late", "over"),
    [
        (scheduled(FIRST, "UTC"), CATCH_UP, False),
        (scheduled(FIRST, "UTC"), CATCH_UP + MINUTE, True),
        (requested("x"), CATCH_UP + MINUTE, True),
        (alert(FIRST), CATCH_UP * 9, False),
    ],
    ids=["twelve hours", "longer", "asked for", "an alert that waited for Monday"],
)
def test_a_job_found_after_an_outage_may_be_over(edition: str, late: timedelta, over: bool) -> None:  # noqa: FBT001
    job = Job(subscription_id="s1", edition=edition, due_at=FIRST)  # type: ignore[arg-type]
    assert passed_over(job, FIRST + late) is over


# Over all zones


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    rhythm = draw(st.sampled_from((Rhythm.DAYS, Rhythm.DAYS, Rhythm.DAYS, Rhythm.WEEKLY, Rhythm.MONTHLY)))
    days = draw(st.sampled_from((EVERY_DAY, WEEKDAYS, (Weekday.SUNDAY, Weekday.MONDAY))))
    clock = st.builds(time, st.integers(0, 23) | st.integers(0, 3), st.sampled_from((0, 1, 15, 30, 59)))
    return Cadence(
        rhythm=rhythm,
        weekdays=days if rhythm is not Rhythm.WEEKLY else (draw(st.sampled_from(EVERY_DAY)),),
        month_day=draw(st.sampled_from((1, 15, 28, LAST_DAY))),
        times=tuple(draw(st.lists(clock, min_size=1, max_size=3))),
        zone=draw(st.sampled_from(sorted(available_timezones()))),
    )


_CHANGES = ("2025-03-01", "2025-09-15", "2026-02-20", "2026-03-20", "2026-09-20", "2026-10-15")
"""Shortly before the clocks of some zones change."""


@given(
    cadence=cadences(),
    begin=st.sampled_from(_CHANGES).map(moment),
    seed=st.integers(0, 2**32),
    settings=st.sampled_from((USUAL, NEVER_QUIET)),
)
def test_in_every_zone_each_edition_comes_once_or_the_newest_after_an_outage_and_none_early(
    cadence: Cadence, begin: datetime, seed: int, settings: WorkspaceSettings
) -> None:
    end = begin + timedelta(days=50)
    wanted = editions(cadence, begin, end)
    chance, ticks = random.Random(seed), list[datetime]()
    came: list[tuple[datetime, datetime]] = []
    due_at, missed = wanted[0], 0
    while due_at < end:
        outage = chance.choice((MINUTE, MINUTE, MINUTE, 29 * MINUTE, 11 * 60 * MINUTE, 4 * 24 * 60 * MINUTE))
        tick = due_at + outage * chance.random()
        ticks.append(tick)
        step = advance(subscription(cadence), due_at, tick, settings)
        assert step.next_at is not None
        assert step.next_at > tick
        missed += step.missed
        if step.job:
            came.append((step.job.due_at, tick))
            assert step.job.edition == scheduled(step.job.due_at, cadence.zone)
        due_at = step.next_at
    fallen_due = [at for at in wanted if at < due_at]
    assert came == expected(fallen_due, ticks, cadence.zone, settings)
    assert missed == len([at for at in fallen_due if ticks and at <= ticks[-1]]) - len(came)


def expected(
    wanted: Sequence[datetime], ticks: Sequence[datetime], zone: str, settings: WorkspaceSettings
) -> list[tuple[datetime, datetime]]:
    """The newest edition that fell due by each tick, if it is in time, with the tick."""
    came, before = [], None
    for tick in ticks:
        newest = max(at for at in wanted if at <= tick and (before is None or at > before))
        late, before = tick - newest, tick
        if late <= ON_TIME or (late <= CATCH_UP and not in_quiet_hours(tick, zone, settings)):
            came.append((newest, tick))
    return came


def editions(cadence: Cadence, begin: datetime, end: datetime) -> list[datetime]:
    """When *cadence* should deliver after *begin*, by asking of each local day and time when it is."""
    zone, margin = zone_info(cadence.zone), timedelta(days=40)
    days = (begin.date() + timedelta(days=number) for number in range(-2, (end + margin - begin).days))
    nominal = (
        datetime.combine(day, at, zone) for day in days if delivers(cadence, day) for at in cadence.times
    )
    return sorted({at.astimezone(UTC) for at in nominal if at.astimezone(UTC) > begin})


def delivers(cadence: Cadence, day: date) -> bool:
    if cadence.rhythm is Rhythm.MONTHLY:
        last = (day + timedelta(days=1)).day == 1
        return last if cadence.month_day == LAST_DAY else day.day == cadence.month_day
    return day.weekday() in cadence.weekdays
