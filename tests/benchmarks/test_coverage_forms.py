"""The benchmarks of the choice of papers, on a recording written by hand and, in their short form, on the real one."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks import alerts, calibration, coverage
from benchmarks.recording import HELD_OUT, Recording, morning, recording_of
from tests.servers.huggingface import item

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
MONDAY = date(2025, 3, 3)
SLOW, FAST, THIRD = "2503.00002", "2503.00001", "2503.00003"
Output = pytest.CaptureFixture[str]

needs_recordings = pytest.mark.skipif(
    not (SHARED / "upvotes.jsonl.gz").exists(), reason="../shared/data holds no recordings"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two weeks of five papers a day; the second best of each morning is overtaken by the third before the next."""
    daily = tmp_path / "daily"
    daily.mkdir()
    days = [MONDAY + timedelta(days=number) for number in range(12)]
    weekdays = [day for day in days if day.weekday() < 5]
    with (
        gzip.open(daily / "2025-03.jsonl.gz", "wt", encoding="utf-8") as listed,
        gzip.open(tmp_path / "upvotes.jsonl.gz", "wt", encoding="utf-8") as seen,
    ):
        for count, day in enumerate(weekdays):
            for number, (at_eight, next_day) in enumerate(
                [(40, 70), (12, 15), (11, 30), (3, 5), (0, 1)], start=1
            ):
                paper = f"2503.{count * 100 + number:05d}"
                recorded = item(paper, f"Agents {paper}", upvotes=at_eight, day=day)
                line = {"list_date": f"{day}", "captured_at": f"{day}T07:50:00Z", "item": recorded}
                listed.write(json.dumps(line) + "\n")
                after = [(1, next_day), (7, next_day * 2)]
                obs = [[f"{day}T07:50:00Z", at_eight]]
                obs += [[f"{day + timedelta(days=age)}T00:10:00Z", upvotes] for age, upvotes in after]
                seen.write(json.dumps({"id": paper, "list_date": f"{day}", "obs": obs}) + "\n")
    return tmp_path


@pytest.fixture
def recording(data: Path) -> Recording:
    return asyncio.run(recording_of(data))


def test_only_what_had_been_seen_is_known(recording: Recording) -> None:
    [early] = [e for e in recording.known([MONDAY], morning(MONDAY)) if e.paper.id == THIRD]
    [later] = [
        e for e in recording.known([MONDAY], morning(MONDAY + timedelta(days=1))) if e.paper.id == THIRD
    ]
    assert (early.upvotes, later.upvotes) == (11, 30)
    assert recording.known([MONDAY], morning(MONDAY - timedelta(days=1))) == []


def test_the_best_of_a_day_are_those_a_week_later(recording: Recording) -> None:
    assert recording.best(MONDAY, 2) == {FAST, THIRD}
    assert MONDAY in recording.counted


def test_a_channel_waits_for_what_is_doubtful_where_the_list_of_today_takes_it(recording: Recording) -> None:
    days = list(coverage.mornings(recording))
    ours = coverage.lived(days, coverage.ours, 2)
    plain = coverage.lived(days, coverage.POLICIES["top of today's list"], 2)
    later = {
        day: f"2503.{count * 100 + 3:05d}" for count, day in enumerate(sorted(recording.listed)) if count
    }

    assert all(paper not in plain for paper in later.values())
    assert all(ours[paper] > day for day, paper in later.items())
    within = coverage.outcome(recording, ours, later, 2).within(4)
    assert within > coverage.outcome(recording, plain, later, 2).within(4)


def test_the_tables_are_printed_for_any_recording(data: Path, capsys: Output) -> None:
    coverage.main([str(data)])
    alerts.main([str(data)])
    calibration.main([str(data)])
    said = capsys.readouterr().out
    assert "| 5 | Paperround |" in said
    assert "the top 1 % are" in said
    assert "| chance, at 08:00 of the list day |" in said


@pytest.mark.parametrize("main", [coverage.main, alerts.main, calibration.main])
def test_what_is_not_there_is_told(main: Callable[[list[str]], None], tmp_path: Path, capsys: Output) -> None:
    main([str(tmp_path / "nowhere")])
    assert "is not there" in capsys.readouterr().out


@needs_recordings
def test_a_channel_of_five_gets_nine_in_ten_of_the_weeks_best_most_on_their_own_day() -> None:
    recording = asyncio.run(recording_of(SHARED))
    days = list(coverage.mornings(recording))
    posted = coverage.lived(days, coverage.ours, 5)
    mine = coverage.outcome(recording, posted, recording.counted, 5)
    plain = coverage.lived(days, coverage.POLICIES["top of today's list"], 5)
    held = [day for day in recording.counted if day >= HELD_OUT]
    gains = [
        coverage.outcome(recording, posted, some, 5).within(4)
        - coverage.outcome(recording, plain, some, 5).within(4)
        for some in (recording.counted, held)
    ]

    assert mine.within(4) >= 0.9
    assert mine.own >= 0.5
    assert min(gains) >= 0.09
    assert mine.posts <= 1.1 * mine.total


@needs_recordings
def test_growth_tells_of_the_top_one_percent_earlier_and_is_seldom_wrong(capsys: Output) -> None:
    alerts.main(["--small", str(SHARED)])
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if "hot" in line]
    growth, level = rows[0], rows[2]

    assert (growth[0], level[0]) == ("`hot growth`", "`hot 100`")
    assert int(growth[4]) >= 2 * int(level[4])
    assert int(growth[9].split()[0]) <= 0.15 * int(growth[7])
