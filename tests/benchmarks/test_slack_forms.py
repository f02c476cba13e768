"""The benchmark of Slack runs, at a tiny size: real processes, a row for each question. No time is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import slack

Output = pytest.CaptureFixture[str]


def test_it_prints_a_row_for_each_question(corpus: Path, capsys: Output) -> None:
    slack.main(["--small", "--homes", "4", "--rate", "30", str(corpus)])
    head, _, *rows = capsys.readouterr().out.splitlines()
    told = {row.split("|")[1].strip(): row.split("|")[2].strip() for row in rows}
    assert head.split("|")[1].strip() == "question"
    assert float(told["a command to its answer, ms"]) > 0
    assert float(told["… More, ms"]) > 0
    assert 0 < float(told["the latest acknowledgement, ms"]) < 3_000
    assert int(told["posts brought"]) == 20
    assert float(told["memory, serving 4 workspaces, MiB"].split(",")[0]) > 0


def test_a_corpus_that_is_not_there_is_told(tmp_path: Path, capsys: Output) -> None:
    slack.main([str(tmp_path / "nowhere")])
    assert "is not there" in capsys.readouterr().out
