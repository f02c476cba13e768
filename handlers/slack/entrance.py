"""Where everything that Slack tells us comes in, whichever way it came: slack-bolt's app, and what guards it."""

from __future__ import annotations

import asyncio
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.response import BoltResponse

from bot.domain.errors import PaperroundError, StoreError
from bot.domain.events import AnswerLost, GatewayLost, RequestRefused
from handlers.slack.origins import answerable

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.ports import Observer
    from handlers.slack.access import Accesses
    from handlers.slack.once import Once

LOGS: Final = ("slack_bolt", "slack_sdk")
"""Where the two log; see `bot.watching.hush`."""
_NAME: Final = "slack_bolt.paperround"
_STRANGER: Final = (
    "Paperround is not installed in this workspace any more. Whoever manages it can install it again."
)
_EVERY_EVENT: Final = re.compile(".*")
_HELD_BACK: Final = "app_rate_limited"
"""Not an event, so that no listener hears it: https://docs.slack.dev/reference/events/app_rate_limited"""


class Entrance:
    """slack-bolt's app, asked for the token of each workspace of *accesses*; listeners are added to `app`."""

    def __init__(
        self,
        client: AsyncWebClient,
        accesses: Accesses,
        once: Once,
        *,
        observe: Observer,
        report: Callable[[BaseException, str], None],
    ) -> None:
        self._api = client.base_url
        self._once = once
        self._observe = observe
        self._report = report
        self._work = _Work()
        self.app = AsyncApp(
            name=_NAME,
            logger=client.logger,  # as quiet as slack_sdk; else each of slack-bolt's speaks as loudly as the root
            signing_secret="none",  # noqa: S106 - `handlers.slack.routes` looks at signatures before anything is read
            request_verification_enabled=False,
            client=client,
            authorize=_Authorizing(accesses, observe),  # type: ignore[arg-type]  # it may give None
            user_facing_authorize_error_message=_STRANGER,
        )
        self.app.use(once)
        self.app.error(self._failed)
        self.app.listener_runner.listener_start_handler = _Began(self._work)
        self.app.listener_runner.listener_completion_handler = _Ended(self._work)

    def close(self) -> None:
        """All listeners are there: events that none of them wants are acknowledged, or Slack would repeat them."""
        self.app.event(_EVERY_EVENT)(_nothing)

    async def hear(self, request: AsyncBoltRequest) -> BoltResponse:
        """What to answer; what could not be handled may come again."""
        response = self._at_the_door(request) or await self.app.async_dispatch(request)
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            with suppress(StoreError):  # then it is known for an hour, and Slack gives up before
                await self._once.forget(request)
        return response

    def _at_the_door(self, request: AsyncBoltRequest) -> BoltResponse | None:
        """What is answered before slack-bolt sees it: it would answer strangers wherever they want."""
        if not answerable(request.body, self._api):
            self._observe(RequestRefused(reason="an answer was wanted elsewhere than at Slack"))
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        if request.body.get("type") == _HELD_BACK:
            self._observe(GatewayLost(reason="Slack holds back a workspace’s events: too many in a minute"))
            return BoltResponse(status=HTTPStatus.OK, body="")
        return None

    async def drained(self, patience: timedelta) -> None:
        """Return when nothing is being answered any more, or *patience* is over."""
        await asyncio.sleep(0)  # slack-bolt begins with an event when it has acknowledged it
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.total_seconds()):
                await self._work.done.wait()

    async def _failed(self, error: Exception) -> None:
        """The hook for what no listener caught."""
        if isinstance(error, PaperroundError):
            self._observe(AnswerLost(reason=error.message))
        else:
            self._report(error, secrets.token_hex(2).upper())


class _Authorizing(AsyncAuthorize):
    """Gives slack-bolt the tokens we know; nothing is asked of Slack."""

    def __init__(self, accesses: Accesses, observe: Observer) -> None:
        self._accesses = accesses
        self._observe = observe

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, **_: object
    ) -> AuthorizeResult | None:
        known = {"enterprise_id": enterprise_id, "team_id": team_id}
        try:
            access = await self._accesses.of(team_id) if team_id else None
        except StoreError:
            return AuthorizeResult(**known)  # nobody is let in: they are told that the store is away
        if access is None:
            self._observe(RequestRefused(reason="a workspace of Slack’s that does not have us"))
            return None
        return AuthorizeResult(
            **known,
            bot_token=access.token,
            bot_user_id=access.user or None,
            bot_scopes=sorted(access.scopes),
        )


class _Work:
    """Counts what is being answered."""

    def __init__(self) -> None:
        self._count = 0
        self.done = asyncio.Event()
        self.done.set()

    def change(self, by: int) -> None:
        self._count += by
        if self._count:
            self.done.clear()
        else:
            self.done.set()


class _Began(AsyncListenerStartHandler):
    def __init__(self, work: _Work) -> None:
        self._work = work

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        del request, response
        self._work.change(1)


class _Ended(AsyncListenerCompletionHandler):
    def __init__(self, work: _Work) -> None:
        self._work = work

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        del request, response
        self._work.change(-1)


async def _nothing() -> Any:  # noqa: ANN401 - as slack-bolt has it
    """Nothing is to be done."""
