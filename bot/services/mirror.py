"""The listings of the last weeks, held by the process, so that composing many editions asks the store once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.composing import LONGEST_LOOK_BACK, Window
from bot.domain.listings import newest_plausible
from bot.domain.matching import PaperIndex
from bot.services.ingesting import back_fill_days

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable
    from datetime import datetime

    from bot.domain.papers import Entry, PaperId, Tally
    from bot.ports import ListingRecord, PaperStore

_GROWN_OVER: Final = timedelta(hours=6)
_LOOK_BACK: Final = LONGEST_LOOK_BACK + timedelta(days=4)
"""A day that is not plausible yet may follow a weekend: editions then look back from the Friday."""
_MOST_WINDOWS: Final = 4
_WORKDAYS: Final = 5
_LATEST: Final = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The papers of a window, indexed, with what each had some hours before its newest count."""

    index: PaperIndex
    earlier: dict[PaperId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The *records* of all days, the earliest first, and what they come to.

    Papers were listed from *since* to *until*; *complete* says that no day of those that are filled in is lacking, and
    *read_at* when the source was last read well.
    """

    records: tuple[ListingRecord, ...]
    since: date | None
    until: date | None
    complete: bool
    read_at: datetime | None


@dataclass(slots=True)
class Mirror:
    """Follows what a store knows of listings."""

    _papers: PaperStore
    _revision: tuple[int, datetime | None] = (-1, None)
    _known: Known = field(default_factory=lambda: known_of(()))
    _windows: dict[tuple[date, date], Candidates] = field(default_factory=dict)
    _index: PaperIndex = field(default_factory=lambda: PaperIndex(()))
    """Of the latest papers; it grows with them."""
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

    async def known(self) -> Known:
        """What is known of every day."""
        await self._follow()
        return self._known

    async def newest_day(self, now: datetime) -> date | None:
        """The newest list day with a plausible listing, or None while nothing is stored."""
        latest = (await self.known()).records[-_LATEST:]
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour not in self._newest:
            self._newest = {hour: newest_plausible({record.day: len(record.ids) for record in latest}, hour)}
        return self._newest[hour]

    async def candidates(self, days: Window) -> Candidates:
        """The papers listed within *days*, or in more days than those."""
        await self._follow()
        async with self._looking:
            wanted = self._around(days)
            if wanted not in self._windows:
                self._windows[wanted] = await self._read(*wanted)
                while len(self._windows) > _MOST_WINDOWS:
                    del self._windows[next(one for one in self._windows if one != self._latest)]
            return self._windows[wanted]

    async def follow(self) -> None:
        """Know what the store knows now, the latest papers word by word: then nobody else waits for it."""
        if (await self.known()).records:
            await self.candidates(Window(first=self._latest[1], last=self._latest[1]))

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
        """Forget what is out of date; of the latest papers only those that are new are read word by word."""
        revision = await self._papers.revision()
        if revision != self._revision:
            self._known = known_of(await self._papers.records())
            self._newest.clear()
            self._windows = {self._latest: await self._read(*self._latest)} if self._windows else {}
            self._revision = revision  # last: what a store that went away left out is read again

    @property
    def _latest(self) -> tuple[date, date]:
        """The days that the editions of this moment look back on."""
        last = self._known.until or date.min + _LOOK_BACK
        return last - _LOOK_BACK, last

    def _around(self, days: Window) -> tuple[date, date]:
        """The latest days if they hold *days*, so that nearly all share one window."""
        first, last = self._latest
        return (first, last) if first <= days.first and days.last <= last else (days.first, days.last)

    async def _read(self, first: date, last: date) -> Candidates:
        entries = await self._papers.listed(first, last)
        histories = await self._papers.tallies(entry.paper.id for entry in entries)
        if (first, last) != self._latest:
            index = await asyncio.to_thread(_prepared, PaperIndex(entries))
        else:
            index = self._index = await asyncio.to_thread(_indexed, self._index, entries)
        return Candidates(index=index, earlier=_earlier(histories))


def known_of(records: Iterable[ListingRecord]) -> Known:
    """What *records*, the earliest first, come to."""
    held = tuple(records)
    days = {record.day for record in held}
    listing = [record.day for record in held if record.ids]
    wanted = back_fill_days(held[-1].day) if held else ()
    return Known(
        records=held,
        since=listing[0] if listing else None,
        until=listing[-1] if listing else None,
        complete=bool(held) and all(day in days or day.weekday() >= _WORKDAYS for day in wanted),
        read_at=max((record.seen_at for record in held), default=None),
    )


def _indexed(known: PaperIndex, entries: list[Entry]) -> PaperIndex:
    return _prepared(known.refreshed(entries))


def _prepared(index: PaperIndex) -> PaperIndex:
    index.prepare()
    return index


def _earlier(histories: dict[PaperId, tuple[Tally, ...]]) -> dict[PaperId, int]:
    """The upvotes of each paper some hours before its newest tally, where they were noted."""
    earlier = {}
    for paper_id, history in histories.items():
        before = [tally for tally in history if tally.at <= history[-1].at - _GROWN_OVER]
        if before and before[-1].upvotes is not None:
            earlier[paper_id] = before[-1].upvotes
    return earlier
