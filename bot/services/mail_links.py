"""What the links in mails do: show a follow by mail, change it, pause it, end it, forget whoever gets it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.answers import Held, Offer
from bot.domain.commands import Caller, Pause, Resume, Unsubscribe
from bot.domain.errors import Gone, Unknown, UserError
from bot.domain.mailboxes import digests_to, letters_to
from bot.services.visiting import check_stored

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.answers import Answer, Saved
    from bot.domain.commands import Command, Edit
    from bot.domain.subscriptions import Subscription
    from bot.ports import Clock, Store
    from bot.sealing import Sealer

_MANAGE: Final = "manage"


class Desk(Protocol):
    """What answers commands; `bot.services.desk.Desk`."""

    async def answer(self, caller: Caller, command: Command) -> Answer: ...

    async def confirm(self, caller: Caller, offer: Offer) -> Saved: ...


class MailLinks:
    """What whoever has a link may do, without proving anything else; each done again changes nothing more.

    A token that is not ours is `Unknown`, one whose follow was removed is `Gone`.
    """

    def __init__(self, store: Store, desk: Desk, sealer: Sealer, *, now: Clock) -> None:
        self._store = store
        self._desk = desk
        self._sealer = sealer
        self._now = now

    async def managed(self, token: str) -> Held | None:
        """What *token* manages, None if it was removed; raises `Unknown` for one that is not ours."""
        subscription = await self._managed(token)
        return None if subscription is None else await held(self._store, subscription)

    async def others(self, token: str) -> list[tuple[Subscription, str]]:
        """What else goes to the same inbox, each with the token that manages it."""
        recipient_id, subscription_id = self._parts(token)
        there = await self._store.subscriptions.of(digests_to(recipient_id))
        return [(one, manage_token(self._sealer, one)) for one in there if one.id != subscription_id]

    async def edit(self, token: str, command: Edit) -> Held:
        """Change what *token* manages by *command*, whose id is not looked at; raises `UserError`."""
        reader, subscription = await self._whose(token)
        if command.filter is not None:
            await check_stored(self._store.papers, command.filter)
        offer = await self._desk.answer(reader, replace(command, short_id=subscription.short_id))
        if not isinstance(offer, Offer):
            raise UserError("That changes nothing.", hint="Change what it brings, or when.")
        saved = await self._desk.confirm(reader, offer)
        return Held(subscription=saved.subscription, next_at=saved.next_at)

    async def pause(self, token: str) -> Held:
        """Bring nothing until resumed."""
        reader, subscription = await self._whose(token)
        await self._desk.answer(reader, Pause(short_id=subscription.short_id))
        return await self._again(subscription)

    async def resume(self, token: str) -> Held:
        """Bring again."""
        reader, subscription = await self._whose(token)
        await self._desk.answer(reader, Resume(short_id=subscription.short_id))
        return await self._again(subscription)

    async def unsubscribe(self, token: str) -> int:
        """Remove what *token* manages, if it is there still; gives how many others go to the same inbox."""
        recipient_id, _ = self._parts(token)
        subscription = await self._managed(token)
        if subscription is not None:
            await self._desk.answer(reader_of(recipient_id), Unsubscribe(short_id=subscription.short_id))
        left = len(await self._store.subscriptions.of(digests_to(recipient_id)))
        if not left:
            await keep_address(self._store, recipient_id, asked_at=self._now(), confirmed_at=None)
        return left

    async def forget(self, token: str) -> None:
        """Delete at once all that is kept of whoever has *token*, the address first."""
        recipient_id, _ = self._parts(token)
        to = digests_to(recipient_id)
        await self._store.recipients.remove(recipient_id)
        for one in await self._store.subscriptions.of(to):
            await self._store.subscriptions.remove(one.id)
        await self._store.drafts.remove_of(str(to))
        await self._store.bookmarks.clear(str(to))
        await self._store.traces.erase(to)
        await self._store.traces.erase(letters_to(recipient_id))

    async def _managed(self, token: str) -> Subscription | None:
        recipient_id, subscription_id = self._parts(token)
        found = (await self._store.subscriptions.named([subscription_id])).get(subscription_id)
        mine = found is not None and found.destination == digests_to(recipient_id)
        return found if mine else None

    async def _whose(self, token: str) -> tuple[Caller, Subscription]:
        subscription = await self._managed(token)
        if subscription is None:
            raise Gone("You no longer get this.", hint="To get it again, use the form.")
        return reader_of(subscription.destination.channel), subscription

    async def _again(self, before: Subscription) -> Held:
        found = await self._store.subscriptions.named([before.id])
        return await held(self._store, found.get(before.id, before))

    def _parts(self, token: str) -> tuple[str, str]:
        return token_parts(self._sealer, _MANAGE, token)


def manage_token(sealer: Sealer, subscription: Subscription) -> str:
    """What changes *subscription*, which goes to a recipient, as the links in its mails do; it does not expire."""
    return sealer.sign(_MANAGE, subscription.destination.channel, subscription.id)


def token_parts(sealer: Sealer, purpose: str, token: str) -> tuple[str, str]:
    """The recipient's id in *token*, and what it names of theirs; raises `Unknown` if it is not ours for *purpose*."""
    parts = sealer.signed(purpose, token)
    if len(parts) != len(("recipient", "what")):
        raise Unknown("This link leads nowhere.", hint="Open it from the mail again.")
    return parts[0], parts[1]


def reader_of(recipient_id: str) -> Caller:
    """Whoever reads the inbox of a recipient."""
    return Caller(person=recipient_id, name="you", here=digests_to(recipient_id))


async def held(store: Store, subscription: Subscription) -> Held:
    """*subscription* with when it is due next."""
    progress = await store.subscriptions.progress([subscription.id])
    return Held(subscription=subscription, next_at=progress[subscription.id].due_at)


async def keep_address(
    store: Store, recipient_id: str, *, asked_at: datetime, confirmed_at: datetime | None
) -> bool:
    """Keep the address of a recipient for as long as these moments say; False if it is gone."""
    known = await store.recipients.named(recipient_id)
    if known is None:
        return False
    return await store.recipients.replace(replace(known, asked_at=asked_at, confirmed_at=confirmed_at))
