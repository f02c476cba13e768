"""Follows by mail: asked for with an address, saved when whoever reads that inbox says so.

What is saved is changed by the links of `bot.services.mail_links`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.answers import Offer
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Follow
from bot.domain.deliveries import Delivery, Edition
from bot.domain.errors import Duplicate, Gone, NotAllowed, UserError
from bot.domain.mailboxes import Recipient, digests_to, letters_to, same_address
from bot.domain.pacing import Pace
from bot.domain.subscription_commands import command_of
from bot.domain.subscriptions import permanent_id
from bot.services.mail_links import held, keep_address, manage_token, reader_of, token_parts
from bot.services.visiting import check_stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.answers import Held
    from bot.domain.commands import Caller
    from bot.domain.subscriptions import Destination, Subscription
    from bot.ports import Clock, Store
    from bot.sealing import Sealer
    from bot.services.mail_links import Desk

UNCONFIRMED_FOR: Final = timedelta(days=2)
"""How long the link in a mail that asks for confirmation works."""
FORGOTTEN_AFTER: Final = timedelta(days=3)
"""When an address goes that nobody confirmed, or to which nothing is brought any more."""
SAME_WITHIN: Final = timedelta(minutes=10)
"""What is asked twice in one span of this length (a button pressed twice) is one mail."""
PACES: Final = "mail-form:"
"""What the names of the paces of the form begin with."""
_BY_CLIENT: Final = Pace(key="", per_second=10 / 3600, burst=10)
_BY_ADDRESS: Final = Pace(key="", per_second=4 / 86400, burst=4)
_EVERYBODY: Final = Pace(key=f"{PACES}all", per_second=1, burst=60)
_CONFIRM: Final = "confirm"


class Letters(Protocol):
    """Writes the mail about follows; gives payloads that the messenger of mail posts."""

    def asking(self, offer: Offer, token: str) -> str:
        """Asks whether *offer* is wanted; *token* confirms it."""
        ...

    def declining(self, why: UserError, subscriptions: list[tuple[Subscription, str]]) -> str:
        """Says why what was asked for was not saved, with the tokens by which the *subscriptions* are managed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A follow is there, for the first time or (*again*) as before; *manage* is the token to change it with."""

    held: Held
    manage: str
    again: bool = False


class Mailing:
    """Follows by mail. Nobody is told whether an address is known; what is to be told goes to the address itself.

    The mail that asks for confirmation goes through the outbox as digests do: once it is kept there it comes though
    the mail server is down or greylists for hours, and a form sent twice is one mail.
    """

    def __init__(  # noqa: PLR0913 - what keeps, answers, seals and writes, and time and chance themselves
        self,
        store: Store,
        desk: Desk,
        sealer: Sealer,
        letters: Letters,
        *,
        now: Clock,
        random_hex: Callable[[], str],
    ) -> None:
        self._store = store
        self._desk = desk
        self._sealer = sealer
        self._letters = letters
        self._now = now
        self._random_hex = random_hex

    async def ask(self, address: str, command: Follow, *, client: str) -> Offer:
        """Send a mail to *address* (`parse_address`) that offers to save *command*, and give what it offers.

        The answer is the same whether the address is known or not. Raises `UserError` for a command that cannot be,
        and `NotAllowed` if *client*, whoever sits at the form, or all together ask too often.
        """
        await self._count(client)
        offer = await self._offer(reader_of(self._random_hex()), command)
        hashes = self._sealer.hashes(same_address(address))
        if await self._wait(f"{PACES}to {hashes[-1]}", _BY_ADDRESS) is None:
            await self._write(await self._recipient(address, hashes), command)
        return offer

    async def asked(self, token: str) -> Offer | Confirmed:
        """What *token* of a mail confirms, or has confirmed; raises `Gone` or `Unknown`."""
        recipient_id, key = token_parts(self._sealer, _CONFIRM, token)
        there = await self._confirmed(recipient_id, key)
        return there or await self._offer(reader_of(recipient_id), await self._draft(key))

    async def confirm(self, token: str) -> Confirmed:
        """Save what *token* of a mail confirms; done again it changes nothing. Raises `Gone`, `Unknown`."""
        recipient_id, key = token_parts(self._sealer, _CONFIRM, token)
        if there := await self._confirmed(recipient_id, key):
            return there
        reader, command = reader_of(recipient_id), await self._draft(key)
        offer = await self._offer(reader, command)
        named = replace(offer.subscription, id=_id_of(recipient_id, key))
        # First, so that no address goes to which something is to be brought.
        if not await keep_address(self._store, recipient_id, asked_at=self._now(), confirmed_at=self._now()):
            raise _used_up()
        try:
            await self._desk.confirm(reader, replace(offer, subscription=named))
        except Duplicate:
            if there := await self._confirmed(recipient_id, key):
                return there  # the button was pressed twice
            raise
        await self._store.drafts.remove_of(_draft_key(key))
        return Confirmed(held=await held(self._store, named), manage=manage_token(self._sealer, named))

    async def _offer(self, reader: Caller, command: Follow) -> Offer:
        if command.filter is not None:
            await check_stored(self._store.papers, command.filter)
        offer = await self._desk.answer(reader, command)
        if not isinstance(offer, Offer):
            raise UserError("What should the mail bring?", hint="Name words, or say when it should come.")
        return offer

    async def _count(self, client: str) -> None:
        by_client = f"{PACES}by {self._sealer.hashes(client)[-1]}"
        for key, pace in ((by_client, _BY_CLIENT), (_EVERYBODY.key, _EVERYBODY)):
            until = await self._wait(key, pace)
            if until is not None:
                minutes = max(1, round((until - self._now()) / timedelta(minutes=1)))
                raise NotAllowed(
                    "The form was used too often.",
                    hint=f"Try again in {minutes} minutes." if minutes > 1 else "Try again in a minute.",
                )

    async def _wait(self, key: str, pace: Pace) -> datetime | None:
        """Until when one must wait, None if a slot was free now and is taken."""
        now = self._now()
        slot = await self._store.limiter.reserve([replace(pace, key=key)], now, by=now)
        return None if slot.taken else slot.at

    async def _recipient(self, address: str, hashes: tuple[str, ...]) -> Recipient:
        """Whoever has *address*, their address sealed with the newest key."""
        fresh = Recipient(
            id=self._random_hex(), found_by=hashes[0], sealed=self._sealer.seal(address), asked_at=self._now()
        )
        known = await self._store.recipients.find(hashes) or await self._store.recipients.keep(fresh)
        renewed = replace(fresh, id=known.id, confirmed_at=known.confirmed_at)
        if known.confirmed_at is None:
            await self._store.recipients.replace(renewed)
            return renewed
        return known

    async def _write(self, to: Recipient, command: Follow) -> None:
        """Put the mail to *to* into the outbox: what they asked for, or why it cannot be."""
        key = _request_key(to.id, command, self._now())
        try:
            offer = await self._offer(reader_of(to.id), command)
            payload = self._letters.asking(offer, self._sealer.sign(_CONFIRM, to.id, key))
            await self._keep_draft(key, offer, digests_to(to.id))
        except UserError as why:
            there = await self._store.subscriptions.of(digests_to(to.id))
            payload = self._letters.declining(why, [(one, manage_token(self._sealer, one)) for one in there])
        now = self._now()
        letter = Delivery(
            destination=letters_to(to.id),
            subscription_id=_id_of(to.id, key),
            edition=Edition(f"letter:{key}"),
            payload=payload,
            created_at=now,
            not_before=now,
        )
        await self._store.outbox.put([letter])

    async def _keep_draft(self, key: str, offer: Offer, owner: Destination) -> None:
        """Keep the command that offers the same again, with everything named that was left to defaults."""
        zone, text = offer.subscription.cadence.zone, format_command(command_of(offer.subscription))
        now, name = self._now(), _draft_key(key)
        until = now + UNCONFIRMED_FOR
        await self._store.drafts.keep(name, f"{zone}\n{text}", at=now, until=until, owners=(name, str(owner)))

    async def _draft(self, key: str) -> Follow:
        text = await self._store.drafts.find(_draft_key(key), self._now())
        if text is None:
            raise _used_up()
        zone, _, said = text.partition("\n")
        command = parse_command(said)
        if not isinstance(command, Follow):
            raise _used_up()
        return replace(command, clauses=replace(command.clauses, zone=command.clauses.zone or zone))

    async def _confirmed(self, recipient_id: str, key: str) -> Confirmed | None:
        subscription_id = _id_of(recipient_id, key)
        there = (await self._store.subscriptions.named([subscription_id])).get(subscription_id)
        if there is None:
            return None
        return Confirmed(
            held=await held(self._store, there), manage=manage_token(self._sealer, there), again=True
        )


def _id_of(recipient_id: str, key: str) -> str:
    """The permanent id of the follow that *key* confirms: pressed twice, it is one."""
    return permanent_id(digests_to(recipient_id), key)


def _request_key(recipient_id: str, command: Follow, now: datetime) -> str:
    """What is the same for the same request, made again within `SAME_WITHIN`."""
    span = int(now.timestamp() // SAME_WITHIN.total_seconds())
    return hashlib.sha256(f"{recipient_id}|{format_command(command)}|{span}".encode()).hexdigest()[:16]


def _draft_key(key: str) -> str:
    return f"mail-{key}"


def _used_up() -> Gone:
    return Gone("This link was used, or is too old.", hint="Fill in the form again to get a new one.")
