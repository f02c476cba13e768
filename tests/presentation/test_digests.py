from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.digests import Hidden
from bot.presentation.digests import digest_notice
from tests.presentation.samples import THURSDAY, TUESDAY, digest, entry, match, pick


def late(day_offset: int = 2) -> Any:  # noqa: ANN401 - a Pick
    day = THURSDAY - timedelta(days=day_offset)
    return pick(match(entry(listed_on=(day,))), late=True)


@pytest.mark.parametrize(
    ("facts", "headline"),
    [
        pytest.param({}, "1 paper · Thu 13 Nov · 31 listed · 1 matched · by expected upvotes", id="a day"),
        pytest.param(
            {"wanted": ""}, "1 paper · Thu 13 Nov · 31 listed · by expected upvotes", id="no filter"
        ),
        pytest.param(
            {"wanted": "agents sort:upvotes"},
            "1 paper · Thu 13 Nov · 31 listed · 1 matched · by upvotes",
            id="upvotes",
        ),
        pytest.param(
            {"wanted": "agents sort:new"},
            "1 paper · Thu 13 Nov · 31 listed · 1 matched · newest first",
            id="newest",
        ),
        pytest.param(
            {"listed": 1204, "wanted": ""},
            "1 paper · Thu 13 Nov · 1,204 listed · by expected upvotes",
            id="many",
        ),
        pytest.param(
            {"recap": True, "window_from": THURSDAY - timedelta(days=6), "wanted": ""},
            "1 paper · 7 Nov to 13 Nov · 31 listed · by upvotes",
            id="a recap",
        ),
    ],
)
def test_the_headline_says_how_many_of_how_many_and_in_which_order(
    facts: dict[str, Any], headline: str
) -> None:
    assert digest_notice(digest(pick(), **facts)).headline == headline


def test_trending_spans_days_and_is_by_upvotes() -> None:
    notice = digest_notice(digest(pick(), late(), wanted="", window_from=TUESDAY), trending=True)

    assert notice.headline == "2 papers · 11 Nov to 13 Nov · 31 listed · by upvotes"


@pytest.mark.parametrize(
    ("offsets", "told"),
    [
        pytest.param((0, 2), "(1 listed Thursday, 1 from Tuesday)", id="one of each"),
        pytest.param((2, 2, 1), "(3 from Tuesday and Wednesday)", id="only late ones, in order of days"),
        pytest.param((0,), "", id="none late"),
        pytest.param((0, 9), "(1 listed Thursday, 1 from 4 Nov)", id="more than a week ago"),
    ],
)
def test_late_papers_are_told_in_the_headline(offsets: tuple[int, ...], told: str) -> None:
    picks = [late(offset) if offset else pick() for offset in offsets]
    headline = digest_notice(digest(*picks, window_from=THURSDAY - timedelta(days=9))).headline

    assert told in headline
    assert ("from" in headline) == bool(told)


@pytest.mark.parametrize(
    ("hidden", "lines"),
    [
        pytest.param((), (), id="nothing muted"),
        pytest.param((Hidden(term="survey", count=0),), (), id="a mute that hid nothing"),
        pytest.param((Hidden(term="survey", count=3),), ("-survey hid 3 of 4.",), id="one mute"),
        pytest.param(
            (Hidden(term="survey", count=3), Hidden(term="world model", count=1)),
            ("-survey hid 3, -“world model” hid 1.",),
            id="two mutes",
        ),
    ],
)
def test_what_mutes_hid_is_told(hidden: tuple[Hidden, ...], lines: tuple[str, ...]) -> None:
    assert digest_notice(digest(pick(), hidden=hidden)).lines == lines


@pytest.mark.parametrize(
    ("left_out", "wanted", "footer"),
    [
        pytest.param(0, "agents", (), id="nothing left out"),
        pytest.param(1, "agents", ("1 more matched, the next is “Next”",), id="one"),
        pytest.param(4, "agents", ("4 more matched, the next is “Next”",), id="four"),
        pytest.param(1, "", ("1 more was listed, the next is “Next”",), id="one without a filter"),
        pytest.param(1500, "", ("1,500 more were listed, the next is “Next”",), id="many without a filter"),
    ],
)
def test_what_was_left_out_is_told_with_the_next_one(
    left_out: int, wanted: str, footer: tuple[str, ...]
) -> None:
    others = (entry("Next"),) * left_out

    assert digest_notice(digest(pick(), wanted=wanted, left_out=others)).footer == footer


def test_cards_stand_in_the_order_of_the_picks_and_are_numbered() -> None:
    picks = [pick(match(entry(title))) for title in ("One", "Two", "Three")]

    assert [(card.rank, card.title) for card in digest_notice(digest(*picks)).cards] == [
        (1, "One"),
        (2, "Two"),
        (3, "Three"),
    ]
