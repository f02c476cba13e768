"""Keeping listings: read a day from a source, and note in the store what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.errors import SourceError
from bot.domain.events import FetchFailed, ItemsSkipped, ListingKept, ListingShrank
from bot.domain.folding import fold_title
from bot.domain.listings import Members, members, merged_paper, new_tally, shrank
from bot.domain.papers import Entry, Listing, Paper, is_arxiv_id
from bot.ports import ListingRecord, PaperChanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bot.domain.papers import PaperId, Tally
    from bot.ports import Clock, Observer, PaperStore, Source

BACK_FILL: Final = timedelta(days=31)
"""How far the first start looks back."""
MOVING: Final = timedelta(days=7)
"""How long the votes of a list day still move: seven days hold 93 % of them."""
THIN_AFTER: Final = timedelta(days=30)
FRESH: Final = timedelta(minutes=15)


class Ingest:
    """Keeps listings in the store; what was kept stays, whatever a source does."""

    def __init__(self, papers: PaperStore, *, observe: Observer, now: Clock) -> None:
        self._papers = papers
        self._observe = observe
        self._now = now

    async def keep(self, listing: Listing) -> ListingKept:
        """Keep *listing*; keeping it again changes nothing. Gives what it brought."""
        entries = await self._identified(listing.entries)
        known = await self._papers.entries(entries)
        changes = PaperChanges(
            papers=tuple(_changed_papers(entries, known)),
            tallies=tuple(await self._tallies(entries, known)),
            aliases=tuple(await self._aliases(entries)),
            record=await self._record(listing, tuple(entries)),
        )
        if changes != PaperChanges():
            await self._papers.keep(changes)
        return self._told(listing, changes, new=len(entries.keys() - known.keys()))

    async def read(self, source: Source, day: date) -> ListingKept:
        """Read *day* from *source* and keep it; raises `SourceError` after telling the observer."""
        try:
            listing = await source.listing(day)
        except SourceError as error:
            self._observe(FetchFailed(day=day, reason=error.message))
            raise
        return await self.keep(listing)

    async def fetch_paper(self, source: Source, paper_id: PaperId) -> Entry | None:
        """One paper that the store lacks, read from *source* and kept; None if the source has none."""
        entry = await source.paper(paper_id)
        if entry is not None:
            await self.keep(Listing(day=None, seen_at=entry.tally.at, entries=(entry,)))
        return entry

    async def pending(self, days: Iterable[date]) -> list[date]:
        """Those of *days* that are worth reading: never read, or read while their votes still moved and not just now."""
        wanted = list(days)
        if not wanted:
            return []
        seen = {record.day: record.seen_at for record in await self._papers.records(min(wanted), max(wanted))}
        return [day for day in wanted if day not in seen or self._worth_reading(day, seen[day])]

    async def thin(self) -> int:
        """Keep one tally a day of what is older than `THIN_AFTER`; gives how many went."""
        return await self._papers.thin(self._now() - THIN_AFTER)

    def _worth_reading(self, day: date, seen_at: datetime) -> bool:
        return not settled(day, seen_at) and self._now() - seen_at >= FRESH

    async def _identified(self, entries: Sequence[Entry]) -> dict[PaperId, Entry]:
        """*entries* by id, those known by title alone under the arXiv id that the store has for the title."""
        pages = {
            entry.paper.id: fold_title(entry.paper.title)
            for entry in entries
            if not is_arxiv_id(entry.paper.id)
        }
        real = await self._papers.titled(pages.values()) if pages else {}
        identified = {}
        for entry in entries:
            ids = [one for one in real.get(pages.get(entry.paper.id, ""), ()) if is_arxiv_id(one)]
            paper_id = ids[0] if ids else entry.paper.id
            identified[paper_id] = entry
        return identified

    async def _aliases(self, entries: Mapping[PaperId, Entry]) -> list[tuple[PaperId, PaperId]]:
        """The stored page papers that turn out to be one of *entries*."""
        titles = {
            fold_title(entry.paper.title): paper_id
            for paper_id, entry in entries.items()
            if is_arxiv_id(paper_id)
        }
        stored = await self._papers.titled(titles)
        return [
            (page, titles[title]) for title, ids in stored.items() for page in ids if not is_arxiv_id(page)
        ]

    async def _tallies(
        self, entries: Mapping[PaperId, Entry], known: Mapping[PaperId, Entry]
    ) -> list[tuple[PaperId, Tally]]:
        older = [paper_id for paper_id in known if entries[paper_id].tally.at <= known[paper_id].tally.at]
        history = await self._papers.tallies(older) if older else {}
        kept = []
        for paper_id, entry in entries.items():
            newest = (known[paper_id].tally,) if paper_id in known else ()
            tally = new_tally(entry.tally, history.get(paper_id, newest))
            if tally is not None:
                kept.append((paper_id, tally))
        return kept

    async def _record(self, listing: Listing, ids: tuple[PaperId, ...]) -> ListingRecord | None:
        if listing.day is None:
            return None
        before = next(iter(await self._papers.records(listing.day, listing.day)), None)
        if before is None:
            return ListingRecord(day=listing.day, seen_at=listing.seen_at, ids=ids)
        if shrank(before.ids, listing):
            self._observe(ListingShrank(day=listing.day, before=len(before.ids), now=len(ids)))
            return None
        older = listing.seen_at < before.seen_at
        after = members(ids, Members(ids=before.ids, removed=before.removed), older=older)
        record = replace(
            before, ids=after.ids, removed=after.removed, seen_at=max(listing.seen_at, before.seen_at)
        )
        return None if record == before else record

    def _told(self, listing: Listing, changes: PaperChanges, *, new: int) -> ListingKept:
        if listing.skipped:
            self._observe(ItemsSkipped(day=listing.day, items=listing.skipped))
        kept = ListingKept(
            day=listing.day,
            papers=len(listing.entries),
            new=new,
            tallies=len(changes.tallies),
            removed=len(changes.record.removed) if changes.record else 0,
            joined=len(changes.aliases),
        )
        self._observe(kept)
        return kept


def _changed_papers(entries: Mapping[PaperId, Entry], known: Mapping[PaperId, Entry]) -> Iterable[Paper]:
    for paper_id, entry in entries.items():
        if paper_id not in known:
            yield entry.paper
            continue
        stored = known[paper_id]
        lossy = not is_arxiv_id(entry.paper.id) and is_arxiv_id(stored.paper.id)
        older = entry.tally.at < stored.tally.at
        merged = (
            merged_paper(entry.paper, stored.paper)
            if lossy or older
            else merged_paper(stored.paper, entry.paper)
        )
        if merged != stored.paper:
            yield merged


def settled(day: date, seen_at: datetime) -> bool:
    """Whether the votes of *day* no longer moved when it was read at *seen_at*."""
    return seen_at >= datetime.combine(day, time(), UTC) + timedelta(days=1) + MOVING


@lru_cache(maxsize=4)
def back_fill_days(today: date) -> tuple[date, ...]:
    """The days that the first start reads, newest first."""
    return tuple(today - timedelta(days=back) for back in range(BACK_FILL.days))
