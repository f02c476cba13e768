from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.compiling import compile_filter
from bot.domain.digests import Field
from bot.domain.filter_changes import merged, without
from bot.domain.filter_text import parse_filter
from bot.domain.filters import Filter, Scope, Term
from bot.domain.likeness import WHOLE, subject_of, telling_words, with_subjects
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally
from storage.filter_forms import filter_form, formed_filter

SUBJECT = (("diffusion", 150), ("videogeneration", 50), ("robot", 30))


def entry(paper_id: str, title: str, abstract: str = "") -> Entry:
    paper = Paper(id=paper_id, title=title, abstract=abstract)
    return Entry(paper=paper, tally=Tally(at=datetime(2025, 11, 20, tzinfo=UTC)))


SHELF = PaperIndex(
    [
        entry("2511.00001", "Diffusion for Robots"),
        entry("2511.00002", "Diffusion", "We look at video generation."),
        entry("2511.00003", "Diffusion"),
        entry("2511.00004", "Video generation with robots"),
        entry("2511.00005", "Diffusion, video generation, robots"),
    ]
)


def like(paper_id: str = "2511.00005") -> Filter:
    return with_subjects(parse_filter(f"like:{paper_id}"), {paper_id: SUBJECT})


def test_the_words_that_tell_are_those_stressed_and_rare() -> None:
    paper = Paper(
        id="2511.00001",
        title="Diffusion Models for Robots",
        abstract="We train models. The models are robots in 2025.",
        keywords=("video generation",),
    )
    stressed = telling_words(paper)
    subject = subject_of(stressed, {"diffusion": 3, "model": 900, "robot": 40, "videogeneration": 10}, 1_000)

    assert stressed["diffusion"] > stressed["train"]
    assert not {"the", "for", "2025"} & stressed.keys()
    assert [key for key, _ in subject] == ["videogeneration", "robot"]
    assert sum(weight for _, weight in subject) == pytest.approx(WHOLE, abs=2)


def test_a_paper_is_like_another_if_it_shares_enough_of_its_subject() -> None:
    found = [one.paper.id for one in SHELF.select(SHELF.matching(compile_filter(like())))]

    assert found == ["2511.00001", "2511.00002"]


def test_the_reason_is_the_subject() -> None:
    [first, _] = SHELF.matches(like())
    assert [(reason.term, reason.field) for reason in first.reasons] == [("2511.00005", Field.LIKE)]


def test_what_is_like_a_paper_can_be_muted() -> None:
    muted = with_subjects(parse_filter("diffusion -like:2511.00005"), {"2511.00005": SUBJECT})
    found = [one.paper.id for one in SHELF.select(SHELF.matching(compile_filter(muted)))]

    assert found == ["2511.00003", "2511.00005"]


def test_a_subject_that_is_not_known_is_like_nothing() -> None:
    assert SHELF.matching(compile_filter(parse_filter("like:2511.00005"))) == 0


def test_a_subject_outlives_the_store() -> None:
    filter_ = merged(like(), parse_filter("agents -survey"))
    assert formed_filter(filter_form(filter_), str(filter_)) == filter_


def test_a_subject_is_written_as_the_paper_it_is_of() -> None:
    assert str(like()) == "like:2511.00005"
    assert like().reading() == "Only: like the paper 2511.00005."
    assert parse_filter(str(like())).terms() == (Term(text="2511.00005", scope=Scope.LIKE),)


def test_an_edit_names_a_subject_by_its_paper() -> None:
    both = merged(like(), parse_filter("agents, like:2511.00005"))
    assert str(both) == "like:2511.00005, agents"
    assert str(without(both, parse_filter("like:2511.00005"))) == "agents"
