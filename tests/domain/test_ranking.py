from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests import Match, Pick
from bot.domain.filters import Order
from bot.domain.papers import Entry, Paper, Tally
from bot.domain.ranking import GROWTH, expected_of, expected_upvotes, rank, score_of, share_at

DAY = date(2025, 11, 13)
MIDNIGHT = datetime(2025, 11, 13, tzinfo=UTC)


def match(
    upvotes: int | None = 0, *, hours: float = 9, strength: float = 1.0, day: date | None = DAY
) -> Match:
    paper = Paper(id="2511.00001", title="A", listed_on=(day,) if day else ())
    tally = Tally(at=MIDNIGHT + timedelta(hours=hours), upvotes=upvotes)
    return Match(entry=Entry(paper=paper, tally=tally), reasons=(), strength=strength)


def pick(paper_id: str, score: float, upvotes: int | None = 0, comments: int | None = 0) -> Pick:
    tally = Tally(at=MIDNIGHT, upvotes=upvotes, comments=comments)
    entry = Entry(paper=Paper(id=paper_id, title="A"), tally=tally)
    return Pick(match=Match(entry=entry, reasons=(), strength=1.0), expected=score, score=score)


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
    assert expected_of(match(upvotes, hours=hours).entry) == pytest.approx(expected, abs=0.05)


def test_a_paper_that_never_was_listed_is_on_course_for_what_it_has() -> None:
    assert expected_of(match(12, day=None).entry) == 12
    assert expected_of(match(None, day=None).entry) == 0


def test_young_and_old_compare_fairly() -> None:
    assert score_of(match(12, hours=5), Order.MATCH) > score_of(match(30, hours=120), Order.MATCH)


def test_a_hit_in_the_abstract_weighs_less() -> None:
    assert score_of(match(10, strength=0.75), Order.MATCH) == 0.75 * score_of(match(10), Order.MATCH)


def test_sort_upvotes_looks_at_nothing_else() -> None:
    assert score_of(match(12, hours=1, strength=0.5), Order.UPVOTES) == 12
    assert score_of(match(None), Order.UPVOTES) == 0


def test_sort_new_takes_the_list_day_or_else_the_day_it_was_published() -> None:
    published = Paper(id="2511.00001", title="A", published_on=DAY)
    unlisted = Match(entry=Entry(paper=published, tally=Tally(at=MIDNIGHT)), reasons=(), strength=1.0)

    assert score_of(match(), Order.NEW) > score_of(match(500, day=DAY - timedelta(days=1)), Order.NEW)
    assert score_of(unlisted, Order.NEW) == score_of(match(), Order.NEW)
    assert score_of(match(day=None), Order.NEW) == 0


def test_ties_go_to_more_upvotes_then_more_comments_then_the_newer_id() -> None:
    best_first = [
        pick("2511.00001", 9),
        pick("2511.00002", 8, upvotes=7),
        pick("2511.00003", 8, upvotes=6, comments=2),
        pick("2511.00005", 8, upvotes=6, comments=None),
        pick("2511.00004", 8, upvotes=6, comments=0),
        pick("2511.00006", 8, upvotes=None, comments=9),
    ]

    assert rank(best_first[::-1]) == best_first


SCORES = st.integers(0, 2).map(float)
PICKS = st.lists(
    st.builds(
        pick, st.integers(0, 99).map("2511.{:05d}".format), SCORES, st.integers(0, 2), st.integers(0, 2)
    ),
    unique_by=lambda one: one.entry.paper.id,
)


@given(PICKS, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_arrival(picks: list[Pick], random: object) -> None:
    shuffled = list(picks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert rank(shuffled) == rank(picks)
