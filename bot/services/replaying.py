"""Digests straight from a recording or a saved page, without a store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.domain.composing import Window, compose
from bot.domain.errors import Unknown
from bot.domain.likeness import (
    frequencies_in,
    liked_papers,
    subject_of,
    telling_words,
    too_little_known,
    with_subjects,
)
from bot.domain.listings import completed_tally, merged_paper
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.digests import Digest
    from bot.domain.filters import Filter
    from bot.domain.likeness import Subject
    from bot.domain.papers import Listing, Paper, PaperId
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
    if liked_papers(filter_):  # which may be of any day
        filter_ = _grounded(filter_, [entry.paper for entry in (await recorded(replay)).entries])
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


def _grounded(filter_: Filter, papers: Sequence[Paper]) -> Filter:
    """*filter_* whose ``like:`` terms know what their papers are about, as far as *papers* tell."""
    return with_subjects(filter_, {one: _subject(one, papers) for one in liked_papers(filter_)})


def _subject(paper_id: PaperId, papers: Sequence[Paper]) -> Subject:
    liked = next((paper for paper in papers if paper.id == paper_id), None)
    if liked is None:
        raise Unknown(f"{paper_id} is not in the recording.", hint="Name a paper that is.")
    stressed = telling_words(liked)
    subject = subject_of(stressed, frequencies_in(papers, stressed), len(papers))
    if not subject:
        raise too_little_known(paper_id)
    return subject


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
