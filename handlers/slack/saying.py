"""Single messages that are no deliveries: the first of a follow, a line about a change."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.outcomes import NotPosted, Refused, Unclear
from bot.services.turns import turn
from handlers.slack.outcomes import Place, posted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from bot.domain.pacing import Pace
    from bot.domain.subscriptions import Destination
    from bot.outbox import Limiter
    from bot.ports import Clock
    from handlers.slack.calling import Calls

_PATIENCE: Final = timedelta(seconds=10)
"""How long someone who pressed a button may wait for a slot of the limiter."""
_BUSY: Final = "Slack takes no more messages just now; try again in a minute"
_NOT_TOLD: Final = "Slack did not say whether my message arrived; press the button again in a minute"


class Saying:
    """Posts one message now, in its turn; nothing is tried again, for Slack would store it twice."""

    def __init__(
        self,
        calls: Calls,
        limiter: Limiter,
        paces: Callable[[Destination], tuple[Pace, ...]],
        *,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._calls = calls
        self._limiter = limiter
        self._paces = paces
        self._now = now
        self._sleep = sleep

    async def say(self, destination: Destination, body: Mapping[str, Any]) -> str:
        """Post *body* to *destination*; gives why it is not there, in words, or nothing."""
        if not await self._turn(destination):
            return _BUSY
        answer = await self._calls.post(destination.workspace, destination.channel, body)
        outcome = posted(answer, Place(channel=destination.channel, pace=""))
        if isinstance(outcome, Refused):
            return outcome.because
        if isinstance(outcome, Unclear):
            return _NOT_TOLD
        return _BUSY if isinstance(outcome, NotPosted) else ""

    async def _turn(self, destination: Destination) -> bool:
        """Wait for a slot; False if none comes in time."""
        paces, by = self._paces(destination), self._now() + _PATIENCE
        return await turn(self._limiter, paces, by=by, now=self._now, sleep=self._sleep)
