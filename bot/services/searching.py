"""Finding papers: by words in everything stored, by id, link or title."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.errors import SourceError, Unknown, UserError
from bot.domain.events import IndexRebuilt
from bot.domain.filter_text import MAX_LENGTH, parse_query
from bot.domain.folding import fold_title
from bot.domain.matching import PaperIndex
from bot.domain.papers import find_paper_id, is_arxiv_id

if TYPE_CHECKING:
    from bot.domain.digests import Match
    from bot.domain.filters import Query
    from bot.domain.papers import Entry
    from bot.ports import Hits, Observer, PaperStore, SearchIndex, Source
    from bot.services.ingesting import Ingest

PAGE: Final = 10
_BATCH: Final = 500
_SUGGESTED: Final = 3


class Searching:
    """Searches the index, which follows the store; asks the source for a paper that is in neither."""

    def __init__(
        self,
        papers: PaperStore,
        index: SearchIndex,
        *,
        observe: Observer,
        ingest: Ingest | None = None,
        source: Source | None = None,
    ) -> None:
        self._papers = papers
        self._index = index
        self._observe = observe
        self._ingest = ingest
        self._source = source
        self._following = asyncio.Lock()

    async def catch_up(self) -> int:
        """Bring the index up to the store's last change; gives how many papers were looked at."""
        async with self._following:
            position = await self._index.position()
            from_scratch, total = position == 0, 0
            while changes := await self._papers.changed(position, _BATCH):
                total += len(changes)
                position = changes[-1][0]
                ids = [paper_id for _, paper_id in changes]
                found = await self._papers.entries(ids)
                fresh = {entry.paper.id: entry for entry in found.values()}
                await self._index.update(fresh, set(ids) - fresh.keys(), position)
            if from_scratch and total > _BATCH:
                self._observe(IndexRebuilt(papers=total))
            return total

    async def find(
        self, text: str, *, limit: int = PAGE, offset: int = 0
    ) -> tuple[Query, Hits, tuple[Match, ...]]:
        """What *text* finds: the query as read, the hits, and the papers of this page with their reasons.

        Raises `UserError` for a text longer than a filter may be.
        """
        if len(text) > MAX_LENGTH:
            raise UserError(
                f"That search has {len(text):,} characters; {MAX_LENGTH:,} is the most.",
                hint="Use fewer words.",
            )
        await self.catch_up()
        query = parse_query(text)
        hits = await self._index.find(query, limit=limit, offset=offset)
        found = await self._papers.entries(hits.ids)
        entries = [found[paper_id] for paper_id in hits.ids if paper_id in found]
        return query, hits, await asyncio.to_thread(_explained, query, entries)

    async def paper(self, reference: str) -> Entry:
        """The paper that *reference* means: an id, a link, or a title.

        A paper the store lacks is asked of the source, once. Raises `Unknown` with the nearest titles if there is
        none, or `SourceError` if the source cannot be asked and the paper may exist.
        """
        paper_id = find_paper_id(reference)
        if paper_id is not None:
            return await self._by_id(paper_id)
        titled = await self._papers.titled([fold_title(reference)])
        ids = [paper_id for ids in titled.values() for paper_id in ids]
        if ids and fold_title(reference):
            return (await self._papers.entries(ids))[ids[0]]
        return await self._by_words(reference)

    async def _by_id(self, paper_id: str) -> Entry:
        stored = (await self._papers.entries([paper_id])).get(paper_id)
        if stored is not None:
            return stored
        if self._source is None or self._ingest is None or not is_arxiv_id(paper_id):
            raise Unknown(
                f"I have no paper {paper_id}.", hint="Check the id, or search for words of its title."
            )
        try:
            fetched = await self._ingest.fetch_paper(self._source, paper_id)
        except SourceError as error:
            raise Unknown(
                f"I have no paper {paper_id}, and its source cannot be asked now.", hint=error.message
            ) from error
        if fetched is None:
            raise Unknown(
                f"I have no paper {paper_id}, and Hugging Face has none either.",
                hint="Check the id, or search for words of its title.",
            )
        return (await self._papers.entries([fetched.paper.id]))[fetched.paper.id]

    async def _by_words(self, reference: str) -> Entry:
        _, hits, matches = await self.find(reference, limit=_SUGGESTED)
        if hits.total == 1:
            return matches[0].entry
        if not matches:
            raise Unknown(
                f"I know no paper “{reference[:80]}”.", hint="Try an arXiv id, a link, or fewer words."
            )
        titles = "; ".join(f"{match.entry.paper.id} {match.entry.paper.title}" for match in matches)
        raise Unknown(
            f"“{reference[:80]}” could be {hits.total:,} papers.", hint=f"Show one by its id: {titles}"
        )


def _explained(query: Query, entries: list[Entry]) -> tuple[Match, ...]:
    index = PaperIndex(entries)
    unmuted = replace(query.filter, mutes=(), conditions=())
    return tuple(index.explained(unmuted, place) for place in range(len(entries)))
