"""The sample day that comes with the package: one real list, seen twice, with sentences of our own."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SAMPLE: Final = ROOT / "bot/sources/sample_day.jsonl"
RECORDED: Final = ROOT.parent / "shared/data"

needs_the_recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded listings (../shared/data) are not here"
)

Json = dict[str, Any]


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _runs(text: str, length: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def _lines(path: Path) -> Iterator[Json]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from map(json.loads, file)


@pytest.fixture(scope="module")
def lines() -> list[Json]:
    return list(_lines(SAMPLE))


@pytest.fixture(scope="module")
def papers(lines: list[Json]) -> list[Json]:
    return [line["item"]["paper"] for line in lines]


@pytest.fixture(scope="module")
def recorded(lines: list[Json]) -> dict[str, Json]:
    """The recorded papers of the day, by id."""
    day = lines[0]["list_date"]
    month = _lines(RECORDED / f"daily/{day[:7]}.jsonl.gz")
    return {line["item"]["paper"]["id"]: line["item"]["paper"] for line in month if line["list_date"] == day}


def test_one_day_of_at_least_24_papers_is_seen_at_two_moments(lines: list[Json]) -> None:
    moments = Counter(line["captured_at"] for line in lines)
    assert len({line["list_date"] for line in lines}) == 1
    assert len(moments) == 2
    assert min(moments.values()) >= 24


def test_every_paper_stands_once_in_each_moment(lines: list[Json]) -> None:
    seen = Counter((line["captured_at"], line["item"]["paper"]["id"]) for line in lines)
    moments = Counter(paper_id for _, paper_id in seen)
    assert set(seen.values()) == {1}
    assert set(moments.values()) == {2}


def test_the_first_moment_comes_first_and_the_second_within_a_few_days(lines: list[Json]) -> None:
    moments = [datetime.fromisoformat(line["captured_at"]) for line in lines]
    assert moments == sorted(moments)
    assert moments[0].date().isoformat() == lines[0]["list_date"]
    assert timedelta(0) < moments[-1] - moments[0] < timedelta(days=4)


def test_only_the_votes_differ_between_the_moments(papers: list[Json]) -> None:
    facts: dict[str, list[Json]] = {}
    for paper in papers:
        facts.setdefault(paper["id"], []).append({**paper, "upvotes": 0})
    assert all(first == second for first, second in facts.values())


def test_ids_are_well_formed(papers: list[Json]) -> None:
    assert all(re.fullmatch(r"\d{4}\.\d{5}", paper["id"]) for paper in papers)


def test_votes_and_comments_are_never_negative(lines: list[Json]) -> None:
    assert all(line["item"]["paper"]["upvotes"] >= 0 <= line["item"]["numComments"] for line in lines)


def test_every_paper_has_a_tidy_title_and_authors(lines: list[Json]) -> None:
    for item in (line["item"] for line in lines):
        names = [author["name"] for author in item["paper"]["authors"]]
        assert item["title"] == item["paper"]["title"] == _tidy(item["title"]) != ""
        assert names
        assert all(name == _tidy(name) != "" for name in names)


def test_every_summary_is_one_short_sentence(papers: list[Json]) -> None:
    for paper in papers:
        sentence = paper["ai_summary"]
        assert 12 <= len(sentence.split()) <= 28, sentence
        assert sentence.endswith("."), sentence
        assert not re.search(r"[.!?]\s|\n", sentence), sentence


def test_no_abstract_is_in_the_file(lines: list[Json]) -> None:
    assert not any(
        "summary" in part for line in lines for part in (line, line["item"], line["item"]["paper"])
    )


def test_no_paper_names_a_person_other_than_its_authors(lines: list[Json]) -> None:
    personal = ("submittedBy", "submittedOnDailyBy", "user", "avatar", "_id")
    text = SAMPLE.read_text(encoding="utf-8")
    assert lines
    assert not [field for field in personal if f'"{field}"' in text]


@needs_the_recordings
def test_the_day_is_whole_and_its_facts_are_those_recorded(
    papers: list[Json], recorded: dict[str, Json]
) -> None:
    assert {paper["id"] for paper in papers} == set(recorded)
    for paper in papers:
        real = recorded[paper["id"]]
        assert paper["title"] == _tidy(real["title"])
        assert paper["authors"] == [
            {"name": author["name"], "hidden": author["hidden"]} for author in real["authors"]
        ]
        for field in ("publishedAt", "submittedOnDailyAt", "githubRepo", "githubStars"):
            assert paper.get(field) == real.get(field)
        for field in ("name", "fullname"):
            assert paper.get("organization", {}).get(field) == real.get("organization", {}).get(field)


@needs_the_recordings
def test_the_votes_are_those_observed_at_their_moment(lines: list[Json]) -> None:
    observed = {line["id"]: line["obs"] for line in _lines(RECORDED / "upvotes.jsonl.gz")}
    for line in lines:
        paper = line["item"]["paper"]
        assert [line["captured_at"], paper["upvotes"]] in observed[paper["id"]]


@needs_the_recordings
def test_no_sentence_shares_five_words_in_a_row_with_an_abstract_or_recorded_summary(
    papers: list[Json], recorded: dict[str, Json]
) -> None:
    for paper in papers:
        real = recorded[paper["id"]]
        theirs = _runs(real["summary"]) | _runs(real.get("ai_summary", ""))
        assert not _runs(paper["ai_summary"]) & theirs, paper["ai_summary"]
