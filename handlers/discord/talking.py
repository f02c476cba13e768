"""The conversation on Discord: interactions become turns of it, and each turn a message, a form or a menu."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.domain.answers import Shown
from bot.domain.buttons import Step
from bot.domain.command_text import PREFIX, format_command
from bot.domain.commands import LookUp
from bot.domain.errors import Gone, PaperroundError
from bot.domain.usual_zones import usual_zones
from bot.presentation.asking import waiting_for
from bot.presentation.cards import Notice, Tone
from bot.presentation.explain import explain, explain_to_guests
from bot.presentation.forms import filled_command
from bot.presentation.muting import muting
from bot.presentation.notices import present
from bot.services.conversing import Said, Shared, Wanted, Whereabouts
from handlers.discord.answering import Reply
from handlers.discord.answers import shared
from handlers.discord.asking import Aimed, Asked, Filled, Pressed, Typed, Typing, read
from handlers.discord.buttons import (
    Again,
    Button,
    Draft,
    Fill,
    Manage,
    More,
    Outdated,
    Page,
    Run,
    Share,
    Zone,
    decode,
    kept_text,
)
from handlers.discord.components import menu
from handlers.discord.modals import subscription_modal
from handlers.discord.options import command_of
from handlers.discord.telling import spelling

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.services.conversing import Conversation, Turn
    from handlers.discord.answering import Answering
    from handlers.discord.completing import Suggesting
    from handlers.discord.doors import Doors
    from handlers.discord.telling import Telling

_REMEMBERED: Final = 4096
"""How many of the last interactions are known, should one arrive twice."""
_OUTDATED: Final = Notice(
    headline="That button is of another version of Paperround.",
    lines=("Give the command again.",),
    tone=Tone.WARNING,
)
_CHOOSE: Final = "Choose it here, or name another with the option timezone."
_SHARED: Final = Notice(headline="Shared.", tone=Tone.GOOD)


class Talk:
    """Answers interactions: acknowledges in time, translates, delegates, renders."""

    def __init__(  # noqa: PLR0913 - one part a step of the way
        self,
        *,
        conversation: Conversation,
        answering: Answering,
        suggesting: Suggesting,
        telling: Telling,
        doors: Doors,
        report: Callable[[BaseException, str], None],
    ) -> None:
        self._conversation = conversation
        self._answering = answering
        self._suggesting = suggesting
        self._telling = telling
        self._doors = doors
        self._report = report
        self._seen: deque[str] = deque(maxlen=_REMEMBERED)

    async def hear(self, interaction: discord.Interaction[Any]) -> None:
        """Answer *interaction*, once however often it arrives."""
        asked = read(interaction)
        if asked is None or asked.id in self._seen:
            return
        self._seen.append(asked.id)
        if isinstance(asked.what, Typing):
            await self._answering.suggest(asked, await self._suggesting.suggest(asked, asked.what))
        else:
            await self._answering.answer(
                asked, self._safely(asked), replaces=_replaces(asked), surely=_saves(asked)
            )

    async def _safely(self, asked: Asked) -> Reply:
        """The reply; an error becomes one too, and is reported if it is not ours."""
        try:
            return await self._reply(asked)
        except PaperroundError as error:
            again = await self._kept_form(asked)
            return await self._telling.tell(asked, explain_to_guests(error, spelling(asked)), again=again)
        except Exception as error:  # noqa: BLE001 - a defect of ours ends one answer, not the conversation
            reference = secrets.token_hex(2).upper()
            self._report(error, reference)
            return await self._telling.tell(asked, explain(error, reference))

    async def _kept_form(self, asked: Asked) -> str:
        """The key of the form that was filled in and cannot be taken, so that nothing has to be typed twice."""
        match asked.what:
            case Filled(custom_id=custom_id, fields=typed) if isinstance(form := decode(custom_id), Fill):
                return await self._conversation.keep_form(asked.caller, form.text, typed)
            case _:
                return ""

    async def _reply(self, asked: Asked) -> Reply:
        door = self._doors.of(asked)
        match asked.what:
            case Typed(name=name, options=options):
                command = command_of(name, options)
                return await self._said(asked, await self._conversation.do(asked.caller, command, door))
            case Aimed(text=text):
                turn = await self._conversation.do(asked.caller, LookUp(text=text), door)
                return await self._said(asked, turn)
            case Filled(custom_id=custom_id, fields=fields):
                return await self._filled(asked, decode(custom_id), dict(fields))
            case Pressed(custom_id=custom_id, values=values):
                return await self._pressed(asked, decode(custom_id), values)
            case _:
                raise AssertionError("what is being typed gets suggestions")

    async def _filled(self, asked: Asked, form: Button | Outdated, fields: dict[str, str]) -> Reply:
        if not isinstance(form, Fill) or not form.text:
            return await self._telling.tell(asked, _OUTDATED)
        command = filled_command(form.text, fields)
        turn = await self._conversation.do(asked.caller, command, self._doors.of(asked))
        return await self._said(asked, turn, replaces=_replaces(asked))

    async def _pressed(self, asked: Asked, button: Button | Outdated, values: tuple[str, ...]) -> Reply:
        """The turn that *button* stands for."""
        talk, caller, door = self._conversation, asked.caller, self._doors.of(asked)
        match button:
            case More(paper=paper, short_id=short_id):
                turn: Turn = await talk.more(caller, paper, short_id)
            case Manage(short_id=short_id):
                turn = await talk.manage(caller, short_id)
            case Draft(key=key, step=step):
                turn = await talk.decide(caller, key, step, door)
            case Again(key=key):
                turn = await talk.form(caller, key)
            case Run(text=text, key=key):
                turn = await talk.do(caller, (await talk.meant(text, key))[0], door)
            case Page(number=number, text=text, key=key):
                turn = await talk.do(caller, (await talk.meant(text, key))[0], door, number=number)
            case Share(text=text, key=key):
                turn = await talk.share(caller, (await talk.meant(text, key))[0], door)
            case Zone(text=text, key=key) if values:
                turn = await talk.place(caller, (await talk.meant(text, key))[0], values[0], door)
            case _:
                return await self._telling.tell(asked, _OUTDATED)
        return await self._said(asked, turn, replaces=isinstance(button, Draft | Page | Zone))

    async def _said(self, asked: Asked, turn: Turn, *, replaces: bool = False) -> Reply:
        """*turn* as a reply."""
        match turn:
            case Wanted(command=command, held=held, zone=zone, of=of, typed=typed):
                return Reply(form=subscription_modal(command, held, zone=zone, of=of, typed=typed))
            case Whereabouts(command=command, error=error):
                choices = [(words, zone) for zone, words in usual_zones(asked.locale)]
                chosen = Zone(text=format_command(command))
                asks = explain(error, spell=spelling(asked))
                also = asks.lines if f"`{PREFIX}" in error.hint else ()
                one = menu(chosen, "Choose a time zone", choices)
                return await self._telling.tell(
                    asked,
                    replace(asks, lines=(_CHOOSE, *also)),
                    menu=one,
                    kept=kept_text(chosen),
                    replaces=replaces,
                )
            case Shared(answer=answer):
                made = shared(present(answer, self._telling.viewer(asked)), asked.caller.name)
                if made is None:
                    raise Gone("There is nothing to share any more.", hint="Give the command again.")
                return replace(await self._telling.tell(asked, _SHARED), public=made.body)
            case Said():
                return await self._told(asked, turn, replaces=replaces)

    async def _told(self, asked: Asked, said: Said, *, replaces: bool) -> Reply:
        viewer, answer = self._telling.viewer(asked), said.answer
        notice = present(answer, viewer)
        if said.short_id and isinstance(answer, Shown):
            notice = replace(notice, actions=(*notice.actions, *muting(answer.entry, said.short_id, viewer)))
        reply = await self._telling.tell(
            asked,
            notice,
            text=format_command(said.command) if said.command else "",
            number=said.number,
            shareable=said.shareable and bool(notice.cards),
            waiting=waiting_for(said.answer, said.waiting),
            replaces=replaces,
        )
        return replace(reply, then=partial(self._doors.announce, asked, answer))


def _replaces(asked: Asked) -> bool:
    """Whether the answer takes the place of the message that was pressed or whose form was filled in.

    A form takes the place of the offer that it was opened to change only as long as that one is still there.
    """
    match asked.what:
        case Pressed(custom_id=custom_id):
            return isinstance(decode(custom_id), Draft | Page | Zone)
        case Filled(custom_id=custom_id):
            of = getattr(decode(custom_id), "of", "")
            return asked.ours and (not of or any(of == _waits(decode(one)) for one in asked.buttons))
        case _:
            return False


def _waits(button: Button | Outdated) -> str:
    """The key of what waits behind *button*; empty for nothing."""
    return button.key if isinstance(button, Draft | Again) else ""


def _saves(asked: Asked) -> bool:
    """Whether it ends with something saved for good, which is done only for who can be told of it."""
    decided = decode(asked.what.custom_id) if isinstance(asked.what, Pressed) else None
    return isinstance(decided, Draft) and decided.step is Step.OK
