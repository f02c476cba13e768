"""How many papers are like one, and do they share its subject?

For 150 papers of the recordings since September: how many of the others share at least so much of the weight of its
subject (`bot.domain.likeness`), and how many of those bear one of its keywords, which any two papers rarely do.

    python -m benchmarks.likeness [--small] [PATH]      PATH: ../shared/data/daily
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from bot.domain.folding import text_keys
from bot.domain.likeness import ENOUGH, NEAR, subject_of, telling_words
from bot.sources.archive import Archive

if TYPE_CHECKING:
    from bot.domain.papers import Paper

DATA = Path(__file__).parents[2] / "shared" / "data" / "daily"
SINCE = date(2025, 9, 1)
SAMPLE = 150
SHARES = (NEAR, 150, ENOUGH, 220, 260, 330)


async def papers_of(path: Path) -> list[Paper]:
    """The papers that the recordings in *path* hold, listed since `SINCE`, each once."""
    found = {}
    async for listing in Archive(path).listings(since=SINCE):
        found.update({entry.paper.id: entry.paper for entry in listing.entries})
    return list(found.values())


def keys_of(paper: Paper) -> set[str]:
    """All that *paper* mentions."""
    return set().union(*map(text_keys, (paper.title, paper.abstract, *paper.keywords)))


def main(path: Path, sample: int) -> None:
    """Print the table."""
    papers = asyncio.run(papers_of(path))
    keys = [keys_of(paper) for paper in papers]
    frequencies = Counter(key for some in keys for key in some)
    named = [set(map(str.casefold, paper.keywords)) for paper in papers]
    counts: dict[int, list[int]] = {share: [] for share in SHARES}
    kin: dict[int, int] = dict.fromkeys(SHARES, 0)
    chance = random.Random(3)
    for place in chance.sample(range(len(papers)), min(sample, len(papers))):
        subject = subject_of(telling_words(papers[place]), frequencies, len(papers))
        shared = [sum(weight for key, weight in subject if key in some) for some in keys]
        for share in SHARES:
            alike = [other for other, weight in enumerate(shared) if weight >= share and other != place]
            counts[share].append(len(alike))
            kin[share] += sum(bool(named[place] & named[other]) for other in alike)
    print(
        f"| weight shared | papers alike of {len(papers):,}: lower quarter | median | upper quarter | with a keyword of its own |"
    )
    print("|---|---|---|---|---|")
    for share, found in counts.items():
        cells = " | ".join(f"{cut:.0f}" for cut in quantiles(found, n=4))
        print(f"| {share / 10:.0f} % | {cells} | {kin[share] / max(sum(found), 1):.2f} |")
    pairs = [chance.sample(named, 2) for _ in range(20_000)]
    print(
        f"\nTwo papers at random share a keyword in {sum(bool(one & two) for one, two in pairs) / len(pairs):.2f} of cases."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, default=DATA, metavar="PATH")
    parser.add_argument("--small", action="store_true", help="30 papers instead of 150")
    given = parser.parse_args()
    main(given.path, 30 if given.small else SAMPLE)
