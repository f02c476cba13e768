"""The mail side of a process."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.rooms import Paperround
from bot.app.storing import sealer
from bot.domain.errors import BadConfiguration
from bot.presentation.findings import Finding

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.settings import Settings
    from handlers.email.serving import Email


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
    site = Site(style_url=style_url(rooms), client_header=wanted.client_header, zone=settings.zone)
    services = Services(
        store=rooms.store,
        desk=rooms.desk,
        departing=rooms.departing,
        sealer=sealer(settings),
        now=rooms.now,
    )
    yield email(post, site, services)


def style_url(rooms: Paperround) -> str:
    """Where the web part has the style of all pages."""
    from handlers.web.press import Press, Site  # noqa: PLC0415 - as above

    return Press(Site(base=""), now=rooms.now).style_path


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
