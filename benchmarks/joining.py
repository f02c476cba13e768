"""How many papers does a keyword find that its plain spelling misses, and does it find wrong ones?

Counts, for the commonest keywords of the recorded listings, the papers of a corpus in which each occurs: as
`bot.domain.folding` reads it (hyphen, space and joined spelling, accents and plurals do not matter), and plainly
spelt (case and plural do not matter, hyphens and spaces as in the keyword). The spellings gained are there to be read.

    python -m benchmarks.joining [--papers N] [--small] [PATH]      PATH: ../shared/data/arxiv.jsonl.gz
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bot.domain.folding import phrase_parts, text_keys
from bot.domain.plurals import singular
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DATA = Path(__file__).parents[2] / "shared" / "data"
KEYWORDS = 500
SHOWN = 40
SEPARATORS = r"[\s\-\u2010-\u2014\u2212_@&·\"“”'’`*~]*"


@dataclass(slots=True)
class Keyword:
    """A keyword and what it found: *folded* and *plain* count papers, *gained* the spellings plain search missed."""

    text: str
    parts: tuple[tuple[str, ...], ...]
    stem: str
    plainly: re.Pattern[str]
    anyhow: re.Pattern[str]
    folded: int = 0
    plain: int = 0
    lost: int = 0
    gained: Counter[str] = field(default_factory=Counter)

    @property
    def gain(self) -> float:
        """How many times as many papers folding finds, less one; one paper of grace keeps rare keywords in place."""
        return (self.folded - self.plain) / (self.plain + 1)

    def look(self, text: str, small: str, keys: set[str]) -> None:
        """Count the paper *text*, which is *small* in small letters and has these *keys*."""
        folded = all(not keys.isdisjoint(part) for part in self.parts)
        plain = self.stem in small and self.plainly.search(small) is not None
        self.folded += folded
        self.plain += plain
        self.lost += plain and not folded
        if folded and not plain:
            found = self.anyhow.search(text)
            self.gained[" ".join(found[0].lower().split()) if found else "(in parts)"] += 1


def keyword(text: str) -> Keyword:
    """*text*, ready to be looked for."""
    *before, last = re.split(r"(?<=[\s-])(?=[^\s-]+$)", text.lower())
    stem, ending = inflected("".join(before) + singular(last))
    letters = [re.escape(sign) for sign in stem if sign.isalnum() or sign in "+#.*"]
    return Keyword(
        text=text,
        parts=phrase_parts(text),
        stem=stem,
        plainly=re.compile(rf"(?<!\w){re.escape(stem)}{ending}(?!\w)"),
        anyhow=re.compile(rf"(?<!\w){SEPARATORS.join(letters)}{ending}(?!\w)", re.IGNORECASE),
    )


def inflected(one: str) -> tuple[str, str]:
    """What the singular *one* and its plural begin with, and a pattern of how they end."""
    if re.search(r"[^aeiou]y$", one):
        return one[:-1], "(?:y|ies)"
    return (one[:-2], "[ie]s") if one.endswith("sis") else (one, "(?:e?s)?")


async def commonest(path: Path, count: int) -> list[str]:
    """The *count* commonest keywords of the recordings in *path*, each once whatever its capitals."""
    counted: Counter[str] = Counter()
    async for listing in Archive(path).listings():
        for entry in listing.entries:
            counted.update(set(entry.paper.keywords))
    ranked = [word for word, _ in counted.most_common()]
    return list({word.lower(): word for word in reversed(ranked)}.values())[: -count - 1 : -1]


def corpus(path: Path) -> Iterator[str]:
    """Title and abstract of each paper of the corpus."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            yield f"{paper['title']}. {paper['abstract']}"


def counted(keywords: list[Keyword], texts: Iterator[str]) -> int:
    """Look for *keywords* in *texts*; gives how many texts there were."""
    wanted = {key for one in keywords for part in one.parts for key in part}
    read = 0
    for text in texts:
        read += 1
        small, keys = text.lower(), text_keys(text) & wanted
        for one in keywords:
            one.look(text, small, keys)
    return read


def table(keywords: list[Keyword]) -> None:
    """Print the totals, and the keywords that gained most."""
    assert all(one.folded + one.lost >= one.plain for one in keywords), "a find is folded, or lost"
    folded, plain = sum(one.folded for one in keywords), sum(one.plain for one in keywords)
    better = sum(one.folded > one.plain for one in keywords)
    print(
        f"finds of {len(keywords)} keywords: {folded:,} folded, {plain:,} plainly spelt: {folded / plain - 1:+.1%}"
    )
    print(
        f"keywords that find more: {better}; finds of the plain spelling that folding misses: {sum(one.lost for one in keywords)}"
    )
    print(f"\n{'keyword':<38}{'folded':>8}{'plain':>8}{'gain':>9}   spellings gained")
    for one in sorted(keywords, key=lambda one: -one.gain)[:SHOWN]:
        spellings = ", ".join(f"{spelling} {times}" for spelling, times in one.gained.most_common(3))
        gain = f"{one.folded / one.plain - 1:+.0%}" if one.plain else "new"
        print(f"{one.text[:37]:<38}{one.folded:>8,}{one.plain:>8,}{gain:>9}   {spellings}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DATA / "arxiv.jsonl.gz")
    parser.add_argument(
        "--daily", type=Path, default=DATA / "daily", help="recordings that the keywords are from"
    )
    parser.add_argument("--papers", type=int, default=10_000, help="how many papers of the corpus to read")
    parser.add_argument("--small", action="store_true", help="1,000 papers")
    chosen = parser.parse_args(arguments)
    absent = [path for path in (chosen.path, chosen.daily) if not path.exists()]
    if absent:
        print(f"{absent[0]} is not there: name a corpus, and recordings with --daily.")
        return
    began = perf_counter()
    keywords = [keyword(text) for text in asyncio.run(commonest(chosen.daily, KEYWORDS))]
    read = counted(keywords, islice(corpus(chosen.path), 1_000 if chosen.small else chosen.papers))
    if not any(one.plain for one in keywords):
        print("No keyword of the recordings is in the corpus: name others.")
        return
    print(f"{read:,} papers in {perf_counter() - began:.0f} s")
    table(keywords)


if __name__ == "__main__":
    main()
