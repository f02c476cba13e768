"""The year in which a page was saved: it prints only other years beside its dates, and none of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sources.page_text import PageText, When

_LEAP_CYCLE: Final = 8
"""Among so many years in a row, one is a leap year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageYear:
    """The *year* of dates without one, and *notes* on how it was found."""

    year: int
    notes: tuple[str, ...] = ()

    def date_of(self, when: When) -> date | None:
        """*when* as a date, or None if there is no such day."""
        return _date(when, self.year)


def page_year_of(page: PageText, *, given: int | None, today: date) -> PageYear:
    """The year *given*, else the best guess: the dates' own rule first, *today* last."""
    if given is not None:
        return PageYear(year=min(max(given, MINYEAR), MAXYEAR))
    undated = [paper.when for paper in page.papers if paper.when and paper.when.year is None]
    if page.printed is None and not undated:
        return PageYear(year=today.year)
    year = _guess(page, [*undated, *([page.printed] if page.printed else [])], today)
    note = (
        f"The page does not print its year; {year} was taken from its dates. Give the year if that is wrong."
    )
    return PageYear(year=year, notes=(note,))


def _guess(page: PageText, undated: list[When], today: date) -> int:
    """The smallest year later than every printed one, if all dates without a year exist in it and are no future.

    Without a printed year, or if it would lie in the future: the latest year of which that holds.
    """
    printed = [paper.when.year for paper in page.papers if paper.when and paper.when.year]
    after = range(max(printed) + 1, today.year + 1) if printed else range(0)
    before = range(today.year, today.year - _LEAP_CYCLE, -1)
    return next((year for year in (*after, *before) if _all_past(undated, year, today)), today.year)


def _all_past(undated: Iterable[When], year: int, today: date) -> bool:
    dates = [_date(when, year) for when in undated]
    return all(day is not None and day <= today for day in dates)


def _date(when: When, year: int) -> date | None:
    try:
        return date(when.year or year, when.month, when.day)
    except ValueError:
        return None
