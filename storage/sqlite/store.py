"""All ports of the embedded store."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from storage.sqlite.bookmarks import SqliteBookmarks
from storage.sqlite.connection import BUSY_TIMEOUT, Database
from storage.sqlite.contents import SqliteContents
from storage.sqlite.departures import SqliteDepartures
from storage.sqlite.drafts import SqliteDrafts
from storage.sqlite.installations import SqliteInstallations
from storage.sqlite.leases import SqliteLeases
from storage.sqlite.limiter import LocalLimiter
from storage.sqlite.marks import SqliteMarks
from storage.sqlite.outbox import SqliteOutbox
from storage.sqlite.papers import SqlitePapers
from storage.sqlite.processes import SqliteProcesses
from storage.sqlite.recipients import SqliteRecipients
from storage.sqlite.running import alone, holder
from storage.sqlite.schema import STORE
from storage.sqlite.settings import SqliteSettings
from storage.sqlite.subscriptions import SqliteSubscriptions
from storage.sqlite.traces import SqliteTraces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncGenerator
    from datetime import timedelta
    from pathlib import Path


class SqliteStore:
    """The `bot.ports.Store` of one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.papers = SqlitePapers(database)
        self.subscriptions = SqliteSubscriptions(database)
        self.marks = SqliteMarks(database)
        self.bookmarks = SqliteBookmarks(database)
        self.settings = SqliteSettings(database)
        self.outbox = SqliteOutbox(database)
        self.limiter = LocalLimiter()
        self.leases = SqliteLeases(database)
        self.processes = SqliteProcesses(database)
        self.contents = SqliteContents(database)
        self.drafts = SqliteDrafts(database)
        self.departures = SqliteDepartures(database)
        self.traces = SqliteTraces(database)
        self.recipients = SqliteRecipients(database)
        self.installations = SqliteInstallations(database)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, busy_timeout: timedelta = BUSY_TIMEOUT, max_pages: int = 0
    ) -> AsyncGenerator[SqliteStore]:
        """The store at *path*, made with its folder if it is not there.

        Several processes may have it open; a write waits for another's up to *busy_timeout*. With *max_pages* the
        file never gets more pages (of 4 KiB) than that. Raises `StoreCorrupt` for a file that is damaged or not ours
        and `StoreTooNew` for one of a newer version, both before anything is written.
        """
        async with Database.open(path, STORE, busy_timeout=busy_timeout, max_pages=max_pages) as database:
            yield cls(database)

    @asynccontextmanager
    async def alone(self, owner: str) -> AsyncGenerator[None]:
        """While it is open no other `run` may use the file; raises `StoreBusy` that names the process which has it."""
        with alone(self._database.path, owner):
            yield

    async def warnings(self) -> tuple[str, ...]:
        """None: what a file needs, it is opened with."""
        return ()

    async def holder(self) -> str:
        """The name of the process that has the file by `alone`, empty if none has."""
        return await asyncio.to_thread(holder, self._database.path)

    async def ping(self) -> None:
        """Return if the store can be read and written; raises `StoreError`."""
        await self._database.write(_rewrite_version)


def _rewrite_version(connection: sqlite3.Connection) -> None:
    """Write a page that says what it said before, so that a full or read-only disk shows."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version={version:d}")
