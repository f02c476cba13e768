"""The days that people leaf through: one list day, a week, a month; as addresses name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadDate

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_YEAR: Final = 2023
"""Daily Papers began in May of this year; nothing earlier is ever asked for in earnest."""
_WEEK: Final = timedelta(days=7)
_LAST_MONTH: Final = 12
_SHAPES: Final = {
    "day": (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII), "2025-10-16"),
    "week": (re.compile(r"(\d{4})-?[Ww](\d{1,2})", re.ASCII), "2025-W42"),
    "month": (re.compile(r"(\d{4})-(\d{1,2})", re.ASCII), "2025-10"),
}


class Unit(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days *first* to *last*, both included: a day, an ISO week (Monday first), or a calendar month."""

    unit: Unit
    first: date
    last: date

    def __str__(self) -> str:
        """Its name in an address: ``2025-10-16``, ``2025-W42``, ``2025-10``."""
        if self.unit is Unit.DAY:
            return self.first.isoformat()
        if self.unit is Unit.MONTH:
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year:04}-W{week:02}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def period_of(unit: Unit, day: date) -> Period:
    """The period that *day* lies in."""
    if unit is Unit.DAY:
        return Period(unit=unit, first=day, last=day)
    if unit is Unit.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(unit=unit, first=monday, last=monday + _WEEK - timedelta(days=1))
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(unit=unit, first=first, last=after - timedelta(days=1))


def parse_period(unit: Unit, name: str, *, today: date) -> Period:
    """The period that *name* names in full (``2025-10-16``, ``2025-W42``, ``2025-10``), begun by *today*.

    Raises `BadDate` for any other text, a period that does not exist, and one that is still to come.
    """
    shape, example = _SHAPES[unit]
    found = shape.fullmatch(name)
    if found is None:
        raise BadDate(f"“{name[:40]}” is no {unit}.", hint=f"Write it as {example}.")
    period = _READERS[unit](*map(int, found.groups()))
    if str(period) != name:
        raise BadDate(f"“{name}” is not how a {unit} is written here.", hint=f"It is {period}.")
    if period.first > today:
        raise BadDate(f"{period} is still to come.", hint=f"Today is {today.isoformat()}, in UTC.")
    if period.first.year < FIRST_YEAR:
        raise BadDate(
            f"There were no Daily Papers in {period.first.year}.", hint=f"They began in {FIRST_YEAR}."
        )
    return period


def meant_period(unit: Unit, name: str, *, today: date) -> Period | None:
    """The period that *name*, which is no good one, was probably meant as: the nearest there is; None for no idea."""
    found = _SHAPES[unit][0].fullmatch(name.strip())
    if found is None:
        return None
    year, *rest = map(int, found.groups())
    if not FIRST_YEAR <= year <= today.year:
        return period_of(unit, today) if year > today.year else None
    return min(_clamped(unit, year, *rest), period_of(unit, today), key=lambda period: period.first)


def _clamped(unit: Unit, year: int, part: int, day: int = 1) -> Period:
    if unit is Unit.WEEK:
        return period_of(unit, date.fromisocalendar(year, min(max(part, 1), _weeks(year)), 1))
    first = date(year, min(max(part, 1), _LAST_MONTH), 1)
    last = period_of(Unit.MONTH, first).last
    return period_of(unit, first.replace(day=min(max(day, 1), last.day)))


def _read_day(year: int, month: int, day: int) -> Period:
    try:
        return period_of(Unit.DAY, date(year, month, day))
    except ValueError:
        raise BadDate(f"There is no {year:04}-{month:02}-{day:02}.", hint="Look at a calendar.") from None


def _read_week(year: int, week: int) -> Period:
    last = _weeks(year) if year else 0
    if not 1 <= week <= last:
        raise BadDate(f"There is no {year:04}-W{week:02}.", hint=f"{year} has {last} weeks.")
    return period_of(Unit.WEEK, date.fromisocalendar(year, week, 1))


def _read_month(year: int, month: int) -> Period:
    if not (year and 1 <= month <= _LAST_MONTH):
        raise BadDate(f"There is no {year:04}-{month:02}.", hint="A year has twelve months.")
    return period_of(Unit.MONTH, date(year, month, 1))


def _weeks(year: int) -> int:
    """How many ISO weeks a year has; 28 December always lies in the last."""
    return date(year, 12, 28).isocalendar().week


_READERS: Final[dict[Unit, Callable[..., Period]]] = {
    Unit.DAY: _read_day,
    Unit.WEEK: _read_week,
    Unit.MONTH: _read_month,
}
