"""The conversation on Slack: what someone did becomes a turn of it, and each turn a message, a form or a page."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.domain import answers
from bot.domain.buttons import Again, Draft, Manage, More, Page, Run, Share, Step, Zone
from bot.domain.command_text import parse_command
from bot.domain.commands import Clauses, Help, LookUp, Preview, Show, Subscribe
from bot.domain.errors import PaperroundError, UserError
from bot.presentation.cards import Notice, Tone
from bot.presentation.explain import explain, explain_to_guests
from bot.presentation.forms import FILTER, filled_command
from bot.services.conversing import Said, Wanted
from handlers.slack.answering import Answering, Reply
from handlers.slack.answers import Showing
from handlers.slack.asking import Aimed, Asked, Filled, Pressed, Surface, Typed, Wished
from handlers.slack.calling import Calls
from handlers.slack.doors import Doors
from handlers.slack.faults import at_fault
from handlers.slack.homes import Homes
from handlers.slack.knowing import Knowing, presumed
from handlers.slack.messenger import API
from handlers.slack.modals import NoForm, filled
from handlers.slack.placing import OPEN, Placing
from handlers.slack.saying import Saying
from handlers.slack.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    import aiohttp

    from bot.domain.answers import Answer
    from bot.domain.buttons import Button, Outdated
    from bot.domain.commands import Command
    from bot.domain.pacing import Pace
    from bot.domain.subscriptions import Destination
    from bot.outbox import Limiter
    from bot.ports import Clock, Observer, SubscriptionStore
    from bot.remembering import SettingsStore
    from bot.services.conversing import Conversation, Turn
    from bot.services.desk import Desk
    from bot.services.offering import Offering
    from handlers.slack.access import Accesses
    from handlers.slack.answering import Ack
    from handlers.slack.knowing import Known

CREDIT: Final = "Hugging Face"
_ANY_CHANNEL: Final = Subscribe(filter=None, clauses=Clauses())
"""Asks for the form; where there is no channel, one is chosen in it."""
_CHANGES: Final = (
    answers.Saved
    | answers.Paused
    | answers.Resumed
    | answers.Removed
    | answers.Bookmarked
    | answers.Delivered
    | answers.Restored
    | answers.Forgotten
)
"""What App Home shows otherwise afterwards."""
_OUTDATED: Final = Notice(
    headline="That button is of another version of Paperround.",
    lines=("Give the command again.",),
    tone=Tone.WARNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What stands behind the conversation. *accesses* gives the token of each workspace."""

    conversation: Conversation
    offering: Offering
    desk: Desk
    subscriptions: SubscriptionStore
    settings: SettingsStore
    accesses: Accesses
    limiter: Limiter


class Talking:
    """Answers people on Slack. *paces* are those of `SlackMessenger.paces`; *http* stays its owner's to close."""

    def __init__(  # noqa: PLR0913 - what is served, how Slack is reached, who watches
        self,
        services: Services,
        *,
        http: aiohttp.ClientSession,
        paces: Callable[[Destination], tuple[Pace, ...]],
        observe: Observer,
        report: Callable[[BaseException, str], None],
        now: Clock,
        base: str = API,
        command: str = "/papers",
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        calls = Calls(http, services.accesses, base)
        knowing = Knowing(calls)
        self._conversation = services.conversation
        self._offering = services.offering
        self._report = report
        self._placing = Placing(knowing, services.subscriptions)
        self._telling = Telling(services.offering, command, now=now, credit=CREDIT)
        self._answering = Answering(calls, observe)
        self._doors = Doors(Saying(calls, services.limiter, paces, now=now, sleep=sleep))
        self._homes = Homes(
            services.desk,
            services.subscriptions,
            services.settings,
            offering=services.offering,
            knowing=knowing,
            telling=self._telling,
            calls=calls,
            observe=observe,
        )

    async def hear(self, asked: Asked) -> None:
        """Answer *asked*, which is acknowledged."""
        await self._answering.answer(asked, self._safely(asked))

    async def hear_form(self, asked: Asked, ack: Ack) -> None:
        """Answer a form that was sent, and acknowledge it."""
        await self._answering.answer_form(asked, ack, self._safely(asked))

    async def show_home(self, workspace: str, person: str) -> None:
        """Show *person* their page."""
        await self._homes.publish(_visitor(workspace, person))

    async def _safely(self, asked: Asked) -> Reply:
        """The reply; an error becomes one too, and is reported if it is not ours."""
        try:
            return await self._reply(asked)
        except UserError as error:
            return await self._refused(asked, error)
        except PaperroundError as error:
            return await self._failed(asked, explain_to_guests(error, self._telling.spell))
        except Exception as error:  # noqa: BLE001 - a defect of ours ends one answer, not the conversation
            reference = secrets.token_hex(2).upper()
            self._report(error, reference)
            return await self._failed(asked, explain(error, reference))

    async def _refused(self, asked: Asked, error: UserError) -> Reply:
        """*error* in words; of a form also at its field, and a way back to what was typed."""
        notice, caller = explain(error, spell=self._telling.spell), presumed(asked).caller
        if not isinstance(asked.what, Filled):
            return await self._telling.tell(caller, notice)
        form = filled(asked.what.view)

        async def late() -> Reply:
            key = await self._conversation.keep_form(caller, form.base, form.fields)
            return await self._telling.tell(caller, notice, Showing(back=Again(key=key)))

        return Reply(errors=at_fault(form, error, self._telling.spell), late=late)

    async def _failed(self, asked: Asked, notice: Notice) -> Reply:
        """What is no fault of the one who asked; a form stays as it is, to be sent again."""
        reply = await self._telling.tell(presumed(asked).caller, notice)
        words = " ".join((notice.headline, *notice.lines))
        return replace(reply, errors={FILTER: words}) if isinstance(asked.what, Filled) else reply

    async def _reply(self, asked: Asked) -> Reply:
        match asked.what:
            case Typed(text=text):
                return await self._do(asked, parse_command(text))
            case Aimed(text=text):
                return await self._do(asked, LookUp(text=text))
            case Wished():
                return await self._do(asked, _ANY_CHANNEL)
            case Filled(view=view):
                return await self._filled(asked, view)
            case Pressed(button=button, value=value):
                return await self._pressed(asked, button, value)

    async def _do(self, asked: Asked, command: Command, *, number: int = 1, replaces: bool = False) -> Reply:
        known = await self._placing.placed(asked, command)
        if known.caller.here.person and command == _ANY_CHANNEL:
            turn: Turn = Wanted(command=_ANY_CHANNEL, zone=known.caller.zone)
        else:
            door = self._doors.of(known, command)
            turn = await self._conversation.do(known.caller, command, door, number=number)
        return await self._told(known, turn, replaces=replaces)

    async def _filled(self, asked: Asked, view: Mapping[str, Any]) -> Reply:
        try:
            form = filled(view)
        except NoForm:
            return await self._telling.tell(presumed(asked).caller, _OUTDATED)
        return await self._do(asked, filled_command(form.base, form.fields))

    async def _pressed(self, asked: Asked, button: Button | Outdated, value: str) -> Reply:
        """What *button* stands for: a command, or a turn that goes on from one."""
        match button:
            case Run(text=text, key=key):
                command = await self._meant(text, key)
                return replace(await self._do(asked, command), aside=isinstance(command, OPEN))
            case Page(number=number, text=text, key=key):
                return await self._do(asked, await self._meant(text, key), number=number, replaces=True)
            case Zone(text=text, key=key) if value:
                return await self._zoned(asked, await self._meant(text, key), value)
            case Share(text=text, key=key):
                return await self._shared(asked, await self._meant(text, key))
            case _:
                return await self._went_on(asked, button)

    async def _went_on(self, asked: Asked, button: Button | Outdated) -> Reply:
        talk, placing = self._conversation, self._placing
        match button:
            case More(paper=paper, short_id=short_id):
                known = await placing.placed(asked, Show(reference=paper))
                reply = await self._told(known, await talk.more(known.caller, paper, short_id))
                return replace(reply, aside=True)
            case Manage(short_id=short_id):
                known = await placing.placed(asked, Preview(short_id=short_id))
                return await self._told(known, await talk.manage(known.caller, short_id))
            case Draft(key=key, step=step):
                return await self._decided(asked, key, step)
            case Again(key=key):
                known = await placing.placed(asked, _ANY_CHANNEL)
                return await self._told(known, await talk.form(known.caller, key))
            case _:
                return await self._telling.tell(presumed(asked).caller, _OUTDATED)

    async def _decided(self, asked: Asked, key: str, step: Step) -> Reply:
        talk = self._conversation
        command = Help() if step is Step.CANCEL else await self._meant("", key)
        known = await self._placing.placed(asked, command)
        turn = await talk.decide(known.caller, key, step, self._doors.of(known, command))
        return await self._told(known, turn, replaces=True)

    async def _zoned(self, asked: Asked, command: Command, zone: str) -> Reply:
        known = await self._placing.placed(asked, command)
        door = self._doors.of(known, command)
        return await self._told(
            known, await self._conversation.place(known.caller, command, zone, door), replaces=True
        )

    async def _shared(self, asked: Asked, command: Command) -> Reply:
        known = presumed(asked)
        return await self._told(
            known, await self._conversation.share(known.caller, command, self._doors.of(known))
        )

    async def _meant(self, text: str, key: str) -> Command:
        return (await self._conversation.meant(text, key))[0]

    async def _told(self, known: Known, turn: Turn, *, replaces: bool = False) -> Reply:
        """*turn* as a reply; once it was given, whoever is concerned hears of what changed."""
        reply = await self._telling.turn(known, turn, replaces=replaces)
        answer = turn.answer if isinstance(turn, Said) else None
        return reply if answer is None else replace(reply, then=partial(self._spread, known.asked, answer))

    async def _spread(self, asked: Asked, answer: Answer) -> None:
        await self._doors.announce(asked, answer)
        if asked.surface.viewed and isinstance(answer, _CHANGES):
            await self._homes.publish(asked)


def _visitor(workspace: str, person: str) -> Asked:
    """Somebody who looks at their page."""
    return Asked(
        workspace=workspace,
        person=person,
        name=person,
        channel="",
        what=Wished(),
        surface=Surface(trigger=""),
    )
