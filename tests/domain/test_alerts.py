from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import (
    ALERTS_A_DAY,
    alert_due,
    fires,
    in_quiet_hours,
    is_hot,
    local_midnight,
    quiet,
)
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.papers import Entry, Paper, Tally
from bot.domain.subscriptions import WorkspaceSettings
from bot.domain.zones import all_zones, zone_info

MONDAY = date(2025, 11, 10)
HUNDRED = Cadence(rhythm=Rhythm.HOT, hot_votes=100, zone="UTC")
GROWTH = replace(HUNDRED, hot_votes=None)
USUAL = WorkspaceSettings()
BERLIN = "Europe/Berlin"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOON = moment("2025-11-10T12:00")


def entry(upvotes: int | None, at: datetime = NOON, *, day: date | None = MONDAY) -> Entry:
    paper = Paper(id="a", title="A", listed_on=(day,) if day else ())
    return Entry(paper=paper, tally=Tally(at=at, upvotes=upvotes))


@pytest.mark.parametrize(
    ("upvotes", "hours", "cadence", "hot"),
    [
        (99, 12, HUNDRED, False),
        (100, 12, HUNDRED, True),
        (None, 12, HUNDRED, False),
        (75, 12, GROWTH, True),
        (60, 12, GROWTH, False),
        (75, 24 * 6, GROWTH, False),
        (19, 0, GROWTH, False),
        (99, 24 * 30, GROWTH, False),
        (100, 24 * 30, GROWTH, True),
    ],
    ids=[
        "one vote short",
        "at the threshold",
        "nobody knows how many",
        "very likely to pass 100",
        "on course for 121, which may be wrong",
        "as many after six days",
        "too few to tell",
        "it will not move any more",
        "it passed 100",
    ],
)
def test_a_paper_is_hot_by_its_threshold_or_its_course(
    upvotes: int | None,
    hours: int,
    cadence: Cadence,
    hot: bool,  # noqa: FBT001
) -> None:
    at = datetime.combine(MONDAY, time(), UTC) + timedelta(hours=hours)
    assert is_hot(entry(upvotes, at), cadence) is hot


BEFORE = NOON - timedelta(hours=2)


@pytest.mark.parametrize(
    ("now", "history", "day", "fired"),
    [
        (120, [(50, -3)], MONDAY, True),
        (120, [(110, -3)], MONDAY, False),
        (120, [(110, -9), (90, -3)], MONDAY, True),
        (120, [(50, -3), (110, -1)], MONDAY, True),
        (90, [(50, -3)], MONDAY, False),
        (120, [], MONDAY, True),
        (120, [], MONDAY - timedelta(days=1), False),
        (120, [(120, -1)], MONDAY - timedelta(days=1), False),
        (120, [(50, -3)], MONDAY - timedelta(days=7), True),
        (120, [(50, -3)], MONDAY - timedelta(days=8), False),
        (120, [(50, -3)], None, False),
    ],
    ids=[
        "it passed the threshold since",
        "it was hot then: the baseline",
        "it had cooled by then",
        "it got hot between then and now",
        "it is not hot",
        "unknown then, listed that day",
        "back-filled from a day before",
        "… with tallies of its own",
        "listed a week ago",
        "listed longer ago",
        "never listed",
    ],
)
def test_a_paper_fires_once_it_got_hot_after_the_alert_was_made(
    now: int,
    history: list[tuple[int, int]],
    day: date | None,
    fired: bool,  # noqa: FBT001
) -> None:
    tallies = [Tally(at=NOON + timedelta(hours=hours), upvotes=upvotes) for upvotes, hours in history]
    assert fires(entry(now, day=day), tallies, HUNDRED, BEFORE) is fired


DUE = [
    ("a weekday morning", "2025-11-10T09:00", USUAL, 0, "2025-11-10T09:00"),
    ("a minute before the quiet hours", "2025-11-10T18:59", USUAL, 0, "2025-11-10T18:59"),
    ("the quiet hours begin", "2025-11-10T19:00", USUAL, 0, "2025-11-11T07:00"),
    ("after midnight", "2025-11-10T23:30", USUAL, 0, "2025-11-11T07:00"),
    ("the quiet hours end", "2025-11-11T07:00", USUAL, 0, "2025-11-11T07:00"),
    ("Friday night", "2025-11-14T22:00", USUAL, 0, "2025-11-17T07:00"),
    ("Saturday noon", "2025-11-15T11:00", USUAL, 0, "2025-11-17T07:00"),
    ("Sunday night", "2025-11-16T22:00", USUAL, 0, "2025-11-17T07:00"),
    ("before dawn on Monday", "2025-11-17T03:00", USUAL, 0, "2025-11-17T07:00"),
    ("two are out", "2025-11-10T09:00", USUAL, 2, "2025-11-10T09:00"),
    ("three are out", "2025-11-10T09:00", USUAL, 3, "2025-11-11T07:00"),
    ("three are out on a Friday", "2025-11-14T09:00", USUAL, 3, "2025-11-17T07:00"),
    (
        "siesta",
        "2025-11-10T13:00",
        replace(USUAL, quiet_from=time(13), quiet_until=time(15)),
        0,
        "2025-11-10T14:00",
    ),
    (
        "no quiet hours",
        "2025-11-10T23:30",
        replace(USUAL, quiet_from=time(0), quiet_until=time(0)),
        0,
        "2025-11-10T23:30",
    ),
    (
        "no quiet hours, but a weekend",
        "2025-11-15T11:00",
        replace(USUAL, quiet_from=time(0), quiet_until=time(0)),
        0,
        "2025-11-16T23:00",
    ),
    ("the clock is put back in the night", "2025-10-24T22:00", USUAL, 0, "2025-10-27T07:00"),
    ("the clock is put forward in the night", "2026-03-27T22:00", USUAL, 0, "2026-03-30T06:00"),
]


@pytest.mark.parametrize(
    ("now", "settings", "posted", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE]
)
def test_an_alert_in_berlin_waits_for_the_morning_of_a_weekday(
    now: str, settings: WorkspaceSettings, posted: int, due: str
) -> None:
    assert alert_due(moment(now), BERLIN, settings, posted_today=posted) == moment(due)


times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(all_zones()),
    begin=times,
    end=times,
    posted=st.integers(0, ALERTS_A_DAY),
)
def test_an_alert_never_comes_early_nor_in_quiet_hours_nor_after_many_days(
    now: datetime, zone: str, begin: time, end: time, posted: int
) -> None:
    settings = replace(USUAL, quiet_from=begin, quiet_until=end)
    due = alert_due(now, zone, settings, posted_today=posted)
    assert now <= due <= now + timedelta(days=4, hours=3)
    there = due.astimezone(UTC).astimezone(zone_info(zone))
    skipped = due != now and there.replace(tzinfo=None) != due.replace(tzinfo=None)
    assert skipped or not quiet(there, zone, settings)
    if posted == ALERTS_A_DAY:
        assert due.astimezone(zone_info(zone)).date() > now.astimezone(zone_info(zone)).date()


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [("19:59", False), ("20:00", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_go_over_midnight(at: str, is_quiet: bool) -> None:  # noqa: FBT001
    assert in_quiet_hours(moment(f"2025-11-10T{at}"), "UTC", USUAL) is is_quiet


def test_a_local_day_begins_at_its_midnight() -> None:
    assert local_midnight(moment("2025-11-10T23:30"), BERLIN) == moment("2025-11-10T23:00")
    assert local_midnight(moment("2025-11-10T22:30"), BERLIN) == moment("2025-11-09T23:00")
