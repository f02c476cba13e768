"""``paperround run``: listings are kept fresh, what is due is brought, and a terminal can ask."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.delivering import delivery, presence, process_name, working
from bot.app.mail import mail_form
from bot.app.metrics import metrics_of
from bot.app.platforms import on_platforms
from bot.app.rooms import opened, utc_now
from bot.app.sources import source_of
from bot.app.storing import fit, outages
from bot.app.terminal import terminal, terminal_messenger
from bot.cli.exit_codes import DONE, NOTHING
from bot.cli.past import Past
from bot.domain.errors import UserError
from bot.services.following import Following
from bot.services.polling import Polling
from bot.services.reliving import Reliving
from bot.settings import read_settings
from bot.sources.archive import Archive
from bot.sources.opening import open_replay

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Mapping

    from bot.app.rooms import Paperround
    from bot.outbox import Messenger
    from bot.ports import Source
    from bot.settings import Settings


async def run(chosen: Namespace) -> int:
    """Follow the source, bring what is due and answer at the prompt, until told to stop; or relive a recording."""
    settings = read_settings()
    url = chosen.store or settings.store_url
    return await (_relive(chosen, settings, url) if chosen.relive else _follow(chosen, settings, url))


async def _recording(path: str) -> Archive:
    """The recording at *path*, known to be one before anything else happens; raises `PaperroundError`."""
    replay = await asyncio.to_thread(open_replay, Path(path), today=utc_now().date())
    if not isinstance(replay, Archive):
        raise UserError(
            f"{path} is no recording of days.",
            hint="Keep a saved page with `paperround ingest --source`, then run without it.",
        )
    return replay


async def _follow(chosen: Namespace, settings: Settings, url: str) -> int:
    owner, metrics = process_name(), metrics_of(settings)
    if chosen.source:
        await _recording(chosen.source)
    async with (
        source_of(settings, chosen.source) as source,
        opened(
            url,
            data_dir=settings.data_dir,
            source=source,
            observe=metrics.observe,
            mail_form=mail_form(settings),
        ) as rooms,
        rooms.store.alone(owner),
        metrics.served(rooms) as numbers,
        on_platforms(settings, rooms, owner=owner) as platforms,
    ):
        await fit(rooms)
        here = presence(rooms, settings, owner=owner, source=chosen.source)
        await here.say()
        messengers: list[Messenger] = [terminal_messenger(), *platforms.messengers]
        parts = {
            "polling": _polling(source, rooms, settings, owner).run,
            "presence": here.run,
            "outages": outages(rooms).run,
            "following": _following(rooms).run,
            **platforms.parts,
        }
        _say_where(platforms.page, numbers)
        stop = _told_to_stop()
        async with working(delivery(rooms, messengers, owner=owner)):
            await _beside(_talk(terminal(settings, rooms).run()), parts, stop)
    return DONE


def _polling(source: Source, rooms: Paperround, settings: Settings, owner: str) -> Polling:
    return Polling(
        source,
        rooms.ingest,
        rooms.searching,
        rooms.store.leases,
        owner=owner,
        every=settings.poll_every,
        observe=rooms.observe,
        now=utc_now,
        sleep=asyncio.sleep,
    )


def _following(rooms: Paperround) -> Following:
    return Following(rooms.composer, rooms.searching, observe=rooms.observe, sleep=asyncio.sleep)


def _say_where(page: str, numbers: str) -> None:
    """Print where the page and the numbers of this process are found; empty: nowhere."""
    if page:
        print(f"paperround: The Daily Papers page is at {page}", file=sys.stderr)
    if numbers:
        print(f"paperround: Metrics are at {numbers}", file=sys.stderr)


async def _part(listens: Callable[[], Awaitable[None]]) -> None:
    """A part, as a task wants it."""
    await listens()


async def _relive(chosen: Namespace, settings: Settings, url: str) -> int:
    """Answer the lines piped in as of the first listing, then live through the recording as fast as possible."""
    replay = await _recording(chosen.relive)
    first = await anext(aiter(replay.listings(chosen.since, chosen.until)), None)
    if first is None:
        print("paperround: There is nothing to relive in those days.", file=sys.stderr)
        return NOTHING
    clock, owner = Past(), process_name()
    clock.stand_at(first.seen_at - timedelta(minutes=1))
    # Seeded, so that a recording relived twice reads the same.
    choose = random.Random(0).choice  # noqa: S311 - ids that people type are no secret
    async with (
        opened(url, data_dir=settings.data_dir, now=clock, choose=choose) as rooms,
        rooms.store.alone(owner),
    ):
        await fit(rooms)
        await terminal(settings, rooms).run()
        bringing = delivery(rooms, [terminal_messenger()], owner=owner)
        reliving = Reliving(
            rooms.store.outbox,
            rooms.ingest,
            bringing.rounds,
            bringing.courier,
            stand_at=clock.stand_at,
        )
        await reliving.run(replay, chosen.since, chosen.until)
    return DONE


def _told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _talk(conversation: Awaitable[int]) -> None:
    """Answer what is typed or piped in. Without any input (a service has none) there is nobody to leave: go on."""
    answered = await conversation
    if not answered and not sys.stdin.isatty():
        await asyncio.Event().wait()


async def _beside(
    talking: Awaitable[object], parts: Mapping[str, Callable[[], Awaitable[None]]], stop: asyncio.Event
) -> None:
    """Let *parts* run until *talking* ended or *stop* is set."""
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_part(part), name=name) for name, part in parts.items()]
        await _first(talking, stop)
        for part in running:
            part.cancel()


async def _first(talking: Awaitable[object], stop: asyncio.Event) -> None:
    """Return when the prompt was left or *stop* is set; errors of the prompt are raised."""
    tasks = {asyncio.ensure_future(talking), asyncio.create_task(stop.wait())}
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    for task in done:
        task.result()
