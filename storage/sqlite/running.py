"""One `run` a file: a second is told who has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from bot.domain.errors import StoreBusy
from storage.sqlite.errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(path: Path, owner: str) -> Iterator[None]:
    """Hold the store at *path* for *owner*: a lock on a small file beside it, which ends with the process.

    Raises `StoreBusy` that names the process which holds it. The file is a database with a write-ahead log, so that
    its holder's name can be read while it is locked.
    """
    beside = _beside(path)
    with translated(beside), closing(sqlite3.connect(beside, timeout=0.5, isolation_level=None)) as lock:
        lock.execute("PRAGMA journal_mode=WAL")
        try:
            lock.execute("CREATE TABLE IF NOT EXISTS holder (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
            lock.execute("INSERT OR REPLACE INTO holder VALUES (1, ?)", (owner,))
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise _held(path, lock) from error
        yield


def holder(path: Path) -> str:
    """The name of the process that holds the store at *path*, empty if none does."""
    beside = _beside(path)
    if not beside.exists():
        return ""
    with translated(beside), closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return _name(lock)
    return ""


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".run")


def _name(lock: sqlite3.Connection) -> str:
    row = lock.execute("SELECT name FROM holder").fetchone()
    return row[0] if row else "another process"


def _held(path: Path, lock: sqlite3.Connection) -> StoreBusy:
    return StoreBusy(
        f"The store {path} is in use by {_name(lock)}.",
        hint="A file has one `run`. Stop that one first, or use a Redis store for several.",
    )
