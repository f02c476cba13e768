"""What does Discord cost: how soon is a command answered, how many posts does a processor make, how much memory?

Our process (`benchmarks.discord_bot`, real discord.py) serves 10,000 servers of five channels each, with 10,000
subscriptions and 40,000 papers in SQLite. This process is Discord: it connects the bot, lets people give 100 commands a
second at random moments, then has everything brought that is due, with all limits lifted. *ms* are from the moment
a person asks until the answer is stored here, both ways through sockets; processor time and memory are our process's
alone. Aims: p99 of commands 100 ms, of suggestions 50 ms; 400 posts a second of processor time; 250 MiB.

    python -m benchmarks.discord [--small] [--guilds N] [--rate N] [--folder FOLDER] [--profile FILE] [PATH]

PATH is arxiv.jsonl.gz. A store kept in FOLDER is used again; what was brought from it is not due a second time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import TYPE_CHECKING

from benchmarks.search import DATA, corpus
from bot.app.rooms import opened
from bot.domain.cadence import EVERY_DAY, Cadence
from bot.domain.filters import Filter, Term, any_of
from bot.domain.papers import Entry, Listing
from bot.domain.subscriptions import Destination, Platform, Subscription, permanent_id
from tests.servers.discord.server import DiscordServer, running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bot.app.rooms import Paperround
    from bot.domain.filters import Want
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.world import Channel, User

A_DAY = 24
"""Papers listed a day, weekends counted: so many were in the autumn of 2025."""
GUILDS_A_SHARD = 1_000
CHANNELS = 5
KINDS = {
    "today": 5,
    "search": 5,
    "show": 4,
    "subscriptions": 2,
    "a suggested paper": 3,
    "a suggested keyword": 1,
}
"""What people do, and how often in twenty times."""
SUGGESTED = "a suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything."""

    papers: int = 40_000
    guilds: int = 10_000
    commands: int = 3_000
    per_second: float = 100


SMALL = Size(papers=300, guilds=20, commands=60, per_second=60)


# What is there


def listings(entries: Sequence[Entry], now: datetime) -> list[Listing]:
    """*entries* as the listings of the last days, `A_DAY` each, as they are seen *now*."""
    made = []
    for back, begin in enumerate(range(0, len(entries), A_DAY)):
        day = (now - timedelta(days=back)).date()
        seen = tuple(
            replace(one, paper=replace(one.paper, listed_on=(day,)), tally=replace(one.tally, at=now))
            for one in entries[begin : begin + A_DAY]
        )
        made.append(Listing(day=day, seen_at=now, entries=seen))
    return made[::-1]


def subscriptions(entries: Sequence[Entry], channels: Sequence[Channel], now: datetime) -> list[Subscription]:
    """One subscription for each of *channels*, of one to five of the commoner keywords; nearly all have something."""
    chance = random.Random(1)
    counted = Counter(keyword for one in entries for keyword in one.paper.keywords)
    keywords = [keyword for keyword, _ in counted.most_common(300)]
    made = []
    for number, channel in enumerate(channels):
        assert channel.guild is not None
        to = Destination(platform=Platform.DISCORD, workspace=channel.guild.id, channel=channel.id)
        terms: list[Want] = [
            Term(text=keyword)
            for keyword in chance.sample(keywords, chance.randint(1, min(5, len(keywords))))
        ]
        made.append(
            Subscription(
                id=permanent_id(to, f"{number:012x}"),
                short_id=f"{number:04x}",
                destination=to,
                filter=Filter(wants=any_of(terms)),
                cadence=Cadence(weekdays=EVERY_DAY, zone="UTC"),
                created_by="bench",
                created_at=now - timedelta(days=30),
            )
        )
    return made


async def fill(rooms: Paperround, entries: Sequence[Entry], channels: Sequence[Channel]) -> None:
    """Keep the papers as an ingest would, and subscribe the channels; all is due now."""
    now = rooms.now()
    for listing in listings(entries, now):
        await rooms.ingest.keep(listing)
    await rooms.searching.catch_up()
    made = [(one, now) for one in subscriptions(entries, channels, now)]
    for begin in range(0, len(made), 5_000):
        await rooms.store.subscriptions.add_all(made[begin : begin + 5_000])


def settle(server: DiscordServer, guilds: int) -> list[Channel]:
    """*guilds* servers of `CHANNELS` channels on *server*; gives the first channel of each."""
    server.desk.strict, server.rates.per_second = False, 0
    server.gateway.shards = max(1, guilds // GUILDS_A_SHARD)
    homes = [server.add_guild(f"Lab {number}") for number in range(guilds)]
    for number in range(CHANNELS * guilds):
        server.add_channel(homes[number // CHANNELS], f"papers-{number % CHANNELS}")
    return list(server.world.channels.values())[::CHANNELS]


# Our process


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What our process spent so far, and holds now."""

    seconds: float
    mib: float
    mapped: float

    def __str__(self) -> str:
        return f"{self.mib:.0f}, of it mapped files {self.mapped:.0f}"


class Bot:
    """Our process, and how to ask it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def heard(self) -> Used:
        """What it says next."""
        assert self._process.stdout is not None
        return Used(**json.loads(await self._process.stdout.readline()))

    async def ask(self, question: str) -> Used:
        """What it says to *question*."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{question}\n".encode())
        await self._process.stdin.drain()
        return await self.heard()


@asynccontextmanager
async def serving(folder: Path, server: DiscordServer, profile: str) -> AsyncGenerator[Bot]:
    """Our process on the store in *folder*, as long as it is open."""
    told = [str(folder), server.api, server.token, *([profile] if profile else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.discord_bot", *told, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    try:
        yield Bot(process)
    finally:
        process.stdin.close()
        await process.wait()


# What people do


async def give(server: DiscordServer, who: User, where: Channel, kind: str, paper: Entry) -> Interaction:
    """*who* does *kind* of thing about *paper*."""
    words = [word for word in paper.paper.title.split() if word.isalpha()] or ["agents"]
    match kind:
        case "search":
            return await server.command(who, where, "papers search", {"words": " ".join(words[:2])})
        case "show":
            return await server.command(who, where, "papers show", {"paper": paper.paper.id})
        case "a suggested paper":
            typed = paper.paper.title[:12]
            return await server.autocomplete(who, where, "papers show", option="paper", typed=typed)
        case "a suggested keyword":
            return await server.autocomplete(
                who, where, "papers today", option="filter", typed=words[0].lower()[:4]
            )
        case _:
            return await server.command(who, where, f"papers {kind}")


async def crowd(
    server: DiscordServer, channels: Sequence[Channel], entries: Sequence[Entry], size: Size
) -> dict[str, list[float]]:
    """Milliseconds from each command to its answer, by its kind; commands come whether or not the last was answered."""
    chance = random.Random(2)
    people = [server.add_user(f"person {number}") for number in range(200)]
    asked: list[tuple[str, Interaction]] = []
    at = monotonic()
    for _ in range(size.commands):
        at += chance.expovariate(size.per_second)
        await asyncio.sleep(max(0, at - monotonic()))
        [kind] = chance.choices(list(KINDS), list(KINDS.values()))
        who, where = chance.choice(people), chance.choice(channels)
        asked.append((kind, await give(server, who, where, kind, chance.choice(entries))))
    took = defaultdict(list)
    for kind, one in asked:
        if not kind.startswith(SUGGESTED):
            await one.message(within=60)
        await one.answer(within=60)
        took[kind].append(one.replies[-1].after * 1e3)
    return took


async def first_look(server: DiscordServer, where: Channel) -> float:
    """Seconds that the first ``today`` after a start takes: the papers of 45 days are indexed for it."""
    asked = await server.command(server.add_user("first"), where, "papers today")
    await asked.message(within=60)
    return asked.replies[-1].after


# What comes out


def rows_of(took: dict[str, list[float]], spent: float) -> list[str]:
    """The rows about commands."""
    every = [ms for kind, some in took.items() for ms in some if not kind.startswith(SUGGESTED)]
    suggested = [ms for kind, some in took.items() for ms in some if kind.startswith(SUGGESTED)]
    count = len(every) + len(suggested)
    return [
        _row("a command to its answer, ms", every, "100 ms"),
        *(_row(f"… {kind}, ms", took[kind], "") for kind in KINDS if not kind.startswith(SUGGESTED)),
        _row("suggestions while typing, ms", suggested, "50 ms"),
        f"| our processor time a command, ms | {spent / count * 1e3:.1f} | | |",
    ]


def _row(name: str, some: list[float], aim: str) -> str:
    cuts = quantiles(some, n=100, method="inclusive") if len(some) > 1 else some * 99
    return f"| {name} | {cuts[49]:.1f} | {cuts[98]:.1f} | {aim} |"


async def measure(size: Size, path: Path, folder: Path, profile: str) -> list[str]:
    """The rows of the table."""
    entries = await asyncio.to_thread(corpus, path, size.papers)
    server = DiscordServer()
    channels = settle(server, size.guilds)
    if not (folder / "paperround.db").exists():
        async with opened(f"sqlite:///{folder / 'paperround.db'}", data_dir=folder) as rooms:
            await fill(rooms, entries, channels)
    async with running(server), serving(folder, server, profile) as bot:
        connected = await bot.heard()
        first = await first_look(server, channels[0])
        begun = await bot.ask("used")
        took = await crowd(server, channels, entries, size)
        asked = await bot.ask("used")
        brought = await bot.ask("bring")
    posts = server.desk.answers[200] - _others(server)
    assert not server.complaints, server.complaints[:3]
    return [
        f"| the first look at a day after a start, s | {first:.1f} | | |",
        *rows_of(took, asked.seconds - begun.seconds),
        f"| posts brought | {posts:,} | | |",
        f"| posts a second of processor time | {posts / (brought.seconds - asked.seconds):.0f} | | 400 |",
        f"| memory, connected to {size.guilds:,} servers, MiB | {connected} | | 250 |",
        f"| … after the commands, MiB | {asked} | | |",
        f"| … after all was brought, MiB | {brought} | | |",
    ]


def _others(server: DiscordServer) -> int:
    """How many good answers were not to posts."""
    posted = sum(1 for one in server.messages.every.values() if one.nonce is not None)
    return server.desk.answers[200] - posted


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, default=DATA / "arxiv.jsonl.gz", metavar="PATH")
    parser.add_argument("--small", action="store_true", help="300 papers, 20 servers, 60 commands")
    parser.add_argument("--folder", type=Path, help="where the store is kept, and found again")
    parser.add_argument("--rate", type=float, help="commands a second")
    parser.add_argument("--guilds", type=int, help="servers, and subscriptions")
    parser.add_argument("--profile", default="", help="a file for our process's profile")
    given = parser.parse_args(arguments)
    if not given.path.exists():
        print(f"{given.path} is not there.")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        size = SMALL if given.small else Size()
        size = replace(size, per_second=given.rate or size.per_second, guilds=given.guilds or size.guilds)
        rows = asyncio.run(measure(size, given.path, folder, given.profile))
    print("| question | p50 | p99 | aim |\n|---|---|---|---|", *rows, sep="\n")


if __name__ == "__main__":
    main()
