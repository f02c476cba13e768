"""The rate limits of the local Discord: buckets, the global limit, and the ban that too many refusals bring."""

from __future__ import annotations

import hashlib
import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from tests.servers.discord.problems import told

Scope = Literal["user", "global", "shared"]
VIA = {"Via": "1.1 google"}
INVALID = (401, 403, 429)
PAGE = "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>1015</body></html>"
_TEN_MINUTES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most *limit* requests, counted anew *seconds* after the first."""

    limit: int
    seconds: float


@dataclass(slots=True)
class _Count:
    used: int
    ends: float


@dataclass(kw_only=True)
class Rates:
    """What is allowed; change it while the server runs.

    *windows* are by method and path as in Discord's description, `("POST", "/channels/{channel_id}/messages")`; a
    route without one has *usual*. Each channel, server and webhook counts for itself. *per_second* is the global
    limit (0: none). After *invalid_limit* answers of 401, 403 and 429 in ten minutes everything is a Cloudflare page.
    """

    per_second: int = 50
    usual: Window = field(default_factory=lambda: Window(limit=1000, seconds=1))
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    invalid_limit: int = 10_000
    headers: bool = True
    """Whether answers tell of the bucket at all."""
    _counts: dict[tuple[str, str, str], _Count] = field(default_factory=dict)
    _second: deque[float] = field(default_factory=deque)
    _invalid: deque[float] = field(default_factory=deque)

    @property
    def invalid(self) -> int:
        """How many invalid requests the last ten minutes saw."""
        return _since(self._invalid, _TEN_MINUTES)

    def refuse(self, method: str, path: str, major: str, *, globally: bool) -> web.Response | None:
        """A 429 if this request is one too many; else it is counted."""
        if self.invalid >= self.invalid_limit:
            return cloudflare(429)
        if globally and self.per_second and _since(self._second, 1) >= self.per_second:
            return throttled("global", self._second[0] + 1 - time.monotonic())
        count, window = self._count(method, path, major)
        if count.used >= window.limit:
            wait = count.ends - time.monotonic()
            return throttled("user", wait, headers=self.told(method, path, major))
        count.used += 1
        if globally:
            self._second.append(time.monotonic())
        return None

    def told(self, method: str, path: str, major: str) -> dict[str, str]:
        """The headers about the bucket of a request that was counted."""
        if not self.headers:
            return {}
        count, window = self._count(method, path, major)
        left = max(0.0, count.ends - time.monotonic())
        return {
            "X-RateLimit-Limit": str(window.limit),
            "X-RateLimit-Remaining": str(max(0, window.limit - count.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(f"{method} {path}".encode()).hexdigest()[:32],
        }

    def note(self, response: web.StreamResponse) -> None:
        """Counts what Discord calls an invalid request."""
        if response.status in INVALID and response.headers.get("X-RateLimit-Scope") != "shared":
            self._invalid.append(time.monotonic())

    def _count(self, method: str, path: str, major: str) -> tuple[_Count, Window]:
        window = self.windows.get((method, path), self.usual)
        now, key = time.monotonic(), (method, path, major)
        count = self._counts.get(key)
        if count is None or count.ends <= now:
            count = self._counts[key] = _Count(0, now + window.seconds)
        return count, window


def throttled(
    scope: Scope, retry_after: float, *, via: bool = True, headers: dict[str, str] | None = None
) -> web.Response:
    """429 as Discord writes it; without *via* it looks as if it came from Cloudflare."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": scope == "global"}
    more = {"Retry-After": str(math.ceil(retry_after)), "X-RateLimit-Scope": scope, **(headers or {})}
    more |= {"X-RateLimit-Global": "true"} if scope == "global" else {}
    return told(body, 429, more | (VIA if via else {}))


def cloudflare(status: int) -> web.Response:
    """A page for people where JSON belongs."""
    told_when = {"Retry-After": "3600"} if status == 429 else {}
    return web.Response(status=status, text=PAGE, content_type="text/html", headers=told_when)


def _since(arrivals: deque[float], seconds: float) -> int:
    while arrivals and arrivals[0] <= time.monotonic() - seconds:
        arrivals.popleft()
    return len(arrivals)
