from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.composing import Window, compose, window
from bot.domain.digests import Digest, Hidden
from bot.domain.filter_text import parse_filter
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally

NEWEST = date(2025, 11, 13)
SETTLED = timedelta(days=10)


def days_ago(count: int) -> date:
    return NEWEST - timedelta(days=count)


def entry(
    number: int, upvotes: int, day: date | None = NEWEST, *, title: str = "Agents", age: timedelta = SETTLED
) -> Entry:
    paper = Paper(id=f"2511.{number:05d}", title=title, listed_on=(day,) if day else ())
    at = datetime.combine(day or NEWEST, time(), UTC) + age
    return Entry(paper=paper, tally=Tally(at=at, upvotes=upvotes))


WEEK = window(NEWEST, previous=days_ago(1))


def composed(
    *entries: Entry, text: str = "agents", top: int = 2, had: frozenset[str] = frozenset()
) -> Digest:
    return compose(PaperIndex(entries), parse_filter(text), WEEK, top=top, had=had)


def numbers(digest: Digest) -> list[int]:
    return [int(pick.entry.paper.id[5:]) for pick in digest.picks]


@pytest.mark.parametrize(
    ("previous", "first"),
    [
        (days_ago(1), days_ago(6)),
        (days_ago(6), days_ago(6)),
        (days_ago(7), days_ago(6)),
        (days_ago(8), days_ago(7)),
        (days_ago(30), days_ago(29)),
        (days_ago(200), days_ago(44)),
        (NEWEST, days_ago(6)),
        (None, days_ago(6)),
    ],
)
def test_the_window_goes_back_to_the_edition_before_within_a_week_and_45_days(
    previous: date | None, first: date
) -> None:
    assert window(NEWEST, previous=previous) == Window(first=first, last=NEWEST, offered=previous)


def test_a_first_edition_looks_back_one_list_day() -> None:
    days = window(NEWEST, previous=None, first_edition=True)

    assert NEWEST in days
    assert days_ago(1) not in days
    assert NEWEST + timedelta(days=1) not in days


def test_top_is_a_ceiling_for_each_list_day_and_for_the_whole() -> None:
    digest = composed(*(entry(number, 10 * number) for number in range(1, 6)))

    assert numbers(digest) == [5, 4]


def test_the_best_of_an_earlier_day_come_before_todays_which_can_wait() -> None:
    today = [entry(number, 10 * number, age=timedelta(hours=8)) for number in (1, 2, 3, 5)]

    digest = composed(*today, entry(9, 5, days_ago(1)))

    assert numbers(digest) == [5, 9]


def test_what_is_not_among_its_days_best_does_not_fill_up_a_thin_edition() -> None:
    friday = [entry(number, 100 + number, days_ago(1)) for number in range(1, 5)]
    had = frozenset({"2511.00003", "2511.00004"})

    digest = composed(*friday, entry(7, 3), had=had)

    assert numbers(digest) == [7]
    assert [entry.paper.id for entry in digest.left_out] == ["2511.00002", "2511.00001"]


def test_a_look_up_may_be_filled() -> None:
    day = [entry(number, 10 * number) for number in range(1, 5)]
    had = frozenset({"2511.00004", "2511.00003"})

    digest = compose(PaperIndex(day), parse_filter(""), WEEK, top=2, had=had, fill=True)

    assert numbers(digest) == [2, 1]


def test_the_best_matching_papers_count_not_the_best_of_all() -> None:
    others = [entry(number, 500 + number, title="Diffusion") for number in range(5)]

    digest = composed(*others, entry(8, 2), entry(9, 1))

    assert numbers(digest) == [8, 9]
    assert (digest.listed, digest.matched) == (7, 2)


def test_nothing_comes_twice() -> None:
    day = [entry(1, 30), entry(2, 20)]

    assert numbers(composed(*day, had=frozenset({"2511.00001"}))) == [2]
    assert numbers(composed(*day, had=frozenset({"2511.00001", "2511.00002"}))) == []


def test_what_was_outvoted_on_its_own_day_can_come_later_and_says_so() -> None:
    tuesday = [entry(1, 50, days_ago(2)), entry(2, 40, days_ago(2)), entry(3, 45, days_ago(2))]

    digest = composed(*tuesday, entry(4, 60), had=frozenset({"2511.00001", "2511.00002"}))

    assert [(pick.entry.paper.id, pick.late) for pick in digest.picks] == [
        ("2511.00004", False),
        ("2511.00003", True),
    ]


def test_papers_outside_the_window_or_without_a_list_day_are_no_candidates() -> None:
    digest = composed(entry(1, 90, days_ago(7)), entry(2, 80, None), entry(3, 5, days_ago(6)))

    assert numbers(digest) == [3]
    assert digest.listed == 1


def test_a_young_paper_on_course_for_more_overtakes_and_is_marked() -> None:
    young = entry(1, 12, age=timedelta(hours=5))
    old = entry(2, 30, days_ago(5))

    digest = composed(young, old)

    assert numbers(digest) == [1, 2]
    assert [pick.overtakes for pick in digest.picks] == [True, False]
    assert digest.picks[0].expected > 30


def test_equal_upvotes_overtake_nothing() -> None:
    assert [pick.overtakes for pick in composed(entry(1, 12), entry(2, 12)).picks] == [False, False]


def test_what_was_left_out_is_what_was_neither_picked_nor_had_best_first() -> None:
    digest = composed(
        *(entry(number, number) for number in range(1, 6)), top=1, had=frozenset({"2511.00003"})
    )

    assert [entry.upvotes for entry in digest.left_out] == [4, 2, 1]
    assert digest.matched == 5


def test_a_digest_tells_its_days_its_mutes_and_when_counts_were_seen() -> None:
    index = PaperIndex([entry(1, 1, title="Agents: a survey"), entry(2, 2, days_ago(1))])
    digest = compose(index, parse_filter("agents -survey"), WEEK, top=5)

    assert (digest.window_from, digest.day) == (days_ago(6), NEWEST)
    assert digest.hidden == (Hidden(term="survey", count=1),)
    assert digest.as_of == datetime.combine(NEWEST, time(), UTC) + SETTLED


def test_an_empty_digest_still_has_its_days() -> None:
    digest = composed()

    assert (digest.picks, digest.day, digest.listed, digest.as_of) == ((), NEWEST, 0, None)


def test_upvotes_of_an_earlier_look_come_along() -> None:
    index, at = PaperIndex([entry(1, 9), entry(2, 8)]), datetime(2025, 11, 13, 9, tzinfo=UTC)
    digest = compose(index, parse_filter(""), WEEK, top=5, earlier={"2511.00001": 4}, as_of=at)

    assert [pick.since for pick in digest.picks] == [4, None]
    assert digest.as_of == at


def test_mutes_tell_only_what_they_hid_within_the_window() -> None:
    old = entry(1, 9, days_ago(30), title="Agents: an old survey")

    assert composed(old, entry(2, 1), text="agents -survey").hidden == (Hidden(term="survey", count=0),)
