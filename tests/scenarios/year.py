"""A simulated year of many subscriptions: what should come is worked out day by day, without the code under test."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.cadence import EVERY_DAY, LAST_DAY, WEEKDAYS, Cadence, Rhythm, Weekday
from bot.domain.filters import Filter
from bot.domain.subscriptions import Destination, Platform, Subscription, permanent_id
from bot.outbox import Lease
from bot.services.rounds import Rounds
from storage.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.events import Event
    from bot.ports import Store

ZONES = tuple(
    """
    Europe/Berlin Europe/London Europe/Lisbon Europe/Dublin Europe/Kyiv Europe/Istanbul Europe/Moscow
    America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage
    America/St_Johns America/Halifax America/Havana America/Santiago America/Sao_Paulo America/Bogota
    America/Mexico_City America/Nuuk Atlantic/Azores Africa/Cairo Africa/Casablanca Africa/Lagos Africa/Nairobi
    Asia/Jerusalem Asia/Beirut Asia/Tehran Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Shanghai
    Asia/Tokyo Australia/Sydney Australia/Adelaide Australia/Lord_Howe Pacific/Auckland Pacific/Chatham
    """.split()
)
"""Forty zones: summer times of both hemispheres and of half an hour, odd offsets, and such as never change."""
ON_TIME = timedelta(minutes=30)
CATCH_UP = timedelta(hours=12)
QUIET_FROM, QUIET_UNTIL = time(20), time(8)
LATEST_TICK = timedelta(minutes=29)
"""How long after something fell due the clock is looked at, at most: a very busy process."""
_FOR_GOOD = timedelta(days=3650)
_MANY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeared:
    """A job, and the tick at which it was there."""

    due_at: datetime
    tick: datetime


@dataclass(kw_only=True)
class Lived:
    """What came of a span of time: jobs by subscription, and how many ticks there were."""

    jobs: dict[str, list[Appeared]] = field(default_factory=lambda: defaultdict(list))
    ticks: list[datetime] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when, and the outages in between: no process runs from their first to their second moment."""

    begin: datetime
    end: datetime
    outages: tuple[tuple[datetime, datetime], ...]


def subscriptions(count: int, begin: datetime, chance: random.Random) -> list[Subscription]:
    """*count* subscriptions over all `ZONES`, of every rhythm, many in the hours that clocks skip or repeat."""
    return [_subscription(number, begin, chance) for number in range(count)]


def _subscription(number: int, begin: datetime, chance: random.Random) -> Subscription:
    to = Destination(platform=Platform.TERMINAL, workspace="w", channel=f"c{number}")
    return Subscription(
        id=permanent_id(to, f"{number:06x}"),
        short_id=f"{number:x}-y",
        destination=to,
        filter=Filter(),
        cadence=_cadence(ZONES[number % len(ZONES)], chance),
        created_by="U1",
        created_at=begin,
    )


def _cadence(zone: str, chance: random.Random) -> Cadence:
    hours = chance.choice([range(4), range(24)])
    times = tuple(
        time(chance.choice(hours), chance.choice((0, 15, 30, 45)))
        for _ in range(chance.choice((1, 1, 1, 1, 2, 3)))
    )
    rhythm = chance.choices((Rhythm.DAYS, Rhythm.WEEKLY, Rhythm.MONTHLY), (8, 1, 1))[0]
    days = chance.choice((EVERY_DAY, EVERY_DAY, WEEKDAYS, (Weekday.SUNDAY, Weekday.WEDNESDAY)))
    if rhythm is Rhythm.WEEKLY:
        days = (Weekday(chance.randrange(7)),)
    month_day = chance.choice((1, 15, 28, LAST_DAY))
    return Cadence(rhythm=rhythm, weekdays=days, month_day=month_day, times=times, zone=zone)


async def lived(url: str, everyone: Sequence[Subscription], span: Span, chance: random.Random) -> Lived:
    """Let `Rounds` tick through *span* on the store at *url*; jobs are taken and dropped."""
    story, clock = Lived(), [span.begin]
    heard: list[Event] = []
    async with open_store(url) as store:
        for one in everyone:
            await store.subscriptions.add(one, due_at=editions(one.cadence, span.begin, span.end)[0])
        rounds = Rounds(store, observe=heard.append, now=lambda: clock[0], sleep=_never)
        while (due := await store.outbox.next_at()) is not None:
            clock[0] = _up(due + chance.random() ** 0.3 * LATEST_TICK, span.outages)
            if clock[0] >= span.end:
                break
            await rounds.tick()
            heard.clear()
            await _noted(store, clock[0], story)
    return story


async def _never(_: float) -> None:
    raise AssertionError("nobody sleeps here")


def _up(tick: datetime, outages: Sequence[tuple[datetime, datetime]]) -> datetime:
    """*tick*, or the end of the outage it falls into."""
    return next((end for begin, end in outages if begin <= tick < end), tick)


async def _noted(store: Store, tick: datetime, story: Lived) -> None:
    """Take the jobs that are there, for good, and note them; and see that what is due next is still to come."""
    story.ticks.append(tick)
    taken = await store.outbox.take_jobs(Lease(owner="year", at=tick, until=tick + _FOR_GOOD), _MANY)
    for one in taken:
        story.jobs[one.job.subscription_id].append(Appeared(due_at=one.job.due_at, tick=tick))
        if one.progress.due_at is None or one.progress.due_at <= tick:
            story.faults.append(
                f"{one.job.subscription_id} is due next at {one.progress.due_at}, not after {tick}"
            )


def editions(cadence: Cadence, begin: datetime, end: datetime) -> list[datetime]:
    """When *cadence* should deliver in *begin* < … <= *end*, by trying every offset its zone has around a day."""
    zone = ZoneInfo(cadence.zone)
    found = {
        _moment(datetime.combine(day, at), zone)
        for day in _days(begin.date() - timedelta(days=2), end.date() + timedelta(days=2))
        if _delivers(cadence, day)
        for at in cadence.times
    }
    return sorted(moment for moment in found if begin < moment <= end)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=passed) for passed in range((last - first).days + 1))


def _delivers(cadence: Cadence, day: date) -> bool:
    if cadence.rhythm is Rhythm.MONTHLY:
        last = (day + timedelta(days=1)).day == 1
        return last if cadence.month_day == LAST_DAY else day.day == cadence.month_day
    return day.weekday() in cadence.weekdays


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which clocks in *zone* show *local*; if none does, as if they had not been put forward."""
    noon = local.replace(tzinfo=UTC)
    around = [(noon + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-30, 30)]
    offsets = [offset for offset in around if offset is not None]
    moments = [(local - offset).replace(tzinfo=UTC) for offset in offsets]
    shown = [moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == local]
    return min(shown) if shown else moments[0]


def judged(everyone: Sequence[Subscription], span: Span, story: Lived) -> dict[str, int]:
    """Counts of what came as it should; what did not is in ``story.faults``."""
    counts = dict.fromkeys(("editions", "on time", "late", "passed over"), 0)
    for one in everyone:
        wanted = editions(one.cadence, span.begin, story.ticks[-1])
        _judge(one, wanted, story, counts)
    return counts


def _judge(one: Subscription, wanted: Sequence[datetime], story: Lived, counts: dict[str, int]) -> None:
    jobs = story.jobs.get(one.id, [])
    moments = [job.due_at for job in jobs]
    story.faults += [f"{one.id}: {job} came early" for job in jobs if job.tick < job.due_at]
    story.faults += [f"{one.id}: {moments} are not in order"] if moments != sorted(set(moments)) else []
    story.faults += [f"{one.id}: nobody wanted {at}" for at in set(moments) - set(wanted)]
    counts["editions"] += len(wanted)
    for tick, fell_due in _by_tick(wanted, story.ticks):
        late = tick - fell_due[-1]
        comes = late <= ON_TIME or (late <= CATCH_UP and not _quiet(tick, one.cadence.zone))
        came = [job.due_at for job in jobs if job.tick == tick]
        if came != fell_due[-1:] * comes:
            story.faults.append(f"{one.id} at {tick}: due {fell_due}, came {came}")
        counts["passed over"] += len(fell_due) - comes
        counts["on time" if late <= ON_TIME else "late"] += comes


def _by_tick(
    wanted: Sequence[datetime], ticks: Sequence[datetime]
) -> Iterator[tuple[datetime, list[datetime]]]:
    """Each tick at which something had fallen due since the tick before."""
    waiting = iter(wanted)
    following = next(waiting, None)
    for tick in ticks:
        fell_due = []
        while following is not None and following <= tick:
            fell_due.append(following)
            following = next(waiting, None)
        if fell_due:
            yield tick, fell_due


def _quiet(moment: datetime, zone: str) -> bool:
    at = moment.astimezone(ZoneInfo(zone)).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL
