"""A town to deliver in: a store, a clock, what finds what is due, a courier, and a platform in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.cadence import EVERY_DAY, Cadence, Rhythm, next_due
from bot.domain.deliveries import Delivery, State
from bot.domain.errors import StoreUnavailable
from bot.domain.events import Event
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Entry, PaperId
from bot.domain.subscriptions import Destination, Platform, Subscription
from bot.ports import Store
from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.ingesting import Ingest
from bot.services.posting import Posting
from bot.services.rounds import Rounds
from tests.services.conftest import MONDAY, Clock, FakeMessenger, entry, listing

HERE = Destination(platform=Platform.TERMINAL, workspace="local", channel="papers")
ELSEWHERE = replace(HERE, channel="robots")
NINE = Cadence(weekdays=EVERY_DAY, times=(time(9),), zone="UTC")
HOT = Cadence(rhythm=Rhythm.HOT, hot_votes=100, zone="UTC")
ONE_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def agents(number: int, upvotes: int = 10, **known: Any) -> Entry:  # noqa: ANN401 - any field of `entry`
    return entry(f"2511.{number:05}", f"Agents {number}", upvotes, **known)


def ids(*numbers: int) -> list[PaperId]:
    return [f"2511.{number:05}" for number in numbers]


@dataclass
class Shaky:
    """Something of a store that is away the next times it is asked to do what *failing* names."""

    inner: object
    failing: dict[str, int]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port offers
        if not self.failing.get(name):
            return getattr(self.inner, name)
        self.failing[name] -= 1
        return _away


async def _away(*_: object, **__: object) -> None:
    raise StoreUnavailable("The store is away.", hint="Wait.")


@dataclass
class ShakyStore:
    """A store of which some parts are away for a while."""

    inner: Store
    failing: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port offers
        return Shaky(getattr(self.inner, name), self.failing)


@dataclass
class Town:
    """One process and its world; `another` is a second process in the same world."""

    store: Store
    clock: Clock
    messenger: FakeMessenger
    events: list[Event] = field(default_factory=list)
    defects: list[BaseException] = field(default_factory=list)
    owner: str = "here"
    sleep: Callable[[float], Awaitable[object]] | None = None

    def __post_init__(self) -> None:
        store, now, observe = self.store, self.clock, self.events.append
        messengers = {self.messenger.platform: self.messenger}
        sleep = self.sleep or self._pass
        self.ingest = Ingest(store.papers, observe=observe, now=now)
        self.rounds = Rounds(store, observe=observe, now=now, sleep=sleep)
        self.posting = Posting(
            store, messengers, owner=self.owner, observe=observe, now=now, sleep=sleep, report=self._defect
        )
        editions = Editions(store, Composer(store.papers, store.marks, now=now), now=now)
        self.courier = Courier(
            store.outbox, editions, self.posting, messengers, observe=observe, now=now, report=self._defect
        )

    def another(self, owner: str = "there") -> Town:
        return replace(self, owner=owner)

    async def _pass(self, seconds: float) -> None:
        self.clock.pass_(timedelta(seconds=seconds))

    def _defect(self, error: BaseException, _: str) -> None:
        self.defects.append(error)

    async def subscribe(
        self,
        number: int = 1,
        text: str = "agents",
        *,
        to: Destination = HERE,
        cadence: Cadence = NINE,
        top: int = 5,
    ) -> Subscription:
        now = self.clock()
        one = Subscription(
            id=f"s{number}",
            short_id=f"{number}k3f",
            destination=to,
            filter=parse_filter(text),
            cadence=cadence,
            top=top,
            created_by="U1",
            created_at=now,
        )
        await self.store.subscriptions.add(one, due_at=next_due(cadence, now))
        return one

    async def listed(self, *entries: Entry, day: date = MONDAY) -> None:
        """A listing of *day* as it is seen now."""
        now = self.clock()
        seen = [
            replace(one, paper=replace(one.paper, listed_on=(day,)), tally=replace(one.tally, at=now))
            for one in entries
        ]
        await self.ingest.keep(listing(*seen, day=day, seen=now))

    async def work(self) -> None:
        """Do whatever can be done now."""
        await self.rounds.alerts()
        await self.rounds.tick()
        await self.courier.settle()

    async def at(self, moment: datetime) -> None:
        self.clock.moment = moment
        await self.work()

    async def after(self, wait: timedelta) -> None:
        await self.at(self.clock() + wait)

    @property
    def came(self) -> list[list[PaperId]]:
        """The papers of each message that arrived, in order of arrival."""
        return [list(one.picks) for one in self.messenger.stored]

    async def states(self) -> list[State]:
        """The state of every delivery, the oldest first."""
        return [one.state for one in await self.deliveries()]

    async def deliveries(self) -> list[Delivery]:
        return (await self.store.outbox.deliveries(list(State), limit=1000))[::-1]
