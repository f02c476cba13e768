"""Offers behind buttons: what waits for a decision is kept as text, and made anew when it is decided."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain.answers import Forgetting, Offer
from bot.domain.command_text import format_command, parse_command
from bot.domain.errors import Gone
from bot.domain.subscription_commands import command_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.answers import Answer, Forgotten, Saved
    from bot.domain.commands import Caller, Command
    from bot.domain.subscriptions import Subscription
    from bot.services.drafts import DraftBox


class Desk(Protocol):
    """What answers."""

    async def answer(self, caller: Caller, command: Command) -> Answer:
        """The answer to *command*; raises `PaperroundError`."""
        ...

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered; raises `PaperroundError`."""
        ...

    async def forget(self, caller: Caller, asked: Forgetting) -> Forgotten:
        """Delete for good what was asked about; raises `PaperroundError`."""
        ...


class Doorway(Protocol):
    """What a platform must allow before something is saved that is to be delivered there."""

    async def check(self, subscription: Subscription) -> None:
        """Raise `UserError` that says what is lacking, if it could not be delivered."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form as it was filled in: the command *base* that it is of, and what stands in its *fields* by their names."""

    base: str
    fields: Mapping[str, str]


class Offering:
    """Keeps offers, and confirms them when someone presses the button, in this process or another one."""

    def __init__(self, desk: Desk, drafts: DraftBox) -> None:
        self._desk = desk
        self._drafts = drafts

    async def keep(self, caller: Caller, waiting: Offer | Forgetting, command: Command) -> str:
        """Keep what *command* offered to *caller*; gives the key by which it is confirmed."""
        return await self._drafts.keep(f"{_zone(waiting)}\n{_text(waiting, command)}", caller)

    async def keep_texts(self, caller: Caller, texts: Mapping[str, str]) -> None:
        """Keep the texts of commands that were too long for their buttons, each under the key that its button has."""
        for key, text in texts.items():
            await self._drafts.keep_as(key, f"\n{text}", caller)

    async def command(self, key: str) -> tuple[Command, str]:
        """The command kept under *key*, and the zone it was asked in (or nothing); raises `Gone`."""
        zone, _, text = (await self._drafts.find(key)).partition("\n")
        return parse_command(text), zone

    async def keep_form(self, caller: Caller, form: KeptForm) -> str:
        """Keep what *caller* typed into a form that could not be taken; gives the key by which it is found again."""
        return await self._drafts.keep(json.dumps({"base": form.base, "fields": dict(form.fields)}), caller)

    async def form(self, key: str) -> KeptForm:
        """The form kept under *key*; raises `Gone`."""
        kept = json.loads(await self._drafts.find(key))
        return KeptForm(base=kept["base"], fields=kept["fields"])

    async def confirm(self, caller: Caller, key: str, doorway: Doorway) -> Saved | Forgotten:
        """Do what waits under *key*, if it still may be done and *doorway* lets it through; raises `PaperroundError`."""
        command, zone = await self.command(key)
        caller = replace(caller, zone=zone or caller.zone)
        offer = await self._desk.answer(caller, command)
        if isinstance(offer, Forgetting):
            return await self._desk.forget(caller, offer)
        if not isinstance(offer, Offer):
            raise Gone("That can no longer be decided.", hint="Give the command again.")
        await doorway.check(offer.subscription)
        return await self._desk.confirm(caller, offer)


def _text(waiting: Offer | Forgetting, command: Command) -> str:
    """The command that offers the same again, with everything named that was left to defaults."""
    if isinstance(waiting, Forgetting) or waiting.before is not None:
        return format_command(command)
    subscription = waiting.subscription
    whole = command_of(subscription)
    channel = None if subscription.personal else subscription.destination.channel
    return format_command(replace(whole, clauses=replace(whole.clauses, channel=channel)))


def _zone(waiting: Offer | Forgetting) -> str:
    """The zone it was offered in: an alert's stands in no clause."""
    return waiting.subscription.cadence.zone if isinstance(waiting, Offer) else ""
