"""What can go wrong on demand, and which requests it happens to."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers.discord import rates
from tests.servers.discord.calls import Call
from tests.servers.discord.problems import Refused, told
from tests.servers.faults import Turn, cut, half_a_body, hanging, in_share, keep, late, plain_text, truncated

__all__ = [
    "Fault",
    "Faults",
    "Rule",
    "cut",
    "failing",
    "half_a_body",
    "hanging",
    "html",
    "in_share",
    "late",
    "plain_text",
    "refusing",
    "throttled",
    "truncated",
]

Fault = Callable[[Call], Awaitable[web.StreamResponse]]


def throttled(scope: rates.Scope = "user", retry_after: float = 0.3, *, via: bool = True) -> Fault:
    """429 in that scope: not done, to be tried again after *retry_after* seconds."""

    async def fault(_: Call) -> web.StreamResponse:
        return rates.throttled(scope, retry_after, via=via)

    return fault


def failing(status: int, *, keeps: bool) -> Fault:
    """Answers *status* in JSON; whether it is done nevertheless, *keeps* says."""

    async def fault(call: Call) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return told({"message": f"{status}: something broke", "code": 0}, status)

    return fault


def html(status: int, *, keeps: bool) -> Fault:
    """A page of Cloudflare where JSON belongs."""

    async def fault(call: Call) -> web.StreamResponse:
        await keep(call, keeps=keeps)
        return rates.cloudflare(status)

    return fault


def refusing(status: int, code: int) -> Fault:
    """Refuses for good with Discord's code: ``refusing(403, 50001)``, ``refusing(401, 0)``."""

    async def fault(_: Call) -> web.StreamResponse:
        return Refused(status, code).answer()

    return fault


EVERY_FAULT: tuple[Fault, ...] = (
    *(failing(status, keeps=keeps) for status in (500, 502, 503, 504) for keeps in (True, False)),
    *(html(status, keeps=keeps) for status in (200, 502) for keeps in (True, False)),
    *(cut(keeps=keeps) for keeps in (True, False)),
    half_a_body,
    truncated,
    plain_text(keeps=True),
    hanging(keeps=True),
    hanging(),
    *(throttled(scope) for scope in ("user", "global", "shared")),
    html(429, keeps=False),
    late(1),
)
"""One of each kind that a client must live through."""


@dataclass(kw_only=True)
class Rule(Turn):
    """Which requests suffer *fault*: those that match everything that is said here.

    *path* is as in Discord's description; *share* says how many channels are hit, always the same ones.
    """

    fault: Fault
    method: str = ""
    path: str = ""
    channel: str = ""
    share: float = 1

    def takes(self, call: Call, chance: random.Random) -> bool:
        """Whether it is this request's turn; counts."""
        return self._matches(call) and self.comes(chance)

    def _matches(self, call: Call) -> bool:
        route = call.endpoint
        told_of = ((self.method, route.method), (self.path, route.path), (self.channel, call.channel))
        return all(wanted in ("", found) for wanted, found in told_of) and in_share(call.channel, self.share)


@dataclass(kw_only=True)
class Faults:
    """The rules; the first that takes a request decides. *chance* makes rates repeatable."""

    rules: list[Rule] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def of(self, call: Call) -> Fault | None:
        """The fault this request has to suffer, if any."""
        return next((rule.fault for rule in self.rules if rule.takes(call, self.chance)), None)
