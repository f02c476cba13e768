"""Subscriptions and follows in SQLite."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.errors import Duplicate
from bot.domain.subscriptions import Progress, Subscription, Unreadable
from storage.codec import decode_subscription, encode_subscription, moment, subscription_or_not
from storage.sqlite.due_times import PROGRESS, progress_of, set_due
from storage.sqlite.posts import forget_subscription

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.subscriptions import Destination, Platform
    from storage.sqlite.connection import Database

_OLDEST_FIRST: Final = "ORDER BY created_at, rowid"
_WAITING: Final = """
    WHERE json_extract(document, '$.cadence.rhythm') = 'hot' AND json_extract(document, '$.paused_at') IS NULL
"""
_MADE_BY: Final = """
    WHERE json_extract(document, '$.destination.platform') = ? AND json_extract(document, '$.created_by') = ?
"""
_PROGRESS: Final = f"""
    SELECT subscription_id, {PROGRESS} FROM progress WHERE subscription_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608
_REPLACE: Final = """
    UPDATE subscription
    SET workspace = ?, short_id = ?, destination = ?, created_at = ?, version = ?, document = ?
    WHERE id = ? AND version = ?
"""


class SqliteSubscriptions:
    """The `bot.ports.SubscriptionStore` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, subscription: Subscription, *, due_at: datetime | None) -> None:
        """Keep a new one, due at *due_at*; raises `Duplicate` if its id, or its short id in that workspace, is taken."""
        await self._database.write(lambda connection: add(connection, subscription, due_at))

    async def add_all(self, subscriptions: Sequence[tuple[Subscription, datetime | None]]) -> None:
        """Keep many new ones, each with when it is due, or none; raises `Duplicate` for the first that is taken."""

        def work(connection: sqlite3.Connection) -> None:
            for subscription, due_at in subscriptions:
                add(connection, subscription, due_at)

        await self._database.write(work)

    async def replace(self, subscription: Subscription, *, due_at: datetime | None) -> bool:
        """Keep a changed one, due at *due_at*, if the stored version is exactly one less.

        Raises `Duplicate` if its new short id is taken in its workspace.
        """
        return await self._database.write(lambda connection: _replace(connection, subscription, due_at))

    async def remove(self, subscription_id: str) -> bool:
        """Forget one, its progress and what was not yet begun to be sent for it; False if it was gone."""
        return await self._database.write(lambda connection: _remove(connection, subscription_id))

    async def progress(self, ids: Iterable[str]) -> dict[str, Progress]:
        """Where each of the subscriptions stands; a new one's for those that are gone."""
        wanted = list(ids)
        rows = await self._database.rows(_PROGRESS, (json.dumps(wanted),))
        return dict.fromkeys(wanted, Progress()) | {name: progress_of(row) for name, *row in rows}

    async def of(self, destination: Destination) -> list[Subscription]:
        """Those of one destination, oldest first."""
        return await self._where("WHERE destination = ?", str(destination))

    async def in_workspace(self, workspace_key: str) -> list[Subscription]:
        """Those of the channels of a workspace, oldest first."""
        return await self._where("WHERE workspace = ?", workspace_key)

    async def follows_in(self, platform: Platform, workspace: str) -> list[Subscription]:
        """Those of people in the workspace, oldest first."""
        prefix = f"{platform}:{workspace}/@"
        return await self._where("WHERE destination >= ? AND destination < ?", prefix, prefix[:-1] + "A")

    async def made_by(self, platform: Platform, person: str) -> list[Subscription]:
        """Those that *person* made, oldest first."""
        return await self._where(_MADE_BY, platform, person)

    async def disown(self, platform: Platform, person: str) -> int:
        """Let those that *person* made say no more by whom; gives how many."""
        return await self._database.write(lambda connection: _disown(connection, platform, person))

    async def find(self, workspace_key: str, short_id: str) -> Subscription | None:
        """The one with *short_id* in the workspace."""
        found = await self._where("WHERE workspace = ? AND short_id = ?", workspace_key, short_id)
        return found[0] if found else None

    async def named(self, ids: Iterable[str]) -> dict[str, Subscription]:
        """Those with these permanent ids that are there."""
        found = await self._where("WHERE id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))
        return {one.id: one for one in found}

    async def alerts(self) -> list[Subscription | Unreadable]:
        """Those that wait for a paper to get hot and were not paused, oldest first, unreadable ones last."""
        found = await self._kept(_WAITING)
        return sorted(found, key=lambda one: isinstance(one, Unreadable))

    async def all(self) -> list[Subscription]:
        """Every one that can be read, oldest first."""
        return [one for one in await self._kept() if isinstance(one, Subscription)]

    async def unreadable(self) -> list[Unreadable]:
        """Those that cannot be read."""
        return [one for one in await self._kept() if isinstance(one, Unreadable)]

    async def _kept(self, condition: str = "") -> list[Subscription | Unreadable]:
        sql = f"SELECT id, document FROM subscription {condition} {_OLDEST_FIRST}"  # noqa: S608
        return await self._database.read(
            lambda connection: [subscription_or_not(*row) for row in connection.execute(sql)]
        )

    async def _where(self, condition: str, *values: str) -> list[Subscription]:
        sql = f"SELECT document FROM subscription {condition} {_OLDEST_FIRST}"  # noqa: S608
        return await self._database.read(
            lambda connection: [
                decode_subscription(document) for (document,) in connection.execute(sql, values)
            ]
        )


def _columns(subscription: Subscription) -> tuple[str, str, str, int, int, str]:
    return (
        subscription.destination.shard_key,
        subscription.short_id,
        str(subscription.destination),
        moment(subscription.created_at),
        subscription.version,
        encode_subscription(subscription),
    )


def add(connection: sqlite3.Connection, subscription: Subscription, due_at: datetime | None) -> None:
    """Keep a new one, due at *due_at*; raises `Duplicate`."""
    row = (subscription.id, *_columns(subscription))
    added = connection.execute(
        "INSERT INTO subscription (id, workspace, short_id, destination, created_at, version, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        row,
    )
    if not added.rowcount:
        raise _taken(subscription)
    set_due(connection, subscription.id, due_at)


def _disown(connection: sqlite3.Connection, platform: Platform, person: str) -> int:
    sql = f"SELECT document FROM subscription {_MADE_BY}"  # noqa: S608
    found = connection.execute(sql, (platform, person)).fetchall()
    for (document,) in found:
        one = replace(decode_subscription(document), created_by="")
        values = (encode_subscription(one), one.id)
        connection.execute("UPDATE subscription SET document = ? WHERE id = ?", values)
    return len(found)


def _remove(connection: sqlite3.Connection, subscription_id: str) -> bool:
    forget_subscription(connection, subscription_id)
    connection.execute("DELETE FROM job WHERE subscription_id = ?", (subscription_id,))
    return connection.execute("DELETE FROM subscription WHERE id = ?", (subscription_id,)).rowcount > 0


def _replace(connection: sqlite3.Connection, subscription: Subscription, due_at: datetime | None) -> bool:
    other = connection.execute(
        "SELECT 1 FROM subscription WHERE workspace = ? AND short_id = ? AND id <> ?",
        (subscription.destination.shard_key, subscription.short_id, subscription.id),
    ).fetchone()
    if other is not None:
        raise _taken(subscription)
    values = (*_columns(subscription), subscription.id, subscription.version - 1)
    if not connection.execute(_REPLACE, values).rowcount:
        return False
    set_due(connection, subscription.id, due_at)
    connection.execute("UPDATE hot SET waiting = 0 WHERE subscription_id = ?", (subscription.id,))
    return True


def _taken(subscription: Subscription) -> Duplicate:
    return Duplicate(
        f"There is a subscription {subscription.short_id} already.",
        hint="Edit that one, or try again for another id.",
        short_id=subscription.short_id,
    )
