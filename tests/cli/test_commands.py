"""The command line as a person or a script uses it; against the sample day, so that nothing else is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.sources import SAMPLE_DAY
from bot.cli.entry import main

SAMPLE = str(SAMPLE_DAY)


def test_a_digest_from_a_recording_needs_no_store(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["digest", "--source", SAMPLE, "--filter", "agents", "--top", "1"]) == 0

    shown = capsys.readouterr().out
    assert "1 paper · Fri 17 Oct" in shown
    assert "“agents” in the title" in shown
    assert list(elsewhere.iterdir()) == []


def test_a_digest_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "--source", SAMPLE, "--date", "2025-10-17", "--top", "2", "--json"]) == 0

    digest = json.loads(capsys.readouterr().out)
    assert (digest["day"], digest["listed"], len(digest["picks"])) == ("2025-10-17", 35, 2)
    assert {"id", "title", "upvotes", "score", "reasons"} <= digest["picks"][0].keys()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(
            ["digest", "--source", SAMPLE, "--filter", "zebrafish"], 3, "none match", id="nothing matches"
        ),
        pytest.param(
            ["digest", "--source", SAMPLE, "--date", "2020-01-01"], 3, "no papers", id="no such day"
        ),
        pytest.param(["digest"], 3, "paperround ingest", id="an empty store says how to fill it"),
        pytest.param(["digest", "--source", SAMPLE, "--filter", '"open'], 2, "never closed", id="bad filter"),
        pytest.param(["digest", "--source", "nowhere.jsonl"], 1, "nowhere.jsonl", id="no such file"),
        pytest.param(["digest", "--store", "mysql://x"], 1, "sqlite", id="no such kind of store"),
        pytest.param(
            ["ingest", "--since", "2025-02-02", "--until", "2025-01-01"], 2, "Swap", id="swapped days"
        ),
        pytest.param(["search", "zebrafish"], 3, "zebrafish", id="nothing found"),
        pytest.param(["show", "2511.99999"], 3, "2511.99999", id="no such paper, source down"),
        pytest.param(["subscriptions", "list"], 3, "nothing is subscribed", id="no subscriptions"),
        pytest.param(["subscriptions", "import", "nowhere"], 2, "nowhere", id="no such export"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    arguments: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code

    said = capsys.readouterr()
    assert told in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_digest_may_be_of_what_is_like_a_paper(capsys: pytest.CaptureFixture[str]) -> None:
    like = ["digest", "--filter", "like:2510.14545", "--top", "1"]
    assert main([*like, "--source", SAMPLE]) == 0
    recorded = capsys.readouterr().out
    assert main(["ingest", "--source", SAMPLE]) == 0
    capsys.readouterr()
    assert main(like) == 0

    assert "“2510.14545” by its subject" in recorded
    assert "“2510.14545” by its subject" in capsys.readouterr().out


@pytest.mark.parametrize("source", [[], ["--source", SAMPLE]], ids=["stored", "recorded"])
def test_a_digest_of_what_is_like_an_unknown_paper_says_so(
    source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", "--source", SAMPLE]) == 0
    assert main(["digest", "--filter", "like:9999.99999", *source]) == 3
    said = capsys.readouterr().err
    assert "9999.99999" in said
    assert "matches" not in said


@pytest.mark.parametrize(
    "arguments", [["digest", "--date", "2025-13-01"], ["digest", "--top", "0"], ["fly"], []]
)
def test_wrong_usage_is_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_recording_is_ingested_then_found_shown_and_digested(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "--source", SAMPLE]) == 0
    assert "2 listings with 70 papers: 35 new" in capsys.readouterr().out
    assert main(["ingest", "--source", SAMPLE]) == 0
    assert "0 new, 0 counts noted" in capsys.readouterr().out

    assert main(["search", "agents", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == len(found["papers"]) > 0
    assert not {"partial", "meant"} & found.keys()
    assert main(["search", "agents", "unheardof", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["partial"] is True
    assert main(["show", found["papers"][0]["id"], "--bibtex"]) == 0
    assert "@misc{" in capsys.readouterr().out
    assert main(["show", found["papers"][0]["id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == found["papers"][0]["id"]
    assert main(["digest", "--window", "7", "--top", "3"]) == 0
    assert "3 papers" in capsys.readouterr().out


def test_a_bad_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCE__TIMEOUT", "soon-hunter2")
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert "PAPERROUND_SOURCE__TIMEOUT" in told
    assert "hunter2" not in told


def test_check_says_what_works_and_what_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCE__TOKEN", "hunter2")
    assert main(["check"]) == 1
    told = capsys.readouterr().out
    assert "✓ Store" in told
    assert "✗ Hugging Face" in told
    assert "hunter2" not in told


def test_subscriptions_move_from_one_store_to_another(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = "subscribe agents at 9 Berlin\nyes\nsubscriptions\n"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "run", "--source", SAMPLE],
        input=talk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert "has 1 subscription" in done.stdout

    assert main(["subscriptions", "export", "all.jsonl"]) == 0
    other = f"sqlite:///{elsewhere / 'other.db'}"
    assert main(["subscriptions", "import", "all.jsonl", "--store", other]) == 0
    assert "1 added, 0 were there already." in capsys.readouterr().out
    assert main(["subscriptions", "list", "--store", other]) == 0
    assert "subscribe agents on weekdays at 09:00 Berlin" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["no json", "[1]", '{"version": 9}'])
def test_a_line_that_is_no_subscription_is_named(
    elsewhere: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "bad.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    assert main(["subscriptions", "import", "bad.jsonl"]) == 2
    assert capsys.readouterr().err.startswith("paperround: ")


def test_the_demo_shows_a_digest_and_two_look_ups_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0

    shown = capsys.readouterr().out
    assert "the sample day that ships with it: 35 papers" in shown
    assert "5 papers · Fri 17 Oct" in shown
    assert "› search" in shown
    assert "https://arxiv.org/abs/" in shown


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, bot.cli.entry, bot.cli.options as o; o.options(); "
        "heavy = ('asyncio', 'aiohttp', 'pydantic', 'rich', 'prompt_toolkit', 'sqlite3', 'tantivy'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
