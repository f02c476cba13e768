"""Leafing through what is stored: days, weeks, months, a search, a paper, a feed. Never asks the source."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.browsed import PAGE_SIZE, Item, Leaf, Opened, Place, SearchLeaf, Standing
from bot.domain.composing import Window, compose
from bot.domain.errors import Unknown, UserError
from bot.domain.filter_text import parse_query
from bot.domain.filters import by_upvotes
from bot.domain.matching import PaperIndex
from bot.domain.papers import find_paper_id
from bot.domain.periods import Period, Unit, period_of
from bot.services.visiting import check_stored, not_stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bot.domain.digests import Digest, Match, Pick
    from bot.domain.filters import Filter
    from bot.domain.papers import Entry, PaperId, Tally
    from bot.ports import Clock, ListingRecord, PaperStore
    from bot.services.composing import Composer
    from bot.services.searching import Searching

_Revision = tuple[int, "datetime | None"]

_TRENDING: Final = timedelta(days=6)
_GROWN_OVER: Final = timedelta(hours=6)
_FEED_DAYS: Final = timedelta(days=13)
_FEED_SIZE: Final = 80
"""As many as the fullest days list, so that who reads once a day misses none."""
_LIKE: Final = 5
_MOST_HELD: Final = 1_500
"""So many papers are kept at hand: two months; one takes about 5 kB."""
_AT_ONCE: Final = 2
"""So many lists are made at once: a month through words new to it takes a third of a second, and keeps no day waiting."""
_MOST_FOUND: Final = 40 * PAGE_SIZE
"""Nobody reads further."""


class Browsing:
    """Shows what is stored, page by page, with the periods beside it."""

    def __init__(self, papers: PaperStore, searching: Searching, composer: Composer, *, now: Clock) -> None:
        self._papers = papers
        self._searching = searching
        self._composer = composer
        self._now = now
        self._shelf: dict[tuple[date, date], tuple[_Revision, tuple[Entry, ...]]] = {}
        self._records: tuple[ListingRecord, ...] = ()
        self._seen: _Revision = (-1, None)
        self._few_at_once = asyncio.Semaphore(_AT_ONCE)

    async def revision(self) -> tuple[int, datetime | None]:
        """What changes whenever anything shown here may have changed."""
        return await self._papers.revision()

    async def newest(self, unit: Unit) -> Period:
        """The period of the newest list day; raises `Unknown` while nothing is stored."""
        newest = await self._composer.newest_day()
        if newest is None:
            raise Unknown("I know no papers yet.", hint="They come with the first listing that is read.")
        return period_of(unit, newest)

    async def period(self, period: Period, filter_: Filter, *, page: int = 1) -> Leaf:
        """The papers of *period* that pass *filter_*; those of a week or a month by upvotes if no order is wished."""
        wanted = filter_ if period.unit is Unit.DAY else by_upvotes(filter_)
        return await self._leaf(period, wanted, page)

    async def trending(self, filter_: Filter, *, page: int = 1) -> Leaf:
        """The papers of the seven days up to the newest that pass *filter_*, by upvotes if no order is wished."""
        newest = (await self.newest(Unit.DAY)).last
        days = Period(unit=Unit.DAY, first=newest - _TRENDING, last=newest)
        return replace(
            await self._leaf(days, by_upvotes(filter_), page), trending=True, before=None, after=None
        )

    async def search(self, text: str, *, page: int = 1) -> SearchLeaf:
        """What *text* finds in everything stored; raises `UserError` for an overlong one, and for none."""
        if not text.strip():
            raise UserError("Search for what?", hint="For example: “world model” agents")
        await check_stored(self._papers, parse_query(text).filter)
        found = await self._searching.search(
            text, await self._composer.coverage(), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
        )
        histories = await self._papers.tallies(match.entry.paper.id for match in found.matches)
        return SearchLeaf(found=found, place=_place(page, min(found.total, _MOST_FOUND)), histories=histories)

    async def paper(self, reference: str) -> Opened:
        """The stored paper with the id *reference* (or an alias of it), and what is like it.

        Raises `Unknown` if there is none.
        """
        paper_id = find_paper_id(reference)
        entry = (await self._papers.entries([paper_id])).get(paper_id) if paper_id else None
        if entry is None:
            raise not_stored(reference[:80], paper_id)
        tallies = await self._papers.tallies([entry.paper.id])
        return Opened(
            entry=entry, tallies=tallies.get(entry.paper.id, ()), like=await self._like(entry.paper.id)
        )

    async def feed(self, filter_: Filter) -> tuple[Item, ...]:
        """The papers of the last two weeks that pass *filter_*, the newest first, at most `_FEED_SIZE`."""
        newest, wanted = await self._composer.newest_day(), await self._grounded(filter_)
        if newest is None:
            return ()
        async with self._few_at_once:
            entries = await self._listed(newest - _FEED_DAYS, newest)
            matches = await asyncio.to_thread(_matches, entries, wanted)
        histories = await self._papers.tallies(match.entry.paper.id for match in matches)
        items = (
            Item(match=match, since=_known_since(match.entry, histories.get(match.entry.paper.id, ())))
            for match in matches
        )
        ordered = sorted(items, key=lambda item: (item.since, item.match.entry.paper.id), reverse=True)
        return tuple(ordered[:_FEED_SIZE])

    async def standing(self) -> Standing:
        """How the store stands now; raises `StoreError` if it cannot be reached."""
        revision, read_at = await self._papers.revision()
        newest = await self._composer.newest_day() if revision else None
        day = await self._papers.records(newest, newest) if newest else []
        return Standing(
            newest=newest,
            listed=len(day[0].ids) if day else 0,
            read_at=read_at,
            stale=await self._composer.stale_since() is not None,
        )

    async def _leaf(self, period: Period, filter_: Filter, page: int) -> Leaf:
        wanted = await self._grounded(filter_)
        async with self._few_at_once:
            entries = await self._listed(period.first, period.last)
            digest = await asyncio.to_thread(_composed, entries, wanted, period, page)
        shown = [pick.entry.paper.id for pick in digest.picks]
        histories = await self._papers.tallies(shown)
        listing = [record.day for record in self._records if record.ids]
        before = bisect_left(listing, period.first)
        after = bisect_right(listing, period.last)
        return Leaf(
            digest=replace(digest, picks=tuple(_grown(pick, histories) for pick in digest.picks)),
            period=period,
            place=_place(page, digest.matched),
            before=period_of(period.unit, listing[before - 1]) if before else None,
            after=period_of(period.unit, listing[after]) if after < len(listing) else None,
            sizes=tuple(self._sizes(period)),
            read=any(record.day in period for record in self._records),
            coverage=await self._composer.coverage(),
            histories=histories,
        )

    async def _like(self, paper_id: PaperId) -> tuple[Match, ...]:
        """The papers most like one; none if too little is known of it."""
        try:
            _, _, matches = await self._searching.find(f"like:{paper_id}", limit=_LIKE + 1)
        except UserError:
            return ()
        return tuple(match for match in matches if match.entry.paper.id != paper_id)[:_LIKE]

    async def _grounded(self, filter_: Filter) -> Filter:
        await check_stored(self._papers, filter_)
        return await self._searching.grounded(filter_)

    async def _listed(self, first: date, last: date) -> tuple[Entry, ...]:
        """The papers listed within the days; read anew if anything changed since."""
        revision = await self._papers.revision()
        if revision != self._seen:
            self._records, self._seen = tuple(await self._papers.records()), revision
        read_at, entries = self._shelf.pop((first, last), (None, ()))
        if read_at != revision:
            entries = tuple(_as_of(entry, last) for entry in await self._papers.listed(first, last))
        self._shelf[first, last] = (revision, entries)
        while len(self._shelf) > 1 and sum(len(held) for _, held in self._shelf.values()) > _MOST_HELD:
            del self._shelf[next(iter(self._shelf))]
        return entries

    def _sizes(self, period: Period) -> Iterator[tuple[date, int]]:
        """The days of the week or month around *period*, and how many papers each lists."""
        unit = Unit.MONTH if period.unit is Unit.MONTH else Unit.WEEK
        around = period_of(unit, period.last)
        sizes = {record.day: len(record.ids) for record in self._records if record.day in around}
        for day in range((around.last - around.first).days + 1):
            that = around.first + timedelta(days=day)
            yield that, sizes.get(that, 0)


def _matches(entries: Sequence[Entry], filter_: Filter) -> list[Match]:
    return PaperIndex(entries, sought=filter_).matches(filter_)


def _composed(entries: Sequence[Entry], filter_: Filter, period: Period, page: int) -> Digest:
    """The digest of *page* alone."""
    index, days = PaperIndex(entries, sought=filter_), Window(first=period.first, last=period.last)
    digest = compose(index, filter_, days, top=page * PAGE_SIZE, fill=True)
    return replace(digest, picks=digest.picks[(page - 1) * PAGE_SIZE :])


def _as_of(entry: Entry, last: date) -> Entry:
    """*entry* as it stood on the list of *last*: a paper that was listed again later is no stranger to its first day."""
    days = tuple(day for day in entry.paper.listed_on if day <= last)
    return (
        entry if days == entry.paper.listed_on else replace(entry, paper=replace(entry.paper, listed_on=days))
    )


def _grown(pick: Pick, histories: Mapping[PaperId, tuple[Tally, ...]]) -> Pick:
    """*pick* with the upvotes it had some hours before its newest count, where they were noted."""
    history = histories.get(pick.entry.paper.id, ())
    earlier = [tally.upvotes for tally in history if tally.at <= history[-1].at - _GROWN_OVER]
    return replace(pick, since=earlier[-1]) if earlier else pick


def _place(page: int, papers: int) -> Place:
    """Which page that is; raises `Unknown` if there are not so many."""
    pages = max(-(-papers // PAGE_SIZE), 1)
    if page > pages:
        raise Unknown(f"There is no page {page}.", hint=f"The last one is {pages}.")
    return Place(page=page, pages=pages)


def _known_since(entry: Entry, history: Sequence[Tally]) -> datetime:
    """When *entry* was first seen on a list: its first count since the list day began, else the day's beginning."""
    began = datetime.combine(entry.paper.listed_on[0], time(0), UTC)
    return next((tally.at for tally in history if tally.at >= began), began)
