from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.bulletins import Bulletin
from bot.domain.deliveries import Delivery, Parcel
from bot.domain.events import Event
from bot.domain.outcomes import Absent, Certainty, Looked, Posted, Sent, Unreadable
from bot.domain.pacing import Pace
from bot.domain.papers import Entry, Listing, Organization, Paper, PaperId, Tally
from bot.domain.subscriptions import Destination, Platform
from bot.outbox import Manner
from bot.ports import Observer, Store
from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.posting import Posting
from storage.opening import open_store
from tests.servers.redis import KINDS, find_server, redis_server

MONDAY = date(2025, 11, 10)


def at(day: date, hour: int = 8) -> datetime:
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Clock:
    moment: datetime = field(default_factory=lambda: at(MONDAY))

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, by: timedelta) -> None:
        self.moment += by


MakeEntry = Callable[..., Entry]


def entry(
    paper_id: str,
    title: str,
    upvotes: int | None = 10,
    *,
    day: date | None = MONDAY,
    seen: datetime | None = None,
    abstract: str = "",
    keywords: tuple[str, ...] = (),
    organization: str = "",
    code: str = "",
    comments: int | None = 0,
) -> Entry:
    return Entry(
        paper=Paper(
            id=paper_id,
            title=title,
            abstract=abstract,
            keywords=keywords,
            organization=Organization(handle=organization, name=organization) if organization else None,
            listed_on=(day,) if day else (),
            code_url=code,
        ),
        tally=Tally(at=seen or at(day or MONDAY), upvotes=upvotes, comments=comments),
    )


def listing(*entries: Entry, day: date | None = MONDAY, seen: datetime | None = None) -> Listing:
    return Listing(day=day, seen_at=seen or at(day or MONDAY), entries=entries)


@dataclass
class FakeSource:
    """Answers from what it was given; raises what it was given."""

    days: dict[date, Listing | Exception] = field(default_factory=dict)
    papers: dict[PaperId, Entry | Exception] = field(default_factory=dict)
    asked: list[date | PaperId] = field(default_factory=list)
    clock: Clock | None = None

    async def listing(self, day: date) -> Listing:
        self.asked.append(day)
        answer = self.days.get(day, listing(day=day, seen=self.clock() if self.clock else None))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def paper(self, paper_id: PaperId) -> Entry | None:
        self.asked.append(paper_id)
        answer = self.papers.get(paper_id)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'paperround.db'}") as opened:
        yield opened


@pytest.fixture(params=["sqlite", *KINDS])
async def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        async with open_store(f"sqlite:///{tmp_path / 'any.db'}") as opened:
            yield opened
        return
    program = find_server(request.param)
    if isinstance(program, str):
        pytest.skip(program)
    async with redis_server(program, tmp_path) as server, open_store(server.url) as opened:
        yield opened


@dataclass
class FakeMessenger:
    """A platform in memory: what it *stored*, and what it will answer next.

    *script* holds what each coming request does: an outcome, or a pair of an outcome and whether the message is
    stored nevertheless. When it is over, everything is stored and sent.
    """

    platform: Platform = Platform.TERMINAL
    certainty: Certainty = field(default_factory=Certainty)
    per_message: int = 20
    script: list[Posted | tuple[Posted, bool]] = field(default_factory=list)
    stored: list[Delivery] = field(default_factory=list)
    bulletins: list[Bulletin] = field(default_factory=list)
    looks: int = 0
    rates: tuple[Pace, ...] = ()
    threads: bool = False

    @property
    def manner(self) -> Manner:
        return Manner(certainty=self.certainty)

    def paces(self, _: Destination) -> tuple[Pace, ...]:
        return self.rates

    def look_paces(self, _: Destination) -> tuple[Pace, ...]:
        return self.rates

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        self.bulletins.append(bulletin)
        picks = [pick.entry.paper.id for pick in bulletin.digest.picks]
        size = self.per_message
        parts = [picks[begin : begin + size] for begin in range(0, len(picks), size)] or [[]]
        return tuple(Parcel(payload=" ".join(part) or "still here", picks=tuple(part)) for part in parts)

    def replies(self, delivery: Delivery) -> bool:
        return self.threads and delivery.part > 1

    async def post(self, delivery: Delivery) -> Posted:
        scripted = self.script.pop(0) if self.script else Sent(reference=f"m{len(self.stored)}")
        outcome, kept = scripted if isinstance(scripted, tuple) else (scripted, isinstance(scripted, Sent))
        if kept and delivery.nonce not in {one.nonce for one in self.stored if self.certainty.resend_within}:
            self.stored.append(delivery)
        return outcome

    async def look(self, delivery: Delivery) -> Looked:
        self.looks += 1
        if not self.certainty.readable:
            return Unreadable(detail="the history cannot be read")
        found = [number for number, one in enumerate(self.stored) if one.key == delivery.key]
        return Sent(reference=f"m{found[0]}") if found else Absent()

    @property
    def papers(self) -> list[PaperId]:
        """The papers that arrived, in their order."""
        return [paper for one in self.stored for paper in one.picks]


def courier_of(
    store: Store, messenger: FakeMessenger, clock: Clock, observe: Observer, *, owner: str = "here"
) -> Courier:
    """A courier on *store* that posts with *messenger* and sleeps by moving *clock*."""

    async def sleep(seconds: float) -> None:
        clock.pass_(timedelta(seconds=seconds))

    def report(error: BaseException, reference: str) -> None:
        raise AssertionError(reference) from error

    messengers = {messenger.platform: messenger}
    posting = Posting(store, messengers, owner=owner, observe=observe, now=clock, sleep=sleep, report=report)
    editions = Editions(store, Composer(store.papers, store.marks, now=clock), now=clock)
    return Courier(store.outbox, editions, posting, messengers, observe=observe, now=clock, report=report)
