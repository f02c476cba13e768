"""Posting deliveries: each begun durably, tried once, and its end kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.domain.deliveries import State
from bot.domain.errors import StoreError
from bot.domain.events import InvalidAnswer, StoreFailed, SubscriptionStopped, Wait
from bot.domain.outcomes import (
    NotPosted,
    Refused,
    Step,
    Unclear,
    gave_up,
    next_step,
    not_settled,
    settled,
    too_old,
)
from bot.outbox import Lease
from bot.services.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Outcome
    from bot.domain.pacing import Pace, Slot
    from bot.domain.subscriptions import Platform
    from bot.outbox import Messenger
    from bot.ports import Clock, Observer, Store

_Answer = TypeVar("_Answer")

LEASE: Final = timedelta(seconds=60)
POST_TIMEOUT: Final = LEASE / 6
"""How long one request may take; far less than the lease, so that nobody else takes what is being posted."""
PATIENCE: Final = LEASE / 3
"""How long a delivery may wait for its slot under its lease; for longer it is given back."""
AHEAD: Final = timedelta(milliseconds=200)
"""How long before its slot a request is noted as begun: what the store takes for that must not make it late."""
_LATE: Final = timedelta(milliseconds=50)
"""A slot that passed this long ago is let go: after a pause all those that are late would come at once."""
_MOST_MISSED: Final = 3
"""Who was late so often takes the slot nevertheless: on a computer that is always late nothing would go out."""
_AFTER_NO_LOOK: Final = timedelta(seconds=30)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_SPARED: Final = "its platform is being spared"
_NOBODY: Final = "no messenger serves this platform here"


class Posting:
    """Posts deliveries that are under this process's lease, each for itself.

    With another *lease* the time for a request and the patience for a slot shrink or grow in proportion.
    """

    def __init__(  # noqa: PLR0913 - the store, who posts, and time itself
        self,
        store: Store,
        messengers: Mapping[Platform, Messenger],
        *,
        owner: str,
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
        report: Callable[[BaseException, str], None],
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._outbox = store.outbox
        self._messengers = messengers
        self._owner = owner
        self._observe = observe
        self._now = now
        self._sleep = sleep
        self._report = report
        self._lease = lease
        self._patience = lease * (PATIENCE / LEASE)
        self._timeout = (lease * (POST_TIMEOUT / LEASE)).total_seconds()
        self._held: dict[str, datetime] = {}
        self._recording = Recording(store.outbox, lease=self.lease, observe=observe, sleep=sleep)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin no other request; what waits for its slot is given back."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    @property
    def ending(self) -> int:
        """How many deliveries wait for nothing but that what became of them is kept."""
        return self._recording.ending

    def lease(self) -> Lease:
        """A lease of this process, from now on."""
        now = self._now()
        return Lease(owner=self._owner, at=now, until=now + self._lease)

    async def rest(self, wait: timedelta) -> None:
        """Sleep for *wait*, or until told to stop."""
        await self._first(asyncio.ensure_future(self._sleep(wait.total_seconds())))

    async def bring(self, delivery: Delivery) -> None:
        """Bring *delivery*; whatever goes wrong with one stops no other. Its lease ends, and it is taken again."""
        try:
            await self._tried(delivery)
        except StoreError as error:
            self._observe(StoreFailed(reason=error.message))

    async def _tried(self, delivery: Delivery) -> None:
        try:
            await self._bring(delivery)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours must not stop the others
            self._report(error, delivery.key)
            if delivery.state is State.SENDING:  # nothing else would count these attempts to settle it
                await self._recording.end(delivery, not_settled(delivery, self._now()))

    async def _bring(self, delivery: Delivery) -> None:
        messenger = self._messengers.get(delivery.destination.platform)
        if messenger is None:
            await self._recording.put_off(delivery, self._now() + PATIENCE, _NOBODY)
            return
        if delivery.state is State.PENDING and too_old(delivery, self._now()):
            await self._recording.end(delivery, gave_up(delivery))
        elif delivery.state is State.PENDING or not await self._known(delivery, messenger):
            await self._posted(delivery, messenger)

    async def _known(self, delivery: Delivery, messenger: Messenger) -> bool:
        """Whether *delivery*, of which a request may have arrived, needs no other request now."""
        step = next_step(delivery, messenger.manner.certainty, self._now())
        if step is Step.RESEND:
            return False
        if step is Step.GIVE_UP:
            await self._recording.end(delivery, gave_up(delivery))
            return True
        paces = messenger.look_paces(delivery.destination)
        slot = await self._has_slot(delivery, messenger, paces, Step.LOOK)
        if slot is None or not await self._come(slot, delivery, paces):
            return True
        looked = await self._in_time(messenger.look(await self._placed(delivery, messenger)))
        await self._heed(looked, messenger)
        if isinstance(looked, Unclear):
            looked = NotPosted(detail=looked.detail, retry_after=_AFTER_NO_LOOK)
        await self._recording.end(
            delivery, settled(delivery, looked, self._now(), before=delivery.first_attempt_at)
        )
        return True

    async def _posted(self, delivery: Delivery, messenger: Messenger) -> None:
        paces = messenger.paces(delivery.destination)
        slot = await self._has_slot(delivery, messenger, paces, Step.RESEND)
        if slot is None:
            return
        # Looked up before anything is begun: should the store fail here, nothing was sent.
        begun = (await self._placed(delivery, messenger)).begun(self._now())
        if not await self._recording.begin(begun):
            return  # the lease was lost: another process has it
        if not await self._come(slot, delivery, paces):
            return
        outcome = await self._in_time(messenger.post(begun))
        await self._heed(outcome, messenger)
        await self._recording.end(
            begun, settled(begun, outcome, self._now(), before=delivery.first_attempt_at)
        )
        if isinstance(outcome, Refused) and outcome.for_good:
            await self._pause(delivery.subscription_id, outcome.because)

    async def _placed(self, delivery: Delivery, messenger: Messenger) -> Delivery:
        """*delivery* with the message it goes under, if it goes under one; that one was sent, or it would still wait."""
        if not messenger.replies(delivery):
            return delivery
        first = await self._outbox.find(replace(delivery, part=1).key)
        return replace(delivery, under=first.reference if first else "")

    async def _has_slot(
        self, delivery: Delivery, messenger: Messenger, paces: Sequence[Pace], step: Step
    ) -> Slot | None:
        """A slot to request for *delivery*, when it is near; None if it was put off."""
        slot = await self._slot(paces)
        if not slot.taken:
            await self._recording.put_off(delivery, slot.at, _SPARED, Wait.LIMIT)
            return None
        if (held := self._held_until(paces)) > self._now():
            await self._recording.put_off(delivery, held, _SPARED, Wait.LIMIT)
            return None
        if because := self._hindrance(delivery, messenger, step):
            await self._recording.put_off(delivery, self._now(), because)
            return None
        return slot

    async def _slot(self, paces: Sequence[Pace]) -> Slot:
        """A slot of *paces* whose moment comes `AHEAD`, or is now; or one not taken, with when to ask again."""
        by, ahead, missed = self._now() + self._patience, timedelta(0), 0
        while True:
            slot = await self._store.limiter.reserve(paces, self._now() + ahead, by=by)
            if not slot.taken and (slot.at > by or self._stopping.is_set()):
                return slot
            await self._sleep_until(slot.at - AHEAD if slot.taken else slot.at)
            if slot.taken and (self._now() - slot.at <= _LATE or missed >= _MOST_MISSED):
                return slot
            if slot.taken:
                ahead, missed = AHEAD, missed + 1

    async def _come(self, slot: Slot, delivery: Delivery, paces: Sequence[Pace]) -> bool:
        """Wait for the moment of *slot*; if its pace was told to rest meanwhile, *delivery* is put off as it was."""
        if (wait := (slot.at - self._now()).total_seconds()) > 0:
            await self._sleep(wait)
        if (held := self._held_until(paces)) > self._now():
            await self._recording.put_off(delivery, held, _SPARED, Wait.LIMIT)
            return False
        return True

    def _held_until(self, paces: Sequence[Pace]) -> datetime:
        """Until when one of *paces* rests, by what this process was told while others waited for their slots."""
        return max((self._held[pace.key] for pace in paces if pace.key in self._held), default=_NEVER)

    def _hindrance(self, delivery: Delivery, messenger: Messenger, step: Step) -> str:
        """Why *step* must not be taken now that its slot has come, if so; what is pending is simply posted."""
        if self._stopping.is_set():
            return "this process stops"
        if delivery.state is not State.SENDING:
            return ""
        still = next_step(delivery, messenger.manner.certainty, self._now()) is step
        return "" if still else "it became too late to send it again unseen"

    async def _heed(self, outcome: Outcome, messenger: Messenger) -> None:
        """Let rest what the platform wants to rest."""
        try:
            await self._let_rest(outcome, messenger)
        except StoreError as error:  # what is known of the delivery must be kept all the same
            self._observe(StoreFailed(reason=error.message))

    async def _let_rest(self, outcome: Outcome, messenger: Messenger) -> None:
        now, brake = self._now(), messenger.manner.brake
        if isinstance(outcome, NotPosted) and outcome.holds and outcome.retry_after is not None:
            until = now + outcome.retry_after
            self._held |= dict.fromkeys(outcome.holds, until)
            await self._store.limiter.hold(outcome.holds, until)
        if isinstance(outcome, NotPosted | Refused) and outcome.invalid and brake:
            braked = await self._store.limiter.invalid(brake, now)
            self._held |= {} if braked is None else {brake.key: braked}
            self._observe(InvalidAnswer(platform=messenger.platform, until=braked))

    async def _in_time(self, request: Awaitable[_Answer]) -> _Answer | Unclear:
        try:
            async with asyncio.timeout(self._timeout):
                return await request
        except TimeoutError:
            return Unclear(detail=f"no answer within {self._timeout:g} seconds")

    async def _sleep_until(self, slot: datetime) -> None:
        """Sleep until *slot*, or until told to stop."""
        if (wait := (slot - self._now()).total_seconds()) > 0:
            asleep = asyncio.ensure_future(self._sleep(wait))
            await self._first(asleep)

    async def _first(self, asleep: asyncio.Future[object]) -> None:
        stopping = asyncio.ensure_future(self._stopping.wait())
        waiting: set[asyncio.Future[Any]] = {asleep, stopping}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def _pause(self, subscription_id: str, because: str) -> None:
        """Pause the subscription, whoever changes it meanwhile; what a person paused stays as it is."""
        subscriptions = self._store.subscriptions
        while (one := (await subscriptions.named([subscription_id])).get(subscription_id)) and not one.paused:
            if await subscriptions.replace(one.pause(self._now(), because), due_at=None):
                self._observe(SubscriptionStopped(subscription_id=subscription_id, because=because))
                return
