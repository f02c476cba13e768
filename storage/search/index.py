"""The search index in a file of its own, with the store's papers as SQLite full text."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.errors import StoreCorrupt, StoreTooNew
from bot.domain.matching import COMPILED_VERSION
from storage.search.documents import columns, fingerprint, numbers
from storage.search.finding import find
from storage.sqlite.connection import Database
from storage.sqlite.errors import translated
from storage.sqlite.schema import Migration, Schema

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
    from pathlib import Path

    from bot.domain.filters import Query
    from bot.domain.papers import Entry, PaperId
    from bot.ports import Hits

_T = TypeVar("_T")

_VERSION: Final = 1
"""Grows with every change of what is indexed or how; an older file is made anew. So does a change of folding."""
_TABLES: Final[Migration] = (
    # Text is folded before it comes here: all that is not a blank belongs to a word, and no word changes any more.
    """CREATE VIRTUAL TABLE text USING fts5(
        title, keywords, abstract, authors, organization, id,
        tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'"
    )""",
    "CREATE VIRTUAL TABLE word USING fts5vocab(text, instance)",
    """CREATE TABLE paper (
        rowid INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        fingerprint BLOB NOT NULL,
        upvotes INTEGER,
        comments INTEGER,
        stars INTEGER,
        code INTEGER NOT NULL,
        project INTEGER NOT NULL,
        day TEXT NOT NULL,
        weight REAL NOT NULL
    )""",
    "CREATE TABLE position (number INTEGER NOT NULL)",
    "INSERT INTO position VALUES (0)",
)
_SCHEMA: Final = Schema(
    application_id=int.from_bytes(b"Ps") << 16 | _VERSION << 8 | COMPILED_VERSION,
    migrations=(_TABLES,),
    synchronous="NORMAL",
)
_PUT_PAPER: Final = """
    INSERT INTO paper (id, fingerprint, upvotes, comments, stars, code, project, day, weight)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        fingerprint = excluded.fingerprint, upvotes = excluded.upvotes, comments = excluded.comments,
        stars = excluded.stars, code = excluded.code, project = excluded.project, day = excluded.day,
        weight = excluded.weight
"""
_PUT_TEXT: Final = """
    INSERT OR REPLACE INTO text (rowid, title, keywords, abstract, authors, organization, id)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


class FullTextIndex:
    """The `bot.ports.SearchIndex` of one file. A damaged or outdated file is deleted and made anew: position 0."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = AsyncExitStack()
        self._database: Database | None = None
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[FullTextIndex]:
        """The index at *path*, made with its folder if it is not there. Raises `StoreError`."""
        index = cls(path)
        try:
            await index.position()
            yield index
        finally:
            await index._file.aclose()

    async def position(self) -> int:
        """The store's change number up to which it is filled; 0 if it is empty."""
        return await self._run(lambda database: database.read(_position))

    async def update(self, entries: Mapping[PaperId, Entry], gone: Iterable[PaperId], position: int) -> None:
        """Add or replace *entries*, drop *gone*, and stand at *position*, atomically."""
        dropped = [*gone, *(asked_for for asked_for, entry in entries.items() if entry.paper.id != asked_for)]
        update = partial(_update, entries=list(entries.values()), gone=dropped, position=position)
        await self._run(lambda database: database.write(update))

    async def find(self, query: Query, *, limit: int, offset: int = 0) -> Hits:
        """What *query* finds, by relevance mixed with upvotes (or as the query orders)."""
        work = partial(find, query=query, limit=limit, offset=offset)
        return await self._run(lambda database: database.read(work))

    async def clear(self) -> None:
        """Empty it and stand at 0."""
        await self._run(lambda database: database.write(_clear))

    async def _run(self, work: Callable[[Database], Awaitable[_T]]) -> _T:
        async with self._turn:
            try:
                return await work(await self._opened())
            except (StoreCorrupt, StoreTooNew):
                await self._discard()
                return await work(await self._opened())

    async def _opened(self) -> Database:
        if self._database is None:
            self._database = await self._file.enter_async_context(Database.open(self._path, _SCHEMA))
        return self._database

    async def _discard(self) -> None:
        self._database = None
        await self._file.aclose()
        with translated(self._path):
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def _position(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT number FROM position").fetchone()
    return int(number)


def _update(
    connection: sqlite3.Connection, *, entries: Iterable[Entry], gone: Iterable[PaperId], position: int
) -> None:
    for paper_id in gone:
        connection.execute(
            "DELETE FROM text WHERE rowid = (SELECT rowid FROM paper WHERE id = ?)", (paper_id,)
        )
        connection.execute("DELETE FROM paper WHERE id = ?", (paper_id,))
    for entry in entries:
        _put(connection, entry)
    connection.execute("UPDATE position SET number = ?", (position,))


def _put(connection: sqlite3.Connection, entry: Entry) -> None:
    paper, print_ = entry.paper, fingerprint(entry.paper)
    before = connection.execute("SELECT fingerprint FROM paper WHERE id = ?", (paper.id,)).fetchone()
    connection.execute(_PUT_PAPER, (paper.id, print_, *numbers(entry)))
    if before != (print_,):
        (rowid,) = connection.execute("SELECT rowid FROM paper WHERE id = ?", (paper.id,)).fetchone()
        connection.execute(_PUT_TEXT, (rowid, *astuple(columns(paper))))


def _clear(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM text")
    connection.execute("DELETE FROM paper")
    connection.execute("UPDATE position SET number = 0")
