"""A page that somebody saved, at the command line; a text form prints no year of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.entry import main

PAGE = """Daily Papers

byAK and the research community

Oct 31

Agents That Plan

They plan one thing.

  • 4 authors
·
Mar 12 3

Two by a Company

It says another.

apple Apple Inc.
·
May 28, 2024 2
"""
NEXT_YEAR = datetime.now(UTC).year + 1
Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def page(elsewhere: Path) -> Path:
    path = elsewhere / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def digest(*arguments: str) -> int:
    return main(["digest", "--source", "page.txt", *arguments])


def test_the_year_given_dates_what_prints_none(elsewhere: Path, capsys: Output) -> None:
    assert digest("--page-year", "2025", "--json") == 0

    said = capsys.readouterr()
    shown = json.loads(said.out)
    assert (shown["day"], shown["listed"]) == ("2025-10-31", 2)
    assert [pick["published_on"] for pick in shown["picks"]] == ["2025-03-12", "2024-05-28"]
    assert said.err == ""
    assert [path.name for path in elsewhere.iterdir()] == ["page.txt"]  # no store was made


def test_a_year_that_was_guessed_is_told_with_the_way_to_give_it(capsys: Output) -> None:
    assert digest("--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["day"] == "2025-10-31"
    assert "2025 was taken from its dates" in said.err
    assert "--page-year YEAR" in said.err


@pytest.mark.parametrize("year", ["1990", f"{NEXT_YEAR}", "soon", "0", "-3", "20 25", ""])
def test_a_year_that_cannot_be_is_wrong_usage(year: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as raised:
        digest(f"--page-year={year}")
    assert raised.value.code == 2
    said = capsys.readouterr()
    assert f"“{year}” is no year from 1991 to {NEXT_YEAR - 1}; write it as 2025" in said.err
    assert said.out == ""


def test_a_filter_says_why(capsys: Output) -> None:
    assert digest("--page-year", "2025", "--filter", "agents") == 0
    assert "“agents” in the title" in capsys.readouterr().out


def test_a_day_that_the_page_is_not_of_shows_nothing(capsys: Output) -> None:
    assert digest("--page-year", "2025", "--date", "2025-10-30") == 3
    assert "no papers of 2025-10-30" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xff\xff\xff", "UTF-8", id="no text"),
        pytest.param(b"<html><p>Back soon</p></html>", "no page of Daily Papers", id="another page"),
    ],
)
def test_a_file_that_is_no_page_is_one_line(page: Path, content: bytes, told: str, capsys: Output) -> None:
    page.write_bytes(content)
    assert digest("--page-year", "2025") == 1
    said = capsys.readouterr()
    assert said.err.startswith("paperround: page.txt")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_its_papers_are_ingested_for_search_but_belong_to_no_day(capsys: Output) -> None:
    assert main(["ingest", "--source", "page.txt", "--page-year", "2025"]) == 0
    assert capsys.readouterr().out == "1 listing with 2 papers: 2 new, 2 counts noted.\n"
    assert main(["search", "agents"]) == 0
    assert "Agents That Plan" in capsys.readouterr().out
    assert main(["digest"]) == 3
