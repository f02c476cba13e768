"""Subscriptions and follows in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm
from bot.domain.errors import Duplicate
from bot.domain.subscriptions import Subscription, Unreadable, shard_in, shard_of, shard_of_key
from storage.codec import at_moment, decode_subscription, encode_subscription, moment
from storage.redis import belonging
from storage.redis.connection import Script
from storage.redis.due_times import hot_keys, job_keys
from storage.redis.jobs import OWN_JOB
from storage.redis.keys import short_field
from storage.redis.locating import located
from storage.redis.marks import RELEASE_MARKS
from storage.redis.mending import DROP, dropping, waiting_of
from storage.redis.posts import LIFETIME, POSTS, post_keys
from storage.redis.rows import decode_progress
from storage.redis.scanning import escaped, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.subscriptions import Destination, Platform, Progress
    from storage.redis.connection import Part, Server
    from storage.redis.keys import Keys

# What is there already as it should be was written by the same step before its answer was lost.
_PUT: Final = Script("""
local id, expected, document, left, field, created_at, due_at, alert = unpack(ARGV)
local stored = redis.call('HGET', KEYS[1], id) or ''
if stored == document then return 'kept' end
if stored ~= expected then return 'changed' end
local holder = redis.call('HGET', KEYS[2], field)
if holder and holder ~= id then return 'taken' end
redis.call('HSET', KEYS[1], id, document)
redis.call('HDEL', KEYS[2], left)
redis.call('HSET', KEYS[2], field, id)
redis.call('ZREM', KEYS[3], id)
redis.call('ZADD', KEYS[4], created_at, id)
if due_at == '' then redis.call('ZREM', KEYS[5], id) else redis.call('ZADD', KEYS[5], due_at, id) end
redis.call(alert == '' and 'SREM' or 'SADD', KEYS[6], id)
redis.call('DEL', KEYS[7])
return 'kept'
""")
# What waits to be sent must be what was read before; a job is known by its owner, which begins with the id.
_REMOVE: Final = Script(
    POSTS
    + RELEASE_MARKS
    + DROP
    + OWN_JOB
    + """
local subscriptions, short_ids, created, due, alerts, progress, hot, waiting, marked, jobs, times, ids =
    unpack(KEYS, 8)
local id, expected, left, lifetime, count = unpack(ARGV)
if redis.call('HGET', subscriptions, id) ~= expected then return 'changed' end
local known, number = {}, 5
for _ = 1, count do
    known[ARGV[number + 1]] = true
    number = number + 6 + ARGV[number + 6]
end
for _, key in ipairs(redis.call('ZRANGE', states.pending, 0, -1)) do
    if string.find(key, '|' .. id .. '|', 1, true) and not known[key] then return 'changed' end
end
number = 5
for at = 1, count do
    local key, place, owner, message, trials, papers = unpack(ARGV, number + 1, number + 6)
    local delivery, recent, marks, owners = unpack(KEYS, 4 * at + 16, 4 * at + 19)
    local families = {unpack(ARGV, number + 7, number + 6 + papers)}
    if redis.call('HGET', delivery, 'state') == 'pending' and string.sub(owner, 1, #id + 1) == id .. '|' then
        drop(delivery, key, lifetime, recent, marks, owners, marked, place, owner, message, trials, families)
    end
    number = number + 6 + papers
end
for _, owner in ipairs(redis.call('HKEYS', ids)) do
    if string.sub(owner, 1, #id + 1) == id .. '|' then
        end_job(jobs, times, ids, owner, redis.call('HGET', ids, owner))
    end
end
redis.call('HDEL', subscriptions, id)
redis.call('HDEL', short_ids, left)
redis.call('ZREM', created, id)
redis.call('ZREM', due, id)
redis.call('SREM', alerts, id)
redis.call('HDEL', progress, id)
redis.call('DEL', hot, waiting)
return 'gone'
"""
)


class RedisSubscriptions:
    """The `bot.ports.SubscriptionStore` of a Redis server.

    Those of one destination that were made in the same microsecond come in order of their ids. A changed one stays in
    the workspace it was added for.
    """

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def add(self, subscription: Subscription, *, due_at: datetime | None) -> None:
        """Keep a new one, due at *due_at*; raises `Duplicate` if its id, or its short id in that workspace, is taken."""
        shard = shard_of(subscription.destination)
        if shard_in(subscription.id) != shard and await self._located([subscription.id]):
            raise _taken(subscription)  # an id of another form may be taken in another shard
        if await self._put(shard, subscription, due_at, before=None) != "kept":
            raise _taken(subscription)

    async def add_all(self, subscriptions: Sequence[tuple[Subscription, datetime | None]]) -> None:
        """Keep many new ones, each with when it is due, or none; raises `Duplicate` for the first that is taken.

        Each is a step of its own, in order; those beside the one that is taken are kept, unless it was there before.
        """
        there = await self._located(one.id for one, _ in subscriptions)
        taken = next((one for one, _ in subscriptions if one.id in there), None)
        if taken is not None:
            raise _taken(taken)
        calls = [self._putting(shard_of(one.destination), one, at, before=None) for one, at in subscriptions]
        answers = await self._server.run_each(_PUT, calls)
        for (one, _), done in zip(subscriptions, answers, strict=True):
            if done != "kept":
                raise _taken(one)

    async def replace(self, subscription: Subscription, *, due_at: datetime | None) -> bool:
        """Keep a changed one, due at *due_at*, if the stored version is exactly one less.

        Raises `Duplicate` if its new short id is taken in its workspace.
        """
        while found := (await self._located([subscription.id])).get(subscription.id):
            shard, document = found
            if decode_subscription(document).version != subscription.version - 1:
                return False
            done = await self._put(shard, subscription, due_at, before=document)
            if done == "taken":
                raise _taken(subscription)
            if done == "kept":
                return True
        return False

    async def _put(
        self, shard: int, subscription: Subscription, due_at: datetime | None, *, before: str | None
    ) -> str:
        keys, values = self._putting(shard, subscription, due_at, before=before)
        return str(await self._server.run(_PUT, keys, *values))

    def _putting(
        self, shard: int, subscription: Subscription, due_at: datetime | None, *, before: str | None
    ) -> tuple[tuple[str, ...], tuple[Part, ...]]:
        old = subscription if before is None else decode_subscription(before)
        keys = (
            self._keys.subscriptions(shard),
            self._keys.short_ids(shard),
            self._keys.created(shard, old.destination),
            self._keys.created(shard, subscription.destination),
            self._keys.due(shard),
            self._keys.alerts(shard),
            self._keys.waiting(shard, subscription.id),
        )
        values = (
            subscription.id,
            before or "",
            encode_subscription(subscription),
            _field(old) if before else "",
            _field(subscription),
            moment(subscription.created_at),
            "" if due_at is None else moment(due_at),
            "" if subscription.paused or subscription.cadence.rhythm is not Rhythm.HOT else "hot",
        )
        return keys, values

    async def remove(self, subscription_id: str) -> bool:
        """Forget one, its progress and what was not yet begun to be sent for it; False if it was gone."""
        while found := (await self._located([subscription_id])).get(subscription_id):
            shard, document = found
            waiting = await waiting_of(self._server, self._keys, shard, subscription_id)
            names, values = await dropping(self._server, self._keys, shard, waiting)
            old = decode_subscription(document)
            keys = (*post_keys(self._keys, shard), *self._all_of(shard, old), *names)
            parts = (subscription_id, document, _field(old), LIFETIME, len(waiting), *values)
            if await self._server.run(_REMOVE, keys, *parts) == "gone":
                return True
        return False

    def _all_of(self, shard: int, one: Subscription) -> tuple[str, ...]:
        """The keys of what there is of *one* besides its deliveries."""
        keys = self._keys
        return (
            keys.subscriptions(shard),
            keys.short_ids(shard),
            keys.created(shard, one.destination),
            keys.due(shard),
            keys.alerts(shard),
            keys.progress(shard),
            *hot_keys(keys, shard, one.id),
            keys.marked(shard),
            *job_keys(keys, shard),
        )

    async def progress(self, ids: Iterable[str]) -> dict[str, Progress]:
        """Where each of the subscriptions stands; a new one's for those that are gone."""
        wanted = list(dict.fromkeys(ids))
        places = {one: shard for one, (shard, _) in (await self._located(wanted)).items()}
        commands = [command for one, shard in places.items() for command in self._progress_of(one, shard)]
        answers = iter(await self._server.each(commands))
        found = {
            one: _progress(*answer)
            for one, answer in zip(places, zip(*[answers] * 2, strict=True), strict=True)
        }
        return {one: found.get(one) or _progress(None, None) for one in wanted}

    def _progress_of(self, subscription_id: str, shard: int) -> Iterable[tuple[str | int, ...]]:
        yield ("ZSCORE", self._keys.due(shard), subscription_id)
        yield ("HGET", self._keys.progress(shard), subscription_id)

    async def of(self, destination: Destination) -> list[Subscription]:
        """Those of one destination, oldest first."""
        shard = shard_of(destination)
        return await self._read(
            shard, await self._server.call("ZRANGE", self._keys.created(shard, destination), 0, -1)
        )

    async def in_workspace(self, workspace_key: str) -> list[Subscription]:
        """Those of the channels of a workspace, oldest first."""
        shard = shard_of_key(workspace_key)
        names = self._keys.short_ids(shard)
        found = await fields(self._server, names, escaped(short_field(workspace_key, "")) + "*")
        ids = await self._server.call("HMGET", names, *found) if found else ()
        return sorted(await self._read(shard, [one for one in ids if one is not None]), key=_age)

    async def follows_in(self, platform: Platform, workspace: str) -> list[Subscription]:
        """Those of people in the workspace, oldest first."""
        return await belonging.follows_in(self._server, self._keys, platform, workspace)

    async def made_by(self, platform: Platform, person: str) -> list[Subscription]:
        """Those that *person* made, oldest first."""
        made = await belonging.made_by(self._server, self._keys, platform, person)
        return [one.subscription for one in made]

    async def disown(self, platform: Platform, person: str) -> int:
        """Let those that *person* made say no more by whom; gives how many."""
        return await belonging.disown(self._server, self._keys, platform, person)

    async def find(self, workspace_key: str, short_id: str) -> Subscription | None:
        """The one with *short_id* in the workspace."""
        shard = shard_of_key(workspace_key)
        field = short_field(workspace_key, short_id)
        subscription_id = await self._server.call("HGET", self._keys.short_ids(shard), field)
        found = await self._read(shard, [subscription_id] if subscription_id else [])
        return found[0] if found else None

    async def named(self, ids: Iterable[str]) -> dict[str, Subscription]:
        """Those with these permanent ids that are there."""
        found = await self._located(ids)
        return {one: decode_subscription(document) for one, (_, document) in found.items()}

    async def alerts(self) -> list[Subscription | Unreadable]:
        """Those that wait for a paper to get hot and were not paused, oldest first, unreadable ones last."""
        return await belonging.alerts(self._server, self._keys)

    async def all(self) -> list[Subscription]:
        """Every one that can be read, oldest first."""
        found = await belonging.everyone(self._server, self._keys)
        return sorted((one for one in found if isinstance(one, Subscription)), key=_age)

    async def unreadable(self) -> list[Unreadable]:
        """Those that cannot be read."""
        found = await belonging.everyone(self._server, self._keys)
        return [one for one in found if isinstance(one, Unreadable)]

    async def _read(self, shard: int, ids: list[str]) -> list[Subscription]:
        documents = await self._server.call("HMGET", self._keys.subscriptions(shard), *ids) if ids else ()
        return [decode_subscription(document) for document in documents if document is not None]

    async def _located(self, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
        return await located(self._server, self._keys, ids)


def _field(subscription: Subscription) -> str:
    return short_field(subscription.destination.shard_key, subscription.short_id)


def _age(subscription: Subscription) -> tuple[datetime, str]:
    return subscription.created_at, subscription.id


def _progress(due_at: float | None, document: str | None) -> Progress:
    return decode_progress(document, None if due_at is None else at_moment(int(due_at)))


def _taken(subscription: Subscription) -> Duplicate:
    return Duplicate(
        f"There is a subscription {subscription.short_id} already.",
        hint="Edit that one, or try again for another id.",
        short_id=subscription.short_id,
    )
