"""The benchmarks of search run, at a tiny size, and print their tables. No time is judged."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks import keywords, search
from bot.presentation.keyword_cases import FOUND, NOT_FOUND

Output = pytest.CaptureFixture[str]
TOPICS = ("Robots", "Diffusion", "Agents", "Language", "Speech")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number in range(40):
            words = f"{TOPICS[number % 5]} {TOPICS[number % 3]} Learning"
            paper = {
                "id": f"2511.{number:05d}",
                "title": f"{words} Together",
                "abstract": f"We study {words}.",
            }
            lines.write(json.dumps(paper) + "\n")
    return path


async def test_search_is_measured(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAUSE", 0)
    rows = list(await search.measure(search.corpus(corpus, 40), tmp_path / "index"))

    asked = ("one word", "three words", "phrase", "completion of a title", "more like this", "memory")
    assert all(any(row.startswith(f"| {kind}") for row in rows) for kind in asked)


async def test_other_engines_are_measured(corpus: Path, tmp_path: Path, capsys: Output) -> None:
    await search.rivals(search.corpus(corpus, 40), tmp_path)

    assert "SQLite FTS5" in capsys.readouterr().out


def test_we_read_every_case_as_the_docs_say(capsys: Output) -> None:
    keywords.main("", show=False)

    assert f"| **Paperround** | {len(FOUND) + len(NOT_FOUND)} | 0 | 0 |" in capsys.readouterr().out
