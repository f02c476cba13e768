"""Discord's REST API as far as posting needs it: the thin shell that asks; `handlers.discord.outcomes` judges.

Requests that fail are not repeated here: whoever asks knows what may be asked twice.
https://discord.com/developers/docs/reference
"""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from yarl import URL

from handlers.discord.limits import HISTORY_PAGE, THREAD_NAME
from handlers.discord.responses import Answer, NoAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

API: Final = "https://discord.com/api/v10"
_DISCORD: Final = "https://discord.com"
TIMEOUT: Final = timedelta(seconds=10)
"""For one answer, from the connection to its last byte."""
CONNECT_TIMEOUT: Final = timedelta(seconds=5)

_NOBODY: Final[Mapping[str, Any]] = {"parse": []}
"""Whom a message may mention: titles are other people's text."""
_SURELY_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""No connection was made: no such name, refused, TLS failed, or too slow. All others may have been sent."""


class Rest:
    """Asks Discord's API over *http*, which stays its owner's to close.

    *token* goes out in one header and nowhere else; *user_agent* is `agent_of` our version. Not for another thread.
    """

    def __init__(self, http: aiohttp.ClientSession, token: str, *, user_agent: str, base: str = API) -> None:
        self._http = http
        self._token = token
        self._agent = user_agent
        self._base = base.rstrip("/")
        self._conversations: dict[str, str] = {}

    async def post_message(self, channel: str, body: Mapping[str, Any]) -> Answer | NoAnswer:
        """Post *body* to *channel*, mentioning nobody."""
        return await self._ask("POST", f"channels/{channel}/messages", {**body, "allowed_mentions": _NOBODY})

    async def history(
        self, channel: str, *, after: int | None = None, limit: int = HISTORY_PAGE
    ) -> Answer | NoAnswer:
        """The first *limit* messages after the id *after*, or the newest ones; an array, newest first.

        It is empty where we lack the permission Read Message History.
        """
        query = {"limit": str(limit)} | ({} if after is None else {"after": str(after)})
        return await self._ask("GET", f"channels/{channel}/messages", query=query)

    async def start_thread(self, channel: str, message: str, name: str) -> Answer | NoAnswer:
        """Start a thread below *message*, whose id it gets; code 160004 if there is one."""
        path = f"channels/{channel}/messages/{message}/threads"
        return await self._ask("POST", path, {"name": name[:THREAD_NAME]})

    async def open_conversation(self, person: str) -> Answer | NoAnswer:
        """The direct conversation with *person*, whom nobody tells of it. It is known from then on."""
        answer = await self._ask("POST", "users/@me/channels", {"recipient_id": person})
        if isinstance(answer, Answer) and answer.id:
            self._conversations[person] = answer.id
        return answer

    def conversation(self, person: str) -> str | None:
        """The channel of the direct conversation with *person*, if it was opened in this process."""
        return self._conversations.get(person)

    async def me(self) -> Answer | NoAnswer:
        """The bot's own user."""
        return await self._ask("GET", "users/@me")

    async def application(self) -> Answer | NoAnswer:
        """The bot's application."""
        return await self._ask("GET", "applications/@me")

    async def commands(self, application: str) -> Answer | NoAnswer:
        """The commands that Discord knows of *application*; an array."""
        return await self._ask("GET", f"applications/{application}/commands")

    async def gateway(self) -> Answer | NoAnswer:
        """The gateway's address, how many shards it wants, and how many sessions may still be started."""
        return await self._ask("GET", "gateway/bot")

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer | NoAnswer:
        try:
            async with self._http.request(
                method,
                URL(f"{self._base}/{path}"),
                json=body,
                params=query,
                headers={"Authorization": f"Bot {self._token}", "User-Agent": self._agent},
                allow_redirects=False,
            ) as response:
                read = await response.read()
                return Answer(status=response.status, headers=response.headers, body=_decoded(read))
        except _SURELY_NOT_SENT as error:
            return NoAnswer(detail=f"no connection ({type(error).__name__})", sent=False)
        except (aiohttp.ClientError, OSError) as error:  # a timeout too is an OSError
            return NoAnswer(detail=f"cut off ({type(error).__name__})", sent=True)


@asynccontextmanager
async def rest_to(
    token: str,
    *,
    user_agent: str,
    base: str = API,
    timeout: timedelta = TIMEOUT,  # noqa: ASYNC109 - of one answer
) -> AsyncGenerator[Rest]:
    """A client with a session of its own, as many connections as are wanted, and no cookies."""
    limits = aiohttp.ClientTimeout(
        total=timeout.total_seconds(), connect=min(timeout, CONNECT_TIMEOUT).total_seconds()
    )
    connector = aiohttp.TCPConnector(limit=0)
    cookies = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies, timeout=limits) as http:
        yield Rest(http, token, user_agent=user_agent, base=base)


def agent_of(version: str, page: str) -> str:
    """How a bot names itself, or Cloudflare turns it away (code 40333).

    https://discord.com/developers/docs/reference#user-agent
    """
    return f"DiscordBot ({page}, {version})"


def page_of(token: str) -> str:
    """Where the bot of *token* is found on Discord, which wants an address of whoever asks; Discord's own if unclear.

    A token's first part is the id of its bot, in base 64: https://discord.com/developers/docs/reference#authentication
    """
    first = token.partition(".")[0]
    try:
        bot = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode("ascii")
    except ValueError:
        return _DISCORD
    return f"{_DISCORD}/users/{bot}" if bot.isdecimal() else _DISCORD


def _decoded(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
