"""Follows by mail: asked for with an address, saved when whoever reads that inbox says so, changed by signed links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.answers import Held, Offer
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Caller, Edit, Follow, Pause, Resume, Unsubscribe
from bot.domain.deliveries import Delivery, Edition
from bot.domain.errors import Duplicate, Gone, NotAllowed, Unknown, UserError
from bot.domain.mailboxes import Recipient, digests_to, letters_to, same_address
from bot.domain.pacing import Pace
from bot.domain.subscription_commands import command_of
from bot.domain.subscriptions import Destination, permanent_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.answers import Answer, Saved
    from bot.domain.commands import Command
    from bot.domain.subscriptions import Subscription
    from bot.ports import Clock, Store
    from bot.sealing import Sealer

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
_MANAGE: Final = "manage"


class Letters(Protocol):
    """Writes the mail about follows; gives payloads that the messenger of mail posts."""

    def asking(self, offer: Offer, token: str) -> str:
        """Asks whether *offer* is wanted; *token* confirms it."""
        ...

    def declining(self, why: UserError, subscriptions: list[tuple[Subscription, str]]) -> str:
        """Says why what was asked for was not saved, with the tokens by which the *subscriptions* are managed."""
        ...


class Desk(Protocol):
    """What answers commands; `bot.services.desk.Desk`."""

    async def answer(self, caller: Caller, command: Command) -> Answer: ...

    async def confirm(self, caller: Caller, offer: Offer) -> Saved: ...


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
        offer = await self._offer(_reader(self._random_hex()), command)
        await self._count(client)
        hashes = self._sealer.hashes(same_address(address))
        if await self._wait(f"{PACES}to {hashes[-1]}", _BY_ADDRESS) is None:
            await self._write(await self._recipient(address, hashes), command)
        return offer

    async def asked(self, token: str) -> Offer | Confirmed:
        """What *token* of a mail confirms, or has confirmed; raises `Gone` or `Unknown`."""
        recipient_id, key = self._parts(_CONFIRM, token)
        there = await self._confirmed(recipient_id, key)
        return there or await self._offer(_reader(recipient_id), await self._draft(key))

    async def confirm(self, token: str) -> Confirmed:
        """Save what *token* of a mail confirms; done again it changes nothing. Raises `Gone`, `Unknown`."""
        recipient_id, key = self._parts(_CONFIRM, token)
        if there := await self._confirmed(recipient_id, key):
            return there
        reader, command = _reader(recipient_id), await self._draft(key)
        offer = await self._offer(reader, command)
        named = replace(offer.subscription, id=_id_of(recipient_id, key))
        # First, so that no address goes to which something is to be brought.
        if not await self._keep_address(recipient_id, confirmed_at=self._now()):
            raise _used_up()
        try:
            await self._desk.confirm(reader, replace(offer, subscription=named))
        except Duplicate:
            if there := await self._confirmed(recipient_id, key):
                return there  # the button was pressed twice
            raise
        await self._store.drafts.remove_of(_draft_key(key))
        return Confirmed(held=await self._held(named), manage=self.manage_token(named))

    def manage_token(self, subscription: Subscription) -> str:
        """What changes *subscription*, as the links in its mails do; it does not expire."""
        return manage_token(self._sealer, subscription)

    async def managed(self, token: str) -> Held | None:
        """What *token* manages, None if it was removed; raises `Unknown` for one that is not ours."""
        subscription = await self._managed(token)
        return None if subscription is None else await self._held(subscription)

    async def others(self, token: str) -> list[tuple[Subscription, str]]:
        """What else goes to the same inbox, each with the token that manages it."""
        recipient_id, subscription_id = self._parts(_MANAGE, token)
        there = await self._store.subscriptions.of(digests_to(recipient_id))
        return [(one, self.manage_token(one)) for one in there if one.id != subscription_id]

    async def edit(self, token: str, command: Edit) -> Held:
        """Change what *token* manages by *command*, whose id is not looked at; raises `UserError`."""
        reader, subscription = await self._whose(token)
        offer = await self._desk.answer(reader, replace(command, short_id=subscription.short_id))
        if not isinstance(offer, Offer):
            raise UserError("That changes nothing.", hint="Change what it brings, or when.")
        saved = await self._desk.confirm(reader, offer)
        return Held(subscription=saved.subscription, next_at=saved.next_at)

    async def pause(self, token: str) -> Held:
        """Bring nothing until resumed; done again it changes nothing."""
        reader, subscription = await self._whose(token)
        await self._desk.answer(reader, Pause(short_id=subscription.short_id))
        return await self._again(subscription)

    async def resume(self, token: str) -> Held:
        """Bring again; done again it changes nothing."""
        reader, subscription = await self._whose(token)
        await self._desk.answer(reader, Resume(short_id=subscription.short_id))
        return await self._again(subscription)

    async def unsubscribe(self, token: str) -> int:
        """Remove what *token* manages, if it is there still; gives how many others go to the same inbox."""
        recipient_id, _ = self._parts(_MANAGE, token)
        subscription = await self._managed(token)
        if subscription is not None:
            await self._desk.answer(_reader(recipient_id), Unsubscribe(short_id=subscription.short_id))
        left = len(await self._store.subscriptions.of(digests_to(recipient_id)))
        if not left:
            await self._keep_address(recipient_id, confirmed_at=None)
        return left

    async def forget(self, token: str) -> None:
        """Delete at once all that is kept of whoever has *token*, the address first; done again it changes nothing."""
        recipient_id, _ = self._parts(_MANAGE, token)
        to = digests_to(recipient_id)
        await self._store.recipients.remove(recipient_id)
        for one in await self._store.subscriptions.of(to):
            await self._store.subscriptions.remove(one.id)
        await self._store.drafts.remove_of(str(to))
        await self._store.bookmarks.clear(str(to))
        await self._store.traces.erase(to)
        await self._store.traces.erase(letters_to(recipient_id))

    async def renew(self) -> int:
        """Seal every address with the newest key, so that older ones can be dropped; gives how many were sealed."""
        everyone = await self._store.recipients.all()
        for one in everyone:
            found_by = self._sealer.hashes(same_address(self._sealer.open(one.sealed)))[0]
            fresh = replace(one, found_by=found_by, sealed=self._sealer.renewed(one.sealed))
            await self._store.recipients.replace(fresh)
        return len(everyone)

    async def _offer(self, reader: Caller, command: Follow) -> Offer:
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
            offer = await self._offer(_reader(to.id), command)
            payload = self._letters.asking(offer, self._sealer.sign(_CONFIRM, to.id, key))
            await self._keep_draft(key, offer, digests_to(to.id))
        except UserError as why:
            there = await self._store.subscriptions.of(digests_to(to.id))
            payload = self._letters.declining(why, [(one, self.manage_token(one)) for one in there])
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
        return Confirmed(held=await self._held(there), manage=self.manage_token(there), again=True)

    async def _keep_address(self, recipient_id: str, *, confirmed_at: datetime | None) -> bool:
        known = await self._store.recipients.named(recipient_id)
        if known is None:
            return False
        changed = replace(known, asked_at=self._now(), confirmed_at=confirmed_at)
        return await self._store.recipients.replace(changed)

    async def _managed(self, token: str) -> Subscription | None:
        recipient_id, subscription_id = self._parts(_MANAGE, token)
        found = (await self._store.subscriptions.named([subscription_id])).get(subscription_id)
        mine = found is not None and found.destination == digests_to(recipient_id)
        return found if mine else None

    async def _whose(self, token: str) -> tuple[Caller, Subscription]:
        subscription = await self._managed(token)
        if subscription is None:
            raise Gone("You no longer get this.", hint="To get it again, use the form.")
        return _reader(subscription.destination.channel), subscription

    async def _again(self, before: Subscription) -> Held:
        found = await self._store.subscriptions.named([before.id])
        return await self._held(found.get(before.id, before))

    async def _held(self, subscription: Subscription) -> Held:
        progress = await self._store.subscriptions.progress([subscription.id])
        return Held(subscription=subscription, next_at=progress[subscription.id].due_at)

    def _parts(self, purpose: str, token: str) -> tuple[str, str]:
        parts = self._sealer.signed(purpose, token)
        if len(parts) != len(("recipient", "key")):
            raise Unknown("This link leads nowhere.", hint="Open it from the mail again.")
        return parts[0], parts[1]


def manage_token(sealer: Sealer, subscription: Subscription) -> str:
    """What changes *subscription*, which goes to a recipient; whoever has it need prove nothing else."""
    return sealer.sign(_MANAGE, subscription.destination.channel, subscription.id)


def _reader(recipient_id: str) -> Caller:
    """Whoever reads the inbox of a recipient."""
    return Caller(person=recipient_id, name="you", here=digests_to(recipient_id))


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
