# noqa: INP001 - read by the scripts beside it
"""A recorded day as previews show it: its digests and answers, before any platform's markup, and pictures of pages."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.app.rooms import opened
from bot.domain.bulletins import Bulletin
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Caller
from bot.domain.composing import Window
from bot.domain.deliveries import alert, scheduled
from bot.domain.filter_text import parse_filter
from bot.domain.subscriptions import Destination, Extra, Subscription
from bot.presentation.asking import Waiting
from bot.presentation.notices import Viewer, present
from bot.sources.opening import open_replay

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.app.rooms import Paperround
    from bot.presentation.cards import Notice

ZONE = "Europe/Berlin"
TOP = 5
WIDTHS = {"desktop": 860, "phone": 390}
CHROMIUM = (
    "chromium --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run --hide-scrollbars --force-device-scale-factor=1"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in the morning, for the channel *room* and for *person*, who wants what *filter* says."""

    rooms: Paperround
    now: datetime
    filter: str
    room: Destination
    person: Destination

    @property
    def caller(self) -> Caller:
        """Somebody who manages the room."""
        return Caller(person="1", name="Ana", here=self.room, manages=True, zone=ZONE)

    @property
    def viewer(self) -> Viewer:
        """The same, reading."""
        return Viewer(now=self.now, zone=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer: what was *asked*, and what it waits for."""

    name: str
    notice: Notice
    asked: str
    waiting: Waiting | None = None


@asynccontextmanager
async def the_day(
    days: Path, day: date, wanted: str, room: Destination, person: Destination
) -> AsyncGenerator[Day]:
    """*day* and the two weeks before it, out of the recording *days*."""
    now = datetime.combine(day, time(7), UTC)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/p.db", now=lambda: now, observe=lambda _: None) as rooms:
            async for listing in open_replay(days, today=day).listings(day - timedelta(days=14), day):
                await rooms.ingest.keep(listing)
            yield Day(rooms=rooms, now=now, filter=wanted, room=room, person=person)


async def bulletins(day: Day) -> AsyncGenerator[tuple[str, Bulletin]]:
    """Editions by name: of every kind that looks different."""
    held = Subscription(
        id="s01-00",
        short_id="7f3k",
        destination=day.room,
        filter=parse_filter(day.filter),
        cadence=Cadence(times=(time(9),), zone=ZONE),
        created_by="1",
        created_at=day.now,
    )
    for name, top, subscription in (
        ("digest", 5, held),
        ("ten", 10, held),
        ("person", 5, replace(held, destination=day.person)),
        ("abstracts", 3, replace(held, extras=frozenset({Extra.ABSTRACTS}))),
        ("alert", 1, replace(held, cadence=Cadence(rhythm=Rhythm.HOT, zone=ZONE))),
    ):
        wanted = parse_filter("") if top > TOP else subscription.filter
        window = Window(first=day.now.date(), last=day.now.date())
        yield (
            name,
            Bulletin(
                subscription=subscription,
                edition=alert(day.now) if name == "alert" else scheduled(day.now, ZONE),
                digest=await day.rooms.composer.best(wanted, window, top=top),
                made_at=day.now,
                due_at=day.now,
                next_at=None if name == "alert" else day.now + timedelta(days=1),
            ),
        )


async def answers(day: Day) -> AsyncGenerator[Said]:
    """Answers by name, as somebody who manages the room gets them."""
    window = Window(first=day.now.date(), last=day.now.date())
    newest = await day.rooms.composer.best(parse_filter(day.filter), window, top=1)
    for name, said in (
        ("more", f"show {newest.picks[0].entry.paper.id}"),
        ("today", ""),
        ("search", "search video diffusion"),
        ("offer", f'subscribe {day.filter}, "world model" -survey upvotes>=10 at 9 Berlin'),
        ("help", "help"),
        ("filters", "help filters"),
    ):
        command = parse_command(said)
        answer = await day.rooms.desk.answer(day.caller, command)
        waiting = Waiting(key="a1", yes="Subscribe") if name == "offer" else None
        yield Said(
            name=name, notice=present(answer, day.viewer), asked=format_command(command), waiting=waiting
        )
    for said in ('subscribe diffusion, "world model" -survey at 9 Berlin', "subscribe org:nvidia hot 100"):
        offered = await day.rooms.desk.answer(day.caller, parse_command(said))
        saved = await day.rooms.desk.confirm(day.caller, offered)  # type: ignore[arg-type]
        yield Said(name="saved", notice=present(saved, day.viewer), asked="")
    listed = await day.rooms.desk.answer(day.caller, parse_command("subscriptions"))
    yield Said(name="list", notice=present(listed, day.viewer), asked="subscriptions")


def picture(page: Path, width: int, to: Path) -> None:
    """A picture of the whole of *page*, which says its height, in a window *width* pixels wide."""
    found = re.search(rb'data-height="(\d+)"', _chromium(page, width, 1000, "--dump-dom"))
    if found is None:
        raise SystemExit(f"{page.name}: nothing was drawn")
    _chromium(page, width, int(found[1]) + 16, f"--screenshot={to}")


def _chromium(page: Path, width: int, height: int, what: str) -> bytes:
    with tempfile.TemporaryDirectory() as profile:
        window = [
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            "--virtual-time-budget=3000",
        ]
        done = subprocess.run([*CHROMIUM, *window, what, page.as_uri()], check=True, capture_output=True)  # noqa: S603
    return done.stdout
