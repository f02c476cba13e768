"""What Slack must allow before something is saved, and what a channel is told when its subscriptions change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain.command_text import format_command
from bot.domain.errors import NotAllowed
from bot.presentation.announcements import announcement
from bot.presentation.cards import Notice
from bot.presentation.offers import subscription_words
from handlers.slack.answers import Showing, shown
from handlers.slack.knowing import ENTRY
from handlers.slack.wording import rooms_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bot.domain.answers import Answer
    from bot.domain.commands import Command
    from bot.domain.subscriptions import Destination, Subscription
    from handlers.slack.asking import Asked
    from handlers.slack.knowing import Known


class Posting(Protocol):
    """Posts what no delivery is: a greeting, a line about a change."""

    async def say(self, destination: Destination, body: Mapping[str, Any]) -> str:
        """Post *body* once; gives why it was refused, in words, or nothing."""
        ...


class Doors:
    """Knows where we may post."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting

    def of(self, known: Known, command: Command | None = None) -> Door:
        """The door where *command* was given, which can be given again once it is open."""
        return Door(self._posting, known, command)

    async def announce(self, asked: Asked, answer: Answer) -> None:
        """Tell the channel of a subscription what was changed; a channel that takes no message goes without."""
        told = announcement(answer, asked.name)
        subscription: Subscription | None = getattr(answer, "subscription", None)
        if told is None or subscription is None:
            return
        body = shown(told, Showing(known=rooms_in(told))).body
        await self._posting.say(subscription.destination, body)


class Door:
    """Lets through what can be delivered; a follow is tried with its first message. See `bot.services.conversing.Door`."""

    def __init__(self, posting: Posting, known: Known, command: Command | None = None) -> None:
        self._posting = posting
        self._known = known
        self._command = command

    async def look(self, subscription: Subscription) -> None:
        """Raise `NotAllowed` if we are not in the channel where *subscription* is to be delivered."""
        if subscription.personal:
            return
        where = subscription.destination.channel
        room = self._known.room(where)
        if room.archived:
            raise NotAllowed(f"#{where} is archived.", hint="Nothing was saved.")
        if not room.ours:
            raise NotAllowed(
                f"I am not in #{where}.",
                hint=f"{ENTRY} Nothing was saved.",
                remedies=(("Invited: try again", format_command(self._command)),) if self._command else (),
            )

    def share(self) -> None:
        """Raise `NotAllowed` if the answer cannot be shown to the channel."""
        if not self._known.asked.surface.url:
            raise NotAllowed("That cannot be shared from here.", hint="Give the command in the channel.")

    async def check(self, subscription: Subscription) -> None:
        """Raise `NotAllowed` if it could not be delivered."""
        await self.look(subscription)
        if not subscription.personal:
            return
        words = subscription_words(subscription)
        hello = Notice(headline="Your papers will come here.", lines=(f"{words[:1].upper()}{words[1:]}.",))
        because = await self._posting.say(subscription.destination, shown(hello).body)
        if because:
            raise NotAllowed(f"I can’t write to you: {because}.", hint="Nothing was saved.")
