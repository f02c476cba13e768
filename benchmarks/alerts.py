"""How early does an alert tell of what becomes big, and how often is it wrong?

Each recorded paper is looked at whenever its upvotes were noted; an alert comes with the first look at which
`bot.domain.alerts.is_hot` holds, hence truly between that look and the one before. The eventual top 1 % are the papers
with the most upvotes at the last look. An alert is wrong if its paper never was seen with 100 upvotes. The chance from
which growth is hot was chosen on the months to November; December had no part in it.

    python -m benchmarks.alerts [--small] [PATH]      PATH: a folder with daily/ and upvotes.jsonl.gz
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.recording import DATA, HELD_OUT, hours, is_there, recording_of
from bot.domain.alerts import is_hot
from bot.domain.cadence import DEFAULT_HOT, Cadence, Rhythm
from bot.domain.composing import LOOK_BACK
from bot.domain.papers import Entry
from bot.domain.ranking import chance_of, expected_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.recording import Recording
    from bot.domain.papers import Paper, PaperId

    Rule = Callable[[Entry], bool]

MORNING, MIDNIGHT = 8.25, 25.0
"""The looks of the list day: about 08:00, and shortly after its end; in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """A paper that got an alert: after *until* hours of its list day at the latest, and not before *since*."""

    paper: Paper
    since: float
    until: float


def level(votes: int) -> Rule:
    """``hot 100`` and the like."""
    return partial(is_hot, cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=votes))


def course(votes: int) -> Rule:
    """On course for *votes*, with 20 at least: what ``hot growth`` was at first."""
    return lambda entry: entry.upvotes >= 20 and expected_of(entry) >= votes


def likely(chance: float) -> Rule:
    """At least this likely to pass 100."""
    return lambda entry: chance_of(entry, DEFAULT_HOT) >= chance


RULES: dict[str, Rule] = {
    "`hot growth`": partial(is_hot, cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=None)),
    "`hot 100`": level(DEFAULT_HOT),
    "`hot 50`": level(50),
    "on course for 100 (the old rule)": course(DEFAULT_HOT),
    "60 % sure of 100": likely(0.6),
    "80 % sure of 100": likely(0.8),
    "90 % sure of 100": likely(0.9),
}


def alerted(recording: Recording, paper: Paper, rule: Rule) -> Alerted | None:
    """When *rule* alerts to *paper*, if it does while alerts are made."""
    before = 0.0
    for tally in recording.tallies[paper.id]:
        at = hours(paper, tally.at)
        if tally.at.date() - paper.listed_on[-1] > LOOK_BACK:
            return None
        if rule(Entry(paper=paper, tally=tally)):
            return Alerted(paper=paper, since=before, until=at)
        before = at
    return None


def eventual(recording: Recording, share: float) -> frozenset[PaperId]:
    """The *share* of all papers with the most upvotes at the last look."""
    last = {paper: tallies[-1].upvotes or 0 for paper, tallies in recording.tallies.items()}
    ranked = sorted(last, key=lambda paper: (-last[paper], paper))
    return frozenset(ranked[: max(1, round(len(ranked) * share))])


def row(recording: Recording, papers: Sequence[Paper], big: frozenset[PaperId], rule: Rule) -> str:
    """What *rule* does with *papers*: cells of the table."""
    alerts = [one for paper in papers if (one := alerted(recording, paper, rule))]
    found = [one for one in alerts if one.paper.id in big]
    wrong = [one for one in alerts if _most(recording, one.paper) < DEFAULT_HOT]
    days = len({paper.listed_on[-1] for paper in papers})
    cells = [
        f"{sum(paper.id in big for paper in papers)}",
        f"{len(found)}",
        f"{sum(one.until <= MORNING for one in found)}",
        f"{sum(one.until <= MIDNIGHT for one in found)}",
        f"{median(one.since for one in found):.0f}–{median(one.until for one in found):.0f}"
        if found
        else "–",
        f"{len(alerts)}",
        f"{len(alerts) * 5 / max(days, 1):.1f}",
        f"{len(wrong)} ({len(wrong) / len(alerts):.0%})" if alerts else "0",
    ]
    return " | ".join(cells)


def _most(recording: Recording, paper: Paper) -> int:
    return max(tally.upvotes or 0 for tally in recording.tallies[paper.id])


def table(recording: Recording, rules: Sequence[str]) -> None:
    """Print a row for each rule and half of the months."""
    papers = [paper for listed in recording.listed.values() for paper in listed]
    big = eventual(recording, 0.01)
    least = min(_most(recording, paper) for paper in papers if paper.id in big)
    print(f"{len(papers):,} papers; the top 1 % are {len(big)} with at least {least} upvotes.")
    print(
        "\n| rule | months | top 1 % | alerted | by 08:00 of the list day | by its end | hours, median, between "
        "| alerts | a week | wrong |\n|" + "---|" * 10
    )
    halves = {
        "to November": [paper for paper in papers if paper.listed_on[-1] < HELD_OUT],
        "December": [paper for paper in papers if paper.listed_on[-1] >= HELD_OUT],
    }
    for name in rules:
        for half, some in halves.items():
            if some:
                print(f"| {name} | {half} | {row(recording, some, big, RULES[name])} |")


def lead(recording: Recording) -> None:
    """Print how much earlier growth tells of the eventual top 1 % than the level does."""
    big = eventual(recording, 0.01)
    papers = [paper for listed in recording.listed.values() for paper in listed if paper.id in big]
    growth, by_level = RULES["`hot growth`"], RULES["`hot 100`"]
    pairs = [(alerted(recording, paper, growth), alerted(recording, paper, by_level)) for paper in papers]
    both = [(one, other) for one, other in pairs if one and other]
    sooner = [other.until - one.until for one, other in both if one.until < other.until]
    print(
        f"\nOf {len(both)} that both tell of, growth tells of {len(sooner)} at an earlier look"
        + (f", in the middle {median(sooner):.0f} hours earlier." if sooner else ".")
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DATA)
    parser.add_argument("--small", action="store_true", help="the product's own rules only")
    chosen = parser.parse_args(arguments)
    if not is_there(chosen.path):
        return
    recording = asyncio.run(recording_of(chosen.path))
    table(recording, list(RULES)[: 2 if chosen.small else None])
    lead(recording)


if __name__ == "__main__":
    main()
