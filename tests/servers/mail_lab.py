"""Everything of mail, wired as in a process: a store, the services, the pages, the courier, and a real mail server."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.fernet import Fernet

from bot.app.delivering import delivery
from bot.app.rooms import opened
from bot.domain.papers import Entry, Listing, Organization, Paper, Tally
from bot.sealing import Sealer
from handlers.email.messages import Sender
from handlers.email.serving import Email, Post, Services, Site, email
from handlers.email.smtp import Server
from tests.servers.smtp import MailServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.app.rooms import Paperround
    from bot.domain.events import Event
    from bot.ports import Source
    from tests.servers.smtp import Kept

MONDAY = date(2025, 11, 10)
BASE = "https://papers.test"
SENDER = Sender(name="Paperround", address="papers@paperround.test")
KEYS = [Fernet.generate_key().decode()]
_LINK = re.compile(r"https://papers\.test/mail/(\w+)\?t=[\w.~-]+")


def morning(day: date = MONDAY, hour: int = 8) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def papers(day: date = MONDAY, count: int = 8) -> Listing:
    """A listing as it stood at six in the morning."""
    entries = tuple(
        Entry(
            paper=Paper(
                id=f"2511.{day.day:02}{number:03}",
                title=f"World models for robots, part {number} of {day:%A}",
                summary=f"Sentence {number}.",
                authors=("Ana Łopez",),
                organization=Organization(handle="meta", name="Meta"),
                listed_on=(day,),
            ),
            tally=Tally(at=morning(day, 6), upvotes=10 * number),
        )
        for number in range(1, count + 1)
    )
    return Listing(day=day, seen_at=morning(day, 6), entries=entries)


@dataclass(kw_only=True)
class Lab:
    """One process; its time is *now*."""

    rooms: Paperround
    mail: Email
    server: MailServer
    client: TestClient[web.Request, web.Application]
    events: list[Event] = field(default_factory=list)
    clock: list[datetime]

    def pass_(self, by: timedelta) -> None:
        """Let time go by."""
        self.clock[0] += by

    async def settle(self) -> None:
        """Bring all that is due now."""
        work = delivery(self.rooms, [self.mail.messenger], owner="lab", observe=self.events.append)
        await work.rounds.tick()
        await work.courier.settle()

    async def ask(self, address: str = "ana@example.org", **fields: str) -> str:
        """Send the form; gives the page that answers."""
        form = {"filter": "robots", "when": "weekdays at 09:00", "zone": "UTC", "top": "3", **fields}
        async with self.client.post("/mail", data={"address": address, **form}) as answer:
            return f"{answer.status} {unescape(await answer.text())}"

    async def get(self, url: str) -> str:
        """The page at *url*, one of a mail."""
        async with self.client.get(path_of(url)) as answer:
            return f"{answer.status} {unescape(await answer.text())}"

    async def post(self, url: str, **fields: str) -> str:
        """The page that pressing a button of *url* gives."""
        async with self.client.post(path_of(url), data=fields) as answer:
            return f"{answer.status} {unescape(await answer.text())}"

    async def followed(self, address: str = "ana@example.org", **fields: str) -> None:
        """*address* follows, confirmed by the link in its mail."""
        await self.ask(address, **fields)
        await self.settle()
        await self.post(link(self.server.to(address)[-1], "confirm"))
        self.server.kept.clear()


def path_of(url: str) -> str:
    """What stands behind the host in *url*."""
    split = urlsplit(url)
    return f"{split.path}?{split.query}"


def link(mail: Kept, page: str) -> str:
    """The link to *page* in *mail*."""
    found = [one[0] for one in _LINK.finditer(mail.text) if one[1] == page]
    assert found, mail.text
    return found[0]


def headers(message: EmailMessage) -> dict[str, str]:
    """The headers of *message*."""
    return {name: str(value) for name, value in message.items()}


@asynccontextmanager
async def _folder() -> AsyncGenerator[Path]:
    """A folder for the search index, gone at the end."""
    with TemporaryDirectory() as name:
        yield Path(name)


@asynccontextmanager
async def lab(
    url: str,
    *,
    at: datetime | None = None,
    server: MailServer | None = None,
    source: Source | None = None,
) -> AsyncGenerator[Lab]:
    """A process on the store at *url*, which knows the listing of Monday, on Monday morning at seven (UTC)."""
    clock = [at or morning(hour=7)]
    async with (
        _folder() as folder,
        opened(url, data_dir=folder, source=source, now=lambda: clock[0]) as rooms,
        (server or MailServer()).running() as mail_server,
    ):
        at_server = Server(host="127.0.0.1", port=mail_server.port, security="none", timeout=2)
        post = Post(server=at_server, sender=SENDER, base=BASE, per_second=10_000)
        services = Services(
            store=rooms.store,
            desk=rooms.desk,
            departing=rooms.departing,
            sealer=Sealer(KEYS),
            now=rooms.now,
        )
        mail = email(post, Site(client_header="X-Real-IP"), services)
        await rooms.ingest.keep(papers())
        app = web.Application()
        app.add_routes(mail.routes)
        async with TestClient(TestServer(app)) as client:
            yield Lab(rooms=rooms, mail=mail, server=mail_server, client=client, clock=clock)
