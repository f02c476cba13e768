"""Each thing that Slack tells of is handled once, however often and by whatever process it is heard.

Slack repeats an event that was not acknowledged, up to three times in six minutes, and an envelope whose
acknowledgement was lost; commands and interactions that come a second time over HTTP were replayed by somebody else.
https://docs.slack.dev/apis/events-api/#retries
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.domain.errors import StoreError
from bot.domain.events import RequestRefused
from bot.outbox import Lease

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.request.async_request import AsyncBoltRequest

    from bot.outbox import Leases
    from bot.ports import Clock, Observer

REMEMBERED: Final = timedelta(hours=1)
"""How long a request is known, should it come again."""

_OWNER_BYTES: Final = 9
_OURS: Final = "paperround_once"


class Once(AsyncMiddleware):
    """The middleware that lets a request through the first time; all processes share *leases*."""

    def __init__(self, leases: Leases, *, observe: Observer, now: Clock) -> None:
        self._leases = leases
        self._observe = observe
        self._now = now

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - as slack-bolt calls it
    ) -> BoltResponse | None:
        """Go on if *req* was never heard; a repeated one is acknowledged, a replayed one refused."""
        del resp
        if await self._first(req):
            return await next()
        if req.mode == "http" and "event_id" not in req.body:
            self._observe(RequestRefused(reason="a request from Slack came a second time"))
            return BoltResponse(status=HTTPStatus.CONFLICT, body="")
        return BoltResponse(status=HTTPStatus.OK, body="")

    async def forget(self, request: AsyncBoltRequest) -> None:
        """Let *request*, which could not be handled, through when it comes again."""
        owner = request.context.pop(_OURS, None)
        if owner is not None:
            await self._leases.release(_name(request), owner)

    async def _first(self, request: AsyncBoltRequest) -> bool:
        """Whether it is heard for the first time; raises `StoreError` for an event, which Slack then repeats."""
        name, now, owner = _name(request), self._now(), secrets.token_hex(_OWNER_BYTES)
        if not name:
            return True
        try:
            first = await self._leases.acquire(name, Lease(owner=owner, at=now, until=now + REMEMBERED))
        except StoreError:
            if "event_id" in request.body:
                raise
            return True  # a person is told that the store is away, which changes nothing however often
        if first:
            request.context[_OURS] = owner
        return first


def _name(request: AsyncBoltRequest) -> str:
    """What the request is known by; empty for one that only asks for choices, or that a form was closed."""
    known = request.body.get("event_id") or request.body.get("trigger_id")
    return f"slack heard {known}" if known else ""
