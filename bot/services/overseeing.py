"""What the person who runs it sees and does: how all stands, and what to do with deliveries that failed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.errors import Unknown, UserError
from bot.domain.status import Status
from bot.services.ingesting import back_fill_days, settled
from bot.services.sharing import PACES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from bot.domain.deliveries import Delivery
    from bot.ports import Clock, Store
    from bot.services.composing import Composer

TROUBLED: Final = (State.REFUSED, State.UNKNOWN)
"""The states in which a delivery waits for a person's decision."""
_SHOWN: Final = 5
_BEHIND: Final = timedelta(hours=2)
_SEARCHED: Final = 10_000
_FEWEST_SIGNS: Final = 6


class Overseeing:
    """Looks at a store from outside; nothing here needs the process that delivers."""

    def __init__(self, store: Store, composer: Composer, *, now: Clock) -> None:
        self._store = store
        self._composer = composer
        self._now = now

    async def status(self) -> Status:
        """How the whole stands now."""
        outbox, now = self._store.outbox, self._now()
        newest = await self._composer.newest_day()
        records = await self._store.papers.records(newest, newest) if newest else []
        subscriptions = await self._store.subscriptions.all()
        unreadable = await self._store.subscriptions.unreadable()
        return Status(
            papers=await self._store.papers.count(),
            newest_day=newest,
            listed=len(records[0].ids) if records else 0,
            read_at=records[0].seen_at if records else None,
            stale=(await self._composer.coverage()).stale_since is not None,
            subscriptions=len(subscriptions) + len(unreadable),
            next_due_at=await outbox.next_at(now if unreadable else None),
            counts=await outbox.counts(),
            stopped=tuple(one for one in subscriptions if one.paused),
            unreadable=tuple(unreadable),
            troubled=tuple(await outbox.deliveries(TROUBLED, limit=_SHOWN)),
            held=await self._held(now),
            behind=await self._behind(now),
            running=await self._store.holder(),
            processes=tuple(await self._store.processes.running(now)),
        )

    async def _held(self, now: datetime) -> dict[str, datetime]:
        """The paces of platforms that are held back; whose shares are counted is nobody's business."""
        held = await self._store.limiter.state(now)
        return {key: until for key, until in held.items() if not key.startswith(PACES)}

    async def _behind(self, now: datetime) -> tuple[date, ...]:
        """The days, newest first, that were last read well (or began, if never) long before the newest reading."""
        days = back_fill_days(now.date())
        seen = {one.day: one.seen_at for one in await self._store.papers.records(days[-1], days[0])}
        newest = max(seen.values(), default=None)
        if newest is None:
            return ()
        last = {day: seen.get(day, datetime.combine(day, time(), UTC)) for day in days}
        return tuple(day for day, at in last.items() if not settled(day, at) and newest - at > _BEHIND)

    async def deliveries(self, states: Collection[State], limit: int) -> list[Delivery]:
        """At most *limit* deliveries in one of *states*, the newest first."""
        return await self._store.outbox.deliveries(states, limit=limit)

    async def delivery(self, reference: str) -> Delivery:
        """The delivery with this key, or whose nonce begins with *reference*; raises `Unknown`."""
        known = await self._store.outbox.find(reference)
        if known is not None:
            return known
        found = []
        if len(reference) >= _FEWEST_SIGNS:
            all_ = await self._store.outbox.deliveries(tuple(State), limit=_SEARCHED)
            found = [one for one in all_ if one.nonce.startswith(reference)]
        if len(found) != 1:
            how = "Several deliveries begin" if found else "No delivery begins"
            raise Unknown(f"{how} with {reference}.", hint="`paperround deliveries list` shows them.")
        return found[0]

    async def retry(self, reference: str) -> Delivery:
        """Let the delivery be tried again; raises `UserError` if it is not refused or unknown any more."""
        one = await self.delivery(reference)
        if not await self._store.outbox.retry(one.key, self._now()):
            raise UserError(
                f"That delivery is {one.state} and cannot be tried again.",
                hint="Only what was refused or is unknown, and still has its text, can be.",
            )
        return await self.delivery(one.key)

    async def drop(self, reference: str) -> Delivery:
        """Give the delivery up, and its papers back; raises `UserError` if it is sent or being sent."""
        one = await self.delivery(reference)
        if not await self._store.outbox.drop(one.key):
            raise UserError(
                f"That delivery is {one.state} and cannot be dropped.",
                hint="What was sent is sent; what is being sent ends within a minute.",
            )
        return await self.delivery(one.key)
