"""What a preview measures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.answers import ManyNames
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.filter_text import parse_filter
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally
from bot.domain.rates import many_names, rate_of

AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
DAILY = Cadence(times=(time(9),), zone="Europe/Berlin")


def entry(place: int, title: str = "Agents", *, authors: Iterable[str] = (), upvotes: int = 3) -> Entry:
    paper = Paper(
        id=f"2511.{place:05}",
        title=title,
        authors=tuple(authors),
        listed_on=(date(2025, 11, 3) + timedelta(days=place % 5),),
    )
    return Entry(paper=paper, tally=Tally(at=AT, upvotes=upvotes))


def written(*authors: tuple[str, ...], of: int = 20) -> PaperIndex:
    """An index of *of* papers, the first of which have these authors."""
    left = [()] * (of - len(authors))
    return PaperIndex(entry(place, authors=names) for place, names in enumerate((*authors, *left)))


def named(index: PaperIndex, text: str) -> list[ManyNames]:
    return list(many_names(index, parse_filter(text)))


def test_a_name_that_names_more_than_a_twentieth_of_all_papers_is_answered_with_whom_it_names() -> None:
    index = written(("Kaiming He", "Ross Girshick"), ("Xiangnan He", "Kaiming He"), ("He Wang",))

    assert named(index, "author:He") == [
        ManyNames(term="He", share=0.15, people=(("Kaiming He", 2), ("He Wang", 1), ("Xiangnan He", 1)))
    ]


def test_at_most_eight_people_are_named_those_with_most_papers_first() -> None:
    often = [("Zoe Li",)] * 3
    people = next(
        iter(named(written(*often, *((f"{letter} Li",) for letter in "ABCDEFGHIJ")), "author:li"))
    ).people

    assert people == (("Zoe Li", 3), *((f"{letter} Li", 1) for letter in "ABCDEFG"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('author:"Kaiming He"', id="two parts"),
        pytest.param("He", id="no author"),
        pytest.param("author:Girshick", id="a twentieth, no more"),
        pytest.param("author:LeCun", id="nobody"),
        pytest.param("agents -author:He", id="a mute"),
    ],
)
def test_a_name_that_names_few_is_not_answered(text: str) -> None:
    index = written(("Kaiming He", "Ross Girshick"), ("Kaiming He",))

    assert named(index, text) == []


def test_a_name_wanted_twice_is_answered_once() -> None:
    index = written(("Kaiming He",), ("Kaiming He",))

    assert len(named(index, "(author:He AND robots), (author:He AND agents)")) == 1


def test_without_papers_nobody_is_named() -> None:
    assert named(PaperIndex(()), "author:He") == []


def test_a_rate_tells_days_papers_the_latest_and_what_mutes_hid() -> None:
    titles = ["Agents", "Agents, a Survey", "Robots", "Agents Too", "Diffusion", "Agents Again"]
    index = PaperIndex(entry(place, title) for place, title in enumerate(titles))
    rate = rate_of(index, parse_filter("agents -survey"), DAILY)

    assert (rate.days, rate.listed, rate.matched, rate.hidden) == (5, 6, 3, (("survey", 1),))
    assert [match.entry.paper.title for match in rate.latest] == ["Agents Too", "Agents", "Agents Again"]
    assert rate.alerts_a_week is None


def test_a_rate_holds_the_filter_with_its_slips_mended() -> None:
    rate = rate_of(written(), parse_filter("agnets upvotes>=1"), DAILY)

    assert (rate.matched, rate.meant) == (0, (("agnets", "agents"),))
    assert str(rate.corrected) == "agents upvotes>=1"


def test_a_rate_without_slips_has_no_other_filter() -> None:
    assert rate_of(written(), parse_filter("agents"), DAILY).corrected is None


def test_the_rate_of_an_alert_counts_what_was_hot_in_two_weeks_by_the_week() -> None:
    index = PaperIndex(entry(place, upvotes=100 * place) for place in range(5))
    hot = Cadence(rhythm=Rhythm.HOT, hot_votes=300, zone="Europe/Berlin")

    assert rate_of(index, parse_filter("agents"), hot).alerts_a_week == 1
