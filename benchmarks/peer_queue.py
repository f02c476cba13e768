"""The same digests through a queue of others, saq (https://github.com/tobymao/saq): enqueued, claimed, composed, posted.

It promises less: no delivery has a state, no paper is claimed for a channel, and what was being worked on when a process
died is found again only by its sweep. Left out, with a line that says so, where saq is not installed.
"""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING, Any

from redis.asyncio import BlockingConnectionPool, Redis

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

INSTALLED = find_spec("saq") is not None
AT_ONCE = 100


async def through_saq(url: str, names: Sequence[str], bring: Callable[[str], Awaitable[None]]) -> float:
    """Bring each of *names* by a job of its own, a hundred at once; gives the seconds."""
    from saq import Worker  # noqa: PLC0415 - only where it is installed
    from saq.queue.redis import RedisQueue  # noqa: PLC0415

    left, ended = len(names), 0.0

    async def work(_: Any, *, name: str) -> None:  # noqa: ANN401 - saq's context
        await bring(name)

    async def count(_: Any) -> None:  # noqa: ANN401
        nonlocal left, ended
        left, ended = left - 1, perf_counter()
        if not left:
            worker.event.set()

    pool = BlockingConnectionPool.from_url(url, max_connections=3 * AT_ONCE)  # the usual pool raises at 100
    queue = RedisQueue(Redis.from_pool(pool), name="bench")
    await queue.connect()
    worker: Worker[Any] = Worker(queue, functions=[("bring", work)], concurrency=AT_ONCE, after_process=count)
    began = perf_counter()
    for begin in range(0, len(names), AT_ONCE):
        await asyncio.gather(*[queue.enqueue("bring", name=name) for name in names[begin : begin + AT_ONCE]])
    await worker.start()
    await queue.disconnect()
    return ended - began
