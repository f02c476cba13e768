"""Saying that this process runs, and hearing who else does: all should go by the same settings."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreError
from bot.domain.events import SettingsDiffer, StoreFailed
from bot.domain.processes import Running, differences
from bot.services.parts import told_to_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ports import Clock, Observer
    from bot.remembering import Processes

EVERY: Final = timedelta(minutes=1)
LASTS: Final = 3 * EVERY
"""How long a process counts as running after its last word."""


class Presence:
    """Announces this process, and tells once of each other one that goes by other settings."""

    def __init__(  # noqa: PLR0913 - who we are, who hears it, and time itself
        self,
        processes: Processes,
        *,
        name: str,
        settings: Mapping[str, str],
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._processes = processes
        self._name = name
        self._settings = settings
        self._observe = observe
        self._now = now
        self._sleep = sleep
        self._told: dict[str, tuple[str, ...]] = {}

    async def run(self) -> None:
        """Say it again and again until cancelled, then that it ends."""
        try:
            while not told_to_end():
                try:
                    await self.say()
                except StoreError as error:
                    self._observe(StoreFailed(reason=error.message))
                await self._sleep(EVERY.total_seconds())
        finally:
            with suppress(StoreError):  # its word ends by itself
                await self._processes.leave(self._name)

    async def say(self) -> None:
        """Announce this process, and look at the others."""
        now = self._now()
        here = Running(name=self._name, until=now + LASTS, settings=self._settings)
        await self._processes.announce(here, now)
        others = [one for one in await self._processes.running(now) if one.name != self._name]
        differing = {one.name: self._differing(here, one) for one in others}
        for process, told in differing.items():
            if told and self._told.get(process) != told:
                self._observe(SettingsDiffer(process=process, differing=told))
        self._told = differing

    def _differing(self, here: Running, there: Running) -> tuple[str, ...]:
        found = differences((here, there))
        return tuple(
            f"{name} is {values[here.name]} here and {values[there.name]} there"
            for name, values in found.items()
        )
