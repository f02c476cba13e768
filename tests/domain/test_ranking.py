from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import Entry, Paper, Tally
from bot.domain.ranking import (
    GROWTH,
    chance_ahead,
    chance_of,
    expected_of,
    expected_upvotes,
    newness,
    share_at,
    standing,
    to_come,
)

DAY = date(2025, 11, 13)
MIDNIGHT = datetime(2025, 11, 13, tzinfo=UTC)


def entry(upvotes: int | None = 0, *, hours: float = 9, day: date | None = DAY) -> Entry:
    paper = Paper(id="2511.00001", title="A", listed_on=(day,) if day else ())
    return Entry(paper=paper, tally=Tally(at=MIDNIGHT + timedelta(hours=hours), upvotes=upvotes))


def tied(paper_id: str, upvotes: int | None = 0, comments: int | None = 0) -> Entry:
    tally = Tally(at=MIDNIGHT, upvotes=upvotes, comments=comments)
    return Entry(paper=Paper(id=paper_id, title="A"), tally=tally)


def test_the_growth_curve_rises_from_above_nothing_to_all() -> None:
    assert all(before < after for before, after in pairwise(GROWTH))
    assert all(before[1] < after[1] for before, after in pairwise(GROWTH))
    assert GROWTH[0][1] > 0
    assert GROWTH[-1][1] == 1


@pytest.mark.parametrize(
    ("hours", "share"),
    [(-30, 0.10), (0, 0.10), (4, 0.24), (8, 0.38), (24, 0.67), (36, 0.71), (192, 1.0), (5000, 1.0)],
)
def test_the_share_is_read_off_the_curve(hours: float, share: float) -> None:
    assert share_at(hours) == pytest.approx(share)


@given(st.floats(-100, 1000), st.floats(-100, 1000))
def test_a_paper_never_shows_less_of_its_upvotes_later(one: float, other: float) -> None:
    assert share_at(min(one, other)) <= share_at(max(one, other))


@given(st.integers(0, 5000), st.floats(-24, 400))
def test_a_paper_is_on_course_for_at_least_what_it_has(upvotes: int, hours: float) -> None:
    assert expected_upvotes(upvotes, DAY, MIDNIGHT + timedelta(hours=hours)) >= upvotes


@given(st.integers(0, 5000), st.floats(0, 300), st.floats(0, 300))
def test_of_equal_counts_the_younger_one_is_on_course_for_more(
    upvotes: int, one: float, other: float
) -> None:
    young, old = (MIDNIGHT + timedelta(hours=hours) for hours in sorted((one, other)))
    assert expected_upvotes(upvotes, DAY, young) >= expected_upvotes(upvotes, DAY, old)


@pytest.mark.parametrize(
    ("upvotes", "hours", "expected"),
    [(0, 0, 9.0), (12, 5, 39.1), (19, 24, 28.0), (100, 192, 100.0)],
    ids=["as it appears", "after five hours", "after a day", "after eight days"],
)
def test_these_upvotes_are_on_course_for_these(upvotes: int, hours: float, expected: float) -> None:
    assert expected_of(entry(upvotes, hours=hours)) == pytest.approx(expected, abs=0.05)


def test_a_paper_that_never_was_listed_is_on_course_for_what_it_has() -> None:
    assert expected_of(entry(12, day=None)) == 12
    assert expected_of(entry(None, day=None)) == 0


def test_young_and_old_compare_fairly() -> None:
    assert expected_of(entry(12, hours=5)) > expected_of(entry(30, hours=120))


scores = st.floats(0, 5000)
shares = st.floats(0, 2)


@pytest.mark.parametrize(
    ("score", "rival", "unsettled", "chance"),
    [
        (40, 40, 1.2, 0.5),
        (60, 40, 1.24, 0.72),
        (60, 40, 0.66, 0.79),
        (60, 40, 0, 1),
        (0, 0, 0, 0.5),
        (3, 4, 0, 0),
    ],
    ids=[
        "level",
        "half as much again, at 08:00",
        "… a day later",
        "… settled",
        "no votes at all",
        "settled behind",
    ],
)
def test_a_lead_is_worth_more_the_less_is_to_come(
    score: float, rival: float, unsettled: float, chance: float
) -> None:
    assert chance_ahead(score, rival, unsettled) == pytest.approx(chance, abs=0.01)


@given(scores, scores, shares)
def test_one_of_two_ends_ahead(one: float, other: float, unsettled: float) -> None:
    both = chance_ahead(one, other, unsettled) + chance_ahead(other, one, unsettled)
    assert both == pytest.approx(1)


@given(scores, scores, scores, shares)
def test_a_higher_score_never_has_a_lower_chance(
    one: float, other: float, rival: float, unsettled: float
) -> None:
    low, high = sorted((one, other))
    assert chance_ahead(low, rival, unsettled) <= chance_ahead(high, rival, unsettled)


def test_what_is_to_come_is_what_the_growth_curve_leaves() -> None:
    assert to_come(entry(hours=8)) == pytest.approx(0.62)
    assert to_come(entry(hours=500)) == 0
    assert to_come(entry(day=None)) == 0


def test_a_paper_that_has_the_upvotes_has_them_for_certain() -> None:
    assert chance_of(entry(100, hours=0), 100) == 1
    assert chance_of(entry(60, hours=8), 100) > 0.7
    assert chance_of(entry(60, hours=72), 100) < 0.2


def test_papers_are_as_new_as_their_list_day_or_else_the_day_they_were_published() -> None:
    published = Paper(id="2511.00001", title="A", published_on=DAY)
    unlisted = Entry(paper=published, tally=Tally(at=MIDNIGHT))

    assert newness(entry()) > newness(entry(500, day=DAY - timedelta(days=1)))
    assert newness(unlisted) == newness(entry())
    assert newness(entry(day=None)) == 0


def test_ties_go_to_more_upvotes_then_more_comments_then_the_newer_id() -> None:
    best_first = [
        tied("2511.00002", upvotes=7),
        tied("2511.00003", upvotes=6, comments=2),
        tied("2511.00005", upvotes=6, comments=None),
        tied("2511.00004", upvotes=6, comments=0),
        tied("2511.00006", upvotes=None, comments=9),
    ]

    assert standing(best_first) == (0, 1, 2, 3, 4)
    assert standing(best_first[::-1]) == (4, 3, 2, 1, 0)


ENTRIES = st.lists(
    st.builds(tied, st.integers(0, 99).map("2511.{:05d}".format), st.integers(0, 2), st.integers(0, 2)),
    unique_by=lambda one: one.paper.id,
)


@given(ENTRIES, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_arrival(entries: list[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    places = dict(zip((one.paper.id for one in entries), standing(entries), strict=True))
    assert standing(shuffled) == tuple(places[one.paper.id] for one in shuffled)
