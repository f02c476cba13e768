"""A recording relived on SQLite and on a server reads the same to the last sign."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.servers.huggingface import item
from tests.servers.redis import KINDS, find_server, redis_server

ROOT = Path(__file__).parents[2]
MONDAY = date(2025, 10, 13)
TYPED = """subscribe diffusion at 9 Berlin in #eu
yes
subscribe agents at 9 Tokyo in #asia
yes
subscribe robots at 9 New York in #us
yes
"""


def recording(path: Path, days: int = 5) -> Path:
    """Weekdays of three papers each, seen in the morning and, with other votes, in the evening."""
    lines = []
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        for hour in (5, 17):
            for place, topic in enumerate(("Diffusion", "Agents", "Robots")):
                paper = item(
                    f"2510.{number}{place:04}",
                    f"{topic} of day {number}",
                    upvotes=hour * (place + 1),
                    summary="Nothing more is known.",
                    day=day,
                )
                captured = f"{day}T{hour:02}:00:00Z"
                lines.append(json.dumps({"list_date": str(day), "captured_at": captured, "item": paper}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def relived(source: Path, store: str) -> str:
    """What a month relived on *store* prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--relive", str(source), "--store", store),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=source.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(source.parent)},
    )
    printed, complaints = await asyncio.wait_for(process.communicate(TYPED.encode()), 60)
    assert (process.returncode, complaints.decode()) == (0, "")
    return printed.decode()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_recording_relived_reads_the_same_on_every_store(kind: str, tmp_path: Path) -> None:
    program = find_server(kind)
    if isinstance(program, str):
        pytest.skip(program)
    source = recording(tmp_path / "week.jsonl")
    async with redis_server(program, tmp_path) as server:
        in_file, on_server = await asyncio.gather(
            relived(source, f"sqlite:///{tmp_path / 'store.db'}"), relived(source, server.url)
        )
    assert on_server == in_file
    for topic, number in (("Diffusion", 1), ("Agents", 2), ("Robots", 3)):
        assert on_server.count(f"{topic} of day {number}") == 1
