"""Recorded listings: JSON lines ``{"list_date": …, "captured_at": …, "item": …}``, plain or gzip, one file or many.

`Archive` replays every listing in the order of its files; `ArchiveSource` answers like a live source would have.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.domain.errors import MalformedListing, SourceError, SourceUnavailable
from bot.domain.papers import Listing
from bot.sources.items import entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from io import BufferedReader
    from pathlib import Path

    from bot.domain.papers import Entry, PaperId
    from bot.ports import Clock

GZIP_MAGIC: Final = b"\x1f\x8b"
_SUFFIXES: Final = (".jsonl", ".jsonl.gz")
_SHAPE: Final = (
    'Each line must be like {"list_date": "2025-10-16", "captured_at": "2025-10-16T07:49:45Z", "item": {…}}.'
)
_LONGEST_LINE: Final = 16 * 1024 * 1024
_MOST_FAULTS: Final = 50
"""So many bad lines before the first good one: this is no archive."""

Key = tuple[date, datetime]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was read: when its list was seen, and its entry or its *fault*; a fault alone has no *key*."""

    key: Key | None
    entry: Entry | None = None
    fault: str = ""


class Archive:
    """A `bot.ports.Replay` of the file or folder *path*, read as a stream.

    Neighbouring lines of one list date and one moment are a listing. A line that cannot be read, or the rest of a
    file that breaks off, is named in the listing's ``skipped`` and costs nothing else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def listings(self, since: date | None = None, until: date | None = None) -> AsyncIterator[Listing]:
        """Its listings in the order of its files; raises `SourceError` if there is nothing to read."""
        found = _listings(_lines(_files(self._path), since or date.min, until or date.max))
        while listing := await asyncio.to_thread(next, found, None):
            yield listing


class ArchiveSource:
    """A `bot.ports.Source` that answers from *archive* as the live one would have at *clock*'s time.

    The recordings are read once, when first asked, and kept in memory.
    """

    def __init__(self, archive: Archive, *, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._seen: dict[date | None, list[Listing]] = {}
        self._reading = asyncio.Lock()

    async def listing(self, day: date) -> Listing:
        """The last recording of *day* up to now; an empty listing if there is none. Raises `SourceError`."""
        now = self._clock()
        recorded = [listing for listing in (await self._days()).get(day, ()) if listing.seen_at <= now]
        return max(recorded, key=_seen_at) if recorded else Listing(day=day, seen_at=now, entries=())

    async def paper(self, paper_id: PaperId) -> Entry | None:
        """The paper as last recorded up to now, or None. Raises `SourceError`."""
        now = self._clock()
        found = [
            entry
            for listings in (await self._days()).values()
            for listing in listings
            if listing.seen_at <= now
            for entry in listing.entries
            if entry.paper.id == paper_id
        ]
        return max(found, key=lambda entry: entry.tally.at) if found else None

    async def _days(self) -> dict[date | None, list[Listing]]:
        async with self._reading:
            if not self._seen:
                async for listing in self._archive.listings():
                    self._seen.setdefault(listing.day, []).append(listing)
        return self._seen


def _seen_at(listing: Listing) -> datetime:
    return listing.seen_at


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise SourceUnavailable(
            f"There is no file or folder {path}.", hint="Check the path, or ask Hugging Face instead."
        )
    files = sorted(file for file in path.iterdir() if file.name.endswith(_SUFFIXES) and file.is_file())
    if not files:
        raise SourceUnavailable(f"No .jsonl or .jsonl.gz file is in {path}.", hint=_SHAPE)
    return files


def _lines(files: Iterable[Path], since: date, until: date) -> Iterator[_Line]:
    for file in files:
        for number, raw in _raw_lines(file):
            if line := _read(raw, f"{file.name} line {number}", since, until):
                yield line


def _raw_lines(file: Path) -> Iterator[tuple[int, bytes | str]]:
    """The lines of *file* with their numbers; the last is a fault, as text, if the file cannot be read to its end."""
    number = 0
    try:
        with _opened(file) as stream:
            while raw := stream.readline(_LONGEST_LINE):
                number += 1
                yield number, raw
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield number + 1, "the compressed file is cut off or damaged from here on"
    except OSError as error:
        yield number + 1, f"cannot be read ({error.strerror or type(error).__name__})"


def _opened(file: Path) -> gzip.GzipFile | BufferedReader:
    with file.open("rb") as plain:
        packed = plain.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    return gzip.open(file) if packed else file.open("rb")


def _read(raw: bytes | str, place: str, since: date, until: date) -> _Line | None:
    """What a line holds; None if it is blank or outside *since*..*until*."""
    if isinstance(raw, str):
        return _Line(None, fault=f"{place}: {raw}")
    if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
        return None
    try:
        key, item = _parsed(raw)
    except (ValueError, RecursionError, OverflowError):
        return _Line(None, fault=f"{place}: not a recorded item")
    return _decoded(key, item, place) if since <= key[0] <= until else None


def _parsed(raw: bytes) -> tuple[Key, object]:
    """The list date, the moment (UTC) and the raw item of a line; raises ValueError if it has none."""
    line = json.loads(raw.decode("utf-8-sig"))
    if not isinstance(line, dict) or "item" not in line:
        raise ValueError("no item")
    day, captured = (
        date.fromisoformat(str(line.get("list_date"))),
        datetime.fromisoformat(str(line.get("captured_at"))),
    )
    return (day, (captured if captured.tzinfo else captured.replace(tzinfo=UTC)).astimezone(UTC)), line[
        "item"
    ]


def _decoded(key: Key, item: object, place: str) -> _Line:
    try:
        return _Line(key, entry=entry(item, at=key[1], day=key[0]))
    except MalformedListing as error:
        return _Line(key, fault=f"{place}: {error.message}")


def _listings(lines: Iterable[_Line]) -> Iterator[Listing]:
    """The listings that *lines* make; raises `MalformedListing` if there are lines and none can be read.

    Faults go with the listing they stand in; those that stand in none go with the one before or the next.
    """
    faults: list[str] = []
    before: Listing | None = None
    for key, group in groupby(_keyed(lines), key=lambda line: line.key):
        listing = _listing(key, group, faults)
        if listing is not None and before is not None:
            yield before
        before = listing or before
    if before is not None:
        yield replace(before, skipped=before.skipped + tuple(faults))
    elif faults:
        raise _nothing_readable(faults)


def _keyed(lines: Iterable[_Line]) -> Iterator[_Line]:
    """*lines*, where one that is only a fault belongs to the listing before it, so that it parts no listing."""
    key: Key | None = None
    orphans = 0
    for line in lines:
        orphans += line.key is None and key is None
        if orphans > _MOST_FAULTS:
            raise _nothing_readable([line.fault])
        key = line.key or key
        yield replace(line, key=key)


def _listing(key: Key | None, lines: Iterable[_Line], faults: list[str]) -> Listing | None:
    """The listing of one group; *faults* without a listing so far wait for the next one."""
    entries: dict[PaperId, Entry] = {}
    for line in lines:
        if line.entry is None:
            faults.append(line.fault)
        else:
            entries.setdefault(line.entry.paper.id, line.entry)
    if key is None or not entries:
        return None
    skipped = tuple(faults)
    faults.clear()
    return Listing(day=key[0], seen_at=key[1], entries=tuple(entries.values()), skipped=skipped)


def _nothing_readable(faults: list[str]) -> SourceError:
    return MalformedListing(f"Nothing in this archive can be read. First fault: {faults[0]}.", hint=_SHAPE)
