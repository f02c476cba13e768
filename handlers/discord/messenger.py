"""Digests and alerts on Discord: each attempt is one request, whose outcome the Courier judges."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Parcel
from bot.domain.outcomes import Absent, Certainty, NotPosted, Refused, Sent, Unreadable
from bot.domain.pacing import Brake, Pace
from bot.domain.subscriptions import Platform
from bot.outbox import Manner
from handlers.discord.limits import (
    CHANNEL_PER_SECOND,
    EPOCH_MS,
    HISTORY_PAGE,
    MOST_INVALID,
    NONCE_WINDOW,
    OPENINGS_PER_SECOND,
    OURS_PER_SECOND,
)
from handlers.discord.marks import can_be_marked, is_marked, marked
from handlers.discord.messages import Message, UnreadablePayload, decode, encode
from handlers.discord.outcomes import Place, message_of, posted, prepared, read, reference
from handlers.discord.refusals import THREAD_IS_THERE, UNKNOWN_CHANNEL
from handlers.discord.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.subscriptions import Destination
    from handlers.discord.rest import Rest

_TOKEN: Final = "discord"  # noqa: S105 - the name of a pace
_OPENINGS: Final = "discord conversations"
_MARGIN: Final = timedelta(seconds=10)
"""How much earlier than by our clock a message may have been stored by Discord's."""
_MOST_PAGES: Final = 20
_THREADS_KNOWN: Final = 10_000
_ID_SHIFT: Final = 22


class DiscordMessenger:
    """The `bot.outbox.Messenger` of Discord. *render* makes the messages of an edition.

    *may_read* says whether we may read a channel's history, None if that is not known here: without the permission
    Discord shows an empty one. One request is one slot of the limiter: a conversation or a thread that must be there
    first is opened by an attempt of its own, and the message goes out with the next.
    """

    platform = Platform.DISCORD
    manner = Manner(
        certainty=Certainty(resend_within=NONCE_WINDOW, readable=True),
        brake=Brake(key=_TOKEN, most=MOST_INVALID // 2),
    )

    def __init__(
        self,
        rest: Rest,
        render: Callable[[Bulletin], tuple[Message, ...]],
        *,
        may_read: Callable[[str], bool | None],
        per_second: float = OURS_PER_SECOND,
    ) -> None:
        self._rest = rest
        self._render = render
        self._may_read = may_read
        self._token_pace = Pace(key=_TOKEN, per_second=per_second)
        self._threads: OrderedDict[str, None] = OrderedDict()

    def paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The bot's and the channel's; for a person to whom nothing was sent yet, that of conversations."""
        if destination.person and self._rest.conversation(destination.channel) is None:
            return self._token_pace, Pace(key=_OPENINGS, per_second=OPENINGS_PER_SECOND)
        return self._token_pace, Pace(key=_pace_of(destination), per_second=CHANNEL_PER_SECOND)

    def look_paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The bot's; and that of conversations where there is none yet."""
        return self.paces(destination) if destination.person else (self._token_pace,)

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """What *render* makes of it, frozen."""
        return tuple(
            Parcel(payload=encode(message), picks=message.picks) for message in self._render(bulletin)
        )

    def replies(self, delivery: Delivery) -> bool:
        """Whether it goes into the thread below the first message; in a conversation there are no threads."""
        return not delivery.destination.person and _message(delivery).reply

    async def post(self, delivery: Delivery) -> Posted:
        """Post it, or open what it is to be posted in."""
        message, place = _message(delivery), self._place(delivery)
        if place is None:
            return await self._open(delivery)
        if not message.body:
            return Refused(
                code="format", because="another version of Paperround wrote the message", for_good=False
            )
        if place.reply and place.channel not in self._threads:
            return await self._start(delivery, message, place)
        body = {**marked(message.body, delivery.nonce), "nonce": delivery.nonce, "enforce_nonce": True}
        return posted(await self._rest.post_message(place.channel, body), place)

    async def look(self, delivery: Delivery) -> Looked:
        """Look through what was posted there since shortly before the first attempt."""
        place = self._place(delivery)
        if place is None:
            opened = await self._open(delivery)
            return Unreadable(detail=opened.because) if isinstance(opened, Refused) else opened
        if place.reply and not place.channel:
            return Absent()  # the message it goes under was deleted: there is no thread
        if not can_be_marked(_message(delivery).body):
            return Unreadable(detail="nothing tells this message from others")
        after = snowflake((delivery.first_attempt_at or delivery.created_at) - _MARGIN)
        return await self._found(delivery.nonce, place, after)

    def _place(self, delivery: Delivery) -> Place | None:
        """Where it goes; None if that is a conversation which is not open yet. A thread has its message's id."""
        to, reply = delivery.destination, self.replies(delivery)
        channel = self._rest.conversation(to.channel) if to.person else to.channel
        if channel is None:
            return None
        return Place(
            channel=message_of(delivery.under) if reply else channel,
            token_pace=_TOKEN,
            channel_pace=_pace_of(to),
            private=to.person,
            reply=reply,
        )

    async def _open(self, delivery: Delivery) -> NotPosted | Refused:
        to = delivery.destination
        place = Place(channel="", token_pace=_TOKEN, channel_pace=_pace_of(to), opening_pace=_OPENINGS)
        answer = await self._rest.open_conversation(to.channel)
        return prepared(answer, place, "the conversation is open now")

    async def _start(self, delivery: Delivery, message: Message, place: Place) -> NotPosted | Refused:
        """Start the thread that *place* is."""
        if not place.channel:
            return Refused(code="10008", because="the message it belongs under was deleted", for_good=False)
        channel = delivery.destination.channel
        answer = await self._rest.start_thread(channel, place.channel, message.thread)
        outcome = prepared(answer, place, "its thread is there now")
        if isinstance(answer, Answer) and (answer.id or answer.code == THREAD_IS_THERE):
            self._know(place.channel)
        return outcome

    def _know(self, thread: str) -> None:
        self._threads[thread] = None
        if len(self._threads) > _THREADS_KNOWN:
            self._threads.popitem(last=False)

    async def _found(self, nonce: str, place: Place, after: int) -> Looked:
        for _ in range(_MOST_PAGES):
            answer = await self._rest.history(place.channel, after=after)
            if place.reply and isinstance(answer, Answer) and answer.code == UNKNOWN_CHANNEL:
                return Absent()
            page = read(answer, place)
            if not isinstance(page, list):
                return page
            if found := [one for one in page if is_marked(one, nonce)]:
                return Sent(reference=reference(place.channel, found[0]["id"]))
            if len(page) < HISTORY_PAGE:
                return Absent() if page else await self._absent(place)
            after = max(int(one["id"]) for one in page)
        return Unreadable(detail="too much was written there since")

    async def _absent(self, place: Place) -> Looked:
        """What an empty history proves: nothing, unless it is known that we may read it."""
        may_read = place.private or self._may_read(place.channel)
        if may_read is None:  # whoever sees an older message may read
            newest = read(await self._rest.history(place.channel, limit=1), place)
            if isinstance(newest, NotPosted):
                return newest
            may_read = bool(newest) if isinstance(newest, list) else False
        return (
            Absent() if may_read else Unreadable(detail="the permission Read Message History may lack there")
        )


def snowflake(at: datetime) -> int:
    """The smallest id of what Discord makes at *at*: https://discord.com/developers/docs/reference#snowflakes"""
    return (int(at.timestamp() * 1000) - EPOCH_MS) << _ID_SHIFT


def _pace_of(destination: Destination) -> str:
    return f"{_TOKEN} {destination.channel}"


def _message(delivery: Delivery) -> Message:
    """The message of *delivery*; one without a body if its payload cannot be read."""
    try:
        return decode(delivery.payload)
    except UnreadablePayload:
        return Message(body={})
