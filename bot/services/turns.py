"""Waiting for one's turn where a platform limits how often something may be done, while a person waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.pacing import Pace
    from bot.outbox import Limiter
    from bot.ports import Clock


async def turn(
    limiter: Limiter,
    paces: tuple[Pace, ...],
    *,
    by: datetime,
    now: Clock,
    sleep: Callable[[float], Awaitable[object]],
) -> bool:
    """Wait for a slot of all *paces*; False if none comes *by* then, and none was taken."""
    slot = await limiter.reserve(paces, now(), by=by)
    while not slot.taken and slot.at <= by:
        await sleep(max((slot.at - now()).total_seconds(), 0))
        slot = await limiter.reserve(paces, now(), by=by)
    if slot.taken:
        await sleep(max((slot.at - now()).total_seconds(), 0))
    return slot.taken
