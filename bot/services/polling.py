"""Keeping the listings fresh: the last month once, and the days whose votes still move again and again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import MalformedListing, SourceError, SourceThrottled, StoreError
from bot.domain.events import StoreFailed
from bot.outbox import Lease
from bot.services.ingesting import back_fill_days
from bot.services.parts import told_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import date

    from bot.outbox import Leases
    from bot.ports import Clock, Observer, Source
    from bot.services.ingesting import Ingest
    from bot.services.searching import Searching

_LEASE: Final = "polling"
_LONGEST_WAIT: Final = timedelta(hours=1)


class Polling:
    """Follows a source without end; a failing source changes nothing and is asked again next time."""

    def __init__(  # noqa: PLR0913 - the source, what follows it, and time itself
        self,
        source: Source,
        ingest: Ingest,
        searching: Searching,
        leases: Leases,
        *,
        owner: str,
        every: timedelta,
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._source = source
        self._ingest = ingest
        self._searching = searching
        self._leases = leases
        self._owner = owner
        self._every = every
        self._observe = observe
        self._now = now
        self._sleep = sleep

    async def run(self) -> None:
        """Follow the source until cancelled."""
        while True:
            wait = self._every
            try:
                if await self._mine():
                    wait = await self.round(back_fill_days(self._now().date()))
                else:
                    await self._searching.catch_up()
            except StoreError as error:
                self._observe(StoreFailed(reason=error.message))
            if told_to_end():
                return
            await self._sleep(wait.total_seconds())

    async def _mine(self) -> bool:
        """Whether it is this process that reads the source now: of many, one does."""
        now = self._now()
        lease = Lease(owner=self._owner, at=now, until=now + self._every)
        return await self._leases.acquire(_LEASE, lease)

    async def round(self, days: Iterable[date]) -> timedelta:
        """Read those of *days* that are worth it; gives how long to wait before the next round.

        The first failure ends the round: a source that is down is not asked thirty times. A day that came malformed
        is passed over, for as long as it does: the others are as good as ever.
        """
        wait = self._every
        try:
            for day in await self._ingest.pending(days):
                with suppress(MalformedListing):  # the observer was told
                    await self._ingest.read(self._source, day)
        except SourceThrottled as error:
            wait = max(wait, min(error.retry_after, _LONGEST_WAIT))
        except SourceError:
            pass  # the observer was told; what is known stays, and the next round asks again
        await self._searching.catch_up()
        await self._ingest.thin()
        return wait
