"""Does each edition of a year come once, on time, in every zone, or the newest one after an outage?

A simulated year of subscriptions over forty zones with both changes of the clocks and outages of hours and days, on a
real store with the clock in our hands. What should come is worked out without the code under test.

    python -m benchmarks.year [--small] [--store URL] [--subscriptions N]      URL: an empty store (a new SQLite file)
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.scenarios.year import Span, judged, lived, subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
OUTAGES = (
    (datetime(2025, 2, 4, 7, tzinfo=UTC), datetime(2025, 2, 4, 12, 30, tzinfo=UTC)),
    (datetime(2025, 3, 30, 0, 10, tzinfo=UTC), datetime(2025, 3, 30, 5, 50, tzinfo=UTC)),
    (datetime(2025, 7, 11, 16, tzinfo=UTC), datetime(2025, 7, 14, 8, 20, tzinfo=UTC)),
    (datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2025, 10, 26, 11, tzinfo=UTC)),
    (datetime(2025, 12, 23, 9, tzinfo=UTC), datetime(2025, 12, 30, 9, tzinfo=UTC)),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="40 subscriptions, five weeks")
    parser.add_argument("--store", default="")
    parser.add_argument("--subscriptions", type=int, default=1000)
    chosen = parser.parse_args(arguments)
    days, count = (35, 40) if chosen.small else (366, chosen.subscriptions)
    span = Span(begin=BEGIN, end=BEGIN + timedelta(days=days), outages=OUTAGES)
    everyone = subscriptions(count, BEGIN, random.Random(1))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.store or f"sqlite:///{folder}/a.db"
        story = asyncio.run(lived(url, everyone, span, random.Random(2)))
    took = time.monotonic() - began
    counts = judged(everyone, span, story)
    zones = len({one.cadence.zone for one in everyone})
    outages = sum(begin < span.end for begin, _ in OUTAGES)
    print("| question | measured |\n|---|---|")
    print(f"| subscriptions, zones, days, outages | {count:,}, {zones}, {days}, {outages} |")
    for name, number in counts.items():
        print(f"| {name} | {number:,} |")
    print(f"| early, twice, missing or unwanted | {len(story.faults)} |")
    print(f"| ticks | {len(story.ticks):,} in {took:.0f} s |")
    assert not story.faults, story.faults[:5]


if __name__ == "__main__":
    main()
