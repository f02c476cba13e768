"""One WebSocket to a client: frames go out in order, compressed as the client asked."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Squeeze = Callable[[bytes], bytes]


def squeezing(asked: str | None) -> Squeeze | None:
    """The compressor of a connection's whole life; None for plain text.

    Raises:
        LookupError: we do not do what was asked.

    """
    if asked is None:
        return None
    if asked == "zlib-stream":
        return _zlib()
    if asked == "zstd-stream" and importlib.util.find_spec("zstandard"):
        return _zstd()
    raise LookupError(f"compress={asked} is not done here")


def _zlib() -> Squeeze:
    stream = zlib.compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Squeeze:
    import zstandard  # noqa: PLC0415 - may be missing

    stream = zstandard.ZstdCompressor().compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


class Wire:
    """What the server says over a WebSocket. While *muted* is true, what would be said is lost."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        request: web.Request,
        squeeze: Squeeze | None,
        muted: Callable[[], bool],
    ) -> None:
        self._socket = socket
        self._request = request
        self._squeeze = squeeze
        self._queue: asyncio.Queue[Json | int] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write())
        self._muted = muted
        self.closing = False
        """Whether the server ends it, rather than the client."""

    def send(self, payload: Json) -> None:
        """Says it after all that was said before."""
        if not self._muted():
            self._queue.put_nowait(payload)

    def close(self, code: int) -> None:
        """Closes after all that was said before."""
        self.closing = True
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """Cuts the connection without a word, as a failing network does (the client sees 1006)."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def end(self) -> None:
        """Says nothing more."""
        self._writing.cancel()
        with suppress(asyncio.CancelledError):
            await self._writing

    async def _write(self) -> None:
        while True:
            said = await self._queue.get()
            with suppress(ConnectionResetError):  # the client went meanwhile
                if isinstance(said, int):
                    await self._socket.close(code=said)
                    return
                await self._frame(json.dumps(said))

    async def _frame(self, text: str) -> None:
        if self._squeeze is None:
            await self._socket.send_str(text)
        else:
            await self._socket.send_bytes(self._squeeze(text.encode()))
