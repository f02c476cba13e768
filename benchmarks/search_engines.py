"""Other engines that could hold the search index, filled with the same folded words; see `benchmarks.search`."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from bot.domain.compiling import compile_filter
from bot.domain.filter_text import parse_query
from bot.domain.folding import fold_words
from bot.domain.matching import PaperIndex
from bot.domain.occurrences import bits
from storage.search.documents import columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.domain.papers import Entry

_FIND = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text, 3.0, 2.0, 1.0) LIMIT 10"
_COUNT = "SELECT count(*) FROM text WHERE text MATCH ?"


class WithFts5:
    """SQLite's full-text search with the tokens of our own index, in a file."""

    name = "SQLite FTS5"
    most = 10**9

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute(
            "CREATE VIRTUAL TABLE text USING fts5(title, keywords, abstract, "
            "tokenize=\"ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'\")"
        )

    def fill(self, entries: Sequence[Entry]) -> None:
        """Index *entries* in one transaction."""
        made = (columns(entry.paper) for entry in entries)
        rows = ((one.title, one.keywords, one.abstract) for one in made)
        with self._connection:
            self._connection.executemany("INSERT INTO text VALUES (?, ?, ?)", rows)

    async def find(self, text: str) -> object:
        """The ten best and the total, for the folded words of *text*."""
        words = fold_words(text)
        phrase = f'"{" ".join(words)}"' if text.startswith('"') else " ".join(f'"{word}"' for word in words)
        count = self._connection.execute(_COUNT, (phrase,)).fetchone()
        return count, self._connection.execute(_FIND, (phrase,)).fetchall()


class InMemory:
    """The map from n-grams to papers that subscriptions are matched with: of a tenth of the papers."""

    name = "n-grams in memory"
    most = 6_000

    def __init__(self) -> None:
        self._index = PaperIndex(())

    def fill(self, entries: Sequence[Entry]) -> None:
        """Index *entries*."""
        self._index = PaperIndex(entries)
        self._index.prepare()

    async def find(self, text: str) -> object:
        """The first ten and the total: without relevance, which it cannot tell."""
        found = self._index.matching(compile_filter(parse_query(text).filter))
        return found.bit_count(), [place for place, _ in zip(bits(found), range(10), strict=False)]
