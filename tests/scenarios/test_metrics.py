"""Metrics of a whole process: a digest comes through a local platform, and its numbers are read at the real port."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from bot.app.delivering import delivery
from bot.app.metrics import metrics_of
from bot.app.rooms import opened
from bot.app.terminal import local_caller
from bot.domain.command_text import parse_command
from bot.domain.errors import BadConfiguration, UserError
from bot.domain.subscriptions import Platform
from bot.settings import MetricsSettings, Settings
from bot.watching import report, watch
from handlers.listening import listen
from storage.opening import open_store
from tests.handlers.metrics.scraping import scrape
from tests.servers.couriers import Load, seed
from tests.servers.platform import PlatformServer, running
from tests.servers.platform_messenger import KINDS, PlatformMessenger


def free_port() -> int:
    with listen("127.0.0.1", 0, what="Nothing", setting="none") as listener:
        port: int = listener.getsockname()[1]
        return port


def settings_in(folder: Path, port: int | None) -> Settings:
    return Settings(_env_file=None, data_dir=folder, zone="UTC", metrics=MetricsSettings(port=port))


async def test_a_digest_moves_the_numbers(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, free_port())
    numbers = metrics_of(settings)
    async with (
        running(PlatformServer()) as platform,
        aiohttp.ClientSession() as http,
        opened(settings.store_url, observe=numbers.observe) as rooms,
    ):
        async with numbers.served(rooms) as address:
            assert address == f"http://127.0.0.1:{settings.metrics.port}/metrics"
            before = await scrape(address)
        await seed(rooms.store, ["neither"], Load(each=1, parts=2))
        bringing = delivery(rooms, [PlatformMessenger(http, platform.url, KINDS["neither"])], owner="one")
        await bringing.rounds.tick()
        await bringing.courier.settle()
        with pytest.raises(UserError):
            await rooms.desk.answer(local_caller(settings), parse_command("show 2401.99999"))
        report(ValueError("a defect"), "A1B2")
        async with numbers.served(rooms) as address:
            after = await scrape(address)
    moved = after.moved(before)
    slack = Platform.SLACK
    assert {name: by for name, by in moved.items() if "total" in name} == {
        f"paperround_deliveries_total{{outcome=sent,platform={slack}}}": 2,
        f"paperround_papers_posted_total{{platform={slack}}}": 4,
        "paperround_editions_due_total": 1,
        "paperround_digests_composed_total{content=papers,kind=scheduled}": 1,
        "paperround_commands_total{outcome=declined,platform=terminal}": 1,
        "paperround_defects_total": 1,
    }
    assert moved["paperround_edition_lateness_seconds_count{kind=scheduled}"] == 1
    assert moved[f"paperround_delivery_seconds_count{{platform={slack}}}"] == 2
    assert moved["paperround_outbox_entries{state=sent}"] == 2
    assert moved["paperround_subscriptions{state=running}"] == 1
    assert moved["paperround_papers"] == 10
    assert (
        after.samples["paperround_next_due_timestamp_seconds"]
        > after.samples["paperround_status_timestamp_seconds"]
    )
    assert "neither0" not in after.text


async def test_without_a_port_nothing_is_counted_and_nothing_listens(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, None)
    numbers = metrics_of(settings)
    async with opened(settings.store_url, observe=numbers.observe) as rooms, numbers.served(rooms) as address:
        assert address == ""
    assert numbers.observe is watch
    assert numbers.metrics is None


async def test_a_port_that_somebody_has_is_named(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0, what="Nothing", setting="none") as taken:
        port = taken.getsockname()[1]
        settings = settings_in(tmp_path, port)
        async with opened(settings.store_url) as rooms:
            with pytest.raises(
                BadConfiguration, match=f"Metrics cannot be served at 127.0.0.1 port {port}"
            ) as told:
                async with metrics_of(settings).served(rooms):
                    pass
    assert "PAPERROUND_METRICS__PORT" in told.value.hint


async def test_a_subscription_that_is_paused_is_seen(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, free_port())
    numbers = metrics_of(settings)
    async with open_store(settings.store_url) as other, opened(settings.store_url) as rooms:
        await seed(other, ["neither"], Load(each=2))
        first = (await other.subscriptions.all())[0]
        await other.subscriptions.replace(first.pause(rooms.now(), "its channel is gone"), due_at=None)
        async with numbers.served(rooms) as address:
            found = (await scrape(address)).samples
    assert found["paperround_subscriptions{state=paused}"] == 1
    assert found["paperround_subscriptions{state=running}"] == 1
