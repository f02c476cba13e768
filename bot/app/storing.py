"""Stores as a whole, and what seals the secrets in them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.delivering import process_name
from bot.app.rooms import Paperround, utc_now
from bot.domain.events import StoreAtRisk
from bot.sealing import Sealer
from bot.services.migrating import Migration, refuse_half
from bot.services.outages import Outages
from bot.watching import watch
from storage.opening import open_store, shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from bot.settings import Settings


@asynccontextmanager
async def migration(
    old_url: str, new_url: str, *, tell: Callable[[str], object]
) -> AsyncGenerator[Migration]:
    """What copies the store at *old_url* to *new_url*; nobody else may have them meanwhile. Raises `StoreError`."""
    owner = process_name()
    async with open_store(old_url) as old, open_store(new_url) as new, old.alone(owner), new.alone(owner):
        yield Migration(old, new, name=shown(old_url), now=utc_now, tell=tell)


async def fit(rooms: Paperround) -> None:
    """Return if the store may be worked on, its weak sides told; raises `StoreBusy` if a migration left it half there."""
    await refuse_half(rooms.store, rooms.now())
    for warning in await rooms.store.warnings():
        rooms.observe(StoreAtRisk(warning=warning))


def outages(rooms: Paperround) -> Outages:
    """What tells that the store is back."""
    return Outages(
        watch.failures, rooms.store.ping, observe=rooms.observe, now=rooms.now, sleep=asyncio.sleep
    )


def shown_store(store_url: str) -> str:
    """The address of a store without what is secret in it."""
    return shown(store_url)


def sealer(settings: Settings) -> Sealer:
    """What seals secrets with the keys of the settings; raises `BadConfiguration` if there are none."""
    keys = settings.seal_keys.get_secret_value() if settings.seal_keys else ""
    return Sealer(keys.replace(",", " ").split())
