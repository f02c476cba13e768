"""What Discord must allow before something is saved, and what a channel is told when its subscriptions change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import NotAllowed
from bot.domain.subscriptions import Extra
from bot.presentation.announcements import announcements
from bot.presentation.cards import Notice
from bot.presentation.offers import subscription_words
from handlers.discord.answers import Showing, shown
from handlers.discord.asking import Pressed
from handlers.discord.markdown import channel

if TYPE_CHECKING:
    from bot.domain.answers import Answer
    from bot.domain.subscriptions import Destination, Subscription
    from handlers.discord.asking import Asked
    from handlers.discord.components import Body


class Posting(Protocol):
    """Posts what no delivery is: a greeting, a line about a change."""

    async def say(self, destination: Destination, body: Body, key: str) -> str:
        """Post *body* once under *key*; gives why it is not surely there, in words, or nothing."""
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
        known = {f"#{one}": channel(one) for one in asked.rooms.ids}
        for place, told in announcements(answer, asked.caller.name):
            body = shown(told, Showing(known=known, private=False)).body
            await self._posting.say(place, body, f"announcement|{asked.id}|{place.channel}")


class Door:
    """Lets through what can be delivered; a follow is tried with its first message. See `bot.services.conversing.Door`."""

    def __init__(self, posting: Posting, asked: Asked) -> None:
        self._posting = posting
        self._asked = asked

    @property
    def _pressed(self) -> str:
        """What names this decision: pressed again after a doubtful answer, the first message comes once."""
        what = self._asked.what
        return what.custom_id if isinstance(what, Pressed) else self._asked.id

    async def look(self, subscription: Subscription) -> None:
        """Raise `NotAllowed` if *subscription* could not be delivered: for want of a permission, or in a thread."""
        if subscription.personal:
            return
        where, abstracts = subscription.destination.channel, Extra.ABSTRACTS in subscription.extras
        if abstracts and self._asked.rooms.is_thread(where):
            raise NotAllowed(
                "Abstracts come in a thread below each digest, and a thread can have none below it.",
                hint="Leave the abstracts out, or subscribe the channel itself. Nothing was saved.",
            )
        lacking = self._asked.rooms.lacking(where, abstracts=abstracts)
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
        because = await self._posting.say(subscription.destination, body, f"hello|{self._pressed}")
        if because:
            raise NotAllowed(f"I can’t write to you: {because}.", hint="Nothing was saved.")
