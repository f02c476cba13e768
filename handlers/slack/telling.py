"""Words for one person: each turn of the conversation as the reply to what they asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import HelpAnswer, Shown
from bot.domain.buttons import Zone
from bot.domain.command_text import format_command
from bot.domain.errors import Gone
from bot.domain.usual_zones import usual_zones
from bot.presentation.asking import waiting_for
from bot.presentation.cards import Notice, Tone
from bot.presentation.explain import explain
from bot.presentation.muting import muting
from bot.presentation.notices import present
from bot.presentation.viewing import Viewer, typed_after
from bot.services.conversing import Said, Shared, Wanted, Whereabouts
from handlers.slack.answering import Reply
from handlers.slack.answers import Menu, Showing, shared, shown
from handlers.slack.modals import subscription_view
from handlers.slack.placing import EVERYWHERE
from handlers.slack.wording import rooms_in

if TYPE_CHECKING:
    from bot.domain.commands import Caller
    from bot.ports import Clock
    from bot.services.conversing import Turn
    from bot.services.offering import Offering
    from handlers.slack.knowing import Known

IN_THREADS: Final = "In a thread, where Slack runs no commands: ⋯ of a message, Look up papers."
_LOCALE: Final = "en-US"
"""Slack tells a person's zone and not their language, save with one more request."""
_MOST_ZONES: Final = 100
_SHARED: Final = Notice(headline="Shared.", tone=Tone.GOOD)


class Telling:
    """Turns notices into replies, and keeps what their buttons need. *command* is what the slash command is called."""

    def __init__(self, offering: Offering, command: str, *, now: Clock, credit: str) -> None:
        self._offering = offering
        self._now = now
        self._credit = credit
        self.spell = typed_after(command)

    def viewer(self) -> Viewer:
        """Who asks, as a reader."""
        return Viewer(now=self._now(), spell=self.spell, credit=self._credit)

    async def tell(
        self, caller: Caller, notice: Notice, how: Showing | None = None, *, replaces: bool = False
    ) -> Reply:
        """*notice* for *caller*, shown as *how* says, but that channels are shown by their names."""
        made = shown(notice, replace(how or Showing(), known=rooms_in(notice)))
        await self._offering.keep_texts(caller, made.kept)
        here = "" if caller.here.person or caller.here.channel == EVERYWHERE else caller.here.channel
        return Reply(body=made.body, replaces=replaces, here=here)

    async def turn(self, known: Known, turn: Turn, *, replaces: bool = False) -> Reply:
        """*turn* as a reply."""
        match turn:
            case Wanted():
                return self._form(known, turn)
            case Whereabouts():
                return await self._zones(known, turn, replaces=replaces)
            case Shared(answer=answer):
                made = shared(present(answer, self.viewer()), known.asked.name, self._credit)
                if made is None:
                    raise Gone("There is nothing to share any more.", hint="Give the command again.")
                return replace(await self.tell(known.caller, _SHARED), public=made.body)
            case Said():
                return await self._said(known, turn, replaces=replaces)

    def _form(self, known: Known, wanted: Wanted) -> Reply:
        here = known.caller.here
        where = "" if here.person else here.channel
        view = subscription_view(
            wanted.command, wanted.held, zone=wanted.zone, here=where, typed=wanted.typed
        )
        return Reply(form=view, here=where)

    async def _zones(self, known: Known, asks: Whereabouts, *, replaces: bool) -> Reply:
        choices = tuple((words, zone) for zone, words in usual_zones(_LOCALE, limit=_MOST_ZONES))
        menu = Menu(does=Zone(text=format_command(asks.command)), hint="Choose a time zone", options=choices)
        return await self.tell(known.caller, explain(asks.error), Showing(menu=menu), replaces=replaces)

    async def _said(self, known: Known, said: Said, *, replaces: bool) -> Reply:
        answer, viewer = said.answer, self.viewer()
        notice = present(answer, viewer)
        if isinstance(answer, HelpAnswer) and not answer.topic:
            notice = replace(notice, footer=(*notice.footer, IN_THREADS))
        if said.short_id and isinstance(answer, Shown):
            hiding = muting(answer.entry, said.short_id, viewer)
            notice = replace(notice, actions=(*notice.actions, *hiding))
        how = Showing(
            asked=format_command(said.command) if said.command else "",
            number=said.number,
            shareable=said.shareable and bool(notice.cards) and bool(known.asked.surface.url),
            waiting=waiting_for(said.answer, said.waiting),
        )
        return await self.tell(known.caller, notice, how, replaces=replaces)
