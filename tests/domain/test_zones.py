from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadText
from bot.domain.zones import all_zones, find_zone, nearest_zones, parse_zone, zone_info, zone_words

NO_PLACES = {"Factory", "localtime", "posixrules"}
NAMED = [
    ("Europe/Berlin", "Europe/Berlin"),
    ("europe/berlin", "Europe/Berlin"),
    ("america/new_york", "America/New_York"),
    ("America/New York", "America/New_York"),
    ("Berlin", "Europe/Berlin"),
    ("  new   york ", "America/New_York"),
    ("São Paulo", "America/Sao_Paulo"),
    ("sao paulo", "America/Sao_Paulo"),
    ("Sa\u0303o Paulo", "America/Sao_Paulo"),
    ("Zürich", "Europe/Zurich"),
    ("Port au Prince", "America/Port-au-Prince"),
    ("San Francisco", "America/Los_Angeles"),
    ("SF", "America/Los_Angeles"),
    ("Seattle", "America/Los_Angeles"),
    ("Boston", "America/New_York"),
    ("St. Louis", "America/Chicago"),
    ("Washington, DC", "America/New_York"),
    ("Beijing", "Asia/Shanghai"),
    ("Mumbai", "Asia/Kolkata"),
    ("Bangalore", "Asia/Kolkata"),
    ("Munich", "Europe/Berlin"),
    ("München", "Europe/Berlin"),
    ("Istanbul", "Europe/Istanbul"),
    ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ("Japan", "Asia/Tokyo"),
    ("Singapore", "Asia/Singapore"),
    ("ET", "America/New_York"),
    ("est", "America/New_York"),
    ("EDT", "America/New_York"),
    ("Eastern time", "America/New_York"),
    ("CT", "America/Chicago"),
    ("MT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("CET", "Europe/Berlin"),
    ("CEST", "Europe/Berlin"),
    ("GMT", "Europe/London"),
    ("BST", "Europe/London"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("UTC", "UTC"),
    ("z", "UTC"),
    ("UTC+0", "UTC"),
    ("UTC+2", "UTC+02:00"),
    ("UTC +2", "UTC+02:00"),
    ("GMT-3", "UTC-03:00"),
    ("+02:00", "UTC+02:00"),
    ("-0930", "UTC-09:30"),
    ("UTC+5:30", "UTC+05:30"),
    ("UTC+14", "UTC+14:00"),
    ("Etc/GMT-5", "Etc/GMT-5"),
    ("Etc/GMT+5", "Etc/GMT+5"),
]
UNKNOWN = [
    "",
    "xyzzy",
    "UTC+15",
    "UTC+14:30",
    "UTC+2:75",
    "+",
    "2",
    "Europe",
    "localtime",
    "x" * 10_000,
    '"Berlin"',
]


@pytest.mark.parametrize(("text", "zone"), NAMED, ids=[text for text, _ in NAMED])
def test_a_zone_is_found_by(text: str, zone: str) -> None:
    assert parse_zone(text) == zone


@pytest.mark.parametrize("text", UNKNOWN, ids=[text[:12] or "nothing" for text in UNKNOWN])
def test_no_zone_is(text: str) -> None:
    assert find_zone(text) is None
    with pytest.raises(BadText) as caught:
        parse_zone(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "near", "hint"),
    [
        ("Berln", "Berlin", "Did you mean Berlin (Europe/Berlin)?"),
        ("Europe/Berln", "Europe/Berlin", "Did you mean Europe/Berlin?"),
        ("San Fransisco", "San Francisco", "Did you mean San Francisco (America/Los_Angeles)?"),
        ("Bejing", "Beijing", "Did you mean Beijing (Asia/Shanghai)?"),
        ("new yrok", "New York", "Did you mean New York (America/New_York)?"),
    ],
)
def test_a_misspelt_zone_is_answered_with_the_nearest(text: str, near: str, hint: str) -> None:
    with pytest.raises(BadText) as caught:
        parse_zone(text)
    assert caught.value.suggestion == near
    assert caught.value.hint == hint
    assert caught.value.message == f"“{text}” is not a time zone."


def test_nothing_is_near_to_a_very_long_text() -> None:
    assert nearest_zones("Berlin" * 1_000) == ()


def test_near_names_can_be_pasted() -> None:
    for text in ("Berln", "tokio", "akts", "los angels", "pairs"):
        for name in nearest_zones(text):
            assert parse_zone(name)


def test_every_iana_zone_can_be_typed() -> None:
    for name in available_timezones() - NO_PLACES:
        assert parse_zone(name)
        assert parse_zone(name.upper()) == parse_zone(name)
        if "/" in name:
            assert parse_zone(name) == name


def test_every_zone_that_is_echoed_can_be_pasted_back() -> None:
    for zone in all_zones():
        assert parse_zone(zone_words(zone)) == zone
        zone_info(zone)


@given(st.integers(-14 * 60, 14 * 60))
def test_every_offset_that_is_echoed_can_be_pasted_back(minutes: int) -> None:
    hours, rest = divmod(abs(minutes), 60)
    zone = parse_zone(f"UTC{'-' if minutes < 0 else '+'}{hours}:{rest:02}")
    assert parse_zone(zone_words(zone)) == zone
    assert datetime.now(zone_info(zone)).utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "Berlin"),
        ("America/New_York", "New York"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("Asia/Istanbul", "Asia/Istanbul"),
        ("America/Buenos_Aires", "America/Buenos_Aires"),
        ("US/Central", "US/Central"),
        ("UTC+02:00", "UTC+2"),
        ("UTC-05:30", "UTC-5:30"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_echoed_as(zone: str, words: str) -> None:
    assert zone_words(zone) == words


def test_an_abbreviation_keeps_its_summer_time() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert summer.astimezone(zone_info(parse_zone("EST"))).hour == 8
    assert summer.astimezone(zone_info(parse_zone("UTC-5"))).hour == 7


@pytest.mark.parametrize("name", ["Europe/Atlantis", "Europe", "../etc/passwd", "", "UTC+2"])
def test_there_are_no_rules_for(name: str) -> None:
    with pytest.raises(BadText):
        zone_info(name)
