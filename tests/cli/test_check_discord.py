"""`paperround check` about Discord: what stands, and of what does not, the one thing to do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp.test_utils import unused_port

from bot.cli.entry import main
from handlers.discord.registration import registered
from tests.cli.conftest import TODAY
from tests.servers.discord import faults
from tests.servers.discord.faults import Fault
from tests.servers.discord.server import TOKEN, DiscordServer, running
from tests.servers.huggingface import HuggingFaceServer, item

Output = pytest.CaptureFixture[str]
OTHER = TOKEN.replace("MTAw", "MTAx")


@pytest.fixture(autouse=True)
def _listed(server: HuggingFaceServer) -> None:
    server.days[TODAY] = [item("2511.00001", day=TODAY)]


@pytest.fixture
def discord(monkeypatch: pytest.MonkeyPatch) -> Iterator[DiscordServer]:
    """A Discord in a thread of its own, whose bot is in one server."""
    with _served(DiscordServer()) as started:
        started.add_guild("Lab")
        monkeypatch.setenv("PAPERROUND_DISCORD__TOKEN", started.token)
        monkeypatch.setenv("PAPERROUND_DISCORD__API_BASE", started.api)
        monkeypatch.setenv("PAPERROUND_DISCORD__GATEWAY", started.gateway.url)
        yield started


@contextmanager
def _served(wanted: DiscordServer) -> Iterator[DiscordServer]:
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
    """The lines about Discord by their names, with their marks."""
    main(["check"])
    said = capsys.readouterr()
    assert said.err == ""
    assert TOKEN not in said.out
    lines = [line for line in said.out.splitlines() if line[2:].startswith("Discord")]
    return {line[2:].partition(": ")[0]: f"{line[0]} {line[2:].partition(': ')[2]}" for line in lines}


def test_without_a_token_it_says_how_to_begin(capsys: Output) -> None:
    assert main(["check"]) == 0
    assert "✓ Discord: not served: PAPERROUND_DISCORD__TOKEN is not set" in capsys.readouterr().out


def test_all_is_well(discord: DiscordServer, capsys: Output) -> None:
    discord.commands.overwrite(registered(), "")
    assert main(["check"]) == 0
    said = checked(capsys)
    assert [words[:1] for words in said.values()] == ["✓"] * 4
    assert "the bot paperround, application Paperround" in said["Discord"]
    assert "no privileged intent is on, and none is needed" in said["Discord"]
    assert said["Discord commands"] == "✓ papers, papers-channel, Look up papers are registered"
    assert said["Discord gateway"] == "✓ answers; 1,000 of 1,000 sessions left, 1 shard"
    assert said["Discord servers"] == "✓ the bot is in 1 server"
    assert discord.complaints == []
    assert discord.gateway.identifies == []


@pytest.mark.usefixtures("discord")
def test_before_the_first_run_the_commands_are_not_there_yet(capsys: Output) -> None:
    assert "will be registered by `paperround run`" in checked(capsys)["Discord commands"]


def test_intents_that_nobody_needs_are_named(discord: DiscordServer, capsys: Output) -> None:
    discord.application |= {"flags": 1 << 19}
    assert "(Message Content) is needed: switch them off" in checked(capsys)["Discord"]


def test_a_bot_that_nobody_invited_gets_the_link(discord: DiscordServer, capsys: Output) -> None:
    discord.world.guilds.clear()
    servers = checked(capsys)["Discord servers"]
    assert servers.startswith("✗ the bot is in none yet. Invite it: https://discord.com/oauth2/authorize?")
    assert f"client_id={discord.bot.id}" in servers
    assert "permissions=84992" in servers


def test_no_sessions_left_is_told_with_its_time(discord: DiscordServer, capsys: Output) -> None:
    discord.gateway.starts_left = 0
    gateway = checked(capsys)["Discord gateway"]
    assert gateway.startswith("✗ 0 of 1000 left: no more sessions may be started for 24.0 hours.")


def test_a_gateway_that_is_not_reached_is_told(
    discord: DiscordServer, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    del discord
    monkeypatch.setenv("PAPERROUND_DISCORD__GATEWAY", f"ws://127.0.0.1:{unused_port()}/")
    gateway = checked(capsys)["Discord gateway"]
    assert gateway.startswith("✗ ws://127.0.0.1:")
    assert "does not answer: no connection" in gateway
    assert "PAPERROUND_DISCORD__GATEWAY" in gateway


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(faults.html(403, keeps=False), "A page of Cloudflare", id="Cloudflare"),
        pytest.param(faults.html(200, keeps=False), "of a proxy", id="a proxy's page"),
        pytest.param(faults.throttled("global"), "Try again in a few minutes", id="too many requests"),
        pytest.param(faults.failing(503, keeps=False), "Discord answered 503", id="an outage"),
        pytest.param(faults.cut(keeps=False), "cannot be reached: cut off", id="cut off"),
    ],
)
def test_whatever_goes_wrong_is_told_in_words(
    discord: DiscordServer, fault: Fault, told: str, capsys: Output
) -> None:
    discord.fail(fault, method="GET", path="/users/@me", times=0)
    said = checked(capsys)
    assert list(said) == ["Discord"]
    assert said["Discord"].startswith("✗ ")
    assert told in said["Discord"]


@pytest.mark.usefixtures("discord")
def test_a_wrong_token_is_told_and_where_to_get_a_right_one(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("PAPERROUND_DISCORD__TOKEN", OTHER)
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "✗ Discord: Discord does not know this bot token. Copy it anew from discord.com/developers" in said
    assert OTHER not in said


def test_no_connection_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("PAPERROUND_DISCORD__TOKEN", TOKEN)
    monkeypatch.setenv("PAPERROUND_DISCORD__API_BASE", f"http://127.0.0.1:{unused_port()}/api/v10")
    monkeypatch.setenv("PAPERROUND_DISCORD__GATEWAY", f"ws://127.0.0.1:{unused_port()}")
    told = checked(capsys)["Discord"]
    assert told.startswith("✗ Discord cannot be reached: no connection")
    assert "PAPERROUND_DISCORD__API_BASE" in told
