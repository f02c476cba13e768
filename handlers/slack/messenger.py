"""Digests and alerts on Slack: each attempt is one request, whose outcome the Courier judges."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.deliveries import Parcel
from bot.domain.outcomes import Certainty, NotPosted, Refused, Unreadable
from bot.domain.pacing import Pace
from bot.domain.subscriptions import Platform
from bot.outbox import Manner
from handlers.slack.limits import (
    CHANNEL_PER_SECOND,
    HISTORY_PAGE,
    HISTORY_SCOPES,
    LOOKS_PER_SECOND,
    WORKSPACE_PER_SECOND,
)
from handlers.slack.messages import Message, UnreadablePayload, decode, encode
from handlers.slack.outcomes import Place, looked, metadata, parts_of, posted, resting
from handlers.slack.refusals import NOT_INSTALLED, refused
from handlers.slack.responses import Answer, NoAnswer, answered

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from datetime import datetime

    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.subscriptions import Destination
    from bot.ports import Clock
    from handlers.slack.access import Access, Accesses

API: Final = "https://slack.com/api/"
TIMEOUT: Final = timedelta(seconds=10)
"""For one answer, from the connection to its last byte."""
CONNECT_TIMEOUT: Final = timedelta(seconds=5)

_BEFORE: Final = timedelta(seconds=5)
"""How much earlier than by our clock a message may have been stored by Slack's."""
_AFTER: Final = timedelta(seconds=120)
_TOGETHER: Final = timedelta(minutes=1)
"""Two channels that are limited within this time have their workspace's limit in common."""


class SlackMessenger:
    """The `bot.outbox.Messenger` of Slack. *render* makes the messages of an edition; *http* stays its owner's to close.

    A message is never sent again blindly, for Slack stores it twice. Where *confirms* is set (the add-on *confirm* is
    in use) and a workspace granted its scopes, an unclear message is looked for in the channel's history.
    """

    platform = Platform.SLACK

    def __init__(  # noqa: PLR0913 - whom to ask, as whom, and when
        self,
        http: aiohttp.ClientSession,
        accesses: Accesses,
        render: Callable[[Bulletin], tuple[Message, ...]],
        *,
        now: Clock,
        base: str = API,
        confirms: bool = False,
    ) -> None:
        self._http = http
        self._accesses = accesses
        self._render = render
        self._now = now
        self._base = base
        self._confirms = confirms
        self.manner = Manner(certainty=Certainty(readable=confirms))
        self._limited: dict[str, tuple[str, datetime]] = {}

    def paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The workspace's and the channel's."""
        return (
            Pace(key=_workspace_pace(destination), per_second=WORKSPACE_PER_SECOND),
            Pace(key=_channel_pace(destination), per_second=CHANNEL_PER_SECOND),
        )

    def look_paces(self, destination: Destination) -> tuple[Pace, ...]:
        """That of looks into the workspace; the workspace's where nothing can be looked at and no request is made."""
        if not self._confirms:
            return (Pace(key=_workspace_pace(destination), per_second=WORKSPACE_PER_SECOND),)
        return (Pace(key=_look_pace(destination), per_second=LOOKS_PER_SECOND),)

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """What *render* makes of it, frozen."""
        return tuple(
            Parcel(payload=encode(message), picks=message.picks) for message in self._render(bulletin)
        )

    def replies(self, delivery: Delivery) -> bool:
        """Whether it goes into the thread below the first message."""
        return _message(delivery).reply

    async def post(self, delivery: Delivery) -> Posted:
        """Post it once."""
        message = _message(delivery)
        if not message.body:
            return Refused(
                code="format", because="another version of Paperround wrote the message", for_good=False
            )
        if message.reply and not delivery.under:
            return refused("thread_not_found", reply=True)
        access = await self._accesses.of(delivery.destination.workspace)
        if access is None:
            return refused(NOT_INSTALLED)
        place = _place(delivery, reply=message.reply)
        answer = await answered(self._client(access).chat_postMessage(**_arguments(delivery, message, place)))
        return self._widened(posted(answer, place), answer, delivery.destination)

    async def look(self, delivery: Delivery) -> Looked:
        """Look once at what was posted there about the time of the first attempt."""
        destination = delivery.destination
        access = await self._accesses.of(destination.workspace) if self._confirms else None
        if access is None or not access.scopes >= HISTORY_SCOPES or destination.person:
            return Unreadable(detail="Paperround may not read the history there, so nobody can tell")
        message = _message(delivery)
        place = Place(channel=_place(delivery, reply=message.reply).channel, pace=_look_pace(destination))
        return looked(await answered(self._history(access, delivery, place)), place, delivery.nonce)

    async def _history(self, access: Access, delivery: Delivery, place: Place) -> Any:  # noqa: ANN401 - slack_sdk's
        first = delivery.first_attempt_at or delivery.created_at
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": _ts(first - _BEFORE),
            "latest": _ts(first + _AFTER),
            "inclusive": True,
            "limit": HISTORY_PAGE,
            "include_all_metadata": True,
        }
        client = self._client(access)
        if _message(delivery).reply:
            return await client.conversations_replies(ts=parts_of(delivery.under)[1], **asked)
        return await client.conversations_history(**asked)

    def _client(self, access: Access) -> AsyncWebClient:
        """A client that repeats nothing: slack_sdk's own would post again after a lost answer."""
        return AsyncWebClient(token=access.token, base_url=self._base, session=self._http, retry_handlers=[])

    def _widened(self, outcome: Posted, answer: Answer | NoAnswer, to: Destination) -> Posted:
        """*outcome*, with the whole workspace at rest if a second channel of it is limited: Slack does not say which."""
        if not isinstance(outcome, NotPosted) or not isinstance(answer, Answer) or not outcome.holds:
            return outcome
        now, key = self._now(), _workspace_pace(to)
        channel, at = self._limited.get(key, ("", now))
        self._limited[key] = (to.channel, now)
        if channel in ("", to.channel) or now - at > _TOGETHER:
            return outcome
        return resting(answer, key) or outcome


@asynccontextmanager
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """A session for a messenger: slack_sdk heeds no timeout but that of the session it is given."""
    limits = aiohttp.ClientTimeout(total=TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds())
    connector, cookies = aiohttp.TCPConnector(limit=0), aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies, timeout=limits) as http:
        yield http


def _arguments(delivery: Delivery, message: Message, place: Place) -> dict[str, Any]:
    thread = {"thread_ts": parts_of(delivery.under)[1]} if message.reply else {}
    return {**message.body, "channel": place.channel, "metadata": metadata(delivery.nonce), **thread}


def _place(delivery: Delivery, *, reply: bool) -> Place:
    """Where it goes; a person's id stands for the conversation with them, until a message in it named that."""
    channel = parts_of(delivery.under)[0] if reply else delivery.destination.channel
    return Place(channel=channel, pace=_channel_pace(delivery.destination), reply=reply)


def _workspace_pace(to: Destination) -> str:
    return f"slack {to.workspace}"


def _channel_pace(to: Destination) -> str:
    return f"slack {to.workspace} {to.channel}"


def _look_pace(to: Destination) -> str:
    return f"slack {to.workspace} history"


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _message(delivery: Delivery) -> Message:
    """The message of *delivery*; one without a body if its payload cannot be read."""
    try:
        return decode(delivery.payload)
    except UnreadablePayload:
        return Message(body={})
