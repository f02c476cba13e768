"""What docs/privacy.md promises holds on Slack: after a day of use neither store nor log knows a name or a search."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.watching import watch
from tests.scenarios.slack_lab import EIGHT, Lab, installed, laboratory, listed
from tests.scenarios.slack_talk import form
from tests.services.conftest import Clock

SEARCHED = "squids of Patagonia"
FOLLOWED = "octopuses"


@pytest.fixture
async def used(tmp_path: Path) -> AsyncIterator[Lab]:
    """Ana subscribed, searched, shared, filled in a form and paused; Ben follows, saved and looked papers up."""
    async with laboratory(Clock(), tmp_path, http=True) as lab, lab.running():
        lab.ana.name, lab.ben.name = "anastasia", "benedict"
        lab.team.name = "Secretive Lab"
        await listed(lab)
        await installed(lab, lab.ana)
        await lab.subscribed()
        await lab.ask(lab.ana, f"search {SEARCHED}")
        answer = await lab.ask(lab.ana, "today")
        await (await lab.press(answer, "Share here", lab.ana)).message()
        await (await lab.server.submit(await form(lab), {"filter": "robots", "channel": lab.papers})).ack()
        await lab.town.at(EIGHT)
        await lab.ask(lab.ana, "pause")
        offer = await lab.ask(lab.ben, f"follow {FOLLOWED} at 9 Berlin")
        await (await lab.press(offer, "Follow", lab.ben)).message()
        shown = await lab.ask(lab.ben, "show 2511.00001")
        await (await lab.press(shown, "Save", lab.ben)).message()
        said = lab.server.say(lab.papers, lab.ana, "my secret is arxiv.org/abs/2511.00002")
        await (await lab.server.message_shortcut(said, "look_up_papers", lab.ben)).message()
        await lab.server.open_home(lab.ben)
        await lab.server.home(lab.ben)
        yield lab


def kept(lab: Lab) -> str:
    """Everything in the store, as text."""
    with sqlite3.connect(lab.folder / "paperround.db") as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in tables for row in file.execute(f"SELECT * FROM {name}")]  # noqa: S608
    file.close()
    return "\n".join(map(str, rows))


async def test_the_store_knows_no_names_messages_and_searches(used: Lab) -> None:
    there = kept(used)
    assert used.ana.id in there
    for secret in (used.ana.name, used.ben.name, used.team.name, "squids", "my secret"):
        assert secret not in there
    assert FOLLOWED in there


async def test_the_log_knows_no_names_searches_and_filters(
    used: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", logger="paperround"):
        for event in used.events:
            watch(event)
    assert "delivery.sent" in caplog.text
    token = used.server.token_of(used.team)
    for secret in (used.ana.name, used.ben.name, used.team.name, "squids", FOLLOWED, "my secret", token):
        assert secret not in caplog.text


async def test_whoever_is_forgotten_leaves_nothing(used: Lab) -> None:
    asked = await used.ask(used.ben, "forget me")
    await (await used.press(asked, "Delete", used.ben)).message()
    there = kept(used)
    assert used.ben.id not in there
    assert FOLLOWED not in there


async def test_what_was_heard_from_slack_is_known_no_longer_than_is_said(used: Lab) -> None:
    assert "slack heard" in kept(used)
    used.clock.pass_(timedelta(hours=2))
    await used.town.rounds.tidy()
    assert "slack heard" not in kept(used)


async def test_a_workspace_that_leaves_takes_its_token_along(used: Lab) -> None:
    used.server.uninstall(used.team)
    await used.server.settled()
    assert await used.rooms.store.installations.all() == {}
