"""How all stands, read when it is asked for, and never so often or so long that it is felt."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.domain.errors import StoreError
from bot.domain.processes import differences
from handlers.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from datetime import datetime

    from prometheus_client.core import Metric

    from bot.domain.status import Status
    from bot.ports import Clock
    from handlers.metrics.numbers import Number

    _Values = Mapping[str, float]

PATIENCE: Final = 3.0
"""Seconds that whoever asks waits for the store; Prometheus waits ten (`scrape_timeout`)."""
_FRESH: Final = 5.0
"""Seconds that what was read is told again, however many ask."""
_REST: Final = 20
"""Of a large store, what took long to read is told so many times as long: reading takes a twentieth of its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How all stood at a moment."""

    status: Status
    at: datetime


class Readings:
    """Reads how all stands; whoever asks meanwhile waits for the same reading, and not longer than *patience* seconds."""

    def __init__(
        self,
        status: Callable[[], Awaitable[Status]],
        ping: Callable[[], Awaitable[None]],
        *,
        now: Clock,
        patience: float = PATIENCE,
    ) -> None:
        self._status = status
        self._ping = ping
        self._now = now
        self._patience = patience
        self._standing: Standing | None = None
        self._up = False
        self._again_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def latest(self) -> Standing | None:
        """How all stands, or stood when it was last read; None while nothing was. See `up`."""
        if self._reading is None and asyncio.get_running_loop().time() >= self._again_at:
            self._reading = asyncio.create_task(self._read())
        if (reading := self._reading) is not None:
            await asyncio.wait({reading}, timeout=self._patience)
        return self._standing if self._up else None

    @property
    def up(self) -> bool:
        """Whether the store answered when it was last asked, in time."""
        return self._up

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        began, self._up = loop.time(), False
        try:
            await self._ping()
            self._up = True
            self._standing = Standing(status=await self._status(), at=self._now())
        except StoreError:
            self._up = False
        finally:
            ended = loop.time()
            self._again_at = ended + max(_FRESH, _REST * (ended - began))
            self._reading = None


class Gauges(Collector):
    """What `Readings` last read, and how many *defects* were reported, as Prometheus wants it."""

    def __init__(self, *, now: Clock, defects: Callable[[], int]) -> None:
        self._now = now
        self._defects = defects
        self.up = False
        self.standing: Standing | None = None

    def collect(self) -> Iterator[Metric]:
        """The numbers; none of the store's while it is away."""
        counted = numbers.DEFECTS
        yield CounterMetricFamily(counted.name, counted.means, value=self._defects())
        yield _family(numbers.UP, {"": float(self.up)})
        if self.standing is not None:
            for number, values in _values(self.standing, self._now()):
                yield _family(number, values)


def _values(standing: Standing, now: datetime) -> Iterator[tuple[Number, _Values]]:
    """Each number with its values, by the value of its label (empty if it has none)."""
    status = standing.status
    yield numbers.READ, {"": standing.at.timestamp()}
    yield numbers.OUTBOX, status.counts
    if status.next_due_at is not None:
        yield numbers.NEXT, {"": status.next_due_at.timestamp()}
    if status.read_at is not None:
        yield numbers.AGE, {"": max((now - status.read_at).total_seconds(), 0)}
    yield numbers.STALE, {"": float(status.stale)}
    yield numbers.BEHIND, {"": len(status.behind)}
    yield numbers.SUBSCRIPTIONS, _subscriptions(status)
    yield numbers.PAPERS, {"": status.papers}
    yield numbers.PROCESSES, {"": len(status.processes)}
    yield numbers.DIFFERING, {"": len(differences(status.processes))}
    yield numbers.PACES, {"": len(status.held)}


def _subscriptions(status: Status) -> _Values:
    paused, unreadable = len(status.stopped), len(status.unreadable)
    return {
        numbers.RUNNING: status.subscriptions - paused - unreadable,
        numbers.PAUSED: paused,
        numbers.UNREADABLE: unreadable,
    }


def _family(number: Number, values: _Values) -> GaugeMetricFamily:
    """*number*; only values that it says there are become labels."""
    family = GaugeMetricFamily(number.name, number.means, labels=[label.name for label in number.labels])
    known = number.labels[0].values if number.labels else ("",)
    for value in known:
        family.add_metric([value] if number.labels else [], values.get(value, 0))
    return family
