"""How long from a listing's bytes to papers that are stored and searchable?

One 100-paper listing (aim: 100 ms or less), and ten recorded months (aim: 60 s or less), twice, with the same result.

    python -m benchmarks.ingest [--small] [--rounds N] [PATH]      PATH: a folder of recordings (../shared/data/daily)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bot.app.rooms import Paperround, opened
from bot.sources.answers import Answer, decode_listing
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Sequence

DAILY = Path(__file__).parents[2] / "shared" / "data" / "daily"
ROUNDS = 7


def listing_bytes(day: date, first: int, words: list[str]) -> bytes:
    """A listing of 100 papers of the usual size (about 3 kB each), in the recorded shape."""
    return json.dumps([item(day, first + place, words) for place in range(100)]).encode()


def item(day: date, number: int, words: list[str]) -> dict[str, Any]:
    """One item of a listing, in the recorded shape."""
    pick = [words[(number * 7 + place * 13) % len(words)] for place in range(200)]
    title, summary = " ".join(pick[:10]).capitalize(), " ".join(pick)
    paper = {
        "id": f"{2500 + number // 90_000:04d}.{number % 90_000:05d}",
        "title": title,
        "summary": summary,
        "authors": [{"name": f"Author {place}", "hidden": False} for place in range(8)],
        "publishedAt": f"{day}T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T01:00:00.000Z",
        "upvotes": number % 60,
        "ai_keywords": pick[20:30],
    }
    return {"paper": paper, "title": title, "summary": summary, "publishedAt": f"{day}", "numComments": 1}


async def one_listing(rounds: int) -> list[float]:
    """Milliseconds from bytes to searchable, for several new listings in a row."""
    words = [f"word{number:04d}" for number in range(3000)]
    took = []
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/a.db", observe=lambda _: None) as rooms:
            for turn in range(rounds):
                day = date(2025, 1, 1) + timedelta(days=turn)
                body = listing_bytes(day, 1000 * turn, words)
                began = perf_counter()
                seen_at = datetime.combine(day, datetime.min.time(), UTC)
                listing = decode_listing(Answer(status=200, headers={}, body=body), day=day, at=seen_at)
                await rooms.ingest.keep(listing)
                await rooms.searching.catch_up()
                took.append((perf_counter() - began) * 1000)
                assert len(listing.entries) == 100
    return took


async def months(path: Path, *, most: int | None) -> tuple[float, float, int, bool]:
    """Seconds for the first and the second time, papers, and whether the second changed nothing."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/a.db", observe=lambda _: None) as rooms:
            began = perf_counter()
            await replayed(rooms, path, most)
            between = perf_counter()
            before = await rooms.store.papers.changed(0, 1_000_000)
            again = perf_counter()
            await replayed(rooms, path, most)
            ended = perf_counter()
            same = before == await rooms.store.papers.changed(0, 1_000_000)
            return between - began, ended - again, await rooms.store.papers.count(), same


async def replayed(rooms: Paperround, path: Path, most: int | None) -> None:
    """Keep the first *most* listings of the recordings in *path*."""
    days = 0
    async for listing in Archive(path).listings():
        await rooms.ingest.keep(listing)
        days += 1
        if most is not None and days >= most:
            break
    await rooms.searching.catch_up()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DAILY)
    parser.add_argument("--small", action="store_true", help="ten days instead of all")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how many 100-paper listings to keep")
    chosen = parser.parse_args(arguments)
    took = asyncio.run(one_listing(chosen.rounds))
    print(f"{'question':<58}{'measured':>14}{'aim':>10}")
    print(
        f"{f'100 papers, bytes to searchable: median of {chosen.rounds}':<58}{median(took):>11.0f} ms{'100 ms':>10}"
    )
    if not chosen.path.exists():
        print(f"{chosen.path} is not there: recorded months were left out.")
        return
    first, second, papers, same = asyncio.run(months(chosen.path, most=10 if chosen.small else None))
    print(f"{f'recorded months, {papers:,} papers, first time':<58}{first:>12.1f} s{'60 s':>10}")
    print(f"{'… second time':<58}{second:>12.1f} s{'':>10}")
    print(f"{'… changed nothing the second time':<58}{'yes' if same else 'NO':>14}{'yes':>10}")


if __name__ == "__main__":
    main()
