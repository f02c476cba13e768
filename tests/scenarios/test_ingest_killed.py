"""`paperround ingest` is killed with SIGKILL at random moments: nothing is lost, and the next run finishes."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from storage.opening import open_store

KILLS = 10
FIRST = date(2025, 3, 3)
DAYS = 60


def recording(path: Path) -> Path:
    """A recording of `DAYS` days with twenty papers each, in the recorded shape."""
    rng = random.Random(7)
    words = "diffusion agents world model robot vision language speech protein graph memory planning".split()
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            for place in range(20):
                file.write(json.dumps(line(day, f"25{number:02d}.{place:05d}", rng, words)) + "\n")
    return path


def line(day: date, paper_id: str, rng: random.Random, words: list[str]) -> dict[str, Any]:
    title = f"{' '.join(rng.sample(words, 4)).capitalize()} {paper_id}"
    paper = {
        "id": paper_id,
        "title": title,
        "summary": " ".join(rng.choices(words, k=150)),
        "authors": [{"name": "Ada Example", "hidden": False}],
        "publishedAt": f"{day}T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T01:00:00.000Z",
        "upvotes": rng.randrange(60),
    }
    return {
        "list_date": f"{day}",
        "captured_at": f"{day}T07:50:00Z",
        "item": {"paper": paper, "title": title, "publishedAt": f"{day}T00:00:00.000Z", "numComments": 1},
    }


def start(source: Path, store: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "bot",
        "ingest",
        "--source",
        str(source),
        "--store",
        f"sqlite:///{store}",
    ]
    environment = {**os.environ, "PAPERROUND_DATA_DIR": str(store.parent)}
    return subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )


async def everything(store: Path) -> tuple[object, object, object]:
    async with open_store(f"sqlite:///{store}") as opened:
        records = await opened.papers.records()
        ids = [paper_id for record in records for paper_id in record.ids]
        return records, await opened.papers.entries(ids), await opened.papers.tallies(ids)


async def test_an_ingest_killed_at_ten_random_moments_loses_nothing(tmp_path: Path) -> None:
    source = recording(tmp_path / "recording.jsonl.gz")
    clean, killed = tmp_path / "clean" / "a.db", tmp_path / "killed" / "b.db"
    began = time.monotonic()
    _, errors = (first := start(source, clean)).communicate(timeout=120)
    assert first.returncode == 0, errors.decode()
    took = time.monotonic() - began
    rng = random.Random(11)
    known = 0

    for _ in range(KILLS):
        process = start(source, killed)
        await asyncio.sleep(rng.uniform(0.4, 0.8) * took)
        process.kill()
        process.communicate(timeout=30)
        if killed.exists():
            async with open_store(f"sqlite:///{killed}") as opened:
                papers = await opened.papers.count()
            assert papers >= known
            known = papers

    last = start(source, killed)
    _, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors.decode()
    assert await everything(killed) == await everything(clean)
