"""The recordings with the upvotes of each paper as they were seen over time: what a channel could have known, and when."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.papers import Entry, Tally
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers import Paper, PaperId

DATA = Path(__file__).parents[2] / "shared" / "data"
MORNING = time(8, 10)
"""When the day's recording (stored from 07:49 to 08:06 UTC) is known: a digest at 08:00 is given it."""
WEEK = timedelta(days=7)
HELD_OUT = date(2025, 12, 1)
"""The constants of ranking, choosing and alerting were chosen on what was listed before."""
_COMPLETE = 0.9


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Papers by list day, and the tallies of each, earliest first."""

    listed: dict[date, tuple[Paper, ...]]
    tallies: dict[PaperId, tuple[Tally, ...]]

    def known(self, days: Iterable[date], at: datetime) -> list[Entry]:
        """The papers listed on *days* that had been seen by *at*, each with its newest tally of then."""
        found = []
        for day in days:
            for paper in self.listed.get(day, ()):
                seen = [tally for tally in self.tallies[paper.id] if tally.at <= at]
                if seen:
                    found.append(Entry(paper=paper, tally=seen[-1]))
        return found

    def final(self, paper: Paper) -> Tally | None:
        """The first count of *paper* a week or more after its list day began, or None if it was not counted again."""
        after = _begin(paper.listed_on[-1]) + WEEK
        return next((tally for tally in self.tallies[paper.id] if tally.at >= after), None)

    def last(self, paper: Paper) -> Tally:
        """Its final count, or the last one known."""
        return self.final(paper) or self.tallies[paper.id][-1]

    @cached_property
    def counted(self) -> frozenset[date]:
        """The list days on which at least 90 % of the papers have a final count."""
        return frozenset(
            day
            for day, papers in self.listed.items()
            if sum(self.final(paper) is not None for paper in papers) >= _COMPLETE * len(papers)
        )

    def best(self, day: date, top: int) -> frozenset[PaperId]:
        """The papers that end their week as the *top* of *day*; ties are broken by lot (by a hash of the id)."""
        ranked = sorted(self.listed[day], key=lambda paper: hashlib.sha256(paper.id.encode()).digest())
        ranked.sort(key=lambda paper: -(self.last(paper).upvotes or 0))
        return frozenset(paper.id for paper in ranked[:top])


async def recording_of(data: Path) -> Recording:
    """The recording in the folder *data*: ``daily/`` and ``upvotes.jsonl.gz``."""
    listed: defaultdict[date, list[Paper]] = defaultdict(list)
    tallies: dict[PaperId, tuple[Tally, ...]] = {}
    async for listing in Archive(data / "daily").listings():
        for entry in listing.entries:
            if entry.list_day is not None:
                listed[entry.list_day].append(entry.paper)
                tallies[entry.paper.id] = (entry.tally,)
    with gzip.open(data / "upvotes.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in tallies:
                tallies[row["id"]] = tuple(_tally(at, upvotes) for at, upvotes in row["obs"])
    return Recording(listed={day: tuple(papers) for day, papers in sorted(listed.items())}, tallies=tallies)


def is_there(data: Path) -> bool:
    """Whether *data* holds both files; says so if not."""
    there = (data / "daily").exists() and (data / "upvotes.jsonl.gz").exists()
    if not there:
        print(f"{data} is not there, or lacks daily/ or upvotes.jsonl.gz: name a folder of recordings.")
    return there


def morning(day: date) -> datetime:
    """When a digest of *day* is made."""
    return datetime.combine(day, MORNING, UTC)


def hours(paper: Paper, at: datetime) -> float:
    """How long after the list day of *paper* began."""
    return (at - _begin(paper.listed_on[-1])) / timedelta(hours=1)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _tally(at: str, upvotes: int) -> Tally:
    return Tally(at=datetime.fromisoformat(at), upvotes=upvotes)
