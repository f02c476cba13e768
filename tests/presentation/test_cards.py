from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.digests import Field, Reason
from bot.domain.papers import Entry
from bot.presentation.cards import Card, Link, Notice
from bot.presentation.paper_cards import (
    brief_card,
    entry_card,
    full_card,
    mark_words,
    match_card,
    pick_card,
    reason_words,
)
from tests.presentation.samples import THURSDAY, TUESDAY, entry, match, pick


def test_a_card_says_who_what_how_much_and_why_in_that_order() -> None:
    assert pick_card(pick(since=53), 1, THURSDAY) == Card(
        paper="2511.01234",
        title="World models that plan",
        url="https://huggingface.co/papers/2511.01234",
        rank=1,
        byline="Ada Lovelace, Alan Turing +6 · NVIDIA · 11 Nov",
        summary="A planner that imagines wins.",
        machine_written=True,
        figures="84 upvotes (+31) · 4 comments · code (1.2k stars)",
        reason="“world model” in the title",
    )


@pytest.mark.parametrize(
    ("found", "figures"),
    [
        pytest.param(
            entry(upvotes=1, comments=1, stars=1), "1 upvote · 1 comment · code (1 star)", id="one of each"
        ),
        pytest.param(entry(upvotes=0, comments=0, stars=0), "0 upvotes · code", id="none"),
        pytest.param(entry(upvotes=None, comments=None, stars=None), "code", id="not known"),
        pytest.param(entry(comments=0, code_url="", stars=9), "84 upvotes", id="stars of no code"),
        pytest.param(
            entry(comments=0, code_url="", project_url="https://a.example"),
            "84 upvotes · project page",
            id="project",
        ),
        pytest.param(entry(upvotes=1204, comments=0, stars=None), "1,204 upvotes · code", id="thousands"),
    ],
)
def test_figures_tell_only_what_is_known(found: Entry, figures: str) -> None:
    assert entry_card(found).figures == figures


@pytest.mark.parametrize(
    ("since", "figures"),
    [(84, "84 upvotes"), (None, "84 upvotes"), (53, "84 upvotes (+31)"), (90, "84 upvotes (-6)")],
)
def test_growth_is_told_where_there_is_some(since: int | None, figures: str) -> None:
    assert pick_card(pick(since=since), 1, THURSDAY).figures.split(" · ")[0] == figures


def test_a_late_bloomer_says_when_it_was_listed_and_how_it_grew() -> None:
    bloomer = pick(match(entry(upvotes=140, listed_on=(TUESDAY,))), late=True, since=12)
    card = pick_card(bloomer, 1, THURSDAY)

    assert card.reason == "listed Tuesday, 12 → 140 upvotes; “world model” in the title"
    assert card.figures.startswith("140 upvotes · ")  # the growth is told once


def test_a_late_paper_that_did_not_grow_tells_no_growth() -> None:
    still = pick(match(entry(upvotes=140, listed_on=(TUESDAY,))), late=True, since=140)

    assert pick_card(still, 1, THURSDAY).reason == "listed Tuesday; “world model” in the title"


def test_a_late_paper_of_last_week_names_its_date() -> None:
    old = pick(match(entry(listed_on=(THURSDAY - timedelta(days=9),))), late=True)

    assert pick_card(old, 1, THURSDAY).reason.startswith("listed 4 Nov; ")


def test_a_paper_above_more_upvotes_says_where_it_is_heading() -> None:
    reason = pick_card(pick(overtakes=True, expected=135.4), 1, THURSDAY).reason

    assert reason == "after 8 hours on course for about 135 upvotes; “world model” in the title"


@pytest.mark.parametrize(("overtakes", "expected"), [(True, 84.5), (False, 500.0)])
def test_a_course_that_explains_nothing_is_not_told(overtakes: bool, expected: float) -> None:  # noqa: FBT001 - a case
    assert "on course" not in pick_card(pick(overtakes=overtakes, expected=expected), 1, THURSDAY).reason


def test_a_paper_that_was_never_listed_is_neither_late_nor_on_course() -> None:
    card = pick_card(pick(match(entry(listed_on=())), late=True, overtakes=True), 1, THURSDAY)

    assert card.reason == "“world model” in the title"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field.TITLE, "“x” in the title"),
        (Field.KEYWORD, "“x” among the keywords"),
        (Field.ABSTRACT, "“x” in the abstract"),
        (Field.AUTHOR, "“x” among the authors"),
        (Field.ORGANIZATION, "“x” as organization"),
        (Field.ID, "“x” by its id"),
    ],
)
def test_each_place_a_term_is_found_in_has_words(field: Field, words: str) -> None:
    assert reason_words(Reason(term="x", field=field)) == words


def test_every_field_can_be_a_reason() -> None:
    assert all(reason_words(Reason(term="x", field=field)) for field in Field)


def test_terms_found_in_one_place_share_its_words() -> None:
    found = match(entry(), ("diffusion", Field.TITLE), ("agents", Field.TITLE), ("video", Field.ABSTRACT))

    assert match_card(found).reason == "“diffusion” and “agents” in the title, “video” in the abstract"


def test_more_than_three_reasons_are_counted() -> None:
    found = match(
        entry(), *((term, Field.TITLE) for term in "abc"), ("d", Field.ABSTRACT), ("e", Field.KEYWORD)
    )

    assert match_card(found).reason == "“a”, “b” and “c” in the title, +2"


def test_a_paper_without_a_reason_gives_none() -> None:
    assert entry_card(entry()).reason == ""


@pytest.mark.parametrize(
    ("facts", "byline"),
    [
        pytest.param(
            {"authors": (), "author_count": 4}, "4 authors · NVIDIA · 11 Nov", id="authors only counted"
        ),
        pytest.param({"authors": (), "author_count": 0, "organization": None}, "11 Nov", id="only a date"),
        pytest.param({"published_on": None}, "Ada Lovelace, Alan Turing +6 · NVIDIA", id="no date"),
        pytest.param(
            {"author_count": 664, "organization": None}, "Ada Lovelace, Alan Turing +662 · 11 Nov", id="664"
        ),
    ],
)
def test_a_byline_holds_only_what_is_known(facts: dict[str, Any], byline: str) -> None:
    assert entry_card(entry(**facts)).byline == byline


def test_a_sentence_of_the_abstract_bears_no_mark() -> None:
    card = entry_card(
        entry(summary="", abstract="Planning is hard. We propose a planner that imagines the future.")
    )

    assert card.summary == "We propose a planner that imagines the future."
    assert not card.machine_written


def test_the_mark_is_explained_once_and_only_where_it_stands() -> None:
    marked, plain = entry_card(entry()), entry_card(entry(summary=""))

    assert mark_words([marked, plain, marked], "Hugging Face") == (
        "✦ machine-written summary (Hugging Face)",
    )
    assert mark_words([marked], "") == ("✦ machine-written summary",)
    assert mark_words([plain], "Hugging Face") == ()
    assert mark_words([], "Hugging Face") == ()


def test_the_whole_paper_has_its_abstract_and_its_links() -> None:
    card = full_card(
        entry(abstract="One.\n\n Two. ", project_url="https://p.example", listed_on=(TUESDAY, THURSDAY))
    )

    assert card.paragraphs == ("One.", "Two.")
    assert card.links == (
        Link(name="Hugging Face", url="https://huggingface.co/papers/2511.01234"),
        Link(name="abstract", url="https://arxiv.org/abs/2511.01234"),
        Link(name="PDF", url="https://arxiv.org/pdf/2511.01234"),
        Link(name="alphaXiv", url="https://www.alphaxiv.org/abs/2511.01234"),
        Link(name="code", url="https://github.com/a/b"),
        Link(name="project", url="https://p.example"),
    )
    assert "published 11 Nov 2025" in card.byline
    assert "listed Tue 11 Nov 2025 and Thu 13 Nov 2025" in card.byline


def test_the_whole_paper_repeats_no_sentence_of_its_abstract() -> None:
    assert full_card(entry(summary="", abstract="We propose a planner.")).summary == ""


def test_the_664_authors_of_a_paper_are_not_all_listed() -> None:
    card = full_card(entry(authors=tuple(f"Author {number}" for number in range(664)), author_count=664))

    assert "Author 19 +644" in card.byline
    assert "Author 20" not in card.byline


def test_a_paper_of_which_only_the_title_is_known_has_no_link() -> None:
    card = full_card(entry(id="page:0123456789abcdef", code_url="", published_on=date(2025, 1, 1)))

    assert (card.url, card.links) == ("", ())


def test_a_brief_card_is_title_upvotes_and_reasons() -> None:
    assert brief_card(match(), 2) == Card(
        paper="2511.01234",
        title="World models that plan",
        url="https://huggingface.co/papers/2511.01234",
        rank=2,
        figures="84 upvotes",
        reason="“world model” in the title",
    )


def test_a_notification_names_the_papers_or_the_headline() -> None:
    cards = (Card(title="One", url=""), Card(title="Two", url=""))

    assert Notice(headline="Long · headline", cards=cards).notification == "2 papers: One; Two"
    assert Notice(headline="x", cards=cards[:1]).notification == "1 paper: One"
    assert Notice(headline="Settings").notification == "Settings"


def test_markup_in_a_title_is_left_as_it_is() -> None:
    assert entry_card(entry("[bold]*x* <b>_y_")).title == "[bold]*x* <b>_y_"


def test_the_age_of_a_course_is_counted_from_midnight_utc() -> None:
    later = entry()
    at = datetime(2025, 11, 15, 1, tzinfo=UTC)
    moved = Entry(paper=later.paper, tally=type(later.tally)(at=at, upvotes=84))

    assert "after 2 days on course" in pick_card(pick(match(moved), overtakes=True), 1, THURSDAY).reason
