"""Finding among the members of a key those that begin as the keys of one destination, or of a workspace's channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import Destination, shard_of, shard_of_key

if TYPE_CHECKING:
    from storage.redis.connection import Server

_AT_ONCE: Final = 1000
_SPECIAL: Final = str.maketrans({sign: f"\\{sign}" for sign in r"*?[]^\-"})


def escaped(text: str) -> str:
    """*text* so that a pattern means nothing else: https://redis.io/docs/latest/commands/keys/"""
    return text.translate(_SPECIAL)


def shard_and_pattern(whose: Destination | str) -> tuple[int, str]:
    """The shard of a destination, or of a workspace (its key), and the pattern of its keys: no people of a workspace."""
    if isinstance(whose, Destination):
        return shard_of(whose), escaped(str(whose))
    return shard_of_key(whose), f"{escaped(whose)}/[^@]*"


async def members(server: Server, key: str, pattern: str) -> set[str]:
    """The members of the sorted set *key* that fit *pattern*."""
    return await _scanned(server, "ZSCAN", key, pattern)


async def fields(server: Server, key: str, pattern: str) -> set[str]:
    """The fields of the hash *key* that fit *pattern*."""
    return await _scanned(server, "HSCAN", key, pattern)


async def _scanned(server: Server, command: str, key: str, pattern: str) -> set[str]:
    found: set[str] = set()
    cursor = 0
    while True:
        cursor, rows = await server.call(command, key, cursor, "MATCH", pattern, "COUNT", _AT_ONCE)
        found.update(rows if command == "HSCAN" else (member for member, _ in rows))
        if not int(cursor):
            return found
