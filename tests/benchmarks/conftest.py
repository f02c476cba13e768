"""A corpus for the benchmarks that want one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Sixty papers, of which every third is about diffusion."""
    path = tmp_path / "corpus.jsonl.gz"
    subjects = ("agents planning", "diffusion images", "robots walking")
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number in range(60):
            subject = subjects[number % 3]
            told = {
                "id": f"2511.{number:05}",
                "title": f"On {subject} {number}",
                "abstract": f"We study {subject}.",
            }
            lines.write(json.dumps(told) + "\n")
    return path
