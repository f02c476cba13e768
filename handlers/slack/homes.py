"""App Home, put together from what the store knows of somebody: asked anew whenever they look, or change something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import Held
from bot.domain.commands import Saved, Today
from bot.domain.departures import workspace_key
from bot.domain.errors import PaperroundError
from bot.domain.events import AnswerLost
from bot.domain.permits import may_subscribe
from bot.domain.subscriptions import Platform
from bot.presentation.explain import explain_to_guests
from bot.presentation.home import channel_digests, own_digests
from bot.presentation.notices import present
from handlers.slack.asking import CHANNELS
from handlers.slack.calling import told
from handlers.slack.home import HomePart, home
from handlers.slack.knowing import presumed
from handlers.slack.wording import rooms_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator, Sequence

    from bot.domain.commands import Command
    from bot.domain.subscriptions import Subscription
    from bot.ports import Observer, SubscriptionStore
    from bot.presentation.cards import Notice
    from bot.remembering import SettingsStore
    from bot.services.desk import Desk
    from bot.services.offering import Offering
    from handlers.slack.asking import Asked
    from handlers.slack.calling import Calls
    from handlers.slack.knowing import Knowing
    from handlers.slack.telling import Telling

_FOLLOW: Final = ("Follow something", "follow")
_SUBSCRIBE: Final = ("Subscribe a channel", "subscribe")


class Homes:
    """Makes and publishes people's pages."""

    def __init__(  # noqa: PLR0913 - what stands on the page, and how it gets there
        self,
        desk: Desk,
        subscriptions: SubscriptionStore,
        settings: SettingsStore,
        *,
        offering: Offering,
        knowing: Knowing,
        telling: Telling,
        calls: Calls,
        observe: Observer,
    ) -> None:
        self._desk = desk
        self._subscriptions = subscriptions
        self._settings = settings
        self._offering = offering
        self._knowing = knowing
        self._telling = telling
        self._calls = calls
        self._observe = observe

    async def publish(self, asked: Asked) -> None:
        """Show the one who asked their page as things are now. What cannot be told says so in its place."""
        parts = [await part for part in self._parts(asked)]
        known = {name: link for part in parts for name, link in rooms_in(part.notice).items()}
        made = home(parts, known)
        await self._offering.keep_texts(presumed(asked).caller, made.kept)
        wrong = told(await self._calls.publish(asked.workspace, asked.person, made.view))
        if wrong:
            self._observe(AnswerLost(reason=wrong))

    def _parts(self, asked: Asked) -> Iterator[Awaitable[HomePart]]:
        yield self._part("What comes to you", self._own(asked), offers=_FOLLOW)
        yield self._part(
            "What comes to your channels", self._channels(asked), offers=_SUBSCRIBE, place=CHANNELS
        )
        yield self._part("Saved papers", self._answer(asked, Saved()), more="saved")
        yield self._part("Today’s best", self._answer(asked, Today()), more="today")

    async def _part(
        self,
        title: str,
        work: Awaitable[Notice],
        *,
        more: str = "",
        offers: tuple[str, str] | None = None,
        place: str = "",
    ) -> HomePart:
        """A part of the page; *more* shows all of it, if there is anything in it."""
        told = await self._told(work)
        notice = replace(told, headline="", lines=(told.headline, *told.lines))
        choices = (self._telling.viewer().choice(*offers),) if offers else ()
        return HomePart(
            title=title, notice=notice, more=more if notice.cards else "", choices=choices, place=place
        )

    async def _told(self, work: Awaitable[Notice]) -> Notice:
        try:
            return await work
        except PaperroundError as error:
            return explain_to_guests(error, self._telling.spell)

    async def _answer(self, asked: Asked, command: Command) -> Notice:
        answer = await self._desk.answer(presumed(asked).caller, command)
        return present(answer, self._telling.viewer())

    async def _own(self, asked: Asked) -> Notice:
        held = await self._held(await self._subscriptions.of(asked.home))
        return own_digests(asked.home, held, self._telling.viewer())

    async def _channels(self, asked: Asked) -> Notice:
        """The subscriptions of the channels that the person may subscribe."""
        there = await self._subscriptions.in_workspace(workspace_key(Platform.SLACK, asked.workspace))
        changeable = await self._changeable(asked, {one.destination.channel for one in there})
        shown = [
            (where, await self._held([one for one in there if one.destination == where]))
            for where in sorted({one.destination for one in there}, key=str)
            if where.channel in changeable
        ]
        return channel_digests(shown, self._telling.viewer())

    async def _changeable(self, asked: Asked, channels: Iterable[str]) -> set[str]:
        wanted = set(channels)
        if not wanted:
            return set()
        known = await self._knowing.member(asked, wanted)
        settings = await self._settings.of_workspace(workspace_key(Platform.SLACK, asked.workspace))
        return {one for one in wanted if may_subscribe(known.caller, one, settings)}

    async def _held(self, subscriptions: Sequence[Subscription]) -> list[Held]:
        progress = await self._subscriptions.progress(one.id for one in subscriptions)
        return [Held(subscription=one, next_at=progress[one.id].due_at) for one in subscriptions]
