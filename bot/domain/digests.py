"""What one subscription gets in one edition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.domain.filters import Filter
    from bot.domain.papers import Entry


class Field(StrEnum):
    """Where in a paper something was found."""

    TITLE = "title"
    KEYWORD = "keyword"
    ABSTRACT = "abstract"
    AUTHOR = "author"
    ORGANIZATION = "org"
    ID = "id"
    LIKE = "like"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a paper matched: *term* as the subscriber wrote it, without quotes, found in *field*."""

    term: str
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A paper that passed a filter. *strength* is 0..1: how prominently its wants were found (1 if none)."""

    entry: Entry
    reasons: tuple[Reason, ...]
    strength: float

    def __hash__(self) -> int:
        first = self.reasons[0].term if self.reasons else ""
        return hash((self.entry.paper.id, first, len(self.reasons)))  # enough to tell most apart, and fast


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A paper of a digest. *expected* is the upvotes it is on course for; *score* orders picks, highest first.

    *since* is the upvotes at the previous look worth telling (the list day's morning), or None.
    *late* is True for a paper of an earlier list day than the newest one; *overtakes* is True where it stands
    above a paper with more upvotes.
    """

    match: Match
    expected: float
    score: float
    late: bool = False
    overtakes: bool = False
    since: int | None = None

    @property
    def entry(self) -> Entry:
        """The paper and its newest counts."""
        return self.match.entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What one mute took away: *term* as written, from *count* papers that would have matched."""

    term: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The papers of one edition, best first.

    *day* is the newest list day it looked at; *listed* counts the papers looked at, *matched* those that passed
    the filter, *left_out* the matched ones that were not picked, best first. *as_of* is when the counts were seen.
    """

    filter: Filter
    day: date
    window_from: date
    picks: tuple[Pick, ...]
    left_out: tuple[Entry, ...]
    listed: int
    matched: int
    hidden: tuple[Hidden, ...] = ()
    as_of: datetime | None = None
    recap: bool = False
