"""Commands that wait for a button: kept under a short key, because a button holds a hundred characters at most."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.errors import Gone
from bot.domain.permits import own_destination

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.commands import Caller
    from bot.ports import Clock
    from bot.remembering import Drafts

KEPT: Final = timedelta(days=2)
"""How long an offer waits for its answer."""
_SIGNS: Final = "0123456789abcdefghijkmnpqrstuvwxyz"
_LENGTH: Final = 12


class DraftBox:
    """Keeps commands as text (`bot.domain.command_text.format_command`), which hold no secret."""

    def __init__(self, drafts: Drafts, *, now: Clock, choose: Callable[[str], str]) -> None:
        self._drafts = drafts
        self._now = now
        self._choose = choose

    async def keep(self, text: str, caller: Caller | None = None) -> str:
        """Keep *text* for `KEPT`; gives its key, twelve of ``0-9a-z``. It goes with whatever is forgotten of *caller*."""
        key = "".join(self._choose(_SIGNS) for _ in range(_LENGTH))
        await self.keep_as(key, text, caller)
        return key

    async def keep_as(self, key: str, text: str, caller: Caller | None = None) -> None:
        """Keep *text* as `keep` does, under a *key* that its button knows already."""
        owners = () if caller is None else (str(own_destination(caller)), caller.here.shard_key)
        at = self._now()
        await self._drafts.keep(key, text, at=at, until=at + KEPT, owners=owners)

    async def find(self, key: str) -> str:
        """The text kept under *key*; raises `Gone` if its time is over."""
        text = await self._drafts.find(key, self._now())
        if text is None:
            raise Gone("That offer is too old.", hint="Type the command again.")
        return text
