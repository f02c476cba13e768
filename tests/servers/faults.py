"""What can go wrong with any server's answer on demand, and whose turn it is."""

from __future__ import annotations

import asyncio
import random
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web


class Answering(Protocol):
    """A request that waits for its answer. `handle` does what it asks, and can be called once, late, or never."""

    request: web.Request

    @property
    def release(self) -> Awaitable[object]:
        """Comes true when the server stops."""
        ...

    async def handle(self) -> web.StreamResponse:
        """Does it and returns the answer."""
        ...


Fault = Callable[[Answering], Awaitable[web.StreamResponse]]


def late(seconds: float) -> Fault:
    """Does it, and takes its time to say so."""

    async def fault(call: Answering) -> web.StreamResponse:
        response = await call.handle()
        await asyncio.sleep(seconds)
        return response

    return fault


def page(text: str, status: int, *, keeps: bool) -> Fault:
    """Answers with a page for people where JSON belongs; whether it is done nevertheless, *keeps* says."""

    async def fault(call: Answering) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return web.Response(status=status, text=text, content_type="text/html")

    return fault


def plain_text(*, keeps: bool) -> Fault:
    """200 with words where JSON belongs."""

    async def fault(call: Answering) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return web.Response(text="upstream connect error", content_type="text/plain")

    return fault


def cut(*, keeps: bool) -> Fault:
    """Closes the connection without a word, having done it or not."""

    async def fault(call: Answering) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return _closed(call, web.Response())

    return fault


async def half_a_body(call: Answering) -> web.StreamResponse:
    """Does it, promises more bytes than it sends, then closes the connection."""
    await call.handle()
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    with suppress(ConnectionResetError):  # whoever asked was killed meanwhile
        await response.prepare(call.request)
        await response.write(b'{"id": "')
    return _closed(call, response)


async def truncated(call: Answering) -> web.StreamResponse:
    """Does it; the answer is complete, but its JSON stops in the middle."""
    response = await call.handle()
    whole = (
        response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b"{}"
    )
    return web.Response(body=whole[: len(whole) // 2], content_type="application/json")


def hanging(*, keeps: bool = False) -> Fault:
    """Never answers; ends when the server stops."""

    async def fault(call: Answering) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        await call.release
        return web.Response()

    return fault


async def keep(call: Answering, *, keeps: bool) -> None:
    """Does it after all, if it *keeps* what it was sent."""
    if keeps:
        await call.handle()


@dataclass(kw_only=True)
class Turn:
    """How often something happens to the requests it is meant for.

    *number* is the only one of them that is meant, from 1; *times* is how many may be hit; *rate* how many are.
    """

    number: int = 0
    times: int = 0
    rate: float = 1
    matched: int = 0
    hits: int = 0

    def comes(self, chance: random.Random) -> bool:
        """Whether it happens to this one; counts."""
        self.matched += 1
        turn = self.number in (0, self.matched) and (not self.times or self.hits < self.times)
        hit = turn and (self.rate >= 1 or chance.random() < self.rate)
        self.hits += hit
        return hit


def in_share(channel: str, share: float) -> bool:
    """Whether a channel is among a *share* of all channels: always the same ones."""
    return zlib.crc32(channel.encode()) % 10_000 < share * 10_000


def _closed(call: Answering, response: web.StreamResponse) -> web.StreamResponse:
    if call.request.transport is not None:
        call.request.transport.close()
    return response
