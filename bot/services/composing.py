"""Digests from the store: which days, which papers, what the destination had. The choice itself is pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.alerts import is_hot
from bot.domain.answers import Coverage, MatchRate
from bot.domain.cadence import Rhythm
from bot.domain.composing import Window, compose, window
from bot.domain.filters import Order
from bot.domain.matching import PaperIndex
from bot.domain.rates import RATE_DAYS, rate_of
from bot.services.mirror import Mirror

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from bot.domain.cadence import Cadence
    from bot.domain.digests import Digest
    from bot.domain.filters import Filter
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Progress, Subscription
    from bot.ports import Clock, MarkStore, PaperStore

_STALE: Final = timedelta(hours=2)
_GROWN_OVER: Final = timedelta(hours=6)
_WEEK: Final = 7


class Composer:
    """Composes digests from what a `Mirror` holds, so that many subscriptions share it."""

    def __init__(self, papers: PaperStore, marks: MarkStore, *, now: Clock) -> None:
        self._marks = marks
        self._now = now
        self._mirror = Mirror(papers)

    async def newest_day(self) -> date | None:
        """The newest list day with a plausible listing, or None while nothing is stored."""
        return await self._mirror.newest_day(self._now())

    async def follow(self) -> None:
        """Have at hand what the next digests are composed of."""
        await self._mirror.follow()

    def steady(self) -> AbstractAsyncContextManager[None]:
        """While it is open all is composed of the listings as they are now."""
        return self._mirror.steady()

    async def coverage(self) -> Coverage:
        """What the store knows by now."""
        known = await self._mirror.known()
        if not known.records:
            return Coverage(complete=False)
        return Coverage(
            since=known.since,
            until=known.until,
            complete=known.complete,
            stale_since=self._stale(known.read_at),
        )

    async def stale_since(self) -> datetime | None:
        """When the source was last read well, if that is too long ago."""
        return self._stale((await self._mirror.known()).read_at)

    def _stale(self, read_at: datetime | None) -> datetime | None:
        return read_at if read_at and self._now() - read_at > _STALE else None

    async def best(self, filter_: Filter, days: Window, *, top: int, ceiling: bool = False) -> Digest:
        """The best matching papers of *days*, whoever had them; with *ceiling* as picky as a subscription."""
        return await self._compose(filter_, days, top=top, fill=not ceiling)

    async def edition(
        self, subscription: Subscription, progress: Progress, *, had: frozenset[PaperId] | None = None
    ) -> Digest | None:
        """What *subscription* would get now, never what its destination *had*; None while nothing is stored.

        Where *had* is not given, the store is asked.
        """
        newest = await self.newest_day()
        if newest is None:
            return None
        if subscription.cadence.rhythm in (Rhythm.WEEKLY, Rhythm.MONTHLY):
            return await self._recap(subscription, newest)
        first = progress.newest_day is None
        begun = subscription.stands_since.date()
        days = window(newest, previous=progress.newest_day, first_edition=first, begun=begun)
        if had is None:
            had = frozenset(await self._marks.had(subscription.destination))
        return await self._compose(subscription.filter, days, top=subscription.top, had=had)

    async def rate(self, filter_: Filter, cadence: Cadence) -> MatchRate:
        """What *filter_* would have brought over the last `RATE_DAYS` days."""
        newest = await self.newest_day()
        if newest is None:
            return MatchRate(days=0, listed=0, matched=0, latest=())
        days = Window(first=newest - timedelta(days=RATE_DAYS - 1), last=newest)
        return rate_of(await self.index_of(days), filter_, cadence)

    async def hot(self, subscription: Subscription) -> Digest | None:
        """What is hot for an alert now, whoever had it; None while nothing is stored."""
        newest = await self.newest_day()
        if newest is None:
            return None
        days = Window(first=newest - timedelta(days=_WEEK - 1), last=newest)
        known = await self.index_of(days)
        hot = PaperIndex(
            entry for entry in known.select(known.everything) if is_hot(entry, subscription.cadence)
        )
        return compose(hot, subscription.filter, days, top=subscription.top, fill=True)

    async def index_of(self, days: Window) -> PaperIndex:
        """The index of the papers listed within *days*."""
        shared = (await self._mirror.candidates(days)).index
        return shared.narrowed(shared.span(days.first, days.last).mask)

    async def _recap(self, subscription: Subscription, newest: date) -> Digest:
        weekly = subscription.cadence.rhythm is Rhythm.WEEKLY
        first = newest - timedelta(days=_WEEK - 1) if weekly else _month_before(newest)
        wanted = subscription.filter
        by_votes = replace(wanted, order=Order.UPVOTES) if wanted.order is Order.MATCH else wanted
        digest = await self._compose(
            by_votes, Window(first=first, last=newest), top=subscription.top, fill=True
        )
        return replace(digest, filter=wanted, recap=True)

    async def _compose(
        self,
        filter_: Filter,
        days: Window,
        *,
        top: int,
        had: frozenset[PaperId] = frozenset(),
        fill: bool = False,
    ) -> Digest:
        found = await self._mirror.candidates(days)
        return compose(found.index, filter_, days, top=top, had=had, earlier=found.earlier, fill=fill)


def _month_before(newest: date) -> date:
    last_of_previous = newest.replace(day=1) - timedelta(days=1)
    return last_of_previous.replace(day=min(newest.day, last_of_previous.day)) + timedelta(days=1)
