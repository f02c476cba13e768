"""The Discord side of a process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.app.rooms import Paperround
from bot.presentation.findings import Finding
from bot.services.conversing import Conversation
from bot.watching import report

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.ports import Observer
    from bot.settings import Settings
    from handlers.discord.serving import Discord


@asynccontextmanager
async def on_discord(
    settings: Settings,
    rooms: Paperround,
    *,
    owner: str,
    observe: Observer | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[Discord | None]:
    """The Discord side of this process; None if the settings name no bot. *observe* stands for that of the rooms."""
    wanted = settings.discord
    if wanted.token is None:
        yield None
        return
    # discord.py takes a tenth of a second to import: whoever does not use it does not wait for it.
    from handlers.discord.serving import Account, Services, serving  # noqa: PLC0415

    account = Account(
        token=wanted.token.get_secret_value(),
        api=str(wanted.api_base),
        gateway=str(wanted.gateway or ""),
        per_second=wanted.requests_per_second,
        version=version("paperround"),
    )
    services = Services(
        conversation=Conversation(rooms.desk, rooms.offering, rooms.sharing),
        offering=rooms.offering,
        holding=rooms.subscribing,
        completing=rooms.searching,
        departures=rooms.departing,
        limiter=rooms.store.limiter,
        leases=rooms.store.leases,
    )
    async with serving(
        account,
        services,
        owner=owner,
        observe=observe or rooms.observe,
        report=report,
        now=rooms.now,
        sleep=sleep,
    ) as discord:
        yield discord


async def discord_findings(settings: Settings) -> list[Finding]:
    """How the Discord side stands; one line that says so if the settings name no bot."""
    wanted = settings.discord
    if wanted.token is None:
        return [Finding(name="Discord", told="not served: PAPERROUND_DISCORD__TOKEN is not set")]
    from handlers.discord.checking import findings  # noqa: PLC0415 - as above

    return await findings(
        wanted.token.get_secret_value(),
        api=str(wanted.api_base),
        gateway=str(wanted.gateway or ""),
        version=version("paperround"),
    )
