"""What the benchmarks of platforms share: a store that many are subscribed to, people who ask, and rows of a table."""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from math import nan
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import TYPE_CHECKING

from benchmarks.search import DATA
from bot.app.rooms import opened
from bot.domain.cadence import EVERY_DAY, Cadence
from bot.domain.filters import Filter, Term, any_of
from bot.domain.papers import Entry, Listing
from bot.domain.subscriptions import Destination, Subscription, permanent_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
    from datetime import datetime

    from bot.app.rooms import Paperround
    from bot.domain.filters import Want

A_DAY = 24
"""Papers listed a day, weekends counted: so many were in the autumn of 2025."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything; *homes* are servers or workspaces."""

    papers: int = 40_000
    homes: int = 10_000
    commands: int = 3_000
    per_second: float = 100


SMALL = Size(papers=300, homes=20, commands=60, per_second=60)


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


def subscriptions(
    entries: Sequence[Entry], places: Sequence[Destination], now: datetime
) -> list[Subscription]:
    """One subscription for each of *places*, of one to five of the commoner keywords; nearly all have something."""
    chance = random.Random(1)
    counted = Counter(keyword for one in entries for keyword in one.paper.keywords)
    keywords = [keyword for keyword, _ in counted.most_common(300)]
    made = []
    for number, to in enumerate(places):
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


async def fill(rooms: Paperround, entries: Sequence[Entry], places: Sequence[Destination]) -> None:
    """Keep the papers as an ingest would, and subscribe the places; all is due now."""
    now = rooms.now()
    for listing in listings(entries, now):
        await rooms.ingest.keep(listing)
    await rooms.searching.catch_up()
    made = [(one, now) for one in subscriptions(entries, places, now)]
    for begin in range(0, len(made), 5_000):
        await rooms.store.subscriptions.add_all(made[begin : begin + 5_000])


def url_of(folder: Path) -> str:
    """The store in *folder*."""
    return f"sqlite:///{folder / 'paperround.db'}"


async def stored(folder: Path, entries: Sequence[Entry], places: Sequence[Destination]) -> None:
    """The store in *folder*, filled if it is not there."""
    if not (folder / "paperround.db").exists():
        async with opened(url_of(folder), data_dir=folder) as rooms:
            await fill(rooms, entries, places)


# What people do


async def coming(size: Size, kinds: Mapping[str, int], chance: random.Random) -> AsyncGenerator[str]:
    """What is done next, of *kinds* by their weight, at its random moment: whether or not the last was answered."""
    gc.freeze()  # the papers and servers of this process: else it, and not ours, would stop for a third of a second
    at = monotonic()
    for _ in range(size.commands):
        at += chance.expovariate(size.per_second)
        await asyncio.sleep(max(0, at - monotonic()))
        [kind] = chance.choices(list(kinds), list(kinds.values()))
        yield kind


def words_of(entry: Entry) -> list[str]:
    """Words of its title that can be searched for."""
    return [word for word in entry.paper.title.split() if word.isalpha()] or ["agents"]


# What comes out


def row(name: str, some: Sequence[float], aim: str = "") -> str:
    """The median and the 99th percentile of *some*."""
    cuts = quantiles(some, n=100, method="inclusive") if len(some) > 1 else (list(some) or [nan]) * 99
    return f"| {name} | {cuts[49]:.1f} | {cuts[98]:.1f} | {aim} |"


def posts_row(posts: int, seconds: float) -> list[str]:
    """How many were brought, and in how much of our processor time."""
    return [
        f"| posts brought | {posts:,} | | |",
        f"| posts a second of processor time | {posts / seconds:.0f} | | 400 |",
    ]


def main(
    told: str,
    arguments: Sequence[str] | None,
    sizes: tuple[Size, Size],
    measure: Callable[[Size, Path, Path, str], Coroutine[object, object, list[str]]],
) -> None:
    """Print the table of *measure*, given what the command line chooses of *sizes*, the whole and the small one."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=DATA / "arxiv.jsonl.gz", metavar="PATH")
    parser.add_argument("--small", action="store_true", help="300 papers, 20 homes, 60 commands")
    parser.add_argument("--folder", type=Path, help="where the store is kept, and found again")
    parser.add_argument("--rate", type=float, help="commands a second")
    parser.add_argument("--homes", type=int, help="servers, or workspaces")
    parser.add_argument("--profile", default="", help="a file for our process’s profile")
    given = parser.parse_args(arguments)
    if not given.path.exists():
        print(f"{given.path} is not there.")
        return
    size = sizes[1] if given.small else sizes[0]
    size = replace(size, per_second=given.rate or size.per_second, homes=given.homes or size.homes)
    with tempfile.TemporaryDirectory() as name:
        rows = asyncio.run(measure(size, given.path, given.folder or Path(name), given.profile))
    print("| question | p50 | p99 | aim |\n|---|---|---|---|", *rows, sep="\n")
