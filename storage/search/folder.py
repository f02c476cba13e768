"""The folder that holds an index: its version, its position, and whether its files are whole."""

from __future__ import annotations

import errno
import json
import shutil
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreFull, StoreReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STATE: Final = "paperround.json"
_META: Final = "meta.json"
_ENDINGS: Final = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term")
_MAGIC: Final = 1337
"""Ends the footer of every file of a segment: footer, its length, this number, each four bytes."""
_TAIL: Final = 8
_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Raise what the file system says about the index in *folder* as a `StoreError` with a hint."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StoreFull(
                f"There is no space left for the search index {folder}.",
                hint="Free some space on that disk and try again; the store is safe.",
            ) from error
        raise StoreReadOnly(
            f"The search index {folder} cannot be written: {error.strerror or error}.",
            hint="Give this user the right to write that folder and all in it, or delete it: it is made anew.",
        ) from error


Standing = tuple[int, str]
"""Up to which change an index is filled, and what tells this making of it from those before."""

NOWHERE: Final[Standing] = (0, "")


def standing_in(folder: Path, version: int) -> Standing | None:
    """How the index in *folder* stands; None if it is not there or of another version."""
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        return (int(state["position"]), str(state.get("making", ""))) if state["version"] == version else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def note_standing(folder: Path, version: int, standing: Standing) -> None:
    """Note how the index in *folder* stands; raises OSError."""
    position, making = standing
    new = folder / f"{_STATE}.new"
    state = {"version": version, "position": position, "making": making}
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(folder / _STATE)


def is_whole(folder: Path) -> bool:
    """Whether every file of a segment is as it was written, by the checksum at its end."""
    try:
        segments = json.loads((folder / _META).read_text(encoding="utf-8"))["segments"]
        names = [one["segment_id"].replace("-", "") + ending for one in segments for ending in _ENDINGS]
        return all(_matches((folder / name).read_bytes()) for name in names)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _matches(content: bytes) -> bool:
    if int.from_bytes(content[-4:], "little") != _MAGIC:
        return False
    length = int.from_bytes(content[-_TAIL:-4], "little")
    footer = json.loads(content[-_TAIL - length : -_TAIL])
    return bool(footer["crc"] == zlib.crc32(memoryview(content)[: -_TAIL - length]))


def stamp(folder: Path) -> int:
    """Differs when another process has changed the index."""
    try:
        return (folder / _META).stat().st_mtime_ns
    except OSError:
        return 0


def emptied(folder: Path) -> None:
    """Make *folder* anew, empty; raises OSError."""
    if folder.is_dir():
        shutil.rmtree(folder)
    else:
        for ending in ("", "-wal", "-shm"):  # what an earlier version kept in a file
            folder.with_name(folder.name + ending).unlink(missing_ok=True)
    folder.mkdir(parents=True)
