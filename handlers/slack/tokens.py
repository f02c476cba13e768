"""The tokens of workspaces that installed us, renewed in time where the app rotates them.

https://docs.slack.dev/authentication/using-token-rotation: a token lives for twelve hours, and the token that renews
it is good for once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox import Lease
from handlers.slack.access import Access
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    import aiohttp

    from bot.outbox import Leases
    from bot.ports import Clock
    from handlers.slack.installing import Vault

EARLY: Final = timedelta(hours=2)
"""How long before its end a token is renewed, so that one attempt that fails costs nothing."""
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
        now: Clock,
        base: str,
    ) -> None:
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
            bot = await self._renewed(bot, sealed)
        return Access(token=bot.bot_token, scopes=frozenset(bot.bot_scopes or ()), user=bot.bot_user_id or "")

    async def _renewed(self, bot: Bot, sealed: str) -> Bot:
        """*bot* with a new token; as it was if another process renews it, or it could not be now."""
        now, name = self._now(), f"slack token {bot.team_id}"
        if not await self._leases.acquire(name, Lease(owner=self._owner, at=now, until=now + _LEASE)):
            return bot
        try:
            answer = await answered(self._asked(bot))
            renewed = _with(bot, answer, int(now.timestamp()))
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


def _with(bot: Bot, answer: object, now: int) -> Bot:
    """*bot* with what *answer* grants; itself if that is nothing."""
    if not isinstance(answer, Answer) or not answer.ok or not answer.body.get("access_token"):
        return bot
    granted = answer.body
    renewed = Bot(**bot.to_dict_for_copying())
    renewed.bot_token = granted["access_token"]
    renewed.bot_refresh_token = granted.get("refresh_token") or bot.bot_refresh_token
    renewed.bot_token_expires_at = now + int(granted.get("expires_in", 0))
    return renewed
