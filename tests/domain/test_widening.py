"""What is offered where a phrase found nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.filter_text import parse_filter
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Paper, Tally
from bot.domain.widening import other_readings

TITLES = (
    "Attention in Large Models",
    "Scale Matters at Last",
    "Attention Meets Scale",
    "Models at Work",
    "Models of the World",
    "Models Everywhere",
    "Models, Again",
    "Sums",
)
AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
INDEX = PaperIndex(
    Entry(paper=Paper(id=f"2511.0000{place}", title=title), tally=Tally(at=AT))
    for place, title in enumerate(TITLES)
)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        pytest.param(
            "attention at scale", {"attention AND scale": 1, "attention, scale": 3}, id="no word of grammar"
        ),
        pytest.param("large models", {"large AND models": 1}, id="none that finds most papers"),
        pytest.param("scale at", {"scale": 2}, id="one word that tells something"),
        pytest.param("title:attention zebra -sums", {}, id="only one phrase has other readings"),
        pytest.param(
            'title:"scale zebra" -sums', {"title:scale, title:zebra -sums": 2}, id="a field, a mute"
        ),
        pytest.param("of the", {}, id="only words of grammar"),
        pytest.param("attention", {}, id="a single word"),
        pytest.param("", {}, id="every paper"),
    ],
)
def test_a_phrase_that_found_nothing_has_other_readings(text: str, offered: dict[str, int]) -> None:
    readings = other_readings(INDEX, parse_filter(text))

    assert {str(reading): count for reading, count in readings} == offered
