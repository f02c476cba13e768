"""In which shard a subscription is, known by its id alone."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.subscriptions import SHARDS, shard_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.redis.connection import Server
    from storage.redis.keys import Keys


async def located(server: Server, keys: Keys, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The subscriptions among *ids* that are there, each with its shard and its record, in the order asked for.

    An id carries its shard; only for one that does not (it came with an import), or is gone, all are asked.
    """
    wanted = list(dict.fromkeys(ids))
    carried: dict[int, list[str]] = {}
    for one in wanted:
        shard = shard_in(one)
        if shard is not None:
            carried.setdefault(shard, []).append(one)
    found = await _asked(server, keys, carried)
    missing = [one for one in wanted if one not in found]
    if missing:
        found |= await _asked(server, keys, dict.fromkeys(range(SHARDS), missing))
    return {one: found[one] for one in wanted if one in found}


async def _asked(
    server: Server, keys: Keys, places: Mapping[int, Sequence[str]]
) -> dict[str, tuple[int, str]]:
    commands = [("HMGET", keys.subscriptions(shard), *ids) for shard, ids in places.items()]
    answers = await server.each(commands)
    rows = chain.from_iterable(
        zip(ids, [shard] * len(ids), documents, strict=True)
        for (shard, ids), documents in zip(places.items(), answers, strict=True)
    )
    return {one: (shard, document) for one, shard, document in rows if document is not None}
