"""Subscriptions and follows: offered with a preview, saved when confirmed, changed, paused and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.answers import (
    Delivered,
    Form,
    Held,
    MailForm,
    Offer,
    Paused,
    Previewed,
    Removed,
    Resumed,
    Saved,
    SubscriptionList,
)
from bot.domain.cadence import Rhythm, next_due
from bot.domain.command_text import format_command
from bot.domain.commands import Edit, Standing
from bot.domain.deliveries import Job, requested
from bot.domain.errors import Unknown, UserError
from bot.domain.permits import check_allowed, check_new, own_destination
from bot.domain.rounds import Advance
from bot.domain.subscription_commands import (
    cadence_for,
    changed_filter,
    check_no_mail,
    command_of,
    destination_for,
    follow_of,
    mail_form,
    moved,
)
from bot.domain.subscriptions import DEFAULT_TOP, Subscription, permanent_id, short_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.commands import Caller, Follow, Subscribe
    from bot.domain.digests import Digest
    from bot.domain.subscriptions import Destination, Progress
    from bot.ports import Clock, Store
    from bot.services.composing import Composer


class Subscribing:
    """What people subscribe and follow. Nothing is saved before it was shown.

    *mail_form* is where mail can be asked for, empty if this installation sends none.
    """

    def __init__(  # noqa: PLR0913 - what keeps and composes, time, chance, and where mail is asked for
        self,
        store: Store,
        composer: Composer,
        *,
        now: Clock,
        choose: Callable[[str], str],
        random_hex: Callable[[], str],
        mail_form: str = "",
    ) -> None:
        self._store = store
        self._composer = composer
        self._now = now
        self._choose = choose
        self._random_hex = random_hex
        self._mail_form = mail_form

    async def offer(self, caller: Caller, command: Subscribe | Follow) -> Offer | Form | MailForm:
        """What *command* would save, with what it would bring; a form if no words were given, or to type an address."""
        if command.clauses.by_mail:
            return mail_form(self._mail_form, command, caller)
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        destination = destination_for(caller, command)
        check_allowed(caller, destination, settings, instead=follow_of(command))
        if command.filter is None:
            return Form(command=command)
        cadence = cadence_for(command.clauses, None, caller, settings)
        there = await self._store.subscriptions.of(destination)
        check_new(there, command.filter, cadence)
        subscription = Subscription(
            id=permanent_id(destination, self._random_hex()),
            short_id=await self._free_id(destination),
            destination=destination,
            filter=command.filter,
            cadence=cadence,
            top=command.clauses.top or DEFAULT_TOP,
            extras=command.clauses.wanted,
            created_by=caller.person,
            created_at=self._now(),
        )
        return await self._offered(subscription)

    async def edit(self, caller: Caller, command: Edit) -> Offer | Form:
        """What *command* would change, before and after; a form if it names nothing."""
        check_no_mail(command)
        before = await self.find(caller, command.short_id)
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        if command == Edit(short_id=command.short_id):
            return Form(command=command, editing=before)
        after = replace(
            before,
            filter=changed_filter(before.filter, command),
            cadence=cadence_for(command.clauses, before.cadence, caller, settings),
            top=command.clauses.top or before.top,
            extras=(before.extras | command.clauses.wanted) - command.clauses.unwanted,
            destination=moved(before.destination, caller, command.clauses, settings),
            changed_at=self._now(),
            version=before.version + 1,
        )
        there = await self._store.subscriptions.of(after.destination)
        check_new([other for other in there if other.id != after.id], after.filter, after.cadence)
        return replace(await self._offered(after), before=before)

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered. Raises `UserError` if it changed meanwhile, or may no longer be saved."""
        subscription = offer.subscription
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        check_allowed(caller, subscription.destination, settings)
        if offer.before is None:
            check_new(
                await self._store.subscriptions.of(subscription.destination),
                subscription.filter,
                subscription.cadence,
            )
            await self._store.subscriptions.add(subscription, due_at=self._next(subscription))
        else:
            await self._replace(subscription)
        return Saved(subscription=subscription, next_at=self._next(subscription), before=offer.before)

    async def listed(self, caller: Caller) -> SubscriptionList:
        """What is subscribed here and what the caller follows; nobody else's follows."""
        here = [] if caller.here.person else await self._store.subscriptions.of(caller.here)
        follows = await self._store.subscriptions.of(own_destination(caller))
        progress = await self._store.subscriptions.progress(one.id for one in (*here, *follows))
        return SubscriptionList(
            here=caller.here,
            subscriptions=tuple(Held(subscription=one, next_at=progress[one.id].due_at) for one in here),
            follows=tuple(Held(subscription=one, next_at=progress[one.id].due_at) for one in follows),
        )

    async def preview(self, caller: Caller, typed_id: str) -> Previewed:
        """What the subscription would bring now; counts for nothing."""
        subscription = await self.find(caller, typed_id, managing=False)
        digest = await self._edition(subscription)
        progress = await self._progress(subscription)
        return Previewed(subscription=subscription, digest=digest, next_at=progress.due_at)

    async def send(self, caller: Caller, typed_id: str) -> Delivered:
        """Bring the next edition early; it counts as that one. With nothing to bring nothing happens."""
        subscription = await self.find(caller, typed_id)
        if subscription.cadence.rhythm is Rhythm.HOT:
            raise UserError(
                "An alert comes by itself, when a paper gets hot.",
                hint="A preview shows which ones are.",
                remedies=(("Preview", f"preview {subscription.short_id}"),),
            )
        if subscription.paused:
            raise UserError(
                f"{subscription.short_id} is paused.",
                hint="Resume it first.",
                remedies=(("Resume", f"resume {subscription.short_id}"),),
            )
        digest = await self._edition(subscription)
        progress = await self._progress(subscription)
        if not digest.picks or progress.due_at is None:
            return Delivered(subscription=subscription, digest=digest, next_at=progress.due_at)
        step = Advance(
            subscription_id=subscription.id,
            version=subscription.version,
            due_at=progress.due_at,
            next_at=next_due(subscription.cadence, progress.due_at),
            job=Job(
                subscription_id=subscription.id,
                edition=requested(f"{progress.due_at:%Y-%m-%dT%H:%MZ}"),
                due_at=self._now(),
            ),
        )
        if not await self._store.outbox.advance([step]):
            raise _changed_meanwhile(subscription)
        return Delivered(subscription=subscription, digest=digest, next_at=step.next_at)

    async def pause(self, caller: Caller, typed_id: str) -> Paused:
        """Deliver nothing until resumed."""
        subscription = await self.find(caller, typed_id)
        if subscription.paused:
            return Paused(subscription=subscription)
        because = "you paused it" if subscription.personal else "somebody paused it"  # names are not kept
        paused = subscription.pause(self._now(), because)
        await self._replace(paused)
        return Paused(subscription=paused)

    async def resume(self, caller: Caller, typed_id: str) -> Resumed:
        """Deliver again, without catching up."""
        subscription = await self.find(caller, typed_id)
        if subscription.paused:
            subscription = subscription.resume(self._now())
            await self._replace(subscription)
        return Resumed(subscription=subscription, next_at=self._next(subscription))

    async def remove(self, caller: Caller, typed_id: str) -> Removed:
        """Remove it for good; the answer holds the command that makes it anew."""
        subscription = await self.find(caller, typed_id)
        await self._store.subscriptions.remove(subscription.id)
        return Removed(subscription=subscription, again=format_command(command_of(subscription)))

    async def find(self, caller: Caller, typed_id: str, *, managing: bool = True) -> Subscription:
        """The subscription with the id typed, or the only one here where none was.

        With *managing* the caller must be allowed to change it. Another person's follow is not found.
        """
        shown = await self.listed(caller)
        held = [one.subscription for one in (*shown.subscriptions, *shown.follows)]
        subscription = await self._meant(caller, typed_id, held)
        if managing and not subscription.personal:
            settings = await self._store.settings.of_workspace(caller.here.shard_key)
            check_allowed(caller, subscription.destination, settings)
        return subscription

    async def _meant(self, caller: Caller, typed_id: str, held: list[Subscription]) -> Subscription:
        if typed_id:
            named = [one for one in held if one.short_id == typed_id]
            elsewhere = (
                None if named else await self._store.subscriptions.find(caller.here.shard_key, typed_id)
            )
            if not named and not _visible(elsewhere, caller):
                raise Unknown(f"There is no subscription {typed_id} here.", hint=_hint(held))
            return named[0] if named else elsewhere  # type: ignore[return-value]
        if len(held) != 1:
            raise Unknown(
                "Which one? There are several here." if held else "Nothing is subscribed here.",
                hint=_hint(held),
            )
        return held[0]

    async def _edition(self, subscription: Subscription) -> Digest:
        if subscription.cadence.rhythm is Rhythm.HOT:
            digest = await self._composer.hot(subscription)
        else:
            digest = await self._composer.edition(subscription, await self._progress(subscription))
        if digest is None:
            raise _nothing_known()
        return digest

    async def _offered(self, subscription: Subscription) -> Offer:
        rate = await self._composer.rate(subscription.filter, subscription.cadence)
        return Offer(subscription=subscription, rate=rate, next_at=self._next(subscription))

    async def _replace(self, subscription: Subscription) -> None:
        if not await self._store.subscriptions.replace(subscription, due_at=self._next(subscription)):
            raise _changed_meanwhile(subscription)

    async def _progress(self, subscription: Subscription) -> Progress:
        return (await self._store.subscriptions.progress([subscription.id]))[subscription.id]

    async def _free_id(self, destination: Destination) -> str:
        key = destination.shard_key
        while True:
            candidate = short_id(self._choose, ())
            if await self._store.subscriptions.find(key, candidate) is None:
                return candidate

    def _next(self, subscription: Subscription) -> datetime | None:
        return None if subscription.paused else next_due(subscription.cadence, self._now())


def _visible(subscription: Subscription | None, caller: Caller) -> bool:
    """Whether *caller* may know of *subscription*, which is another channel's; nobody sees another's follow."""
    if subscription is None or subscription.personal:
        return False
    return caller.standing(subscription.destination.channel) > Standing.STRANGER


def _changed_meanwhile(subscription: Subscription) -> UserError:
    return UserError(
        f"{subscription.short_id} was changed or removed meanwhile.",
        hint="Look at what there is and try again.",
        remedies=(("Subscriptions", "subscriptions"),),
    )


def _hint(held: list[Subscription]) -> str:
    if not held:
        return "Subscribe with: `/papers subscribe diffusion, “world model” at 09:00`"
    return "Here are: " + ", ".join(f"{one.short_id} ({str(one.filter) or 'every paper'})" for one in held)


def _nothing_known() -> UserError:
    return UserError(
        "I know no papers yet.",
        hint="They come with the first listing that is read; this reads one now: paperround ingest",
    )
