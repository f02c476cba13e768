"""Who gets mail, in Redis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.mailboxes import Recipient
from storage.codec import at_moment, moment, read, readable, written
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_KEEP: Final = Script("""
local recipients, ids = unpack(KEYS)
local id, found_by, document = unpack(ARGV)
local there = redis.call('HGET', ids, found_by)
if there then return {there, redis.call('HGET', recipients, there)} end
redis.call('HSET', recipients, id, document)
redis.call('HSET', ids, found_by, id)
return {id, document}
""")
_REPLACE: Final = Script("""
local recipients, ids = unpack(KEYS)
local id, found_by, document = unpack(ARGV)
local before = redis.call('HGET', recipients, id)
local there = redis.call('HGET', ids, found_by)
if not before or (there and there ~= id) then return 0 end
redis.call('HDEL', ids, cjson.decode(before)['found_by'])
redis.call('HSET', recipients, id, document)
redis.call('HSET', ids, found_by, id)
return 1
""")
_RESEAL: Final = Script("""
local recipients, ids = unpack(KEYS)
local id, before, found_by, document = unpack(ARGV)
local there = redis.call('HGET', ids, found_by)
if redis.call('HGET', recipients, id) ~= before or (there and there ~= id) then return 0 end
redis.call('HDEL', ids, cjson.decode(before)['found_by'])
redis.call('HSET', recipients, id, document)
redis.call('HSET', ids, found_by, id)
return 1
""")
# With a document only if that is what is there still.
_REMOVE: Final = Script("""
local recipients, ids = unpack(KEYS)
local id, document = unpack(ARGV)
local before = redis.call('HGET', recipients, id)
if not before or (document ~= '' and document ~= before) then return 0 end
redis.call('HDEL', recipients, id)
redis.call('HDEL', ids, cjson.decode(before)['found_by'])
return 1
""")


class RedisRecipients:
    """The `bot.remembering.Recipients` of a Redis server."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def keep(self, recipient: Recipient) -> Recipient:
        """Keep a new one, unless there is one found by the same hash; gives the one that is there then."""
        parts = recipient.id, recipient.found_by, _encoded(recipient)
        return _decoded(*await self._server.run(_KEEP, self._names, *parts))

    async def find(self, hashes: Collection[str]) -> Recipient | None:
        """The one found by one of *hashes*, of which the first that finds one counts."""
        if not hashes:
            return None
        ids = await self._server.call("HMGET", self._keys.recipient_ids, *hashes)
        found = next((one for one in ids if one is not None), None)
        return None if found is None else await self.named(found)

    async def named(self, recipient_id: str) -> Recipient | None:
        """The one with this id."""
        document = await self._server.call("HGET", self._keys.recipients, recipient_id)
        return None if document is None else _decoded(recipient_id, document)

    async def replace(self, recipient: Recipient) -> bool:
        """Keep what changed of one; False if it is gone or its hash finds another one."""
        parts = recipient.id, recipient.found_by, _encoded(recipient)
        return bool(await self._server.run(_REPLACE, self._names, *parts))

    async def reseal(self, recipient: Recipient, *, found_by: str, sealed: str) -> bool:
        """Keep the address of one as *sealed*, if it is sealed there still as in *recipient*."""
        before = await self._server.call("HGET", self._keys.recipients, recipient.id)
        known = None if before is None else _decoded(recipient.id, before)
        if known is None or known.sealed != recipient.sealed:
            return False
        after = _encoded(replace(known, found_by=found_by, sealed=sealed))
        return bool(await self._server.run(_RESEAL, self._names, recipient.id, before, found_by, after))

    async def remove(self, recipient_id: str) -> bool:
        """Forget one, address and all; False if it was gone."""
        return bool(await self._server.run(_REMOVE, self._names, recipient_id, ""))

    async def all(self) -> list[Recipient]:
        """Every one, in the order in which they asked."""
        documents = await self._server.call("HGETALL", self._keys.recipients)
        return sorted((_decoded(*one) for one in documents.items()), key=lambda one: (one.asked_at, one.id))

    async def forget(self, before: datetime) -> int:
        """Forget those who asked before *before* and never confirmed; gives how many."""
        late = [one for one in await self.all() if one.confirmed_at is None and one.asked_at < before]
        calls = [(self._names, (one.id, _encoded(one))) for one in late]
        return sum(await self._server.run_each(_REMOVE, calls))

    @property
    def _names(self) -> tuple[str, str]:
        return self._keys.recipients, self._keys.recipient_ids


def _encoded(one: Recipient) -> str:
    confirmed_at = None if one.confirmed_at is None else moment(one.confirmed_at)
    wire = {"found_by": one.found_by, "sealed": one.sealed, "asked_at": moment(one.asked_at)}
    return written(wire | {"confirmed_at": confirmed_at})


def _decoded(recipient_id: str, document: str) -> Recipient:
    with readable("recipient"):
        wire = read(document)
        confirmed_at = wire["confirmed_at"]
        return Recipient(
            id=recipient_id,
            found_by=wire["found_by"],
            sealed=wire["sealed"],
            asked_at=at_moment(wire["asked_at"]),
            confirmed_at=None if confirmed_at is None else at_moment(confirmed_at),
        )
