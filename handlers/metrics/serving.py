"""Metrics on a port of their own: whoever may read the page need not read these, and the other way round."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.aiohttp import make_aiohttp_handler

from handlers.listening import address_of
from handlers.metrics.counting import Counting
from handlers.metrics.numbers import BUILD
from handlers.metrics.standing import PATIENCE, Gauges, Readings

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.domain.status import Status
    from bot.ports import Clock

PATH: Final = "/metrics"
_DRAIN: Final = 1.0


class Metrics:
    """The numbers of one process, in a registry of their own; *defects* tells how many were reported."""

    def __init__(self, *, now: Clock, defects: Callable[[], int], version: str) -> None:
        # When each was made is a third of what would be told, and read by nobody.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._now = now
        self._gauges = Gauges(now=now, defects=defects)
        self.count = Counting(self._registry)
        """The observer: what it is told is counted."""
        built = Gauge(BUILD.name, BUILD.means, ["version"], registry=self._registry)
        built.labels(version=version).set(1)
        self._registry.register(self._gauges)
        ProcessCollector(registry=self._registry)

    @asynccontextmanager
    async def served(
        self,
        listener: socket.socket,
        status: Callable[[], Awaitable[Status]],
        ping: Callable[[], Awaitable[None]],
        *,
        patience: float = PATIENCE,
    ) -> AsyncGenerator[str]:
        """While it is open the numbers are told at *listener*; gives where.

        *ping* raises `StoreError` if the store is away; an answer waits for it *patience* seconds at most.
        """
        readings = Readings(status, ping, now=self._now, patience=patience)
        app = web.Application()
        app.router.add_get(PATH, self._answer(readings))
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_DRAIN)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            yield f"{address_of(listener)}{PATH}"
        finally:
            await asyncio.shield(runner.cleanup())
            await readings.close()

    def _answer(self, readings: Readings) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        told = make_aiohttp_handler(self._registry)

        async def answer(request: web.Request) -> web.StreamResponse:
            self._gauges.standing = await readings.latest()
            self._gauges.up = readings.up
            return await told(request)

        return answer
