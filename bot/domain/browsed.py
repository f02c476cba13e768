"""What people leaf through, without any words: a page of a period, of a search, one paper, a feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.domain.answers import Coverage, Found
    from bot.domain.digests import Digest, Match
    from bot.domain.papers import Entry, PaperId, Tally
    from bot.domain.periods import Period

PAGE_SIZE = 25
"""So many papers make a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page it is of how many, the first being 1; *pages* is at least 1."""

    page: int
    pages: int

    @property
    def before(self) -> int:
        """How many papers stand on the pages before this one."""
        return (self.page - 1) * PAGE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of the papers of *period*, best first; the digest's picks are those of this page alone.

    *period* is the one that was asked for, or the seven days up to the newest (*trending*). *before* and *after* are
    the nearest periods that list papers, None where there is none. *sizes* are the days around with how many papers
    each lists. *read* is False if no listing of it was ever read. *histories* holds the tallies of the papers shown.
    """

    digest: Digest
    period: Period
    place: Place
    before: Period | None
    after: Period | None
    sizes: tuple[tuple[date, int], ...]
    read: bool
    coverage: Coverage
    trending: bool = False
    histories: Mapping[PaperId, tuple[Tally, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLeaf:
    """One page of what a search found; *histories* as in `Leaf`."""

    found: Found
    place: Place
    histories: Mapping[PaperId, tuple[Tally, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One paper with the history of its counts, and the papers that are *like* it, the nearest first."""

    entry: Entry
    tallies: tuple[Tally, ...]
    like: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A paper of a feed, and *since* when it was known as listed, which never changes."""

    match: Match
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the store stands: the newest listing day, how many papers it *listed*, when any was *read_at* last."""

    newest: date | None
    listed: int
    read_at: datetime | None
    stale: bool
