"""Workspaces that remove us and come back, channels that go, access that is lost: any process may hear of it, or several."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain.answers import Restored
from bot.domain.cadence import next_due
from bot.domain.departures import CHANNEL_GONE, KEPT, LEFT, paused_by_leaving, workspace_key
from bot.domain.errors import NotAllowed, StoreCorrupt, StoreTooNew
from bot.domain.events import SubscriptionStopped, WorkspaceForgotten
from bot.domain.subscriptions import Platform

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from bot.domain.commands import Caller
    from bot.domain.subscriptions import Destination, Subscription
    from bot.ports import Clock, Observer, Store


class Departing:
    """Pauses what cannot be delivered any more, and resumes what it paused. Every step may be taken twice, or by two."""

    def __init__(self, store: Store, *, observe: Observer, now: Clock) -> None:
        self._store = store
        self._observe = observe
        self._now = now

    async def workspace_left(self, platform: Platform, workspace: str, at: datetime | None = None) -> int:
        """The workspace removed us *at* (None: now): pause all that runs there; gives how many that were.

        Its configuration is deleted `KEPT` later unless it comes back.
        """
        await self._store.departures.note(workspace_key(platform, workspace), at or self._now())
        return await self._pause(await configured_in(self._store, platform, workspace), LEFT)

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        """The workspace has us: nothing of it is deleted any more; gives how many subscriptions can be restored.

        That is asked once: where no departure is known, or no more, it is 0. Cheap enough to be told of every
        workspace at each start, so that none is missed.
        """
        key = workspace_key(platform, workspace)
        if await self._store.departures.find(key) is None:
            return 0
        restorable = len(await self._restorable(platform, workspace))
        await self._store.departures.clear(key)
        return restorable

    async def all_back(self, platform: Platform, present: Container[str]) -> int:
        """Of the workspaces that removed us, those *present* have us again; gives how many. Nobody may have told of it."""
        noted = (key.partition(":") for key in await self._store.departures.before(self._now()))
        back = [workspace for name, _, workspace in noted if name == platform and workspace in present]
        for workspace in back:
            await self.workspace_back(platform, workspace)
        return len(back)

    async def restore(self, caller: Caller) -> Restored:
        """Resume what was paused when the caller's workspace removed us, and nothing else.

        Raises `NotAllowed` unless they decide for the whole workspace.
        """
        if not caller.may_govern:
            raise NotAllowed(
                "Only people who may manage this workspace can restore its subscriptions.",
                hint="Ask one of them.",
            )
        waiting = await self._restorable(caller.here.platform, caller.here.workspace)
        resumed = [one for before in waiting if (one := await self._resume(before)) is not None]
        return Restored(subscriptions=tuple(resumed))

    async def channel_gone(self, destination: Destination) -> int:
        """The channel was deleted: pause all that runs there; gives how many that were."""
        return await self.access_lost(destination, CHANNEL_GONE)

    async def access_lost(self, destination: Destination, because: str) -> int:
        """We may post to *destination* no more, *because* says why: pause all that runs there; gives how many that were."""
        return await self._pause(await self._store.subscriptions.of(destination), because)

    async def _restorable(self, platform: Platform, workspace: str) -> list[Subscription]:
        there = await configured_in(self._store, platform, workspace)
        return [one for one in there if paused_by_leaving(one)]

    async def _pause(self, subscriptions: Iterable[Subscription], because: str) -> int:
        paused = [await self._stopped(one.id, because) for one in subscriptions if not one.paused]
        return sum(paused)

    async def _stopped(self, subscription_id: str, because: str) -> bool:
        """Pause it, whoever changes it meanwhile; False if somebody else did, or it is gone."""
        held = self._store.subscriptions
        while (one := (await held.named([subscription_id])).get(subscription_id)) and not one.paused:
            if await held.replace(one.pause(self._now(), because), due_at=None):
                self._observe(SubscriptionStopped(subscription_id=subscription_id, because=because))
                return True
        return False

    async def _resume(self, subscription: Subscription) -> Subscription | None:
        """It as it runs again; None if somebody else changed it meanwhile: what they did stays."""
        now = self._now()
        resumed = subscription.resume(now)
        due_at = next_due(resumed.cadence, now)
        return resumed if await self._store.subscriptions.replace(resumed, due_at=due_at) else None


async def forget_departed(store: Store, *, observe: Observer, now: datetime) -> None:
    """Delete what is kept of workspaces that removed us more than `KEPT` ago; what people saved stays theirs.

    A workspace in which something runs has us again, though nobody told: of it only the departure is forgotten. One of
    which not everything can be read waits until it can: nobody knows what runs there.
    """
    for key in await store.departures.before(now - KEPT):
        with suppress(StoreCorrupt, StoreTooNew):
            await _forget(store, key, observe)


async def _forget(store: Store, key: str, observe: Observer) -> None:
    platform, _, workspace = key.partition(":")
    there = await configured_in(store, Platform(platform), workspace)
    if all(one.paused for one in there):
        await erase_workspace(store, key, there)
        observe(WorkspaceForgotten(workspace=key, subscriptions=len(there)))
    await store.departures.clear(key)


async def erase_workspace(store: Store, key: str, subscriptions: Iterable[Subscription]) -> None:
    """Delete *subscriptions* and all else that was set up in the workspace *key*, with its channels' deliveries."""
    for one in subscriptions:
        await store.subscriptions.remove(one.id)
        if one.personal:
            await store.traces.erase(one.destination)
    await store.settings.remove(key)
    await store.drafts.remove_of(key)
    await store.traces.erase(key)


async def configured_in(store: Store, platform: Platform, workspace: str) -> list[Subscription]:
    """All subscriptions of a workspace: of its channels, then of its people."""
    channels = await store.subscriptions.in_workspace(workspace_key(platform, workspace))
    return [*channels, *await store.subscriptions.follows_in(platform, workspace)]
