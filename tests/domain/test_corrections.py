"""What is meant by a word that no paper has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.corrections import corrected, meant_words
from bot.domain.filter_text import parse_filter
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally

AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
TITLES = ("Diffusion for Robots", "Causal Agents", "Text-to-Image with GPT-4", "Economics of Scale", "2 A")
INDEX = PaperIndex(
    Entry(
        paper=Paper(id=f"2511.0000{place}", title=title, abstract="We plan.", keywords=("World Model",)),
        tally=Tally(at=AT, upvotes=3),
    )
    for place, title in enumerate(TITLES)
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("difusion", {"difusion": "diffusion"}, id="a letter left out"),
        pytest.param("Difusion", {"Difusion": "diffusion"}, id="with a capital"),
        pytest.param("casual", {"casual": "causal"}, id="two letters swapped"),
        pytest.param("modle", {"modle": "model"}, id="a word of a keyword"),
        pytest.param("text-to-imge", {"text-to-imge": "text-to-image"}, id="a compound"),
        pytest.param("difusion, agents", {"difusion": "diffusion"}, id="one of several"),
        pytest.param(
            "(difusion, agnts) AND scale", {"difusion": "diffusion", "agnts": "agents"}, id="nested"
        ),
        pytest.param("diffusion upvotes>=900", {}, id="a known word that a condition keeps out"),
        pytest.param("diffusions, robot", {}, id="another form of a known word"),
        pytest.param("planning", {}, id="like none"),
        pytest.param("genomics", {}, id="a word of its own, not very like"),
        pytest.param("GPT-5", {}, id="another number"),
        pytest.param("cale", {"cale": "scale"}, id="four letters"),
        pytest.param("cal", {}, id="too short to tell"),
        pytest.param("title:difusion", {}, id="only bare words"),
        pytest.param('"difusion models"', {}, id="no phrases"),
        pytest.param("-difusion", {}, id="no mutes"),
        pytest.param("", {}, id="every paper"),
    ],
)
def test_a_word_that_no_paper_has_is_answered_with_one_that_is_like_it(
    text: str, meant: dict[str, str]
) -> None:
    assert meant_words(INDEX, parse_filter(text)) == meant


def test_without_papers_nothing_is_meant() -> None:
    assert meant_words(PaperIndex(()), parse_filter("difusion")) == {}


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("difusion -difusion has:code", "diffusion -difusion has:code"),
        ("(difusion, agnts) AND scale", "(diffusion, agents) AND scale"),
        ("difusion, diffusion", "diffusion"),
        ("title:difusion, difusion", "title:difusion, diffusion"),
        ("has:code", "has:code"),
    ],
    ids=str,
)
def test_a_corrected_filter_has_only_its_bare_words_mended(text: str, mended: str) -> None:
    meant = {"difusion": "diffusion", "agnts": "agents"}

    assert str(corrected(parse_filter(text), meant)) == mended
