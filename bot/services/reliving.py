"""Living through a recording again: listings come when they came, and what was due in between is brought."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from bot.outbox import Outbox
    from bot.ports import Replay
    from bot.services.delivering import Courier
    from bot.services.ingesting import Ingest
    from bot.services.rounds import Rounds


class Reliving:
    """Moves the clock from one event to the next, so that a month passes as fast as it can be worked."""

    def __init__(
        self,
        outbox: Outbox,
        ingest: Ingest,
        rounds: Rounds,
        courier: Courier,
        *,
        stand_at: Callable[[datetime], None],
    ) -> None:
        self._outbox = outbox
        self._ingest = ingest
        self._rounds = rounds
        self._courier = courier
        self._stand_at = stand_at
        self._stands: datetime | None = None

    async def run(self, replay: Replay, since: date | None = None, until: date | None = None) -> int:
        """Live through the listings of *since*..*until* and to the end of their last day; gives how many there were."""
        count, last = 0, None
        async for listing in replay.listings(since, until):
            await self._live_until(listing.seen_at)
            await self._ingest.keep(listing)
            await self._work()
            count, last = count + 1, listing.seen_at
        if last is not None:
            midnight = datetime.combine(last.date(), time(), UTC) + timedelta(days=1)
            await self._live_until(midnight)
        return count

    async def _live_until(self, moment: datetime) -> None:
        """Do what is due before *moment*, each at its time."""
        while (due := await self._outbox.next_at(self._stands)) is not None and due < moment:
            self._stand(due)
            await self._work()
        self._stand(moment)

    def _stand(self, moment: datetime) -> None:
        self._stand_at(moment)
        self._stands = moment

    async def _work(self) -> None:
        await self._rounds.alerts()
        await self._rounds.tick()
        await self._courier.settle()
