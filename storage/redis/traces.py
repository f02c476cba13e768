"""What is kept of a destination besides its subscriptions, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import State
from storage.redis.scanning import members, shard_and_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.subscriptions import Destination
    from storage.redis.connection import Command, Server
    from storage.redis.keys import Keys


class RedisTraces:
    """The `bot.remembering.Traces` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def erase(self, whose: Destination | str) -> int:
        """Delete the marks and deliveries of one destination, or of a workspace's channels, as they were when it began."""
        shard, pattern = shard_and_pattern(whose)
        marked = await members(self._server, self._keys.marked(shard), pattern)
        found = [await self._in_state(shard, state, pattern) for state in State]
        deliveries = set[str]().union(*found)
        places = {str(whose)} if not isinstance(whose, str) else marked | set(map(_place_of, deliveries))
        mine = {key for key in deliveries if _place_of(key) in places}
        commands = [*self._forgetting(shard, places), *self._deleting(shard, mine)]
        if commands:
            await self._server.together(commands)
        return len(mine)

    async def _in_state(self, shard: int, state: State, pattern: str) -> set[str]:
        return await members(self._server, self._keys.in_state(shard, state), f"{pattern}|*")

    def _forgetting(self, shard: int, places: Iterable[str]) -> Iterator[Command]:
        keys = self._keys
        for place in places:
            gone = (keys.marks, keys.owners, keys.recent, keys.unconfirmed)
            yield ("DEL", *(name(shard, place) for name in gone))
            yield ("ZREM", keys.marked(shard), place)

    def _deleting(self, shard: int, deliveries: Iterable[str]) -> Iterator[Command]:
        keys = self._keys
        for key in deliveries:
            yield ("DEL", keys.delivery(shard, key))
            yield ("HDEL", keys.holders(shard), key)
            yield ("ZREM", keys.ready(shard), key)
            yield from (("ZREM", keys.in_state(shard, state), key) for state in State)


def _place_of(delivery: str) -> str:
    """The key of the destination of a delivery, whose own key is that, its subscription, edition and part."""
    return delivery.rsplit("|", 3)[0]
