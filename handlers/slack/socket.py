"""Socket Mode: one connection to Slack, made anew whenever it ends. Nothing of ours is public.

slack_sdk's client makes its connections anew itself, but for ever with an address that is good once; so each of ours is
a client of its own. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import BadConfiguration
from bot.domain.events import GatewayLost
from bot.services.parts import told_to_end
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    from slack_bolt.response import BoltResponse
    from slack_sdk.socket_mode.request import SocketModeRequest

    from bot.ports import Observer
    from handlers.slack.responses import NoAnswer

PING: Final = timedelta(seconds=5)
_FIRST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(minutes=5)
_CONNECTED_WITHIN: Final = timedelta(seconds=15)
_WRONG_TOKEN: Final = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "account_inactive",
        "not_allowed_token_type",
        "missing_scope",
    }
)
_WHERE: Final = "api.slack.com/apps, your app, Basic Information, App-Level Tokens"


class Socket:
    """Hears Slack through one connection at a time; every process may have its own, ten at most for an app."""

    def __init__(  # noqa: PLR0913 - who hears, as whom, and time itself
        self,
        hear: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        app_token: str,
        *,
        http: aiohttp.ClientSession,
        base: str,
        observe: Observer,
        ping: timedelta = PING,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._hear = hear
        self._app_token = app_token
        self._web = AsyncWebClient(base_url=base, session=http, retry_handlers=[])
        self._observe = observe
        self._ping = ping
        self._sleep = sleep
        self._connection: _Connection | None = None

    def state(self) -> str:
        """How the connection stands, in words."""
        there = self._connection is not None and self._connection.holds
        return "Slack: connected." if there else "Slack: connecting."

    async def run(self) -> None:
        """Listen until told to end; raises `BadConfiguration` for what only an operator can mend."""
        try:
            while not told_to_end():
                before, self._connection = self._connection, await self._connected()
                if before is not None:
                    await before.end()
                await self._connection.over.wait()
                if not self._connection.announced:
                    self._observe(GatewayLost(reason="Slack’s connection ended"))
        finally:
            if self._connection is not None:
                await asyncio.shield(self._connection.end())

    async def _connected(self) -> _Connection:
        """A connection, however long it takes."""
        wait = _FIRST_WAIT
        while True:
            answer = await answered(self._web.apps_connections_open(app_token=self._app_token))
            if isinstance(answer, Answer) and answer.ok:
                connection = await self._opened(str(answer.body["url"]))
                if connection is not None:
                    return connection
                answer = Answer(status=0)
            asked = _judged(answer)
            self._observe(GatewayLost(reason=_reason(answer)))
            await self._sleep(max(wait, asked).total_seconds())
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _opened(self, url: str) -> _Connection | None:
        """A connection to *url*, which is good once; None if there is none in time."""
        connection = _Connection(self._app_token, self._web, url, self._ping)
        connection.socket_mode_request_listeners.append(self._heard)
        try:
            async with asyncio.timeout(_CONNECTED_WITHIN.total_seconds()):
                await connection.begin()
        except TimeoutError:
            await connection.end()
            return None
        except BaseException:
            await connection.end()
            raise
        return connection

    async def _heard(self, client: Any, request: SocketModeRequest) -> None:  # noqa: ANN401 - slack_sdk's
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        response = await self._hear(asked)
        with suppress(ConnectionError):  # Slack tells it again, and then it is known
            await send_async_response(client, request, response, time.time())


class _Connection(SocketModeClient):
    """One connection to *url*; that it is *over* is said instead of making another in its place."""

    def __init__(self, app_token: str, web: AsyncWebClient, url: str, ping: timedelta) -> None:
        super().__init__(app_token, web_client=web, ping_interval=ping.total_seconds())
        self.wss_uri = url
        self.over = asyncio.Event()
        self.announced = False

    @property
    def holds(self) -> bool:
        """Whether Slack is heard through it: also through one that is to end, until it does."""
        return self.announced or not self.over.is_set()

    async def begin(self) -> None:
        """Connect; that it cannot is tried again until it is ended."""
        await self.connect()  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        """Close it."""
        await self.close()  # type: ignore[no-untyped-call]

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - slack_sdk's
        """This one is dead; or Slack announces, a few times a day, that it will be: then *force* is set."""
        self.announced = self.announced or force
        self.over.set()


def _judged(answer: Answer | NoAnswer) -> timedelta:
    """How long Slack wants us to wait; raises `BadConfiguration` if trying again cannot help."""
    if not isinstance(answer, Answer):
        return timedelta(0)
    if answer.error in _WRONG_TOKEN:
        raise BadConfiguration(
            f"Slack does not let this app connect: {answer.error}.",
            hint=f"Make a token with the scope connections:write at {_WHERE}, and set PAPERROUND_SLACK__APP_TOKEN.",
        )
    return answer.retry_after or timedelta(0)


def _reason(answer: Answer | NoAnswer) -> str:
    if not isinstance(answer, Answer):
        return f"Slack: {answer.detail}"
    if not answer.status:
        return "Slack’s connection could not be made"
    return f"Slack answered {answer.error or answer.status}"
