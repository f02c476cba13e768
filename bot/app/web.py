"""The web side of a process."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.mail import mail_form
from bot.app.rooms import Paperround
from bot.domain.command_text import format_command
from bot.presentation.viewing import typed_after
from bot.services.browsing import Browsing
from bot.watching import report

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

    from aiohttp import web

    from bot.domain.commands import Follow, Subscribe
    from bot.settings import Settings
    from handlers.web.following import Spelling


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
        spellings=_spellings(settings.slack.command),
        mail=mail_form(settings),
    )
    parts = Web(site=site, browsing=browsing, store=rooms.store, report=report, now=rooms.now, states=states)
    async with serving(parts, listener, routes) as address:
        yield address


def _spellings(slash: str) -> tuple[Spelling, ...]:
    """How a command that a page shows is pasted on each platform; *slash* is Slack's."""
    from handlers.discord.spelling import spelt  # noqa: PLC0415 - as above
    from handlers.web.following import Spelling  # noqa: PLC0415

    def discord(command: Follow | Subscribe) -> str:
        verb = type(command).__name__.lower()
        wanted = str(command.filter or "")
        return f"{spelt(verb)} filter: {wanted}" if wanted else f"{spelt(verb)} when: weekdays"

    def slack(command: Follow | Subscribe) -> str:
        return typed_after(slash)(format_command(command))

    return (Spelling(name="Discord", spell=discord), Spelling(name="Slack", spell=slack))
