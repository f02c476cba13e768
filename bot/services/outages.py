"""Telling when the store, which failed some part of this process, can be used again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreError
from bot.domain.events import StoreBack, StoreFailed
from bot.services.parts import told_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.ports import Clock, Observer

EVERY: Final = timedelta(seconds=2)
QUIET: Final = timedelta(seconds=6)
"""How long nobody may have met a failure: those who were put off by one ask again within five seconds."""


class Outages:
    """Follows how often the store has failed; *ping* tells whether it can be read and written."""

    def __init__(
        self,
        failures: Callable[[], int],
        ping: Callable[[], Awaitable[object]],
        *,
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._failures = failures
        self._ping = ping
        self._observe = observe
        self._now = now
        self._sleep = sleep
        self._seen = failures()
        self._began_at: datetime | None = None
        self._last_at: datetime | None = None

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while not told_to_end():
            await self.look()
            await self._sleep(EVERY.total_seconds())

    async def look(self) -> None:
        """Tell that the store is back, if it was away and nobody has met a failure for a while."""
        if (failures := self._failures()) != self._seen:
            self._seen, self._last_at = failures, self._now()
            self._began_at = self._began_at or self._last_at
        if self._began_at is None or self._last_at is None or self._now() - self._last_at < QUIET:
            return
        try:
            await self._ping()
        except StoreError as error:
            self._observe(StoreFailed(reason=error.message))
        else:
            self._observe(StoreBack(after=self._last_at - self._began_at))
            self._began_at = self._last_at = None
