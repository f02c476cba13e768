"""The numbers of a process, for whoever watches it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.app.rooms import Paperround, utc_now
from bot.watching import all_of, watch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.ports import Observer
    from bot.settings import MetricsSettings, Settings
    from handlers.metrics.serving import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What all parts of the process tell: it logs, and counts if *metrics* are wanted."""

    observe: Observer
    wanted: MetricsSettings
    metrics: Metrics | None

    @asynccontextmanager
    async def served(self, rooms: Paperround) -> AsyncGenerator[str]:
        """While it is open the numbers are told at a port of their own; gives where, empty if they are not wanted.

        Raises `BadConfiguration` if the port cannot be had.
        """
        if self.metrics is None or self.wanted.port is None:
            yield ""
            return
        from handlers.listening import listen  # noqa: PLC0415 - as below

        setting = "PAPERROUND_METRICS__PORT"
        listener = listen(self.wanted.host, self.wanted.port, what="Metrics", setting=setting)
        async with self.metrics.served(listener, rooms.overseeing.status, rooms.store.ping) as address:
            yield address


def metrics_of(settings: Settings) -> Numbers:
    """What observes a process with these *settings*; nothing is counted unless a port is set."""
    wanted = settings.metrics
    if wanted.port is None:
        return Numbers(observe=watch, wanted=wanted, metrics=None)
    # The library takes a moment to import: whoever does not use it does not wait for it.
    from handlers.metrics.serving import Metrics  # noqa: PLC0415

    metrics = Metrics(now=utc_now, defects=watch.defects, version=version("paperround"))
    return Numbers(observe=all_of(watch, metrics.count), wanted=wanted, metrics=metrics)
