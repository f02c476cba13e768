"""The benchmarks of delivery run, at a tiny size, and what they judge of themselves holds. No time is judged."""

from __future__ import annotations

import pytest

from benchmarks import crash, drain, year

Output = pytest.CaptureFixture[str]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_crash_prints_what_became_of_the_deliveries_of_each_platform(capsys: Output) -> None:
    crash.main(["--small"])
    heading, _, *rows, told = capsys.readouterr().out.splitlines()
    assert _cells(heading)[3:6] == ["once", "twice", "lost"]
    assert [_cells(row)[1] for row in rows] == list(crash.KNOWN_BY.values())
    assert all(_cells(row)[4:6] == ["0", "0"] for row in rows)
    assert [_cells(row)[3] for row in rows[:3]] == ["8"] * 3
    assert "2 kills of 1 at once" in told


def test_drain_prints_how_long_the_posts_took_and_that_none_was_one_too_many(capsys: Output) -> None:
    drain.main(["--small"])
    heading, _, row = capsys.readouterr().out.splitlines()
    found = dict(zip(_cells(heading), _cells(row), strict=True))
    assert (found["posts"], found["429"], found["twice or lost"]) == ("60", "0", "0")


def test_year_prints_that_nothing_was_early_twice_or_missing(capsys: Output) -> None:
    year.main(["--small"])
    rows = [_cells(line) for line in capsys.readouterr().out.splitlines()]
    assert ["early, twice, missing or unwanted", "0"] in rows
    assert ["subscriptions, zones, days, outages", "40, 40, 35, 1"] in rows
