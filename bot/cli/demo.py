"""``paperround demo``: a day's papers become a digest for a channel, and then you can talk to the bot."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.app.delivering import delivery, process_name, working
from bot.app.rooms import opened, utc_now
from bot.app.sources import SAMPLE_DAY, hugging_face
from bot.app.terminal import terminal, terminal_messenger
from bot.app.web import on_web
from bot.cli.exit_codes import DONE, NOTHING
from bot.cli.past import Past
from bot.cli.replays import replay_of
from bot.domain.composing import Window
from bot.domain.filters import Filter
from bot.services.ingesting import back_fill_days
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace

    from bot.app.rooms import Paperround
    from bot.settings import Settings

_CHANNEL_WANTS: Final = (
    'subscribe agents, reasoning, "world model", diffusion -survey at 09:00 Berlin on weekdays top 5'
)
_LOOK_UP: Final = "search video diffusion"
_LIVE_DAYS: Final = 3


async def demo(chosen: Namespace) -> int:
    """Show a first digest without any account, store or server; then the prompt, if there is a terminal."""
    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="paperround-demo-") as folder:
        url = f"sqlite:///{folder}/demo.db"
        if chosen.live:
            return await _live(settings, url)
        return await _recorded(settings, url, Path(chosen.source) if chosen.source else SAMPLE_DAY)


async def _recorded(settings: Settings, url: str, path: Path) -> int:
    clock = Past()
    async with opened(url, now=clock, observe=lambda _: None) as rooms:
        async for listing in (await replay_of(str(path))).listings():
            await rooms.ingest.keep(listing)
            clock.at_least(listing.seen_at)
        if path == SAMPLE_DAY:  # whose summaries are our own
            return await _talk(settings, rooms, "the sample day that ships with it", credit="")
        return await _talk(settings, rooms, str(path))


async def _live(settings: Settings, url: str) -> int:
    async with (
        hugging_face(settings) as source,
        opened(url, source=source, observe=lambda _: None) as rooms,
    ):
        for day in back_fill_days(utc_now().date())[:_LIVE_DAYS]:
            await rooms.ingest.read(source, day)
        return await _talk(settings, rooms, str(settings.source.base_url))


async def _talk(settings: Settings, rooms: Paperround, used: str, *, credit: str = "Hugging Face") -> int:
    newest = await rooms.composer.newest_day()
    papers = await rooms.store.papers.count()
    if newest is None:
        print(
            f"paperround: {used} holds no list day; look with `paperround digest --source`.", file=sys.stderr
        )
        return NOTHING
    print(
        f"Paperround demo, from {used}: {papers:,} papers up to {newest:%a %d %b %Y}, in a store of its own.\n"
    )
    prompt = terminal(settings, rooms, credit=credit)
    bringing = delivery(
        rooms, [terminal_messenger(credit=credit)], owner=process_name(), observe=lambda _: None
    )
    best = await rooms.composer.best(Filter(), Window(first=newest, last=newest), top=1)
    shown = f"show {best.picks[0].entry.paper.id}"
    for text in (_CHANNEL_WANTS, "yes", "send", _LOOK_UP, shown):
        print(f"› {text}\n")
        await prompt.say(text)
        await bringing.courier.settle()
    if sys.stdin.isatty():
        async with (
            on_web(settings, rooms, port=settings.web.port or 0, credit=credit) as page,
            working(bringing),
        ):
            print(f"The same as a page, while this runs: {page}\n")
            await prompt.run()
    return DONE
