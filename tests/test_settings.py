from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.errors import BadConfiguration
from bot.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder without any settings, and an environment without any."""
    for name in [name for name in os.environ if name.upper().startswith("PAPERROUND_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_need_be_set() -> None:
    settings = read_settings()
    assert str(settings.source.base_url) == "https://huggingface.co/"
    assert settings.source.token is None
    assert settings.source.timeout == timedelta(seconds=20)
    assert settings.poll_every == timedelta(minutes=15)
    assert settings.zone == ""
    assert settings.store_url == f"sqlite:///{settings.data_dir / 'paperround.db'}"
    assert settings.data_dir.is_absolute()


def test_the_store_is_in_the_data_directory_unless_it_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_DATA_DIR", "here")
    assert read_settings().store_url == f"sqlite:///{folder / 'here' / 'paperround.db'}"
    monkeypatch.setenv("PAPERROUND_STORE", "sqlite:///other.db")
    assert read_settings().store_url == "sqlite:///other.db"


def test_a_tilde_means_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PAPERROUND_DATA_DIR", "~/papers")
    assert read_settings().data_dir == folder / "papers"


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        *("DATA_DIR", "STORE", "ZONE", "POLL_EVERY"),
        *("SOURCE__BASE_URL", "SOURCE__TOKEN", "SOURCE__TIMEOUT", "SOURCE__CONTACT"),
    ):
        monkeypatch.setenv(f"PAPERROUND_{name}", "")
    assert read_settings().model_dump() == Settings(_env_file=None).model_dump()
    assert str(read_settings().source.base_url) == "https://huggingface.co/"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90", timedelta(seconds=90)),
        ("90s", timedelta(seconds=90)),
        (" 90 sec ", timedelta(seconds=90)),
        ("2m", timedelta(minutes=2)),
        ("15 Minutes", timedelta(minutes=15)),
        ("15min", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("2 hours", timedelta(hours=2)),
        ("PT15M", timedelta(minutes=15)),
        ("00:15:00", timedelta(minutes=15)),
    ],
)
def test_a_duration_is_written_as_people_write_it(
    written: str, meant: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_POLL_EVERY", written)
    assert read_settings().poll_every == meant


@pytest.mark.parametrize("written", ["soon", "1 fortnight", "-5", "1.5.2h", "٢٠"])
def test_anything_else_is_no_duration(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_POLL_EVERY", written)
    with pytest.raises(BadConfiguration, match=r"^PAPERROUND_POLL_EVERY: "):
        read_settings()


def test_a_zone_is_read_as_people_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_ZONE", "berlin")
    assert read_settings().zone == "Europe/Berlin"


def test_a_token_is_freed_from_its_line_break_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCE__TOKEN", " hf_hunter2\n")
    settings = read_settings()
    assert settings.source.token is not None
    assert settings.source.token.get_secret_value() == "hf_hunter2"
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text(
        "PAPERROUND_ZONE=Asia/Tokyo\nPAPERROUND_SOURCE__CONTACT=ops@example.org\nOTHER=1\n", encoding="utf-8"
    )
    assert (read_settings().zone, read_settings().source.contact) == ("Asia/Tokyo", "ops@example.org")
    monkeypatch.setenv("PAPERROUND_ZONE", "Europe/Paris")
    assert read_settings().zone == "Europe/Paris"


def test_what_is_wrong_in_the_file_is_named_too(folder: Path) -> None:
    (folder / ".env").write_text("PAPERROUND_SOURCE__TIMEOUT=hunter2\n", encoding="utf-8")
    with pytest.raises(BadConfiguration) as raised:
        read_settings()
    assert raised.value.message.startswith("PAPERROUND_SOURCE__TIMEOUT: ")
    assert "hunter2" not in raised.value.message + raised.value.hint
    assert ".env" in raised.value.hint


def test_settings_do_not_change_once_they_are_read() -> None:
    settings = read_settings()
    with pytest.raises(ValidationError):
        settings.zone = "UTC"  # type: ignore[misc]


# Discord

BOT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GaBcDe.made-up_hunter2"


def test_discord_is_off_unless_there_is_a_token() -> None:
    discord = read_settings().discord
    assert (discord.token, discord.gateway, discord.requests_per_second) == (None, None, 45)
    assert str(discord.api_base) == "https://discord.com/api/v10"


@pytest.mark.parametrize("written", [BOT_TOKEN, f" {BOT_TOKEN}\n", f"Bot {BOT_TOKEN}"])
def test_a_bot_token_is_taken_as_it_is_pasted_and_never_shown(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_DISCORD__TOKEN", written)
    settings = read_settings()
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() == BOT_TOKEN
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("TOKEN", "hunter2" * 10, "three parts with a dot between them"),
        ("TOKEN", "hunter2 a.b.c", "three parts with a dot between them"),
        ("TOKEN", "a.b.\nhunter2", "line break"),
        ("API_BASE", "https://hunter2:x@example.org", "no name or password"),
        ("GATEWAY", "https://hunter2.example.org", "ws"),
        ("GATEWAY", "wss://hunter2:x@example.org", "no name or password"),
        ("REQUESTS_PER_SECOND", "51", "less than or equal to 50"),
        ("REQUESTS_PER_SECOND", "0", "greater than 0"),
    ],
)
def test_what_is_wrong_for_discord_is_named_without_being_shown(
    name: str, written: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PAPERROUND_DISCORD__{name}", written)
    with pytest.raises(BadConfiguration) as raised:
        read_settings()
    assert raised.value.message.startswith(f"PAPERROUND_DISCORD__{name}: ")
    assert words in raised.value.message
    assert "hunter2" not in raised.value.message


APP_TOKEN, SLACK_TOKEN = "xapp-1-A1-hunter2", "xoxb-1-hunter2"


def set_slack(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"PAPERROUND_SLACK__{name.upper()}", value)


def test_slack_is_off_unless_there_are_its_tokens() -> None:
    slack = read_settings().slack
    assert (slack.served, slack.installable, slack.command) == (False, False, "/papers")
    assert str(slack.api_base) == "https://slack.com/api"


@pytest.mark.parametrize(
    ("values", "installable"),
    [
        ({"app_token": APP_TOKEN, "bot_token": f"{SLACK_TOKEN}\n"}, False),
        ({"mode": "http", "signing_secret": "hunter2", "bot_token": SLACK_TOKEN}, False),
        ({"mode": "http", "signing_secret": "hunter2", "client_id": "1.2", "client_secret": "hunter2"}, True),
    ],
    ids=["socket", "http for one workspace", "http for any"],
)
def test_slack_is_served_in_either_mode_and_no_secret_is_shown(
    values: dict[str, str],
    installable: bool,  # noqa: FBT001 - a column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_slack(monkeypatch, **values)
    settings = read_settings()
    assert (settings.slack.served, settings.slack.installable) == (True, installable)
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_another_api_of_discords_needs_its_gateway_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_DISCORD__API_BASE", "http://127.0.0.1:8000/api/v10")
    with pytest.raises(BadConfiguration) as raised:
        read_settings()
    assert "set gateway too" in raised.value.message
    monkeypatch.setenv("PAPERROUND_DISCORD__GATEWAY", "ws://127.0.0.1:8000/gateway")
    assert str(read_settings().discord.gateway) == "ws://127.0.0.1:8000/gateway"


@pytest.mark.parametrize("api", ["https://discord.com/api/v10/", "https://canary.discord.com/api/v10"])
def test_discords_own_api_names_its_gateway_itself(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_DISCORD__API_BASE", api)
    assert read_settings().discord.gateway is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"app_token": SLACK_TOKEN}, "begins with xapp-"),
        ({"bot_token": "xoxp-hunter2"}, "begins with xoxb-"),
        ({"app_token": APP_TOKEN}, "needs both app_token"),
        ({"bot_token": SLACK_TOKEN}, "needs both app_token"),
        ({"mode": "http", "signing_secret": "hunter2"}, "either bot_token (one workspace) or client_id"),
        ({"mode": "http", "bot_token": SLACK_TOKEN}, "needs signing_secret"),
        ({"client_id": "1.2"}, "set both or neither"),
        ({"command": "papers"}, "A slash command is a /"),
        ({"command": "/Pa pers"}, "A slash command is a /"),
        ({"mode": "rtm"}, "socket"),
        ({"api_base": "https://hunter2:x@example.org"}, "no name or password"),
    ],
)
def test_what_is_wrong_for_slack_is_named_without_being_shown(
    values: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_slack(monkeypatch, **values)
    with pytest.raises(BadConfiguration) as raised:
        read_settings()
    assert raised.value.message.startswith("PAPERROUND_SLACK")
    assert words in raised.value.message
    assert "hunter2" not in raised.value.message


def test_metrics_are_off_unless_a_port_is_set_and_then_for_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_settings().metrics.port is None
    monkeypatch.setenv("PAPERROUND_METRICS__PORT", "9477")
    assert (read_settings().metrics.port, read_settings().metrics.host) == (9477, "127.0.0.1")


def test_metrics_have_a_port_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_METRICS__PORT", "8080")
    monkeypatch.setenv("PAPERROUND_WEB__PORT", "8081")
    assert read_settings().metrics.port == 8080
    monkeypatch.setenv("PAPERROUND_WEB__PORT", "8080")
    with pytest.raises(BadConfiguration, match="Port 8080 is the web part's") as raised:
        read_settings()
    assert "PAPERROUND_METRICS__PORT to another than PAPERROUND_WEB__PORT" in raised.value.message
