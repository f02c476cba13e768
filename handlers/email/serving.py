"""The mail side of one process: what posts digests, and the pages where people ask for them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import BadConfiguration, UserError
from bot.domain.mailboxes import parse_address
from bot.services.mail_links import MailLinks, manage_token
from bot.services.mailing import Mailing
from handlers.email.letters import LetterPress
from handlers.email.links import Links
from handlers.email.messages import Sender
from handlers.email.messenger import EmailMessenger
from handlers.email.pages import Pages
from handlers.email.render import digest_mail
from handlers.email.routes import MailRoutes
from handlers.email.smtp import Server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from aiohttp import web

    from bot.ports import Clock, Store
    from bot.sealing import Sealer
    from bot.services.departing import Departing
    from bot.services.mail_links import Desk
    from handlers.email.smtp import Security


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How mail leaves: by *server* in the name of *sender*, *per_second* at most; pages are at *base* from outside."""

    server: Server
    sender: Sender
    base: str
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the pages share with all others. *client_header* is where a reverse proxy says who asks, empty if none does."""

    style_url: str = ""
    client_header: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What mail needs of the rest."""

    store: Store
    desk: Desk
    departing: Departing
    sealer: Sealer
    now: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """The parts to be wired: the messenger, and the routes to mount into the one web application."""

    messenger: EmailMessenger
    routes: Sequence[web.RouteDef]


def email(post: Post, site: Site, services: Services, *, credit: str = "Hugging Face") -> Email:
    """Everything of mail; *credit* as in `bot.presentation.viewing.Viewer`."""
    links = Links(post.base, partial(manage_token, services.sealer))
    messenger = EmailMessenger(
        post.server,
        post.sender,
        partial(digest_mail, links=links, credit=credit),
        recipients=services.store.recipients,
        sealer=services.sealer,
        lost=services.departing.access_lost,
        per_second=post.per_second,
    )
    mailing = Mailing(
        services.store,
        services.desk,
        services.sealer,
        LetterPress(links),
        now=services.now,
        random_hex=lambda: secrets.token_hex(16),
    )
    pages = Pages(style_url=site.style_url, now=services.now)
    client_of = partial(_client, header=site.client_header)
    managing = MailLinks(services.store, services.desk, services.sealer, now=services.now)
    routes = MailRoutes(mailing, managing, pages, client_of=client_of, zone=site.zone).routes()
    return Email(messenger=messenger, routes=routes)


class Wanted(Protocol):
    """The settings of the mail server (`bot.settings.EmailSettings`)."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> Security: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> Secret | None: ...
    @property
    def timeout(self) -> timedelta: ...


class Secret(Protocol):
    """A text that does not show itself."""

    def get_secret_value(self) -> str: ...


def server_of(wanted: Wanted, sender: Sender) -> Server:
    """The mail server that is *wanted*, to which we are the host of *sender*."""
    return Server(
        host=wanted.host,
        port=wanted.port,
        security=wanted.security,
        user=wanted.user,
        password=wanted.password.get_secret_value() if wanted.password else "",
        timeout=wanted.timeout.total_seconds(),
        name=sender.domain,
    )


def sender_of(named: str, reply_to: str) -> Sender:
    """Who sends, from ``Paperround <papers@example.org>``; raises `BadConfiguration`."""
    name, address = parseaddr(named)
    try:
        return Sender(
            name=name or "Paperround",
            address=parse_address(address),
            reply_to=parse_address(parseaddr(reply_to)[1]) if reply_to else "",
        )
    except UserError as error:
        raise BadConfiguration(
            f"PAPERROUND_EMAIL__SENDER or REPLY_TO: {error.message}",
            hint="Write it as: Paperround <papers@example.org>",
        ) from error


def _client(request: web.Request, header: str) -> str:
    """Who asks, as the last proxy says it where it is told to be believed; else the one that connects."""
    said = request.headers.get(header, "") if header else ""
    return said.rpartition(",")[2].strip() or request.remote or ""
