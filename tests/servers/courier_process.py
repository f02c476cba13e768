"""A process that brings what is due to local chat platforms until SIGTERM.

python -m tests.servers.courier_process STORE KIND=URL …      KIND: both, nonce, history, neither (`KINDS`)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.posting import LEASE, Posting
from bot.services.rounds import Rounds
from storage.opening import open_store
from tests.servers.platform_messenger import KINDS, PlatformMessenger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.events import Event
    from bot.ports import Store

READY = "ready"
"""The line that the process prints when it begins to work."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def parts_of(store: Store, http: aiohttp.ClientSession, chosen: argparse.Namespace) -> tuple[Rounds, Courier]:
    """The real thing, with messengers for the local platforms."""
    pairs = [one.split("=", 1) for one in chosen.platforms]
    messengers = {
        KINDS[kind].platform: PlatformMessenger(
            http, url, KINDS[kind], pace=chosen.pace, per_message=chosen.per_message
        )
        for kind, url in pairs
    }
    observe = _tell if chosen.verbose else _hear
    posting = Posting(
        store,
        messengers,
        owner=f"{os.getpid()}-{secrets.token_hex(3)}",
        observe=observe,
        now=utc_now,
        sleep=asyncio.sleep,
        report=_report,
        lease=timedelta(seconds=chosen.lease),
    )
    editions = Editions(store, Composer(store.papers, store.marks, now=utc_now), now=utc_now)
    courier = Courier(
        store.outbox, editions, posting, messengers, observe=observe, now=utc_now, report=_report
    )
    return Rounds(store, observe=observe, now=utc_now, sleep=asyncio.sleep), courier


async def run(chosen: argparse.Namespace) -> None:
    """Work until told to stop."""
    async with AsyncExitStack() as resources:
        store = await resources.enter_async_context(open_store(chosen.store))
        await resources.enter_async_context(store.alone(f"process {os.getpid()}"))
        connector = aiohttp.TCPConnector(limit=0)
        http = await resources.enter_async_context(aiohttp.ClientSession(connector=connector))
        rounds, courier = parts_of(store, http, chosen)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, courier.stop)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _tell_tasks)
        print(READY, flush=True)  # noqa: T201 - whoever started it waits for this
        going = asyncio.create_task(rounds.run()) if chosen.rounds else None
        await courier.run()
        if going is not None:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)


def _tell_tasks() -> None:
    """Say where every task waits, for whoever wonders why this process does not end."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    sys.stderr.flush()


def _hear(_: Event) -> None:
    """Nobody listens: what counts is what the platform stored."""


def _tell(event: Event) -> None:
    print(event, file=sys.stderr, flush=True)  # noqa: T201 - asked for


def _report(error: BaseException, reference: str) -> None:
    print(f"DEFECT {reference}: {error!r}", file=sys.stderr, flush=True)  # noqa: T201 - a test reads it


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what was chosen, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("platforms", nargs="+", metavar="KIND=URL")
    parser.add_argument("--rounds", action="store_true", help="also make jobs of what is due")
    parser.add_argument("--lease", type=float, default=LEASE.total_seconds(), help="seconds")
    parser.add_argument("--pace", type=float, default=0, help="posts a second in all (0: no limit)")
    parser.add_argument("--per-message", type=int, default=2, help="papers in a message")
    parser.add_argument("--verbose", action="store_true", help="print what happens")
    asyncio.run(run(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
