"""Papers that turned out to be another paper. Aliases are looked up when something is read, so nothing need move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.papers import is_arxiv_id
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers import PaperId
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_FAMILIES: Final = Script("""
local found = {}
for at, id in ipairs(ARGV) do
    local now = redis.call('HGET', KEYS[1], id) or id
    found[at] = now .. ' ' .. (redis.call('HGET', KEYS[2], now) or '')
end
return found
""")


async def families(server: Server, keys: Keys, ids: Iterable[PaperId]) -> dict[PaperId, tuple[PaperId, ...]]:
    """Each of *ids*, in order and once, with the id of the paper it stands for now and all that the paper had before."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = await server.run(_FAMILIES, (keys.aliases, keys.joined), *wanted)
    return {paper_id: tuple(family.split()) for paper_id, family in zip(wanted, found, strict=True)}


async def resolve(server: Server, keys: Keys, ids: Iterable[PaperId]) -> dict[PaperId, PaperId]:
    """Each of *ids*, in order and once, with the id of the paper it stands for now."""
    wanted = dict.fromkeys(ids)
    # An arXiv id never stands for another paper, and nearly all are arXiv ids.
    unsure = [paper_id for paper_id in wanted if not is_arxiv_id(paper_id)]
    known = await server.call("HMGET", keys.aliases, *unsure) if unsure else ()
    now = dict(zip(unsure, known, strict=True))
    return {paper_id: now.get(paper_id) or paper_id for paper_id in wanted}
