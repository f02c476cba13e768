"""Whatever happens to them, a Redis store and a SQLite store answer alike."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.folding import fold_title
from bot.domain.papers import Paper, Tally, page_id
from bot.ports import ListingRecord, PaperChanges
from storage.sqlite.store import SqliteStore
from tests.storage.samples import CHANNEL, DAY, HOUR, NOW

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ports import MarkStore
    from storage.redis.store import RedisStore

ARXIV = [f"2511.{number:05}" for number in range(6)]
PAGES = [page_id(str(number)) for number in range(5)]
IDS = ARXIV + PAGES
TITLES = ["Alpha", "Beta beta", "alpha", "Gamma"]
ONE_DAY = timedelta(days=1)


def _changes(chance: random.Random) -> PaperChanges:
    def some(most: int) -> list[str]:
        return chance.sample(IDS, chance.randint(0, most))

    return PaperChanges(
        papers=tuple(
            Paper(id=one, title=chance.choice(TITLES), abstract=str(chance.randint(0, 2))) for one in some(4)
        ),
        tallies=tuple((one, _tally(chance)) for one in some(4) for _ in range(chance.randint(1, 3))),
        aliases=tuple(
            (one, chance.choice(ARXIV)) for one in chance.sample(PAGES, chance.choice([0, 0, 1, 2]))
        ),
        record=_record(chance, some(5), some(3)) if chance.random() < 0.6 else None,
    )


def _tally(chance: random.Random) -> Tally:
    return Tally(at=NOW + HOUR * chance.randint(-60, 60), upvotes=chance.choice([None, 1, 2, 3]))


def _record(chance: random.Random, ids: list[str], removed: list[str]) -> ListingRecord:
    gone = tuple(one for one in removed if one not in ids)
    return ListingRecord(day=DAY + ONE_DAY * chance.randint(-2, 2), seen_at=NOW, ids=tuple(ids), removed=gone)


async def _done(store: RedisStore | SqliteStore, chance: random.Random, step: int) -> list[object]:
    """What *store* answers to one step of a day's work."""
    marks: MarkStore = store.marks
    ids, at = chance.sample(IDS, 3), NOW + HOUR * step
    answers: list[object] = [await store.papers.keep(_changes(chance))]
    if chance.random() < 0.5:
        answers.append(await marks.claim(CHANNEL, ids, owner="one", at=at))
    elif chance.random() < 0.5:
        await marks.release(CHANNEL, ids, owner="one")
    if chance.random() < 0.5:
        answers.append(await store.bookmarks.save("ana", ids[0], at))
    if chance.random() < 0.3:
        answers.append(await store.bookmarks.unsave("ana", ids[1]))
    if chance.random() < 0.1:
        answers.append(await store.papers.thin(NOW + 30 * HOUR))
    return answers


async def _seen(store: RedisStore | SqliteStore) -> list[object]:
    papers = store.papers
    return [
        list((await papers.entries(IDS)).items()),
        await papers.tallies(IDS),
        await papers.records(),
        await papers.listed(DAY - ONE_DAY, DAY + ONE_DAY),
        await papers.titled(map(fold_title, TITLES)),
        await papers.changed(0, 1000),
        await papers.count(),
        set(await store.marks.had(CHANNEL)),
        set(await store.bookmarks.saved("ana")),
    ]


@pytest.mark.parametrize("seed", range(6))
async def test_both_stores_answer_alike(store: RedisStore, tmp_path: Path, seed: int) -> None:
    async with SqliteStore.open(tmp_path / "twin.db") as twin:
        ours, theirs = random.Random(seed), random.Random(seed)
        for step in range(25):
            assert await _done(store, ours, step) == await _done(twin, theirs, step)
            assert await _seen(store) == await _seen(twin)
