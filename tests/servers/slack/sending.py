"""How Slack reaches the bot over HTTP: signed requests to its endpoint, and the answer measured."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.accounts import App
from tests.servers.slack.asked import Ack, Asked

Json = dict[str, Any]
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PATIENCE = 3.0
"""Seconds: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response"""


class Transport(Protocol):
    """A way to the bot."""

    async def ready(self) -> None:
        """Returns when the bot can be reached."""
        ...

    async def send(self, asked: Asked, attempt: int, reason: str) -> Ack:
        """Tells the bot and waits for its acknowledgement. *attempt* counts from 0; *reason* is of the last one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it went out, to be replayed."""

    url: str
    body: str
    headers: dict[str, str]


@dataclass(kw_only=True)
class Web:
    """Requests to the bot's *endpoints*, in turn. *secret* and *skew* (seconds) may be wrong on purpose."""

    app: App
    endpoints: list[str] = field(default_factory=list)
    patience: float = PATIENCE
    secret: str = ""
    """What to sign with; the app's own secret, if empty."""
    skew: float = 0
    sent: list[Sent] = field(default_factory=list)
    _opened: aiohttp.ClientSession | None = None

    async def ready(self) -> None:
        """At once: nobody knows whether it is there."""

    async def send(self, asked: Asked, attempt: int, reason: str) -> Ack:
        """https://docs.slack.dev/apis/events-api/#retries for the headers."""
        kind, body = written(asked)
        more = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        return await self.post(body, kind, more)

    async def post(self, body: str, kind: str = JSON, headers: dict[str, str] | None = None) -> Ack:
        """Signs *body* and sends it."""
        url = self.endpoints[len(self.sent) % len(self.endpoints)]
        signed = {"Content-Type": kind, **self.signature(body), **(headers or {})}
        return await self.replay(Sent(url=url, body=body, headers=signed))

    async def replay(self, sent: Sent) -> Ack:
        """Sends exactly this."""
        self.sent.append(sent)
        begin = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=self.patience)
        body, headers = sent.body.encode(), sent.headers
        try:
            async with self._client().post(sent.url, data=body, headers=headers, timeout=timeout) as response:
                text = await response.text()
        except TimeoutError:
            return Ack(after=time.monotonic() - begin, status=0)
        except aiohttp.ClientError:
            return Ack(after=time.monotonic() - begin, status=502)
        return _ack(response, text, time.monotonic() - begin)

    def signature(self, body: str) -> dict[str, str]:
        """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
        stamp = str(int(time.time() + self.skew))
        secret = (self.secret or self.app.signing_secret).encode()
        digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def verify(self) -> bool:
        """Whether the endpoint echoes a challenge, as Slack asks when its address is entered."""
        challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        asked = {"token": self.app.verification_token, "challenge": challenge, "type": "url_verification"}
        ack = await self.post(json.dumps(asked))
        return ack.good and challenge in (ack.body.get("challenge"), ack.text)

    async def close(self) -> None:
        """Nothing is sent any more."""
        if self._opened is not None:
            await self._opened.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession()
        return self._opened


def written(asked: Asked) -> tuple[str, str]:
    """Content type and body: commands are a form, events JSON, everything else JSON in a form."""
    if asked.kind == "slash_commands":
        return FORM, urlencode(asked.payload)
    text = json.dumps(asked.payload)
    return (JSON, text) if asked.kind == "events_api" else (FORM, urlencode({"payload": text}))


def why(ack: Ack) -> str:
    """The reason of a retry."""
    return "http_timeout" if ack.status == 0 else "http_error"


async def later(seconds: float) -> None:
    """A pause, if there is any."""
    if seconds:
        await asyncio.sleep(seconds)


def _ack(response: aiohttp.ClientResponse, text: str, after: float) -> Ack:
    final = response.headers.get("X-Slack-No-Retry") == "1"
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    return Ack(after=after, status=response.status, body=body, text="" if body else text, final=final)
