"""Papers and subscriptions to store, written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Organization, Paper, Tally
from bot.domain.subscriptions import Destination, Platform, Subscription
from bot.ports import ListingRecord, PaperChanges

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2025, 11, 18, 8, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = date(2025, 11, 18)
CHANNEL = Destination(platform=Platform.SLACK, workspace="T1", channel="C2")
PERSON = Destination(platform=Platform.TERMINAL, workspace="local", channel="ana", person=True)

FULL = Paper(
    id="2511.01234",
    title="Étude of “World Models”\u2028for Robots — 世界模型",
    abstract="One line.\nAnother, with a NUL\0, a lone surrogate \ud800 and an emoji 🦾.",
    summary="Robots learn.",
    authors=("Ana Łopez", "Wei-Lin Wang"),
    author_count=17,
    organization=Organization(handle="meta", name="Meta"),
    keywords=("world model", "robotics"),
    published_on=date(2025, 11, 17),
    listed_on=(date(2025, 11, 17), DAY),
    code_url="https://example.org/code",
    project_url="https://example.org/project",
    thumbnail_url="https://example.org/thumb.png",
)
BARE = Paper(id="2511.00002", title="Agents")


def paper(number: int, title: str = "", **rest: object) -> Paper:
    """Paper number *number*."""
    return Paper(id=f"2511.{number:05}", title=title or f"Title {number}", **rest)  # type: ignore[arg-type]


def tally(hours: float = 0, upvotes: int | None = 1) -> Tally:
    """A tally seen *hours* after `NOW`."""
    return Tally(at=NOW + hours * HOUR, upvotes=upvotes)


def listing(
    papers: Iterable[Paper], *, day: date = DAY, removed: Iterable[Paper] = (), upvotes: int = 1
) -> PaperChanges:
    """What keeping a listing of *papers* changes."""
    papers = tuple(papers)
    record = ListingRecord(
        day=day, seen_at=NOW, ids=tuple(p.id for p in papers), removed=tuple(p.id for p in removed)
    )
    return PaperChanges(
        papers=papers, tallies=tuple((p.id, tally(upvotes=upvotes)) for p in papers), record=record
    )


def subscription(number: int = 1, *, to: Destination = CHANNEL, text: str = "diffusion") -> Subscription:
    """Subscription number *number*, made that many hours after `NOW`."""
    return Subscription(
        id=f"s{number}",
        short_id=f"{number}k3f",
        destination=to,
        filter=parse_filter(text),
        cadence=Cadence(
            rhythm=Rhythm.WEEKLY, weekdays=(Weekday.FRIDAY,), times=(time(9, 30),), zone="Europe/Berlin"
        ),
        top=7,
        created_by="U1",
        created_at=NOW + number * HOUR,
    )
