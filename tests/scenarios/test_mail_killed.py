"""Processes that bring mail are killed with SIGKILL while the mail server fails: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.cadence import EVERY_DAY, Cadence
from bot.domain.deliveries import Delivery, State
from bot.domain.filters import Filter
from bot.domain.mailboxes import Recipient, digests_to
from bot.domain.subscriptions import Subscription, permanent_id
from bot.ports import Store
from bot.sealing import Sealer
from bot.services.ingesting import Ingest
from storage.opening import open_store
from tests.servers.couriers import ROOT, NoServer, store_at
from tests.servers.mail_lab import papers
from tests.servers.mail_process import READY
from tests.servers.smtp import Fault, MailServer

READERS = 40
LEASE = 9
"""Seconds; a sixth of it is how long one mail may take. Whoever is killed leaves mails that wait for its end."""
FAULTS: tuple[Fault, ...] = ("later", "cut", "hang early", "greylist", "cut")


@pytest.fixture
async def url(store: str, tmp_path: Path) -> AsyncIterator[str]:
    try:
        async with store_at(store, tmp_path) as url:
            yield url
    except NoServer as none:
        pytest.skip(f"{none}")


async def seed(store: Store, sealer: Sealer, now: datetime) -> None:
    """Readers of everything, to whom a digest is due now."""
    day = (now - timedelta(days=1)).date()
    await Ingest(store.papers, observe=lambda _: None, now=lambda: now).keep(papers(day))
    for number in range(READERS):
        to, address = digests_to(f"r{number}"), f"p{number}@example.org"
        await store.recipients.keep(
            Recipient(
                id=to.channel,
                found_by=sealer.hashes(address)[0],
                sealed=sealer.seal(address),
                asked_at=now,
                confirmed_at=now,
            )
        )
        one = Subscription(
            id=permanent_id(to, f"{number:04x}"),
            short_id=f"{number:x}k",
            destination=to,
            filter=Filter(),
            cadence=Cadence(weekdays=EVERY_DAY, zone="UTC"),
            created_by=to.channel,
            created_at=now,
        )
        await store.subscriptions.add(one, due_at=now + timedelta(seconds=2 * number / READERS))


async def ended(url: str) -> list[Delivery]:
    """The deliveries, when each has ended."""
    async with open_store(url) as store, asyncio.timeout(300):
        while True:
            found = await store.outbox.deliveries(list(State), limit=1_000)
            if len(found) == READERS and all(one.state.final for one in found):
                return found
            await asyncio.sleep(0.2)


async def start(url: str, port: int, key: str, number: int, errors: Path) -> Process:
    with errors.open("ab") as told:
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "tests.servers.mail_process",
                url,
                f"{port}",
                key,
                f"p{number}",
                f"{LEASE}",
            ),
            cwd=ROOT,
            stdout=PIPE,
            stderr=told,
        )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert (await process.stdout.readline()).decode().strip() == READY
    return process


@pytest.mark.parametrize(("store", "kills"), [("sqlite", 5), ("valkey", 3)])
async def test_no_address_gets_two_mails_of_one_edition_and_none_is_lost(
    url: str, kills: int, tmp_path: Path
) -> None:
    key, chance, errors = Fernet.generate_key().decode(), random.Random(7), tmp_path / "errors"
    server = MailServer(slow=0.02)
    # Not the last attempts: a mail that fails again and again is put off for longer each time.
    server.by_number = {number: chance.choice(FAULTS) for number in range(1, 28) if chance.random() < 0.25}
    async with open_store(url) as store:
        await seed(store, Sealer([key]), datetime.now(UTC))
    async with server.running():
        process = await start(url, server.port, key, 0, errors)
        for number in itertools.count(1):
            await asyncio.sleep(chance.uniform(0.4, 1.0))
            process.kill()
            await process.wait()
            process = await start(url, server.port, key, number, errors)
            if number == kills:
                break
        deliveries = await ended(url)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    kept = {one.message["Message-ID"] for one in server.kept}
    states = {one.state: sum(other.state is one.state for other in deliveries) for one in deliveries}
    assert len(kept) == len(server.kept)
    assert {one.to for one in server.kept} >= {
        f"p{one.destination.channel[1:]}@example.org" for one in deliveries if one.state is State.SENT
    }
    assert states.get(State.SENT, 0) + states.get(State.UNKNOWN, 0) == READERS, states
    assert states[State.SENT] > 0  # of what was under way nobody knows, and the next digest says so
    assert "example.org" not in errors.read_text()
