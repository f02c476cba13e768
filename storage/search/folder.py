"""The folder that holds an index: its version, its position, and whether its files are whole."""

from __future__ import annotations

import json
import shutil
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_STATE: Final = "paperround.json"
_META: Final = "meta.json"
_ENDINGS: Final = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term")
_MAGIC: Final = 1337
"""Ends the footer of every file of a segment: footer, its length, this number, each four bytes."""
_TAIL: Final = 8


def position_in(folder: Path, version: int) -> int | None:
    """Up to which change the index in *folder* is filled; None if it is not there or of another version."""
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        return int(state["position"]) if state["version"] == version else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def note_position(folder: Path, version: int, position: int) -> None:
    """Note that the index in *folder* is filled up to *position*; raises OSError."""
    new = folder / f"{_STATE}.new"
    new.write_text(json.dumps({"version": version, "position": position}), encoding="utf-8")
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
