"""Papers, tallies and days in Redis."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.domain.papers import Entry, Tally
from bot.ports import ListingRecord
from storage.codec import EPOCH, at_moment, decode_paper, moment
from storage.redis.aliases import resolve
from storage.redis.connection import Script
from storage.redis.keeping import keep, watched
from storage.redis.rows import decode_record, decode_tally, split_newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from bot.domain.papers import PaperId
    from bot.ports import PaperChanges
    from storage.redis.connection import Command, Reader, Server
    from storage.redis.keys import Keys

_AT_ONCE: Final = 500
"""How many papers one step of thinning looks at."""
_DAY: Final = timedelta(days=1) // timedelta(microseconds=1)

_ENTRIES: Final = Script("""
local found = {}
for at, id in ipairs(ARGV) do
    local now = redis.call('HGET', KEYS[1], id) or id
    found[2 * at - 1] = redis.call('HGET', KEYS[2], now)
    found[2 * at] = redis.call('HGET', KEYS[3], now)
end
return found
""")


class RedisPapers:
    """The `bot.ports.PaperStore` of a Redis server.

    Beyond the port: lists come by day and position; a tally of a paper that is not stored is left out; a paper kept
    under an id that has joined another stays gone. What is kept is as durable as the server's ``appendfsync`` says.
    """

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def keep(self, changes: PaperChanges) -> int:
        """Apply *changes* atomically; gives the newest change number."""

        async def work(read: Reader) -> tuple[Sequence[Command], int]:
            return await keep(read, self._keys, changes)

        return await self._server.update(watched(self._keys), work)

    async def entries(self, ids: Iterable[PaperId]) -> dict[PaperId, Entry]:
        """The stored papers among *ids* with their newest tally, in the order asked for."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        keys = (self._keys.aliases, self._keys.documents, self._keys.newest)
        found = await self._server.run(_ENTRIES, keys, *wanted)
        rows = zip(wanted, found[::2], found[1::2], strict=True)
        return {
            paper_id: _entry(document, newest) for paper_id, document, newest in rows if document is not None
        }

    async def listed(self, since: date, until: date) -> list[Entry]:
        """The papers now on the lists of *since*..*until*, each once, by their first day there."""
        records = await self.records(since, until)
        entries = await self.entries(paper_id for record in records for paper_id in record.ids)
        return list(entries.values())

    async def tallies(self, ids: Iterable[PaperId]) -> dict[PaperId, tuple[Tally, ...]]:
        """The tallies of those of *ids* that have some, earliest first."""
        now = await resolve(self._server, self._keys, ids)
        found = await self._server.together(("HGETALL", self._keys.tallies(one)) for one in now.values())
        return {paper_id: _tallies(seen) for paper_id, seen in zip(now, found, strict=True) if seen}

    async def records(self, since: date | None = None, until: date | None = None) -> list[ListingRecord]:
        """What is known of the days *since*..*until*, earliest first."""
        first = f"[{since.isoformat()}" if since else "-"
        last = f"({until.isoformat()}~" if until else "+"
        texts = await self._server.call("ZRANGEBYLEX", self._keys.records, first, last)
        records = list(map(decode_record, texts))
        ids = (paper_id for record in records for paper_id in (*record.ids, *record.removed))
        now = await resolve(self._server, self._keys, ids)
        return [_followed(record, now) for record in records]

    async def titled(self, folded_titles: Iterable[str]) -> dict[str, tuple[PaperId, ...]]:
        """The papers with these folded titles, by title, ids in order."""
        wanted = sorted(set(folded_titles))
        found = await self._server.call("HMGET", self._keys.titles, *wanted) if wanted else ()
        return {title: tuple(ids.split()) for title, ids in zip(wanted, found, strict=True) if ids}

    async def changed(self, after: int, limit: int) -> list[tuple[int, PaperId]]:
        """At most *limit* changes later than *after*, in order."""
        span = (f"({after}", "+inf", "BYSCORE", "LIMIT", 0, max(limit, 0), "WITHSCORES")
        rows = await self._server.call("ZRANGE", self._keys.changes, *span)
        return [(int(number), paper_id) for paper_id, number in rows]

    async def revision(self) -> tuple[int, datetime | None]:
        """The last change number, and when a listing was last read well."""
        newest = ("ZREVRANGE", self._keys.changes, 0, 0, "WITHSCORES")
        changes, read_at = await self._server.together([newest, ("GET", self._keys.read_at)])
        return int(changes[0][1]) if changes else 0, None if read_at is None else at_moment(int(read_at))

    async def count(self) -> int:
        """How many papers are stored."""
        return int(await self._server.call("HLEN", self._keys.documents))

    async def thin(self, before: datetime) -> int:
        """Keep only the last tally of each UTC day among those older than *before*; gives how many went.

        A few hundred papers are one step each.
        """
        thinned, cursor = 0, "0"
        while True:
            cursor, part = await self._server.call("HSCAN", self._keys.newest, cursor, "COUNT", _AT_ONCE)
            thinned += await self._thin(list(part), moment(before))
            if str(cursor) == "0":
                return thinned

    async def _thin(self, ids: Sequence[PaperId], before: int) -> int:
        seen = await self._server.together(("HKEYS", self._keys.tallies(one)) for one in ids)
        spare = [(one, list(_spare(map(int, at), before))) for one, at in zip(ids, seen, strict=True)]
        gone: list[Command] = [("HDEL", self._keys.tallies(one), *at) for one, at in spare if at]
        return sum(await self._server.together(gone))


def _spare(moments: Iterable[int], before: int) -> Iterator[int]:
    """The *moments* earlier than *before* that a later one of the same day, also earlier than *before*, makes spare."""
    old = sorted(at for at in moments if at < before)
    return (at for at, later in pairwise(old) if at // _DAY == later // _DAY)


def _entry(document: str, newest: str | None) -> Entry:
    tally = Tally(at=EPOCH) if newest is None else decode_tally(*split_newest(newest))
    return Entry(paper=decode_paper(document), tally=tally)


def _tallies(seen: dict[str, str]) -> tuple[Tally, ...]:
    return tuple(sorted((decode_tally(at, counts) for at, counts in seen.items()), key=lambda one: one.at))


def _followed(record: ListingRecord, now: dict[PaperId, PaperId]) -> ListingRecord:
    """*record* with the papers that its ids stand for now, each once, where it stood itself if it did."""
    own = {*record.ids, *record.removed}

    def present(ids: Iterable[PaperId]) -> dict[PaperId, None]:
        return dict.fromkeys(now[one] for one in ids if now[one] == one or now[one] not in own)

    ids = present(record.ids)
    removed = tuple(one for one in present(record.removed) if one not in ids)
    return replace(record, ids=tuple(ids), removed=removed)
