from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import State
from bot.domain.errors import StoreUnavailable
from bot.domain.events import AlertsFound
from bot.domain.processes import Running
from bot.domain.status import Status
from bot.domain.subscriptions import Unreadable
from handlers.listening import listen
from handlers.metrics import numbers
from handlers.metrics.serving import Metrics
from handlers.metrics.table import table
from tests.handlers.metrics.scraping import scrape
from tests.services.conftest import MONDAY, Clock, at

HOUR = timedelta(hours=1)
ONE = Running(name="host-1-abc", until=at(MONDAY), settings={"source": "here", "version": "1"})
STATUS = Status(
    papers=120,
    newest_day=MONDAY,
    listed=40,
    read_at=at(MONDAY) - HOUR,
    stale=True,
    subscriptions=7,
    next_due_at=at(MONDAY) + HOUR,
    counts={"jobs": 2, "sent": 90, "refused": 1, "invented": 5},
    stopped=(),
    troubled=(),
    held={"discord:secret-workspace": at(MONDAY) + HOUR},
    behind=(MONDAY,),
    processes=(ONE, replace(ONE, name="host-2-def", settings={"source": "there", "version": "1"})),
    unreadable=(Unreadable(id="s17-0a", reason="torn"),),
)


@dataclass
class Place:
    """A process whose store answers as it is told to."""

    clock: Clock = field(default_factory=Clock)
    asked: int = 0
    ping: Callable[[], Awaitable[None]] | None = None
    wait: asyncio.Event | None = None
    patience: float = 3.0

    def __post_init__(self) -> None:
        self.metrics = Metrics(now=self.clock, defects=lambda: 3, version="1.2")

    async def pinged(self) -> None:
        if self.ping is not None:
            await self.ping()

    async def status(self) -> Status:
        self.asked += 1
        if self.wait is not None:
            await self.wait.wait()
        return STATUS

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        listener = listen("127.0.0.1", 0, what="Metrics", setting="PAPERROUND_METRICS__PORT")
        async with self.metrics.served(listener, self.status, self.pinged, patience=self.patience) as address:
            yield address


async def away() -> None:
    raise StoreUnavailable("The store is away.", hint="Wait.")


async def never() -> None:
    await asyncio.Event().wait()


async def test_how_all_stands_is_told_in_numbers() -> None:
    async with Place().served() as address:
        assert address.startswith("http://127.0.0.1:")
        found = await scrape(address)
    assert found.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    expected = {
        "paperround_defects_total": 3,
        "paperround_build_info{version=1.2}": 1,
        "paperround_store_up": 1,
        "paperround_status_timestamp_seconds": at(MONDAY).timestamp(),
        "paperround_outbox_entries{state=jobs}": 2,
        "paperround_outbox_entries{state=pending}": 0,
        "paperround_outbox_entries{state=sent}": 90,
        "paperround_outbox_entries{state=refused}": 1,
        "paperround_next_due_timestamp_seconds": (at(MONDAY) + HOUR).timestamp(),
        "paperround_listing_age_seconds": 3600,
        "paperround_source_stale": 1,
        "paperround_days_behind": 1,
        "paperround_subscriptions{state=running}": 6,
        "paperround_subscriptions{state=paused}": 0,
        "paperround_subscriptions{state=unreadable}": 1,
        "paperround_papers": 120,
        "paperround_processes": 2,
        "paperround_settings_differing": 1,
        "paperround_paces_held": 1,
    }
    assert {name: found.samples[name] for name in expected} == expected
    assert not {"secret-workspace", "s17-0a", "host-1-abc", "invented"} & set(
        found.text.replace('"', " ").split()
    )
    assert "secret" not in found.text


async def test_nothing_but_what_the_table_names_is_told_and_no_label_has_another_value() -> None:
    async with Place().served() as address:
        found = await scrape(address)
    by_name = {name: one for one in numbers.ALL for name in _samples_of(one)}
    told = set()
    for written in found.samples:
        name, _, labels = written.rstrip("}").partition("{")
        if name.startswith("process_"):
            continue
        told.add(by_name[name].name)
        given = dict(pair.split("=", 1) for pair in labels.split(",") if pair)
        for label in by_name[name].labels:
            assert given.pop(label.name) in (label.values or ("1.2",)), written
        assert set(given) <= {"le"}
    assert told == {one.name for one in numbers.ALL}
    assert "_created" not in found.text


def _samples_of(number: numbers.Number) -> list[str]:
    histogram = [f"{number.name}_{part}" for part in ("bucket", "sum", "count")]
    return histogram if number.kind == "histogram" else [number.name]


async def test_names_follow_the_conventions() -> None:
    for one in numbers.ALL:
        assert one.name.startswith("paperround_")
        assert one.name.endswith("_total") == (one.kind == "counter")
        assert one.kind != "histogram" or one.name.endswith("_seconds")
        assert f"| `{one.name}` ({one.kind}) |" in table()


async def test_whoever_prefers_openmetrics_gets_it() -> None:
    async with Place().served() as address:
        found = await scrape(address, "application/openmetrics-text; version=1.0.0")
    assert found.headers["Content-Type"].startswith("application/openmetrics-text")
    assert found.text.endswith("# EOF\n")


async def test_a_store_that_is_away_is_told_and_what_was_counted_too() -> None:
    place = Place(ping=away)
    place.metrics.count(AlertsFound(papers=3))
    async with place.served() as address:
        found = await scrape(address)
    assert found.status == 200
    assert found.samples["paperround_store_up"] == 0
    assert found.samples["paperround_alerts_found_total"] == 3
    assert not [
        name for name in found.samples if name.startswith(("paperround_outbox", "paperround_papers{"))
    ]
    assert "paperround_listing_age_seconds" not in found.samples


async def test_a_store_that_does_not_answer_keeps_nobody_waiting_and_may_still_be_asked_at_the_end() -> None:
    place = Place(ping=never, patience=0)
    async with place.served() as address:
        assert (await scrape(address)).samples["paperround_store_up"] == 0
        assert (await scrape(address)).samples["paperround_store_up"] == 0
    assert place.asked == 0


async def test_a_store_that_takes_long_is_read_once_for_all_who_ask() -> None:
    place = Place(wait=asyncio.Event(), patience=0.05)
    assert place.wait is not None
    async with place.served() as address:
        found = await asyncio.gather(*(scrape(address) for _ in range(3)))
        assert [one.samples["paperround_store_up"] for one in found] == [1, 1, 1]
        assert "paperround_papers" not in found[0].samples
        place.wait.set()
        assert (await scrape(address)).samples["paperround_papers"] == 120
        assert (await scrape(address)).samples["paperround_papers"] == 120
    assert place.asked == 1


@pytest.mark.parametrize("path", ["", "readyz", "metrics/x", "date/2025-11-10"])
async def test_nothing_else_is_served_there(path: str) -> None:
    async with Place().served() as address:
        assert (await scrape(address.replace("metrics", path))).status == 404


def test_every_state_of_a_delivery_has_its_number() -> None:
    [label] = numbers.OUTBOX.labels
    assert set(label.values) == {"jobs", *State}
