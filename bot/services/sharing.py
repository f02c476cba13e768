"""Whether a person may share an answer with the channel now."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from bot.domain.errors import NotAllowed
from bot.domain.pacing import Pace
from bot.domain.permits import own_destination

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.commands import Caller
    from bot.domain.subscriptions import WorkspaceSettings
    from bot.outbox import Limiter
    from bot.ports import Clock
    from bot.remembering import SettingsStore

SHARES: Final = 3
WITHIN: Final = timedelta(minutes=10)
"""A person may share `SHARES` answers in any such span of time, all channels together."""
PACES: Final = "share:"
"""What the names of the paces of sharing begin with."""


class Sharing:
    """Counts what people share, over all processes; whether they may write in the channel, the platform knows."""

    def __init__(self, settings: SettingsStore, limiter: Limiter, *, now: Clock) -> None:
        self._settings = settings
        self._limiter = limiter
        self._now = now

    async def rules(self, caller: Caller) -> WorkspaceSettings:
        """What the managers decided for the workspace that *caller* asks in."""
        return await self._settings.of_workspace(caller.here.shard_key)

    async def count(self, caller: Caller) -> None:
        """Count one answer that *caller* shares here now. Raises `NotAllowed` if they may not, and counts nothing."""
        if not (await self.rules(caller)).sharing:
            raise NotAllowed(
                "Sharing is switched off here.",
                hint="Managers can switch it on: `/papers settings sharing on`",
            )
        now = self._now()
        wait = await self._wait(str(own_destination(caller)), now)
        if wait is not None:
            minutes = ceil((wait - now) / timedelta(minutes=1))
            raise NotAllowed(
                f"You shared {SHARES} answers in the last {WITHIN // timedelta(minutes=1)} minutes.",
                hint=f"Try again in {minutes} minutes." if minutes > 1 else "Try again in a minute.",
            )

    async def _wait(self, person: str, now: datetime) -> datetime | None:
        """Until when the person must wait, None if they need not.

        A pace for each share that each lets one through in the time: exactly so many fit into any such span.
        """
        later = []
        for number in range(SHARES):
            pace = Pace(key=f"{PACES}{person}:{number}", per_second=1 / WITHIN.total_seconds())
            slot = await self._limiter.reserve([pace], now, by=now)
            if slot.taken:
                return None
            later.append(slot.at)
        return min(later)
