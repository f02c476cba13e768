"""Secrets at rest sealed anew with the newest key, so that an older one can be taken out of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.mailboxes import same_address

if TYPE_CHECKING:
    from bot.domain.mailboxes import Recipient
    from bot.ports import Store
    from bot.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """How many mail *addresses* and *workspaces*' tokens the newest key sealed, and how many are *left* as they were.

    What is left changed meanwhile, or two processes with other keys keep the same address: run it again, and see
    to it that all processes have the same keys.
    """

    addresses: int
    workspaces: int
    left: int


async def reseal(store: Store, sealer: Sealer) -> Resealed:
    """Seal everything in *store* with the newest key of *sealer*; raises `StoreError` if no key opens something.

    It may run while others use the store: what they change at the same moment is not overwritten.
    """
    addresses = [await _address(store, sealer, one) for one in await store.recipients.all()]
    workspaces = [
        await store.installations.replace(key, sealed, sealer.renewed(sealed))
        for key, sealed in (await store.installations.all()).items()
    ]
    left = (*addresses, *workspaces).count(False)
    return Resealed(addresses=sum(addresses), workspaces=sum(workspaces), left=left)


async def _address(store: Store, sealer: Sealer, one: Recipient) -> bool:
    found_by = sealer.hashes(same_address(sealer.open(one.sealed)))[0]
    return await store.recipients.reseal(one, found_by=found_by, sealed=sealer.renewed(one.sealed))
