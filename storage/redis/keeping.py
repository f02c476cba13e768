"""What one ingest changes: read what it touches, decide, and give the commands that write it all at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.folding import fold_title
from storage.codec import decode_paper, encode_paper, moment
from storage.redis.rows import encode_counts, encode_newest, encode_record, split_newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.papers import PaperId
    from bot.ports import ListingRecord, PaperChanges
    from storage.redis.connection import Command, Reader
    from storage.redis.keys import Keys


def watched(keys: Keys) -> tuple[str, ...]:
    """The keys that tell when somebody else kept something meanwhile."""
    return (keys.documents, keys.newest, keys.titles, keys.changes, keys.aliases, keys.joined, keys.read_at)


async def keep(read: Reader, keys: Keys, changes: PaperChanges) -> tuple[list[Command], int]:
    """The commands that apply *changes* to what *read* reads now, and the change number they lead to."""
    keeping = _Keeping(read, keys)
    pairs = await keeping.link(changes)
    await keeping.put_papers(changes, pairs)
    await keeping.put_tallies(changes, pairs)
    if changes.record is not None:
        await keeping.put_record(changes.record)
    return await keeping.commands()


async def newest_change(read: Reader, keys: Keys) -> int:
    """The newest change number, 0 for an empty store."""
    newest = await read("ZREVRANGE", keys.changes, 0, 0, "WITHSCORES")
    return int(newest[0][1]) if newest else 0


class _Keeping:
    """What is stored of what the changes touch, and what is to be written of it."""

    def __init__(self, read: Reader, keys: Keys) -> None:
        self._read = read
        self._keys = keys
        self._now: dict[PaperId, PaperId] = {}
        self._documents: dict[PaperId, str] = {}
        self._touched: dict[PaperId, None] = {}
        self._writes: dict[str, dict[str, str | None]] = {}
        self._others: list[Command] = []

    async def link(self, changes: PaperChanges) -> list[tuple[PaperId, PaperId]]:
        """Write down new aliases; gives them, each with its final target. The first target of an id stays."""
        ends = list(chain.from_iterable(changes.aliases))
        self._now = await self._fetch(self._keys.aliases, chain(_mentioned(changes), ends))
        former = await self._fetch(self._keys.joined, chain(ends, self._now.values()))
        new = []
        for old, wanted in changes.aliases:
            target = self._resolved(wanted)
            if target == old or old in self._now:
                continue
            moved = [old, *former.pop(old, "").split()]
            former[target] = " ".join([*former.get(target, "").split(), *moved])
            self._now |= dict.fromkeys(moved, target)
            self._write(self._keys.aliases, dict.fromkeys(moved, target))
            self._write(self._keys.joined, {old: None, target: former[target]})
            new.append(old)
        return [(old, self._resolved(old)) for old in new]

    async def put_papers(self, changes: PaperChanges, pairs: list[tuple[PaperId, PaperId]]) -> None:
        """Write the papers that are new or changed; drop those that joined another."""
        papers = [paper for paper in changes.papers if paper.id not in self._now]
        ids = chain(
            (paper.id for paper in papers), *pairs, (self._resolved(one) for one, _ in changes.tallies)
        )
        self._documents = await self._fetch(self._keys.documents, ids)
        before = dict(self._documents)
        for paper in papers:
            document = encode_paper(paper)
            if self._documents.get(paper.id) != document:
                self._documents[paper.id] = document
                self._touched[paper.id] = None
        for old, target in pairs:
            self._documents.pop(old, None)
            self._touched |= dict.fromkeys((old, target))
        written = {one: self._documents.get(one) for one in self._touched}
        changed = {one: document for one, document in written.items() if before.get(one) != document}
        self._write(self._keys.documents, changed)
        await self._retitle(before, changed)

    async def _retitle(self, before: Mapping[PaperId, str], after: Mapping[PaperId, str | None]) -> None:
        moves = [(one, _title(before.get(one)), _title(document)) for one, document in after.items()]
        titles = {title for _, *both in moves for title in both if title is not None}
        stored = await self._fetch(self._keys.titles, titles)
        holders = {title: set(stored.get(title, "").split()) for title in titles}
        for paper_id, left, entered in moves:
            if left is not None:
                holders[left].discard(paper_id)
            if entered is not None:
                holders[entered].add(paper_id)
        self._write(
            self._keys.titles, {title: " ".join(sorted(ids)) or None for title, ids in holders.items()}
        )

    async def put_tallies(self, changes: PaperChanges, pairs: list[tuple[PaperId, PaperId]]) -> None:
        """Write the tallies of papers that are stored, and hand on those of papers that joined another."""
        tallies = [(self._resolved(one), tally) for one, tally in changes.tallies]
        newest = await self._fetch(self._keys.newest, chain((one for one, _ in tallies), *pairs))
        for old, target in pairs:
            await self._hand_on(old, target, newest)
        before = dict(newest)
        for paper_id, tally in tallies:
            if paper_id in self._documents:
                self._put_tally(paper_id, moment(tally.at), encode_counts(tally), newest)
        for paper_id in dict.fromkeys(one for one, _ in tallies if one in newest):
            known = before.get(paper_id)
            if known is None or split_newest(known)[1] != split_newest(newest[paper_id])[1]:
                self._touched[paper_id] = None
        self._write(self._keys.newest, newest)

    async def _hand_on(self, old: PaperId, target: PaperId, newest: dict[PaperId, str]) -> None:
        theirs = await self._all(self._keys.tallies(old))
        own = await self._all(self._keys.tallies(target))
        for at, counts in theirs.items():
            if target in self._documents and at not in own:
                self._put_tally(target, int(at), counts, newest)
        newest.pop(old, None)
        self._write(self._keys.newest, {old: None})
        self._others.append(("DEL", self._keys.tallies(old)))

    def _put_tally(self, paper_id: PaperId, at: int, counts: str, newest: dict[PaperId, str]) -> None:
        self._write(self._keys.tallies(paper_id), {str(at): counts})
        known = newest.get(paper_id)
        if known is None or split_newest(known)[0] <= at:
            newest[paper_id] = encode_newest(at, counts)

    async def put_record(self, record: ListingRecord) -> None:
        """Write what is known of a day in place of what was."""
        day = record.day.isoformat()
        ids = tuple(dict.fromkeys(map(self._resolved, record.ids)))
        removed = tuple(one for one in dict.fromkeys(map(self._resolved, record.removed)) if one not in ids)
        text = encode_record(replace(record, ids=ids, removed=removed))
        self._others.append(("ZREMRANGEBYLEX", self._keys.records, f"[{day}", f"({day}~"))
        self._others.append(("ZADD", self._keys.records, 0, text))
        read_at = max(moment(record.seen_at), int(await self._read("GET", self._keys.read_at) or 0))
        self._others.append(("SET", self._keys.read_at, read_at))

    async def commands(self) -> tuple[list[Command], int]:
        """All that is to be written, and the newest change number: each paper touched gets one of its own."""
        last = await newest_change(self._read, self._keys)
        commands = [*self._others, *chain.from_iterable(map(_hash_commands, self._writes.items()))]
        if self._touched:
            numbered = enumerate(self._touched, start=last + 1)
            commands.append(("ZADD", self._keys.changes, *(part for pair in numbered for part in pair)))
        return commands, last + len(self._touched)

    def _resolved(self, paper_id: PaperId) -> PaperId:
        return self._now.get(paper_id, paper_id)

    def _write(self, key: str, fields: Mapping[str, str | None]) -> None:
        self._writes.setdefault(key, {}).update(fields)

    async def _fetch(self, key: str, fields: Iterable[str]) -> dict[str, str]:
        """The *fields* of a hash that are there."""
        wanted = list(dict.fromkeys(fields))
        found = await self._read("HMGET", key, *wanted) if wanted else ()
        return {name: value for name, value in zip(wanted, found, strict=True) if value is not None}

    async def _all(self, key: str) -> dict[str, str]:
        return dict(await self._read("HGETALL", key))


def _hash_commands(written: tuple[str, Mapping[str, str | None]]) -> Iterable[Command]:
    key, fields = written
    kept = {name: value for name, value in fields.items() if value is not None}
    gone = fields.keys() - kept.keys()
    if kept:
        yield ("HSET", key, *chain.from_iterable(kept.items()))
    if gone:
        yield ("HDEL", key, *gone)


def _title(document: str | None) -> str | None:
    return None if document is None else fold_title(decode_paper(document).title)


def _mentioned(changes: PaperChanges) -> Iterable[PaperId]:
    yield from (paper.id for paper in changes.papers)
    yield from (paper_id for paper_id, _ in changes.tallies)
    if changes.record is not None:
        yield from changes.record.ids
        yield from changes.record.removed
