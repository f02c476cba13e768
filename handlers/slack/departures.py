"""Workspaces that remove us, and channels that are closed to us: what was subscribed there pauses, with the reason.

It is done before the event is acknowledged: if it cannot be done now, Slack tells it again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.domain.errors import StoreError
from bot.domain.subscriptions import Destination, Platform
from handlers.slack.refusals import refused
from handlers.slack.responses import Answer, answered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.context.async_context import AsyncBoltContext

    from handlers.slack.access import Access, Accesses

    _Json = Mapping[str, Any]
    _Next = Callable[[], Awaitable[None]]

_GONE: Final = re.compile("(?:channel|group)_deleted")
_CLOSED: Final[Mapping[str, str]] = {
    "channel_archive": "is_archived",
    "group_archive": "is_archived",
    "channel_left": "not_in_channel",
    "group_left": "not_in_channel",
}
"""Events that close a channel to us, and the refusal that says so in words."""


class Departing(Protocol):
    """What is to be done when a place is gone; see `bot.services.departing.Departing`."""

    async def channel_gone(self, destination: Destination) -> int:
        """Pause what a channel subscribed."""
        ...

    async def access_lost(self, destination: Destination, because: str) -> int:
        """The same for another reason."""
        ...


class Departures:
    """Hears what becomes of workspaces and channels. *uninstalled* is told of a workspace that removed us.

    *ask* asks Slack who an access is (``auth.test``).
    """

    def __init__(
        self,
        departing: Departing,
        accesses: Accesses,
        *,
        uninstalled: Callable[[str], Awaitable[object]],
        ask: Callable[[Access], Awaitable[Any]],
    ) -> None:
        self._departing = departing
        self._accesses = accesses
        self._uninstalled = uninstalled
        self._ask = ask

    def listen(self, app: AsyncApp) -> None:
        """Hear of them through *app*."""
        app.event("app_uninstalled", middleware=[self._removed])(_done)
        app.event("tokens_revoked", middleware=[self._revoked])(_done)
        app.event(_GONE, middleware=[self._gone])(_done)
        for kind in _CLOSED:
            app.event(kind, middleware=[self._closed])(_done)

    async def _removed(self, context: AsyncBoltContext, next: _Next) -> None:  # noqa: A002 - as slack-bolt calls it
        await self._leave(str(context.team_id))
        await next()

    async def _revoked(self, context: AsyncBoltContext, event: _Json, next: _Next) -> None:  # noqa: A002
        if event.get("tokens", {}).get("bot"):  # what a person takes back is theirs, and none of it is here
            await self._leave(str(context.team_id))
        await next()

    async def _gone(self, context: AsyncBoltContext, event: _Json, next: _Next) -> None:  # noqa: A002
        await self._departing.channel_gone(_where(context, event))
        await next()

    async def _closed(self, context: AsyncBoltContext, event: _Json, next: _Next) -> None:  # noqa: A002
        because = refused(_CLOSED[event["type"]]).because
        await self._departing.access_lost(_where(context, event), because)
        await next()

    async def _leave(self, workspace: str) -> None:
        """*workspace* removed us, unless its token is good: then it has us again, and the event comes late."""
        access = await self._known(workspace)
        answer = await answered(self._ask(access)) if access is not None else None
        if not isinstance(answer, Answer) or not answer.ok:
            await self._uninstalled(workspace)

    async def _known(self, workspace: str) -> Access | None:
        try:
            return await self._accesses.of(workspace)
        except StoreError:
            return None  # no key opens it: it goes nevertheless; or the store is away, and nothing can go


def _where(context: AsyncBoltContext, event: _Json) -> Destination:
    """The channel of *event*, in the workspace that we are asked in: another company's may share it."""
    return Destination(platform=Platform.SLACK, workspace=str(context.team_id), channel=str(event["channel"]))


async def _done() -> None:
    """All was done before."""
