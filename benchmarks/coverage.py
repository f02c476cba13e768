"""Of the papers that end their week as the best of their day, how many does a channel get, once each, and how soon?

The recordings are lived through day by day, on weekdays at 08:00 UTC, with only what was known then, by a channel that
wants everything with *top* 5 or 10; `bot.domain.composing.compose` chooses. Beside it plain policies, none of which
posts a paper twice. A day counts if at least 90 % of its papers have a count after seven days; the months to November
were used to choose the constants, December was not.

    python -m benchmarks.coverage [--small | --fit] [PATH]      PATH: a folder with daily/ and upvotes.jsonl.gz
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks.recording import DATA, HELD_OUT, is_there, morning, recording_of
from bot.domain.choosing import PATIENCE, Patience
from bot.domain.composing import Window, compose, window
from bot.domain.filters import Filter
from bot.domain.listings import newest_plausible
from bot.domain.matching import PaperIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from benchmarks.recording import Recording
    from bot.domain.papers import Entry, PaperId

    Policy = Callable[["Morning", Collection[PaperId], int], list[PaperId]]

WITHIN = (0, 1, 2, 4)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What is known when a digest is made: the candidates of *days*, and all of the last week."""

    today: date
    days: Window
    index: PaperIndex


def mornings(recording: Recording) -> Iterator[Morning]:
    """The weekdays from the first list day to a week after the last."""
    first, last = min(recording.listed), max(recording.listed) + timedelta(days=7)
    previous = None
    for today in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        if today.weekday() >= _SATURDAY:
            continue
        at = morning(today)
        recent = [today - timedelta(days=back) for back in range(45)]
        newest = newest_plausible({day: len(recording.known([day], at)) for day in recent}, at)
        if newest is None:
            continue
        days = window(newest, previous=previous, first_edition=previous is None)
        yield Morning(today=today, days=days, index=PaperIndex(recording.known(recent[:8], at)))
        previous = newest


def ours(one: Morning, had: Collection[PaperId], top: int, *, patience: Patience = PATIENCE) -> list[PaperId]:
    """What a subscription to everything gets."""
    digest = compose(one.index, Filter(), one.days, top=top, had=had, patience=patience)
    return [pick.entry.paper.id for pick in digest.picks]


def plain(one: Morning, had: Collection[PaperId], top: int, *, back: int) -> list[PaperId]:
    """The *top* of the list of *back* days ago (1: of the newest list before today's), but what was had."""
    days = {entry.list_day for entry in one.index.entries if entry.list_day}
    wanted = one.today - timedelta(days=back)
    if back == 1:
        wanted = max((day for day in days if day < one.today), default=wanted)
    best = _by_votes(entry for entry in one.index.entries if entry.list_day == wanted)[:top]
    return [paper for paper in best if paper not in had]


def rolling(one: Morning, had: Collection[PaperId], top: int) -> list[PaperId]:
    """The *top* of the last seven days by present votes, of those not had."""
    since = one.today - timedelta(days=6)
    recent = _by_votes(entry for entry in one.index.entries if entry.list_day and entry.list_day >= since)
    return [paper for paper in recent if paper not in had][:top]


def _by_votes(entries: Iterable[Entry]) -> list[PaperId]:
    """Most votes first; ties as in the list."""
    return [entry.paper.id for entry in sorted(entries, key=lambda entry: -entry.upvotes)]


POLICIES: dict[str, Policy] = {
    "top of today's list": partial(plain, back=0),
    "top of yesterday's": partial(plain, back=1),
    "top of seven days ago": partial(plain, back=7),
    "rolling week by votes": rolling,
    "Paperround": ours,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a channel got of the papers that count: per list day the ages in days at which they came, and all posts."""

    wanted: dict[date, int]
    ages: dict[date, list[int]]
    posts: int

    def within(self, days: int) -> float:
        """The share of the wanted papers that came at most *days* after their list day."""
        return sum(age <= days for ages in self.ages.values() for age in ages) / self.total

    @property
    def total(self) -> int:
        """How many papers were wanted."""
        return sum(self.wanted.values())

    @property
    def own(self) -> float:
        """The share of the papers covered within four days that came on their own day."""
        return self.within(0) / (self.within(4) or 1)

    @property
    def age(self) -> float:
        """How old in days they were on average when they came."""
        return fmean([age for ages in self.ages.values() for age in ages] or [0])


def lived(days: Sequence[Morning], policy: Policy, top: int) -> dict[PaperId, date]:
    """When each paper was posted."""
    posted: dict[PaperId, date] = {}
    for one in days:
        for paper in list(policy(one, posted, top))[:top]:
            posted[paper] = one.today
    return posted


def outcome(recording: Recording, posted: dict[PaperId, date], days: Iterable[date], top: int) -> Outcome:
    """What *posted* covers of the best *top* of each of *days*."""
    best = {day: recording.best(day, top) for day in days}
    return Outcome(
        wanted={day: len(papers) for day, papers in best.items()},
        ages={
            day: [(posted[paper] - day).days for paper in papers if paper in posted]
            for day, papers in best.items()
        },
        posts=sum(paper.id in posted for day in best for paper in recording.listed[day]),
    )


def gain_interval(one: Outcome, other: Outcome, rounds: int = 2000) -> tuple[float, float]:
    """Between what lies, with 90 % confidence over days, how much more *one* covers within four days than *other*."""
    rng, days = random.Random(1), sorted(one.wanted)
    gained = {day: sum(a <= 4 for a in one.ages[day]) - sum(a <= 4 for a in other.ages[day]) for day in days}
    drawn = (rng.choices(days, k=len(days)) for _ in range(rounds))
    gains = sorted(sum(gained[day] for day in some) / sum(one.wanted[day] for day in some) for some in drawn)
    return gains[rounds // 20], gains[-rounds // 20]


def told(recording: Recording, counted: Collection[date]) -> None:
    """Print what the recording holds and lacks."""
    papers = [paper for listed in recording.listed.values() for paper in listed]
    without = sum(recording.final(paper) is None for paper in papers)
    weekdays = Counter(f"{day:%Y-%m}" for day in counted)
    span = range((max(recording.listed) - min(recording.listed)).days)
    missing = [day for n in span if (day := min(recording.listed) + timedelta(days=n)).weekday() < _SATURDAY]
    absent = [f"{day}" for day in missing if day not in recording.listed]
    print(
        f"{len(papers):,} papers of {len(recording.listed)} list days; not recorded: {', '.join(absent) or 'none'}."
    )
    print(
        f"Counted days: {len(counted)} ({', '.join(f'{month}: {n}' for month, n in sorted(weekdays.items()))})."
    )
    print(
        f"Without a count after seven days: {without:,} papers. What was listed after 08:06 UTC is not recorded."
    )


def coverage_table(recording: Recording, days: Sequence[Morning], tops: Sequence[int]) -> None:
    """Print a row for each policy and number of places."""
    counted = recording.counted
    held = [day for day in counted if day >= HELD_OUT]
    fitted = [day for day in counted if day < HELD_OUT]
    print(
        "\n| top | policy | own day | 1 day | 2 days | 4 days | age, days | of these on own day | posts per wanted | to November | December | every day |"
    )
    print("|" + "---|" * 12)
    for top in tops:
        for name, policy in POLICIES.items():
            posted = lived(days, policy, top)
            all_, one, two, every = (
                outcome(recording, posted, some, top) for some in (counted, fitted, held, recording.listed)
            )
            shares = " | ".join(f"{all_.within(days):.3f}" for days in WITHIN)
            print(
                f"| {top} | {name} | {shares} | {all_.age:.2f} | {all_.own:.2f} | {all_.posts / all_.total:.2f} "
                f"| {_four(one)} | {_four(two)} | {_four(every)} |"
            )


def _four(one: Outcome) -> str:
    return f"{one.within(4):.3f}" if one.total else "–"


def informed(recording: Recording, days: Iterable[date], top: int) -> float:
    """What the *top* best of each day would cover by the counts known on the last weekday within four days.

    Its posts are not limited by day, only by list day: what votes alone can tell.
    """
    found = wanted = 0
    for day in days:
        within = [day + timedelta(days=age) for age in range(5)]
        last = max(one for one in within if one.weekday() < _SATURDAY)
        best = recording.best(day, top)
        found += len(best.intersection(_by_votes(recording.known([day], morning(last)))[:top]))
        wanted += len(best)
    return found / wanted


def gain_lines(recording: Recording, days: Sequence[Morning], tops: Sequence[int]) -> None:
    """Print how much more than the top of today's list, with an interval."""
    counted = recording.counted
    spans = {
        "all": counted,
        "to November": [d for d in counted if d < HELD_OUT],
        "December": [d for d in counted if d >= HELD_OUT],
    }
    print()
    for top, (name, some) in product(tops, spans.items()):
        if some:
            mine = outcome(recording, lived(days, ours, top), some, top)
            other = outcome(recording, lived(days, POLICIES["top of today's list"], top), some, top)
            low, high = gain_interval(mine, other)
            gain = mine.within(4) - other.within(4)
            print(
                f"Top {top}, {name}: {mine.total} wanted on {len(mine.wanted)} days; {gain:+.3f} ({low:+.3f} to"
                f" {high:+.3f}) to the top of today's list; waiting four days for all: {informed(recording, some, top):.3f}"
            )


def trade_off(recording: Recording, days: Sequence[Morning], choices: Iterable[Patience]) -> None:
    """Print coverage against age for other constants of `bot.domain.choosing`, five places, the best first."""
    fitted = [day for day in recording.counted if day < HELD_OUT]
    held = [day for day in recording.counted if day >= HELD_OUT]
    rows = []
    for patience in choices:
        posted = lived(days, partial(ours, patience=patience), 5)
        one, two = (outcome(recording, posted, some, 5) for some in (fitted, held))
        constants = f"{patience.sure:.2f} | {patience.fair:.2f} | {patience.ahead:.2f}"
        rows.append((one.within(4), one.own, f"| {constants} | {_cells(one)} | {_cells(two)} |"))
    print(
        "\n| sure | fair | ahead | to November: 4 days | own day | age | December: 4 days | own day | age |"
    )
    print("|" + "---|" * 9)
    print("\n".join(told for *_, told in sorted(rows, reverse=True)))


def _cells(one: Outcome) -> str:
    return f"{one.within(4):.3f} | {one.own:.2f} | {one.age:.2f}" if one.wanted else "– | – | –"


CURVE = (
    *(replace(PATIENCE, ahead=ahead) for ahead in (0.0, 0.1, 0.2, 0.3, 0.4)),
    *(replace(PATIENCE, sure=sure) for sure in (0.5, 0.8, 0.9, 1.01)),
)
"""From impatient to patient: how much earlier days go first, and how sure a paper must be on its own day."""
GRID = tuple(
    replace(PATIENCE, sure=sure, fair=fair, ahead=ahead)
    for sure, fair, ahead in product((0.5, 0.6, 0.7, 0.8, 0.9), (0.2, 0.3, 0.4, 0.5), (0.0, 0.1, 0.2, 0.3))
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DATA)
    parser.add_argument("--small", action="store_true", help="top 5 only, no curve")
    parser.add_argument("--fit", action="store_true", help="choose the constants anew")
    chosen = parser.parse_args(arguments)
    if not is_there(chosen.path):
        return
    recording = asyncio.run(recording_of(chosen.path))
    days = list(mornings(recording))
    tops = (5,) if chosen.small else (5, 10)
    told(recording, recording.counted)
    coverage_table(recording, days, tops)
    gain_lines(recording, days, tops)
    if not chosen.small:
        trade_off(recording, days, GRID if chosen.fit else CURVE)


if __name__ == "__main__":
    main()
