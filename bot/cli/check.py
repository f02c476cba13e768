"""``paperround check``: what works, what does not, and the one thing to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.app.discord import discord_findings
from bot.app.mail import mail_findings
from bot.app.rooms import opened, utc_now
from bot.app.slack import slack_findings
from bot.app.sources import hugging_face
from bot.app.storing import shown_store
from bot.cli.exit_codes import DONE, FAILED
from bot.domain.errors import PaperroundError
from bot.presentation.phrases import counted
from bot.services.migrating import refuse_half
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable

    from bot.settings import Settings

_SOURCE: Final = "PAPERROUND_SOURCE__BASE_URL and PAPERROUND_SOURCE__TOKEN"


async def check(chosen: Namespace) -> int:
    """Check settings, store, source and platforms; gives `DONE` if all work."""
    settings = read_settings()
    _say("Settings", "read from the environment and .env", well=True)
    url = chosen.store or settings.store_url
    place = "--store" if chosen.store else "PAPERROUND_STORE" if settings.store else "PAPERROUND_DATA_DIR"
    checks = [
        await _checked("Store", _store(url), named=place),
        await _checked("Hugging Face", _source(settings), named=_SOURCE),
    ]
    for found in (
        *await discord_findings(settings),
        *await slack_findings(settings, url),
        *await mail_findings(settings),
    ):
        _say(found.name, found.told, well=found.well)
        checks.append(found.well)
    zone = settings.zone or "not set: people are asked for theirs"
    _say("Time zone", zone, well=True)
    return DONE if all(checks) else FAILED


async def _checked(name: str, work: Awaitable[str], *, named: str) -> bool:
    """Whether *work* succeeds; says so, and if not, where it is *named*."""
    try:
        _say(name, await work, well=True)
    except PaperroundError as error:
        _say(name, f"{error.message} {error.hint}".rstrip() + f" It is set by {named}.", well=False)
        return False
    return True


async def _store(url: str) -> str:
    async with opened(url, data_dir=read_settings().data_dir) as rooms:
        await rooms.store.ping()
        await refuse_half(rooms.store, rooms.now())
        papers = await rooms.store.papers.count()
        newest = await rooms.composer.newest_day()
        warnings = await rooms.store.warnings()
    told = f"{shown_store(url)}: {counted(papers, 'paper')}"
    told += f", newest list day {newest}" if newest else "; fetch some with `paperround ingest`"
    return " ".join((told + "." if warnings else told, *warnings))


async def _source(settings: Settings) -> str:
    async with hugging_face(settings) as source:
        listing = await source.listing(utc_now().date())
    token = "with a token" if settings.source.token else "without a token"
    return f"{settings.source.base_url} answers {token}: {counted(len(listing.entries), 'paper')} today"


def _say(name: str, told: str, *, well: bool) -> None:
    print(f"{'✓' if well else '✗'} {name}: {told}")
