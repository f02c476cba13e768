"""``paperround ingest``: listings into the store, with a bar, and a last line that says what was done."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.app.rooms import opened, utc_now
from bot.app.sources import hugging_face
from bot.cli.exit_codes import DONE, FAILED, NOTHING
from bot.cli.replays import replay_of
from bot.domain.errors import BadDate, MalformedListing, SourceError, SourceThrottled
from bot.domain.events import ItemsSkipped, ListingShrank
from bot.presentation.phrases import counted
from bot.services.ingesting import BACK_FILL, Ingest
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date

    from bot.app.rooms import Paperround
    from bot.domain.events import Event, ListingKept
    from bot.ports import Replay, Source


class Sum:
    """What an ingest did so far."""

    def __init__(self) -> None:
        self.days = 0
        self.papers = 0
        self.new = 0
        self.tallies = 0
        self.malformed = 0
        self.odd: list[str] = []

    def add(self, kept: ListingKept) -> None:
        """Count one kept listing."""
        self.days += 1
        self.papers += kept.papers
        self.new += kept.new
        self.tallies += kept.tallies

    def note(self, event: Event) -> None:
        """Hear what happened while listings were kept: what a person should know of it is told at the end."""
        if isinstance(event, ItemsSkipped):
            of = f" ({event.day})" if event.day else ""
            self.odd.extend(f"skipped {place}{of}" for place in event.items)
        elif isinstance(event, ListingShrank):
            self.odd.append(
                f"{event.day} lists only {counted(event.now, 'paper')} now; the {event.before} known stay."
            )

    def __str__(self) -> str:
        return (
            f"{counted(self.days, 'listing')} with {counted(self.papers, 'paper')}: "
            f"{self.new:,} new, {self.tallies:,} counts noted."
        )


async def ingest(chosen: Namespace) -> int:
    """Read listings into the store; what is there already is not read again."""
    if chosen.since and chosen.until and chosen.since > chosen.until:
        raise BadDate(f"{chosen.since} is later than {chosen.until}.", hint="Swap --since and --until.")
    settings = read_settings()
    done = Sum()
    # What goes wrong is printed below, for a person; it need not be logged as well.
    async with opened(
        chosen.store or settings.store_url, data_dir=settings.data_dir, observe=done.note
    ) as rooms:
        if chosen.source:
            replay = await replay_of(chosen.source, chosen.page_year)
            return await _replayed(rooms, done, replay, chosen.since, chosen.until)
        async with hugging_face(settings) as source:
            return await _read(rooms, done, source, _days(chosen.since, chosen.until))


async def _replayed(
    rooms: Paperround, done: Sum, replay: Replay, since: date | None, until: date | None
) -> int:
    with _bar() as bar:
        task = bar.add_task("Reading", total=None)
        async for listing in replay.listings(since, until):
            done.add(await rooms.ingest.keep(listing))
            bar.update(task, advance=1, description=str(listing.day or "saved page"))
        await rooms.searching.catch_up()
    return _told(done)


async def _read(rooms: Paperround, done: Sum, source: Source, days: list[date]) -> int:
    pending = await rooms.ingest.pending(days)
    with _bar() as bar:
        task = bar.add_task("Reading", total=len(pending))
        try:
            for day in pending:
                bar.update(task, description=str(day))
                await _read_one(rooms, done, source, day, bar)
                bar.advance(task)
        except SourceError as error:
            left = len(pending) - done.days - done.malformed
            hint = f"{error.hint} {done} {counted(left, 'day')} left: run it again to go on.".lstrip()
            raise SourceError(error.message, hint=hint) from error
        finally:
            await rooms.searching.catch_up()
    if not pending:
        print(f"Nothing to read: {counted(len(days), 'day')} asked for, all known already.")
        return DONE
    return _told(done)


async def _read_one(rooms: Paperround, done: Sum, source: Source, day: date, bar: Progress) -> None:
    """Read *day*; one that came malformed is noted and passed over, so that it keeps no other from being read."""
    try:
        done.add(await _patiently(rooms.ingest, source, day, bar))
    except MalformedListing as error:
        done.malformed += 1
        done.odd.append(f"{day} was not read: {error.message}")


async def _patiently(ingest: Ingest, source: Source, day: date, bar: Progress) -> ListingKept:
    """Read *day*, waiting as long as the source asks for, and saying so: a long back-fill outlasts its window."""
    while True:
        try:
            return await ingest.read(source, day)
        except SourceThrottled as error:
            wait = error.retry_after.total_seconds()
            told = f"paperround: {error.message} Waiting {wait:.0f} s; Ctrl-C keeps what was read."
            bar.console.print(told, markup=False, highlight=False, soft_wrap=True)
            await asyncio.sleep(wait)


def _days(since: date | None, until: date | None) -> list[date]:
    """The days asked for, newest first; never one that has not begun in UTC."""
    today = utc_now().date()
    last = min(until or today, today)
    first = since or last - BACK_FILL + timedelta(days=1)
    if first > last:
        raise BadDate(f"{first} has not come yet.", hint=f"The newest day is {today} (UTC).")
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]


def _told(done: Sum) -> int:
    for line in done.odd:
        print(f"paperround: {line}", file=sys.stderr)
    print(done)
    if done.malformed:
        return FAILED
    return DONE if done.days else NOTHING


def _bar() -> Progress:
    """A bar at a terminal; elsewhere nothing, not even an empty line."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
