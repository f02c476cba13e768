"""All of a store on a Redis server, for copying it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.contents import Bookmark, Mark
from bot.domain.subscriptions import SHARDS, Destination, shard_of
from storage.codec import at_moment, decode_settings
from storage.redis.aliases import resolve
from storage.redis.rows import encode_progress
from storage.redis.scanning import escaped
from storage.redis.subscriptions import RedisSubscriptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.domain.subscriptions import Progress, Subscription, WorkspaceSettings
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 1000


class RedisContents:
    """The `bot.contents.Contents` of a Redis server. What has no list of its own is found by the names of its keys."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def marks(self) -> AsyncIterator[tuple[Mark, ...]]:
        """Every mark, those of one destination together."""
        for shard in range(SHARDS):
            for name in await self._server.call("ZRANGE", self._keys.marked(shard), 0, -1):
                to = Destination.parse(name)
                commands: list[tuple[str | int, ...]] = [
                    ("ZRANGE", self._keys.marks(shard, name), 0, -1, "WITHSCORES"),
                    ("HGETALL", self._keys.owners(shard, name)),
                ]
                marks, owners = await self._server.together(commands)
                now = await resolve(self._server, self._keys, owners)
                yield tuple(
                    Mark(
                        destination=to, paper_id=now[paper_id], owner=owners[paper_id], at=at_moment(int(at))
                    )
                    for paper_id, at in marks
                    if now[paper_id] == paper_id or now[paper_id] not in owners  # as `RedisMarks.had`
                )

    async def bookmarks(self) -> AsyncIterator[tuple[Bookmark, ...]]:
        """Everything saved, that of one person together, the oldest first."""
        async for key, person in self._found("saved"):
            rows = await self._server.call("ZRANGE", key, 0, -1, "WITHSCORES")
            now = await resolve(self._server, self._keys, (paper_id for paper_id, _ in rows))
            yield tuple(
                Bookmark(person=person, paper_id=now[paper_id], at=at_moment(int(at)))
                for paper_id, at in rows
            )

    async def settings(self) -> AsyncIterator[tuple[str, WorkspaceSettings]]:
        """The settings of every workspace that made some, with its key."""
        async for key, workspace_key in self._found("settings"):
            if (document := await self._server.call("GET", key)) is not None:
                yield workspace_key, decode_settings(document)

    async def restore(self, standing: Sequence[tuple[Subscription, Progress]]) -> int:
        """Keep each subscription that is not there, standing where its progress says; gives how many were not."""
        subscriptions = RedisSubscriptions(self._server, self._keys)
        there = await subscriptions.named(one.id for one, _ in standing)
        new = [(one, progress) for one, progress in standing if one.id not in there]
        # First where it stands: nothing looks at that before the subscription itself is there.
        commands = [
            ("HSET", self._keys.progress(shard_of(one.destination)), one.id, encode_progress(progress))
            for one, progress in new
        ]
        await self._server.each(commands)
        await subscriptions.add_all([(one, progress.due_at) for one, progress in new])
        return len(new)

    async def _found(self, kind: str) -> AsyncIterator[tuple[str, str]]:
        """The keys of a *kind* in all shards, each once, with what its name ends with."""
        begin = f"{self._keys.prefix}{{s"
        pattern, seen, cursor = f"{escaped(begin)}??}}:{kind}:*", set[str](), 0
        while True:
            told: tuple[Any, list[str]] = await self._server.call(
                "SCAN", cursor, "MATCH", pattern, "COUNT", _AT_ONCE
            )
            for key in told[1]:
                if key not in seen:
                    seen.add(key)
                    yield key, key.removeprefix(begin).partition(f"}}:{kind}:")[2]
            cursor = int(told[0])
            if not cursor:
                return
