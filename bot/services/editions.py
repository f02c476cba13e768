"""From a job to what is to be written: the digest, its messages, the papers they claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.alerts import ALERTS_A_DAY, alert_due, local_midnight
from bot.domain.bulletins import Bulletin, Silence
from bot.domain.composing import LONGEST_LOOK_BACK, Window, compose
from bot.domain.deliveries import deliveries, is_alert, is_requested
from bot.domain.filters import Filter
from bot.domain.matching import PaperIndex
from bot.domain.silences import after, speaks
from bot.domain.subscriptions import MOST_POSTS_A_DAY
from bot.outbox import Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from contextlib import AbstractAsyncContextManager

    from bot.domain.deliveries import Edition
    from bot.domain.digests import Digest
    from bot.domain.papers import Entry, PaperId
    from bot.domain.subscriptions import Progress, Subscription
    from bot.outbox import Messenger, Recent, Taken
    from bot.ports import Clock, Store
    from bot.services.composing import Composer

_A_MINUTE: Final = timedelta(minutes=1)


class Editions:
    """Composes editions: what a subscription gets, with what its readers should know."""

    def __init__(self, store: Store, composer: Composer, *, now: Clock) -> None:
        self._store = store
        self._composer = composer
        self._now = now

    def steady(self) -> AbstractAsyncContextManager[None]:
        """While it is open all is composed of the listings as they are now."""
        return self._composer.steady()

    async def written(
        self, taken: Taken, subscription: Subscription, messenger: Messenger, without: Collection[PaperId]
    ) -> Written | datetime:
        """What *taken* brings *subscription*, none of *without* in it; or until when it must wait."""
        if is_alert(taken.job.edition):
            return await self._alert(taken, subscription, messenger, frozenset(without))
        return await self._digest(taken, subscription, messenger, frozenset(without))

    async def _digest(
        self, taken: Taken, subscription: Subscription, messenger: Messenger, without: frozenset[PaperId]
    ) -> Written:
        nothing = self._nothing(taken, subscription)
        posted = _posted_today(taken.recent, self._now(), subscription.cadence.zone)
        if is_requested(taken.job.edition):
            nothing, posted = replace(nothing, came_since=None), 0
        most = await self._most(subscription) if posted else MOST_POSTS_A_DAY
        if posted >= most:
            return nothing
        digest = await self._composer.edition(subscription, taken.progress, had=without.union(taken.had))
        if digest is None:
            return nothing
        progress = after(taken.progress, digest)
        silence = await self._silence(subscription, progress, digest) if speaks(progress, digest) else None
        if not digest.picks and silence is None:
            return replace(nothing, progress=progress)
        if silence is not None:
            progress = replace(progress, spoke_on=digest.day)
        bulletin = self._bulletin(
            taken,
            subscription,
            digest,
            silence=silence,
            stale_since=await self._composer.stale_since(),
            alerted=await self._alerted(taken),
            unconfirmed=() if silence else taken.unconfirmed,
        )
        written = self._packed(nothing, bulletin, messenger, progress)
        return nothing if posted and posted + len(written.deliveries) > most else written

    async def _alert(
        self, taken: Taken, subscription: Subscription, messenger: Messenger, without: frozenset[PaperId]
    ) -> Written | datetime:
        now, zone = self._now(), subscription.cadence.zone
        settings = await self._store.settings.of_workspace(subscription.destination.shard_key)
        alerted, posted = _alerts_today(taken.recent, now, zone), _posted_today(taken.recent, now, zone)
        tomorrow = alert_due(now, zone, settings, posted_today=ALERTS_A_DAY)
        full = posted >= settings.posts_a_day
        wait = tomorrow if full else alert_due(now, zone, settings, posted_today=alerted)
        if wait > now + _A_MINUTE:
            return wait
        noted = await self._store.outbox.hot(subscription.id)
        known = await self._store.papers.entries(paper for paper, waits in noted.items() if waits)
        digest = _hot(known.values(), subscription, had=without.union(taken.had), top=ALERTS_A_DAY - alerted)
        left = tuple(entry.paper.id for entry in digest.left_out)
        nothing = replace(
            self._nothing(taken, subscription),
            cooled=tuple(paper for paper in known if paper not in left),
            again_at=tomorrow if left else None,
        )
        if not digest.picks:
            return nothing
        bulletin = self._bulletin(taken, subscription, digest)
        written = self._packed(nothing, bulletin, messenger, nothing.progress)
        return tomorrow if posted and posted + len(written.deliveries) > settings.posts_a_day else written

    def _nothing(self, taken: Taken, subscription: Subscription) -> Written:
        """An edition without a message, which knows what came to its destination today."""
        midnight = local_midnight(self._now(), subscription.cadence.zone)
        return Written(
            job=taken.job,
            destination=subscription.destination,
            came_since=midnight,
            came=sum(one.messages for one in taken.recent if one.at >= midnight),
            progress=taken.progress,
        )

    async def _most(self, subscription: Subscription) -> int:
        """The most messages that may come to the destination of *subscription* unasked today."""
        settings = await self._store.settings.of_workspace(subscription.destination.shard_key)
        return settings.posts_a_day

    def _bulletin(  # noqa: PLR0913 - what its readers should know besides
        self,
        taken: Taken,
        subscription: Subscription,
        digest: Digest,
        *,
        silence: Silence | None = None,
        stale_since: datetime | None = None,
        alerted: tuple[Entry, ...] = (),
        unconfirmed: tuple[Edition, ...] = (),
    ) -> Bulletin:
        return Bulletin(
            subscription=subscription,
            edition=taken.job.edition,
            digest=digest,
            made_at=self._now(),
            due_at=taken.job.due_at,
            next_at=taken.progress.due_at,
            had={paper: at.date() for paper, at in taken.had.items()} if digest.recap else {},
            silence=silence,
            stale_since=stale_since,
            alerted=alerted,
            unconfirmed=unconfirmed,
        )

    def _packed(
        self, nothing: Written, bulletin: Bulletin, messenger: Messenger, progress: Progress
    ) -> Written:
        parcels = messenger.pack(bulletin)
        digest = bulletin.digest
        claims = () if digest.recap else tuple(pick.entry.paper.id for pick in digest.picks)
        made = deliveries(nothing.job, nothing.destination, parcels, bulletin.made_at)
        return replace(
            nothing, deliveries=made, claims=claims, mentioned=bulletin.unconfirmed, progress=progress
        )

    async def _alerted(self, taken: Taken) -> tuple[Entry, ...]:
        """The papers that went out as alerts since the last digest here."""
        since: list[PaperId] = []
        for edition in taken.recent:
            if is_alert(edition.edition):
                since += edition.picks
            elif edition.picks:  # a line that only says we are alive names none
                since = []
        if not since:
            return ()
        known = await self._store.papers.entries(since)
        return tuple(known[paper] for paper in since if paper in known)

    async def _silence(self, subscription: Subscription, progress: Progress, digest: Digest) -> Silence:
        wanted = Filter(wants=subscription.filter.wants)
        since = max(progress.silent_since or digest.day, digest.day - LONGEST_LOOK_BACK)
        looked = await self._composer.best(wanted, Window(first=since, last=digest.day), top=1)
        near = looked if looked.picks and wanted != subscription.filter else None
        return Silence(
            since=since,
            listed=looked.listed,
            near=near.matched if near else 0,
            nearest=near.picks[0].entry if near else None,
        )


def _hot(
    entries: Iterable[Entry], subscription: Subscription, *, had: frozenset[PaperId], top: int
) -> Digest:
    """The digest of the hot *entries* that still match; *left_out* are those that must wait."""
    listed = [entry for entry in entries if entry.list_day is not None]
    days = [entry.list_day for entry in listed if entry.list_day is not None]
    newest = max(days, default=date.min)
    window = Window(first=min(days, default=newest), last=newest)
    return compose(PaperIndex(listed), subscription.filter, window, top=top, had=had, fill=True)


def _alerts_today(recent: Sequence[Recent], now: datetime, zone: str) -> int:
    midnight = local_midnight(now, zone)
    return sum(len(one.picks) for one in recent if one.at >= midnight and is_alert(one.edition))


def _posted_today(recent: Sequence[Recent], now: datetime, zone: str) -> int:
    midnight = local_midnight(now, zone)
    return sum(one.messages for one in recent if one.at >= midnight and _unasked(one.edition))


def _unasked(edition: Edition) -> bool:
    return not is_requested(edition)
