"""Forgetting for good, asked first: all about a person, or all that was set up in a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.answers import Forgetting, Forgotten
from bot.domain.commands import Whose
from bot.domain.departures import workspace_key
from bot.domain.errors import NotAllowed, UserError
from bot.domain.permits import own_destination
from bot.services.departing import erase_workspace

if TYPE_CHECKING:
    from bot.domain.commands import Caller, Forget
    from bot.domain.subscriptions import Subscription
    from bot.ports import Store


class Erasing:
    """Deletes at once and without a way back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ask(self, caller: Caller, command: Forget) -> Forgetting:
        """What *command* would delete; raises `UserError` if the caller may not, or there is no workspace here."""
        if command.what is Whose.WORKSPACE:
            there = await self._there(caller)
            channels = {one.destination for one in there}
            return Forgetting(
                whose=command.what, here=caller.here, subscriptions=len(there), channels=len(channels)
            )
        own = own_destination(caller)
        made = await self._store.subscriptions.made_by(own.platform, caller.person)
        return Forgetting(
            whose=command.what,
            here=caller.here,
            subscriptions=sum(not one.personal for one in made),
            follows=len(await self._store.subscriptions.of(own)),
            saved=len(await self._store.bookmarks.saved(str(own))),
        )

    async def erase(self, caller: Caller, asked: Forgetting) -> Forgotten:
        """Delete what *asked* named, as it is now; the caller's rights are asked again."""
        if asked.whose is Whose.WORKSPACE:
            there = await self._there(caller)
            key = workspace_key(caller.here.platform, caller.here.workspace)
            await erase_workspace(self._store, key, there)
            return Forgotten(whose=asked.whose, subscriptions=len(there))
        return await self._erase_person(caller)

    async def _erase_person(self, caller: Caller) -> Forgotten:
        own = own_destination(caller)
        follows = await self._store.subscriptions.of(own)
        for one in follows:
            await self._store.subscriptions.remove(one.id)
        saved = await self._store.bookmarks.clear(str(own))
        await self._store.drafts.remove_of(str(own))
        made = await self._store.subscriptions.disown(own.platform, caller.person)
        await self._store.traces.erase(own)
        return Forgotten(whose=Whose.ME, subscriptions=made, follows=len(follows), saved=saved)

    async def _there(self, caller: Caller) -> list[Subscription]:
        """The subscriptions of the channels of the caller's workspace, for who decides for all of it."""
        here = caller.here
        if here.person:
            raise UserError(
                "This conversation belongs to no workspace.",
                hint="Say it in a channel of the workspace, or say: `/papers forget me`",
            )
        if not caller.may_govern:
            raise NotAllowed(
                "Only people who may manage this workspace can delete what was set up here.",
                hint="For what is kept about you, say: `/papers forget me`",
                remedies=(("Forget me", "forget me"),),
            )
        return await self._store.subscriptions.in_workspace(workspace_key(here.platform, here.workspace))
