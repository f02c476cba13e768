"""Subscriptions wherever they are: of some people, alerts, all. Every shard has to be looked through."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import SHARDS, Subscription, Unreadable
from storage.codec import decode_subscription, encode_subscription, subscription_or_not
from storage.redis.connection import Script

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.subscriptions import Platform
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_REWRITE: Final = Script("""
local id, expected, document = unpack(ARGV)
if redis.call('HGET', KEYS[1], id) ~= expected then return 0 end
redis.call('HSET', KEYS[1], id, document)
return 1
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A subscription with its shard and its record."""

    subscription: Subscription
    shard: int
    document: str


async def alerts(server: Server, keys: Keys) -> list[Subscription | Unreadable]:
    """Those that wait for a paper to get hot and were not paused, oldest first, unreadable ones last."""
    waiting = await server.each(("SMEMBERS", keys.alerts(shard)) for shard in range(SHARDS))
    found: list[Subscription | Unreadable] = []
    for shard, ids in enumerate(map(list, waiting)):
        documents = await server.call("HMGET", keys.subscriptions(shard), *ids) if ids else ()
        rows = zip(ids, documents, strict=True)
        found += [subscription_or_not(one, document) for one, document in rows if document is not None]
    return [
        *sorted((one for one in found if isinstance(one, Subscription)), key=_age),
        *(one for one in found if isinstance(one, Unreadable)),
    ]


async def everyone(server: Server, keys: Keys) -> list[Subscription | Unreadable]:
    """Every one."""
    found: list[Subscription | Unreadable] = []
    for shard in range(SHARDS):
        kept: dict[str, str] = await server.call("HGETALL", keys.subscriptions(shard))
        found += [subscription_or_not(one, document) for one, document in kept.items()]
    return found


async def follows_in(server: Server, keys: Keys, platform: Platform, workspace: str) -> list[Subscription]:
    """Those of people in the workspace, oldest first."""
    found = [one.subscription for one in await _having(server, keys, "workspace", workspace)]
    wanted = (platform, workspace, True)
    places = ((one, one.destination) for one in found)
    return [one for one, at in places if (at.platform, at.workspace, at.person) == wanted]


async def made_by(server: Server, keys: Keys, platform: Platform, person: str) -> list[Kept]:
    """Those that *person* made, oldest first."""
    found = await _having(server, keys, "created_by", person)
    made = ((one, one.subscription) for one in found)
    return [kept for kept, one in made if (one.destination.platform, one.created_by) == (platform, person)]


async def disown(server: Server, keys: Keys, platform: Platform, person: str) -> int:
    """Let those that *person* made say no more by whom; gives how many. One that changes meanwhile is read anew."""
    done = 0
    while found := await made_by(server, keys, platform, person):
        calls = [((keys.subscriptions(one.shard),), _disowned(one)) for one in found]
        done += sum(await server.run_each(_REWRITE, calls))
    return done


def _disowned(one: Kept) -> tuple[str, str, str]:
    after = replace(one.subscription, created_by="")
    return after.id, one.document, encode_subscription(after)


async def _having(server: Server, keys: Keys, name: str, value: str) -> list[Kept]:
    """Those in whose record *name* has *value*, wherever; oldest first. Only these are decoded."""
    wanted = f"{json.dumps(name)}:{json.dumps(value)}"
    found = [
        Kept(decode_subscription(document), shard, document)
        for shard in range(SHARDS)
        for document in await server.call("HVALS", keys.subscriptions(shard))
        if wanted in document
    ]
    return sorted(found, key=lambda one: _age(one.subscription))


def _age(subscription: Subscription) -> tuple[datetime, str]:
    return subscription.created_at, subscription.id
