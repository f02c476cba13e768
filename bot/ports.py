"""What the services need from outside; each promise is checked by a contract test on every implementation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import date, datetime

    from bot.contents import Contents
    from bot.domain.events import Event
    from bot.domain.filters import Query
    from bot.domain.papers import Entry, Listing, Paper, PaperId, Tally
    from bot.domain.subscriptions import Destination, Platform, Progress, Subscription, Unreadable
    from bot.outbox import Leases, Limiter, Outbox
    from bot.remembering import (
        BookmarkStore,
        Departures,
        Drafts,
        Installations,
        Processes,
        Recipients,
        SettingsStore,
        Traces,
    )


class Clock(Protocol):
    """The time, so that tests can tell it."""

    def __call__(self) -> datetime:
        """The present moment, an aware UTC datetime."""
        ...


class Observer(Protocol):
    """Hears what happened."""

    def __call__(self, event: Event, /) -> None:
        """Take note of *event*; never raises."""
        ...


class Source(Protocol):
    """Where listings come from."""

    async def listing(self, day: date) -> Listing:
        """The Daily Papers of *day* (an empty one on a day without papers).

        Raises `SourceError`, or `BadDate` for a day that has not begun in UTC.
        """
        ...

    async def paper(self, paper_id: PaperId) -> Entry | None:
        """One paper by its arXiv id, or None if the source has none; raises `SourceError`."""
        ...


class Replay(Protocol):
    """A source that holds a fixed set of listings: a recording, a saved page."""

    def listings(self, since: date | None = None, until: date | None = None) -> AsyncIterator[Listing]:
        """Its listings in the order they were seen; days outside *since*..*until* (inclusive) are left out.

        Raises `SourceError` with the place of the fault.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRecord:
    """What is known of a day: the ids now on its list, when it was last read well, and ids once seen on it."""

    day: date
    seen_at: datetime
    ids: tuple[PaperId, ...]
    removed: tuple[PaperId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperChanges:
    """What one ingest changes, kept in one atomic step.

    *aliases* maps the ``page:`` id of a paper to the arXiv id it turned out to have: marks and bookmarks follow
    at once, and the page's paper is gone.
    """

    papers: tuple[Paper, ...] = ()
    tallies: tuple[tuple[PaperId, Tally], ...] = ()
    aliases: tuple[tuple[PaperId, PaperId], ...] = ()
    record: ListingRecord | None = None


class PaperStore(Protocol):
    """Keeps papers, their tallies and the days they were listed on."""

    async def keep(self, changes: PaperChanges) -> int:
        """Apply *changes* atomically and durably; gives the new change number (grows with every changed paper)."""
        ...

    async def entries(self, ids: Iterable[PaperId]) -> dict[PaperId, Entry]:
        """The papers asked for that are stored, by the id asked for (an alias finds its paper), newest tally each.

        A paper without any tally has one with no counts.
        """
        ...

    async def listed(self, since: date, until: date) -> list[Entry]:
        """The papers on the lists of *since*..*until* (inclusive) now, removed ones left out, each once."""
        ...

    async def tallies(self, ids: Iterable[PaperId]) -> dict[PaperId, tuple[Tally, ...]]:
        """The tallies of each paper asked for that has some, earliest first."""
        ...

    async def records(self, since: date | None = None, until: date | None = None) -> list[ListingRecord]:
        """What is known of the days *since*..*until*, earliest first; days never read are left out."""
        ...

    async def titled(self, folded_titles: Iterable[str]) -> dict[str, tuple[PaperId, ...]]:
        """The papers with these folded titles (`bot.domain.folding.fold_title`), by folded title."""
        ...

    async def changed(self, after: int, limit: int) -> list[tuple[int, PaperId]]:
        """At most *limit* changes later than change number *after*, in order; a paper is named by its newest one.

        A removed (joined) page paper is named too; `entries` then answers with the paper it joined.
        """
        ...

    async def revision(self) -> tuple[int, datetime | None]:
        """The last change number, and when a listing was last read well: if both are as before, so are all listings."""
        ...

    async def count(self) -> int:
        """How many papers are stored."""
        ...

    async def thin(self, before: datetime) -> int:
        """Keep only the last tally of each UTC day among those older than *before*; gives how many went."""
        ...


class SubscriptionStore(Protocol):
    """Keeps subscriptions and follows."""

    async def add(self, subscription: Subscription, *, due_at: datetime | None) -> None:
        """Keep a new one, due at *due_at*; raises `Duplicate` if its id, or its short id in that workspace, is taken."""
        ...

    async def add_all(self, subscriptions: Sequence[tuple[Subscription, datetime | None]]) -> None:
        """Keep many new ones, each with when it is due, or none; raises `Duplicate` for the first that is taken."""
        ...

    async def replace(self, subscription: Subscription, *, due_at: datetime | None) -> bool:
        """Keep a changed one, due at *due_at*, if the stored version is exactly one less; False if it is not, or is gone.

        All else of its progress stays. Papers that wait to be brought as alerts wait no longer: what was hot before a
        change is its baseline.
        """
        ...

    async def remove(self, subscription_id: str) -> bool:
        """Forget one, its progress and what was not yet begun to be sent for it; False if it was gone."""
        ...

    async def progress(self, ids: Iterable[str]) -> dict[str, Progress]:
        """Where each of the subscriptions stands; a new one's for those that are gone."""
        ...

    async def of(self, destination: Destination) -> list[Subscription]:
        """Those of one destination, oldest first."""
        ...

    async def in_workspace(self, workspace_key: str) -> list[Subscription]:
        """Those whose `Destination.shard_key` it is, oldest first: of its channels, not of its people."""
        ...

    async def follows_in(self, platform: Platform, workspace: str) -> list[Subscription]:
        """Those of people in the workspace, oldest first; it may have to look at every one there is."""
        ...

    async def made_by(self, platform: Platform, person: str) -> list[Subscription]:
        """Those that *person* made, oldest first; it may have to look at every one there is."""
        ...

    async def disown(self, platform: Platform, person: str) -> int:
        """Let those that *person* made say no more by whom; gives how many. They change in nothing else."""
        ...

    async def find(self, workspace_key: str, short_id: str) -> Subscription | None:
        """The one with *short_id* in the workspace (`Destination.shard_key`)."""
        ...

    async def named(self, ids: Iterable[str]) -> dict[str, Subscription]:
        """Those with these permanent ids that are there."""
        ...

    async def alerts(self) -> list[Subscription | Unreadable]:
        """Those that wait for a paper to get hot and were not paused, oldest first, unreadable ones last."""
        ...

    async def all(self) -> list[Subscription]:
        """Every one that can be read, oldest first."""
        ...

    async def unreadable(self) -> list[Unreadable]:
        """Those that cannot be read."""
        ...


class MarkStore(Protocol):
    """Remembers which papers a destination has had, so that none comes twice."""

    async def claim(
        self, destination: Destination, ids: Sequence[PaperId], *, owner: str, at: datetime
    ) -> set[PaperId]:
        """Reserve papers for *destination*; gives those that *owner* now holds. Claiming again changes nothing."""
        ...

    async def release(self, destination: Destination, ids: Sequence[PaperId], *, owner: str) -> None:
        """Give back those of *ids* that *owner* holds."""
        ...

    async def had(self, destination: Destination) -> dict[PaperId, datetime]:
        """The papers claimed for *destination*, and when; aliases resolved."""
        ...

    async def forget(self, before: datetime, *, listed: Collection[PaperId] = ()) -> int:
        """Drop marks made before *before*, but for those of *listed* papers; gives how many went."""
        ...


class Store(Protocol):
    """All ports of one store, and its health."""

    @property
    def papers(self) -> PaperStore: ...
    @property
    def subscriptions(self) -> SubscriptionStore: ...
    @property
    def marks(self) -> MarkStore: ...
    @property
    def bookmarks(self) -> BookmarkStore: ...
    @property
    def settings(self) -> SettingsStore: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def limiter(self) -> Limiter: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def processes(self) -> Processes: ...
    @property
    def contents(self) -> Contents: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def departures(self) -> Departures: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def recipients(self) -> Recipients: ...
    @property
    def installations(self) -> Installations: ...

    def alone(self, owner: str) -> AbstractAsyncContextManager[None]:
        """While it is open no other `run` may use the store, if the store is one that a single process must have.

        Entering raises `StoreBusy` that names the process which has it.
        """
        ...

    async def warnings(self) -> tuple[str, ...]:
        """What about the store's own settings may lose what is written, as sentences."""
        ...

    async def holder(self) -> str:
        """The name of the process that has the store by `alone`, empty if none has or none needs to."""
        ...

    async def ping(self) -> None:
        """Return if the store can be read and written; raises `StoreError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What a search found: ids best first, how many in all, and whether every word had to be dropped to some."""

    ids: tuple[PaperId, ...]
    total: int
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """About how many *papers* mention each key, *of* how many there are."""

    papers: dict[str, int]
    of: int


class SearchIndex(Protocol):
    """A derived index over everything stored; losing it loses nothing."""

    async def position(self) -> int:
        """The store's change number up to which it is filled; 0 if it is empty."""
        ...

    async def update(self, entries: Mapping[PaperId, Entry], gone: Iterable[PaperId], position: int) -> None:
        """Add or replace *entries*, drop *gone*, and stand at *position*, atomically."""
        ...

    async def find(self, query: Query, *, limit: int, offset: int = 0) -> Hits:
        """What *query* finds, by relevance mixed with upvotes (or as the query orders)."""
        ...

    async def titles(self, text: str, limit: int) -> Sequence[tuple[PaperId, str]]:
        """Papers (id, title) of whose titles each typed word begins a word, most upvoted first, then newest."""
        ...

    async def keywords(self, text: str, limit: int) -> Sequence[str]:
        """Keywords of which each typed word begins a word: those that begin like *text* first, then the commonest."""
        ...

    async def meant(self, words: Sequence[str]) -> dict[str, str]:
        """Of single *words* those that no paper has, each with the known word that it is a slip of, if there is one."""
        ...

    async def frequencies(self, keys: Iterable[str]) -> Frequencies:
        """About how many papers mention each of *keys* (`bot.domain.folding`) in title, keywords or abstract."""
        ...

    async def clear(self) -> None:
        """Empty it and stand at 0."""
        ...
