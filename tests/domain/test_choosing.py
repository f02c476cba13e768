from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choosing import PATIENCE, chances
from bot.domain.composing import Window, compose, window
from bot.domain.filter_text import parse_filter
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally

TODAY = date(2025, 11, 13)
EIGHT = timedelta(hours=8)


def days_ago(count: int) -> date:
    return TODAY - timedelta(days=count)


def entry(number: int, upvotes: int, day: date = TODAY, *, seen: timedelta | None = None) -> Entry:
    """A paper of *day* as seen this morning at eight, or *seen* after its day began."""
    at = (
        datetime.combine(TODAY, time(), UTC) + EIGHT
        if seen is None
        else datetime.combine(day, time(), UTC) + seen
    )
    paper = Paper(id=f"2511.{number:05d}", title="Agents", listed_on=(day,))
    return Entry(paper=paper, tally=Tally(at=at, upvotes=upvotes))


def day_of(*upvotes: int, day: date = TODAY, first: int = 1) -> list[Entry]:
    return [entry(number, votes, day) for number, votes in enumerate(upvotes, start=first)]


def ids(*which: int) -> frozenset[str]:
    return frozenset(f"2511.{number:05d}" for number in which)


def chosen(
    entries: list[Entry],
    *,
    top: int = 2,
    had: frozenset[str] = frozenset(),
    days: Window | None = None,
    text: str = "",
) -> list[int]:
    days = days or window(TODAY, previous=days_ago(1))
    digest = compose(PaperIndex(entries), parse_filter(text), days, top=top, had=had)
    return sorted(int(pick.entry.paper.id[5:]) for pick in digest.picks)


def test_the_sure_ones_come_at_once_and_the_doubtful_ones_ripen() -> None:
    assert chosen(day_of(40, 12, 11, 3)) == [1]


def test_a_first_digest_waits_for_nothing() -> None:
    first = window(TODAY, previous=None, first_edition=True)

    assert chosen(day_of(40, 12, 11, 3), days=first) == [1, 2]


def test_what_ripened_comes_when_its_day_is_over() -> None:
    yesterday = [entry(number, votes, days_ago(1)) for number, votes in ((1, 60), (2, 18), (3, 33), (4, 4))]

    assert chosen(yesterday, had=ids(1)) == [3]


def test_what_fell_behind_while_it_ripened_never_comes() -> None:
    older = [entry(number, votes, days_ago(3)) for number, votes in ((1, 80), (2, 20), (3, 60), (4, 50))]

    assert chosen(older, had=ids(1)) == [3, 4]
    assert chosen(older, had=ids(1, 3, 4)) == []


def test_as_few_as_there_are_places_all_come_at_once() -> None:
    assert chosen(day_of(2, 0)) == [1, 2]


def test_a_morning_without_any_votes_yet_brings_nothing_and_loses_nothing() -> None:
    assert chosen(day_of(0, 0, 0)) == []
    assert chosen(day_of(0, 0, 0, day=days_ago(1))) == [2, 3]


def test_what_came_is_still_its_days_rival() -> None:
    assert chosen(day_of(60, 50, 12, 11), had=ids(1, 2)) == []


def test_a_digest_after_the_list_day_waits_for_nothing_more_even_where_no_newer_list_came() -> None:
    friday = [entry(number, votes, seen=timedelta(hours=32)) for number, votes in ((1, 40), (2, 16), (3, 14))]

    assert chosen(friday) == [1, 2]


def test_of_what_had_its_turn_for_four_days_only_free_places_are_filled() -> None:
    late, sure = day_of(90, 5, 4, day=days_ago(5)), day_of(50, 40, 3, first=11)

    assert chosen([*late, *sure]) == [11, 12]
    assert 1 in chosen([*late, *sure], had=ids(11))


def test_after_a_pause_no_day_had_its_turn() -> None:
    late, sure = day_of(90, 5, 4, day=days_ago(5)), day_of(50, 40, 3, first=11)

    assert 1 in chosen([*late, *sure], days=window(TODAY, previous=days_ago(9)))


def test_what_was_listed_before_the_subscription_began_only_fills_places() -> None:
    before, today = day_of(90, 5, 4, day=days_ago(2)), day_of(50, 40, 3, first=11)
    days = window(TODAY, previous=days_ago(1), begun=days_ago(1))

    assert chosen([*before, *today], days=days) == [11, 12]
    assert chosen([*before, *today], days=days, had=ids(12)) == [1, 11]


def test_among_the_certain_the_more_upvotes_decide() -> None:
    weeks = [
        one for back in range(1, 4) for one in day_of(90 - back, 2, 1, 1, day=days_ago(back), first=10 * back)
    ]

    assert chosen(weeks) == [10, 20]


@pytest.mark.parametrize(("text", "found"), [("", [1]), ("sort:upvotes", [1, 2]), ("sort:new", [1, 2])])
def test_an_order_of_ones_own_waits_for_nothing(text: str, found: list[int]) -> None:
    assert chosen(day_of(40, 12, 11, 3), text=text) == found


def test_more_patience_brings_less_on_the_first_day() -> None:
    days = window(TODAY, previous=days_ago(1))
    index = PaperIndex(day_of(40, 25, 12, 11, 3))
    none, all_ = replace(PATIENCE, sure=0.0), replace(PATIENCE, sure=1.01)

    assert len(compose(index, parse_filter(""), days, top=2, patience=none).picks) == 2
    assert compose(index, parse_filter(""), days, top=2, patience=all_).picks == ()


votes = st.lists(st.integers(0, 200), min_size=1, max_size=12)


@given(votes, st.integers(1, 5))
def test_chances_fall_with_the_rank_and_never_leave_zero_to_one(upvotes: list[int], top: int) -> None:
    index = PaperIndex(day_of(*upvotes))
    ranked = sorted((-score, index.standing[place], place) for place, score in enumerate(index.expected))
    told = [chance for _, chance in chances(index.unsettled, ranked, top)]

    assert all(0 <= chance <= 1 for chance in told)
    assert told == sorted(told, reverse=True)
    assert len(told) == len(upvotes)
    assert len(list(chances(index.unsettled, ranked, top, least=0.3))) >= min(top, len(upvotes))


@given(st.lists(votes, min_size=1, max_size=6), st.integers(1, 5))
def test_lived_day_by_day_nothing_comes_twice_nor_more_than_fits(days: list[list[int]], top: int) -> None:
    entries = [
        entry(100 * back + number, upvotes, days_ago(back))
        for back, listed in enumerate(days)
        for number, upvotes in enumerate(listed)
    ]
    had: frozenset[str] = frozenset()
    for _ in range(3):
        came = ids(*chosen(entries, top=top, had=had))
        assert len(came) <= top
        assert not came & had
        had |= came
