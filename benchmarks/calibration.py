"""How far is a course off, and does a chance mean what it says?

The recordings as a channel would have lived them (`benchmarks.coverage`): how fresh the counts were, how far the
upvotes a paper was on course for lie from those after seven days, and how many of the papers that were given a chance
to end among the five best of their day did.

    python -m benchmarks.calibration [--small] [PATH]      PATH: a folder with daily/ and upvotes.jsonl.gz
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from datetime import timedelta
from math import log, sqrt
from pathlib import Path
from statistics import median, stdev
from typing import TYPE_CHECKING

from benchmarks.coverage import mornings
from benchmarks.recording import DATA, HELD_OUT, is_there, morning, recording_of
from bot.domain.choosing import chances
from bot.domain.matching import PaperIndex
from bot.domain.ranking import ERROR, expected_of, to_come

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from benchmarks.coverage import Morning
    from benchmarks.recording import Recording
    from bot.domain.papers import Entry, PaperId

TOP = 5
HALVES = ("to November", "December")
_THAT_MORNING = 9


def freshness(days: Sequence[Morning]) -> None:
    """Print how old the newest known count was, by the age of a paper."""
    ages: defaultdict[int, list[float]] = defaultdict(list)
    for one in days:
        for entry in one.index.entries:
            if entry.list_day:
                seen = (morning(one.today) - entry.tally.at) / timedelta(hours=1)
                ages[(one.today - entry.list_day).days].append(seen)
    print("| days after the list day | papers | newest count, hours old (median) | counted that day |")
    print("|---|---|---|---|")
    for age, old in sorted(ages.items()):
        fresh = sum(seen < _THAT_MORNING for seen in old) / len(old)
        print(f"| {age} | {len(old):,} | {median(old):.0f} | {fresh * 100:.0f} % |")


def errors(recording: Recording, days: Sequence[Morning]) -> None:
    """Print how far courses were off, as the deviation of their logarithm, beside what the rule says."""
    off: defaultdict[tuple[int, str], list[tuple[float, float]]] = defaultdict(list)
    for one in days:
        for entry in one.index.entries:
            final = recording.final(entry.paper)
            fresh = entry.tally.at.date() == one.today
            if entry.list_day and final and fresh and entry.list_day in recording.counted:
                error = log(((final.upvotes or 0) + 1) / (expected_of(entry) + 1))
                age = (one.today - entry.list_day).days
                off[age, _half(entry)].append((error, ERROR * sqrt(to_come(entry))))
    print("\n| counted, days after the list day | months | papers | a course is off by | the rule says |")
    print("|---|---|---|---|---|")
    for (age, half), told in sorted(off.items(), key=lambda item: (item[0][0], -HALVES.index(item[0][1]))):
        if len(told) > 1:
            measured, rule = stdev(error for error, _ in told), median(rule for _, rule in told)
            print(f"| {age} | {half} | {len(told)} | {measured:.2f} | {rule:.2f} |")


def tenths(recording: Recording, days: Sequence[Morning]) -> None:
    """Print how many of the papers that were given a chance at 08:00 of their list day made it."""
    made: defaultdict[tuple[str, int], list[bool]] = defaultdict(list)
    for one in days:
        if one.today in recording.counted:
            listed = [entry for entry in one.index.entries if entry.list_day == one.today]
            for entry, chance, true in _judged(listed, recording.best(one.today, TOP)):
                made[_half(entry), min(int(chance * 10), 9)].append(true)
    print(f"\n| chance, at 08:00 of the list day | {HALVES[0]}: papers, share | {HALVES[1]}: papers, share |")
    print("|---|---|---|")
    for tenth in range(10):
        cells = " | ".join(_share(made[half, tenth]) for half in HALVES)
        print(f"| {tenth / 10:.1f}–{tenth / 10 + 0.1:.1f} | {cells} |")


def _judged(listed: Sequence[Entry], best: Collection[PaperId]) -> Iterator[tuple[Entry, float, bool]]:
    """Each of one day's papers, its chance to end among the best, and whether it did."""
    index = PaperIndex(listed)
    ranked = sorted((-score, index.standing[place], place) for place, score in enumerate(index.expected))
    for (_, _, place), chance in chances(index.unsettled, ranked, TOP):
        entry = index.entries[place]
        yield entry, chance, entry.paper.id in best


def _half(entry: Entry) -> str:
    return HALVES[entry.paper.listed_on[-1] >= HELD_OUT]


def _share(true: Sequence[bool]) -> str:
    return f"{len(true)}, {sum(true) / len(true):.2f}" if true else "–"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DATA)
    parser.add_argument("--small", action="store_true", help="the chances alone")
    chosen = parser.parse_args(arguments)
    if not is_there(chosen.path):
        return
    recording = asyncio.run(recording_of(chosen.path))
    days = list(mornings(recording))
    if not chosen.small:
        freshness(days)
        errors(recording, days)
    tenths(recording, days)


if __name__ == "__main__":
    main()
