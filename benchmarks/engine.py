"""How many digests a second does one process bring, from due to sent, without a network?

Every subscription has a channel of its own and is due at the same moment; filters are drawn as popular as words are,
papers are a recorded month. *editions/s* is due → job → composed → written → begun → posted → recorded, with words
for every paper; *index* is what indexing the month took, once a process; *store only* is the same steps of the store
with messages composed beforehand; *CPU* is the processor time of this process for each edition, which other work on
the machine disturbs less. On Redis the same digests also go through saq, if that is installed (the group ``bench`` of
pyproject.toml). Aims: 4,000/s, 10,000/s for the store alone, flat from 1,000 to a million subscriptions.

    python -m benchmarks.engine [--subscriptions N …] [--store URL] [--profile] [--steps] [PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import random
import tempfile
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks.match import DAILY, Wishes
from benchmarks.peer_queue import INSTALLED, through_saq
from benchmarks.shelf import Shelf
from bot.collecting import collect_rarely
from bot.domain.bulletins import Bulletin
from bot.domain.cadence import EVERY_DAY, Cadence
from bot.domain.composing import Window
from bot.domain.deliveries import Parcel, deliveries, scheduled
from bot.domain.filters import Filter
from bot.domain.outcomes import Sent
from bot.domain.rounds import advance
from bot.domain.subscriptions import (
    Destination,
    Platform,
    Progress,
    Subscription,
    WorkspaceSettings,
    permanent_id,
)
from bot.outbox import Due, Lease, Written
from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.ingesting import Ingest
from bot.services.posting import Posting
from bot.services.rounds import Rounds
from bot.sources.archive import Archive
from storage.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.papers import Entry
    from bot.domain.rounds import Advance
    from bot.ports import Store

FIRST, LAST = date(2025, 10, 1), date(2025, 10, 16)
DUE = datetime.combine(LAST, time(9), UTC)
BATCH = 500


def subscriptions(entries: list[Entry], count: int) -> Iterator[Subscription]:
    """*count* subscriptions of *count* channels, twenty a workspace."""
    rng = random.Random(1)
    wishes = Wishes(entries, rng)
    for number in range(count):
        to = Destination(platform=Platform.SLACK, workspace=f"T{number // 20}", channel=f"C{number}")
        yield Subscription(
            id=permanent_id(to, f"{number:012x}"),
            short_id=f"{number:04x}",
            destination=to,
            filter=wishes.mixed(),
            cadence=Cadence(weekdays=EVERY_DAY, zone="UTC"),
            created_by="bench",
            created_at=DUE - timedelta(days=30),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What bringing took: seconds for the index, then seconds and processor time for all, and how many messages."""

    index: float
    seconds: float
    processor: float
    messages: int


async def everything(store: Store, profiled: cProfile.Profile | None) -> Measured:
    """Bring all that is due."""
    collect_rarely()  # as a process does that runs
    shelf = Shelf()
    messengers = {shelf.platform: shelf}
    posting = Posting(
        store, messengers, owner="bench", observe=_ignore, now=_now, sleep=asyncio.sleep, report=_raise
    )
    composer = Composer(store.papers, store.marks, now=_now)
    courier = Courier(
        store.outbox,
        Editions(store, composer, now=_now),
        posting,
        messengers,
        observe=_ignore,
        now=_now,
        report=_raise,
    )
    rounds = Rounds(store, observe=_ignore, now=_now, sleep=asyncio.sleep)
    started = perf_counter()
    await composer.best(Filter(), Window(first=LAST, last=LAST), top=1)
    began, worked = perf_counter(), process_time()
    with profiled or nullcontext():
        await rounds.tick()
        await courier.settle()
    took, worked = perf_counter() - began, process_time() - worked
    return Measured(index=began - started, seconds=took, processor=worked, messages=shelf.posted)


async def peer(store: Store, url: str) -> float:
    """The seconds that saq takes to bring the same digests; what it needs of the store is read beforehand."""
    shelf, composer = Shelf(), Composer(store.papers, store.marks, now=_now)
    held = {one.id: one for one in await store.subscriptions.all()}
    await composer.best(Filter(), Window(first=LAST, last=LAST), top=1)

    async def bring(name: str) -> None:
        one = held[name]
        digest = await composer.edition(one, Progress(), had=frozenset())
        if digest is not None and digest.picks:
            bulletin = Bulletin(
                subscription=one, edition=scheduled(DUE, "UTC"), digest=digest, made_at=_now(), due_at=DUE
            )
            shelf.pack(bulletin)

    return await through_saq(url, list(held), bring)


def _now() -> datetime:
    """Time stands still."""
    return DUE + timedelta(seconds=1)


async def store_alone(store: Store, now: datetime) -> tuple[float, float, int]:
    """The store's steps for every subscription due at *now*, with messages composed beforehand.

    Gives their seconds, their processor time, and how many digests they were.
    """
    lease, done = Lease(owner="bench", at=now, until=now + timedelta(minutes=5)), 0
    payload, settings, outbox = "x" * 4000, WorkspaceSettings(), store.outbox
    began, worked = perf_counter(), process_time()
    while due := await outbox.due(now, BATCH):
        steps = [_step(one, now, settings) for one in due if isinstance(one, Due)]
        await outbox.advance(steps)
    while taken := await outbox.take_jobs(lease, BATCH):
        written = []
        for one in taken:
            if one.subscription is None:
                continue
            to = one.subscription.destination
            picks = tuple(f"2599.{place:05}" for place in range(5))
            made = deliveries(one.job, to, (Parcel(payload=payload, picks=picks),), now)
            written.append(
                Written(job=one.job, destination=to, deliveries=made, claims=picks, progress=one.progress)
            )
        await outbox.write(written, lease)
        begun = await outbox.begin([one.deliveries[0].begun(now) for one in written], lease)
        await outbox.record([_sent(one) for one in begun], lease)
        done += len(begun)
    return perf_counter() - began, process_time() - worked, done


def _step(due: Due, now: datetime, settings: WorkspaceSettings) -> Advance:
    return advance(due.subscription, due.progress.due_at or now, now, settings)


def _sent(delivery: Delivery) -> Delivery:
    from bot.domain.outcomes import settled  # noqa: PLC0415

    return settled(delivery, Sent(reference="1"), delivery.created_at)


async def filled(url: str, path: Path, count: int, resources: AsyncExitStack) -> Store:
    """A store with the recorded days and *count* subscriptions."""
    store = await resources.enter_async_context(open_store(url))
    ingest = Ingest(store.papers, observe=_ignore, now=lambda: DUE)
    entries: list[Entry] = []
    async for listing in Archive(path).listings(FIRST, LAST):
        await ingest.keep(listing)
        entries += listing.entries
    made = subscriptions(entries, count)
    while some := [(one, DUE) for one in islice(made, 5000)]:
        await store.subscriptions.add_all(some)
    return store


async def measure(path: Path, count: int, url: str, profiled: cProfile.Profile | None) -> str:
    """One row of the table."""
    async with AsyncExitStack() as resources:
        folder = resources.enter_context(tempfile.TemporaryDirectory())
        store = await filled(url or f"sqlite:///{folder}/bench.db", path, count, resources)
        all_of_it = await everything(store, profiled)
        alone, _, steps = await store_alone(store, DUE + timedelta(days=1))
        theirs = await peer(store, url) if url.startswith("redis") and INSTALLED else None
    each = all_of_it.seconds / count
    told = "" if theirs is None else f" {count / theirs:>8,.0f} {theirs / all_of_it.seconds:>6.1f}"
    return (
        f"{count:>13,} {all_of_it.messages:>9,} {all_of_it.index:>7.1f} {all_of_it.seconds:>8.1f} {1 / each:>11,.0f}"
        f" {each * 1e6:>8.0f} {all_of_it.processor / count * 1e6:>7.0f} {steps / alone:>12,.0f}{told}"
    )


async def measure_steps(path: Path, count: int, url: str) -> str:
    """One row of the table of the store's steps alone."""
    async with AsyncExitStack() as resources:
        folder = resources.enter_context(tempfile.TemporaryDirectory())
        store = await filled(url or f"sqlite:///{folder}/bench.db", path, count, resources)
        collect_rarely()
        seconds, processor, done = await store_alone(store, DUE + timedelta(days=1))
    return f"{count:>13,} {seconds:>8.1f} {done / seconds:>12,.0f} {processor / done * 1e6:>7.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", nargs="?", type=Path, default=DAILY)
    parser.add_argument("--subscriptions", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--store", default="", help="an empty store; default: a SQLite file for each row")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--steps", action="store_true", help="measure nothing but the store's steps")
    chosen = parser.parse_args(arguments)
    if chosen.steps:
        print("subscriptions  seconds store only/s  CPU us")
        for count in chosen.subscriptions:
            print(asyncio.run(measure_steps(chosen.path, count, chosen.store)), flush=True)
        return
    profiled = cProfile.Profile() if chosen.profile else None
    redis = chosen.store.startswith("redis")
    if redis and not INSTALLED:
        print("saq is not installed: nothing to compare with.")
    theirs = "    saq/s  × saq" if redis and INSTALLED else ""
    print(f"subscriptions  messages index s  seconds  editions/s  us each  CPU us store only/s{theirs}")
    for count in chosen.subscriptions:
        print(asyncio.run(measure(chosen.path, count, chosen.store, profiled)), flush=True)
    if profiled:
        pstats.Stats(profiled).sort_stats("tottime").print_stats(35)


def _ignore(_: object) -> None:
    """Nobody listens."""


def _raise(error: BaseException, _: str) -> None:
    raise error


if __name__ == "__main__":
    main()
