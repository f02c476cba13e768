"""`paperround run` with lines piped in: each is answered, then it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.sources import SAMPLE_DAY
from tests.cli.conftest import TODAY
from tests.servers.huggingface import HuggingFaceServer, item

ROOT = Path(__file__).parents[2]
TODAYS = [item("2511.00001", "Agents that plan", upvotes=7, day=TODAY)]


def run(*arguments: str, folder: Path, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "run", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_each_line_is_answered_in_its_order(elsewhere: Path) -> None:
    done = run("--source", str(SAMPLE_DAY), folder=elsewhere, typed="help\n\nfly me\nhelp times\n")

    assert done.returncode == 0, done.stderr
    first, second = done.stdout.find("subscribe"), done.stdout.find("fly me")
    assert 0 <= first < second
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("typed", ["quit\nhelp\n", "/exit\nhelp\n", "\n"])
def test_whoever_leaves_at_once_has_left(elsewhere: Path, typed: str) -> None:
    done = run("--source", str(SAMPLE_DAY), folder=elsewhere, typed=typed)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_an_offer_without_a_yes_is_not_saved(elsewhere: Path) -> None:
    typed = "subscribe agents at 9 Berlin\n"
    done = run("--source", str(SAMPLE_DAY), folder=elsewhere, typed=typed)
    assert done.returncode == 0, done.stderr
    assert "Nothing was saved." in done.stdout

    again = run("--source", str(SAMPLE_DAY), folder=elsewhere, typed="subscriptions\n")
    assert "at 09:00" not in again.stdout


def test_a_source_that_is_down_does_not_keep_it_from_answering(elsewhere: Path) -> None:
    done = run(folder=elsewhere, typed="help\n")
    assert done.returncode == 0, done.stderr
    assert "subscribe" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "code", "told"),
    [
        pytest.param("nowhere.jsonl", 1, "nowhere.jsonl cannot be read", id="nothing there"),
        pytest.param("page.txt", 2, "page.txt is no recording of days.", id="a saved page"),
    ],
)
def test_what_cannot_be_followed_is_one_line(elsewhere: Path, source: str, code: int, told: str) -> None:
    (elsewhere / "page.txt").write_text("Daily Papers\n", encoding="utf-8")
    done = run("--source", source, folder=elsewhere, typed="today\n")
    assert done.returncode == code
    assert done.stderr.startswith(f"paperround: {told}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_service_without_input_goes_on_until_it_is_told_to_stop(
    server: HuggingFaceServer, elsewhere: Path
) -> None:
    server.days[TODAY] = TODAYS
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert server.asked.wait(timeout=30)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in out + errors
