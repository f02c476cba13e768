"""The pages: each asks `bot.services.browsing`, prints the answer once, and keeps it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain.dates import parse_day
from bot.domain.periods import Unit, parse_period, period_of
from handlers.web import addresses
from handlers.web.addresses import address, paper_path, period_path
from handlers.web.answers import answer
from handlers.web.asking import asked, page_of
from handlers.web.kept import sheet
from handlers.web.printing import print_feed, print_leaf, print_paper, print_search

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from bot.services.browsing import Browsing
    from handlers.web.kept import Kept, Sheet
    from handlers.web.press import Press

_ROBOTS: Final = "User-agent: *\nDisallow: /search\nDisallow: /feeds\nDisallow: /*?filter=\n"


class _Elsewhere(Exception):
    """What was asked for is at another path of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Answers requests for pages and feeds; raises `PaperroundError` for what cannot be shown."""

    browsing: Browsing
    press: Press
    kept: Kept

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.get("/", self.home),
            web.get("/date", self.jump),
            web.get("/date/{period}", self.period, name=Unit.DAY),
            web.get("/week", self.newest),
            web.get("/week/{period}", self.period, name=Unit.WEEK),
            web.get("/month", self.newest),
            web.get("/month/{period}", self.period, name=Unit.MONTH),
            web.get(addresses.TRENDING, self.trending),
            web.get(addresses.SEARCH, self.search),
            web.get("/papers/{paper}", self.paper),
            web.get(addresses.FEED, self.feed),
            web.get(self.press.style_path, self.style),
            web.get("/icon.svg", self.icon),
            web.get("/robots.txt", self.robots),
        ]

    async def home(self, request: web.Request) -> web.Response:
        """The newest list day."""
        wanted = asked("/", request.query)

        async def make() -> Sheet:
            newest = await self.browsing.newest(Unit.DAY)
            leaf = await self.browsing.period(newest, wanted.filter, page=wanted.page)
            return await asyncio.to_thread(print_leaf, self.press, leaf, wanted, "day")

        return await self._kept(request, wanted.key, make)

    async def jump(self, request: web.Request) -> web.Response:
        """To the day that was chosen or typed."""
        day = parse_day(request.query.get("on", "today"), today=self._today())
        raise web.HTTPSeeOther(period_path(period_of(Unit.DAY, day)))

    async def newest(self, request: web.Request) -> web.Response:
        """To the week or month of the newest list day."""
        unit = Unit.WEEK if request.path == "/week" else Unit.MONTH
        raise web.HTTPSeeOther(period_path(await self.browsing.newest(unit)))

    async def period(self, request: web.Request) -> web.Response:
        """A day, a week or a month."""
        unit = Unit(str(request.match_info.route.name))
        period = parse_period(unit, request.match_info["period"], today=self._today())
        wanted = asked(period_path(period), request.query)

        async def make() -> Sheet:
            leaf = await self.browsing.period(period, wanted.filter, page=wanted.page)
            return await asyncio.to_thread(print_leaf, self.press, leaf, wanted, unit)

        return await self._kept(request, wanted.key, make)

    async def trending(self, request: web.Request) -> web.Response:
        """The most upvoted of the last seven days."""
        wanted = asked(addresses.TRENDING, request.query)

        async def make() -> Sheet:
            leaf = await self.browsing.trending(wanted.filter, page=wanted.page)
            return await asyncio.to_thread(print_leaf, self.press, leaf, wanted, "trending")

        return await self._kept(request, wanted.key, make)

    async def search(self, request: web.Request) -> web.Response:
        """What words find in everything stored; a page to begin at if there are none."""
        text, page = " ".join(request.query.get("q", "").split()), page_of(request.query)
        path = address(addresses.SEARCH, q=text)

        async def make() -> Sheet:
            if not text:
                return self.press.page("ask.html", current="search", title="Search")
            return await asyncio.to_thread(
                print_search, self.press, await self.browsing.search(text, page=page)
            )

        return await self._kept(request, f"{path}&page={page}", make)

    async def paper(self, request: web.Request) -> web.Response:
        """One paper; under another of its ids: to the one it has."""

        async def make() -> Sheet:
            opened = await self.browsing.paper(request.match_info["paper"])
            path = paper_path(opened.entry.paper.id)
            if path != request.path:
                raise _Elsewhere(path)
            return await asyncio.to_thread(print_paper, self.press, opened)

        try:
            return await self._kept(request, request.path, make)
        except (
            _Elsewhere
        ) as elsewhere:  # many may have waited for it, and an answer of aiohttp is good for one
            raise web.HTTPMovedPermanently(str(elsewhere)) from None

    async def feed(self, request: web.Request) -> web.Response:
        """The Atom feed of a filter."""
        wanted = asked(addresses.FEED, {"filter": request.query.get("filter", "")})

        async def make() -> Sheet:
            items = await self.browsing.feed(wanted.filter)
            return await asyncio.to_thread(print_feed, self.press, items, wanted.filter)

        return await self._kept(request, wanted.key, make)

    async def style(self, request: web.Request) -> web.Response:
        """The stylesheet; its address changes with it."""
        return answer(request, sheet(self.press.style, self.press.now(), kind="text/css"), lasting=True)

    async def icon(self, request: web.Request) -> web.Response:
        """The icon of the pages."""
        return answer(request, sheet(self.press.icon, self.press.now(), kind="image/svg+xml"))

    async def robots(self, request: web.Request) -> web.Response:
        """What a crawler should leave alone: what is made for one reader."""
        return answer(request, sheet(_ROBOTS, self.press.now(), kind="text/plain"))

    async def _kept(
        self, request: web.Request, key: str, make: Callable[[], Awaitable[Sheet]]
    ) -> web.Response:
        return answer(request, await self.kept.get(key, make))

    def _today(self) -> date:
        return self.press.now().date()
