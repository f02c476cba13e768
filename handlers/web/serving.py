"""The one web application of a process: what every handler offers, mounted and served."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aiohttp import web

from handlers.listening import address_of, listen
from handlers.web.answers import secured
from handlers.web.failing import forgiving
from handlers.web.health import Health
from handlers.web.kept import Kept
from handlers.web.pages import Pages
from handlers.web.placing import leading, placed, prefix_of
from handlers.web.press import Press, Site

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

    from bot.ports import Clock, Store
    from bot.services.browsing import Browsing

_LONGEST_LINE: Final = 32 * 1024
"""Longer addresses are cut off by aiohttp itself; what is shorter but too long is told so with a page."""
_LONGEST_HEADER: Final = 16 * 1024
_DRAIN: Final = 5.0
_KEEP_ALIVE: Final = 75.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What the web part serves, and by what. *site* may lack its base: then it is found where it listens."""

    site: Site
    browsing: Browsing
    store: Store
    report: Callable[[BaseException, str], None]
    now: Clock
    states: Sequence[Callable[[], str]] = ()

    def application(self, base: str, routes: Iterable[web.RouteDef] = ()) -> web.Application:
        """Our pages and the *routes* of others, found at *base*; errors become pages, every answer is secured."""
        press = Press(replace(self.site, base=self.site.base or base), now=self.now)
        pages = Pages(browsing=self.browsing, press=press, kept=Kept(self.browsing.revision, now=self.now))
        health = Health(store=self.store, browsing=self.browsing, states=self.states)
        prefix = prefix_of(press.site.base)
        app = web.Application(middlewares=[leading(prefix), forgiving(press, self.report)])
        app.on_response_prepare.append(secured(thumbnails=self.site.thumbnails))
        app.add_routes([*pages.routes(), *health.routes(), *(placed(route, prefix) for route in routes)])
        return app


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at *host* and *port* (0: any free one); raises `BadConfiguration`."""
    return listen(host, port, what="The web page", setting="PAPERROUND_WEB__PORT")


@asynccontextmanager
async def serving(
    parts: Web, listener: socket.socket, routes: Iterable[web.RouteDef] = ()
) -> AsyncGenerator[str]:
    """While it is open *parts* and *routes* are served at *listener*; gives where. Nothing is logged.

    At the end answers under way may take five seconds.
    """
    address = address_of(listener)
    runner = web.AppRunner(
        parts.application(address, routes),
        access_log=None,  # an address holds search texts
        handle_signals=False,
        shutdown_timeout=_DRAIN,
        keepalive_timeout=_KEEP_ALIVE,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_HEADER,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield address
    finally:
        await asyncio.shield(runner.cleanup())
