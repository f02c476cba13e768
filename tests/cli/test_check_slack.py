"""`paperround check` about Slack: what stands, and of what does not, the one thing to do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot

from bot.cli.entry import main
from bot.sealing import Sealer
from handlers.slack.installing import Vault
from storage.opening import open_store
from tests.cli.conftest import TODAY
from tests.servers.huggingface import HuggingFaceServer, item
from tests.servers.slack.faults import Fault, failing, html, refusing, throttled
from tests.servers.slack.grants import BASE, CONFIRM, LINKS
from tests.servers.slack.server import SlackServer, running

Output = pytest.CaptureFixture[str]
KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _listed(server: HuggingFaceServer) -> None:
    server.days[TODAY] = [item("2511.00001", day=TODAY)]


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    """A Slack in a thread of its own, whose app is in one workspace."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with _served(SlackServer()) as started:
        token = started.token_of(started.add_workspace("Lab"))
        monkeypatch.setenv("PAPERROUND_SLACK__BOT_TOKEN", token)
        monkeypatch.setenv("PAPERROUND_SLACK__APP_TOKEN", started.known_as.app_token)
        monkeypatch.setenv("PAPERROUND_SLACK__API_BASE", started.api)
        yield started


@contextmanager
def _served(wanted: SlackServer) -> Iterator[SlackServer]:
    up, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with running(wanted):
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert up.wait(timeout=10)
        yield wanted
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()


def checked(capsys: Output) -> dict[str, str]:
    """The lines about Slack by their names, with their marks; none of them tells a secret."""
    main(["check"])
    said = capsys.readouterr()
    assert said.err == ""
    assert not any(secret in said.out for secret in ("xoxb-", "xapp-1", "5ecret", KEY))
    lines = [line for line in said.out.splitlines() if line[2:].startswith("Slack")]
    return {line[2:].partition(": ")[0]: f"{line[0]} {line[2:].partition(': ')[2]}" for line in lines}


def test_without_tokens_it_says_how_to_begin(capsys: Output) -> None:
    assert main(["check"]) == 0
    assert "✓ Slack: not served: PAPERROUND_SLACK__APP_TOKEN is not set" in capsys.readouterr().out


def test_all_is_well(slack: SlackServer, capsys: Output) -> None:
    assert checked(capsys) == {
        "Slack": "✓ the token is that of the bot paperround in the workspace Lab",
        "Slack scopes": "✓ all 6 that are needed",
        "Slack connection": "✓ Socket Mode is on, and the app token opens it",
    }
    assert slack.complaints == []
    assert slack.sockets.opened == 0


@pytest.mark.parametrize(
    ("granted", "settings", "told"),
    [
        pytest.param(BASE - {"users:read"}, {}, "✗ lacking: users:read. Add them at", id="one lacks"),
        pytest.param(
            BASE, {"CONFIRM": "1"}, "✗ lacking: channels:history, groups:history.", id="an add-on lacks"
        ),
        pytest.param(BASE | LINKS, {"LINK_CARDS": "1"}, "✓ all 8 that are needed", id="an add-on is there"),
        pytest.param(BASE | CONFIRM, {}, "confirm is granted but not switched on", id="granted, not used"),
        pytest.param(
            BASE | {"files:read"}, {}, "✓ all 6 that are needed; not needed: files:read", id="too many"
        ),
    ],
)
def test_scopes_are_held_against_what_is_set(
    slack: SlackServer,
    granted: frozenset[str],
    settings: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    for grant in slack.grants.every.values():
        grant.scopes = granted
    for name, value in settings.items():
        monkeypatch.setenv(f"PAPERROUND_SLACK__{name}", value)
    assert told in checked(capsys)["Slack scopes"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(
            refusing("invalid_auth"), "does not know this bot token. Copy it anew from", id="unknown"
        ),
        pytest.param(
            refusing("account_inactive"), "refuses this bot token: Slack does not accept", id="removed"
        ),
        pytest.param(throttled(), "Try again in a minute", id="too many requests"),
        pytest.param(failing(503, keeps=False), "✗ Slack", id="an outage"),
        pytest.param(html(502, keeps=False), "Slack answered 502. Try again later", id="a page"),
    ],
)
def test_whatever_goes_wrong_is_told_in_words(
    slack: SlackServer, fault: Fault, told: str, capsys: Output
) -> None:
    slack.fail(fault, method="auth.test", times=0)
    said = checked(capsys)
    assert said["Slack"].startswith("✗ ")
    assert told in said["Slack"]
    assert "Slack scopes" not in said


def test_a_bots_token_in_place_of_the_apps_is_told(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("PAPERROUND_SLACK__APP_TOKEN", "xapp-1-A0-another")
    told = checked(capsys)["Slack connection"]
    assert told.startswith("✗ Slack does not know this app token. Copy it anew from api.slack.com/apps")
    assert slack.sockets.opened == 0


@pytest.mark.usefixtures("slack")
def test_no_connection_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("PAPERROUND_SLACK__API_BASE", f"http://127.0.0.1:{unused_port()}/api")
    told = checked(capsys)["Slack"]
    assert told.startswith("✗ Slack cannot be reached: no connection")
    assert "PAPERROUND_SLACK__API_BASE" in told


@pytest.fixture
def distributed(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> SlackServer:
    """The same app, which any workspace may install."""
    known = slack.known_as
    for name, value in {
        "SLACK__MODE": "http",
        "SLACK__SIGNING_SECRET": known.signing_secret,
        "SLACK__CLIENT_ID": known.client_id,
        "SLACK__CLIENT_SECRET": known.client_secret,
        "WEB__PORT": "8080",
        "WEB__BASE_URL": "https://papers.example.org",
        "SEAL_KEYS": KEY,
    }.items():
        monkeypatch.setenv(f"PAPERROUND_{name}", value)
    return slack


@pytest.mark.usefixtures("distributed")
def test_how_many_installed_it_and_where_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    url = f"sqlite:///{tmp_path / 'p.db'}"
    monkeypatch.setenv("PAPERROUND_STORE", url)
    assert checked(capsys)["Slack workspaces"] == "✓ none has installed it yet"

    async def install() -> None:
        bot = Bot(team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1", installed_at=1.0)
        async with open_store(url) as store:
            await Vault(store.installations, Sealer([KEY])).keep(bot)

    asyncio.run(install())
    said = checked(capsys)
    assert said["Slack workspaces"] == "✓ 1 workspace installed it; the seal keys open them"
    assert "https://papers.example.org/slack/events" in said["Slack address"]
    assert "install it at https://papers.example.org/slack/install" in said["Slack address"]
    monkeypatch.setenv("PAPERROUND_SEAL_KEYS", Fernet.generate_key().decode())
    assert "cannot be opened with the keys that are set" in checked(capsys)["Slack"]


@pytest.mark.usefixtures("distributed")
def test_without_the_web_part_slack_would_find_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.delenv("PAPERROUND_WEB__BASE_URL")
    assert "✗ Slack’s mode http needs the web part" in checked(capsys)["Slack"]
