"""How long does it take to compose one digest?

The candidates of seven list days of a recording, 500 mixed filters, five picks: matched, ranked, chosen, with reasons.
*index* is the cutting of the seven days' texts into words, once a process; *cold* has that, but nobody asked for this
filter's words before; *shared* is what all others cost. Aims: 1 ms cold, 60 µs shared.

    python -m benchmarks.composing [--small] [PATH]      PATH: ../shared/data/daily
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.match import DAILY, Wishes
from bot.domain.composing import Window, compose
from bot.domain.matching import PaperIndex
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.filters import Filter
    from bot.domain.papers import Entry

LAST = date(2025, 10, 17)
DAYS = Window(first=LAST - timedelta(days=6), last=LAST)
TOP = 5


async def candidates(path: Path) -> list[Entry]:
    """The papers listed within the seven days, each once."""
    found = {}
    async for listing in Archive(path).listings(since=DAYS.first, until=DAYS.last):
        found.update({entry.paper.id: entry for entry in listing.entries})
    return list(found.values())


def microseconds(index: PaperIndex, filters: Sequence[Filter]) -> list[float]:
    """How long a digest for each of *filters* takes."""
    taken = []
    for one in filters:
        begun = perf_counter()
        compose(index, one, DAYS, top=TOP)
        taken.append(1e6 * (perf_counter() - begun))
    return taken


def main(path: Path, count: int) -> None:
    """Print the table."""
    entries = asyncio.run(candidates(path))
    wishes = Wishes(entries, random.Random(4))
    filters = [wishes.mixed() for _ in range(count)]
    begun = perf_counter()
    index = PaperIndex(entries)
    compose(index, filters[0], DAYS, top=TOP)  # words are cut when they are first asked for
    indexing = perf_counter() - begun
    gc.collect()
    gc.freeze()
    cold, shared = microseconds(index, filters), microseconds(index, filters)
    print(f"| {len(entries)} candidates of seven days, {count} filters; µs a digest | p50 | p99 |")
    print("|---|---|---|")
    print(f"| index | {1e6 * indexing:,.0f} | |")
    for name, taken in (("cold", cold), ("shared", shared)):
        cuts = quantiles(taken, n=100)
        print(f"| {name} | {cuts[49]:,.0f} | {cuts[98]:,.0f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, default=DAILY, metavar="PATH")
    parser.add_argument("--small", action="store_true", help="50 filters instead of 500")
    given = parser.parse_args()
    main(given.path, 50 if given.small else 500)
