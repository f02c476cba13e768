"""The search index in a folder of its own, filled from the store."""

from __future__ import annotations

import asyncio
import secrets
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.compiling import COMPILED_VERSION
from bot.domain.errors import StoreCorrupt
from storage.search.completing import keywords, titles
from storage.search.engine import open_engine, write
from storage.search.finding import Finding
from storage.search.folder import NOWHERE, emptied, is_whole, note_standing, stamp, standing_in, translated
from storage.search.spelling import meant, words_held

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from tantivy import Index, Searcher

    from bot.domain.filters import Query
    from bot.domain.papers import Entry, PaperId
    from bot.ports import Frequencies, Hits
    from storage.search.folder import Standing

_T = TypeVar("_T")

_FORM: Final = 2
_VERSION: Final = _FORM << 8 | COMPILED_VERSION
"""Grows with every change of what is indexed or how, and of folding; an older index is made anew."""


class FullTextIndex:
    """The `bot.ports.SearchIndex` of one folder. A damaged or outdated one is deleted and made anew: position 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index: Index | None = None
        self._stamp = 0
        self._searcher: Searcher | None = None
        self._found: tuple[Searcher, Finding] | None = None
        self._making = ""
        self._noting = threading.Lock()
        self._writing = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._tidy: Callable[[], None] = _nothing
        self._tidying: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncGenerator[FullTextIndex]:
        """The index in *folder*, made if it is not there. Raises `StoreError`."""
        index = cls(folder)
        await index.position()
        try:
            yield index
        finally:
            await index._tidied()

    async def position(self) -> int:
        """The store's change number up to which it is filled; 0 if it is empty."""
        await self._opened()
        standing = await asyncio.to_thread(standing_in, self._folder, _VERSION)
        position, self._making = standing or NOWHERE
        return position

    async def update(self, entries: Mapping[PaperId, Entry], gone: Iterable[PaperId], position: int) -> None:
        """Add or replace *entries*, drop *gone*, and stand at *position*; a crash between leaves an older position.

        If the index was made anew since `position` was asked, it goes on standing at 0: what came before is lacking.
        """
        dropped = [*gone, *(asked_for for asked_for, entry in entries.items() if entry.paper.id != asked_for)]
        standing = position, self._making
        async with self._writing:
            await self._tidied()
            await self._run(lambda index: self._write(index, list(entries.values()), dropped, standing))
            self._tidying = asyncio.create_task(asyncio.to_thread(self._tidy))

    async def find(self, query: Query, *, limit: int, offset: int = 0) -> Hits:
        """What *query* finds, by relevance mixed with upvotes (or as the query orders)."""
        return await self._run(lambda index: self._finding(index).find(query, limit, offset))

    async def titles(self, text: str, limit: int) -> tuple[tuple[PaperId, str], ...]:
        """Papers of whose titles each typed word begins a word, most upvoted first, then newest."""
        return await self._run(lambda index: titles(index.schema, self._reader(index), text, limit))

    async def keywords(self, text: str, limit: int) -> tuple[str, ...]:
        """Keywords of which each typed word begins a word, those of the most upvoted papers first."""
        return await self._run(lambda index: keywords(index.schema, self._reader(index), text, limit))

    async def meant(self, words: Sequence[str]) -> dict[str, str]:
        """Of *words* those that no paper has, each with the known word that it is a slip of, if there is one."""
        return await self._run(lambda index: meant(self._reader(index), words))

    async def frequencies(self, keys: Iterable[str]) -> Frequencies:
        """How many papers mention each of *keys*, of how many."""
        wanted = tuple(keys)
        return await self._run(lambda index: words_held(self._finding(index), self._reader(index), wanted))

    async def clear(self) -> None:
        """Empty it and stand at 0."""
        async with self._writing, self._opening:
            await self._tidied()
            self._forget()
            with translated(self._folder):
                await asyncio.to_thread(emptied, self._folder)
        await self.position()

    async def _tidied(self) -> None:
        """Return when what was written last is in its final shape."""
        tidying, self._tidying = self._tidying, None
        if tidying is not None:
            await asyncio.shield(tidying)

    async def _run(self, work: Callable[[Index], _T]) -> _T:
        """*work* done off the event loop; a damaged index is made anew, once, before it is done."""
        index = await self._opened()
        try:
            return await asyncio.to_thread(_guarded, work, index)
        except StoreCorrupt:
            async with self._opening:
                if self._index is index:  # else another task was first
                    self._forget()
                    await asyncio.to_thread(self._made_anew)
            return await asyncio.to_thread(_guarded, work, await self._opened())

    async def _opened(self) -> Index:
        async with self._opening:
            if self._index is None:
                with translated(self._folder):
                    self._index = await asyncio.to_thread(self._open)
            return self._index

    def _open(self) -> Index:
        if standing_in(self._folder, _VERSION) is not None and is_whole(self._folder):
            try:
                return _guarded(open_engine, self._folder)
            except StoreCorrupt:
                pass  # what no checksum covers
        return self._made_anew()

    def _made_anew(self) -> Index:
        with translated(self._folder), self._noting:
            emptied(self._folder)
            self._index = open_engine(self._folder)
            note_standing(self._folder, _VERSION, (0, secrets.token_hex(8)))
            return self._index

    def _forget(self) -> None:
        self._index = self._searcher = self._found = None

    def _reader(self, index: Index) -> Searcher:
        """The newest state of the index, whoever wrote it."""
        # Other threads may do the same, or forget what is remembered here.
        now, searcher = stamp(self._folder), self._searcher
        if searcher is None or now != self._stamp:
            index.reload()
            searcher = index.searcher()
            if index is self._index:
                self._stamp, self._searcher = now, searcher
        return searcher

    def _finding(self, index: Index) -> Finding:
        """What finds papers in the newest state; it remembers which words there are."""
        reader = self._reader(index)
        found = self._found
        if found is None or found[0] is not reader:
            found = self._found = (reader, Finding(index.schema, reader))
        return found[1]

    def _write(
        self, index: Index, entries: Sequence[Entry], gone: Sequence[PaperId], standing: Standing
    ) -> None:
        with translated(self._folder):
            self._tidy = write(index, self._folder, entries, gone)
            with self._noting:
                _, making = standing_in(self._folder, _VERSION) or NOWHERE
                if making == standing[1]:
                    note_standing(self._folder, _VERSION, standing)


def _nothing() -> None:
    """Nothing was written yet."""


def _guarded(work: Callable[..., _T], *given: object) -> _T:
    """What *work* gives; what the engine says of damaged files is raised as `StoreCorrupt`."""
    try:
        return work(*given)
    except (ValueError, IndexError) as error:
        raise StoreCorrupt(f"The search index cannot be read: {error}") from error
    except BaseException as error:
        # The engine is not Python: where it gives up, what is raised derives from BaseException alone.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreCorrupt(f"The search index cannot be read: {error}") from error
