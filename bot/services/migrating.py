"""Copying one store into another, all of it, in such an order that nothing is delivered before everything is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import State
from bot.domain.errors import StoreBusy, StoreError, UserError
from bot.domain.processes import Running
from bot.ports import PaperChanges

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.contents import Mark
    from bot.domain.papers import PaperId
    from bot.ports import Clock, Store

_BATCH: Final = 500
_EVERYTHING: Final = 1_000_000
_RESUMABLE: Final = timedelta(days=3650)
"""A store that is half there stays so until somebody finishes it, or throws it away."""
_NAME: Final = "migration from "
_STOP_IT: Final = "Stop that first; if it was killed, wait 3 minutes."
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a store now holds of another."""

    papers: int
    days: int
    subscriptions: int
    marks: int
    bookmarks: int
    settings: int


class Migration:
    """Copies *old* into *new*, which is empty, or holds what an interrupted migration of the same *name* copied.

    Every step may be done again, so what was interrupted simply begins anew. Subscriptions come last.
    """

    def __init__(
        self, old: Store, new: Store, *, name: str, now: Clock, tell: Callable[[str], object]
    ) -> None:
        self._old = old
        self._new = new
        self._name = f"{_NAME}{name}"
        self._now = now
        self._tell = tell

    async def run(self, *, drop_waiting: bool = False) -> Copied:
        """Copy everything; what has not yet been sent is refused, or left behind with *drop_waiting*.

        Raises `StoreBusy` if a process runs on either store, `UserError` if *new* is not empty or something waits.
        """
        await self._check(drop_waiting=drop_waiting)
        now = self._now()
        here = Running(name=self._name, until=now + _RESUMABLE, settings={})
        await self._new.processes.announce(here, now)
        papers, days = await self._papers(), await self._days()
        settings, bookmarks = await self._settings(), await self._bookmarks()
        await self._departures()
        await self._recipients()
        await self._installations()
        marks = await self._marks(await self._left_behind() if drop_waiting else frozenset())
        subscriptions = await self._subscriptions()
        if await self._new.papers.count() != await self._old.papers.count():
            raise StoreError("The old store was written to meanwhile.", hint="Run it again to copy the rest.")
        await self._new.processes.leave(self._name)
        return Copied(
            papers=papers,
            days=days,
            subscriptions=subscriptions,
            marks=marks,
            bookmarks=bookmarks,
            settings=settings,
        )

    async def _check(self, *, drop_waiting: bool) -> None:
        if unreadable := await self._old.subscriptions.unreadable():
            raise UserError(
                f"The old store has subscriptions that cannot be read ({len(unreadable)}): {unreadable[0].reason}",
                hint="`paperround status` names them. Update Paperround, or put back a copy of the store from before.",
            )
        resumes = False
        for store in (self._old, self._new):
            running = {one.name for one in await store.processes.running(self._now())}
            resumes = self._name in running
            if others := sorted(running - {self._name}):
                raise StoreBusy(f"A store is in use by {', '.join(others)}.", hint=_STOP_IT)
        if not resumes and not await _empty(self._new):
            raise UserError(
                "The new store is not empty.", hint="Migrate into a store that nothing was kept in."
            )
        counts = await self._old.outbox.counts()
        waiting = sum(counts.get(name, 0) for name in ("jobs", State.PENDING, State.SENDING))
        if waiting and not drop_waiting:
            raise UserError(
                f"{waiting} jobs and deliveries of the old store have not ended.",
                hint="Let `run` end them, or leave them behind with --drop-waiting: what was surely not sent comes"
                " with the next digest.",
            )

    async def _left_behind(self) -> frozenset[tuple[str, PaperId]]:
        """The papers that will surely not come any more, each with who claimed it."""
        waiting = await self._old.outbox.deliveries([State.PENDING], limit=_EVERYTHING)
        return frozenset((one.owner, paper) for one in waiting for paper in one.picks)

    async def _papers(self) -> int:
        copied = after = 0
        while changes := await self._old.papers.changed(after, _BATCH):
            after = changes[-1][0]
            entries = await self._old.papers.entries(paper for _, paper in changes)
            papers = {entry.paper.id: entry.paper for entry in entries.values()}
            tallies = await self._old.papers.tallies(papers)
            await self._new.papers.keep(
                PaperChanges(
                    papers=tuple(papers.values()),
                    tallies=tuple((paper, tally) for paper, some in tallies.items() for tally in some),
                    aliases=tuple(
                        (asked, entry.paper.id) for asked, entry in entries.items() if asked != entry.paper.id
                    ),
                )
            )
            copied += sum(asked == entry.paper.id for asked, entry in entries.items())
            self._tell(f"{copied:,} papers")
        return copied

    async def _days(self) -> int:
        records = await self._old.papers.records()
        for record in records:
            await self._new.papers.keep(PaperChanges(record=record))
        return len(records)

    async def _settings(self) -> int:
        copied = 0
        async for key, settings in self._old.contents.settings():
            await self._new.settings.put(key, settings)
            copied += 1
        return copied

    async def _bookmarks(self) -> int:
        copied = 0
        async for saved in self._old.contents.bookmarks():
            for one in saved:
                await self._new.bookmarks.save(one.person, one.paper_id, one.at)
            copied += len(saved)
            self._tell(f"{copied:,} bookmarks")
        return copied

    async def _departures(self) -> None:
        for key in await self._old.departures.before(_LATEST):
            if (at := await self._old.departures.find(key)) is not None:
                await self._new.departures.note(key, at)

    async def _recipients(self) -> None:
        for one in await self._old.recipients.all():
            await self._new.recipients.keep(one)

    async def _installations(self) -> None:
        for key, sealed in (await self._old.installations.all()).items():
            await self._new.installations.keep(key, sealed)

    async def _marks(self, left_behind: frozenset[tuple[str, PaperId]]) -> int:
        copied = 0
        async for some in self._old.contents.marks():
            kept = [one for one in some if (one.owner, one.paper_id) not in left_behind]
            for (owner, at), group in groupby(sorted(kept, key=_claim), key=_claim):
                papers = [one.paper_id for one in group]
                await self._new.marks.claim(kept[0].destination, papers, owner=owner, at=at)
            copied += len(kept)
            self._tell(f"{copied:,} marks")
        return copied

    async def _subscriptions(self) -> int:
        everyone = await self._old.subscriptions.all()
        for begin in range(0, len(everyone), _BATCH):
            some = everyone[begin : begin + _BATCH]
            progress = await self._old.subscriptions.progress(one.id for one in some)
            await self._new.contents.restore([(one, progress[one.id]) for one in some])
            self._tell(f"{begin + len(some):,} subscriptions")
        return len(everyone)


def _claim(mark: Mark) -> tuple[str, datetime]:
    return mark.owner, mark.at


async def refuse_half(store: Store, now: datetime) -> None:
    """Raise `StoreBusy` if a migration into *store* has not ended: whatever it still lacks would be missed, or come twice."""
    names = (one.name for one in await store.processes.running(now))
    if begun := next((name for name in names if name.startswith(_NAME)), ""):
        old = begun.removeprefix(_NAME)
        raise StoreBusy(
            f"The migration from {old} into this store has not ended.",
            hint=f"Run `paperround migrate {old} …` again to finish it, or begin with an empty store.",
        )


async def _empty(store: Store) -> bool:
    if await store.papers.revision() != (0, None) or await store.subscriptions.all():
        return False
    settings = [key async for key, _ in store.contents.settings()]
    marks = [some async for some in store.contents.marks()]
    return not settings and not marks and not [some async for some in store.contents.bookmarks()]
