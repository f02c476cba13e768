from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.cli.env_example import env_example
from bot.settings import Settings

FILE = Path(__file__).parents[2] / "deploy" / ".env.example"


def test_the_file_in_deploy_is_the_one_that_the_settings_make() -> None:
    renew = "renew it: python -m bot.cli.env_example > deploy/.env.example"
    assert FILE.read_text(encoding="utf-8") == env_example(), renew


def test_every_setting_is_explained() -> None:
    lines = env_example().splitlines()
    for before, line in pairwise(lines):
        if re.match("# PAPERROUND_[A-Z_]+=", line):
            assert before.startswith("# "), line


def test_what_is_commented_out_is_what_holds_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    without = Settings()
    shown = "\n".join(re.findall("(?m)^# (PAPERROUND_[A-Z_]+=.*)$", env_example()))
    Path(".env").write_text(shown, encoding="utf-8")
    assert "PAPERROUND_SOURCE__TOKEN=" in shown
    assert Settings() == without
