"""Counts what happened, by the events that everything tells."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram

from bot.domain import events
from bot.domain.deliveries import Edition, State, is_alert, is_requested
from handlers.metrics import numbers

if TYPE_CHECKING:
    from datetime import timedelta

    from prometheus_client import CollectorRegistry

    from handlers.metrics.numbers import Number


class Counting:
    """An observer that keeps the counters of *registry*; all there are begin at 0, so that a rate sees the first one."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._made = {number: _made(number, registry) for number in numbers.COUNTED}

    def __call__(self, event: events.Event) -> None:
        """Count *event*."""
        self._count(event)

    def _add(self, number: Number, amount: float = 1, **labels: str) -> None:
        counter = self._made[number]
        assert isinstance(counter, Counter)  # noqa: S101 - what its kind says
        (counter.labels(**labels) if labels else counter).inc(amount)

    def _took(self, number: Number, time: timedelta, **labels: str) -> None:
        histogram = self._made[number]
        assert isinstance(histogram, Histogram)  # noqa: S101 - as above
        # A clock that was set back makes no time negative.
        (histogram.labels(**labels) if labels else histogram).observe(max(time.total_seconds(), 0))

    @singledispatchmethod
    def _count(self, event: object) -> None:
        """Nothing: what is not below has no number."""

    @_count.register
    def _(self, event: events.DeliveryEnded) -> None:
        self._add(numbers.DELIVERIES, platform=event.platform, outcome=event.state)
        if event.state is State.SENT:
            self._add(numbers.PAPERS_POSTED, event.papers, platform=event.platform)
            self._took(numbers.DELIVERY, event.waited, platform=event.platform)

    @_count.register
    def _(self, event: events.DeliveryPutOff) -> None:
        if event.why is events.Wait.TRIED:
            self._add(numbers.DELIVERIES, platform=event.platform, outcome=numbers.RETRIED)
        elif event.why is events.Wait.LIMIT:
            self._add(numbers.HELD, platform=event.platform)

    @_count.register
    def _(self, event: events.InvalidAnswer) -> None:
        self._add(numbers.INVALID, platform=event.platform)

    @_count.register
    def _(self, event: events.EditionComposed) -> None:
        kind = _kind(event.edition)
        self._add(numbers.DIGESTS, kind=kind, content=_content(event))
        self._took(numbers.LATENESS, event.late, kind=kind)

    @_count.register
    def _(self, event: events.EditionsDue) -> None:
        self._add(numbers.EDITIONS, event.jobs)
        self._add(numbers.MISSED, event.missed)

    @_count.register
    def _(self, event: events.AlertsFound) -> None:
        self._add(numbers.ALERTS, event.papers)

    @_count.register
    def _(self, _: events.SubscriptionStopped) -> None:
        self._add(numbers.STOPPED)

    @_count.register
    def _(self, _: events.WorkspaceForgotten) -> None:
        self._add(numbers.FORGOTTEN)

    @_count.register
    def _(self, event: events.ListingKept) -> None:
        self._add(numbers.LISTINGS)
        self._add(numbers.NEW_PAPERS, event.new)

    @_count.register
    def _(self, event: events.ItemsSkipped) -> None:
        self._add(numbers.SKIPPED, len(event.items))

    @_count.register
    def _(self, _: events.ListingShrank) -> None:
        self._add(numbers.SHORT)

    @_count.register
    def _(self, _: events.FetchFailed) -> None:
        self._add(numbers.SOURCE)

    @_count.register
    def _(self, event: events.CommandAnswered) -> None:
        self._add(numbers.COMMANDS, platform=event.platform, outcome=event.outcome)
        self._took(numbers.COMMAND, event.took, platform=event.platform)

    @_count.register
    def _(self, _: events.AnswerLost) -> None:
        self._add(numbers.LOST)

    @_count.register
    def _(self, _: events.RequestRefused) -> None:
        self._add(numbers.FORGED)

    @_count.register
    def _(self, _: events.GatewayLost) -> None:
        self._add(numbers.CONNECTIONS)

    @_count.register
    def _(self, _: events.StoreFailed) -> None:
        self._add(numbers.STORE)

    @_count.register
    def _(self, event: events.StoreBack) -> None:
        self._add(numbers.OUTAGES)
        self._add(numbers.OUTAGE, max(event.after.total_seconds(), 0))

    @_count.register
    def _(self, _: events.StoreAtRisk) -> None:
        self._add(numbers.RISKS)

    @_count.register
    def _(self, _: events.SettingsDiffer) -> None:
        self._add(numbers.DIFFERED)

    @_count.register
    def _(self, _: events.IndexRebuilt) -> None:
        self._add(numbers.REBUILT)

    @_count.register
    def _(self, _: events.ClockWentBack) -> None:
        self._add(numbers.CLOCK)


def _made(number: Number, registry: CollectorRegistry) -> Counter | Histogram:
    """*number* in *registry*, with every combination of its labels there from the start."""
    names = [label.name for label in number.labels]
    made: Counter | Histogram
    if number.kind == "histogram":
        made = Histogram(number.name, number.means, names, buckets=number.buckets, registry=registry)
    else:
        made = Counter(number.name, number.means, names, registry=registry)
    if names:
        for labels in number.combinations():
            made.labels(**labels)
    return made


def _kind(edition: Edition) -> str:
    if is_alert(edition):
        return numbers.ALERT
    return numbers.REQUESTED if is_requested(edition) else numbers.SCHEDULED


def _content(event: events.EditionComposed) -> str:
    if event.papers:
        return numbers.PAPERS_IN_IT
    return numbers.WORDS_IN_IT if event.messages else numbers.NOTHING_IN_IT
