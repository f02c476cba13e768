"""Digests by mail: each attempt is one conversation with the mail server, whose outcome the Courier judges."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.deliveries import Parcel
from bot.domain.errors import StoreError
from bot.domain.mailboxes import digests_to
from bot.domain.outcomes import Certainty, NotPosted, Refused, Unreadable
from bot.domain.pacing import Pace
from bot.domain.subscriptions import Platform
from bot.outbox import Manner
from handlers.email.messages import UnreadablePayload, decode, encode, message, message_id
from handlers.email.outcomes import posted
from handlers.email.smtp import deliver

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.subscriptions import Destination
    from bot.remembering import Recipients
    from bot.sealing import Sealer
    from handlers.email.messages import Mail, Sender
    from handlers.email.smtp import Server

PER_SECOND: Final = 5.0
MOST_CONNECTIONS: Final = 10
"""How many conversations one process has with the server at once; many providers suffer twenty."""
_SERVER: Final = "email"
_WAIT: Final = 0.2
"""How long one waits for another conversation to end, as a share of the time that a mail may take."""
_SOON: Final = timedelta(seconds=2)


class EmailMessenger:
    """The `bot.outbox.Messenger` of mail. *render* makes the mail of an edition.

    A mail whose answer was lost is not sent again, because a mail server that has it tells nobody: its Message-ID is
    always the same, but whether a receiver drops a repeat is up to each. The next digest says so. *lost* is told of
    a destination to which no mail can come any more, and why.
    """

    platform = Platform.EMAIL
    manner = Manner(certainty=Certainty())

    def __init__(  # noqa: PLR0913 - who writes, who sends, by which server, and who knows the address
        self,
        server: Server,
        sender: Sender,
        render: Callable[[Bulletin], Mail],
        *,
        recipients: Recipients,
        sealer: Sealer,
        lost: Callable[[Destination, str], Awaitable[object]],
        per_second: float = PER_SECOND,
    ) -> None:
        self._server = server
        self._sender = sender
        self._render = render
        self._recipients = recipients
        self._sealer = sealer
        self._lost = lost
        self._pace = Pace(key=_SERVER, per_second=per_second)
        self._connections = asyncio.Semaphore(MOST_CONNECTIONS)

    def paces(self, destination: Destination) -> tuple[Pace, ...]:  # noqa: ARG002 - all share the server
        """The server's."""
        return (self._pace,)

    def look_paces(self, destination: Destination) -> tuple[Pace, ...]:  # noqa: ARG002 - as above
        """The server's, though there is nothing to look at."""
        return (self._pace,)

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """One mail, however many papers."""
        picks = tuple(pick.entry.paper.id for pick in bulletin.digest.picks)
        return (Parcel(payload=encode(self._render(bulletin)), picks=picks),)

    def replies(self, delivery: Delivery) -> bool:  # noqa: ARG002 - an edition is one mail
        """Nothing does."""
        return False

    async def post(self, delivery: Delivery) -> Posted:
        """Hand it to the mail server. What it says of the address counts for all that goes there."""
        try:
            mail = decode(delivery.payload)
        except UnreadablePayload:
            because = "another version of Paperround wrote the mail"
            return Refused(code="format", because=because, for_good=False)
        recipient_id = delivery.destination.channel
        try:
            recipient = await self._recipients.named(recipient_id)
            address = "" if recipient is None else self._sealer.open(recipient.sealed)
        except StoreError as error:  # surely nothing was sent
            return NotPosted(detail=error.message)
        if not address:
            return Refused(code="gone", because="the address was deleted", for_good=True)
        outcome = await self._handed_over(delivery, mail, address)
        if isinstance(outcome, Refused) and outcome.for_good:
            await self._lost(digests_to(recipient_id), outcome.because)
        return outcome

    async def look(self, delivery: Delivery) -> Looked:  # noqa: ARG002 - nobody's inbox can be read
        """An inbox cannot be read."""
        return Unreadable(detail="whether the mail server took it cannot be known")

    async def _handed_over(self, delivery: Delivery, mail: Mail, address: str) -> Posted:
        made = message(mail, sender=self._sender, to=address, nonce=delivery.nonce, at=delivery.created_at)
        try:
            async with asyncio.timeout(self._server.timeout * _WAIT):
                await self._connections.acquire()
        except TimeoutError:
            return NotPosted(detail="all connections to the mail server are in use", retry_after=_SOON)
        try:
            answer = await deliver(self._server, made.as_bytes(), sender=self._sender.address, to=address)
        finally:
            self._connections.release()
        return posted(answer, reference=message_id(delivery.nonce, self._sender), pace=_SERVER)
