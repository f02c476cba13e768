"""A request to the Web API on its way: read in any encoding, authorized, limited, perhaps failed on purpose, done."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.slack.grants import Grant, Grants
from tests.servers.slack.problems import Refused, throttled
from tests.servers.slack.rates import Rates
from tests.servers.slack.world import Workspace

Json = dict[str, Any]
RELEASE = web.AppKey("release", asyncio.Event)
_BROKEN = "this is no JSON"
_STRUCTURED = ("blocks", "attachments", "metadata", "view", "unfurls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What no bot should have sent: to which method, what is wrong, and the body."""

    method: str
    problem: str
    body: Any


@dataclass(kw_only=True)
class Call:
    """One request. `handle` does what it asks, and can be called once, late, or never."""

    request: web.Request
    method: Method
    desk: Desk
    args: Json = field(default_factory=dict)
    token: str = ""
    granted: Grant | None = None

    @property
    def grant(self) -> Grant:
        """Whose token it came with."""
        assert self.granted is not None
        return self.granted

    @property
    def workspace(self) -> Workspace:
        """The one it is about."""
        return self.grant.workspace

    @property
    def channel(self) -> str:
        """The channel it is about; empty if it is about none."""
        return str(self.args.get("channel", ""))

    @property
    def release(self) -> Awaitable[object]:
        """Comes true when the server stops."""
        return self.request.app[RELEASE].wait()

    async def handle(self) -> web.StreamResponse:
        """Does it and returns the answer."""
        try:
            return await self.method.act(self)
        except Refused as refused:
            return refused.answer()

    def needed(self, *names: str) -> str:
        """The first of these arguments that is there.

        Raises:
            Refused: none is (invalid_arguments).

        """
        for name in names:
            if self.args.get(name):
                return str(self.args[name])
        wanted = {"messages": [f"[ERROR] missing required field: {names[0]}"]}
        raise Refused("invalid_arguments", response_metadata=wanted)

    def flag(self, name: str) -> bool:
        """Whether an argument says yes, in whatever way."""
        return self.args.get(name) in (True, "1", "true", 1)

    def number(self, name: str, usual: float) -> float:
        """An argument as a number.

        Raises:
            Refused: it is none (invalid_arguments).

        """
        try:
            return float(self.args.get(name) or usual)
        except ValueError:
            raise Refused("invalid_arguments") from None

    def check(self, problems: Iterable[str], error: str = "invalid_blocks") -> None:
        """Nothing, if there are no *problems*.

        Raises:
            Refused: there are; each is kept as a complaint.

        """
        found = list(problems)
        for problem in found:
            self.complain(problem)
        if found:
            messages = [f"[ERROR] {problem}" for problem in found]
            raise Refused(error, errors=found, response_metadata={"messages": messages})

    def complain(self, problem: str) -> None:
        """Remembers that something is wrong, whatever the answer is."""
        self.desk.complaints.append(Complaint(method=self.method.name, problem=problem, body=self.args))


Act = Callable[[Call], Awaitable[web.StreamResponse]]
Hook = Callable[[Call], Callable[[Call], Awaitable[web.StreamResponse]] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the Web API; needs one of *scopes* if there are any, and no token at all if it is *open*."""

    name: str
    act: Act
    scopes: tuple[str, ...] = ()
    open: bool = False


@dataclass(kw_only=True)
class Desk:
    """Takes every request. *failing* names the fault a request has to suffer, if any."""

    grants: Grants
    rates: Rates
    failing: Hook
    complaints: list[Complaint] = field(default_factory=list)
    welcome: set[str] = field(default_factory=set)
    """The ids of people whom a post may mention."""
    answers: Counter[str] = field(default_factory=Counter)
    """How often each answer was given: ``ok``, the error, a status such as ``500``; ``cut`` for closed connections."""
    arrivals: list[tuple[float, str, Json]] = field(default_factory=list)
    """When (`time.monotonic`), to which method, and with which arguments, of every request."""
    _outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def taking(self, method: Method) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler of a method."""

        async def take(request: web.Request) -> web.StreamResponse:
            call = Call(request=request, method=method, desk=self)
            call.args, call.token = await _read(request)
            self.arrivals.append((time.monotonic(), method.name, call.args))
            self._changed.set()
            response = await self._answer(call)
            outcome = _outcome(request, response)
            self.answers[outcome] += 1
            self._outcomes.update([("", outcome), (method.name, outcome)])
            self._changed.set()
            return response

        return take

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for _, name, _ in self.arrivals)

    async def arrived(self, method: str, times: int = 1, *, within: float = 5) -> None:
        """Returns when *method* was called so often, whatever comes of it.

        Raises:
            TimeoutError: it was not, *within* so many seconds.

        """
        await self._until(lambda: self.count(method) >= times, within)

    async def answered(self, outcome: str, times: int = 1, *, method: str = "", within: float = 5) -> None:
        """Returns when *times* requests had this outcome, as in `answers`; only those to *method*, if it is named.

        Raises:
            TimeoutError: they had not, *within* so many seconds.

        """
        await self._until(lambda: self._outcomes[method, outcome] >= times, within)

    async def _until(self, done: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within):
            while not done():
                self._changed.clear()
                await self._changed.wait()

    async def _answer(self, call: Call) -> web.StreamResponse:
        if _BROKEN in call.args:
            call.complain(_BROKEN)
            return Refused("invalid_json").answer()
        try:
            self._authorize(call)
        except Refused as refused:
            return refused.answer()
        workspace = call.granted.workspace.id if call.granted else ""
        if seconds := self.rates.wait(call.method.name, workspace, call.channel):
            return throttled(seconds)
        fault = self.failing(call)
        return await fault(call) if fault else await call.handle()

    def _authorize(self, call: Call) -> None:
        if not call.method.open:
            call.granted = self.grants.check(call.token)
            call.granted.require(*call.method.scopes)


async def _read(request: web.Request) -> tuple[Json, str]:
    """The arguments, from query, form or JSON; and the token, from the header or among them."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            args |= json.loads(await request.text() or "{}")
        except ValueError:
            return {_BROKEN: True}, ""
    else:
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    for key in _STRUCTURED:
        if isinstance(args.get(key), str):
            args[key] = _structured(args[key])
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        args["client_id"], _, args["client_secret"] = base64.b64decode(rest).decode().partition(":")
    return args, rest if kind == "Bearer" else str(args.pop("token", ""))


def _structured(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _outcome(request: web.Request, response: web.StreamResponse) -> str:
    if request.transport is None or request.transport.is_closing():
        return "cut"
    if response.status != 200 or not isinstance(response, web.Response):
        return str(response.status)
    try:
        answer = json.loads(response.text or "")
    except ValueError:
        return "200"
    return "ok" if answer.get("ok") else str(answer.get("error"))
