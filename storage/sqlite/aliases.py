"""Papers that turned out to be another paper: who they are now, and what moves with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from bot.domain.papers import PaperId

# Only pages turn out to be another paper, and only their marks have an index by paper.
_IS_PAGE: Final = "paper_id = ? AND paper_id GLOB 'page:*'"


def resolve(connection: sqlite3.Connection, ids: Iterable[PaperId]) -> dict[PaperId, PaperId]:
    """Each of *ids*, in order and once, with the id of the paper it stands for now."""
    wanted = dict.fromkeys(ids)
    known = dict(
        connection.execute(
            "SELECT paper_id, target FROM alias WHERE paper_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(wanted)),),
        )
    )
    return {paper_id: known.get(paper_id, paper_id) for paper_id in wanted}


def remember(
    connection: sqlite3.Connection, aliases: Iterable[tuple[PaperId, PaperId]]
) -> list[tuple[PaperId, PaperId]]:
    """Write down *aliases*; gives those that are new, each with its final target. The first target of an id stays."""
    new = []
    for old, wanted in aliases:
        target = resolve(connection, [wanted])[wanted]
        if target == old:
            continue
        added = connection.execute("INSERT INTO alias VALUES (?, ?) ON CONFLICT DO NOTHING", (old, target))
        connection.execute("UPDATE alias SET target = ? WHERE target = ?", (target, old))
        if added.rowcount:
            new.append((old, target))
    return new


def move(connection: sqlite3.Connection, old: PaperId, target: PaperId) -> None:
    """Give everything that hangs on *old* to *target*, which keeps its own where both have it; drop *old*."""
    connection.execute(
        "INSERT INTO tally SELECT ?1, at, upvotes, comments, stars FROM tally"
        " WHERE paper_id = ?2 AND EXISTS (SELECT 1 FROM paper WHERE id = ?1) ON CONFLICT DO NOTHING",
        (target, old),
    )
    for table, is_it in (("mark", _IS_PAGE), ("bookmark", "paper_id = ?"), ("listed", "paper_id = ?")):
        connection.execute(f"UPDATE OR IGNORE {table} SET paper_id = ? WHERE {is_it}", (target, old))  # noqa: S608
        connection.execute(f"DELETE FROM {table} WHERE {is_it}", (old,))  # noqa: S608
    connection.execute("DELETE FROM paper WHERE id = ?", (old,))
