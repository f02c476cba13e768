"""The desk: every command of a person, answered with a value."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Final

from bot.domain import commands
from bot.domain.answers import (
    Answer,
    DayAnswer,
    Forgetting,
    Forgotten,
    HelpAnswer,
    LookedUp,
    Offer,
    Saved,
    Shown,
)
from bot.domain.commands import Caller, Command
from bot.domain.composing import Window
from bot.domain.dates import parse_day
from bot.domain.errors import Unknown, UserError
from bot.domain.events import Answered, CommandAnswered
from bot.domain.filters import Filter, by_upvotes
from bot.domain.mentions import mentioned_papers
from bot.domain.permits import may_subscribe, own_destination
from bot.services.erasing import Erasing
from bot.services.managing import change_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.ports import Clock, Observer, Store
    from bot.services.bookmarks import BookmarkShelf
    from bot.services.composing import Composer
    from bot.services.departing import Departing
    from bot.services.explaining import Explaining
    from bot.services.searching import Searching
    from bot.services.subscribing import Subscribing

_FILTERED: Final = (
    commands.Today,
    commands.Day,
    commands.Trending,
    commands.Subscribe,
    commands.Follow,
    commands.Edit,
)
_TOP: Final = 5
_DAY_TOP: Final = 10
_TRENDING_DAYS: Final = 7


class Desk:
    """Answers commands. Changes nothing before it was shown: subscribing and editing give an `Offer` to confirm."""

    def __init__(  # noqa: PLR0913 - one part a kind of request
        self,
        store: Store,
        *,
        composer: Composer,
        searching: Searching,
        subscribing: Subscribing,
        bookmarks: BookmarkShelf,
        explaining: Explaining,
        departing: Departing,
        observe: Observer,
        now: Clock,
    ) -> None:
        self._store = store
        self._composer = composer
        self._searching = searching
        self._subscribing = subscribing
        self._bookmarks = bookmarks
        self._explaining = explaining
        self._departing = departing
        self._erasing = Erasing(store)
        self._observe = observe
        self._now = now

    async def answer(self, caller: Caller, command: Command) -> Answer:
        """The answer to *command*; raises `UserError` for what cannot be done as asked."""
        with self._told(caller):
            return await self._answer(await self._grounded(command), caller)

    @contextmanager
    def _told(self, caller: Caller) -> Iterator[None]:
        """Tell how what is done within ended; what it was is nobody's business."""
        began, outcome = self._now(), Answered.FAILED
        try:
            yield
            outcome = Answered.DONE
        except UserError:
            outcome = Answered.DECLINED
            raise
        finally:
            took = self._now() - began
            self._observe(CommandAnswered(platform=caller.here.platform, outcome=outcome, took=took))

    async def _grounded(self, command: Command) -> Command:
        """*command* whose filters know what the papers are about that their ``like:`` names."""
        if isinstance(command, commands.Edit) and command.add:
            command = replace(command, add=await self._searching.grounded(command.add))
        if isinstance(command, _FILTERED) and command.filter:
            command = replace(command, filter=await self._searching.grounded(command.filter))
        return command

    async def forget(self, caller: Caller, asked: Forgetting) -> Forgotten:
        """Delete for good what *caller* was asked about."""
        return await self._erasing.erase(caller, asked)

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered to *caller*."""
        return await self._subscribing.confirm(caller, offer)

    @singledispatchmethod
    async def _answer(self, command: Command, caller: Caller) -> Answer:
        raise NotImplementedError(type(command).__name__, caller)

    @_answer.register
    async def _(self, _: commands.Start, caller: Caller) -> Answer:
        answer = await self._day(await self._newest(), Filter(), top=_TOP)
        return replace(answer, start=True, here=await self._may_subscribe(caller))

    @_answer.register
    async def _(self, command: commands.Today, caller: Caller) -> Answer:
        answer = await self._day(await self._newest(), command.filter or Filter(), top=_TOP)
        shown = None if command.filter else await self._subscribing.listed(caller)
        if shown is None or shown.subscriptions or shown.follows:
            return answer
        return replace(answer, start=True, here=await self._may_subscribe(caller))

    @_answer.register
    async def _(self, command: commands.Day, _: Caller) -> Answer:
        day = parse_day(command.when, today=self._now().date())
        return await self._day(day, command.filter or Filter(), top=_DAY_TOP)

    @_answer.register
    async def _(self, command: commands.Trending, _: Caller) -> Answer:
        newest = await self._newest()
        days = Window(first=newest - timedelta(days=_TRENDING_DAYS - 1), last=newest)
        filter_ = by_upvotes(command.filter or Filter())
        digest = await self._composer.best(filter_, days, top=_DAY_TOP)
        return DayAnswer(digest=digest, asked=newest, coverage=await self._composer.coverage(), trending=True)

    @_answer.register
    async def _(self, command: commands.Search, _: Caller) -> Answer:
        if not command.text.strip():
            raise UserError("Search for what?", hint="For example: `/papers search “world model” agents`")
        return await self._searching.search(command.text, await self._composer.coverage())

    @_answer.register
    async def _(self, command: commands.Show, caller: Caller) -> Answer:
        entry = await self._searching.paper(command.reference)
        tallies = await self._store.papers.tallies([entry.paper.id])
        return Shown(
            entry=entry,
            tallies=tallies.get(entry.paper.id, ()),
            saved=await self._bookmarks.holds(_person(caller), entry.paper.id),
            bibtex=command.bibtex,
        )

    @_answer.register(commands.Subscribe)
    @_answer.register(commands.Follow)
    async def _(self, command: commands.Subscribe | commands.Follow, caller: Caller) -> Answer:
        return await self._subscribing.offer(caller, command)

    @_answer.register
    async def _(self, command: commands.Edit, caller: Caller) -> Answer:
        return await self._subscribing.edit(caller, command)

    @_answer.register
    async def _(self, _: commands.Subscriptions, caller: Caller) -> Answer:
        return await self._subscribing.listed(caller)

    @_answer.register
    async def _(self, command: commands.Preview, caller: Caller) -> Answer:
        return await self._subscribing.preview(caller, command.short_id)

    @_answer.register
    async def _(self, command: commands.Send, caller: Caller) -> Answer:
        return await self._subscribing.send(caller, command.short_id)

    @_answer.register
    async def _(self, command: commands.Pause, caller: Caller) -> Answer:
        return await self._subscribing.pause(caller, command.short_id)

    @_answer.register
    async def _(self, command: commands.Resume, caller: Caller) -> Answer:
        return await self._subscribing.resume(caller, command.short_id)

    @_answer.register
    async def _(self, _: commands.Restore, caller: Caller) -> Answer:
        return await self._departing.restore(caller)

    @_answer.register
    async def _(self, command: commands.Unsubscribe, caller: Caller) -> Answer:
        return await self._subscribing.remove(caller, command.short_id)

    @_answer.register
    async def _(self, command: commands.Save, caller: Caller) -> Answer:
        return await self._bookmarks.save(_person(caller), command.reference)

    @_answer.register
    async def _(self, command: commands.Unsave, caller: Caller) -> Answer:
        return await self._bookmarks.unsave(_person(caller), command.reference)

    @_answer.register
    async def _(self, command: commands.Saved, caller: Caller) -> Answer:
        return await self._bookmarks.saved(_person(caller), bibtex=command.bibtex)

    @_answer.register
    async def _(self, command: commands.Explain, caller: Caller) -> Answer:
        entry = await self._searching.paper(command.reference)
        shown = await self._subscribing.listed(caller)
        held = [one.subscription for one in (*shown.subscriptions, *shown.follows)]
        return await self._explaining.explain(entry, held)

    @_answer.register
    async def _(self, command: commands.ChangeSettings, caller: Caller) -> Answer:
        return await change_settings(self._store.settings, caller, command)

    @_answer.register
    async def _(self, command: commands.Forget, caller: Caller) -> Answer:
        return await self._erasing.ask(caller, command)

    @_answer.register
    async def _(self, command: commands.LookUp, _: Caller) -> Answer:
        named = mentioned_papers(command.text)
        if not named:
            raise Unknown(
                "That message names no paper.",
                hint="I look for links to arXiv, Hugging Face and alphaXiv, and for ids such as arXiv:2511.01234.",
            )
        entries, unknown = await self._searching.all_of(named)
        return LookedUp(entries=entries, unknown=unknown)

    @_answer.register
    async def _(self, command: commands.Help, caller: Caller) -> Answer:
        shown = await self._subscribing.listed(caller)
        held = (*shown.subscriptions, *shown.follows)
        due = [(one.next_at, one.subscription.cadence.zone) for one in held if one.next_at is not None]
        next_at, zone = min(due, default=(None, "UTC"))
        return HelpAnswer(
            here=caller.here, topic=command.topic, subscriptions=len(held), next_at=next_at, zone=zone
        )

    async def _day(self, day: date, filter_: Filter, *, top: int) -> DayAnswer:
        digest = await self._composer.best(filter_, Window(first=day, last=day), top=top)
        return DayAnswer(digest=digest, asked=day, coverage=await self._composer.coverage())

    async def _may_subscribe(self, caller: Caller) -> bool:
        """Whether *caller* may subscribe the channel that they are in; a direct message is none."""
        settings = await self._store.settings.of_workspace(caller.here.shard_key)
        return not caller.here.person and may_subscribe(caller, caller.here.channel, settings)

    async def _newest(self) -> date:
        newest = await self._composer.newest_day()
        if newest is None:
            raise Unknown(
                "I know no papers yet.",
                hint="They come with the first listing that is read; this reads one now: paperround ingest",
            )
        return newest


def _person(caller: Caller) -> str:
    """The key of the caller's own things."""
    return str(own_destination(caller))
