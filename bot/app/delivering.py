"""What brings the digests that are due, and by which name it is known."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.app.rooms import Paperround
from bot.collecting import collect_rarely
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.posting import Posting
from bot.services.presence import Presence
from bot.services.rounds import Rounds
from bot.watching import report

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from bot.outbox import Messenger
    from bot.ports import Observer
    from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What finds the editions that are due, and what brings them."""

    rounds: Rounds
    courier: Courier


def delivery(
    rooms: Paperround, messengers: Iterable[Messenger], *, owner: str, observe: Observer | None = None
) -> Delivery:
    """The delivery of one process, which is known to others as *owner*. *observe* stands for that of the rooms."""
    store, now, observe = rooms.store, rooms.now, observe or rooms.observe
    by_platform = {messenger.platform: messenger for messenger in messengers}
    posting = Posting(
        store, by_platform, owner=owner, observe=observe, now=now, sleep=asyncio.sleep, report=report
    )
    editions = Editions(store, rooms.composer, now=now)
    courier = Courier(store.outbox, editions, posting, by_platform, observe=observe, now=now, report=report)
    return Delivery(rounds=Rounds(store, observe=observe, now=now, sleep=asyncio.sleep), courier=courier)


@asynccontextmanager
async def working(bringing: Delivery) -> AsyncGenerator[None]:
    """While it is open, what is due is brought; at the end what is being posted may still arrive."""
    collect_rarely()
    async with asyncio.TaskGroup() as parts:
        rounds = parts.create_task(bringing.rounds.run(), name="rounds")
        parts.create_task(bringing.courier.run(), name="courier")
        try:
            yield
        finally:
            rounds.cancel()
            bringing.courier.stop()


def presence(rooms: Paperround, settings: Settings, *, owner: str, source: str | None) -> Presence:
    """What says that the process *owner* runs, and by which settings; *source* is the recording it follows, if any."""
    agreed = {
        "version": version("paperround"),
        "source": source or str(settings.source.base_url),
        "PAPERROUND_POLL_EVERY": str(settings.poll_every),
        "command": settings.slack.command,
    }
    return Presence(
        rooms.store.processes,
        name=owner,
        settings=agreed,
        observe=rooms.observe,
        now=rooms.now,
        sleep=asyncio.sleep,
    )


def process_name() -> str:
    """What this process is called in leases: its machine, its number, and a part by chance."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
