"""All of a SQLite file, for copying it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.contents import Bookmark, Mark
from bot.domain.subscriptions import Destination
from storage.codec import at_moment, decode_settings
from storage.sqlite.due_times import set_progress
from storage.sqlite.subscriptions import add

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Sequence

    from bot.domain.subscriptions import Progress, Subscription, WorkspaceSettings
    from storage.sqlite.connection import Database

_MARKS: Final = "SELECT paper_id, owner, at FROM mark WHERE destination = ? ORDER BY at, paper_id"
_SAVED: Final = "SELECT paper_id, at FROM bookmark WHERE person = ? ORDER BY at, number"


class SqliteContents:
    """The `bot.contents.Contents` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def marks(self) -> AsyncIterator[tuple[Mark, ...]]:
        """Every mark, those of one destination together."""
        for (name,) in await self._database.rows(
            "SELECT DISTINCT destination FROM mark ORDER BY destination"
        ):
            to, rows = Destination.parse(name), await self._database.rows(_MARKS, (name,))
            yield tuple(
                Mark(destination=to, paper_id=paper_id, owner=owner, at=at_moment(at))
                for paper_id, owner, at in rows
            )

    async def bookmarks(self) -> AsyncIterator[tuple[Bookmark, ...]]:
        """Everything saved, that of one person together, the oldest first."""
        for (person,) in await self._database.rows("SELECT DISTINCT person FROM bookmark ORDER BY person"):
            rows = await self._database.rows(_SAVED, (person,))
            yield tuple(Bookmark(person=person, paper_id=paper_id, at=at_moment(at)) for paper_id, at in rows)

    async def settings(self) -> AsyncIterator[tuple[str, WorkspaceSettings]]:
        """The settings of every workspace that made some, with its key."""
        for key, document in await self._database.rows("SELECT key, document FROM workspace ORDER BY key"):
            yield key, decode_settings(document)

    async def restore(self, standing: Sequence[tuple[Subscription, Progress]]) -> int:
        """Keep each subscription that is not there, standing where its progress says; gives how many were not."""
        return await self._database.write(
            lambda connection: sum([_restored(connection, *one) for one in standing])
        )


def _restored(connection: sqlite3.Connection, subscription: Subscription, progress: Progress) -> bool:
    if connection.execute("SELECT 1 FROM subscription WHERE id = ?", (subscription.id,)).fetchone():
        return False
    add(connection, subscription, progress.due_at)
    set_progress(connection, [(subscription.id, progress)])
    return True
