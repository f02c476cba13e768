"""Real courier processes on a real store: what they shall bring, killing them, and judging what arrived."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.cadence import EVERY_DAY, Cadence
from bot.domain.deliveries import State, scheduled
from bot.domain.filters import Filter
from bot.domain.papers import Entry, Listing, Paper, Tally
from bot.domain.subscriptions import Destination, Subscription, permanent_id
from bot.services.ingesting import Ingest
from storage.opening import open_store
from tests.servers.courier_process import READY, utc_now
from tests.servers.platform import PlatformServer, running
from tests.servers.platform_messenger import KINDS
from tests.servers.redis import find_server, redis_server

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator, Iterable, Mapping

    from bot.domain.deliveries import Delivery
    from bot.ports import Store

STORES = ("sqlite", "redis", "valkey")
PARTS = 2
PER_MESSAGE = 2
ROOT = Path(__file__).parents[2]
_A_DAY = timedelta(days=1)
_SOON = timedelta(hours=1)


class NoServer(Exception):
    """There is no program of that kind here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Subscriptions that fall due: *each* on every platform, *parts* messages each, over *within*."""

    each: int
    parts: int = PARTS
    within: timedelta = timedelta(0)


def server_of(kind: str, *, seed: int, rate: float = 0) -> PlatformServer:
    """A platform that gives what *kind* says there is to know by, with faults at *rate*."""
    certainty = KINDS[kind].certainty
    return PlatformServer(
        nonce_window=certainty.resend_within.total_seconds(),
        history="readable" if certainty.readable else "empty",
        rate=rate,
        chance=random.Random(f"{seed}{kind}"),
    )


@asynccontextmanager
async def store_at(kind: str, folder: Path) -> AsyncGenerator[str]:
    """The address of a new, empty store of *kind*, kept in *folder*; raises `NoServer`."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'a.db'}"
        return
    program = find_server(kind)
    if isinstance(program, str):
        raise NoServer(program)
    async with redis_server(program, folder) as server:
        yield server.url


@asynccontextmanager
async def all_running(servers: Mapping[str, PlatformServer]) -> AsyncGenerator[None]:
    """Every one of *servers* on a port of its own."""
    async with AsyncExitStack() as stack:
        for server in servers.values():
            await stack.enter_async_context(running(server))
        yield


async def seed(store: Store, kinds: Iterable[str], load: Load) -> list[str]:
    """Papers, and subscriptions to all of them that fall due from now on; gives the keys of what shall arrive."""
    now = utc_now()
    await Ingest(store.papers, observe=lambda _: None, now=utc_now).keep(_listing(now))
    expected = []
    for kind in kinds:
        for number in range(load.each):
            due_at = now + load.within * number / load.each
            one = _subscription(kind, number, now, top=load.parts * PER_MESSAGE)
            await store.subscriptions.add(one, due_at=due_at)
            edition = scheduled(due_at, "UTC")
            expected += [f"{one.destination}|{one.id}|{edition}|{part + 1}" for part in range(load.parts)]
    return expected


def _listing(now: datetime) -> Listing:
    day = (now - _A_DAY).date()
    return Listing(
        day=day,
        seen_at=now,
        entries=tuple(
            Entry(
                paper=Paper(id=f"2511.{number:05}", title=f"Paper {number}", listed_on=(day,)),
                tally=Tally(at=now, upvotes=10 * number),
            )
            for number in range(1, 11)
        ),
    )


def _subscription(kind: str, number: int, now: datetime, *, top: int) -> Subscription:
    to = Destination(platform=KINDS[kind].platform, workspace=f"W{number % 7}", channel=f"{kind}{number}")
    before = (now - timedelta(minutes=1)).time().replace(second=0, microsecond=0, tzinfo=None)
    return Subscription(
        id=permanent_id(to, f"{number:06x}-{kind}"),
        short_id=f"{number:x}-{kind}",
        destination=to,
        filter=Filter(),
        cadence=Cadence(weekdays=EVERY_DAY, times=(before,), zone="UTC"),
        top=top,
        created_by="U1",
        created_at=now,
    )


@dataclass(kw_only=True)
class Couriers:
    """Courier processes on the store at *url*; *arguments* are further ones of `courier_process`."""

    url: str
    servers: Mapping[str, PlatformServer]
    errors: Path
    arguments: tuple[str, ...] = ()
    processes: list[Process] = field(default_factory=list)

    async def start(self) -> Process:
        """Start one more, and return when it works."""
        platforms = [f"{kind}={server.url}" for kind, server in self.servers.items()]
        with self.errors.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.servers.courier_process", self.url, *platforms),
                *("--per-message", str(PER_MESSAGE), *self.arguments),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        self.processes.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(30):
            said = (await process.stdout.readline()).decode().strip()
        assert said == READY, self.errors.read_text()
        return process

    async def kill(self, process: Process) -> None:
        """SIGKILL."""
        self.processes.remove(process)
        process.kill()
        await process.wait()

    async def stop(self) -> list[int]:
        """SIGTERM to all; gives how each ended."""
        leaving, self.processes = self.processes, []
        for process in leaving:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(30):
                return [await process.wait() for process in leaving]
        except TimeoutError as error:
            for process in leaving:
                if process.returncode is None:
                    process.send_signal(signal.SIGUSR1)
            await asyncio.sleep(1)
            raise TimeoutError(f"a process did not end: {self.defects}") from error

    @property
    def defects(self) -> str:
        """What the processes complained about."""
        return self.errors.read_text() if self.errors.exists() else ""


@asynccontextmanager
async def couriers(
    url: str, servers: Mapping[str, PlatformServer], errors: Path, *arguments: str
) -> AsyncGenerator[Couriers]:
    """Nobody yet; whoever is left at the end is killed."""
    herd = Couriers(url=url, servers=servers, errors=errors, arguments=arguments)
    try:
        yield herd
    finally:
        for process in tuple(herd.processes):
            await herd.kill(process)


async def harass(
    herd: Couriers, kills: int, *, racing: int, chance: random.Random, life: tuple[float, float]
) -> None:
    """Kill one of *racing* processes at a time, *kills* times, each killed one replaced; *life* in seconds."""
    while len(herd.processes) < racing:
        await herd.start()
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(*life))
        await herd.kill(chance.choice(herd.processes))
        await herd.start()


async def settled(url: str, *, within: float) -> None:
    """Return when nothing waits to be done in the store, or raise `TimeoutError` with what does."""
    async with open_store(url) as store:
        try:
            async with asyncio.timeout(within):
                while _is_soon(await store.outbox.next_at()):  # noqa: ASYNC110 - other processes do what is waited for
                    await asyncio.sleep(0.2)
        except TimeoutError as error:
            raise TimeoutError(f"still waiting: {await store.outbox.counts()}") from error


def _is_soon(moment: datetime | None) -> bool:
    return moment is not None and moment < datetime.now(UTC) + _SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of the deliveries of one platform, by what it stored."""

    expected: int
    once: int
    twice: int
    lost: int
    """Neither there nor shown as unknown, refused, or waiting behind such a one."""
    unknown: int
    unknown_there: int
    """How many of the unknown ones did arrive."""
    refused: int
    behind: int
    """Later parts that wait because an earlier one is unknown or refused."""
    strange: int
    """Stored, but never asked for; or out of order."""

    @property
    def clean(self) -> bool:
        """Whether each arrived once, and nobody is in doubt."""
        return self.once == self.expected and not (self.twice or self.lost or self.unknown or self.strange)


async def verdict(url: str, server: PlatformServer, expected: Iterable[str]) -> Verdict:
    """Judge *server*'s list, and let the store at *url* account for what is not on it."""
    wanted, counts = set(expected), server.keys
    async with open_store(url) as store:
        listed = await store.outbox.deliveries(list(State), limit=100_000)
    known = {one.key: one for one in listed if one.key in wanted}
    states = {key: known[key].state if key in known else None for key in wanted}
    shown = {State.UNKNOWN, State.REFUSED}
    behind = {one.key for one in known.values() if _waits_behind(one, known, shown)}
    unknown = {key for key, state in states.items() if state is State.UNKNOWN}
    lost = [key for key in wanted - behind if not counts[key] and states[key] not in shown]
    return Verdict(
        expected=len(wanted),
        once=sum(counts[key] == 1 for key in wanted),
        twice=sum(counts[key] > 1 for key in wanted),
        lost=len(lost),
        unknown=len(unknown),
        unknown_there=sum(counts[key] > 0 for key in unknown),
        refused=sum(state is State.REFUSED for state in states.values()),
        behind=len(behind),
        strange=len(counts.keys() - wanted) + _out_of_order(server),
    )


def _waits_behind(one: Delivery, known: Mapping[str, Delivery], shown: set[State]) -> bool:
    before = known.get(f"{one.key.rpartition('|')[0]}|{one.part - 1}")
    return one.state is State.PENDING and before is not None and before.state in shown


def _out_of_order(server: PlatformServer) -> int:
    """How many channels got a later part before an earlier one."""
    parts: dict[str, list[int]] = {}
    for message in server.stored:
        parts.setdefault(message.channel, []).append(int(message.key.rpartition("|")[2]))
    return sum(seen != sorted(seen) for seen in parts.values())
