"""Whether this app can serve: its tokens, what it was granted, Socket Mode. Nothing is changed by looking."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.presentation.findings import Finding
from bot.presentation.phrases import counted
from handlers.slack.access import scopes_in
from handlers.slack.manifest import (
    BASE_SCOPES,
    CARD_SCOPES,
    CONFIRM_SCOPES,
    EVENTS_PATH,
    INSTALL_PATH,
    Variant,
)
from handlers.slack.messenger import session
from handlers.slack.refusals import refused
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    import aiohttp

    from handlers.slack.installing import Vault
    from handlers.slack.responses import NoAnswer
    from handlers.slack.serving import Account

_NAME: Final = "Slack"
_SCOPES: Final = "Slack scopes"
_SOCKET: Final = "Slack connection"
_PLACES: Final = "Slack workspaces"
_ADDRESS: Final = "Slack address"
_APPS: Final = "api.slack.com/apps, your app"
_REACH: Final = "Let this machine reach it; PAPERROUND_SLACK__API_BASE is where it is looked for."
_NO_SIGNS: Final = frozenset({"not_allowed_token_type", "invalid_auth", "not_authed"})


async def findings(account: Account, vault: Vault | None) -> list[Finding]:
    """How the app stands; *vault* has the workspaces that installed it, None where it is in one by its token."""
    async with session() as http:
        way = await _socket(account, http) if account.app_token else _address(account)
        if vault is not None:
            return [await _workspaces(vault), way]
        return [*await _bot(account, http), way]


async def _bot(account: Account, http: aiohttp.ClientSession) -> list[Finding]:
    client = AsyncWebClient(token=account.bot_token, base_url=account.api, session=http, retry_handlers=[])
    answer = await answered(client.auth_test())
    if wrong := _wrong(answer, "bot token", "OAuth & Permissions", "PAPERROUND_SLACK__BOT_TOKEN"):
        return [Finding(name=_NAME, told=wrong, well=False)]
    told: dict[str, str] = dict(answer.body) if isinstance(answer, Answer) else {}
    if not told.get("bot_id"):
        person = f"The bot token is that of a person. Copy the one that begins with xoxb- from {_APPS}."
        return [Finding(name=_NAME, told=person, well=False)]
    where = f"the token is that of the bot {told.get('user', '')} in the workspace {told.get('team', '')}"
    granted = (
        scopes_in(answer.headers.get("x-oauth-scopes", "")) if isinstance(answer, Answer) else frozenset()
    )
    return [Finding(name=_NAME, told=where), _scopes(account, granted)]


def _scopes(account: Account, granted: frozenset[str]) -> Finding:
    """Those that lack for what the settings ask, and those that nobody needs."""
    needed = set(Variant(confirm=account.confirm, link_cards=account.link_cards).scopes)
    if lacking := sorted(needed - granted):
        told = (
            f"lacking: {', '.join(lacking)}. Add them at {_APPS}, OAuth & Permissions, and install it again."
        )
        return Finding(name=_SCOPES, told=told, well=False)
    unused = sorted(granted - needed - set(BASE_SCOPES))
    addons = [
        f"{name} is granted but not switched on ({setting})"
        for name, setting, scopes in (
            ("confirm", "PAPERROUND_SLACK__CONFIRM", CONFIRM_SCOPES),
            ("link cards", "PAPERROUND_SLACK__LINK_CARDS", CARD_SCOPES),
        )
        if set(unused) >= set(scopes)
    ]
    more = f"; {'; '.join(addons)}" if addons else f"; not needed: {', '.join(unused)}" if unused else ""
    return Finding(name=_SCOPES, told=f"all {len(needed)} that are needed{more}")


async def _socket(account: Account, http: aiohttp.ClientSession) -> Finding:
    client = AsyncWebClient(base_url=account.api, session=http, retry_handlers=[])
    answer = await answered(client.apps_connections_open(app_token=account.app_token))
    if isinstance(answer, Answer) and answer.error == "missing_scope":
        told = f"The app token lacks connections:write. Make another at {_APPS}, Basic Information, App-Level Tokens."
        return Finding(name=_SOCKET, told=told, well=False)
    if wrong := _wrong(
        answer, "app token", "Basic Information, App-Level Tokens", "PAPERROUND_SLACK__APP_TOKEN"
    ):
        return Finding(name=_SOCKET, told=wrong, well=False)
    return Finding(name=_SOCKET, told="Socket Mode is on, and the app token opens it")


def _address(account: Account) -> Finding:
    """Nobody can see from here whether Slack reaches it."""
    where = account.address or "your address"
    install = f"; workspaces install it at {where}{INSTALL_PATH}" if account.client_id else ""
    return Finding(name=_ADDRESS, told=f"Slack must reach {where}{EVENTS_PATH}{install}")


async def _workspaces(vault: Vault) -> Finding:
    """How many there are, each of whose tokens a key opens; raises `StoreError` if none does."""
    there = await vault.workspaces()
    for workspace in there:
        await vault.find(workspace)
    if not there:
        return Finding(name=_PLACES, told="none has installed it yet")
    return Finding(
        name=_PLACES, told=f"{counted(len(there), 'workspace')} installed it; the seal keys open them"
    )


def _wrong(answer: Answer | NoAnswer, what: str, page: str, setting: str) -> str:
    """What is wrong, and what to do; empty if *answer* is a good one."""
    if not isinstance(answer, Answer):
        return f"Slack cannot be reached: {answer.detail}. {_REACH}"
    if answer.ok:
        return ""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "Slack takes no more requests of this app just now. Try again in a minute."
    if answer.error in _NO_SIGNS:
        return f"Slack does not know this {what}. Copy it anew from {_APPS}, {page}, and set {setting}."
    if answer.error:
        return f"Slack refuses this {what}: {refused(answer.error).because}. See {_APPS}, {page}; it is set by {setting}."
    return f"Slack answered {answer.status}. Try again later; slack-status.com tells of outages. {_REACH}"
