"""What Discord must allow before something is saved, and what a channel is told when its subscriptions change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import NotAllowed
from bot.domain.subscriptions import Extra
from bot.presentation.announcements import announcement
from bot.presentation.cards import Notice
from bot.presentation.offers import subscription_words
from handlers.discord.answers import Showing, shown
from handlers.discord.markdown import channel

if TYPE_CHECKING:
    from bot.domain.answers import Answer
    from bot.domain.subscriptions import Destination, Subscription
    from handlers.discord.asking import Asked
    from handlers.discord.components import Body


class Posting(Protocol):
    """Posts what no delivery is: a greeting, a line about a change."""

    async def say(self, destination: Destination, body: Body, key: str) -> str:
        """Post *body* once under *key*; gives why it was refused, in words, or nothing."""
        ...


class Doors:
    """Knows where we may post."""

    def __init__(self, posting: Posting) -> None:
        self._posting = posting

    def of(self, asked: Asked) -> Door:
        """The door where *asked* came from."""
        return Door(self._posting, asked)

    async def announce(self, asked: Asked, answer: Answer) -> None:
        """Tell the channel of a subscription what was changed; a channel that takes no message goes without."""
        told = announcement(answer, asked.caller.name)
        subscription: Subscription | None = getattr(answer, "subscription", None)
        if told is None or subscription is None:
            return
        known = {f"#{one}": channel(one) for one in asked.rooms.ids}
        body = shown(told, Showing(known=known, private=False)).body
        await self._posting.say(subscription.destination, body, f"announcement|{asked.id}")


class Door:
    """Lets through what can be delivered; a follow is tried with its first message. See `bot.services.conversing.Door`."""

    def __init__(self, posting: Posting, asked: Asked) -> None:
        self._posting = posting
        self._asked = asked

    async def look(self, subscription: Subscription) -> None:
        """Raise `NotAllowed` if we lack a permission to post where *subscription* is to be delivered."""
        if subscription.personal:
            return
        where = subscription.destination.channel
        lacking = self._asked.rooms.lacking(where, abstracts=Extra.ABSTRACTS in subscription.extras)
        if lacking:
            needed = " and ".join(filter(None, (", ".join(lacking[:-1]), lacking[-1])))
            raise NotAllowed(f"I can’t post in #{where}: I need {needed} there.", hint="Nothing was saved.")

    def share(self) -> None:
        """Raise `NotAllowed` if the asker could not post that here themselves."""
        may = self._asked.may
        thread = self._asked.rooms.in_thread
        writes = may.send_messages_in_threads if thread else may.send_messages
        if not may.administrator and not (writes and may.embed_links):
            needed = "Send Messages in Threads" if thread else "Send Messages"
            raise NotAllowed("You may not post here.", hint=f"Sharing needs {needed} and Embed Links.")

    async def check(self, subscription: Subscription) -> None:
        """Raise `NotAllowed` if it could not be delivered."""
        await self.look(subscription)
        if not subscription.personal:
            return
        words = subscription_words(subscription)
        hello = Notice(headline="Your papers will come here.", lines=(f"{words[:1].upper()}{words[1:]}.",))
        body = shown(hello, Showing(private=False)).body
        because = await self._posting.say(subscription.destination, body, f"hello|{self._asked.id}")
        if because:
            raise NotAllowed(f"I can’t write to you: {because}.", hint="Nothing was saved.")
