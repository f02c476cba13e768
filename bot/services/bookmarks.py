"""The papers that people keep for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.answers import Bookmarked, Bookmarks

if TYPE_CHECKING:
    from bot.domain.papers import PaperId
    from bot.ports import Clock, PaperStore
    from bot.remembering import BookmarkStore
    from bot.services.searching import Searching


class BookmarkShelf:
    """Each person's saved papers; *person* is a key such as ``terminal:local/@ana``."""

    def __init__(
        self, bookmarks: BookmarkStore, papers: PaperStore, searching: Searching, *, now: Clock
    ) -> None:
        self._bookmarks = bookmarks
        self._papers = papers
        self._searching = searching
        self._now = now

    async def save(self, person: str, reference: str) -> Bookmarked:
        """Keep the paper that *reference* means."""
        entry = await self._searching.paper(reference)
        changed = await self._bookmarks.save(person, entry.paper.id, self._now())
        return Bookmarked(entry=entry, changed=changed)

    async def unsave(self, person: str, reference: str) -> Bookmarked:
        """Take the paper that *reference* means out of the list."""
        entry = await self._searching.paper(reference)
        changed = await self._bookmarks.unsave(person, entry.paper.id)
        return Bookmarked(entry=entry, changed=changed, removed=True)

    async def saved(self, person: str, *, bibtex: bool) -> Bookmarks:
        """What the person keeps, newest first."""
        ids = await self._bookmarks.saved(person)
        entries = await self._papers.entries(ids)
        return Bookmarks(entries=tuple(entries[one] for one in ids if one in entries), bibtex=bibtex)

    async def holds(self, person: str, paper_id: PaperId) -> bool:
        """Whether the person keeps the paper."""
        return paper_id in await self._bookmarks.saved(person)
