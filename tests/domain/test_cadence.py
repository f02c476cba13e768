from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import (
    EVERY_DAY,
    LAST_DAY,
    WEEKEND,
    Cadence,
    Rhythm,
    Weekday,
    find_weekday,
    next_due,
    ordinal,
)
from bot.domain.clauses import clauses_text, read_clauses, with_clauses
from bot.domain.commands import Clauses, When
from bot.domain.errors import BadText
from bot.domain.words import words_of
from bot.domain.zones import all_zones, zone_info

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)


def dues(cadence: Cadence, after: datetime, until: datetime) -> Iterator[datetime]:
    due = next_due(cadence, after)
    while due is not None and due < until:
        yield due
        due = next_due(cadence, due)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DST = [
    (
        "Berlin skips 02:30",
        "Europe/Berlin",
        "02:30",
        "2026-03-28T12:00",
        ["2026-03-29T01:30", "2026-03-30T00:30"],
    ),
    (
        "Berlin repeats 02:30",
        "Europe/Berlin",
        "02:30",
        "2026-10-24T12:00",
        ["2026-10-25T00:30", "2026-10-26T01:30"],
    ),
    ("asked between the two 02:30", "Europe/Berlin", "02:30", "2026-10-25T00:30", ["2026-10-26T01:30"]),
    (
        "New York skips 02:30",
        "America/New_York",
        "02:30",
        "2026-03-07T12:00",
        ["2026-03-08T07:30", "2026-03-09T06:30"],
    ),
    (
        "New York repeats 01:30",
        "America/New_York",
        "01:30",
        "2026-10-31T12:00",
        ["2026-11-01T05:30", "2026-11-02T06:30"],
    ),
    (
        "Lord Howe skips half an hour",
        "Australia/Lord_Howe",
        "02:15",
        "2026-10-03T00:00",
        ["2026-10-03T15:45", "2026-10-04T15:15"],
    ),
    (
        "Havana skips midnight",
        "America/Havana",
        "00:00",
        "2026-03-07T12:00",
        ["2026-03-08T05:00", "2026-03-09T04:00"],
    ),
    (
        "a fixed offset has no summer",
        "UTC+02:00",
        "02:30",
        "2026-03-28T12:00",
        ["2026-03-29T00:30", "2026-03-30T00:30"],
    ),
    ("noon is not moved", "Europe/Berlin", "12:00", "2026-03-28T12:00", ["2026-03-29T10:00"]),
]


@pytest.mark.parametrize(
    ("zone", "local", "after", "expected"), [row[1:] for row in DST], ids=[row[0] for row in DST]
)
def test_when_clocks_change(zone: str, local: str, after: str, expected: list[str]) -> None:
    cadence = Cadence(weekdays=EVERY_DAY, times=(time.fromisoformat(local),), zone=zone)
    moment = at(after)
    for text in expected:
        due = next_due(cadence, moment)
        assert due == at(text)
        moment = at(text)


NEXT = [
    ("later the same day", Cadence(), "2026-11-20T08:59", "2026-11-20T09:00"),
    ("strictly after", Cadence(), "2026-11-19T09:00", "2026-11-20T09:00"),
    ("over the weekend", Cadence(), "2026-11-20T09:00", "2026-11-23T09:00"),
    ("the second time of a day", Cadence(times=(time(18), time(9))), "2026-11-20T09:00", "2026-11-20T18:00"),
    (
        "some days",
        Cadence(weekdays=(Weekday.THURSDAY, Weekday.MONDAY)),
        "2026-11-20T09:00",
        "2026-11-23T09:00",
    ),
    (
        "weekly",
        Cadence(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.FRIDAY,)),
        "2026-11-20T09:00",
        "2026-11-27T09:00",
    ),
    ("monthly", Cadence(rhythm=Rhythm.MONTHLY, month_day=3), "2026-11-20T09:00", "2026-12-03T09:00"),
    (
        "monthly over the year",
        Cadence(rhythm=Rhythm.MONTHLY, month_day=3),
        "2026-12-03T09:00",
        "2027-01-03T09:00",
    ),
    (
        "the last day",
        Cadence(rhythm=Rhythm.MONTHLY, month_day=LAST_DAY),
        "2026-11-30T09:00",
        "2026-12-31T09:00",
    ),
    (
        "the last of February",
        Cadence(rhythm=Rhythm.MONTHLY, month_day=LAST_DAY),
        "2028-02-01T00:00",
        "2028-02-29T09:00",
    ),
    ("a day ahead of UTC", Cadence(zone="Pacific/Auckland"), "2026-11-19T20:00", "2026-11-22T20:00"),
    (
        "a day behind UTC",
        Cadence(zone="Pacific/Honolulu", times=(time(20),)),
        "2026-11-21T05:59",
        "2026-11-21T06:00",
    ),
]


@pytest.mark.parametrize(("cadence", "after", "due"), [row[1:] for row in NEXT], ids=[row[0] for row in NEXT])
def test_the_next_is(cadence: Cadence, after: str, due: str) -> None:
    assert next_due(cadence, at(after)) == at(due)


def test_hot_has_no_next_time() -> None:
    assert next_due(Cadence(rhythm=Rhythm.HOT), at("2026-11-20T09:00")) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        next_due(Cadence(), datetime(2026, 11, 20, 9))  # noqa: DTZ001 - that is the point


def test_two_times_that_the_clock_joins_come_once() -> None:
    cadence = Cadence(weekdays=EVERY_DAY, times=(time(2, 30), time(3, 30)), zone="Europe/Berlin")
    found = list(dues(cadence, at("2026-03-28T12:00"), at("2026-03-30T12:00")))
    assert found == [at("2026-03-29T01:30"), at("2026-03-30T00:30"), at("2026-03-30T01:30")]


def test_a_time_moved_past_midnight_stays_behind_the_earlier_one_of_the_next_day() -> None:
    cadence = Cadence(weekdays=EVERY_DAY, times=(time(0, 15), time(23, 45)), zone="America/Nuuk")
    found = list(dues(cadence, at("2026-03-28T00:00"), at("2026-03-31T00:00")))
    assert found == sorted(found)
    assert len(found) == len(set(found)) == 6


def nominal_days(zone: str, local: time, first: date, count: int) -> list[datetime]:
    rules = zone_info(zone)
    return [datetime.combine(first + day * DAY, local, rules).astimezone(UTC) for day in range(count)]


@pytest.mark.parametrize("local", [time(0), time(2, 30), time(23, 45)], ids=str)
def test_in_every_zone_each_local_day_comes_once_over_a_year(local: time) -> None:
    first, days = date(2026, 1, 1), 366
    for zone in all_zones():
        cadence = Cadence(weekdays=EVERY_DAY, times=(local,), zone=zone)
        expected = nominal_days(zone, local, first, days)
        found = list(dues(cadence, expected[0] - timedelta(seconds=1), expected[-1] + timedelta(seconds=1)))
        assert found == expected, zone
        assert all(one < other for one, other in pairwise(found)), zone


def test_in_every_zone_a_time_of_the_clock_change_shows_the_asked_or_a_later_time() -> None:
    for zone in all_zones():
        rules = zone_info(zone)
        cadence = Cadence(weekdays=EVERY_DAY, times=(time(2, 30),), zone=zone)
        shown = Counter(
            due.astimezone(rules).date()
            for due in dues(cadence, at("2026-03-01T00:00"), at("2026-04-15T00:00"))
        )
        assert set(shown.values()) == {1}, zone


times = st.lists(st.times().map(lambda one: one.replace(second=0, microsecond=0)), min_size=1, max_size=6)
zones = st.sampled_from([*all_zones(), "UTC+02:00", "UTC-09:30"])
cadences = st.one_of(
    st.builds(
        lambda days, at_, zone: Cadence(weekdays=tuple(days), times=tuple(at_), zone=zone),
        st.sets(st.sampled_from(Weekday), min_size=1),
        times,
        zones,
    ),
    st.builds(
        lambda day, at_, zone: Cadence(rhythm=Rhythm.WEEKLY, weekdays=(day,), times=tuple(at_), zone=zone),
        st.sampled_from(Weekday),
        times,
        zones,
    ),
    st.builds(
        lambda day, at_, zone: Cadence(rhythm=Rhythm.MONTHLY, month_day=day, times=tuple(at_), zone=zone),
        st.one_of(st.integers(1, 28), st.just(LAST_DAY)),
        times,
        zones,
    ),
    st.builds(
        lambda votes: Cadence(rhythm=Rhythm.HOT, hot_votes=votes),
        st.one_of(st.none(), st.integers(1, 100_000)),
    ),
)


@given(cadences, st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=200, deadline=None)
def test_the_next_is_always_later_and_nothing_lies_between(cadence: Cadence, after: datetime) -> None:
    due = next_due(cadence, after)
    if due is None:
        assert cadence.rhythm is Rhythm.HOT
        return
    assert due > after
    assert next_due(cadence, due - timedelta(microseconds=1)) == due
    assert next_due(cadence, after + (due - after) / 2) == due


def read(text: str) -> Clauses:
    clauses = read_clauses(words_of(text))
    assert clauses is not None
    return clauses


@given(cadences)
@settings(max_examples=200, deadline=None)
def test_the_text_of_a_cadence_reads_back(cadence: Cadence) -> None:
    assert with_clauses(Cadence(), read(str(cadence))) == cadence


@given(cadences)
@settings(max_examples=200, deadline=None)
def test_the_reading_of_a_scheduled_cadence_reads_back_too(cadence: Cadence) -> None:
    if cadence.rhythm is not Rhythm.HOT:
        assert with_clauses(Cadence(), read(cadence.reading())) == cadence


READINGS = [
    (Cadence(zone="Europe/Berlin"), "on weekdays at 09:00 Berlin", "every weekday at 09:00 Berlin"),
    (Cadence(weekdays=EVERY_DAY), "daily at 09:00 UTC", "every day at 09:00 UTC"),
    (Cadence(weekdays=WEEKEND), "on weekends at 09:00 UTC", "every Saturday and Sunday at 09:00 UTC"),
    (
        Cadence(weekdays=(Weekday.THURSDAY, Weekday.MONDAY), times=(time(18), time(9)), zone="UTC+02:00"),
        "on Monday, Thursday at 09:00, 18:00 UTC+2",
        "every Monday and Thursday at 09:00 and 18:00 UTC+2",
    ),
    (
        Cadence(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.FRIDAY,)),
        "weekly on Friday at 09:00 UTC",
        "weekly on Friday at 09:00 UTC",
    ),
    (
        Cadence(rhythm=Rhythm.MONTHLY, month_day=2),
        "monthly on 2 at 09:00 UTC",
        "on the 2nd of each month at 09:00 UTC",
    ),
    (
        Cadence(rhythm=Rhythm.MONTHLY, month_day=LAST_DAY),
        "monthly on the last day at 09:00 UTC",
        "on the last day of each month at 09:00 UTC",
    ),
    (Cadence(rhythm=Rhythm.HOT), "hot 100", "when a paper passes 100 upvotes"),
    (Cadence(rhythm=Rhythm.HOT, hot_votes=None), "hot growth", "when a paper grows unusually fast"),
]


@pytest.mark.parametrize(("cadence", "text", "reading"), READINGS, ids=[row[1] for row in READINGS])
def test_a_cadence_is_written_and_read(cadence: Cadence, text: str, reading: str) -> None:
    assert str(cadence) == text
    assert cadence.reading() == reading


def test_days_and_times_are_kept_in_order_each_once() -> None:
    cadence = Cadence(
        weekdays=(Weekday.FRIDAY, Weekday.MONDAY, Weekday.FRIDAY), times=(time(18), time(9), time(18))
    )
    assert cadence.weekdays == (Weekday.MONDAY, Weekday.FRIDAY)
    assert cadence.times == (time(9), time(18))


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": ()},
        {"rhythm": Rhythm.WEEKLY},
        {"rhythm": Rhythm.MONTHLY, "month_day": 29},
        {"rhythm": Rhythm.MONTHLY, "month_day": 0},
        {"rhythm": Rhythm.HOT, "hot_votes": 0},
        {"times": ()},
        {"times": tuple(time(hour) for hour in range(7))},
        {"times": (time(9, 0, 1),)},
        {"times": (time(9, tzinfo=UTC),)},
        {"zone": "Europe/Atlantis"},
    ],
    ids=str,
)
def test_a_cadence_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadText) as caught:
        Cadence(**wrong)  # type: ignore[arg-type]
    assert caught.value.hint


def test_clauses_change_only_what_they_name() -> None:
    before = Cadence(weekdays=EVERY_DAY, times=(time(7),), zone="Asia/Tokyo")
    assert with_clauses(before, Clauses(top=3)) == before
    assert with_clauses(before, Clauses(times=(time(8),))) == Cadence(
        weekdays=EVERY_DAY, times=(time(8),), zone="Asia/Tokyo"
    )
    hot = with_clauses(before, Clauses(when=When(rhythm=Rhythm.HOT, hot_votes=50)))
    assert (hot.rhythm, hot.hot_votes, hot.zone) == (Rhythm.HOT, 50, "Asia/Tokyo")


def test_no_clauses_have_no_text() -> None:
    assert clauses_text(Clauses()) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *[(name, Weekday.MONDAY) for name in ("mon", "Mon.", "MONDAY", "mondays")],
        *[(name, Weekday.TUESDAY) for name in ("tue", "tues", "Tues.", "tuesdays")],
        *[(name, Weekday.WEDNESDAY) for name in ("wed", "weds", "Wednesday")],
        *[(name, Weekday.THURSDAY) for name in ("thu", "thur", "thurs", "thursday")],
        ("fri", Weekday.FRIDAY),
        ("sat", Weekday.SATURDAY),
        ("Sundays", Weekday.SUNDAY),
        ("mondy", None),
        ("", None),
    ],
)
def test_a_weekday_in_any_usual_form(text: str, day: Weekday | None) -> None:
    assert find_weekday(text) == day


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
    ],
)
def test_an_ordinal(number: int, text: str) -> None:
    assert ordinal(number) == text
