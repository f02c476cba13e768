"""The rate limits of the local Slack: a message a second per channel, a workspace's share, the tiers of methods."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

POST = "chat.postMessage"
HISTORY = ("conversations.history", "conversations.replies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """*burst* at once, then one more every *seconds*."""

    seconds: float
    burst: int


def tier(per_minute: int) -> Pace:
    """https://docs.slack.dev/apis/web-api/rate-limits: so many a minute, all at once if need be."""
    return Pace(seconds=60 / per_minute, burst=per_minute)


_TIERS = {
    tier(20): ("conversations.list", "apps.connections.open", "users.list"),
    tier(50): (
        *HISTORY,
        *("chat.update", "chat.delete", "chat.unfurl", "auth.revoke"),
        *("conversations.info", "conversations.open", "conversations.join", "users.conversations"),
    ),
    tier(100): (
        *("chat.postEphemeral", "users.info", "conversations.members"),
        *("views.open", "views.push", "views.update", "views.publish"),
    ),
}


@dataclass(kw_only=True)
class Rates:
    """What is allowed; change it while the server runs. None: as much as one likes.

    *channel* paces the posts into one channel, *workspace* those into all of a workspace, *methods* everything else
    by method and workspace. `like_outsiders` lets history be read once a minute, 15 messages at a time.
    """

    clock: Callable[[], float] = time.monotonic
    channel: Pace | None = field(default_factory=lambda: Pace(seconds=1, burst=5))
    workspace: Pace | None = field(default_factory=lambda: tier(300))
    methods: dict[str, Pace] = field(default_factory=lambda: {m: p for p, ms in _TIERS.items() for m in ms})
    most_history: int = 999
    """The most messages an answer of history holds."""
    _next: dict[tuple[str, str], float] = field(default_factory=dict)

    def like_outsiders(self) -> None:
        """History as an app outside the Marketplace gets it, since 2025-05-29."""
        self.methods |= dict.fromkeys(HISTORY, Pace(seconds=60, burst=1))
        self.most_history = 15

    def off(self) -> None:
        """No limits at all: for scenarios about something else, and benchmarks."""
        self.channel = self.workspace = None
        self.methods = {}

    def wait(self, method: str, workspace: str, channel: str) -> float:
        """The seconds until this request would be allowed; 0 if it is, and then it is counted."""
        if method != POST:
            return self._take([(method, workspace, self.methods.get(method))])
        return self._take([("channel", channel, self.channel), ("workspace", workspace, self.workspace)])

    def _take(self, asked: list[tuple[str, str, Pace | None]]) -> float:
        now = self.clock()
        paced = [((what, whose), pace) for what, whose, pace in asked if pace is not None]
        waits = [self._next.get(key, 0) - pace.seconds * (pace.burst - 1) - now for key, pace in paced]
        if any(wait > 1e-9 for wait in waits):
            return max(waits)
        for key, pace in paced:
            self._next[key] = max(now, self._next.get(key, 0)) + pace.seconds
        return 0
