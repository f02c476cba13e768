"""The words that only a page has: headings, neighbours, what is asked of the reader. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.filters import Order
from bot.domain.periods import Period, Unit, period_of
from bot.presentation.digests import hidden_lines, narrows
from bot.presentation.phrases import counted, day_words
from bot.presentation.searches import asked_words, search_lines
from bot.presentation.viewing import coverage_lines
from handlers.web.addresses import period_path

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.browsed import Leaf, SearchLeaf

_SATURDAY: Final = 5
_ORDERS: Final = {Order.MATCH: "by expected upvotes", Order.UPVOTES: "by upvotes", Order.NEW: "newest first"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above the papers: a *kicker*, the title, and the *facts* below it."""

    kicker: str
    title: str
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A link to a neighbour; *words* say which, in full for who cannot see where it stands."""

    href: str
    words: str
    short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """A day in the strip of days: its names, how many papers it lists, and whether it is the one shown."""

    name: str
    number: str
    size: int
    share: int
    href: str
    words: str
    shown: bool


def heading(leaf: Leaf) -> Heading:
    """What stands above the papers of a period."""
    digest = leaf.digest
    listed = counted(digest.listed, "paper")
    matched = f"{digest.matched:,} of {listed}" if narrows(digest.filter) else listed
    facts = (matched, _ORDERS[digest.filter.order]) if digest.listed else ()
    notes = (*hidden_lines(digest), *coverage_lines(leaf.coverage))
    if leaf.trending:
        span = f"{day_words(leaf.period.first)} to {day_words(leaf.period.last, year=True)}"
        return Heading(kicker=span, title="Trending this week", facts=facts, notes=notes)
    return Heading(kicker=_kicker(leaf.period), title=period_title(leaf.period), facts=facts, notes=notes)


def search_heading(leaf: SearchLeaf) -> Heading:
    """What stands above the results of a search."""
    found = leaf.found
    asked = asked_words(found.meant if found.mended else found.text)
    return Heading(
        kicker="Search",
        title=f"{counted(found.total, 'paper')} for {asked}" if found.total else f"Nothing for {asked}",
        notes=search_lines(found),
    )


def period_title(period: Period) -> str:
    """``Thursday 16 October 2025``, ``13 to 19 October 2025``, ``October 2025``."""
    if period.unit is Unit.DAY:
        return f"{period.first:%A} {period.first.day} {period.first:%B %Y}"
    if period.unit is Unit.MONTH:
        return f"{period.first:%B %Y}"
    first, last = period.first, period.last
    if first.month == last.month:
        return f"{first.day} to {last.day} {last:%B %Y}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y}"


def neighbour(period: Period | None, *, unit_words: str) -> Step | None:
    """The link to the period before or after."""
    if period is None:
        return None
    short = day_words(period.first) if period.unit is Unit.DAY else _short(period)
    return Step(href=period_path(period), words=f"{unit_words}: {period_title(period)}", short=short)


def cells(leaf: Leaf) -> tuple[DayCell, ...]:
    """The days around a period, Monday first; the share of each is in tenths of the fullest day."""
    most = max((size for _, size in leaf.sizes), default=0)
    return tuple(_cell(day, size, most, leaf) for day, size in leaf.sizes)


def silence(leaf: Leaf) -> str:
    """Why a page has no papers."""
    digest, title = leaf.digest, period_title(leaf.period)
    if digest.listed:
        return f"None of the {counted(digest.listed, 'paper')} {'up to' if leaf.trending else 'of'} {title} matches."
    if leaf.read:
        return f"No papers were listed {'on' if leaf.period.unit is Unit.DAY else 'in'} {title}."
    weekend = leaf.period.unit is Unit.DAY and leaf.period.first.weekday() >= _SATURDAY
    usual = " There usually is none at a weekend." if weekend else ""
    return f"I have read no listing of {title}.{usual}"


def _kicker(period: Period) -> str:
    year, week, _ = period.first.isocalendar()
    return {Unit.DAY: f"Daily Papers, week {week}", Unit.WEEK: f"Week {week}, {year}", Unit.MONTH: "Month"}[
        period.unit
    ]


def _short(period: Period) -> str:
    if period.unit is Unit.MONTH:
        return f"{period.first:%B}"
    return f"Week {period.first.isocalendar().week}"


def _cell(day: date, size: int, most: int, leaf: Leaf) -> DayCell:
    period = period_of(Unit.DAY, day)
    words = f"{period_title(period)}, {counted(size, 'paper')}"
    return DayCell(
        name=f"{day:%a}",
        number=str(day.day),
        size=size,
        share=-(-10 * size // most) if most else 0,
        href=period_path(period) if size else "",
        words=words,
        shown=day in leaf.period,
    )
