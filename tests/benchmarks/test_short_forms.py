"""Each benchmark runs, at a tiny size: it prints its table, and what it checks of itself holds. No time is judged."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks import composing, ingest, joining, match
from bot.domain.composing import Window
from tests.servers.huggingface import item

FIRST = date(2025, 3, 3)
KEYWORDS = ["world model", "fine-tuning", "agents", "diffusion", "text-to-image"]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two days with ten papers each."""
    path = tmp_path / "recording.jsonl"
    lines = [_line(FIRST + timedelta(days=number // 10), number) for number in range(20)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _line(day: date, number: int) -> str:
    keywords = [KEYWORDS[number % 5], KEYWORDS[number % 3]]
    recorded = item(
        f"2503.{number:05d}",
        f"On {keywords[0]} {number}",
        upvotes=number,
        day=day,
        ai_keywords=keywords,
        organization={"name": "nvidia", "fullname": "NVIDIA"},
    )
    return json.dumps({"list_date": f"{day}", "captured_at": f"{day}T07:50:00Z", "item": recorded}) + "\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three papers, one of which spells a keyword as no recording does."""
    path = tmp_path / "corpus.jsonl.gz"
    abstracts = ["A finetuning of agents.", "World models, and fine-tuning.", "Nothing of the kind."]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"title": "T", "abstract": text}) + "\n" for text in abstracts)
    return path


def test_match_prints_a_row_for_each_kind_of_filter(recording: Path, capsys: Output) -> None:
    match.main(["--subscriptions", "50", str(recording)])
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["subscriptions", "filters"]
    assert [row.split()[0] for row in rows] == ["300", "50", "50"]
    assert ["regex loop" in rows[0], "any of" in rows[1], "5 picks" in rows[2]] == [True] * 3


def test_ingest_prints_that_a_second_time_changes_nothing(recording: Path, capsys: Output) -> None:
    ingest.main(["--small", "--rounds", "1", str(recording)])
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["question", "measured", "aim"]
    assert "median of 1" in rows[1]
    assert "20 papers, first time" in rows[2]
    assert rows[-1].split()[-2:] == ["yes", "yes"]


def test_joining_prints_what_folding_finds_beyond_the_plain_spelling(
    recording: Path, corpus: Path, capsys: Output
) -> None:
    joining.main(["--small", "--daily", str(recording), str(corpus)])
    said = capsys.readouterr().out
    assert said.startswith("3 papers in ")
    (gained,) = [line for line in said.splitlines() if line.startswith("fine-tuning")]
    assert gained.split() == ["fine-tuning", "2", "1", "+100%", "finetuning", "1"]
    assert "plain spelling that folding misses: 0" in said


@pytest.mark.parametrize("main", [match.main, joining.main])
def test_what_is_not_there_is_told(main: Callable[[list[str]], None], tmp_path: Path, capsys: Output) -> None:
    main([str(tmp_path / "nowhere")])
    assert "is not there" in capsys.readouterr().out


def test_recordings_without_keywords_are_told(tmp_path: Path, capsys: Output) -> None:
    line = {
        "list_date": f"{FIRST}",
        "captured_at": f"{FIRST}T07:50:00Z",
        "item": item("2503.00001", day=FIRST),
    }
    (tmp_path / "plain.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    match.main([str(tmp_path / "plain.jsonl")])
    assert "have no keywords" in capsys.readouterr().out


def test_composing_prints_a_row_for_each_kind_of_digest(
    recording: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "DAYS", Window(first=FIRST, last=FIRST + timedelta(days=6)))
    composing.main(recording, 50)
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("| 20 candidates of seven days, 50 filters;")
    assert [row.split()[1] for row in rows] == ["index", "cold", "shared"]
