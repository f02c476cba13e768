"""Whether the process lives, and whether it is ready, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.domain.errors import StoreError
from bot.presentation.phrases import counted, day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.domain.browsed import Standing
    from bot.ports import Store
    from bot.services.browsing import Browsing


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Answers those who watch the process. *states* are the other parts, each saying in words how it stands."""

    store: Store
    browsing: Browsing
    states: Sequence[Callable[[], str]] = ()

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [web.get("/livez", self.lives), web.get("/readyz", self.ready)]

    async def lives(self, _: web.Request) -> web.Response:
        """200 as long as anything is answered."""
        return _plain(["It lives."], 200)

    async def ready(self, _: web.Request) -> web.Response:
        """200 if the store can be read and written, else 503; what else there is to know in words."""
        try:
            await self.store.ping()
            standing = await self.browsing.standing()
        except StoreError as error:
            return _plain([f"Not ready: {error.message}"], 503)
        said = [*_standing(standing), *(state() for state in self.states)]
        return _plain(["Ready: the store answers.", *said], 200)


def _standing(standing: Standing) -> Iterator[str]:
    if standing.newest is None or standing.read_at is None:
        yield "No listing was read yet."
        return
    yield f"The newest listing is {day_words(standing.newest, year=True)}, {counted(standing.listed, 'paper')}."
    read_at = f"{day_words(standing.read_at.date())} {standing.read_at:%H:%M} UTC"
    yield f"The source was not read well since {read_at}." if standing.stale else f"Read last {read_at}."


def _plain(lines: Sequence[str], status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(text="\n".join(lines) + "\n", status=status, headers=headers)
