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

from bot.domain.command_text import PREFIX, format_command
from bot.domain.commands import Caller
from bot.domain.errors import BadConfiguration
from bot.domain.subscriptions import Destination, Platform
from bot.domain.zones import find_zone
from bot.presentation.findings import Finding
from bot.presentation.notices import Viewer, present
from bot.presentation.viewing import typed_after
from bot.sealing import Sealer
from bot.services.bookmarks import BookmarkShelf
from bot.services.browsing import Browsing
from bot.services.composing import Composer
from bot.services.conversing import Conversation
from bot.services.delivering import Courier
from bot.services.departing import Departing
from bot.services.desk import Desk
from bot.services.drafts import DraftBox
from bot.services.editions import Editions
from bot.services.explaining import Explaining
from bot.services.ingesting import Ingest
from bot.services.migrating import Migration
from bot.services.offering import Offering
from bot.services.overseeing import Overseeing
from bot.services.posting import Posting
from bot.services.presence import Presence
from bot.services.rounds import Rounds
from bot.services.searching import Searching
from bot.services.sharing import Sharing
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
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

    from aiohttp import web

    from bot.domain.answers import Answer
    from bot.domain.commands import Follow, Subscribe
    from bot.outbox import Messenger
    from bot.ports import Clock, Observer, Source, Store
    from bot.presentation.cards import Notice
    from bot.settings import Settings
    from handlers.discord.serving import Discord
    from handlers.email.serving import Email
    from handlers.web.following import Spelling

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
    offering: Offering
    sharing: Sharing
    departing: Departing
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
    mail_form: str = "",
) -> AsyncGenerator[Paperround]:
    """Everything that works on the store at *store_url*, closed again at the end; raises `StoreError`.

    The search index of a store that is no file stands in *data_dir*. *mail_form* is where mail can be asked for.
    """
    async with AsyncExitStack() as resources:
        store = await resources.enter_async_context(open_store(store_url))
        index = await resources.enter_async_context(open_index(store_url, data_dir))
        ingest = Ingest(store.papers, observe=observe, now=now)
        composer = Composer(store.papers, store.marks, now=now)
        searching = Searching(store.papers, index, observe=observe, ingest=ingest, source=source)
        subscribing = Subscribing(
            store,
            composer,
            now=now,
            choose=choose,
            random_hex=lambda: secrets.token_hex(8),
            mail_form=mail_form,
        )
        departing = Departing(store, observe=observe, now=now)
        desk = Desk(
            store,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            bookmarks=BookmarkShelf(store.bookmarks, store.papers, searching, now=now),
            explaining=Explaining(composer, store.marks, store.subscriptions),
            departing=departing,
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
            offering=Offering(desk, DraftBox(store.drafts, now=now, choose=choose)),
            sharing=Sharing(store.settings, store.limiter, now=now),
            departing=departing,
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


def presence(rooms: Paperround, settings: Settings, *, owner: str, source: str | None) -> Presence:
    """What says that the process *owner* runs, and by which settings; *source* is the recording it follows, if any."""
    agreed = {
        "version": version("paperround"),
        "source": source or str(settings.source.base_url),
        "PAPERROUND_POLL_EVERY": str(settings.poll_every),
        "command": PREFIX,
    }
    return Presence(
        rooms.store.processes, name=owner, settings=agreed, observe=watch, now=rooms.now, sleep=asyncio.sleep
    )


@asynccontextmanager
async def migration(
    old_url: str, new_url: str, *, tell: Callable[[str], object]
) -> AsyncGenerator[Migration]:
    """What copies the store at *old_url* to *new_url*; nobody else may have them meanwhile. Raises `StoreError`."""
    owner = process_name()
    async with open_store(old_url) as old, open_store(new_url) as new, old.alone(owner), new.alone(owner):
        yield Migration(old, new, name=shown(old_url), now=utc_now, tell=tell)


@asynccontextmanager
async def on_discord(
    settings: Settings,
    rooms: Paperround,
    *,
    owner: str,
    observe: Observer = watch,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[Discord | None]:
    """The Discord side of this process; None if the settings name no bot."""
    wanted = settings.discord
    if wanted.token is None:
        yield None
        return
    # discord.py takes a tenth of a second to import: whoever does not use it does not wait for it.
    from handlers.discord.serving import Account, Services, serving  # noqa: PLC0415

    account = Account(
        token=wanted.token.get_secret_value(),
        api=str(wanted.api_base),
        gateway=str(wanted.gateway or ""),
        per_second=wanted.requests_per_second,
        version=version("paperround"),
    )
    services = Services(
        conversation=Conversation(rooms.desk, rooms.offering, rooms.sharing),
        offering=rooms.offering,
        holding=rooms.subscribing,
        completing=rooms.searching,
        departures=rooms.departing,
        limiter=rooms.store.limiter,
        leases=rooms.store.leases,
    )
    async with serving(
        account, services, owner=owner, observe=observe, report=report, now=rooms.now, sleep=sleep
    ) as discord:
        yield discord


async def discord_findings(settings: Settings) -> list[Finding]:
    """How the Discord side stands; one line that says so if the settings name no bot."""
    wanted = settings.discord
    if wanted.token is None:
        return [Finding(name="Discord", told="not served: PAPERROUND_DISCORD__TOKEN is not set")]
    from handlers.discord.checking import findings  # noqa: PLC0415 - as above
    from handlers.discord.serving import PAGE  # noqa: PLC0415

    return await findings(
        wanted.token.get_secret_value(),
        api=str(wanted.api_base),
        gateway=str(wanted.gateway or ""),
        version=version("paperround"),
        page=PAGE,
    )


def mail_form(settings: Settings) -> str:
    """Where mail can be asked for, empty if the settings name no mail server; raises `BadConfiguration`."""
    if not settings.email.host:
        return ""
    if settings.web.port is None or settings.web.base_url is None:
        raise BadConfiguration(
            "Mail needs the web part, for the links in it.",
            hint="Set PAPERROUND_WEB__PORT and PAPERROUND_WEB__BASE_URL, or take out PAPERROUND_EMAIL__HOST.",
        )
    return f"{str(settings.web.base_url).rstrip('/')}/mail"


@asynccontextmanager
async def on_email(settings: Settings, rooms: Paperround) -> AsyncGenerator[Email | None]:
    """The mail side of this process, whose routes the web part mounts; None if the settings name no mail server.

    Raises `BadConfiguration` if something that it needs is not set.
    """
    form = mail_form(settings)
    if not form:
        yield None
        return
    from handlers.email.serving import Post, Services, Site, email, sender_of, server_of  # noqa: PLC0415 - as above

    wanted = settings.email
    sender = sender_of(wanted.sender, wanted.reply_to)
    post = Post(
        server=server_of(wanted, sender),
        sender=sender,
        base=form.removesuffix("/mail"),
        per_second=wanted.per_second,
    )
    site = Site(style_url=_style_url(rooms), client_header=wanted.client_header, zone=settings.zone)
    services = Services(
        store=rooms.store,
        desk=rooms.desk,
        departing=rooms.departing,
        sealer=sealer(settings),
        now=rooms.now,
    )
    yield email(post, site, services)


def sealer(settings: Settings) -> Sealer:
    """What seals secrets with the keys of the settings; raises `BadConfiguration` if there are none."""
    keys = settings.seal_keys.get_secret_value() if settings.seal_keys else ""
    return Sealer(keys.replace(",", " ").split())


def _style_url(rooms: Paperround) -> str:
    from handlers.web.press import Press, Site  # noqa: PLC0415 - as above

    return Press(Site(base=""), now=rooms.now).style_path


@asynccontextmanager
async def on_web(  # noqa: PLR0913 - what is served, where, and who says how it stands
    settings: Settings,
    rooms: Paperround,
    *,
    port: int | None = None,
    credit: str = "Hugging Face",
    routes: Iterable[web.RouteDef] = (),
    states: Sequence[Callable[[], str]] = (),
) -> AsyncGenerator[str]:
    """The web application of this process, of our pages and the *routes* of others; gives where it is found.

    *port* stands for the one of the settings; without either nothing is served, and the address is empty. *credit* as
    in `Viewer`; *states* as in `Health`.
    """
    wanted = settings.web
    chosen = wanted.port if port is None else port
    if chosen is None:
        yield ""
        return
    # Templates take a moment to import: whoever does not use them does not wait for them.
    from handlers.web.press import Site  # noqa: PLC0415
    from handlers.web.serving import Web, listening, serving  # noqa: PLC0415

    listener = listening(wanted.host, chosen)
    browsing = Browsing(rooms.store.papers, rooms.searching, rooms.composer, now=rooms.now)
    site = Site(
        base=str(wanted.base_url or "").rstrip("/"),
        thumbnails=wanted.thumbnails,
        credit=credit,
        spellings=_spellings(),
        mail=mail_form(settings),
    )
    parts = Web(site=site, browsing=browsing, store=rooms.store, report=report, now=rooms.now, states=states)
    async with serving(parts, listener, routes) as address:
        yield address


async def mail_findings(settings: Settings) -> list[Finding]:
    """What `paperround check` says of the mail server; nothing if the settings name none."""
    if not settings.email.host:
        return []
    from handlers.email.outcomes import hindrance  # noqa: PLC0415 - as above
    from handlers.email.serving import sender_of, server_of  # noqa: PLC0415
    from handlers.email.smtp import probe  # noqa: PLC0415

    wanted = settings.email
    hindered = hindrance(await probe(server_of(wanted, sender_of(wanted.sender, wanted.reply_to))))
    return [Finding(name="Mail", told=hindered or f"{wanted.host} lets us in", well=not hindered)]


def _spellings() -> tuple[Spelling, ...]:
    """How a command that a page shows is pasted on each platform."""
    from handlers.discord.registration import spelt  # noqa: PLC0415 - as above
    from handlers.web.following import Spelling  # noqa: PLC0415

    def discord(command: Follow | Subscribe) -> str:
        verb = type(command).__name__.lower()
        wanted = str(command.filter or "")
        return f"{spelt(verb)} filter: {wanted}" if wanted else f"{spelt(verb)} when: weekdays"

    def slack(command: Follow | Subscribe) -> str:
        return typed_after(PREFIX)(format_command(command))

    return (Spelling(name="Discord", spell=discord), Spelling(name="Slack", spell=slack))


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
