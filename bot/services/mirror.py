"""The listings of the last weeks, held by the process, so that composing many editions asks the store once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.composing import LONGEST_LOOK_BACK
from bot.domain.listings import newest_plausible
from bot.domain.matching import PaperIndex

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import date, datetime

    from bot.domain.composing import Window
    from bot.domain.papers import PaperId, Tally
    from bot.ports import ListingRecord, PaperStore

_GROWN_OVER: Final = timedelta(hours=6)
_MOST_WINDOWS: Final = 4
_LATEST: Final = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The papers of a window, indexed, with what each had some hours before its newest count."""

    index: PaperIndex
    earlier: dict[PaperId, int]


@dataclass(slots=True)
class Mirror:
    """Follows what a store knows of listings."""

    _papers: PaperStore
    _revision: tuple[int, datetime | None] = (-1, None)
    _records: list[ListingRecord] = field(default_factory=list)
    _windows: dict[tuple[date, date], Candidates] = field(default_factory=dict)
    _read_at: datetime | None = None
    _newest: dict[datetime, date | None] = field(default_factory=dict)
    _held: int = 0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _came: int = 0
    """How many wanted to know what the store knows now."""
    _answered: int = 0
    """So many of them came before the last look began."""

    @asynccontextmanager
    async def steady(self) -> AsyncGenerator[None]:
        """While it is open the store is asked no more, so that what is composed together is composed of the same."""
        await self._follow()
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def records(self) -> Sequence[ListingRecord]:
        """What is known of every day, the earliest first."""
        await self._follow()
        return self._records

    async def read_at(self) -> datetime | None:
        """When the source was last read well, None while nothing is stored."""
        await self.records()
        return self._read_at

    async def newest_day(self, now: datetime) -> date | None:
        """The newest list day with a plausible listing, or None while nothing is stored."""
        latest = (await self.records())[-_LATEST:]
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour not in self._newest:
            self._newest = {hour: newest_plausible({record.day: len(record.ids) for record in latest}, hour)}
        return self._newest[hour]

    async def candidates(self, days: Window) -> Candidates:
        """The papers listed within *days*, or in more days than those."""
        await self._follow()
        wanted = _widened(days)
        async with self._looking:
            if wanted not in self._windows:
                self._windows[wanted] = await self._read(*wanted)
                while len(self._windows) > _MOST_WINDOWS:
                    del self._windows[next(iter(self._windows))]
            return self._windows[wanted]

    async def _follow(self) -> None:
        """Know what the store knows now. Those who come while it is looked for the others share the next look."""
        if self._held:
            return
        self._came += 1
        place = self._came
        async with self._looking:
            if self._answered < place and not self._held:
                came = self._came
                await self._look()
                self._answered = came  # last: a look that failed answers nobody

    async def _look(self) -> None:
        """Forget what is out of date; what only counted anew keeps its index of words."""
        revision = await self._papers.revision()
        if revision != self._revision:
            self._records = await self._papers.records()
            self._newest.clear()
            self._read_at = max((record.seen_at for record in self._records), default=None)
            for days in list(self._windows):
                self._windows[days] = await self._read(*days)
            self._revision = revision  # last: what a store that went away left out is read again

    async def _read(self, first: date, last: date) -> Candidates:
        entries = await self._papers.listed(first, last)
        histories = await self._papers.tallies(entry.paper.id for entry in entries)
        known = self._windows.get((first, last))
        index = (known.index if known else PaperIndex(())).refreshed(entries)
        await asyncio.to_thread(index.prepare)
        return Candidates(index=index, earlier=_earlier(histories))


def _widened(days: Window) -> tuple[date, date]:
    """*days*, or the longest usual look-back, so that the editions of a moment share one window."""
    longest = days.last - LONGEST_LOOK_BACK
    return (min(days.first, longest), days.last)


def _earlier(histories: dict[PaperId, tuple[Tally, ...]]) -> dict[PaperId, int]:
    """The upvotes of each paper some hours before its newest tally, where they were noted."""
    earlier = {}
    for paper_id, history in histories.items():
        before = [tally for tally in history if tally.at <= history[-1].at - _GROWN_OVER]
        if before and before[-1].upvotes is not None:
            earlier[paper_id] = before[-1].upvotes
    return earlier
