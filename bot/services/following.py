"""Holding at hand what people ask for, so that nobody who asks has to wait until it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreError
from bot.domain.events import StoreFailed
from bot.services.parts import told_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.ports import Observer
    from bot.services.composing import Composer
    from bot.services.searching import Searching

EVERY: Final = timedelta(seconds=5)


class Following:
    """The part that lets this process know what the store knows, whichever process wrote it."""

    def __init__(
        self,
        composer: Composer,
        searching: Searching,
        *,
        observe: Observer,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._composer = composer
        self._searching = searching
        self._observe = observe
        self._sleep = sleep

    async def run(self) -> None:
        """Follow the store until told to end; while it is away what is known stays."""
        while not told_to_end():
            try:
                await self._composer.follow()
                await self._searching.catch_up()
            except StoreError as error:
                self._observe(StoreFailed(reason=error.message))
            await self._sleep(EVERY.total_seconds())
