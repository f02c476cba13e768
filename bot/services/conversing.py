"""A conversation in buttons and forms, the same on every platform: what someone asks, decides or shares, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain import commands
from bot.domain.answers import Dropped, Forgetting, Form, Offer, SubscriptionList
from bot.domain.buttons import Step
from bot.domain.command_text import parse_command
from bot.domain.errors import Gone, ZoneNeeded

if TYPE_CHECKING:
    from bot.domain.answers import Answer
    from bot.domain.commands import Caller, Command
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Subscription
    from bot.services.offering import Desk, Offering

_LOOK_UPS: Final = commands.Today | commands.Day | commands.Trending | commands.Search | commands.Show
"""What may be shared: it says nothing of the person who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer to be told. *command* is what it answers, for its pages and for sharing it; None for neither.

    *number* is the page, from 1. *waiting* is the key under which an offer waits for a decision. *short_id* is the
    subscription that brought the paper which is shown, if it may be changed by the caller.
    """

    answer: Answer
    command: Command | None = None
    number: int = 1
    waiting: str = ""
    shareable: bool = False
    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A form to be filled in for *command*; *held* is the subscription that is edited, *zone* the usual time zone."""

    command: commands.Subscribe | commands.Follow | commands.Edit
    held: Subscription | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A time zone to be chosen, then *command* is done in it; *error* says why."""

    command: Command
    error: ZoneNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An answer for the whole channel, which may be shared there."""

    answer: Answer


Turn = Said | Wanted | Whereabouts | Shared
"""What comes next in a conversation."""


class Sharing(Protocol):
    """What decides whether something may be shared."""

    async def count(self, caller: Caller) -> None:
        """Count one more; raises `NotAllowed` if the caller may not share here now."""
        ...


class Door(Protocol):
    """What the platform allows where someone asks."""

    async def look(self, subscription: Subscription) -> None:
        """Raise `UserError` that says what is lacking, if *subscription* could not be delivered; nothing is sent."""
        ...

    async def check(self, subscription: Subscription) -> None:
        """The same before it is saved; a first message may be sent to see."""
        ...

    def share(self) -> None:
        """Raise `NotAllowed` if the asker could not post here themselves."""
        ...


class Conversation:
    """Takes turns with people. Every method raises `PaperroundError` for what cannot be done."""

    def __init__(self, desk: Desk, offering: Offering, sharing: Sharing) -> None:
        self._desk = desk
        self._offering = offering
        self._sharing = sharing

    async def meant(self, text: str, key: str = "") -> tuple[Command, str]:
        """The command of a button that holds its *text*, or the *key* of a longer one, and the zone it was asked in."""
        return await self._offering.command(key) if key else (parse_command(text), "")

    async def do(self, caller: Caller, command: Command, door: Door, *, number: int = 1) -> Turn:
        """Do *command*, and tell page *number* of what came of it."""
        try:
            answer = await self._desk.answer(caller, command)
        except ZoneNeeded as error:
            return Whereabouts(command=command, error=error)
        if isinstance(answer, Form):
            return Wanted(command=answer.command, held=answer.editing, zone=caller.zone)
        if isinstance(answer, Offer):
            await door.look(answer.subscription)
        if isinstance(answer, Offer | Forgetting):
            key = await self._offering.keep(caller, answer, command)
            return Said(answer=answer, waiting=key)
        asked = None if isinstance(command, commands.LookUp) else command
        shareable = isinstance(command, _LOOK_UPS) and not caller.here.person
        return Said(answer=answer, command=asked, number=number, shareable=shareable)

    async def place(self, caller: Caller, command: Command, zone: str, door: Door) -> Turn:
        """Do *command* for someone who chose their *zone*."""
        return await self.do(replace(caller, zone=zone), command, door)

    async def decide(self, caller: Caller, key: str, step: Step, door: Door) -> Turn:
        """Save, change or drop what waits under *key*."""
        if step is Step.CANCEL:
            return Said(answer=Dropped())
        if step is Step.OK:
            return Said(answer=await self._offering.confirm(caller, key, door))
        command, zone = await self._offering.command(key)
        if not isinstance(command, commands.Subscribe | commands.Follow | commands.Edit):
            raise Gone("That cannot be changed.", hint="Give the command again.")
        return Wanted(command=command, held=await self._held(caller, command), zone=zone)

    async def more(self, caller: Caller, paper: PaperId, short_id: str = "") -> Said:
        """One paper; *short_id* is the subscription that brought it."""
        command = commands.Show(reference=paper)
        answer = await self._desk.answer(caller, command)
        changeable = caller.manages or caller.here.person
        return Said(
            answer=answer,
            command=command,
            shareable=not caller.here.person,
            short_id=short_id if changeable else "",
        )

    async def manage(self, caller: Caller, short_id: str) -> Said:
        """One of many subscriptions."""
        answer = await self._desk.answer(caller, commands.Subscriptions())
        assert isinstance(answer, SubscriptionList)  # noqa: S101 - what that command answers
        return Said(
            answer=replace(
                answer,
                subscriptions=tuple(
                    one for one in answer.subscriptions if one.subscription.short_id == short_id
                ),
                follows=tuple(one for one in answer.follows if one.subscription.short_id == short_id),
            )
        )

    async def share(self, caller: Caller, command: Command, door: Door) -> Shared:
        """What *command* answers, for the channel."""
        door.share()
        if not isinstance(command, _LOOK_UPS):
            raise Gone("That cannot be shared.", hint="Look the papers up again.")
        answer = await self._desk.answer(caller, command)
        await self._sharing.count(caller)
        return Shared(answer=answer)

    async def _held(
        self, caller: Caller, command: commands.Subscribe | commands.Follow | commands.Edit
    ) -> Subscription | None:
        """The subscription that is edited, if one is."""
        if not isinstance(command, commands.Edit):
            return None
        form = await self._desk.answer(caller, commands.Edit(short_id=command.short_id))
        return form.editing if isinstance(form, Form) else None
