"""`deploy/slack.md` and `deploy/slack-distribution.md` quote what Paperround says: each quote is said, each command is one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.app.slack import slack_findings
from bot.domain.command_text import parse_command
from bot.settings import Settings, SlackSettings
from handlers.slack.manifest import (
    BASE_SCOPES,
    CARD_SCOPES,
    CONFIRM_SCOPES,
    EVENTS_PATH,
    INSTALL_PATH,
    REDIRECT_PATH,
    VARIANTS,
)
from tests.scenarios.slack_lab import EIGHT, Lab, labels, laboratory, listed
from tests.servers.slack.faults import failing, refusing
from tests.services.conftest import Clock

DEPLOY = Path(__file__).parents[2] / "deploy"
PAGE = (DEPLOY / "slack.md").read_text(encoding="utf-8")
DISTRIBUTION = (DEPLOY / "slack-distribution.md").read_text(encoding="utf-8")
WRONG = PAGE.partition("## When something is wrong")[2]
QUOTED = re.findall(
    r"(?<!\*)\*([^*|]+)\*",
    "\n".join(row.split("|")[1] for row in re.findall(r"^\|.*\|$", WRONG, re.MULTILINE)),
)
PRESSED = re.findall(r"press \*([^*]+)\*", WRONG)
SCOPES = PAGE.partition("| scope | why |")[2].partition("\n\n")[0]


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await listed(lab)
        yield lab


async def said_to_people(lab: Lab) -> tuple[str, list[str]]:
    """What the page's troubles look like, as words and as buttons."""
    closed = lab.server.add_channel(lab.team, "closed", lab.ana, bot=False)
    refused = await lab.ask(lab.ana, "subscribe agents at 9 Berlin", closed)
    await lab.subscribed()
    lab.server.fail(refusing("missing_scope"))
    await lab.town.at(EIGHT)
    shown = await lab.ask(lab.ana, "subscriptions")
    lab.server.fail(failing(500, keeps=False), method="users.info")
    unknown = await lab.ask(lab.ana, "subscribe agents at 10 Berlin")
    answers = (refused, shown, unknown)
    words = re.sub(r"<#\w+>", "#papers", "\n".join(one.words for one in answers))
    return words, [label for one in answers for label in labels(one)]


async def checked(lab: Lab) -> str:
    """What the check says of an app whose scopes lack one."""
    grant = lab.server.grants.of(lab.team)
    assert grant is not None
    grant.scopes -= {"users:read"}
    found = await slack_findings(lab.settings(), lab.settings().store_url)
    return "\n".join(one.told for one in found)


async def test_everything_that_is_quoted_is_said(lab: Lab) -> None:
    words, buttons = await said_to_people(lab)
    said = f"{words}\n{await checked(lab)}"
    assert len(QUOTED) > 4
    assert [quote for quote in QUOTED if quote not in said] == []
    assert len(PRESSED) > 1
    assert set(PRESSED) <= set(buttons)


def test_the_two_tokens_are_told_apart() -> None:
    with pytest.raises(ValidationError) as raised:
        SlackSettings(app_token="xoxb-1", bot_token="xapp-1")
    assert "begins with xapp-" in str(raised.value)
    assert "begins with xoxb-" in str(raised.value)


def test_every_command_there_is_one() -> None:
    commands = re.findall(r"`/papers(?: ([^`]+))?`", PAGE)
    assert len(commands) > 6
    for text in commands:
        parse_command(text)


def test_every_setting_there_is_one() -> None:
    named = set(re.findall(r"PAPERROUND_SLACK__([A-Z_]+)", PAGE + DISTRIBUTION))
    assert len(named) > 6
    assert named <= {name.upper() for name in SlackSettings.model_fields}
    assert "PAPERROUND_SEAL_KEYS" in DISTRIBUTION
    assert "seal_keys" in Settings.model_fields


def test_each_scope_has_its_reason_there() -> None:
    rows = re.findall(r"^\| `([a-z:]+)` \| ([^|]+) \|$", SCOPES.replace("'", "’"), re.MULTILINE)
    assert dict(rows) == dict(BASE_SCOPES)
    for scope in (*CONFIRM_SCOPES, *CARD_SCOPES):
        assert f"`{scope}`" in PAGE


def test_each_manifest_and_each_path_is_named() -> None:
    both = PAGE + DISTRIBUTION
    assert [one.file for one in VARIANTS if f"({one.file})" not in both] == []
    assert [
        path for path in (EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH) if f"`{path}`" not in DISTRIBUTION
    ] == []


async def test_guests_subscribe_only_where_administrators_said_so(lab: Lab) -> None:
    guest = lab.server.add_user(lab.team, "guest", guest="multi")
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    lab.papers.members |= {guest.id, boss.id}
    assert "Guests of this workspace" in (await lab.ask(guest, "subscribe agents at 9 Berlin")).words
    assert "Follow" in labels(await lab.ask(guest, "follow agents at 9 Berlin"))
    await lab.ask(boss, "settings subscribers members")
    assert "Subscribe" in labels(await lab.ask(guest, "subscribe agents at 9 Berlin"))


async def test_bots_never_subscribe_whatever_is_decided(lab: Lab) -> None:
    other = lab.server.add_user(lab.team, "other", bot=True)
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    lab.papers.members |= {other.id, boss.id}
    await lab.ask(boss, "settings subscribers members")
    assert "Only people of this workspace" in (await lab.ask(other, "subscribe agents at 9 Berlin")).words
