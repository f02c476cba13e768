"""What stands in the file, and how older files are brought up to date."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.errors import StoreTooNew
from storage.sqlite.errors import corrupt
from storage.sqlite.migrations import MIGRATIONS

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from storage.sqlite.migrations import Migration


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a file must be: *application_id* says whose it is, each of *migrations* adds one to its version.

    Migrations are appended, never changed. *synchronous* says what a power loss may cost: FULL nothing, NORMAL the
    last transactions (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """

    application_id: int
    migrations: tuple[Migration, ...]
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


def prepare(connection: sqlite3.Connection, schema: Schema, path: Path, *, patience: timedelta) -> None:
    """Bring the file up to date; raises `StoreCorrupt` or `StoreTooNew` before anything is written."""
    with connection:
        connection.execute("BEGIN")
        version = _version(connection, schema, path)
    _write_ahead(connection, time.monotonic() + patience.total_seconds())
    if version < len(schema.migrations):
        _migrate(connection, schema, path)


def _write_ahead(connection: sqlite3.Connection, until: float) -> None:
    """Switch to a write-ahead log, which SQLite does not wait for when another process is at the same."""
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _version(connection: sqlite3.Connection, schema: Schema, path: Path) -> int:
    """The version of the file, 0 for one without anything in it; all of it read at the same moment."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id == 0 and version == 0 and tables == 0:
        return 0
    if application_id != schema.application_id:
        raise corrupt(path)
    if version > len(schema.migrations):
        raise StoreTooNew(
            f"The store {path} was written by a newer version of Paperround.",
            hint="Update Paperround, or put back a copy of the store from before the update.",
        )
    return int(version)


def _migrate(connection: sqlite3.Connection, schema: Schema, path: Path) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have been faster while this one waited for the lock.
        for migration in schema.migrations[_version(connection, schema, path) :]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id={schema.application_id:d}")
        connection.execute(f"PRAGMA user_version={len(schema.migrations):d}")


STORE: Final = Schema(
    application_id=int.from_bytes(b"PpRd"),
    migrations=MIGRATIONS,
)
