"""The port for copying a store: what the other ports give only to those who know whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination, Progress, Subscription, WorkspaceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A paper that a destination has had, or will have: *owner* claimed it at *at*."""

    destination: Destination
    paper_id: PaperId
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A paper that *person* saved at *at*."""

    person: str
    paper_id: PaperId
    at: datetime


class Contents(Protocol):
    """All of a store. What is written while it is read may be in it or not."""

    def marks(self) -> AsyncIterator[tuple[Mark, ...]]:
        """Every mark, those of one destination together; each paper under the id that it has now."""
        ...

    def bookmarks(self) -> AsyncIterator[tuple[Bookmark, ...]]:
        """Everything saved, that of one person together, the oldest first; under the ids that papers have now."""
        ...

    def settings(self) -> AsyncIterator[tuple[str, WorkspaceSettings]]:
        """The settings of every workspace that made some, with its key."""
        ...

    async def restore(self, standing: Sequence[tuple[Subscription, Progress]]) -> int:
        """Keep each subscription that is not there, standing where its progress says; gives how many were not."""
        ...
