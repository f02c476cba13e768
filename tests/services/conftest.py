from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.events import Event
from bot.domain.papers import Entry, Listing, Organization, Paper, PaperId, Tally
from bot.ports import Store
from storage.opening import open_store

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
