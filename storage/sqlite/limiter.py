"""What platforms allow, shared out within one process: a SQLite file has only one that posts."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.pacing import INVALID_WINDOW, reserve

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.domain.pacing import Brake, Pace


class LocalLimiter:
    """The `bot.outbox.Limiter` of one process."""

    def __init__(self) -> None:
        self._arrivals: dict[str, float] = {}
        self._invalid: dict[str, deque[float]] = {}

    async def reserve(self, paces: Sequence[Pace], now: datetime, *, by: datetime | None = None) -> datetime:
        """One slot of every one of *paces*, or none if it would be later than *by*: when a request may be made."""
        at, arrivals = now.timestamp(), {}
        for pace in paces:
            arrivals[pace.key], slot = reserve(self._arrivals.get(pace.key, 0.0), now.timestamp(), pace)
            at = max(at, slot)
        if by is None or at <= by.timestamp():
            self._arrivals |= arrivals
        return datetime.fromtimestamp(at, UTC)

    async def hold(self, keys: Collection[str], until: datetime) -> None:
        """Let the paces named *keys* rest until *until*."""
        for key in keys:
            self._arrivals[key] = max(self._arrivals.get(key, 0.0), until.timestamp())

    async def invalid(self, brake: Brake, now: datetime) -> datetime | None:
        """Count an invalid answer; gives until when everything under the brake rests, if it does."""
        seen = self._invalid.setdefault(brake.key, deque())
        seen.append(now.timestamp())
        while seen[0] <= (now - INVALID_WINDOW).timestamp():
            seen.popleft()
        if len(seen) < brake.most:
            return None
        until = datetime.fromtimestamp(seen[0], UTC) + INVALID_WINDOW
        await self.hold([brake.key], until)
        return until

    async def state(self, now: datetime) -> dict[str, datetime]:
        """Which paces have their next slot later than *now*, and when it is."""
        later = {key: at for key, at in self._arrivals.items() if at > now.timestamp()}
        return {key: datetime.fromtimestamp(at, UTC) for key, at in sorted(later.items())}
