"""``paperround check``: what works, what does not, and the one thing to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app import hugging_face, opened, utc_now
from bot.cli.exit_codes import DONE, FAILED
from bot.domain.errors import PaperroundError
from bot.presentation.phrases import counted
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable

    from bot.settings import Settings


async def check(chosen: Namespace) -> int:
    """Check settings, store and source; gives `DONE` if all work."""
    settings = read_settings()
    _say("Settings", "read from the environment and .env", well=True)
    url = chosen.store or settings.store_url
    checks = [await _checked("Store", _store(url)), await _checked("Hugging Face", _source(settings))]
    zone = settings.zone or "not set: people are asked for theirs"
    _say("Time zone", zone, well=True)
    return DONE if all(checks) else FAILED


async def _checked(name: str, work: Awaitable[str]) -> bool:
    try:
        _say(name, await work, well=True)
    except PaperroundError as error:
        _say(name, f"{error.message} {error.hint}".rstrip(), well=False)
        return False
    return True


async def _store(url: str) -> str:
    async with opened(url) as rooms:
        await rooms.store.ping()
        papers = await rooms.store.papers.count()
        newest = await rooms.composer.newest_day()
    told = f"{url}: {counted(papers, 'paper')}"
    return f"{told}, newest list day {newest}" if newest else f"{told}; fetch some with `paperround ingest`"


async def _source(settings: Settings) -> str:
    async with hugging_face(settings) as source:
        listing = await source.listing(utc_now().date())
    token = "with a token" if settings.source.token else "without a token"
    return f"{settings.source.base_url} answers {token}: {counted(len(listing.entries), 'paper')} today"


def _say(name: str, told: str, *, well: bool) -> None:
    print(f"{'✓' if well else '✗'} {name}: {told}")
