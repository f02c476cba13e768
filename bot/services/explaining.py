"""Why a paper came to a subscription, or did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.answers import Explained, Verdict
from bot.domain.compiling import compile_filter
from bot.domain.composing import Window, outlook, window
from bot.domain.filters import AllOf, AnyOf, Term
from bot.domain.matching import PaperIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.domain.filters import Want
    from bot.domain.papers import Entry
    from bot.domain.subscriptions import Subscription
    from bot.ports import MarkStore, SubscriptionStore
    from bot.services.composing import Composer


class Explaining:
    """Says, for each subscription, what decided about one paper."""

    def __init__(self, composer: Composer, marks: MarkStore, subscriptions: SubscriptionStore) -> None:
        self._composer = composer
        self._marks = marks
        self._subscriptions = subscriptions

    async def explain(self, entry: Entry, subscriptions: list[Subscription]) -> Explained:
        """The verdict of each of *subscriptions* on *entry*."""
        newest = await self._composer.newest_day()
        progress = await self._subscriptions.progress(one.id for one in subscriptions)
        verdicts = [
            await self._verdict(entry, subscription, newest, progress[subscription.id].newest_day)
            for subscription in subscriptions
        ]
        return Explained(entry=entry, verdicts=tuple(verdicts))

    async def _verdict(
        self, entry: Entry, subscription: Subscription, newest: date | None, previous: date | None
    ) -> Verdict:
        had = await self._marks.had(subscription.destination)
        day = entry.list_day
        days = window(newest, previous=previous, first_edition=previous is None) if newest else None
        index = PaperIndex([entry])
        filter_ = subscription.filter
        matched = bool(index.matching(compile_filter(filter_)))
        place, chance = await self._outlook(entry, subscription, day) if matched and day else (None, None)
        return Verdict(
            subscription=subscription,
            listed=day is not None,
            in_window=day is not None and days is not None and day in days,
            had_at=had.get(entry.paper.id),
            match=index.explained(filter_, 0) if matched else None,
            missing=tuple(_missing(index, filter_.wants)),
            mutes=tuple(str(mute) for mute in filter_.mutes if index.has(mute, 0, mute=True)),
            failed=tuple(
                str(condition) for condition in filter_.conditions if not index.passes(condition, 0)
            ),
            place=place,
            ceiling=subscription.top,
            chance=chance,
        )

    async def _outlook(
        self, entry: Entry, subscription: Subscription, day: date
    ) -> tuple[int | None, float | None]:
        index = await self._composer.index_of(Window(first=day, last=day))
        found = outlook(index, subscription.filter, entry.paper.id, top=subscription.top)
        return found or (None, None)


def _missing(index: PaperIndex, want: Want | None) -> Iterator[str]:
    """The wants that paper 0 lacks, if they keep it from matching."""
    if isinstance(want, Term) and not index.has(want, 0):
        yield str(want)
    elif isinstance(want, AllOf):
        for part in want.wants:
            yield from _missing(index, part)
    elif isinstance(want, AnyOf):
        lacking = [list(_missing(index, part)) for part in want.wants]
        if all(lacking):
            yield from (name for names in lacking for name in names)
