"""A request on its way: authorized, limited, perhaps failed on purpose, checked, done."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.discord import schema
from tests.servers.discord.problems import Broken, Refused, told
from tests.servers.discord.rates import Rates

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What no bot should have sent: where, what is wrong, and the body."""

    method: str
    path: str
    problem: str
    body: Any


@dataclass(kw_only=True)
class Call:
    """One request. `handle` does what it asks, and can be called once, late, or never."""

    request: web.Request
    endpoint: Endpoint
    desk: Desk
    body: Any = None
    files: list[tuple[str, int]] = field(default_factory=list)
    """Name and bytes of each file that came along."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The parts of the path, by the names of Discord's description."""
        return self.request.match_info

    @property
    def channel(self) -> str:
        """The channel it is about; empty if it is about none."""
        return self.ids.get("channel_id", "")

    @property
    def release(self) -> Awaitable[object]:
        """Comes true when the server stops."""
        return self.request.app[RELEASE].wait()

    async def handle(self) -> web.StreamResponse:
        """Does it and returns the answer."""
        try:
            await self._read()
            self._compare()
            return await self.endpoint.act(self)
        except Refused as refused:
            return refused.answer()
        except Broken as broken:
            self.complain(str(broken))
            return told({"message": "500: Internal Server Error", "code": 0}, 500)

    def check(self, problems: list[str]) -> None:
        """Nothing, if there are no *problems*.

        Raises:
            Refused: there are (50035); each is kept as a complaint.

        """
        for problem in problems:
            self.complain(problem)
        if problems:
            named = (problem.partition(": ") for problem in problems)
            raise Refused(
                400,
                50035,
                {where: {"_errors": [{"code": "INVALID", "message": why}]} for where, _, why in named},
            )

    def complain(self, problem: str) -> None:
        """Remembers that something is wrong, whatever the answer is."""
        kept = Complaint(method=self.endpoint.method, path=self.request.path, problem=problem, body=self.body)
        self.desk.complaints.append(kept)

    async def _read(self) -> None:
        if self.request.content_type.startswith("multipart/"):
            form = await self.request.post()
            told_of = form.get("payload_json", "{}")  # bytes, if it says that it is JSON
            text = told_of.decode() if isinstance(told_of, bytes | bytearray) else str(told_of)
            sent = [one for one in form.values() if isinstance(one, web.FileField)]
            self.files = [(one.filename, len(one.file.read())) for one in sent]
        else:
            text = await self.request.text()
        try:
            self.body = json.loads(text) if text else None
        except ValueError:
            self.complain("the body is no JSON")
            raise Refused(400, 50109) from None

    def _compare(self) -> None:
        """The body with Discord's published description."""
        if not self.desk.strict:
            return
        method, path = self.endpoint.method, self.endpoint.path
        for key in schema.unknown_keys(method, path, self.body):
            self.complain(f"{key}: nobody knows this key")
        self.check(schema.problems(method, path, self.body))


Act = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A route, named as in Discord's description; *open* ones need no token and escape the global limit."""

    method: str
    path: str
    act: Act
    open: bool = False

    def major(self, ids: Mapping[str, str]) -> str:
        """What its bucket belongs to: the channel, the server, the webhook."""
        return "".join(ids.get(key, "") for key in ("channel_id", "guild_id", "webhook_id", "webhook_token"))


Hook = Callable[[Call], Callable[[Call], Awaitable[web.StreamResponse]] | None]


@dataclass(kw_only=True)
class Desk:
    """Takes every request. *failing* names the fault a request has to suffer, if any."""

    token: str
    rates: Rates
    failing: Hook
    strict: bool = True
    """Whether bodies are compared with Discord's published description; a benchmark may do without."""
    complaints: list[Complaint] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    """How many requests were answered with each status; 0 counts those whose connection was closed."""
    arrivals: list[tuple[float, str, str]] = field(default_factory=list)
    """When (`time.monotonic`), by which method, and where, of every request."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def taking(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler of a route."""

        async def take(request: web.Request) -> web.StreamResponse:
            self.arrivals.append((time.monotonic(), request.method, request.path))
            response = await self._answer(Call(request=request, endpoint=endpoint, desk=self))
            closed = request.transport is None or request.transport.is_closing()
            self.answers[0 if closed else response.status] += 1
            self.rates.note(response)
            self._changed.set()
            return response

        return take

    async def answered(self, status: int, times: int = 1, *, within: float = 5) -> None:
        """Returns when *times* requests were answered with *status*.

        Raises:
            TimeoutError: they were not, *within* so many seconds.

        """
        async with asyncio.timeout(within):
            while self.answers[status] < times:
                self._changed.clear()
                await self._changed.wait()

    async def _answer(self, call: Call) -> web.StreamResponse:
        unwelcome = self._unwelcome(call) or self._limited(call)
        if unwelcome is not None:
            return unwelcome
        fault = self.failing(call)
        response = await fault(call) if fault else await call.handle()
        if not response.prepared and not call.endpoint.open:
            endpoint = call.endpoint
            told_of = self.rates.told(endpoint.method, endpoint.path, endpoint.major(call.ids))
            response.headers.update({k: v for k, v in told_of.items() if k not in response.headers})
        return response

    def _unwelcome(self, call: Call) -> web.Response | None:
        if call.endpoint.open:
            return None
        headers = call.request.headers
        if headers.get("Authorization") != f"Bot {self.token}":
            return Refused(401, 0).answer()
        if not headers.get("User-Agent", "").startswith("DiscordBot ("):
            call.complain("User-Agent: must be DiscordBot (url, version)")
            return Refused(403, 40333).answer()
        return None

    def _limited(self, call: Call) -> web.Response | None:
        if call.endpoint.open:
            return None
        endpoint = call.endpoint
        return self.rates.refuse(endpoint.method, endpoint.path, endpoint.major(call.ids), globally=True)


RELEASE = web.AppKey("release", asyncio.Event)
