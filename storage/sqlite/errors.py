"""The one place where SQLite's errors become ours."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIMARY: Final = 0xFF
"""Extended result codes carry their primary one in the low byte: https://www.sqlite.org/rescode.html"""

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite or the file system says about the store at *path* as a `StoreError` with a hint."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_code(getattr(error, "sqlite_errorcode", 0) & _PRIMARY, path) from error
    except OSError as error:
        raise _of_system(error, path) from error


def _of_code(code: int, path: Path) -> StoreError:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(
            f"The store {path} is being written by another process.",
            hint="Wait until that is done and try again, or stop the other process.",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return read_only(path)
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return corrupt(path)
    if code == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(path)
    return StoreError(
        f"The store {path} could not be read or written.",
        hint="Check that the disk is healthy and mounted, then try again.",
    )


def _of_system(error: OSError, path: Path) -> StoreError:
    if error.errno in _NO_SPACE:
        return _full(path)
    return _cannot_open(path)


def corrupt(path: Path) -> StoreCorrupt:
    """The file at *path* is damaged, or is something else."""
    return StoreCorrupt(
        f"The store {path} is damaged, or is not a Paperround store.",
        hint="Put back a copy from before, or move the file away to begin with an empty store.",
    )


def read_only(path: Path) -> StoreReadOnly:
    """The file at *path* may be read but not written."""
    return StoreReadOnly(
        f"The store {path} cannot be written.",
        hint=f"Give this user the right to write {path.name} and its folder, or choose another place for the store.",
    )


def _full(path: Path) -> StoreFull:
    return StoreFull(
        f"There is no space left for the store {path}; nothing of the last change was kept.",
        hint="Free some space on that disk and try again; everything from before is safe.",
    )


def _cannot_open(path: Path) -> StoreError:
    if path.is_dir():
        return StoreError(
            f"{path} is a folder.", hint="Name a file in it, such as " + str(path / "paperround.db") + "."
        )
    if not all(map(_writable, _needed(path))):
        return read_only(path)
    return StoreError(
        f"The store {path} cannot be opened.",
        hint="Check that its folder exists and that no part of it is a file.",
    )


def _needed(path: Path) -> list[Path]:
    """What must be writable for the store to be: its nearest folder, and the file if there is one."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    return [folder, path] if path.exists() else [folder]


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
