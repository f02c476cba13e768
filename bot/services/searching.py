"""Finding papers: by words in everything stored, by id, link or title."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import Found
from bot.domain.corrections import corrected
from bot.domain.errors import SourceError, Unknown, UserError
from bot.domain.events import IndexRebuilt
from bot.domain.filter_text import parse_query
from bot.domain.filters import Filter, Query, Scope, Term, any_of
from bot.domain.folding import fold_title
from bot.domain.likeness import (
    liked_papers,
    subject_of,
    subjects_of,
    telling_words,
    too_little_known,
    with_subjects,
)
from bot.domain.papers import find_paper_id, is_arxiv_id
from bot.domain.search_reasons import search_matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.answers import Coverage
    from bot.domain.digests import Match
    from bot.domain.likeness import Subject
    from bot.domain.papers import Entry, PaperId
    from bot.ports import Hits, Observer, PaperStore, SearchIndex, Source
    from bot.services.ingesting import Ingest

PAGE: Final = 10
SUGGESTIONS: Final = 25
_MOST_TYPED: Final = 5_000
"""A pasted abstract is shorter."""
_BATCH: Final = 2_000
_OLDEST: Final = 20
"""So many papers that did not change for long tell an index of this store from that of another."""
_WORTH_TELLING: Final = 500
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
        self._known = False

    async def catch_up(self) -> int:
        """Bring the index up to the store's last change; gives how many papers were looked at.

        An index of another store (this one was deleted, or put back from a copy) is made anew.
        """
        async with self._following:
            if not self._known and not await self._is_ours():
                await self._index.clear()
            self._known = True
            first = await self._index.position()
            total, last = await self._followed(first)
            # A damaged index may have been made anew meanwhile.
            if total and (now := await self._index.position()) < last:
                first = now
                total, _ = await self._followed(first)
            if first == 0 and total > _WORTH_TELLING:
                self._observe(IndexRebuilt(papers=total))
            return total

    async def _is_ours(self) -> bool:
        """Whether the index can be of this store: not ahead of it, and it holds the papers that changed long ago."""
        position = await self._index.position()
        last, _ = await self._papers.revision()
        oldest = await self._papers.changed(0, _OLDEST)
        settled = await self._papers.entries([paper_id for number, paper_id in oldest if number <= position])
        ids = {entry.paper.id for entry in settled.values()}
        held = Filter(wants=any_of([Term(text=one, scope=Scope.ID) for one in sorted(ids)])) if ids else None
        if position > last or held is None:
            return position <= last
        return (await self._index.find(Query(text=str(held), filter=held), limit=0)).total == len(ids)

    async def _followed(self, position: int) -> tuple[int, int]:
        """How many papers changed after *position*, all looked at, and the last change."""
        total = 0
        while changes := await self._papers.changed(position, _BATCH):
            total += len(changes)
            position = changes[-1][0]
            ids = [paper_id for _, paper_id in changes]
            found = await self._papers.entries(ids)
            fresh = {entry.paper.id: entry for entry in found.values()}
            await self._index.update(fresh, set(ids) - fresh.keys(), position)
        return total, position

    async def find(
        self, text: str, *, limit: int = PAGE, offset: int = 0
    ) -> tuple[Query, Hits, tuple[Match, ...]]:
        """What *text* finds: the query as read, the hits, and the papers of this page with their reasons.

        Raises `UserError` for a text longer than an abstract, `Unknown` for ``like:`` a paper there is none of.
        """
        if len(text) > _MOST_TYPED:
            raise UserError(
                f"That search has {len(text):,} characters; {_MOST_TYPED:,} is the most.",
                hint="Use fewer words.",
            )
        await self.catch_up()
        query = parse_query(text)
        query = replace(query, filter=await self.grounded(query.filter))
        hits = await self._index.find(query, limit=limit, offset=offset)
        # Nothing is what an index finds that turned out to be damaged just now and was emptied.
        if not hits.total and await self.catch_up():
            hits = await self._index.find(query, limit=limit, offset=offset)
        found = await self._papers.entries(hits.ids)
        entries = [found[paper_id] for paper_id in hits.ids if paper_id in found]
        return query, hits, await asyncio.to_thread(search_matches, query.filter, entries)

    async def search(self, text: str, coverage: Coverage, *, limit: int = PAGE, offset: int = 0) -> Found:
        """What *text* finds, or what was meant by it if that is nothing; raises as `find` does."""
        query, hits, matches = await self.find(text, limit=limit, offset=offset)
        meant = await self.meant(query) if hits.partial or not hits.total else None
        mended = meant is not None and not hits.total
        if meant is not None and mended:
            query, hits, matches = await self.find(meant.text, limit=limit, offset=offset)
        return Found(
            text=text,
            filter=query.filter,
            matches=matches,
            total=hits.total,
            partial=hits.partial,
            coverage=coverage,
            meant=meant.text if meant else "",
            mended=mended,
        )

    async def meant(self, query: Query) -> Query | None:
        """*query* with those of its bare words mended that no paper has, or None if there is nothing to mend."""
        words = [term.text for term in query.filter.terms() if term.scope is Scope.ANYWHERE]
        meant = await self._index.meant([word for text in words for word in text.split()])
        if not meant:
            return None
        mended = corrected(query.filter, {text: _mended(text, meant) for text in words})
        return Query(text=str(mended).replace(" AND ", " "), filter=mended)

    async def titles(self, text: str, limit: int = SUGGESTIONS) -> Sequence[tuple[PaperId, str]]:
        """At most *limit* papers (id, title) of whose titles each typed word begins a word, most upvoted first.

        Never asks the source, and shows the papers of the last search or ingest: it must answer while one types.
        """
        return await self._index.titles(text, limit)

    async def keywords(self, text: str, limit: int = SUGGESTIONS) -> Sequence[str]:
        """At most *limit* keywords of which each typed word begins a word; those that begin like *text* come first."""
        return await self._index.keywords(text, limit)

    async def grounded(self, filter_: Filter) -> Filter:
        """*filter_* whose ``like:`` terms know what their papers are about, so that it can be matched and saved.

        Raises `Unknown` for a paper there is none of, `UserError` for one that says too little.
        """
        subjects = subjects_of(filter_)
        lacking = [paper_id for paper_id in liked_papers(filter_) if paper_id not in subjects]
        if not lacking:
            return filter_
        await self.catch_up()
        return with_subjects(filter_, subjects | {one: await self._subject(one) for one in lacking})

    async def _subject(self, paper_id: PaperId) -> Subject:
        paper = (await self._by_id(paper_id)).paper
        stressed = telling_words(paper)
        held = await self._index.frequencies(stressed)
        if not held.of and await self.catch_up():
            held = await self._index.frequencies(stressed)
        subject = subject_of(stressed, held.papers, held.of)
        if not subject:
            raise too_little_known(paper_id)
        return subject

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

    async def all_of(self, ids: Sequence[PaperId]) -> tuple[tuple[Entry, ...], tuple[PaperId, ...]]:
        """The papers with these arXiv ids, in their order, and the ids of which there is none.

        Papers the store lacks are asked of the source, all at once.
        """
        known = await self._papers.entries(ids)
        lacking = [one for one in ids if one not in known]
        fetched = await asyncio.gather(*map(self._fetched, lacking))
        known |= {one: entry for one, entry in zip(lacking, fetched, strict=True) if entry is not None}
        found = {known[one].paper.id: known[one] for one in ids if one in known}
        return tuple(found.values()), tuple(one for one in ids if one not in known)

    async def _fetched(self, paper_id: PaperId) -> Entry | None:
        try:
            return await self._by_id(paper_id)
        except Unknown:
            return None

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


def _mended(text: str, meant: dict[str, str]) -> str:
    return " ".join(meant.get(word, word) for word in text.split())
