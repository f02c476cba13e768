"""Subscriptions and follows in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.errors import Duplicate
from storage.sqlite.codec import decode_subscription, encode_subscription, moment

if TYPE_CHECKING:
    import sqlite3

    from bot.domain.subscriptions import Destination, Subscription
    from storage.sqlite.connection import Database

_OLDEST_FIRST: Final = "ORDER BY created_at, rowid"
_REPLACE: Final = """
    UPDATE subscription
    SET workspace = ?, short_id = ?, destination = ?, created_at = ?, version = ?, document = ?
    WHERE id = ? AND version = ?
"""


class SqliteSubscriptions:
    """The `bot.ports.SubscriptionStore` of a SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, subscription: Subscription) -> None:
        """Keep a new one; raises `Duplicate` if its id, or its short id in that workspace, is taken."""
        await self._database.write(lambda connection: _add(connection, subscription))

    async def replace(self, subscription: Subscription) -> bool:
        """Keep a changed one if the stored version is exactly one less.

        Raises `Duplicate` if its new short id is taken in its workspace.
        """
        return await self._database.write(lambda connection: _replace(connection, subscription))

    async def remove(self, subscription_id: str) -> bool:
        """Forget one; False if it was gone."""
        return await self._database.change("DELETE FROM subscription WHERE id = ?", (subscription_id,)) > 0

    async def of(self, destination: Destination) -> list[Subscription]:
        """Those of one destination, oldest first."""
        return await self._where("WHERE destination = ?", str(destination))

    async def find(self, workspace_key: str, short_id: str) -> Subscription | None:
        """The one with *short_id* in the workspace."""
        found = await self._where("WHERE workspace = ? AND short_id = ?", workspace_key, short_id)
        return found[0] if found else None

    async def all(self) -> list[Subscription]:
        """Every one, oldest first."""
        return await self._where("")

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


def _add(connection: sqlite3.Connection, subscription: Subscription) -> None:
    row = (subscription.id, *_columns(subscription))
    added = connection.execute(
        "INSERT INTO subscription (id, workspace, short_id, destination, created_at, version, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        row,
    )
    if not added.rowcount:
        raise _taken(subscription)


def _replace(connection: sqlite3.Connection, subscription: Subscription) -> bool:
    other = connection.execute(
        "SELECT 1 FROM subscription WHERE workspace = ? AND short_id = ? AND id <> ?",
        (subscription.destination.shard_key, subscription.short_id, subscription.id),
    ).fetchone()
    if other is not None:
        raise _taken(subscription)
    values = (*_columns(subscription), subscription.id, subscription.version - 1)
    return connection.execute(_REPLACE, values).rowcount > 0


def _taken(subscription: Subscription) -> Duplicate:
    return Duplicate(
        f"There is a subscription {subscription.short_id} already.",
        hint="Edit that one, or try again for another id.",
        short_id=subscription.short_id,
    )
