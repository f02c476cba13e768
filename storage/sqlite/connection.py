"""One SQLite file, owned by one thread, so that nothing ever blocks the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from storage.sqlite.errors import translated
from storage.sqlite.schema import prepare

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from storage.sqlite.schema import Schema

_T = TypeVar("_T")
Row = tuple[Any, ...]
"""What a statement finds; its columns are as typed as SQLite's."""

BUSY_TIMEOUT: Final = timedelta(seconds=5)
"""How long a write waits for another process before `StoreBusy`."""

_LOG_PAGES: Final = 8_000
"""So long (32 MiB) the log grows before it is copied into the file: pages that change often are copied once for all."""


class Database:
    """An open SQLite file; what it is asked to do is done in order, off the event loop.

    Every method raises only `StoreError`s (and what the work itself raises).
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self.path = path
        self._connection = connection
        self._thread = thread

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, schema: Schema, *, busy_timeout: timedelta = BUSY_TIMEOUT, max_pages: int = 0
    ) -> AsyncGenerator[Database]:
        """The file at *path*, made with its folder if it is not there, brought to the newest version of *schema*.

        With *max_pages* the file never gets more pages than that (0: no limit).
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix=f"sqlite-{path.name}")
        try:
            loop = asyncio.get_running_loop()
            connection = await loop.run_in_executor(thread, _opened, path, schema, busy_timeout, max_pages)
            try:
                yield cls(path, connection, thread)
            finally:
                await asyncio.shield(loop.run_in_executor(thread, connection.close))
        finally:
            thread.shutdown()

    async def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What *work* reads; several statements need not see the same moment."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._reading, work)

    async def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do *work* in one transaction, durable when this returns; nothing of it stays if anything is raised."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._writing, work)

    async def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        """The rows that one statement finds."""
        return await self.read(lambda connection: connection.execute(sql, values).fetchall())

    async def change(self, sql: str, values: tuple[object, ...]) -> int:
        """How many rows one statement changed, durably."""
        return await self.write(lambda connection: connection.execute(sql, values).rowcount)

    def _reading(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with translated(self.path):
            return work(self._connection)

    def _writing(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with translated(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            return work(self._connection)


def _opened(path: Path, schema: Schema, busy_timeout: timedelta, max_pages: int) -> sqlite3.Connection:
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=busy_timeout.total_seconds(), isolation_level=None)
        try:
            prepare(connection, schema, path, patience=busy_timeout)
            _tune(connection, schema, max_pages)
        except BaseException:
            connection.close()
            raise
    return connection


def _tune(connection: sqlite3.Connection, schema: Schema, max_pages: int) -> None:
    connection.execute(f"PRAGMA synchronous={schema.synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-32000")
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES:d}")
    if max_pages:
        connection.execute(f"PRAGMA max_page_count={max_pages:d}")
