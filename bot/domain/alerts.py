"""Which papers are hot for an alert, and when it may be brought."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import DEFAULT_HOT
from bot.domain.composing import LOOK_BACK
from bot.domain.ranking import chance_of
from bot.domain.zones import zone_info

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

    from bot.domain.cadence import Cadence
    from bot.domain.papers import Entry, Tally
    from bot.domain.subscriptions import WorkspaceSettings

ALERTS_A_DAY: Final = 3
"""The most alerts a destination gets in one local day, best first."""
_SATURDAY: Final = 5
_LIKELY: Final = 0.7
"""The chance of passing `DEFAULT_HOT` upvotes from which a paper is hot by its growth.

So half of the papers that end in the top 1 % are told of by 08:00 of their list day (a sixth by `hot 100`), and one
alert in eight is for a paper that never gets there; a mere course for 100 was wrong one time in three. The same in the
months to November 2025, on which it was chosen, and in December (`benchmarks/alerts.py`).
"""


def is_hot(entry: Entry, cadence: Cadence) -> bool:
    """Whether *entry* passes the threshold of *cadence*; for ``hot growth`` whether it very likely will pass 100.

    Growth is read as upvotes against what is usual at that age: see `bot.domain.ranking.chance_of`.
    """
    if cadence.hot_votes is not None:
        return entry.upvotes >= cadence.hot_votes
    return chance_of(entry, DEFAULT_HOT) >= _LIKELY


def fires(entry: Entry, tallies: Sequence[Tally], cadence: Cadence, since: datetime) -> bool:
    """Whether *entry* got hot after *since*, when the alert was created, edited or resumed.

    *tallies* is its history, earliest first. What was hot at *since* is the alert's baseline and never fires; of
    a paper that was not known then, the list day decides.
    """
    day = entry.list_day
    if day is None or entry.tally.at.date() - day > LOOK_BACK or not is_hot(entry, cadence):
        return False
    known = [tally for tally in tallies if tally.at <= since]
    if not known:
        return day >= since.date()
    return not is_hot(type(entry)(paper=entry.paper, tally=known[-1]), cadence)


def quiet(moment: datetime, zone: str, settings: WorkspaceSettings) -> bool:
    """Whether *moment* is in the quiet hours of *settings*, or at a weekend, in *zone*."""
    local = moment.astimezone(zone_info(zone))
    return local.weekday() >= _SATURDAY or in_quiet_hours(moment, zone, settings)


def in_quiet_hours(moment: datetime, zone: str, settings: WorkspaceSettings) -> bool:
    """Whether *moment* is in the quiet hours of *settings* in *zone*."""
    at = moment.astimezone(zone_info(zone)).time()
    begin, end = settings.quiet_from, settings.quiet_until
    return begin <= at < end if begin <= end else at >= begin or at < end


def alert_due(now: datetime, zone: str, settings: WorkspaceSettings, *, posted_today: int = 0) -> datetime:
    """When an alert may be brought: now, or when the quiet hours and the weekend are over.

    After `ALERTS_A_DAY` alerts it waits for the next day.
    """
    local = now.astimezone(zone_info(zone))
    day = local.date()
    if posted_today >= ALERTS_A_DAY:
        day += timedelta(days=1)
        return _waking(day, settings.quiet_until, zone)
    if not quiet(now, zone, settings):
        return now
    before_dawn = local.weekday() < _SATURDAY and local.time() < settings.quiet_until
    return _waking(day if before_dawn else day + timedelta(days=1), settings.quiet_until, zone)


def local_midnight(now: datetime, zone: str) -> datetime:
    """The moment at which the local day of *now* began."""
    return datetime.combine(now.astimezone(zone_info(zone)).date(), datetime.min.time(), zone_info(zone))


def _waking(day: date, quiet_until: time, zone: str) -> datetime:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, quiet_until, zone_info(zone))
