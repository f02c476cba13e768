from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.presentation.summaries import most_telling, split_sentences, summary_of

ABSTRACT = (
    "World models are promising. However, they forget. To this end, we propose Mnemo, a model with a memory. "
    "It outperforms others by 12.5%. Code is available."
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One thing. Another thing.", ["One thing.", "Another thing."], id="plain"),
        pytest.param(
            "Models, e.g. GPT-4, fail. We mend them.",
            ["Models, e.g. GPT-4, fail.", "We mend them."],
            id="e.g.",
        ),
        pytest.param("Cheap, i.e. Fast. Good.", ["Cheap, i.e. Fast.", "Good."], id="i.e. before a capital"),
        pytest.param(
            "As Vaswani et al. (2017) say. Yes.", ["As Vaswani et al. (2017) say.", "Yes."], id="et al."
        ),
        pytest.param("By J. K. Rowling alone. Yes.", ["By J. K. Rowling alone.", "Yes."], id="initials"),
        pytest.param("It gains 3.5 points. Good.", ["It gains 3.5 points.", "Good."], id="decimals"),
        pytest.param("It gains 3. 5 more follow.", ["It gains 3.", "5 more follow."], id="a number ends one"),
        pytest.param("See Fig. 3 for it. Yes.", ["See Fig. 3 for it.", "Yes."], id="figure"),
        pytest.param("Ours vs. Theirs. Yes.", ["Ours vs. Theirs.", "Yes."], id="vs."),
        pytest.param(
            "Why? Because! (So.) Yes.", ["Why?", "Because!", "(So.)", "Yes."], id="marks and brackets"
        ),
        pytest.param("One\n  line. Two\tmore.", ["One line.", "Two more."], id="line breaks"),
        pytest.param("我们提出方法。它很好。", ["我们提出方法。", "它很好。"], id="Chinese full stops"),
        pytest.param("no end at all", ["no end at all"], id="no full stop"),
        pytest.param("  \n ", [], id="blank"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_sentences_end_where_people_end_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("abstract", "told"),
    [
        pytest.param(
            ABSTRACT, "We propose Mnemo, a model with a memory.", id="what was done, without its lead-in"
        ),
        pytest.param(
            "Sampling is slow and nobody knows why. Our results show that caching reduces cost by 40%.",
            "Our results show that caching reduces cost by 40%.",
            id="a result if nothing is proposed",
        ),
        pytest.param("Sampling is slow. Nobody knows.", "Sampling is slow.", id="the first if none tells"),
        pytest.param(
            "In this paper, we present a benchmark of 300 tasks. We also introduce a toolkit for it all.",
            "We present a benchmark of 300 tasks.",
            id="the earlier of two that tell",
        ),
        pytest.param("", "", id="no abstract"),
    ],
)
def test_the_sentence_that_says_what_was_done_is_told(abstract: str, told: str) -> None:
    assert most_telling(abstract) == told


def test_the_listings_own_sentence_wins_and_is_marked() -> None:
    paper = Paper(id="2511.00001", title="A", abstract=ABSTRACT, summary="Mnemo remembers.")

    assert summary_of(paper) == ("Mnemo remembers.", True)


def test_a_sentence_of_the_abstract_is_not_marked() -> None:
    told, machine_written = summary_of(Paper(id="2511.00001", title="A", abstract=ABSTRACT))

    assert told.startswith("We propose")
    assert not machine_written


def test_a_paper_of_which_only_the_title_is_known_has_no_summary() -> None:
    assert summary_of(Paper(id="2511.00001", title="A")) == ("", False)


def test_a_sentence_of_1_900_characters_is_never_cut() -> None:
    long = "We propose " + "a very " * 270 + "long sentence."

    assert most_telling(long) == long


@given(st.text(max_size=300))
def test_splitting_loses_nothing_but_blanks(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
