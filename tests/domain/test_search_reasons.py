from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.digests import Field
from bot.domain.filter_text import parse_query
from bot.domain.papers import Entry, Organization, Paper, Tally
from bot.domain.search_reasons import search_matches

PAPER = Paper(
    id="2511.00001",
    title="Finetuning Robots",
    abstract="A world model of multi-agent play.",
    keywords=("planning",),
    authors=("Yann A. LeCun", "Ana García"),
    organization=Organization(handle="deepseek-ai", name="DeepSeek AI"),
)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        pytest.param("robot", [("robot", "title")], id="a word of the title"),
        pytest.param("planning play", [("planning", "keyword"), ("play", "abstract")], id="each word"),
        pytest.param("Yann LeCun", [("Yann", "author"), ("LeCun", "author")], id="an author"),
        pytest.param('"Ana Garcia"', [("Ana Garcia", "author")], id="a whole name"),
        pytest.param("deepseek", [("deepseek", "org")], id="an organization"),
        pytest.param("robots LeCun", [("robots", "title"), ("LeCun", "author")], id="a word and an author"),
        pytest.param("fine tuning", [("fine tuning", "title")], id="two words written as one"),
        pytest.param(
            "fine tuning robots", [("robots", "title"), ("fine tuning", "title")], id="… beside another word"
        ),
        pytest.param(
            "world model", [("world", "abstract"), ("model", "abstract")], id="two words that are two"
        ),
        pytest.param("unheardof robots", [("robots", "title")], id="a word that no paper has"),
        pytest.param("author:LeCun", [("LeCun", "author")], id="a field"),
        pytest.param("planning, robots", [("planning", "keyword"), ("robots", "title")], id="any of"),
        pytest.param("-survey", [], id="nothing wanted"),
        pytest.param(
            "like:2511.00009", [("2511.00009", "like")], id="less like one than a subscription asks for"
        ),
    ],
)
def test_a_search_says_which_words_it_found_and_where(text: str, reasons: list[tuple[str, str]]) -> None:
    entry = Entry(paper=PAPER, tally=Tally(at=datetime(2025, 11, 19, tzinfo=UTC)))
    [match] = search_matches(parse_query(text).filter, [entry])
    assert [(reason.term, Field(reason.field).value) for reason in match.reasons] == reasons
