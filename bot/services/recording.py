"""Keeping durably what is begun and what became of it, and telling it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.errors import StoreCorrupt, StoreError, StoreTooNew
from bot.domain.events import DeliveryEnded, DeliveryPutOff, StoreFailed, Wait
from bot.domain.outcomes import unkept
from bot.services.together import Together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.domain.deliveries import Delivery
    from bot.outbox import Lease, Outbox
    from bot.ports import Observer

_AGAIN: Final = timedelta(seconds=1)
_LASTING: Final = (StoreCorrupt, StoreTooNew)
"""What does not go away by waiting."""
_TRIES: Final = 30
"""How often a failure of no known kind is waited for: a disk may be away for a moment."""


class Recording:
    """Records deliveries under this process's lease, those that come together in one step."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        lease: Callable[[], Lease],
        observe: Observer,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._outbox = outbox
        self._lease = lease
        self._observe = observe
        self._sleep = sleep
        self._begin = Together(self._begin_all)
        self._record = Together(self._record_all)

    @property
    def ending(self) -> int:
        """How many wait for nothing but that what became of them is kept."""
        return self._record.waiting

    async def begin(self, begun: Delivery) -> bool:
        """Note what is about to be requested; False if the lease was lost: another process has it."""
        return await self._begin(begun)

    async def end(self, before: Delivery, after: Delivery) -> None:
        """Keep what became of *before* and tell it, unless the lease was lost: whoever has it settles it, and tells."""
        kept = await self._record(after)
        if kept is None:
            return
        if not kept.state.final:
            self._tell_put_off(kept, Wait.TRIED)
            return
        self._observe(
            DeliveryEnded(
                platform=kept.destination.platform,
                subscription_id=kept.subscription_id,
                edition=kept.edition,
                part=kept.part,
                papers=len(kept.picks),
                state=kept.state,
                attempts=before.attempts,
                waited=self._lease().at - kept.created_at,
                detail=kept.detail,
            )
        )

    async def put_off(
        self, delivery: Delivery, until: datetime, because: str, why: Wait = Wait.GIVEN_BACK
    ) -> None:
        """Give *delivery* back as it was, to be taken at *until* or later."""
        later = replace(delivery, not_before=until)
        if await self._record(later):
            self._tell_put_off(replace(later, detail=because), why)

    async def _begin_all(self, begun: Sequence[Delivery]) -> list[bool]:
        held = {one.key for one in await self._outbox.begin(begun, self._lease())}
        return [one.key in held for one in begun]

    async def _record_all(self, ended: Sequence[Delivery]) -> list[Delivery | None]:
        """Each as it was kept, None for those whose lease was lost."""
        try:
            return await self._kept(ended)
        except StoreError:  # it may be one alone that cannot be kept
            return [await self._kept_somehow(one) for one in ended]

    async def _kept_somehow(self, one: Delivery) -> Delivery | None:
        """*one* as it is kept, or at least that it is not known; if not even that can be, its lease ends by itself."""
        surely_waits = one.state is State.PENDING
        for ended in (one,) if surely_waits else (one, unkept(one)):
            try:
                [kept] = await self._kept([ended])
            except StoreError:
                continue
            return kept
        return None

    async def _kept(self, ended: Sequence[Delivery]) -> list[Delivery | None]:
        """What is kept of *ended*, as soon as the store is back: what was posted must not be forgotten while there is hope.

        Raises the `StoreError` that waiting does not heal.
        """
        tries = 0
        while True:
            try:
                kept = {one.key for one in await self._outbox.record(ended, self._lease())}
            except StoreError as error:
                self._observe(StoreFailed(reason=error.message))
                tries += 1
                if isinstance(error, _LASTING) or (type(error) is StoreError and tries >= _TRIES):
                    raise
                await self._sleep(_AGAIN.total_seconds())
            else:
                return [one if one.key in kept else None for one in ended]

    def _tell_put_off(self, delivery: Delivery, why: Wait) -> None:
        self._observe(
            DeliveryPutOff(
                platform=delivery.destination.platform,
                subscription_id=delivery.subscription_id,
                edition=delivery.edition,
                part=delivery.part,
                until=delivery.not_before,
                why=why,
                detail=delivery.detail,
            )
        )
