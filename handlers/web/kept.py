"""Rendered pages, kept until the store changes, so that a page that many read is made once."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import PaperroundError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.ports import Clock

    Revision = tuple[int, datetime | None]

_MOST_BYTES: Final = 32 * 1024 * 1024
_LOOK_AGAIN: Final = timedelta(seconds=1)
"""The store is asked no more often than this whether anything changed."""
_AT_MOST: Final = timedelta(minutes=1)
"""A page says *as of* and knows today: it is made anew after so long though nothing was stored."""
_MOST_WAITING: Final = 32
_GZIP: Final = 16 + zlib.MAX_WBITS
_SECOND: Final = timedelta(seconds=1)


class Busy(PaperroundError):
    """More pages are being made than one process should make at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A finished answer: *body* and the same *packed* by gzip, its *tag* and since when it says what it says."""

    status: int
    kind: str
    body: bytes
    packed: bytes
    tag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    sheet: Sheet
    revision: Revision
    made_at: datetime


def sheet(body: str | bytes, at: datetime, *, kind: str = "text/html", status: int = 200) -> Sheet:
    """*body* made ready to be sent."""
    raw = body if isinstance(body, bytes) else body.replace("\0", "\ufffd").encode(errors="replace")
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    packed = packer.compress(raw) + packer.flush()
    tag = hashlib.sha256(raw).hexdigest()[:24]
    return Sheet(status=status, kind=kind, body=raw, packed=packed, tag=tag, changed_at=at)


class Kept:
    """Keeps sheets by key; the least recently asked for go when there are too many bytes."""

    def __init__(
        self, revision: Callable[[], Awaitable[Revision]], *, now: Clock, most_bytes: int = _MOST_BYTES
    ) -> None:
        self._ask = revision
        self._now = now
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._making: dict[str, asyncio.Task[Sheet]] = {}
        self._revision: Revision = (-1, None)
        self._looked_at: datetime | None = None

    async def get(self, key: str, make: Callable[[], Awaitable[Sheet]]) -> Sheet:
        """The sheet of *key*, made by *make* if there is none that still holds; raises what *make* raises, or `Busy`."""
        now, revision = self._now(), await self._present()
        held = self._held.get(key)
        if held and held.revision == revision and now - held.made_at < _AT_MOST:
            self._held.move_to_end(key)
            return held.sheet
        if key not in self._making:
            if len(self._making) >= _MOST_WAITING:
                raise Busy("Too many pages are asked for just now.", hint="Try again in a moment.")
            self._making[key] = asyncio.create_task(self._made(key, make, revision, now))
            self._making[key].add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(self._making[key])

    async def _made(
        self, key: str, make: Callable[[], Awaitable[Sheet]], revision: Revision, now: datetime
    ) -> Sheet:
        made = await make()
        before = self._held.pop(key, None)
        if before is not None:
            self._bytes -= _size(before.sheet)
            made = _dated(made, before.sheet)
        self._held[key] = _Held(made, revision, now)
        self._bytes += _size(made)
        while self._bytes > self._most_bytes and len(self._held) > 1:
            _, gone = self._held.popitem(last=False)
            self._bytes -= _size(gone.sheet)
        return made

    async def _present(self) -> Revision:
        now = self._now()
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < _LOOK_AGAIN:
            self._revision, self._looked_at = await self._ask(), now
        return self._revision


def _dated(made: Sheet, before: Sheet) -> Sheet:
    """*made*, as old as *before* if it says the same, and by the clock of HTTP younger if it does not."""
    if made.tag == before.tag:
        return replace(made, changed_at=before.changed_at)
    return replace(made, changed_at=max(made.changed_at, before.changed_at + _SECOND))


def _size(one: Sheet) -> int:
    return len(one.body) + len(one.packed)
