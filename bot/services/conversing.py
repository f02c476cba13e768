"""A conversation in buttons and forms, the same on every platform: what someone asks, decides or shares, as values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain import commands
from bot.domain.answers import Dropped, Forgetting, Form, Offer, SubscriptionList
from bot.domain.buttons import Step
from bot.domain.command_text import parse_command
from bot.domain.errors import Gone, ZoneNeeded
from bot.domain.permits import may_subscribe
from bot.services.offering import KeptForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.answers import Answer
    from bot.domain.commands import Caller, Command
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Subscription, WorkspaceSettings
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
    """A form to be filled in for *command*; *held* is the subscription that is edited, *zone* the usual time zone.

    *of* is the key of what it is opened to change: an offer, or a form that could not be taken (empty for none). Of the
    latter *typed* is what stood in its fields, by their names.
    """

    command: commands.Subscribe | commands.Follow | commands.Edit
    held: Subscription | None = None
    zone: str = ""
    of: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


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

    async def rules(self, caller: Caller) -> WorkspaceSettings:
        """What the managers of the caller's workspace decided."""
        ...

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
        shareable = isinstance(command, _LOOK_UPS) and await self._shares(caller)
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
        return Wanted(command=command, held=await self._held(caller, command), zone=zone, of=key)

    async def keep_form(self, caller: Caller, base: str, fields: Mapping[str, str]) -> str:
        """Keep the *fields* of a form for the command *base* that could not be taken; gives the key for `form`."""
        return await self._offering.keep_form(caller, KeptForm(base=base, fields=fields))

    async def form(self, caller: Caller, key: str) -> Wanted:
        """The form kept under *key*, to be filled in anew."""
        kept = await self._offering.form(key)
        command = parse_command(kept.base)
        assert isinstance(command, commands.Subscribe | commands.Follow | commands.Edit)  # noqa: S101 - no other has one
        held = await self._held(caller, command)
        return Wanted(command=command, held=held, zone=caller.zone, of=key, typed=kept.fields)

    async def more(self, caller: Caller, paper: PaperId, short_id: str = "") -> Said:
        """One paper; *short_id* is the subscription that brought it."""
        command = commands.Show(reference=paper)
        answer = await self._desk.answer(caller, command)
        return Said(
            answer=answer,
            command=command,
            shareable=await self._shares(caller),
            short_id=short_id if short_id and await self._changes(caller) else "",
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

    async def _shares(self, caller: Caller) -> bool:
        """Whether answers may be shared where *caller* asks; whether they may themselves, is seen when they do."""
        return not caller.here.person and (await self._sharing.rules(caller)).sharing

    async def _changes(self, caller: Caller) -> bool:
        """Whether *caller* may change what comes where they are."""
        if caller.here.person:
            return True
        return may_subscribe(caller, caller.here.channel, await self._sharing.rules(caller))

    async def _held(
        self, caller: Caller, command: commands.Subscribe | commands.Follow | commands.Edit
    ) -> Subscription | None:
        """The subscription that is edited, if one is."""
        if not isinstance(command, commands.Edit):
            return None
        form = await self._desk.answer(caller, commands.Edit(short_id=command.short_id))
        return form.editing if isinstance(form, Form) else None
