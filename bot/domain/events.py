"""What happened, as services tell it: frozen facts for one observer (log lines, counters, tests)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingKept:
    """A listing was read and stored."""

    day: date | None
    papers: int
    new: int
    tallies: int
    removed: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsSkipped:
    """Some items of a listing could not be read; the rest was kept."""

    day: date | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingShrank:
    """A listing came back suspiciously short; the day's members stay as they were, its counts were kept."""

    day: date
    before: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """A listing could not be read; *reason* is a sentence without secrets. What was stored stays."""

    day: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRebuilt:
    """The search index was missing or damaged and was made anew from the store."""

    papers: int


Event = ListingKept | ItemsSkipped | ListingShrank | FetchFailed | IndexRebuilt
