"""Which channel a command is about, and who asks it there: what must be known before it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain import commands
from bot.domain.commands import Standing, Whose
from bot.domain.departures import workspace_key
from bot.domain.errors import Gone, NotAllowed, UserError
from bot.domain.subscriptions import Platform
from bot.services.managing import ALL
from handlers.slack.asking import Pressed
from handlers.slack.knowing import CHOOSE, is_room, presumed

if TYPE_CHECKING:
    from bot.domain.commands import Command
    from bot.domain.subscriptions import Subscription
    from bot.ports import SubscriptionStore
    from handlers.slack.asking import Asked
    from handlers.slack.knowing import Knowing, Known

OPEN: Final = (
    commands.Start
    | commands.Today
    | commands.Day
    | commands.Trending
    | commands.Search
    | commands.Show
    | commands.LookUp
    | commands.Explain
    | commands.Subscriptions
    | commands.Save
    | commands.Unsave
    | commands.Saved
    | commands.Help
)
"""What anybody may ask anywhere, and nobody needs to be asked about first."""
EVERYWHERE: Final = "everywhere"
"""Stands for the channel where something is about the whole workspace."""


class Placing:
    """Knows where things are meant."""

    def __init__(self, knowing: Knowing, subscriptions: SubscriptionStore) -> None:
        self._knowing = knowing
        self._subscriptions = subscriptions

    async def placed(self, asked: Asked, command: Command) -> Known:
        """Who asks *command*, and where it is meant; raises `UserError` if they may not ask it at all.

        In a conversation and in App Home there is no channel: it is meant where it says, or where the subscription is
        that it names.
        """
        if isinstance(command, OPEN):
            return presumed(asked)
        _check_settings(command)
        if asked.foreign:
            raise NotAllowed(
                "That is another workspace’s.",
                hint="People of that workspace can do it; you may look papers up.",
            )
        held = await self._held(asked, command)
        named = getattr(getattr(command, "clauses", None), "channel", None) or ""
        here = "" if asked.here.person else asked.here.channel
        known = await self._knowing.known(asked, (here, named, held.destination.channel if held else ""))
        return (
            known
            if here
            else replace(known, asked=replace(asked, channel=_place(known, command, named, held)))
        )

    async def _held(self, asked: Asked, command: Command) -> Subscription | None:
        """The channel's subscription that *command* names by its id, unless it is a follow of the person's own."""
        short_id = getattr(command, "short_id", "")
        if not short_id:
            return None
        about = isinstance(asked.what, Pressed) and asked.what.about_channels
        if not about and await self._subscriptions.find(asked.home.shard_key, short_id) is not None:
            return None
        found = await self._subscriptions.find(workspace_key(Platform.SLACK, asked.workspace), short_id)
        if about and found is None:
            raise Gone("That subscription is gone.", hint="Open App Home again.")
        return found


def _check_settings(command: Command) -> None:
    """Raise `UserError` if *command* names a channel otherwise than Slack looks it up: nothing would ever be it."""
    if not isinstance(command, commands.ChangeSettings) or command.name != "channels":
        return
    names = (one.removeprefix("#") for one in command.value.replace(",", " ").split())
    unknown = next((one for one in names if not is_room(one) and one.lower() not in ALL), "")
    if unknown:
        raise UserError(f"I know no channel #{unknown}.", hint=CHOOSE)


def _place(known: Known, command: Command, named: str, held: Subscription | None) -> str:
    """The channel that *command* is about where none is: nobody learns of one that they are not in."""
    if named:
        return named
    if held is not None and known.standing(held.destination.channel) > Standing.STRANGER:
        return held.destination.channel
    about_all = isinstance(command, commands.ChangeSettings | commands.Restore) or (
        isinstance(command, commands.Forget) and command.what is Whose.WORKSPACE
    )
    return EVERYWHERE if about_all else ""
