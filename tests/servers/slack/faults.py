"""What can go wrong with the Web API on demand, and which requests it happens to."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers import faults
from tests.servers.faults import Turn, cut, half_a_body, hanging, in_share, keep, late, plain_text, truncated
from tests.servers.slack import problems
from tests.servers.slack.calls import Call
from tests.servers.slack.problems import Refused, told

Fault = Callable[[Call], Awaitable[web.StreamResponse]]
PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Something went wrong</body></html>"


def throttled(retry_after: float = 1) -> Fault:
    """429: not done, to be tried again after *retry_after* seconds."""

    async def fault(_: Call) -> web.StreamResponse:
        return problems.throttled(retry_after)

    return fault


def refusing(error: str) -> Fault:
    """``ok: false`` with this error: ``refusing("is_archived")``, ``refusing("token_revoked")``."""

    async def fault(_: Call) -> web.StreamResponse:
        return Refused(error).answer()

    return fault


def internal(*, keeps: bool) -> Fault:
    """200 with ``internal_error``: some of it may have been done, Slack says."""

    async def fault(call: Call) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return Refused("internal_error").answer()

    return fault


def failing(status: int, *, keeps: bool) -> Fault:
    """Answers *status* in JSON; whether it is done nevertheless, *keeps* says."""

    async def fault(call: Call) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return told({"ok": False, "error": "fatal_error"}, status)

    return fault


def html(status: int, *, keeps: bool) -> Fault:
    """A page for people where JSON belongs."""
    return faults.page(PAGE, status, keeps=keeps)


EVERY_FAULT: tuple[Fault, ...] = (
    *(failing(status, keeps=keeps) for status in (500, 502, 503, 504) for keeps in (True, False)),
    *(html(status, keeps=keeps) for status in (200, 502) for keeps in (True, False)),
    *(cut(keeps=keeps) for keeps in (True, False)),
    *(internal(keeps=keeps) for keeps in (True, False)),
    half_a_body,
    truncated,
    plain_text(keeps=True),
    hanging(keeps=True),
    hanging(),
    throttled(),
    html(429, keeps=False),
    late(1),
)
"""One of each kind that a client must live through."""


@dataclass(kw_only=True)
class Rule(Turn):
    """Which requests suffer *fault*: those that match everything that is said here.

    *method* is as ``chat.postMessage``, *channel* and *workspace* are ids; *share* says how many channels are hit,
    always the same ones.
    """

    fault: Fault
    method: str = ""
    channel: str = ""
    workspace: str = ""
    share: float = 1

    def takes(self, call: Call, chance: random.Random) -> bool:
        """Whether it is this request's turn; counts."""
        return self._matches(call) and self.comes(chance)

    def _matches(self, call: Call) -> bool:
        place = call.granted.workspace.id if call.granted else ""
        told_of = (
            (self.method, call.method.name),
            (self.channel, call.channel),
            (self.workspace, place),
        )
        return all(wanted in ("", found) for wanted, found in told_of) and in_share(call.channel, self.share)


@dataclass(kw_only=True)
class Faults:
    """The rules; the first that takes a request decides. *chance* makes rates repeatable."""

    rules: list[Rule] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def of(self, call: Call) -> Fault | None:
        """The fault this request has to suffer, if any."""
        return next((rule.fault for rule in self.rules if rule.takes(call, self.chance)), None)
