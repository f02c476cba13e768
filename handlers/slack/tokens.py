"""The tokens of workspaces that installed us, renewed in time where the app rotates them.

https://docs.slack.dev/authentication/using-token-rotation: a token lives for twelve hours, and the token that renews
it is good for once.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import StoreError
from bot.domain.events import GatewayLost
from bot.outbox import Lease
from handlers.slack.access import Access
from handlers.slack.calling import told
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    from datetime import datetime

    import aiohttp

    from bot.outbox import Leases
    from bot.ports import Clock, Observer
    from handlers.slack.installing import Vault
    from handlers.slack.responses import NoAnswer

EARLY: Final = timedelta(hours=2)
"""How long before its end a token is renewed, so that attempts that fail cost nothing."""
REST: Final = timedelta(minutes=1)
"""Between two attempts in one process; Slack is asked for a new token before a request may be acknowledged."""
PROMPT: Final = 1.0
"""Seconds that whoever needs the token waits for a new one; Slack gives three until it is acknowledged."""
_LEASE: Final = timedelta(seconds=30)


class InstalledWorkspaces:
    """The `handlers.slack.access.Accesses` of an app that any workspace may install.

    *app* are the client's id and its secret. Many processes share *leases*, so that one renews a token.
    """

    def __init__(  # noqa: PLR0913 - whose tokens, as whom they are renewed, and where
        self,
        vault: Vault,
        leases: Leases,
        http: aiohttp.ClientSession,
        *,
        app: tuple[str, str],
        owner: str,
        observe: Observer,
        now: Clock,
        base: str,
    ) -> None:
        self._observe = observe
        self._under_way: dict[str, asyncio.Task[Bot]] = {}
        self._rests: dict[str, datetime] = {}
        self._vault = vault
        self._leases = leases
        self._http = http
        self._app = app
        self._owner = owner
        self._now = now
        self._base = base

    async def of(self, workspace: str) -> Access | None:
        """The workspace's token, renewed if it ends soon; None if we are not installed there."""
        held = await self._vault.held(workspace)
        if held is None:
            return None
        bot, sealed = held
        ends = bot.bot_token_expires_at
        if ends is not None and ends <= (self._now() + EARLY).timestamp():
            bot = await self._promptly(workspace, bot, sealed)
        return Access(token=bot.bot_token, scopes=frozenset(bot.bot_scopes or ()), user=bot.bot_user_id or "")

    async def settled(self) -> None:
        """Return when no token is being renewed: what renews it is good once, so the answer is waited for."""
        await asyncio.gather(*self._under_way.values())

    async def _promptly(self, workspace: str, bot: Bot, sealed: str) -> Bot:
        """*bot* with a new token if that is quick; else as it is, while the new one is on its way."""
        work = self._under_way.get(workspace)
        if work is None:
            if self._now() < self._rests.get(workspace, self._now()):
                return bot
            self._rests[workspace] = self._now() + REST
            work = self._under_way[workspace] = asyncio.ensure_future(self._renewed(bot, sealed))
            work.add_done_callback(lambda _: self._under_way.pop(workspace))
        await asyncio.wait({work}, timeout=PROMPT)
        return work.result() if work.done() else bot

    async def _renewed(self, bot: Bot, sealed: str) -> Bot:
        """*bot* with a new token; as it was if another process renews it, or it could not be now."""
        try:
            return await self._exchanged(bot, sealed)
        except StoreError:
            return bot  # whoever needs the store besides says that it is away

    async def _exchanged(self, bot: Bot, sealed: str) -> Bot:
        now, name = self._now(), f"slack token {bot.team_id}"
        if not await self._leases.acquire(name, Lease(owner=self._owner, at=now, until=now + _LEASE)):
            return bot
        try:
            answer = await answered(self._asked(bot))
            renewed = _with(bot, answer, int(now.timestamp()))
            if renewed is bot:
                reason = told(answer) or "no token in its answer"
                self._observe(GatewayLost(reason=f"Slack does not renew a workspace’s token: {reason}"))
            return renewed if renewed is not bot and await self._vault.replace(renewed, sealed) else bot
        finally:
            await self._leases.release(name, self._owner)

    async def _asked(self, bot: Bot) -> Any:  # noqa: ANN401 - slack_sdk's response
        client = AsyncWebClient(base_url=self._base, session=self._http, retry_handlers=[])
        client_id, client_secret = self._app
        return await client.oauth_v2_access(
            client_id=client_id,
            client_secret=client_secret,
            grant_type="refresh_token",
            refresh_token=bot.bot_refresh_token,
        )


def _with(bot: Bot, answer: Answer | NoAnswer, now: int) -> Bot:
    """*bot* with what *answer* grants; itself if that is nothing."""
    if not isinstance(answer, Answer) or not answer.ok or not answer.body.get("access_token"):
        return bot
    granted = answer.body
    renewed = Bot(**bot.to_dict_for_copying())
    renewed.bot_token = granted["access_token"]
    renewed.bot_refresh_token = granted.get("refresh_token") or bot.bot_refresh_token
    renewed.bot_token_expires_at = now + int(granted.get("expires_in", 0))
    return renewed
