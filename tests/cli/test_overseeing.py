from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.app.sources import SAMPLE_DAY
from bot.cli.entry import main
from tests.cli.test_run import run

Output = pytest.CaptureFixture[str]
SUBSCRIBED = "subscribe agents in #papers at 9 Berlin\nyes\n"


@pytest.fixture
def relived(elsewhere: Path) -> Path:
    """A store in which the sample day was lived through with one subscription."""
    done = run("--relive", str(SAMPLE_DAY), folder=elsewhere, typed=SUBSCRIBED)
    assert done.returncode == 0, done.stderr
    assert "To #papers" in done.stdout
    return elsewhere


def test_status_fits_a_screen(relived: Path, capsys: Output) -> None:
    assert relived.exists()
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "Newest listing  2025-10-17, 35 papers" in out
    assert "1 sent" in out
    assert len(out.splitlines()) < 24


def test_deliveries_are_listed_and_shown(relived: Path, capsys: Output) -> None:
    assert relived.exists()
    assert main(["deliveries", "list"]) == 3
    assert "No delivery is refused or unknown." in capsys.readouterr().out

    assert main(["deliveries", "list", "--state", "sent"]) == 0
    reference = capsys.readouterr().out.splitlines()[1].split()[0]
    assert main(["deliveries", "show", reference]) == 0
    assert "sent" in capsys.readouterr().out


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_what_was_sent_is_left_alone(relived: Path, capsys: Output, action: str) -> None:
    assert relived.exists()
    main(["deliveries", "list", "--state", "sent"])
    reference = capsys.readouterr().out.splitlines()[1].split()[0]
    assert main(["deliveries", action, reference]) == 2
    assert "That delivery is sent" in capsys.readouterr().err


def test_a_delivery_that_is_not_there_is_one_line(capsys: Output) -> None:
    assert main(["deliveries", "show", "abcdef"]) == 3
    assert capsys.readouterr().err.startswith("paperround: No delivery begins with abcdef.")


def test_a_recording_without_those_days_says_so(elsewhere: Path) -> None:
    done = run("--relive", str(SAMPLE_DAY), "--since", "2025-12-01", folder=elsewhere, typed="")
    assert done.returncode == 3
    assert "nothing to relive" in done.stderr


@pytest.mark.parametrize("before", [True, False], ids=["before the action", "after it"])
def test_the_store_may_be_named_on_either_side_of_the_action(
    relived: Path,
    capsys: Output,
    before: bool,  # noqa: FBT001
) -> None:
    named = ["--store", f"sqlite:///{relived / 'paperround.db'}"]
    wanted = ["list", "--state", "sent"]
    elsewhere = ["--store", "sqlite:///nothing-here.db"] if not before else []
    assert main(["deliveries", *(named if before else elsewhere), *wanted, *([] if before else named)]) == 0
    reference = capsys.readouterr().out.splitlines()[1].split()[0]
    one = ["show", reference]
    assert main(["deliveries", *(named + one if before else one + named)]) == 0
    assert reference in capsys.readouterr().out


def test_a_record_that_cannot_be_read_is_named_by_status(relived: Path, capsys: Output) -> None:
    with closing(sqlite3.connect(relived / "paperround.db")) as file, file:
        file.execute("UPDATE subscription SET document = json_set(document, '$.v', 99)")
    assert main(["status"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "is passed over: A record in the store was written by a newer version of Paperround." in out
