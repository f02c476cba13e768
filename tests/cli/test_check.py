"""`paperround check`: what works, and of what does not, the setting and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.entry import main
from tests.cli.conftest import OLD, TODAY
from tests.servers.huggingface import Fault, HuggingFaceServer, answer, html, item

Output = pytest.CaptureFixture[str]


def test_all_is_well(
    server: HuggingFaceServer, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    server.days[TODAY] = [item("2511.00001", day=TODAY)]
    monkeypatch.setenv("PAPERROUND_SOURCE__TOKEN", "hunter2\n")
    monkeypatch.setenv("PAPERROUND_ZONE", "Berlin")

    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert [line[:1] for line in said.out.splitlines()] == ["✓"] * 6
    assert f"{elsewhere / 'paperround.db'}: 0 papers" in said.out
    assert f"{server.url}/ answers with a token: 1 paper today" in said.out
    assert "Europe/Berlin" in said.out
    assert "hunter2" not in said.out
    assert server.requests[0].headers["Authorization"] == "Bearer hunter2"


@pytest.mark.usefixtures("server")
def test_it_says_how_far_the_store_reaches(capsys: Output) -> None:
    main(["ingest", "--since", f"{OLD}", "--until", f"{OLD}"])
    capsys.readouterr()
    assert main(["check"]) == 0
    assert f"2 papers, newest list day {OLD}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("SOURCE__BASE_URL", "huggingface.co", "valid URL", id="an address without a scheme"),
        pytest.param("SOURCE__BASE_URL", "ftp://mirror.example", "'http' or 'https'", id="not the web"),
        pytest.param("SOURCE__BASE_URL", "https://me:hunter2@mirror.example", "before the @", id="password"),
        pytest.param("SOURCE__TIMEOUT", "soon", "Write it as 20s", id="no duration"),
        pytest.param("SOURCE__TIMEOUT", "0", "greater than 0", id="no time at all"),
        pytest.param("SOURCE__TOKEN", "hf_a\nhf_hunter2", "on one line", id="two tokens"),
        pytest.param("SOURCE__CONTACT", "me\r\nX-Evil: 1", "on one line", id="a header smuggled in"),
        pytest.param("SOURCE", "hunter2", "SOURCE__", id="a group set as if it were one"),
        pytest.param("POLL_EVERY", "often", "Write it as 20s, 15min or 1h", id="no interval"),
        pytest.param("POLL_EVERY", "5s", "1 minute", id="too often"),
        pytest.param("ZONE", "Berln", "Did you mean Berlin", id="nearly a zone"),
        pytest.param("DATA_DIR", "~nobody-has-this-name/x", "whole path", id="nobody's home"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", value)

    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"paperround: PAPERROUND_{name}: ")
    assert told in said.err
    assert "hunter2" not in said.err
    assert said.err.count("\n") == 1


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("PAPERROUND_POLL_EVERY", "often")
    monkeypatch.setenv("PAPERROUND_ZONE", "Berln")
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert "PAPERROUND_POLL_EVERY: " in told
    assert "PAPERROUND_ZONE: " in told


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("PAPERROUND_STORE", "mysql://x:hunter2@y", "Use sqlite:///", id="no such kind of store"),
        pytest.param("PAPERROUND_STORE", "sqlite://x.db", "three slashes", id="too few slashes"),
        pytest.param("PAPERROUND_DATA_DIR", "{folder}/file", "cannot be opened", id="a file for a folder"),
    ],
)
def test_a_store_that_cannot_be_used_is_told_and_the_rest_is_checked_all_the_same(
    elsewhere: Path,
    name: str,
    value: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    (elsewhere / "file").write_text("here", encoding="utf-8")
    monkeypatch.setenv(name, value.format(folder=elsewhere))

    assert main(["check"]) == 1
    store, source = capsys.readouterr().out.splitlines()[1:3]
    assert store.startswith("✗ Store: ")
    assert told in store
    assert store.endswith(f"It is set by {name}.")
    assert "hunter2" not in store
    assert source.startswith("✓ Hugging Face")


def test_a_store_named_on_the_command_line_is_the_one_to_mend(capsys: Output) -> None:
    assert main(["check", "--store", "mysql://x"]) == 1
    assert "It is set by --store." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(answer(401, "{}"), "Check the Hugging Face token", id="a token that is refused"),
        pytest.param(answer(404, "{}"), "Check the source's address", id="another server"),
        pytest.param(html(), "a web page", id="a proxy's page"),
    ],
)
def test_a_source_that_refuses_is_told_with_its_settings(
    server: HuggingFaceServer, fault: Fault, told: str, capsys: Output
) -> None:
    server.fail(fault)
    assert main(["check"]) == 1
    line = capsys.readouterr().out.splitlines()[2]
    assert line.startswith("✗ Hugging Face: ")
    assert told in line
    assert "PAPERROUND_SOURCE__BASE_URL" in line
    assert "PAPERROUND_SOURCE__TOKEN" in line


def test_a_name_that_no_host_can_have_is_no_crash(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCE__BASE_URL", "http://hugging..face")
    assert main(["check"]) == 1
    assert "The source's address is none." in capsys.readouterr().out


def test_an_env_file_is_read_and_one_that_is_no_text_is_told(elsewhere: Path, capsys: Output) -> None:
    (elsewhere / ".env").write_text("PAPERROUND_ZONE=Berln\n", encoding="utf-8")
    assert main(["check"]) == 1
    assert "PAPERROUND_ZONE: " in capsys.readouterr().err

    (elsewhere / ".env").write_bytes(b"PAPERROUND_ZONE=\xff\xfe\n")
    assert main(["check"]) == 1
    assert capsys.readouterr().err == "paperround: The file .env is no UTF-8 text. Save it as UTF-8.\n"
