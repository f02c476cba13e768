"""What docs/privacy.md promises: after a day of use neither the store nor the log knows a name or a search."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.watching import watch
from handlers.listening import listen
from handlers.metrics.serving import Metrics
from tests.handlers.metrics.scraping import scrape
from tests.scenarios.discord_lab import Lab, laboratory
from tests.services.conftest import MONDAY, Clock
from tests.services.town import ONE_DAY, agents, moment

SEARCHED = "squids of Patagonia"
FOLLOWED = "octopuses"


@pytest.fixture
async def used(tmp_path: Path) -> AsyncIterator[Lab]:
    """Ana subscribed, searched, shared and paused; Ben follows and saved; a digest came."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await lab.town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
        await lab.subscribed()
        await lab.ask(lab.ana, "papers search", {"words": SEARCHED})
        answer = await lab.ask(lab.ana, "papers today")
        await (await lab.press(answer, "Share here", lab.ana)).follow_up()
        await lab.town.at(moment(MONDAY + ONE_DAY, 8))
        await lab.ask(lab.ana, "papers-channel pause")
        offer = await lab.ask(lab.ben, "papers follow", {"filter": FOLLOWED, "timezone": "Berlin"})
        await (await lab.press(offer, "Follow", lab.ben)).message()
        shown = await lab.ask(lab.ben, "papers show", {"paper": "2511.00001"})
        await (await lab.press(shown, "Save", lab.ben)).message()
        yield lab


def kept(lab: Lab) -> str:
    """Everything in the store, as text."""
    with sqlite3.connect(lab.folder / "paperround.db") as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in tables for row in file.execute(f"SELECT * FROM {name}")]  # noqa: S608
    file.close()
    return "\n".join(map(str, rows))


def logged(lab: Lab, caplog: pytest.LogCaptureFixture) -> str:
    """The log that what happened makes."""
    with caplog.at_level("DEBUG", logger="paperround"):
        for event in lab.events:
            watch(event)
    return caplog.text


async def test_the_metrics_know_no_name_no_search_no_filter_and_no_id(used: Lab) -> None:
    metrics = Metrics(now=used.clock, defects=watch.defects, version="1")
    for event in used.events:
        metrics.count(event)
    listener = listen("127.0.0.1", 0, what="Metrics", setting="none")
    overseeing, ping = used.rooms.overseeing, used.rooms.store.ping
    async with metrics.served(listener, overseeing.status, ping) as address:
        found = await scrape(address)
    assert found.samples["paperround_commands_total{outcome=done,platform=discord}"] > 3
    assert found.samples["paperround_deliveries_total{outcome=sent,platform=discord}"] > 0
    held = await used.rooms.store.subscriptions.all()
    ids = {used.guild.id, used.papers.id, used.ana.id, used.ben.id, *(one.id for one in held)}
    for secret in (*ids, used.ana.name, used.ben.name, FOLLOWED, "agents", "2511.0", "squids"):
        assert secret not in found.text


async def test_the_store_knows_no_names_and_no_searches(used: Lab) -> None:
    there = kept(used)
    assert used.ana.id in there
    assert used.ana.name not in there
    assert used.ben.name not in there
    assert SEARCHED.split(maxsplit=1)[0] not in there
    assert FOLLOWED in there


async def test_the_log_knows_no_names_searches_and_filters(
    used: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    said = logged(used, caplog)
    assert "delivery.sent" in said
    for secret in (used.ana.name, used.ben.name, SEARCHED.split(maxsplit=1)[0], FOLLOWED, used.server.token):
        assert secret not in said


async def test_whoever_is_forgotten_leaves_nothing(used: Lab) -> None:
    asked = await used.ask(used.ben, "papers forget-me")
    await (await used.press(asked, "Delete", used.ben)).message()
    there = kept(used)
    assert used.ben.id not in there
    assert FOLLOWED not in there


async def test_whoever_is_forgotten_leaves_the_channels_what_they_set_up(used: Lab) -> None:
    asked = await used.ask(used.ana, "papers forget-me")
    await (await used.press(asked, "Delete", used.ana)).message()
    assert used.ana.id not in kept(used)
    assert len(await used.rooms.store.subscriptions.all()) == 2
