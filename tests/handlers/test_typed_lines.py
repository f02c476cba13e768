from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from handlers.terminal.known import Known
from handlers.terminal.lines import lines, typed_lines


async def typed(keys: str, history: Path) -> list[str]:
    """What is read from *keys* pressed at a terminal."""
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text(keys)
        async with asyncio.timeout(20):
            return [line async for line in typed_lines(history, Known())]


@pytest.mark.parametrize("leave", ["\x04", "\x03"], ids=["ctrl-d", "ctrl-c"])
async def test_typed_lines_end_when_someone_leaves(leave: str, tmp_path: Path) -> None:
    assert await typed(f"today\rsearch “world model”\r{leave}", tmp_path / "history") == [
        "today",
        "search “world model”",
    ]


async def test_typed_lines_are_remembered_the_next_time(tmp_path: Path) -> None:
    history = tmp_path / "made on demand" / "history"
    await typed("today\r\x04", history)

    assert await typed("\x1b[A\r\x04", history) == ["today"]  # cursor up


async def test_piped_input_leaves_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typed").write_text("today\n", encoding="utf-8")
    with (tmp_path / "typed").open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert [line async for line in lines(tmp_path / "history", Known())] == ["today"]

    assert not (tmp_path / "history").exists()
