"""What must be known of the workspaces that have us before anything else: who we are there, and that we are back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import BadConfiguration
from bot.domain.events import GatewayLost
from bot.domain.subscriptions import Platform
from handlers.slack.access import Access, OneWorkspace, scopes_in
from handlers.slack.calling import told
from handlers.slack.refusals import refused
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

    import aiohttp

    from bot.ports import Observer
    from handlers.slack.installing import Vault
    from handlers.slack.responses import NoAnswer

_FIRST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(minutes=5)
_TOKEN_IS_WRONG: Final = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
    }
)
_PAGE: Final = "api.slack.com/apps, your app, OAuth & Permissions"


class Returning(Protocol):
    """Hears of workspaces that have us; see `bot.services.departing.Departing`."""

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        """*workspace* has us."""
        ...

    async def all_back(self, platform: Platform, present: Container[str]) -> int:
        """Those *present* have us."""
        ...


class Introduced:
    """One workspace, whose token is *token*: asked once who we are there, however long that takes."""

    def __init__(  # noqa: PLR0913 - whom to ask, as whom, and who is told
        self,
        known: OneWorkspace,
        token: str,
        returning: Returning,
        *,
        http: aiohttp.ClientSession,
        base: str,
        observe: Observer,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._known = known
        self._token = token
        self._returning = returning
        self._client = AsyncWebClient(token=token, base_url=base, session=http, retry_handlers=[])
        self._observe = observe
        self._sleep = sleep

    async def introduce(self) -> None:
        """Learn the workspace and the scopes; raises `BadConfiguration` if the token is none of Slack's."""
        answer = await self._asked()
        workspace = str(answer.body.get("team_id", ""))
        access = Access(
            token=self._token,
            scopes=scopes_in(answer.headers.get("x-oauth-scopes", "")),
            user=str(answer.body.get("user_id", "")),
        )
        self._known.learn(access, workspace)
        await self._returning.workspace_back(Platform.SLACK, workspace)

    async def _asked(self) -> Answer:
        wait = _FIRST_WAIT
        while True:
            answer = await answered(self._client.auth_test())
            if isinstance(answer, Answer) and answer.ok:
                return answer
            error = answer.error if isinstance(answer, Answer) else ""
            if error in _TOKEN_IS_WRONG:
                raise BadConfiguration(
                    f"Slack does not take the bot token: {refused(error).because}.",
                    hint=f"Copy it anew from {_PAGE}, and set PAPERROUND_SLACK__BOT_TOKEN.",
                )
            self._observe(GatewayLost(reason=f"Slack does not say who we are: {told(answer)}"))
            await self._sleep(max(wait, _wanted(answer)).total_seconds())
            wait = min(wait * 2, _LONGEST_WAIT)


class Many:
    """Any number of workspaces: those that installed us while nobody listened have us again."""

    def __init__(self, vault: Vault, returning: Returning) -> None:
        self._vault = vault
        self._returning = returning

    async def introduce(self) -> None:
        """Nothing that removed us before and has us now is forgotten."""
        await self._returning.all_back(Platform.SLACK, frozenset(await self._vault.workspaces()))


def _wanted(answer: Answer | NoAnswer) -> timedelta:
    """How long Slack wants us to wait."""
    wait = answer.retry_after if isinstance(answer, Answer) else None
    return wait or timedelta(0)
