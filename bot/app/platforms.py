"""Everything that a process serves besides its terminal, at once and from one store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.discord import on_discord
from bot.app.mail import on_email
from bot.app.slack import on_slack
from bot.app.web import on_web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.app.rooms import Paperround
    from bot.outbox import Messenger
    from bot.settings import Settings
    from handlers.discord.serving import Discord
    from handlers.email.serving import Email
    from handlers.slack.serving import Slack


@dataclass(frozen=True, slots=True, kw_only=True)
class Platforms:
    """What posts, what listens (by its name), and where the web part is found, empty if nowhere."""

    messengers: tuple[Messenger, ...]
    parts: dict[str, Callable[[], Awaitable[None]]]
    page: str


@asynccontextmanager
async def on_platforms(settings: Settings, rooms: Paperround, *, owner: str) -> AsyncGenerator[Platforms]:
    """All platforms that the settings name; raises `BadConfiguration` if something that one needs is not set."""
    async with (
        on_discord(settings, rooms, owner=owner) as discord,
        on_slack(settings, rooms, owner=owner) as slack,
        on_email(settings, rooms) as mail,
        on_web(
            settings,
            rooms,
            routes=[*(mail.routes if mail else ()), *(slack.routes if slack else ())],
            states=[*([discord.gateway.state] if discord else ()), *(slack.states if slack else ())],
        ) as page,
    ):
        yield Platforms(messengers=_messengers(discord, slack, mail), parts=_parts(discord, slack), page=page)


def _messengers(discord: Discord | None, slack: Slack | None, mail: Email | None) -> tuple[Messenger, ...]:
    return (
        *([discord.messenger] if discord else ()),
        *([slack.messenger] if slack else ()),
        *([mail.messenger] if mail else ()),
    )


def _parts(discord: Discord | None, slack: Slack | None) -> dict[str, Callable[[], Awaitable[None]]]:
    return {
        **({"discord": discord.gateway.run} if discord else {}),
        **({"slack": slack.run} if slack else {}),
    }
