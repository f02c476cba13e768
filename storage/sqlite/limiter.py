"""What platforms allow, shared out within one process: a SQLite file has only one that posts."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.pacing import ASTRAY, INVALID_WINDOW, Slot, believed, reserve_all

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.domain.pacing import Brake, Pace


class LocalLimiter:
    """The `bot.outbox.Limiter` of one process."""

    def __init__(self) -> None:
        self._arrivals: dict[str, float] = {}
        self._rests: dict[str, float] = {}
        self._invalid: dict[str, deque[float]] = {}

    async def reserve(self, paces: Sequence[Pace], now: datetime, *, by: datetime | None = None) -> Slot:
        """One slot of every one of *paces* by *by*, or when to ask again."""
        if not paces:
            return Slot(at=now)
        known = [self._free(pace, now.timestamp()) for pace in paces]
        arrivals, at = reserve_all(known, now.timestamp(), paces)
        taken = arrivals is not None and (by is None or at <= by.timestamp())
        if arrivals is not None and taken:
            self._arrivals |= zip((pace.key for pace in paces), arrivals, strict=True)
        return Slot(at=datetime.fromtimestamp(at, UTC), taken=taken)

    async def hold(self, keys: Collection[str], until: datetime) -> None:
        """Let the paces named *keys* rest until *until*."""
        for key in keys:
            self._rests[key] = max(self._rests.get(key, 0.0), until.timestamp())

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
        begin = now.timestamp()
        later = {key: at for key, at in self._arrivals.items() if begin < at < begin + ASTRAY.total_seconds()}
        later |= {key: max(at, later.get(key, 0.0)) for key, at in self._rests.items() if at > begin}
        return {key: datetime.fromtimestamp(at, UTC) for key, at in sorted(later.items())}

    def _free(self, pace: Pace, now: float) -> float:
        """When the next request of *pace* may come, as far as anybody knows."""
        arrival = believed(self._arrivals.get(pace.key, 0.0), now, pace)
        return max(arrival, self._rests.get(pace.key, 0.0))
