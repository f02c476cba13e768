"""Digests straight from a recording or a saved page, without a store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.domain.composing import Window, compose
from bot.domain.listings import completed_tally, merged_paper
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry

if TYPE_CHECKING:
    from bot.domain.digests import Digest
    from bot.domain.filters import Filter
    from bot.domain.papers import Listing, PaperId
    from bot.ports import Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a replay held: its papers as last seen, their first upvotes, and what could not be read."""

    entries: tuple[Entry, ...]
    earlier: dict[PaperId, int]
    skipped: tuple[str, ...]

    @property
    def newest(self) -> date | None:
        """The newest list day, or None if it held no paper."""
        return max((entry.list_day for entry in self.entries if entry.list_day), default=None)


async def recorded(replay: Replay, *, since: date | None = None, until: date | None = None) -> Recorded:
    """Read *replay* whole; papers of a saved search page count as listed on the day the page was saved."""
    entries: dict[PaperId, Entry] = {}
    earlier: dict[PaperId, int] = {}
    skipped: list[str] = []
    async for listing in replay.listings(since, until):
        skipped.extend(listing.skipped)
        for entry in listing.entries:
            _take(entries, earlier, _dated(entry, listing))
    return Recorded(entries=tuple(entries.values()), earlier=earlier, skipped=tuple(skipped))


async def digest_of(  # noqa: PLR0913 - the options of the command line
    replay: Replay, filter_: Filter, *, day: date | None, span: int, top: int, ceiling: bool
) -> tuple[Digest | None, tuple[str, ...]]:
    """The best of *span* list days up to *day* (None: the newest) in *replay*, and what could not be read.

    With *ceiling* it is as picky as a subscription. None where the replay holds no paper of these days.
    """
    since = day - timedelta(days=span - 1) if day else None
    found = await recorded(replay, since=since, until=day)
    last = day or found.newest
    if last is None:
        return None, found.skipped
    days = Window(first=last - timedelta(days=span - 1), last=last)
    entries = [entry for entry in found.entries if entry.list_day and entry.list_day in days]
    if not entries:
        return None, found.skipped
    digest = await asyncio.to_thread(
        lambda: compose(PaperIndex(entries), filter_, days, top=top, earlier=found.earlier, fill=not ceiling)
    )
    return digest, found.skipped


def _dated(entry: Entry, listing: Listing) -> Entry:
    if entry.paper.listed_on:
        return entry
    return replace(entry, paper=replace(entry.paper, listed_on=(listing.day or listing.seen_at.date(),)))


def _take(entries: dict[PaperId, Entry], earlier: dict[PaperId, int], entry: Entry) -> None:
    paper_id = entry.paper.id
    before = entries.get(paper_id)
    if before is None:
        entries[paper_id] = entry
        return
    if before.tally.upvotes is not None:
        earlier.setdefault(paper_id, before.tally.upvotes)
    entries[paper_id] = Entry(
        paper=merged_paper(before.paper, entry.paper), tally=completed_tally(entry.tally, before.tally)
    )
