"""The earliest of what stands in order of time in many shards, without reading more of each than is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.redis.connection import Server

_GROWTH: Final = 4


async def soonest(
    server: Server, key_of: Callable[[int], str], now: int, limit: int
) -> list[tuple[int, int, str]]:
    """At most *limit* members of the sorted sets *key_of* names for the shards, that stand at *now* or earlier.

    Gives moment, shard and member, the earliest first. Each shard is asked for a few; again for more, those of which
    all are among the earliest.
    """
    found: dict[int, list[tuple[int, int, str]]] = {}
    asked, size = list(range(SHARDS)), max(1, 2 * limit // SHARDS)
    while asked and limit > 0:
        commands = [
            ("ZRANGE", key_of(one), "-inf", now, "BYSCORE", "LIMIT", 0, size, "WITHSCORES") for one in asked
        ]
        for shard, rows in zip(asked, await server.each(commands), strict=True):
            found[shard] = [(int(at), shard, member) for member, at in rows]
        first = sorted(one for some in found.values() for one in some)[:limit]
        full = [shard for shard in asked if len(found[shard]) == size]
        last = first[-1] if len(first) == limit else None
        asked = [shard for shard in full if last is None or found[shard][-1] < last]
        size = min(size * _GROWTH, limit)
    return sorted(one for some in found.values() for one in some)[:limit]
