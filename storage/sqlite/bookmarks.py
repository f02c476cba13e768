"""What people saved, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.codec import moment

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.papers import PaperId
    from storage.sqlite.connection import Database

_NOW: Final = "coalesce((SELECT target FROM alias WHERE paper_id = ?2), ?2)"
_SAVE: Final = f"INSERT INTO bookmark (person, paper_id, at) VALUES (?1, {_NOW}, ?3) ON CONFLICT DO NOTHING"  # noqa: S608
_UNSAVE: Final = f"DELETE FROM bookmark WHERE person = ?1 AND paper_id = {_NOW}"  # noqa: S608
_SAVED: Final = "SELECT paper_id FROM bookmark WHERE person = ? ORDER BY at DESC, number DESC"


class SqliteBookmarks:
    """The `bot.remembering.BookmarkStore` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, person: str, paper_id: PaperId, at: datetime) -> bool:
        """Save one; False if it was saved already."""
        return await self._database.change(_SAVE, (person, paper_id, moment(at))) > 0

    async def unsave(self, person: str, paper_id: PaperId) -> bool:
        """Forget one; False if it was not saved."""
        return await self._database.change(_UNSAVE, (person, paper_id)) > 0

    async def saved(self, person: str) -> list[PaperId]:
        """What the person saved, newest first."""
        return [paper_id for (paper_id,) in await self._database.rows(_SAVED, (person,))]

    async def clear(self, person: str) -> int:
        """Forget all that the person saved; gives how many went."""
        return await self._database.change("DELETE FROM bookmark WHERE person = ?", (person,))
