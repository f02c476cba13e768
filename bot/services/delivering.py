"""The Courier: composes what is due, posts it, and keeps what became of it.

Nothing is lost: a job or a delivery stays until its end is noted. Nothing comes twice: papers are claimed in the step
that writes an edition, ``sending`` is noted before a request, and what is unclear is settled as the platform allows.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreError
from bot.domain.events import EditionComposed, EditionsDue, StoreFailed, SubscriptionUnreadable
from bot.domain.rounds import passed_over
from bot.outbox import Written
from bot.services.posting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.deliveries import Delivery, Job
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Platform
    from bot.outbox import Messenger, Outbox, Taken
    from bot.ports import Clock, Observer
    from bot.services.editions import Editions
    from bot.services.posting import Posting

DRAIN: Final = timedelta(seconds=12)
"""How long requests in flight may take to end when the process is told to stop."""
IN_FLIGHT: Final = 200
"""The most deliveries that wait for slots and answers at once: four processes' get their slots within `PATIENCE` at 45/s."""
MOST_IN_FLIGHT: Final = 1600
"""The same where platforms are faster than we are: half of it is one step, and each step of the store waits for the disk."""
_IN_A_ROW: Final = 20
"""How many editions are composed before others in this process, who wait for an answer, have their turn."""
_AFTER_DEFECT: Final = timedelta(minutes=10)
_UNTIL_READABLE: Final = timedelta(minutes=1)
"""A job of a subscription that cannot be read is left to a newer process so long, again and again."""
_IDLE: Final = timedelta(seconds=1)
_Left = tuple["Taken", "frozenset[PaperId]"]
"""A job to be composed, and the papers that must not be in it."""


class Courier:
    """Brings what is due. Any number of processes may run one on the same store."""

    def __init__(  # noqa: PLR0913 - the outbox, what composes, who posts, and time itself
        self,
        outbox: Outbox,
        editions: Editions,
        posting: Posting,
        messengers: Mapping[Platform, Messenger],
        *,
        observe: Observer,
        now: Clock,
        report: Callable[[BaseException, str], None],
    ) -> None:
        self._outbox = outbox
        self._editions = editions
        self._posting = posting
        self._messengers = messengers
        self._observe = observe
        self._now = now
        self._report = report
        self._bringing: dict[str, asyncio.Task[None]] = {}
        self._most = IN_FLIGHT
        self._found = (0, 0)
        self._begun = 0
        self._unreadable: set[str] = set()

    async def run(self) -> None:
        """Bring what is due until told to `stop`; a store that is away is asked again."""
        try:
            while not self._posting.stopping:
                if not await self._tried():
                    await self._posting.rest(_IDLE)
            if self._bringing:
                await asyncio.wait(self._bringing.values(), timeout=DRAIN.total_seconds())
        finally:
            await self._cut_off()

    def stop(self) -> None:
        """Take nothing more. `run` returns when what is being posted ended, at the latest after `DRAIN`."""
        self._posting.stop()

    async def _tried(self) -> int:
        try:
            return await self.round()
        except StoreError as error:
            self._observe(StoreFailed(reason=error.message))
            return 0

    async def round(self) -> int:
        """Take and compose what is due, and begin to post it; gives how much was found."""
        await asyncio.sleep(0)  # so that what was taken last asked for its slot
        free = self._free()
        if free <= 0:
            await asyncio.wait(self._bringing.values(), return_when=asyncio.FIRST_COMPLETED)
            return 1
        taken = await self._outbox.take_jobs(self._posting.lease(), min(free, self._most // 2))
        composed = await self._compose(taken)
        waiting = await self._outbox.take(self._posting.lease(), free - len(composed))
        for delivery in (*composed, *waiting):
            self._begin(delivery)
        self._begun = len(composed) + len(waiting)
        self._found = self._found[1], len(taken) + len(waiting)
        return self._found[1]

    def _free(self) -> int:
        """How much more may be taken; twice as much as before while all but what was taken last has its answer."""
        busy = len(self._bringing) - self._posting.ending
        if busy > self._begun:
            self._most = IN_FLIGHT
        elif self._found[0] >= self._most // 2:
            self._most = min(2 * self._most, MOST_IN_FLIGHT)
        return min(self._most - busy, MOST_IN_FLIGHT - len(self._bringing))

    def _begin(self, delivery: Delivery) -> None:
        """Begin to bring *delivery*, unless that goes on already: its lease ended while this computer slept."""
        if delivery.key in self._bringing:
            return
        task = asyncio.create_task(self._posting.bring(delivery))
        self._bringing[delivery.key] = task
        task.add_done_callback(lambda _: self._bringing.pop(delivery.key))

    async def settle(self) -> None:
        """Bring all that can be brought now, and return when it ended."""
        while (found := await self.round()) or self._bringing:
            if not found:
                await asyncio.wait(self._bringing.values())

    async def _compose(self, taken: Sequence[Taken]) -> list[Delivery]:
        """Write the editions of the jobs *taken*; gives the deliveries to begin with.

        Of those for one destination the first alone: what it brings counts for the others, which are given back.
        """
        wanted = await self._wanted(taken)
        by_place = {one.subscription.destination: one.job for one in reversed(wanted) if one.subscription}
        first = set(by_place.values())
        left = [(one, frozenset[str]()) for one in wanted if one.job in first]
        begun: list[Delivery] = []
        while left:
            left = await self._written(left, begun)
        if later := [one.job for one in wanted if one.job not in first]:
            await self._outbox.put_off(dict.fromkeys(later, self._now()), self._posting.lease())
        return begun

    async def _wanted(self, taken: Sequence[Taken]) -> list[Taken]:
        """Those of *taken* that shall be composed; the jobs of the others are dropped."""
        now = self._now()
        late = [one.job for one in taken if passed_over(one.job, now)]
        if late:
            self._observe(EditionsDue(subscriptions=0, jobs=0, missed=len(late)))
        gone = [one.job for one in taken if not one.unreadable and _stands_still(one)]
        if dropped := {*late, *gone}:
            await self._outbox.drop_jobs(dropped, self._posting.lease())
        left = [one for one in taken if one.job not in dropped]
        await self._leave([one for one in left if one.unreadable])
        return [one for one in left if not one.unreadable]

    async def _leave(self, unreadable: Sequence[Taken]) -> None:
        """Give back jobs whose subscriptions cannot be read, and name these once."""
        for one in unreadable:
            if one.job.subscription_id not in self._unreadable:
                self._unreadable.add(one.job.subscription_id)
                self._observe(
                    SubscriptionUnreadable(subscription_id=one.job.subscription_id, reason=one.unreadable)
                )
        if unreadable:
            later = dict.fromkeys((one.job for one in unreadable), self._now() + _UNTIL_READABLE)
            await self._outbox.put_off(later, self._posting.lease())

    async def _written(self, left: Sequence[_Left], begun: list[Delivery]) -> list[_Left]:
        """Write what *left* brings, its first deliveries into *begun*; gives what must be composed anew."""
        ready: list[tuple[_Left, Written]] = []
        put_off: dict[Job, datetime] = {}
        async with self._editions.steady():
            for number, one in enumerate(left, 1):
                if number % _IN_A_ROW == 0:
                    await asyncio.sleep(0)
                made = await self._made(*one)
                if isinstance(made, Written):
                    ready.append((one, made))
                else:
                    put_off[one[0].job] = made
        if put_off:
            await self._outbox.put_off(put_off, self._posting.lease())
        again: list[_Left] = []
        editions = [written for _, written in ready]
        results = await self._outbox.write(editions, self._posting.lease()) if ready else []
        for ((job, without), written), had in zip(ready, results, strict=True):
            if had:
                again.append((job, without | had))
            elif had is not None:
                begun += written.deliveries[:1]
                self._tell_composed(written)
        return again

    async def _made(self, one: Taken, without: frozenset[PaperId]) -> Written | datetime:
        subscription = one.subscription
        messenger = self._messengers.get(subscription.destination.platform) if subscription else None
        if subscription is None or messenger is None:
            return self._now() + PATIENCE
        try:
            return await self._editions.written(one, subscription, messenger, without)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an edition that cannot be composed must not stop the others
            self._report(error, one.job.owner)
            return self._now() + _AFTER_DEFECT

    def _tell_composed(self, written: Written) -> None:
        self._observe(
            EditionComposed(
                subscription_id=written.job.subscription_id,
                edition=written.job.edition,
                messages=len(written.deliveries),
                papers=len(written.claims),
                late=self._now() - written.job.due_at,
            )
        )

    async def _cut_off(self) -> None:
        """End what is still being posted: it stays as being sent, and is settled by whoever finds it."""
        bringing = list(self._bringing.values())
        for task in bringing:
            task.cancel()
        await asyncio.gather(*bringing, return_exceptions=True)


def _stands_still(taken: Taken) -> bool:
    """Whether the subscription is gone or paused."""
    return taken.subscription is None or taken.subscription.paused
