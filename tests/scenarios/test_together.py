"""One process serves Discord and Slack at once, from one store."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.app.delivering import Delivery, delivery
from bot.app.platforms import on_platforms
from bot.app.rooms import opened
from bot.app.sources import SAMPLE_DAY
from bot.settings import DiscordSettings, Settings
from tests.scenarios import discord_lab, slack_lab
from tests.servers.discord.faults import failing as discord_failing
from tests.services.conftest import MONDAY, Clock
from tests.services.town import ONE_DAY, Town, agents, moment

ROOT = Path(__file__).parents[2]
EIGHT = moment(MONDAY + ONE_DAY, 8)


@dataclass
class Both:
    """Two platforms, and the one process that serves them."""

    discord: discord_lab.Lab
    slack: slack_lab.Lab
    clock: Clock
    bringing: Delivery | None = None

    def settings(self) -> Settings:
        server = self.discord.server
        discord = DiscordSettings(token=server.token, api_base=server.api, gateway=server.gateway.url)
        return self.slack.settings().model_copy(update={"discord": discord})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Both]:
        """A process, with everything that its settings name."""
        settings = self.settings()
        async with (
            opened(settings.store_url, data_dir=settings.data_dir, now=self.clock) as rooms,
            on_platforms(settings, rooms, owner="one") as platforms,
        ):
            self.discord.rooms = self.slack.rooms = rooms
            self.bringing = delivery(rooms, platforms.messengers, owner="one")
            town = Town(rooms.store, self.clock, platforms.messengers[0])  # type: ignore[arg-type]
            await town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
            await rooms.searching.catch_up()
            self.slack.server.over_socket()
            parts = [asyncio.ensure_future(part()) for part in platforms.parts.values()]
            try:
                await self.discord.server.gateway.introduced(1)
                await self.slack.server.sockets.ready()
                yield self
            finally:
                for part in parts:
                    part.cancel()
                    with suppress(asyncio.CancelledError):
                        await part

    async def bring(self) -> None:
        """Whatever is due now."""
        assert self.bringing is not None
        await self.bringing.rounds.tick()
        await self.bringing.courier.settle()


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    clock = Clock()
    async with (
        discord_lab.laboratory(clock, tmp_path) as discord,
        slack_lab.laboratory(clock, tmp_path) as slack,
    ):
        yield Both(discord, slack, clock)


async def test_both_are_answered_and_each_has_its_digest(both: Both) -> None:
    async with both.running():
        assert "Agents 3" in (await both.discord.ask(both.discord.ben, "papers today")).text
        assert "Agents 3" in (await both.slack.ask(both.slack.ben, "today")).words
        await both.discord.subscribed()
        await both.slack.subscribed()
        both.clock.moment = EIGHT
        await both.bring()
        assert "Agents 3" in both.discord.posted[-1].text
        assert "Agents 3" in both.slack.posted[-1].words
        platforms = [one.destination.platform for one in await both.slack.rooms.store.subscriptions.all()]
        assert sorted(platforms) == ["discord", "slack"]


async def test_what_one_platform_suffers_the_other_does_not(both: Both) -> None:
    async with both.running():
        await both.discord.subscribed()
        await both.slack.subscribed()
        both.discord.server.fail(discord_failing(500, keeps=False), path="/channels/", times=0)
        await both.slack.server.sockets.close(1001)
        both.clock.moment = EIGHT
        assert both.bringing is not None
        await both.bringing.rounds.tick()
        await both.bringing.courier.round()
        await both.slack.until(lambda: _has(both, "Agents 3"))


async def _has(both: Both, words: str) -> bool:
    return words in both.slack.posted[-1].words


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DISCORD__TOKEN", "MTAx.Gxxxxx.another", "Discord does not know this bot token. Copy it anew"),
        ("SLACK__BOT_TOKEN", "xoxb-another", "Slack does not take the bot token:"),
        ("SLACK__APP_TOKEN", "xapp-another", "Slack does not let this app connect: invalid_auth. Make"),
    ],
)
async def test_a_wrong_token_ends_it_with_one_line(
    both: Both, tmp_path: Path, setting: str, value: str, told: str
) -> None:
    both.slack.server.over_socket()
    process = await begun(both, tmp_path, {f"PAPERROUND_{setting}": value})
    out, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert said.decode().startswith(f"paperround: {told}")
    assert said.count(b"\n") == 1
    assert value.encode() not in out + said


async def test_a_process_that_is_told_to_end_has_said_nothing_secret_and_ends_well(
    both: Both, tmp_path: Path
) -> None:
    both.slack.server.over_socket()
    async with AsyncExitStack() as resources:
        process = await begun(both, tmp_path)
        resources.callback(_ended, process)
        await both.slack.server.sockets.ready(within=30)
        await both.discord.server.gateway.introduced(1)
        await (await both.slack.asked(both.slack.ben, "today")).message(within=10)
        await both.discord.ask(both.discord.ben, "papers today")
        process.send_signal(signal.SIGTERM)
        out, said = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, said.decode()
    assert not any(secret.encode() in out + said for secret in secrets_of(both).values())
    assert b"Traceback" not in said


def secrets_of(both: Both) -> dict[str, str]:
    slack = both.slack.server
    return {
        "PAPERROUND_DISCORD__TOKEN": both.discord.server.token,
        "PAPERROUND_SLACK__APP_TOKEN": slack.known_as.app_token,
        "PAPERROUND_SLACK__BOT_TOKEN": slack.token_of(both.slack.team),
    }


async def begun(
    both: Both, folder: Path, others: Mapping[str, str] = MappingProxyType({})
) -> asyncio.subprocess.Process:
    """`paperround run` for both, by itself."""
    places = {
        "PAPERROUND_DATA_DIR": str(folder),
        "PAPERROUND_DISCORD__API_BASE": both.discord.server.api,
        "PAPERROUND_DISCORD__GATEWAY": both.discord.server.gateway.url,
        "PAPERROUND_SLACK__API_BASE": both.slack.server.api,
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--source", str(SAMPLE_DAY)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **secrets_of(both), **places, **others},
    )


def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
