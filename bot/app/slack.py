"""The Slack side of a process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.app.mail import style_url
from bot.app.rooms import Paperround
from bot.app.storing import sealer
from bot.domain.errors import BadConfiguration, PaperroundError
from bot.presentation.findings import Finding
from bot.services.conversing import Conversation
from bot.watching import hush, report
from storage.opening import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.ports import Observer
    from bot.settings import Settings
    from handlers.slack.serving import Account, Slack


@asynccontextmanager
async def on_slack(
    settings: Settings,
    rooms: Paperround,
    *,
    owner: str,
    observe: Observer | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[Slack | None]:
    """The Slack side of this process, whose routes the web part mounts; None if the settings name no app.

    *observe* stands for that of the rooms. Raises `BadConfiguration` if something that it needs is not set.
    """
    wanted = settings.slack
    if not wanted.served:
        yield None
        return
    # slack-bolt takes a third of a second to import: whoever does not use it does not wait for it.
    from handlers.slack.entrance import LOGS  # noqa: PLC0415
    from handlers.slack.serving import Services, serving  # noqa: PLC0415

    hush(*LOGS)
    services = Services(
        conversation=Conversation(rooms.desk, rooms.offering, rooms.sharing),
        offering=rooms.offering,
        desk=rooms.desk,
        departing=rooms.departing,
        store=rooms.store,
        sealer=sealer(settings) if wanted.installable else None,
    )
    account = _account(settings, style_url(rooms) if wanted.mode == "http" else "")
    async with serving(
        account,
        services,
        owner=owner,
        observe=observe or rooms.observe,
        report=report,
        now=rooms.now,
        sleep=sleep,
    ) as slack:
        yield slack


async def slack_findings(settings: Settings, url: str) -> list[Finding]:
    """How the Slack side stands, with the store at *url*; one line that says so if the settings name no app."""
    wanted = settings.slack
    if not wanted.served:
        return [Finding(name="Slack", told="not served: PAPERROUND_SLACK__APP_TOKEN is not set")]
    from handlers.slack.checking import findings  # noqa: PLC0415 - as above
    from handlers.slack.entrance import LOGS  # noqa: PLC0415
    from handlers.slack.installing import Vault  # noqa: PLC0415

    hush(*LOGS)
    try:
        account = _account(settings, "")
        if not wanted.installable:
            return await findings(account, None)
        async with open_store(url) as store:
            return await findings(account, Vault(store.installations, sealer(settings)))
    except PaperroundError as error:
        return [Finding(name="Slack", told=f"{error.message} {error.hint}".rstrip(), well=False)]


def _account(settings: Settings, style: str) -> Account:
    """The app that the settings name; raises `BadConfiguration`."""
    from handlers.slack.serving import Account  # noqa: PLC0415 - as above

    wanted = settings.slack
    socket = wanted.mode == "socket"
    return Account(
        api=f"{str(wanted.api_base).rstrip('/')}/",
        authorize_url=str(wanted.authorize_url),
        command=wanted.command,
        app_token=_bare(wanted.app_token) if socket else "",
        bot_token="" if wanted.installable else _bare(wanted.bot_token),
        signing_secret=_bare(wanted.signing_secret),
        client_id=wanted.client_id,
        client_secret=_bare(wanted.client_secret),
        address="" if socket else _address(settings),
        style_url=style,
        confirm=wanted.confirm,
        link_cards=wanted.link_cards,
    )


def _address(settings: Settings) -> str:
    """Where Slack finds us; raises `BadConfiguration` if nothing is served there."""
    web = settings.web
    if web.port is None or (settings.slack.installable and web.base_url is None):
        raise BadConfiguration(
            "Slack’s mode http needs the web part, where Slack finds us.",
            hint="Set PAPERROUND_WEB__PORT and PAPERROUND_WEB__BASE_URL, or PAPERROUND_SLACK__MODE=socket.",
        )
    return str(web.base_url or "").rstrip("/")


class _Secret(Protocol):
    def get_secret_value(self) -> str: ...


def _bare(secret: _Secret | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
