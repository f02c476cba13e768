"""A local chat platform: stores messages, shows its history, keeps its limits, and fails when told to.

Tests assert on what it *stored*, never on what a client believes.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

History = Literal["readable", "empty", "forbidden"]
"""What a look into a channel is answered with: the messages, nothing at all (as without a right to read), or 403."""
PAGE = 100
_HTML = "<!DOCTYPE html><html><body>We are back soon.</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was stored; *at* is when it arrived, in seconds of `time.time`."""

    id: str
    channel: str
    key: str
    nonce: str
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request to post: `store` does what it asks, and can be called once, late, or never."""

    request: web.Request
    store: Callable[[], Message]


Fault = Callable[[Post], Awaitable[web.StreamResponse]]


def late(seconds: float) -> Fault:
    """Stores, and takes its time to say so."""

    async def fault(post: Post) -> web.StreamResponse:
        message = post.store()
        await asyncio.sleep(seconds)
        return stored(message)

    return fault


def throttled(retry_after: float, *, scope: Literal["message", "all"] = "message") -> Fault:
    """429: not stored, to be tried again after *retry_after* seconds; until then "all" wants no other post either."""

    async def fault(_: Post) -> web.StreamResponse:
        return _told(429, "slow down", {"Retry-After": f"{retry_after:g}", "X-Scope": scope})

    return fault


def failing(status: int, *, keeps: bool) -> Fault:
    """Answers *status*; whether the message is stored nevertheless, *keeps* says."""

    async def fault(post: Post) -> web.StreamResponse:
        _keep(post, keeps=keeps)
        return _told(status, "something broke")

    return fault


def refusing(status: int, error: str) -> Fault:
    """Refuses for good, with the platform's word for it."""

    async def fault(_: Post) -> web.StreamResponse:
        return _told(status, error)

    return fault


def cut(*, keeps: bool) -> Fault:
    """Closes the connection without a word."""

    async def fault(post: Post) -> web.StreamResponse:
        _keep(post, keeps=keeps)
        return _closed(post.request, web.Response())

    return fault


def html(*, keeps: bool) -> Fault:
    """A web page with 200 where JSON belongs, as gateways send it."""

    async def fault(post: Post) -> web.StreamResponse:
        _keep(post, keeps=keeps)
        return web.Response(text=_HTML, content_type="text/html")

    return fault


async def half_a_body(post: Post) -> web.StreamResponse:
    """Stores, promises more bytes than it sends, then closes the connection."""
    post.store()
    response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
    with suppress(ConnectionResetError):  # whoever asked was killed meanwhile
        await response.prepare(post.request)
        await response.write(b'{"id": "')
    return _closed(post.request, response)


async def hang(post: Post) -> web.StreamResponse:
    """Stores nothing and never answers; ends when the server stops."""
    await post.request.app[RELEASE].wait()
    return web.Response()


EVERY_FAULT: tuple[Fault, ...] = (
    late(1.5),
    throttled(0.3),
    failing(500, keeps=True),
    failing(503, keeps=False),
    cut(keeps=True),
    cut(keeps=False),
    half_a_body,
    html(keeps=True),
    html(keeps=False),
    hang,
)
"""One of each kind that a client must live through; the shortest lease of a test is a few seconds."""

RELEASE = web.AppKey("release", asyncio.Event)


@dataclass(kw_only=True)
class PlatformServer:
    """What the platform has and does; change it while it runs.

    A repeated nonce is dropped for *nonce_window* seconds (0: never). More than *per_second* requests in any second,
    or *per_channel_second* in a channel, are answered with 429. *latency* is the least and most seconds an answer
    takes. Faults: *coming* are used up by the next posts; *by_number* holds them by the number of the post, from 1;
    *by_channel* by channel; else one of *kinds* comes at *rate*.
    """

    nonce_window: float = 0
    history: History = "readable"
    per_second: int = 0
    per_channel_second: int = 0
    latency: tuple[float, float] = (0, 0)
    coming: deque[Fault] = field(default_factory=deque)
    by_number: dict[int, Fault] = field(default_factory=dict)
    by_channel: dict[str, Fault] = field(default_factory=dict)
    rate: float = 0
    kinds: Sequence[Fault] = EVERY_FAULT
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    stored: list[Message] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    """How many posts were answered with each status; 0 counts those whose connection was closed."""
    posts: int = 0
    dropped: int = 0
    """How many posts were recognized by their nonce."""
    looks: int = 0
    url: str = ""
    _arrivals: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def channel(self, name: str) -> list[Message]:
        """What was stored in a channel, in its order."""
        return [message for message in self.stored if message.channel == name]

    @property
    def keys(self) -> Counter[str]:
        """How many times each key was stored."""
        return Counter(message.key for message in self.stored)

    async def post(self, request: web.Request) -> web.StreamResponse:
        """``POST /channels/{id}/messages`` with key, nonce and text."""
        self.posts += 1
        number, channel = self.posts, request.match_info["id"]
        body = await request.json()
        if self.latency[1]:
            await asyncio.sleep(self.chance.uniform(*self.latency))
        response = self._limited(channel)
        if response is None:
            post = Post(request=request, store=lambda: self._store(channel, body))
            fault = self._fault(number, channel)
            response = await fault(post) if fault else stored(post.store())
        closed = request.transport is None or request.transport.is_closing()
        self.answers[0 if closed else response.status] += 1
        return response

    async def look(self, request: web.Request) -> web.StreamResponse:
        """``GET /channels/{id}/messages?after=``: those stored later than that (in Unix seconds), oldest first."""
        self.looks += 1
        if self.history == "forbidden":
            return _told(403, "missing access")
        after = float(request.query.get("after", "0"))
        found = [one for one in self.channel(request.match_info["id"]) if one.at > after]
        shown = found[:PAGE] if self.history == "readable" else []
        return web.json_response([{"id": one.id, "key": one.key, "at": one.at} for one in shown])

    def _fault(self, number: int, channel: str) -> Fault | None:
        if channel in self.by_channel:
            return self.by_channel[channel]
        if number in self.by_number:
            return self.by_number[number]
        if self.coming:
            return self.coming.popleft()
        return self.chance.choice(self.kinds) if self.chance.random() < self.rate else None

    def _store(self, channel: str, body: dict[str, str]) -> Message:
        now, nonce = time.time(), body["nonce"]
        known = (one for one in reversed(self.stored) if one.nonce == nonce)
        before = next(known, None) if self.nonce_window else None
        if before is not None and now - before.at < self.nonce_window:
            self.dropped += 1
            return before
        number = str(len(self.stored) + 1)
        message = Message(id=number, channel=channel, key=body["key"], nonce=nonce, text=body["text"], at=now)
        self.stored.append(message)
        return message

    def _limited(self, channel: str) -> web.StreamResponse | None:
        """429 if this post is one too many."""
        now = time.monotonic()
        limits = [(self.per_second, ""), (self.per_channel_second, channel)]
        for most, key in [(most, key) for most, key in limits if most]:
            arrived = self._arrivals[key]
            while arrived and arrived[0] <= now - 1:
                arrived.popleft()
            if len(arrived) >= most:
                wait = arrived[0] + 1 - now
                return _told(429, "slow down", {"Retry-After": f"{wait:.3f}"})
            arrived.append(now)
        return None


def stored(message: Message) -> web.Response:
    """The answer to a post that was stored."""
    return web.json_response({"id": message.id})


def _keep(post: Post, *, keeps: bool) -> None:
    if keeps:
        post.store()


def _told(status: int, error: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status, text=json.dumps({"error": error}), content_type="application/json", headers=headers
    )


def _closed(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return response


@asynccontextmanager
async def running(server: PlatformServer) -> AsyncGenerator[PlatformServer]:
    """*server* on a free loopback port."""
    app = web.Application()
    app[RELEASE] = asyncio.Event()
    app.router.add_post("/channels/{id}/messages", server.post)
    app.router.add_get("/channels/{id}/messages", server.look)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        app[RELEASE].set()
        await runner.cleanup()
