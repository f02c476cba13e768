from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.services.together import Together


class Slow:
    """Doubles what it gets, one batch at a time, when it is let go on."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.busy = 0
        self.go_on = asyncio.Semaphore(0)

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.busy += 1
        assert self.busy == 1
        self.batches.append(list(numbers))
        await self.go_on.acquire()
        self.busy -= 1
        if 13 in numbers:
            raise LookupError("thirteen")
        return [2 * number for number in numbers]


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_asked_for_while_it_works_is_done_at_once_afterwards() -> None:
    slow = Slow()
    together = Together(slow)
    first = asyncio.create_task(together(1))
    await turns()
    others = [asyncio.create_task(together(number)) for number in (2, 3, 4)]
    await turns()
    slow.go_on.release()
    slow.go_on.release()
    assert [await first, *[await other for other in others]] == [2, 4, 6, 8]
    assert slow.batches == [[1], [2, 3, 4]]


async def test_a_failure_is_told_to_those_of_its_batch_alone() -> None:
    slow = Slow()
    together = Together(slow)
    tasks = [asyncio.create_task(together(number)) for number in (13, 14)]
    await turns()
    later = asyncio.create_task(together(15))
    await turns()
    for _ in range(2):
        slow.go_on.release()
    for task in tasks:
        with pytest.raises(LookupError):
            await task
    assert await later == 30


async def test_who_no_longer_waits_stops_nobody_and_is_served_all_the_same() -> None:
    slow = Slow()
    together = Together(slow)
    leaving, staying = (asyncio.create_task(together(number)) for number in (1, 2))
    await turns()
    leaving.cancel()
    await turns()
    slow.go_on.release()
    assert await staying == 4
    assert slow.batches == [[1, 2]]
    slow.go_on.release()
    assert await together(3) == 6


async def test_after_a_rest_it_works_again() -> None:
    slow = Slow()
    together = Together(slow)
    for number in (1, 2):
        slow.go_on.release()
        assert await together(number) == 2 * number
        await turns()
    assert slow.batches == [[1], [2]]


async def test_it_knows_how_many_wait() -> None:
    slow = Slow()
    together = Together(slow)
    asked = [asyncio.create_task(together(number)) for number in (1, 2, 13)]
    await turns()
    assert together.waiting == 3
    slow.go_on.release()
    slow.go_on.release()
    await asyncio.gather(*asked, return_exceptions=True)
    assert together.waiting == 0
