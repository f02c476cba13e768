"""One raw item becomes an entry, whatever of it is there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.errors import MalformedListing
from bot.domain.papers import Organization
from bot.sources.answers import read_items
from bot.sources.items import entry, flat_entry
from tests.servers.huggingface import item

DAY = date(2025, 10, 16)
NOW = datetime(2025, 10, 16, 8, 0, tzinfo=UTC)


def test_a_full_item_becomes_a_tidy_paper() -> None:
    raw = item(
        "2510.00001",
        "Multimodal\n  Models: 5\\% better",
        upvotes=7,
        comments=2,
        day=DAY,
        summary="One\nsentence.\n  A paragraph.",
        ai_summary="In $\\alpha$ short.",
        ai_keywords=["LLM", "llm", " world  model ", ""],
        organization={"_id": "x", "name": "nvidia", "fullname": "NVIDIA"},
        githubRepo="https://github.com/a/b",
        githubStars=12,
        projectPage=" https://a.example/b",
        never_seen={"before": True},
    )
    found = entry(raw, at=NOW, day=DAY)
    paper, tally = found.paper, found.tally
    assert paper.title == "Multimodal Models: 5% better"
    assert paper.abstract == "One sentence.\n\nA paragraph."
    assert (paper.summary, paper.keywords) == ("In α short.", ("LLM", "world model"))
    assert paper.organization == Organization(handle="nvidia", name="NVIDIA")
    assert (paper.code_url, paper.project_url) == ("https://github.com/a/b", "https://a.example/b")
    assert paper.thumbnail_url.endswith("/2510.00001.png")
    assert (paper.published_on, paper.listed_on) == (date(2025, 10, 14), (DAY,))
    assert (tally.at, tally.upvotes, tally.comments, tally.stars) == (NOW, 7, 2, 12)


def test_id_and_title_are_enough() -> None:
    found = entry({"paper": {"id": "2510.00001", "title": "T"}}, at=NOW, day=DAY)
    assert found.paper.listed_on == (DAY,)
    assert (found.paper.abstract, found.paper.authors, found.paper.author_count) == ("", (), 0)
    assert (found.tally.upvotes, found.tally.comments, found.tally.stars) == (None, None, None)


def test_upvotes_outside_the_paper_are_not_its_upvotes() -> None:
    raw = {
        "paper": {"id": "2510.00001", "title": "T", "upvotes": 4},
        "upvotes": 99,
        "publishedAt": "2020-01-01T00:00:00Z",
    }
    assert entry(raw, at=NOW, day=DAY).tally.upvotes == 4


def test_hidden_authors_are_left_out_and_not_counted() -> None:
    authors = [
        {"name": "Ana", "hidden": False},
        {"name": "Ben", "hidden": True},
        {"name": ""},
        "Cid",
        {"name": "D\\'ora"},
    ]
    paper = entry(item("2510.00001", authors=authors), at=NOW, day=DAY).paper
    assert paper.authors == ("Ana", "Dóra")
    assert paper.author_count == 2


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        pytest.param("2025-10-15T23:59:59.999Z", date(2025, 10, 15), id="its own day"),
        pytest.param("2025-10-16T01:00:00+02:00", date(2025, 10, 15), id="in UTC"),
        pytest.param("2025-10-16T00:00:00.000Z", DAY, id="rounded to midnight"),
        pytest.param("2025-10-15T05:00:00", date(2025, 10, 15), id="without a zone it is UTC"),
        pytest.param("2025-10-18T00:00:00Z", DAY, id="in the future: the day asked for"),
        pytest.param("yesterday", DAY, id="no moment"),
        pytest.param("0001-01-01T00:00:00+14:00", DAY, id="before the first day"),
        pytest.param(17, DAY, id="a number"),
    ],
)
def test_the_list_day_is_the_items_own_where_it_can_be(submitted: object, day: date) -> None:
    assert entry(item("2510.00001", submittedOnDailyAt=submitted), at=NOW, day=DAY).paper.listed_on == (day,)


@pytest.mark.parametrize(
    "bad",
    [
        {"upvotes": "many"},
        {"upvotes": -1},
        {"upvotes": 10**30},
        {"githubRepo": "javascript:alert(1)"},
        {"githubRepo": "https://x.example/<script>"},
        {"projectPage": 7},
        {"ai_keywords": "LLM"},
        {"organization": "nvidia"},
        {"organization": {"fullname": "NVIDIA"}},
        {"authors": None},
        {"summary": ["a"]},
        {"projectPage": "https://x.example/\u202e"},
        {"thumbnail": "https://x.example/\ud800"},
        {"publishedAt": {}},
    ],
    ids=repr,
)
def test_an_optional_field_that_cannot_be_read_counts_as_absent(bad: dict[str, Any]) -> None:
    paper = entry({"paper": {"id": "2510.00001", "title": "T", **bad}}, at=NOW, day=None).paper
    assert paper == entry({"paper": {"id": "2510.00001", "title": "T"}}, at=NOW, day=None).paper


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        pytest.param(None, "item 2", "An item has no readable item", id="null"),
        pytest.param([], "item 2", "has no readable item", id="a list"),
        pytest.param({}, "item 2", "no readable paper", id="no paper"),
        pytest.param({"paper": {"id": "2510.00003"}}, "2510.00003", "paper.title", id="no title"),
        pytest.param(
            {"paper": {"id": "2510.00003", "title": "\u200b"}}, "2510.00003", "title", id="an empty title"
        ),
        pytest.param({"paper": {"id": "x/../y", "title": "T"}}, "x/../y", "paper.id", id="no arXiv id"),
        pytest.param(
            {"paper": {"id": "page:0123456789abcdef", "title": "T"}}, "page:0123456789abcdef", "id", id="ours"
        ),
        pytest.param({"paper": {"id": 7, "title": "T"}}, "item 2", "paper.id", id="a number"),
    ],
)
def test_what_cannot_be_read_is_skipped_by_name(raw: object, name: str, words: str) -> None:
    listing = read_items([item("2510.00001"), raw, item("2510.00002")], day=DAY, at=NOW)
    assert len(listing.entries) == 2
    assert listing.skipped == (name,)
    with pytest.raises(MalformedListing, match=words):
        entry(raw, at=NOW, day=DAY)


def test_an_id_with_a_version_loses_it() -> None:
    assert entry(item("2510.00001v3"), at=NOW, day=DAY).paper.id == "2510.00001"


def test_a_paper_that_stands_alone_has_no_day_but_its_own() -> None:
    raw = item("2510.00001", upvotes=5)["paper"]
    assert flat_entry(raw, at=NOW).paper.listed_on == ()
    assert flat_entry({**raw, "numComments": 3}, at=NOW).tally.comments == 3
