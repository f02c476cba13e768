"""What Slack and people who install us find at our address: events, the way to Slack, and the way back."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.domain.errors import PaperroundError, UserError
from bot.domain.events import RequestRefused
from handlers.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from handlers.slack.oauth import HTML
from handlers.slack.pages import page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
    from slack_bolt.response import BoltResponse

    from bot.ports import Observer

_SIGNATURE: Final = "X-Slack-Signature"
_TIME: Final = "X-Slack-Request-Timestamp"
_RETRY: Final = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
_JSON: Final = "application/json"
_LARGEST: Final = 1024**2
"""Bytes of a request: a form holds 100 blocks, a message 50."""
_MOST_UNSIGNED: Final = 1_000
"""Bytes of a request that is read at all before its signature is looked at."""
_PATIENCE: Final = 10.0
"""Seconds that a request may take to arrive; Slack waits for three until it is answered."""


class EventRoutes:
    """Where Slack tells us of everything, each time signed with *signing_secret*."""

    def __init__(
        self,
        hear: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        signing_secret: str,
        *,
        observe: Observer,
        patience: float = _PATIENCE,
    ) -> None:
        self._hear = hear
        self._patience = patience
        self._verifier = SignatureVerifier(signing_secret)
        self._observe = observe

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [web.post(EVENTS_PATH, self.events)]

    async def events(self, request: web.Request) -> web.Response:
        """Hear what Slack tells, if it is Slack who tells it."""
        try:
            async with asyncio.timeout(self._patience):
                raw = await request.clone(client_max_size=_LARGEST).read()
        except TimeoutError:
            return web.Response(status=HTTPStatus.REQUEST_TIMEOUT, headers={"Connection": "close"})
        if len(raw) < _MOST_UNSIGNED and b"ssl_check" in raw and (b"ssl_check", b"1") in parse_qsl(raw):
            return web.Response()  # Slack looks at our certificate, and signs nothing
        if not self._signed(raw, request):
            self._observe(RequestRefused(reason="a request with a bad or old signature"))
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        try:
            told = _read(raw, request.content_type)
        except ValueError:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        headers = {name: request.headers[name] for name in _RETRY if name in request.headers}
        asked = AsyncBoltRequest(body=json.dumps(told), headers={"Content-Type": _JSON, **headers})
        return await to_aiohttp_response(await self._hear(asked))

    def _signed(self, raw: bytes, request: web.Request) -> bool:
        """Whether Slack signed it in the last five minutes.

        https://docs.slack.dev/authentication/verifying-requests-from-slack
        """
        signature, time = request.headers.get(_SIGNATURE, ""), request.headers.get(_TIME, "")
        if not (
            time.isascii() and time.isdecimal() and len(time) < len("1000000000000") and signature.isascii()
        ):
            return False  # slack_sdk would raise
        try:
            return self._verifier.is_valid(raw, time, signature)
        except UnicodeDecodeError:
            return False


class InstallRoutes:
    """The way to Slack and back, of those who install us by *flow*."""

    def __init__(self, flow: AsyncOAuthFlow, *, observe: Observer, style_url: str = "") -> None:
        self._flow = flow
        self._observe = observe
        self._style_url = style_url

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [web.get(INSTALL_PATH, self.install), web.get(REDIRECT_PATH, self.come_back)]

    async def install(self, request: web.Request) -> web.Response:
        """Lead to Slack, where somebody says yes."""
        response = await self._flow.handle_installation(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    async def come_back(self, request: web.Request) -> web.Response:
        """Keep what Slack granted, and say what became of it."""
        try:
            response = await self._flow.handle_callback(await to_bolt_request(request))
        except UserError as error:
            return self._told(HTTPStatus.BAD_REQUEST, error)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, AttributeError):
            self._observe(RequestRefused(reason="an installation: Slack could not be asked"))
            wait = UserError("Slack could not be asked.", hint="Begin again in a minute.")
            return self._told(HTTPStatus.BAD_GATEWAY, wait)
        return await to_aiohttp_response(response)

    def _told(self, status: int, error: PaperroundError) -> web.Response:
        body = page(error.message, [error.hint], style_url=self._style_url)
        return web.Response(status=status, text=body, headers={"Content-Type": HTML})


def _read(raw: bytes, kind: str) -> dict[str, Any]:
    """What is told: JSON, a form, or JSON in a form's field; raises `ValueError`.

    slack-bolt takes a command in which the word *payload* occurs for an empty form, so it is read here.
    """
    text = raw.decode()
    if kind == _JSON:
        told = json.loads(text)
    else:
        fields = dict(parse_qsl(text, keep_blank_values=True))
        told = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004 - what is wrong is its text
    return told
