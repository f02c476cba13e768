from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.filter_text import parse_filter
from bot.presentation.phrases import (
    age_words,
    author_words,
    counted,
    day_words,
    filter_words,
    listed_words,
    moment_words,
    quoted,
    short_number,
    weekday_words,
)

THURSDAY = date(2025, 11, 13)
NOW = datetime(2025, 11, 13, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 papers"), (1, "1 paper"), (2, "2 papers"), (1204, "1,204 papers")],
)
def test_counts_agree_with_their_noun(number: int, words: str) -> None:
    assert counted(number, "paper") == words


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert counted(2, "reply", "replies") == "2 replies"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (9960, "10k"),
        (45_321, "45k"),
        (1_000_000, "1000k"),
    ],
)
def test_big_numbers_are_short(number: int, words: str) -> None:
    assert short_number(number) == words


def test_days_are_short_and_name_their_year_on_request() -> None:
    assert day_words(THURSDAY) == "Thu 13 Nov"
    assert day_words(THURSDAY, weekday=False) == "13 Nov"
    assert day_words(THURSDAY, year=True) == "Thu 13 Nov 2025"


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [
        pytest.param(0, "Thursday", id="the day itself"),
        pytest.param(2, "Tuesday", id="two days before"),
        pytest.param(6, "Friday", id="six days before"),
        pytest.param(7, "6 Nov", id="the same weekday a week before is a date"),
        pytest.param(-1, "14 Nov", id="a day to come is a date"),
    ],
)
def test_a_weekday_names_a_day_only_within_a_week(days_ago: int, words: str) -> None:
    assert weekday_words(THURSDAY - timedelta(days=days_ago), THURSDAY) == words


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        pytest.param(NOW, "Europe/Berlin", "today 09:00 (Berlin)", id="today"),
        pytest.param(NOW + timedelta(days=1), "Europe/Berlin", "tomorrow 09:00 (Berlin)", id="tomorrow"),
        pytest.param(NOW - timedelta(days=1), "Europe/Berlin", "yesterday 09:00 (Berlin)", id="yesterday"),
        pytest.param(NOW + timedelta(days=4), "Europe/Berlin", "Monday 09:00 (Berlin)", id="this week"),
        pytest.param(NOW + timedelta(days=20), "Europe/Berlin", "3 Dec 09:00 (Berlin)", id="later"),
        pytest.param(NOW, "UTC", "today 08:00 UTC", id="UTC"),
        pytest.param(
            NOW + timedelta(hours=7), "Asia/Tokyo", "tomorrow 00:00 (Tokyo)", id="past midnight there"
        ),
    ],
)
def test_a_moment_is_told_in_its_zone(moment: datetime, zone: str, words: str) -> None:
    assert moment_words(moment, now=NOW, zone=zone) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "1 hour"), (1, "1 hour"), (5, "5 hours"), (47, "47 hours"), (48, "2 days"), (80, "3 days")],
)
def test_ages_are_hours_and_then_days(hours: int, words: str) -> None:
    midnight = datetime(2025, 11, 13, tzinfo=UTC)

    assert age_words(THURSDAY, midnight + timedelta(hours=hours, minutes=10)) == words


@pytest.mark.parametrize(
    ("authors", "count", "words"),
    [
        pytest.param((), 0, "", id="nobody known"),
        pytest.param((), 1, "1 author", id="one without a name"),
        pytest.param((), 4, "4 authors", id="only the number"),
        pytest.param(("Ada",), 1, "Ada", id="one"),
        pytest.param(("Ada", "Alan"), 2, "Ada, Alan", id="two"),
        pytest.param(("Ada", "Alan", "Grace"), 3, "Ada, Alan +1", id="three"),
        pytest.param(("Ada",), 664, "Ada +663", id="one named of many"),
        pytest.param(tuple("abcdefgh"), 0, "a, b +6", id="no number given"),
    ],
)
def test_two_authors_are_named_and_the_rest_counted(authors: tuple[str, ...], count: int, words: str) -> None:
    assert author_words(authors, count) == words


def test_words_are_listed_with_and() -> None:
    assert [listed_words(list("abc")[:size]) for size in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed_words(["a", "b"], last="or") == "a or b"


def test_a_filter_is_told_as_typed_and_the_empty_one_in_words() -> None:
    assert filter_words(parse_filter("diffusion -survey")) == "diffusion -survey"
    assert filter_words(parse_filter("")) == "every paper"
    assert quoted("a") == "“a”"
