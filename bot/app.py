"""The composition root: the only module that knows every other one."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import socket
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import stamina

from bot.domain.command_text import PREFIX
from bot.domain.commands import Caller
from bot.domain.subscriptions import Destination, Platform
from bot.domain.zones import find_zone
from bot.presentation.notices import Viewer, present
from bot.services.bookmarks import BookmarkShelf
from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.desk import Desk
from bot.services.editions import Editions
from bot.services.explaining import Explaining
from bot.services.ingesting import Ingest
from bot.services.overseeing import Overseeing
from bot.services.posting import Posting
from bot.services.rounds import Rounds
from bot.services.searching import Searching
from bot.services.subscribing import Subscribing
from bot.sources.archive import Archive, ArchiveSource
from bot.sources.huggingface import HuggingFace, Patience
from bot.watching import report, watch
from handlers.terminal.known import Known
from handlers.terminal.lines import lines
from handlers.terminal.messenger import TerminalMessenger
from handlers.terminal.prompt import Prompt
from handlers.terminal.screen import Screen
from storage.opening import open_index, open_store, shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from bot.domain.answers import Answer
    from bot.outbox import Messenger
    from bot.ports import Clock, Observer, Source, Store
    from bot.presentation.cards import Notice
    from bot.settings import Settings

SAMPLE_DAY = Path(__file__).parent / "sources" / "sample_day.jsonl"
"""A recorded day that ships with the package; what the demo shows."""


LOCAL = "local"
"""The workspace of the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperround:
    """The wired parts of one process."""

    store: Store
    source: Source | None
    ingest: Ingest
    composer: Composer
    searching: Searching
    subscribing: Subscribing
    desk: Desk
    overseeing: Overseeing
    now: Clock


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(  # noqa: PLR0913 - all but the address may be left out
    store_url: str,
    *,
    data_dir: Path = Path(),
    source: Source | None = None,
    now: Clock = utc_now,
    observe: Observer = watch,
    choose: Callable[[str], str] = secrets.choice,
) -> AsyncGenerator[Paperround]:
    """Everything that works on the store at *store_url*, closed again at the end; raises `StoreError`.

    The search index of a store that is no file stands in *data_dir*.
    """
    async with AsyncExitStack() as resources:
        store = await resources.enter_async_context(open_store(store_url))
        index = await resources.enter_async_context(open_index(store_url, data_dir))
        ingest = Ingest(store.papers, observe=observe, now=now)
        composer = Composer(store.papers, store.marks, now=now)
        searching = Searching(store.papers, index, observe=observe, ingest=ingest, source=source)
        subscribing = Subscribing(
            store, composer, now=now, choose=choose, random_hex=lambda: secrets.token_hex(8)
        )
        desk = Desk(
            store,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            bookmarks=BookmarkShelf(store.bookmarks, store.papers, searching, now=now),
            explaining=Explaining(composer, store.marks, store.subscriptions),
            now=now,
        )
        yield Paperround(
            store=store,
            source=source,
            ingest=ingest,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            desk=desk,
            overseeing=Overseeing(store, composer, now=now),
            now=now,
        )


@asynccontextmanager
async def hugging_face(settings: Settings, *, now: Clock = utc_now) -> AsyncGenerator[HuggingFace]:
    """Hugging Face as the settings describe it."""
    wanted = settings.source
    stamina.instrumentation.set_on_retry_hooks(())  # the observer is told of what failed, not of each attempt
    contact = f"; {wanted.contact}" if wanted.contact else ""
    async with aiohttp.ClientSession() as http:
        yield HuggingFace(
            http,
            clock=now,
            user_agent=f"paperround/{version('paperround')}{contact}",
            base=str(wanted.base_url),
            token=wanted.token,
            patience=Patience(timeout=wanted.timeout),
        )


@asynccontextmanager
async def source_of(settings: Settings, path: str | None) -> AsyncGenerator[Source]:
    """The source to follow: the recording at *path*, or Hugging Face."""
    if path is not None:
        yield ArchiveSource(Archive(Path(path)), clock=utc_now)
        return
    async with hugging_face(settings) as source:
        yield source


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What finds the editions that are due, and what brings them."""

    rounds: Rounds
    courier: Courier


def delivery(
    rooms: Paperround, messengers: Iterable[Messenger], *, owner: str, observe: Observer = watch
) -> Delivery:
    """The delivery of one process, which is known to others as *owner*."""
    store, now = rooms.store, rooms.now
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
    async with asyncio.TaskGroup() as parts:
        rounds = parts.create_task(bringing.rounds.run(), name="rounds")
        parts.create_task(bringing.courier.run(), name="courier")
        try:
            yield
        finally:
            rounds.cancel()
            bringing.courier.stop()


def process_name() -> str:
    """What this process is called in leases: its machine, its number, and a part by chance."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


def terminal_messenger(*, credit: str = "Hugging Face") -> TerminalMessenger:
    """What prints digests at this terminal. *credit* as in `Viewer`."""
    return TerminalMessenger(Screen(), prefix=PREFIX, credit=credit)


def terminal(settings: Settings, rooms: Paperround, *, credit: str = "Hugging Face") -> Prompt:
    """A conversation at this terminal; whoever sits here manages everything. *credit* as in `Viewer`."""
    known = Known()
    return Prompt(
        rooms.desk,
        local_caller(settings),
        Screen(),
        lines=lambda: lines(settings.data_dir / "history", known),
        now=rooms.now,
        report=report,
        known=known,
        asks=sys.stdin.isatty(),
        credit=credit,
    )


def shown_store(store_url: str) -> str:
    """The address of a store without what is secret in it."""
    return shown(store_url)


def print_notice(notice: Notice) -> None:
    """Print *notice* at this terminal."""
    Screen().show(notice)


def show(answer: Answer, settings: Settings, *, credit: str = "Hugging Face") -> None:
    """Print *answer* at this terminal. *credit* as in `Viewer`."""
    zone = local_caller(settings).zone or "UTC"
    viewer = Viewer(now=utc_now(), zone=zone, types=False, credit=credit)
    print_notice(present(answer, viewer))


def local_caller(settings: Settings) -> Caller:
    """Who sits at this terminal."""
    name = getpass.getuser()
    here = Destination(platform=Platform.TERMINAL, workspace=LOCAL, channel="terminal")
    return Caller(person=name, name=name, here=here, manages=True, zone=settings.zone or _machine_zone())


def _machine_zone() -> str:
    """The zone this machine is set to, or nothing if it does not say; plain UTC says nothing about a person."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    zone = find_zone(named or linked) if named or linked else None
    return "" if zone in (None, "UTC", "Etc/UTC") else str(zone)
