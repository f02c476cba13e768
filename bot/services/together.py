"""Doing at once what came while one was busy: many small durable steps become few."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_T = TypeVar("_T")
_R = TypeVar("_R")


class Together(Generic[_T, _R]):
    """Calls *work* with all that was asked for since it was last called, one call at a time.

    *work* gives one result for each element, in their order; what it raises everybody gets who waits for that call.
    """

    def __init__(self, work: Callable[[Sequence[_T]], Awaitable[Sequence[_R]]]) -> None:
        self._work = work
        self._asked: list[tuple[_T, asyncio.Future[_R]]] = []
        self._working: asyncio.Task[None] | None = None
        self.waiting = 0
        """How many wait for their results."""

    async def __call__(self, element: _T) -> _R:
        """The result of *work* for *element*."""
        answer: asyncio.Future[_R] = asyncio.get_running_loop().create_future()
        self._asked.append((element, answer))
        if self._working is None:
            self._working = asyncio.create_task(self._run())
        self.waiting += 1
        try:
            return await answer
        finally:
            self.waiting -= 1

    async def _run(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await self._answer(asked)
        finally:
            self._working = None

    async def _answer(self, asked: Sequence[tuple[_T, asyncio.Future[_R]]]) -> None:
        try:
            results = await self._work([element for element, _ in asked])
        except asyncio.CancelledError:
            for _, answer in asked:
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for the result get it
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), result in zip(asked, results, strict=True):
                if not answer.done():
                    answer.set_result(result)
