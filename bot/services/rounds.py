"""Finding what is due, and which papers got hot: any number of processes may, none need lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.alerts import alert_due, fires
from bot.domain.compiling import compile_filter
from bot.domain.composing import LOOK_BACK
from bot.domain.errors import StoreError
from bot.domain.events import (
    AlertsFound,
    ClockWentBack,
    EditionsDue,
    StoreFailed,
    SubscriptionStopped,
    SubscriptionUnreadable,
)
from bot.domain.matching import PaperIndex
from bot.domain.occurrences import bits
from bot.domain.rounds import ON_TIME, Advance, advance
from bot.domain.subscriptions import Unreadable, WorkspaceSettings
from bot.outbox import Heated
from bot.services.departing import forget_departed
from bot.services.mailing import FORGOTTEN_AFTER
from bot.services.parts import told_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from bot.domain.papers import PaperId, Tally
    from bot.domain.subscriptions import Subscription
    from bot.outbox import Due
    from bot.ports import Clock, Observer, Store

BATCH: Final = 500
KEPT: Final = timedelta(days=90)
"""How long the records of deliveries stay."""
REMEMBERED: Final = timedelta(days=60)
"""How long after a paper was last listed a destination is known to have had it; no candidate is as old."""
_TIDY_EVERY: Final = timedelta(hours=1)
_AT_LEAST: Final = timedelta(seconds=0.2)
_AT_MOST: Final = timedelta(seconds=5)
_ON_TIME: Final = WorkspaceSettings()
_JITTER: Final = timedelta(seconds=30)
"""Clocks are set right by less than this all the time."""


class Rounds:
    """Makes jobs of the editions that are due, and notes which papers got hot for whom."""

    def __init__(
        self,
        store: Store,
        *,
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._store = store
        self._observe = observe
        self._now = now
        self._sleep = sleep
        self._looked_at = 0
        self._told: dict[str, str] = {}
        self._passed_over = 0
        self._ticked_at = self._tidied_at = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Go round until cancelled; a store that is away is asked again."""
        while True:
            try:
                await self.alerts()
                await self.tick()
                await self.tidy()
                wait = await self._wait()
            except StoreError as error:
                self._observe(StoreFailed(reason=error.message))
                wait = _AT_MOST
            if told_to_end():
                return
            await self._sleep(wait.total_seconds())

    async def tick(self) -> int:
        """Make a job of every edition that is due now; gives how many appeared by this process."""
        now, made = self._time(), 0
        while found := await self._due(now):
            taken = await self._store.outbox.advance([await self._step(one, now) for one in found])
            jobs = sum(step.job is not None for step in taken)
            missed = sum(step.missed for step in taken)
            self._observe(EditionsDue(subscriptions=len(taken), jobs=jobs, missed=missed))
            made += jobs
        return made

    def _time(self) -> datetime:
        """The present moment; that it is earlier than the one before is told."""
        now = self._now()
        if now + _JITTER < self._ticked_at:
            self._observe(ClockWentBack(by=self._ticked_at - now))
            self._tidied_at = min(self._tidied_at, now)
        self._ticked_at = now
        return now

    async def _due(self, now: datetime) -> list[Due]:
        """Some that are due. Those whose records cannot be read stay so, for whoever can, and hold up no other."""
        while True:
            found = await self._store.outbox.due(now, BATCH + self._passed_over)
            due = [one for one in found if not isinstance(one, Unreadable)]
            before, self._passed_over = self._passed_over, len(found) - len(due)
            self._name(one for one in found if isinstance(one, Unreadable))
            if due or self._passed_over <= before:
                return due

    def _name(self, unreadable: Iterable[Unreadable]) -> None:
        """Tell of each of *unreadable*, once for each reason."""
        for one in unreadable:
            if self._told.get(one.id) != one.reason:
                self._told[one.id] = one.reason
                self._observe(SubscriptionUnreadable(subscription_id=one.id, reason=one.reason))

    async def tidy(self) -> None:
        """Forget, once an hour, what is kept for a time only."""
        now = self._now()
        if now - self._tidied_at < _TIDY_EVERY:
            return
        await self._store.outbox.forget(now - KEPT)
        records = await self._store.papers.records((now - REMEMBERED).date())
        listed = {paper for record in records for paper in record.ids}
        await self._store.marks.forget(now - REMEMBERED, listed=listed)
        await self._store.drafts.forget(now)
        await self._store.leases.forget(now)
        await self._store.recipients.forget(now - FORGOTTEN_AFTER)
        await forget_departed(self._store, observe=self._observe, now=now)
        self._tidied_at = now

    async def alerts(self) -> int:
        """Note the papers that got hot since the last look; gives for how many alerts."""
        subscriptions = await self._alerts()
        moved, looked_at = await self._moved() if subscriptions else ([], self._looked_at)
        new = await self._heat(subscriptions, moved) if moved else 0
        self._looked_at = looked_at  # only now: what a store that went away left undone is done again
        return new

    async def _alerts(self) -> list[Subscription]:
        """The alerts that run."""
        found = await self._store.subscriptions.alerts()
        self._name(one for one in found if isinstance(one, Unreadable))
        known = [one for one in found if not isinstance(one, Unreadable)]
        for one in known:
            if one.paused:
                await self._stop(one)
        return [one for one in known if not one.paused]

    async def _stop(self, subscription: Subscription) -> None:
        """Note since when it is paused, of one whose zone is gone: that was not known before it was looked at."""
        stopped = subscription.pause(self._now(), subscription.paused_because)
        if await self._store.subscriptions.replace(stopped, due_at=None):
            self._observe(SubscriptionStopped(subscription_id=stopped.id, because=stopped.paused_because))

    async def _heat(self, subscriptions: Sequence[Subscription], moved: Sequence[PaperId]) -> int:
        known = await self._store.papers.entries(moved)
        first = self._now().date() - LOOK_BACK
        index = PaperIndex(entry for entry in known.values() if entry.list_day and entry.list_day >= first)
        tallies = await self._store.papers.tallies(entry.paper.id for entry in index.entries)
        hot = {one: papers for one in subscriptions if (papers := _fired(index, one, tallies))}
        new = await self._store.outbox.heat([await self._heated(one, papers) for one, papers in hot.items()])
        if new:
            self._observe(AlertsFound(papers=new))
        return new

    async def _moved(self) -> tuple[list[PaperId], int]:
        """The papers that changed since the last look, at first every one; and the number of the last change."""
        moved: list[PaperId] = []
        looked_at = self._looked_at
        while changes := await self._store.papers.changed(looked_at, BATCH):
            moved += [paper_id for _, paper_id in changes]
            looked_at = changes[-1][0]
        return moved, looked_at

    async def _heated(self, subscription: Subscription, papers: tuple[PaperId, ...]) -> Heated:
        settings = await self._store.settings.of_workspace(subscription.destination.shard_key)
        return Heated(
            subscription_id=subscription.id,
            version=subscription.version,
            papers=papers,
            due_at=alert_due(self._now(), subscription.cadence.zone, settings),
        )

    async def _step(self, due: Due, now: datetime) -> Advance:
        subscription, due_at = due.subscription, due.progress.due_at or now
        if subscription.paused:
            if subscription.paused_at is None:
                for one in (await self._store.subscriptions.named([subscription.id])).values():
                    await self._stop(one)
            return replace(advance(subscription, due_at, due_at, _ON_TIME), job=None, next_at=None, missed=0)
        key = subscription.destination.shard_key
        late = now - due_at > ON_TIME
        settings = await self._store.settings.of_workspace(key) if late else _ON_TIME
        return advance(subscription, due_at, now, settings)

    async def _wait(self) -> timedelta:
        next_at = await self._store.outbox.next_at(self._ticked_at)
        return min(max(next_at - self._now(), _AT_LEAST), _AT_MOST) if next_at else _AT_MOST


def _fired(
    index: PaperIndex, subscription: Subscription, tallies: Mapping[PaperId, Sequence[Tally]]
) -> tuple[PaperId, ...]:
    matching = index.matching(compile_filter(subscription.filter))
    entries = [index.entries[place] for place in bits(matching)]
    return tuple(
        entry.paper.id
        for entry in entries
        if fires(entry, tallies.get(entry.paper.id, ()), subscription.cadence, subscription.stands_since)
    )
