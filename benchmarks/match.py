"""How fast do 150 papers meet many subscriptions?

Filters are compiled beforehand, as a store keeps them. *cold* counts the day's index and the first look-up of each
term; *warm* is a second pass. Aims: a million any-of filters in 2.5 s; mixed ones (AND, mutes, conditions) with the
had-mask and five picks in 4 s; at least 100 times the loop of one regular expression a term and paper.

    python -m benchmarks.match [--small | --subscriptions N] [--peers FOLDER] [PATH]

PATH is a folder of recordings (../shared/data/daily), FOLDER one where peers' packages were installed: their matchers are
then asked the same, one subscription and paper after the other, as they do it (see `benchmarks.keywords`).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import re
import resource
from bisect import bisect
from collections import Counter
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.keywords import PEERS, matchers
from bot.domain.compiling import CompiledFilter, compile_filter
from bot.domain.filters import Comparison, Count, CountCondition, Filter, Scope, Term, all_of, any_of
from bot.domain.matching import PaperIndex
from bot.domain.occurrences import bits
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.domain.filters import Want
    from bot.domain.papers import Entry

DAILY = Path(__file__).parents[2] / "shared" / "data" / "daily"
PAPERS = 150
SAMPLE = 300
"""How many subscriptions the slow loop is measured on."""
SAMPLE_OF_PEERS = 100


class Wishes:
    """Draws filters whose terms are as popular as words are (Zipf): keywords, authors, organizations."""

    def __init__(self, entries: list[Entry], rng: random.Random) -> None:
        self._rng = rng
        papers = [entry.paper for entry in entries]
        self._keywords = self._drawn(keyword for paper in papers for keyword in paper.keywords)
        self._authors = self._drawn(author for paper in papers for author in paper.authors)
        self._organizations = self._drawn(p.organization.name for p in papers if p.organization)

    def any_of(self) -> Filter:
        """One to ten alternatives."""
        return Filter(wants=any_of([self._term() for _ in range(self._rng.randint(1, 10))]))

    def mixed(self) -> Filter:
        """70 % alternatives, 20 % with one to three mutes, 10 % pairs that must both occur; half with a threshold."""
        kind = self._rng.random()
        filter_ = self.any_of()
        if kind > 0.9:
            filter_ = Filter(wants=any_of([self._pair() for _ in range(self._rng.randint(1, 3))]))
        elif kind > 0.7:
            mutes = tuple(Term(text=self._keywords()) for _ in range(self._rng.randint(1, 3)))
            filter_ = replace(filter_, mutes=tuple(dict.fromkeys(mutes)))
        if self._rng.random() < 0.5:
            least = CountCondition(
                count=Count.UPVOTES, comparison=Comparison.AT_LEAST, number=self._rng.randint(1, 20)
            )
            filter_ = replace(filter_, conditions=(least,))
        return filter_

    def _pair(self) -> Want:
        return all_of([self._term(), self._term()])

    def _term(self) -> Term:
        kind = self._rng.random()
        if kind < 0.07:
            return Term(text=self._authors(), scope=Scope.AUTHOR)
        if kind < 0.12:
            return Term(text=self._organizations(), scope=Scope.ORGANIZATION)
        return Term(text=self._keywords())

    def _drawn(self, items: Iterable[str]) -> Callable[[], str]:
        ranked = [item for item, _ in Counter(items).most_common()]
        weights = list(accumulate(1 / place for place in range(1, len(ranked) + 1)))
        return lambda: ranked[bisect(weights, self._rng.random() * weights[-1])]


def compiled(draw: Callable[[], Filter], count: int) -> list[CompiledFilter]:
    """*count* compiled filters that share the text of equal codes, as a process holds them."""
    codes: dict[str, str] = {}
    made = []
    for _ in range(count):
        one = compile_filter(draw())
        made.append(replace(one, any_of=tuple(codes.setdefault(code, code) for code in one.any_of)))
    return made


def match_all(index: PaperIndex, filters: list[CompiledFilter]) -> int:
    """Match each filter; gives how many pairs of paper and filter matched."""
    matching = index.matching
    return sum(matching(one).bit_count() for one in filters)


def pick_all(index: PaperIndex, filters: list[CompiledFilter], had: list[int]) -> int:
    """Match each filter, leave out what was had, and take the five best; gives how many picks were made."""
    matching, picks = index.matching, 0
    for one, mask in zip(filters, had, strict=True):
        picks += len(tuple(islice(bits(matching(one) & ~mask), 5)))
    return picks


def naive(entries: list[Entry], filters: list[Filter]) -> int:
    """The loop of the peers: each term of each subscription as a regular expression over each paper."""
    texts = [f"{entry.paper.title} {entry.paper.abstract}" for entry in entries]
    pairs = 0
    for one in filters:
        patterns = [re.compile(rf"\b{re.escape(term.text)}(?:e?s)?\b", re.IGNORECASE) for term in one.terms()]
        pairs += sum(any(pattern.search(text) for pattern in patterns) for text in texts)
        re.purge()
    return pairs


def peers(entries: list[Entry], filters: list[Filter], folder: str) -> None:
    """Print a row for the matcher of each peer that is in *folder*."""
    texts = [f"{entry.paper.title} {entry.paper.abstract}" for entry in entries]
    for name, matches in matchers(folder):
        if name not in PEERS:
            continue

        def work(matches: Callable[[str, str], bool] = matches) -> None:
            for one in filters:
                terms = [term.text for term in one.terms()]
                for text in texts:
                    any(matches(term, text) for term in terms)

        each = seconds(work) / len(filters)
        print(f"{len(filters):>14,} {name:<18}{'':>16}{1 / each:>12,.0f}{len(texts) / each:>14,.0f}")


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began


async def entries_of(path: Path) -> list[Entry]:
    """All recorded papers, the oldest first."""
    return [entry async for listing in Archive(path).listings() for entry in listing.entries]


def table(entries: list[Entry], sizes: list[int], folder: str = "") -> None:
    """Print one row a size and kind of filter."""
    rng = random.Random(1)
    wishes = Wishes(entries, rng)
    day = sorted(entries[-PAPERS:], key=lambda entry: -entry.upvotes)
    sample = [wishes.any_of() for _ in range(SAMPLE)]
    slow = seconds(lambda: naive(day, sample)) / SAMPLE
    print(
        f"{'subscriptions':>14} {'filters':<18}{'cold s':>8}{'warm s':>8}{'subs/s':>12}{'pairs/s':>14}{'MiB':>7}{'× naive':>9}"
    )
    print(
        f"{SAMPLE:>14,} {'regex loop':<18}{slow * SAMPLE:>8.2f}{'':>8}{1 / slow:>12,.0f}{PAPERS / slow:>14,.0f}"
    )
    if folder:
        peers(day, sample[:SAMPLE_OF_PEERS], folder)
    for size in sizes:
        for kind, draw in (("any of", wishes.any_of), ("mixed, 5 picks", wishes.mixed)):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            filters = compiled(draw, size)
            memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            had = [rng.getrandbits(PAPERS) & rng.getrandbits(PAPERS) for _ in range(size)]
            cold, warm = run(day, filters, had if kind != "any of" else None)
            print(
                f"{size:>14,} {kind:<18}{cold:>8.2f}{warm:>8.2f}{size / cold:>12,.0f}"
                f"{size * PAPERS / cold:>14,.0f}{memory:>7.0f}{slow * size / cold:>9,.0f}"
            )


def run(day: list[Entry], filters: list[CompiledFilter], had: list[int] | None) -> tuple[float, float]:
    """Seconds from papers to matches with a new index, and again with the same."""
    index = PaperIndex(day)
    counts: list[int] = []

    def work() -> None:
        counts.append(match_all(index, filters) if had is None else pick_all(index, filters, had))

    cold, warm = seconds(work), seconds(work)
    assert counts[0] == counts[1], "a second look must find the same"
    return cold, warm


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DAILY)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--small", action="store_true", help="10,000 subscriptions only")
    sizes.add_argument("--subscriptions", type=int, help="so many subscriptions only")
    parser.add_argument("--peers", default="", metavar="FOLDER", help="where peers' packages were installed")
    chosen = parser.parse_args(arguments)
    if not chosen.path.exists():
        print(f"{chosen.path} is not there: name a folder of recordings.")
        return
    entries = asyncio.run(entries_of(chosen.path))
    if not any(entry.paper.keywords for entry in entries):
        print(f"The papers in {chosen.path} have no keywords to make filters of: name another folder.")
        return
    few = [10_000] if chosen.small else [10_000, 100_000, 1_000_000]
    table(entries, [chosen.subscriptions] if chosen.subscriptions else few, chosen.peers)


if __name__ == "__main__":
    main()
