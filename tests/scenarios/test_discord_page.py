"""`deploy/discord.md` quotes what Paperround says: each quote is said."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import DiscordSettings
from handlers.discord.checking import findings
from handlers.discord.registration import registered
from tests.scenarios.discord_lab import Lab, labels, laboratory
from tests.servers.discord.faults import failing, html
from tests.servers.discord.permissions import MANAGER, POSTING, Permission
from tests.servers.discord.server import DiscordServer, running
from tests.services.conftest import MONDAY, Clock
from tests.services.town import ONE_DAY, agents, moment

PAGE = (Path(__file__).parents[2] / "deploy" / "discord.md").read_text()
WRONG = PAGE.partition("## When something is wrong")[2]
QUOTED = re.findall(
    r"(?<!\*)\*([^*|]+)\*",
    "\n".join(row.split("|")[1] for row in re.findall(r"^\|.*\|$", WRONG, re.MULTILINE)),
)
CHECKED = re.findall(r"^✓ (.*)$", PAGE, re.MULTILINE)
TUESDAY = MONDAY + ONE_DAY


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await lab.town.listed(agents(1), agents(2, 20))
        yield lab


async def checks(server: DiscordServer, token: str = "") -> list[str]:
    found = await findings(token or server.token, api=server.api, gateway=server.gateway.url, version="1")
    return [f"{one.name}: {one.told}" for one in found]


async def what_the_check_says() -> list[str]:
    async with running(DiscordServer()) as server:
        said = await checks(server)
        server.add_guild("Lab")
        said += [*await checks(server), *await checks(server, "MQ.Wrong.token")]
        server.fail(html(403, keeps=False), method="GET", path="/users/@me")
        return [*said, *await checks(server)]


def what_the_settings_say() -> str:
    with pytest.raises(ValidationError) as raised:
        DiscordSettings(token="of-another-kind")
    return str(raised.value)


async def what_people_are_told(lab: Lab) -> list[str]:
    wanted = {"filter": "agents", "at": "9", "timezone": "Berlin"}
    closed = lab.server.add_channel(lab.guild, "closed", bot=POSTING & ~Permission.SEND_MESSAGES)
    lab.server.allow(closed, lab.ana, MANAGER)
    refused = await lab.ask(lab.ana, "papers-channel subscribe", wanted, channel=closed)
    offer = await lab.ask(lab.ben, "papers follow", wanted)
    lab.server.fail(failing(500, keeps=False), path="/channels/{channel_id}/messages", times=1)
    doubtful = await (await lab.press(offer, "Follow", lab.ben)).follow_up()
    lab.ben.reach = "closed"
    unreached = await (await lab.press(offer, "Follow", lab.ben)).follow_up()
    await lab.subscribed()
    lab.server.allow(lab.papers, lab.server.bot, POSTING & ~Permission.SEND_MESSAGES)
    await lab.town.at(moment(TUESDAY, 8))
    listed = await lab.ask(lab.ana, "papers subscriptions")
    assert "Resume" in labels(listed)
    shown = [one.text for one in (refused, doubtful, unreached, listed)]
    return [re.sub(r"<#\d+>", "#papers", text) for text in shown]


async def test_everything_that_is_quoted_is_said(lab: Lab) -> None:
    said = "\n".join(
        [what_the_settings_say(), *await what_the_check_says(), *await what_people_are_told(lab)]
    )
    assert len(QUOTED) > 5
    assert [quote for quote in QUOTED if quote.removesuffix("…").strip() not in said] == []


async def test_the_check_prints_what_stands_there() -> None:
    said = await what_the_check_says()
    assert len(CHECKED) == 4
    assert [line for line in CHECKED if line not in said] == []
    assert {one["name"] for one in registered()} <= set(
        re.findall(r"papers-channel|papers|Look up papers", CHECKED[1])
    )
