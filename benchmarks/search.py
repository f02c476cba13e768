"""How fast are search, completion and neighbours over many papers, and is there a faster engine?

Fills the search index with a corpus, as the store does (in batches), asks 300 queries of each kind and prints the time
of each at the median and the 99th percentile. All of it is counted: reading the query, the total, the first ten ids.
With ``--engines`` the same folded words also stand in SQLite's FTS5, and in a plain map from n-grams to papers.

    python -m benchmarks.search [--papers N] [--small] [--engines] [PATH]      PATH: ../shared/data/arxiv.jsonl.gz
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.search_engines import InMemory, WithFts5
from bot.domain.filter_text import parse_query
from bot.domain.filters import Filter, Query, Scope, Term
from bot.domain.folding import fold_words, is_function_word
from bot.domain.likeness import subject_of, telling_words
from bot.domain.papers import Entry, Paper, Tally
from storage.search.index import FullTextIndex

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

DATA = Path(__file__).parents[2] / "shared" / "data"
BATCH = 2_000
QUERIES = 300
A_DAY = 30
KEYWORDS = 5
PAUSE = 1.0


def corpus(path: Path, papers: int) -> list[Entry]:
    """The papers of *path*, with votes and days made up, and their commonest words as keywords."""
    chance = random.Random(6)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_entry(json.loads(line), chance) for line in islice(lines, papers)]


def _entry(item: dict[str, str], chance: random.Random) -> Entry:
    words = [
        word for word in fold_words(item["abstract"]) if len(word) > KEYWORDS and not is_function_word(word)
    ]
    paper = Paper(
        id=item["id"],
        title=item["title"],
        abstract=item["abstract"],
        keywords=tuple(word for word, _ in Counter(words).most_common(KEYWORDS)),
        listed_on=(date(2023, 5, 1) + timedelta(days=chance.randrange(900)),),
    )
    votes = int(chance.paretovariate(0.9)) % 700
    return Entry(paper=paper, tally=Tally(at=datetime(2026, 1, 1, tzinfo=UTC), upvotes=votes))


def queries(entries: Sequence[Entry], chance: random.Random) -> dict[str, list[str]]:
    """What is asked, by kind: words as titles use them, and phrases as abstracts do."""
    kinds: dict[str, list[str]] = {kind: [] for kind in ("one word", "three words", "phrase", "completion")}
    while len(kinds["phrase"]) < QUERIES:
        paper = chance.choice(entries).paper
        words = [word for word in paper.title.split() if word.isalpha() and not is_function_word(word)]
        runs = [pair for pair in pairwise(paper.abstract.split()) if "".join(pair).isalpha()]
        if len(words) < 3 or not runs:
            continue
        kinds["one word"].append(chance.choice(words))
        kinds["three words"].append(" ".join(chance.sample(words, 3)))
        kinds["phrase"].append(f'"{" ".join(chance.choice(runs))}"')
        typed = " ".join(paper.title.split()[:3])
        kinds["completion"].append(typed[: chance.randint(1, len(typed))])
    return kinds


async def timed(ask: Callable[[str], Awaitable[object]], texts: Iterable[str], *, pause: float = 0) -> str:
    """The median and the 99th percentile of *ask* over *texts*, *pause* seconds apart, as cells of a table."""
    times = []
    for text in texts:
        await asyncio.sleep(pause)
        begun = perf_counter()
        await ask(text)
        times.append((perf_counter() - begun) * 1e3)
    cuts = quantiles(times, n=100, method="inclusive")
    return f"{cuts[49]:.2f} | {cuts[98]:.2f}"


def memory(kind: str = "VmRSS") -> float:
    """MiB that this process holds now; *kind* as in ``/proc/self/status``."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{kind}:")[2].split()[0]) / 1024


async def filled(index: FullTextIndex, entries: Sequence[Entry]) -> float:
    """Seconds that filling *index* takes."""
    begun = perf_counter()
    for start in range(0, len(entries), BATCH):
        some = entries[start : start + BATCH]
        await index.update({entry.paper.id: entry for entry in some}, [], start + len(some))
    return perf_counter() - begun


async def neighbours(index: FullTextIndex, entry: Entry) -> object:
    """The papers most like *entry*, found from its text alone."""
    stressed = telling_words(entry.paper)
    held = await index.frequencies(stressed)
    like = Term(text=entry.paper.id, scope=Scope.LIKE, subject=subject_of(stressed, held.papers, held.of))
    return await index.find(Query(text=str(like), filter=Filter(wants=like)), limit=10)


async def measure(entries: Sequence[Entry], folder: Path) -> Iterator[str]:
    """The rows of the table about our own index, kept in *folder*."""
    chance = random.Random(7)
    asked = queries(entries, chance)
    rows = []
    async with FullTextIndex.open(folder) as index:
        rows.append(f"| build, s | {await filled(index, entries):.1f} | |")
    async with FullTextIndex.open(folder) as index:
        by_id = {entry.paper.id: entry for entry in entries}
        some = chance.sample(list(by_id), min(QUERIES, len(by_id)))
        for kind, texts in asked.items():
            if kind == "completion":
                rows.append(
                    f"| {kind} of a title, ms | {await timed(lambda text: index.titles(text, 25), texts)} |"
                )
                keyed = await timed(lambda text: index.keywords(text, 25), texts)
                rows.append(f"| {kind} of a keyword, ms | {keyed} |")
            else:
                found = await timed(lambda text: index.find(parse_query(text), limit=10), texts)
                rows.append(f"| {kind}, ms | {found} |")
        like = await timed(lambda paper_id: neighbours(index, by_id[paper_id]), some)
        rows.append(f"| more like this, ms | {like} |")
        slips = [text[:2] + text[3:] for text in asked["one word"] if len(text) > KEYWORDS]
        rows.append(f"| did you mean, ms | {await timed(lambda text: index.meant([text]), slips)} |")
        rows.append(
            f"| adding a day's {A_DAY} papers, ms | {await timed(_adding(index, entries), map(str, range(20)), pause=PAUSE)} |"
        )
        rows.append(
            f"| new votes of 150 papers, ms | {await timed(_voting(index, entries), map(str, range(20)), pause=PAUSE)} |"
        )
    rows.append(f"| memory of a process that searches it, MiB | {await _held(folder, asked)} | |")
    rows.append(f"| on disk, MiB | {_size(folder):.0f} | |")
    return iter(rows)


async def _held(folder: Path, asked: dict[str, list[str]]) -> str:
    """MiB of a process of its own that asks all of *asked*."""
    texts = [text for kind, several in asked.items() if kind != "completion" for text in several]
    asker = (sys.executable, "-m", "benchmarks.search", "--held", str(folder))
    process = await asyncio.create_subprocess_exec(*asker, stdin=PIPE, stdout=PIPE)
    answer, _ = await process.communicate(json.dumps(texts).encode())
    return answer.decode().strip()


async def hold(folder: Path) -> None:
    """Search *folder* for the texts that come in, then print the memory that it took."""
    async with FullTextIndex.open(folder) as index:
        for text in json.loads(sys.stdin.read()):
            await index.find(parse_query(text), limit=10)
        print(f"{memory():.0f}")


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 2**20


def _adding(index: FullTextIndex, entries: Sequence[Entry]) -> Callable[[str], Awaitable[None]]:
    async def add(number: str) -> None:
        some = entries[int(number) * A_DAY :][:A_DAY]
        fresh = [
            replace(entry, paper=replace(entry.paper, id=f"{number}-{entry.paper.id}")) for entry in some
        ]
        await index.update({entry.paper.id: entry for entry in fresh}, [], 1)

    return add


def _voting(index: FullTextIndex, entries: Sequence[Entry]) -> Callable[[str], Awaitable[None]]:
    async def vote(number: str) -> None:
        tally = Tally(at=datetime(2026, 1, 2, tzinfo=UTC), upvotes=1_000 + int(number))
        await index.update({one.paper.id: replace(one, tally=tally) for one in entries[:150]}, [], 2)

    return vote


async def rivals(entries: Sequence[Entry], folder: Path) -> None:
    """Print what other engines take for the same words."""
    asked = queries(entries, random.Random(7))
    print(
        "\n| engine | papers | build s | one word p50 | p99 | three words p50 | p99 | phrase p50 | p99 | MiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for rival in (WithFts5(folder / "fts5.db"), InMemory()):
        papers = entries[: rival.most]
        before, begun = memory(), perf_counter()
        rival.fill(papers)
        built, held = perf_counter() - begun, memory() - before
        cells = [await timed(rival.find, asked[kind]) for kind in ("one word", "three words", "phrase")]
        print(f"| {rival.name} | {len(papers):,} | {built:.1f} | {' | '.join(cells)} | {held:.0f} |")


async def main(papers: int, path: Path, *, engines: bool) -> None:
    """Print the tables."""
    entries = corpus(path, papers)
    with tempfile.TemporaryDirectory() as folder:
        rows = await measure(entries, Path(folder) / "index")
        print(f"| {len(entries):,} papers | p50 | p99 |\n|---|---|---|", *rows, sep="\n")
        if engines:
            await rivals(entries, Path(folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, default=DATA / "arxiv.jsonl.gz", metavar="PATH")
    parser.add_argument("--papers", type=int, default=60_000)
    parser.add_argument("--small", action="store_true", help="2,000 papers")
    parser.add_argument("--engines", action="store_true", help="the other engines as well")
    parser.add_argument("--held", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.held:
        asyncio.run(hold(given.held))
        sys.exit()
    asyncio.run(main(2_000 if given.small else given.papers, given.path, engines=given.engines))
