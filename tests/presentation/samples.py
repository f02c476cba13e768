from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.digests import Digest, Field, Match, Pick, Reason
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Entry, Organization, Paper, Tally
from bot.domain.subscriptions import Destination, Platform, Subscription
from bot.presentation.viewing import Viewer

THURSDAY = date(2025, 11, 13)
TUESDAY = date(2025, 11, 11)
MORNING = datetime(2025, 11, 13, 8, 0, tzinfo=UTC)
ROOM = Destination(platform=Platform.TERMINAL, workspace="local", channel="papers")
ANA = Destination(platform=Platform.TERMINAL, workspace="local", channel="ana", person=True)
VIEWER = Viewer(now=MORNING, zone="Europe/Berlin")
READER = Viewer(now=MORNING, zone="Europe/Berlin", types=False)


def entry(
    title: str = "World models that plan",
    upvotes: int | None = 84,
    *,
    comments: int | None = 4,
    stars: int | None = 1200,
    **known: Any,  # noqa: ANN401 - any field of a Paper
) -> Entry:
    facts: dict[str, Any] = {
        "id": "2511.01234",
        "title": title,
        "summary": "A planner that imagines wins.",
        "authors": ("Ada Lovelace", "Alan Turing", "Grace Hopper"),
        "author_count": 8,
        "organization": Organization(handle="nvidia", name="NVIDIA"),
        "published_on": TUESDAY,
        "listed_on": (THURSDAY,),
        "code_url": "https://github.com/a/b",
        **known,
    }
    return Entry(
        paper=Paper(**facts), tally=Tally(at=MORNING, upvotes=upvotes, comments=comments, stars=stars)
    )


def match(found: Entry | None = None, *reasons: tuple[str, Field]) -> Match:
    told = reasons or (("world model", Field.TITLE),)
    return Match(
        entry=found or entry(),
        reasons=tuple(Reason(term=term, field=field) for term, field in told),
        strength=1.0,
    )


def pick(found: Match | None = None, **known: Any) -> Pick:  # noqa: ANN401 - any field of a Pick
    return Pick(match=found or match(), **{"expected": 120.0, "score": 5.0, **known})


def digest(*picks: Pick, wanted: str = '"world model"', **known: Any) -> Digest:  # noqa: ANN401 - any field of a Digest
    facts: dict[str, Any] = {
        "filter": parse_filter(wanted),
        "day": THURSDAY,
        "window_from": THURSDAY,
        "picks": picks,
        "left_out": (),
        "listed": 31,
        "matched": len(picks),
        **known,
    }
    return Digest(**facts)


def subscription(wanted: str = "diffusion -survey", **known: Any) -> Subscription:  # noqa: ANN401 - any field
    facts: dict[str, Any] = {
        "id": "s01-00",
        "short_id": "7f3k",
        "destination": ROOM,
        "filter": parse_filter(wanted),
        "cadence": Cadence(times=(time(9),), zone="Europe/Berlin"),
        "created_by": "ana",
        "created_at": MORNING,
        **known,
    }
    return Subscription(**facts)


def alert(**known: Any) -> Subscription:  # noqa: ANN401 - any field of a Subscription
    return subscription(
        "org:deepseek", cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=100, zone="Europe/Berlin"), **known
    )
