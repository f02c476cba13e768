from __future__ import annotations

import json
from datetime import date

from bot.domain.digests import Field
from bot.domain.papers import Entry, Paper, Tally
from bot.presentation.records import digest_json, entry_json, match_json
from tests.presentation.samples import MORNING, digest, entry, match, pick


def test_a_record_holds_everything_known_of_a_paper() -> None:
    assert entry_json(entry(keywords=("agents",), abstract="We plan.", project_url="https://p.example")) == {
        "id": "2511.01234",
        "title": "World models that plan",
        "authors": ["Ada Lovelace", "Alan Turing", "Grace Hopper"],
        "organization": "NVIDIA",
        "summary": "A planner that imagines wins.",
        "abstract": "We plan.",
        "keywords": ["agents"],
        "published_on": "2025-11-11",
        "listed_on": ["2025-11-13"],
        "upvotes": 84,
        "comments": 4,
        "stars": 1200,
        "code": "https://github.com/a/b",
        "project": "https://p.example",
        "url": "https://huggingface.co/papers/2511.01234",
        "seen_at": "2025-11-13T08:00:00+00:00",
    }


def test_what_is_not_known_is_null_and_never_zero_or_empty_text() -> None:
    record = entry_json(
        Entry(paper=Paper(id="page:0123456789abcdef", title="Only a title"), tally=Tally(at=MORNING))
    )

    assert {name for name, value in record.items() if value is None} == {
        "organization", "summary", "abstract", "published_on", "upvotes", "comments", "stars", "code", "project", "url",
    }  # fmt: skip
    assert (record["authors"], record["keywords"], record["listed_on"]) == ([], [], [])


def test_zero_upvotes_are_zero() -> None:
    assert entry_json(entry(upvotes=0))["upvotes"] == 0


def test_a_found_paper_comes_with_its_reasons() -> None:
    record = match_json(match(entry(), ("agents", Field.TITLE), ("nvidia", Field.ORGANIZATION)))

    assert record["reasons"] == [{"term": "agents", "field": "title"}, {"term": "nvidia", "field": "org"}]


def test_a_digest_says_what_was_looked_at_and_ranks() -> None:
    record = digest_json(
        digest(pick(expected=120.456, score=5.128), window_from=date(2025, 11, 12), matched=9)
    )

    assert {name: value for name, value in record.items() if name != "picks"} == {
        "day": "2025-11-13",
        "from": "2025-11-12",
        "filter": '"world model"',
        "listed": 31,
        "matched": 9,
    }
    (picked,) = json.loads(json.dumps(record))["picks"]
    assert (picked["expected"], picked["score"], picked["id"]) == (120.5, 5.13, "2511.01234")


def test_any_title_survives_json() -> None:
    title = "\x1b[31m “quotes” 世界 \u202e [bold]"

    assert json.loads(json.dumps(entry_json(entry(title))))["title"] == title
