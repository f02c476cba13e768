"""Links that lead where we are found from outside: below a path, if a reverse proxy has us there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Middleware

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OURS: Final = re.compile(r'(?<=\s)(href|action|src)="/(?!/)')
"""An attribute that leads to a page of ours: in all other text of a page a quotation mark is escaped."""


def prefix_of(base: str) -> str:
    """The path of *base*, an address from outside: ``/papers``, empty at the root of its host."""
    return urlsplit(base).path.rstrip("/")


def under(prefix: str, html: str) -> str:
    """*html* whose links to our own pages lead below *prefix*."""
    return _OURS.sub(lambda found: f'{found[1]}="{prefix}/', html) if prefix else html


def leading(prefix: str) -> Middleware:
    """The middleware that has redirections lead below *prefix*."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPRedirection as led:
            location = led.headers["Location"]
            if location.startswith("/") and not location.startswith("//"):
                led.headers["Location"] = prefix + location
            raise

    return middleware


def placed(route: web.RouteDef, prefix: str) -> web.RouteDef:
    """*route*, which another handler mounts, with its pages' links below *prefix*."""
    handler = cast("Handler", route.handler)  # nobody mounts a class

    async def answered(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        if isinstance(response, web.Response) and response.content_type == "text/html":
            response.text = under(prefix, response.text or "")
        return response

    return web.RouteDef(route.method, route.path, answered, route.kwargs) if prefix else route
