"""Subscriptions and follows: offered with a preview, saved when confirmed, changed, paused and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import (
    Delivered,
    Form,
    Held,
    Offer,
    Paused,
    Previewed,
    Removed,
    Resumed,
    Saved,
    SubscriptionList,
)
from bot.domain.cadence import Cadence, Rhythm, next_due
from bot.domain.clauses import with_clauses
from bot.domain.command_text import format_command
from bot.domain.commands import Clauses, Edit, Follow, Subscribe, When
from bot.domain.composing import Window
from bot.domain.deliveries import Job, requested
from bot.domain.errors import Duplicate, NotAllowed, Unknown, UserError
from bot.domain.filters import Comparison, Count, CountCondition, Filter, merged, without
from bot.domain.rounds import Advance
from bot.domain.subscriptions import (
    DEFAULT_TOP,
    Destination,
    Subscription,
    WhoMaySubscribe,
    permanent_id,
    short_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.commands import Caller
    from bot.domain.digests import Digest
    from bot.domain.subscriptions import Progress, WorkspaceSettings
    from bot.ports import Clock, Store
    from bot.services.composing import Composer

MOST_HERE: Final = 50
"""The most subscriptions of one destination; more would hide each other."""


class Subscribing:
    """What people subscribe and follow. Nothing is saved before it was shown."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        *,
        now: Clock,
        choose: Callable[[str], str],
        random_hex: Callable[[], str],
    ) -> None:
        self._store = store
        self._composer = composer
        self._now = now
        self._choose = choose
        self._random_hex = random_hex

    async def offer(self, caller: Caller, command: Subscribe | Follow) -> Offer | Form:
        """What *command* would save, with what it would bring; a form if no words were given."""
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        destination = _destination(caller, command)
        _check_allowed(caller, destination, settings)
        if command.filter is None:
            return Form(command=command)
        cadence = _cadence(command.clauses, None, caller, settings)
        there = await self._store.subscriptions.of(destination)
        _check_new(there, command.filter, cadence)
        subscription = Subscription(
            id=permanent_id(destination, self._random_hex()),
            short_id=await self._free_id(destination),
            destination=destination,
            filter=command.filter,
            cadence=cadence,
            top=command.clauses.top or DEFAULT_TOP,
            created_by=caller.person,
            created_at=self._now(),
        )
        return await self._offered(subscription)

    async def edit(self, caller: Caller, command: Edit) -> Offer | Form:
        """What *command* would change, before and after; a form if it names nothing."""
        before = await self.find(caller, command.short_id)
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        if command == Edit(short_id=command.short_id):
            return Form(command=command, editing=before)
        after = replace(
            before,
            filter=_changed(before.filter, command),
            cadence=_cadence(command.clauses, before.cadence, caller, settings),
            top=command.clauses.top or before.top,
            destination=_moved(before.destination, caller, command.clauses, settings),
            changed_at=self._now(),
            version=before.version + 1,
        )
        there = await self._store.subscriptions.of(after.destination)
        _check_new([other for other in there if other.id != after.id], after.filter, after.cadence)
        return replace(await self._offered(after), before=before)

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered. Raises `UserError` if it changed meanwhile, or may no longer be saved."""
        subscription = offer.subscription
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        _check_allowed(caller, subscription.destination, settings)
        if offer.before is None:
            _check_new(
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
                "An alert comes by itself, when a paper gets hot.", hint="`preview` shows which ones are."
            )
        if subscription.paused:
            raise UserError(
                f"{subscription.short_id} is paused.", hint=f"Type `resume {subscription.short_id}` first."
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
        paused = subscription.pause(self._now(), f"{caller.name} paused it")
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
            _check_allowed(caller, subscription.destination, settings)
        return subscription

    async def _meant(self, caller: Caller, typed_id: str, held: list[Subscription]) -> Subscription:
        if typed_id:
            named = [one for one in held if one.short_id == typed_id]
            elsewhere = (
                None if named else await self._store.subscriptions.find(caller.here.shard_key, typed_id)
            )
            if not named and (elsewhere is None or elsewhere.personal):
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
            return await self._hot_now(subscription)
        digest = await self._composer.edition(subscription, await self._progress(subscription))
        if digest is None:
            raise _nothing_known()
        return digest

    async def _hot_now(self, subscription: Subscription) -> Digest:
        newest = await self._composer.newest_day()
        if newest is None:
            raise _nothing_known()
        threshold = CountCondition(
            count=Count.UPVOTES, comparison=Comparison.AT_LEAST, number=subscription.cadence.hot_votes or 0
        )
        hot = merged(subscription.filter, Filter(conditions=(threshold,)))
        first = newest.fromordinal(newest.toordinal() - 6)
        return await self._composer.best(hot, Window(first=first, last=newest), top=subscription.top)

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


def _changed_meanwhile(subscription: Subscription) -> UserError:
    return UserError(
        f"{subscription.short_id} was changed or removed meanwhile.",
        hint="Look at `subscriptions` and try again.",
    )


def own_destination(caller: Caller) -> Destination:
    """Where the caller's own digests go: a direct message."""
    here = caller.here
    return Destination(platform=here.platform, workspace=here.workspace, channel=caller.person, person=True)


def command_of(subscription: Subscription) -> Subscribe | Follow:
    """The command that makes *subscription* anew."""
    cadence = subscription.cadence
    hot = cadence.rhythm is Rhythm.HOT
    clauses = Clauses(
        when=When(
            rhythm=cadence.rhythm,
            weekdays=cadence.weekdays,
            month_day=cadence.month_day,
            hot_votes=cadence.hot_votes,
        ),
        times=None if hot else cadence.times,
        zone=None if hot else cadence.zone,
        top=subscription.top,
    )
    kind = Follow if subscription.personal else Subscribe
    return kind(filter=subscription.filter, clauses=clauses)


def may_subscribe(caller: Caller, settings: WorkspaceSettings) -> bool:
    """Whether the caller may subscribe channels here."""
    return caller.manages or settings.who_may_subscribe is WhoMaySubscribe.MEMBERS


def _destination(caller: Caller, command: Subscribe | Follow) -> Destination:
    channel = command.clauses.channel
    if isinstance(command, Follow):
        if channel is not None:
            raise UserError("A follow comes to you alone.", hint="Use `subscribe` for a channel.")
        return own_destination(caller)
    if channel is not None:
        return replace(caller.here, channel=channel, person=False)
    if caller.here.person:
        raise UserError("`subscribe` is for a channel.", hint="Use `follow` to get these yourself.")
    return caller.here


def _check_allowed(caller: Caller, destination: Destination, settings: WorkspaceSettings) -> None:
    if destination.person:
        if destination != own_destination(caller):
            raise NotAllowed("That is someone else's follow.", hint="You can follow the same yourself.")
        return
    if not may_subscribe(caller, settings):
        raise NotAllowed(
            f"Only people who may manage #{destination.channel} can subscribe it.",
            hint="Use `follow` to get these yourself.",
        )
    if settings.channels and destination.channel not in settings.channels:
        allowed = ", ".join(f"#{channel}" for channel in settings.channels)
        raise NotAllowed(f"#{destination.channel} may not be subscribed here.", hint=f"These may: {allowed}.")


def _check_new(there: list[Subscription], filter_: Filter, cadence: Cadence) -> None:
    if len(there) >= MOST_HERE:
        raise UserError(f"There are {MOST_HERE} subscriptions here already.", hint="Remove one first.")
    for other in there:
        if other.filter == filter_ and other.cadence == cadence:
            raise Duplicate(
                f"The same is subscribed here already, as {other.short_id}.",
                hint=f"Change it with `edit {other.short_id} …`.",
                short_id=other.short_id,
            )


def _cadence(
    clauses: Clauses, before: Cadence | None, caller: Caller, settings: WorkspaceSettings
) -> Cadence:
    """*before* with what *clauses* name; a new one takes its hour and zone from the workspace, its zone from the person."""
    rhythm = clauses.when.rhythm if clauses.when else before.rhythm if before else Rhythm.DAYS
    if rhythm is Rhythm.HOT and clauses.times:
        raise UserError("An alert has no hour: it comes when a paper gets hot.", hint="Leave `at …` out.")
    if before is not None:
        return with_clauses(before, clauses)
    zone = clauses.zone or settings.zone or caller.zone
    if not zone:
        raise UserError(
            "Which time zone?",
            hint="Say it once for everyone here: settings zone Berlin"
            if rhythm is Rhythm.HOT
            else "Say it with the hour, for example: at 09:00 Berlin",
        )
    return with_clauses(Cadence(times=(settings.hour,), zone=zone), clauses)


def _changed(before: Filter, command: Edit) -> Filter:
    filter_ = command.filter if command.filter is not None else before
    if command.add is not None:
        filter_ = merged(filter_, command.add)
    return without(filter_, command.drop) if command.drop is not None else filter_


def _moved(before: Destination, caller: Caller, clauses: Clauses, settings: WorkspaceSettings) -> Destination:
    if clauses.channel is None:
        return before
    if before.person:
        raise UserError("A follow comes to you alone.", hint="Leave `in …` out.")
    moved = replace(before, channel=clauses.channel)
    _check_allowed(caller, moved, settings)
    return moved


def _hint(held: list[Subscription]) -> str:
    if not held:
        return "Subscribe with: subscribe diffusion, “world model” at 09:00"
    return "Here are: " + ", ".join(f"{one.short_id} ({str(one.filter) or 'every paper'})" for one in held)


def _nothing_known() -> UserError:
    return UserError("I know no papers yet.", hint="Fetch some with `paperround ingest`.")
