from __future__ import annotations

from datetime import date

import pytest

from bot.domain.errors import BadDate
from bot.domain.periods import Unit, meant_period, parse_period, period_of

TODAY = date(2025, 11, 13)


@pytest.mark.parametrize(
    ("unit", "name", "first", "last"),
    [
        (Unit.DAY, "2025-10-16", date(2025, 10, 16), date(2025, 10, 16)),
        (Unit.DAY, "2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        (Unit.WEEK, "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        (Unit.WEEK, "2025-W46", date(2025, 11, 10), date(2025, 11, 16)),
        (Unit.MONTH, "2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        (Unit.MONTH, "2024-12", date(2024, 12, 1), date(2024, 12, 31)),
    ],
)
def test_a_name_and_its_period_are_one(unit: Unit, name: str, first: date, last: date) -> None:
    period = parse_period(unit, name, today=TODAY)
    assert (period.first, period.last, str(period)) == (first, last, name)
    assert period_of(unit, first) == period_of(unit, last) == period
    assert first in period
    assert date(2020, 1, 1) not in period


@pytest.mark.parametrize(
    ("unit", "name", "meant"),
    [
        (Unit.DAY, "2025-11-14", "2025-11-13"),
        (Unit.DAY, "2025-02-30", "2025-02-28"),
        (Unit.DAY, "2025-6-1", "2025-06-01"),
        (Unit.DAY, "2025-00-00", "2025-01-01"),
        (Unit.DAY, "9999-12-31", "2025-11-13"),
        (Unit.DAY, "1999-01-01", None),
        (Unit.DAY, "yesterday", None),
        (Unit.DAY, "2025-10-16\n", None),
        (Unit.DAY, "２０２５-10-16", None),
        (Unit.WEEK, "2025-W47", "2025-W46"),
        (Unit.WEEK, "2024-W53", "2024-W52"),
        (Unit.WEEK, "2025-w42", "2025-W42"),
        (Unit.WEEK, "2025-W00", "2025-W01"),
        (Unit.WEEK, "0000-W01", None),
        (Unit.MONTH, "2025-12", "2025-11"),
        (Unit.MONTH, "2025-13", "2025-11"),
        (Unit.MONTH, "2025-1", "2025-01"),
    ],
)
def test_what_is_none_says_so_and_what_was_meant(unit: Unit, name: str, meant: str | None) -> None:
    with pytest.raises(BadDate) as raised:
        parse_period(unit, name, today=TODAY)
    assert raised.value.hint
    if not name.endswith("\n"):
        guess = meant_period(unit, name, today=TODAY)
        assert (str(guess) if guess else None) == meant


def test_a_year_with_53_weeks_has_its_last() -> None:
    assert parse_period(Unit.WEEK, "2026-W53", today=date(2027, 1, 2)).last == date(2027, 1, 3)
    with pytest.raises(BadDate, match="no 2027-W53"):
        parse_period(Unit.WEEK, "2027-W53", today=date(2028, 1, 1))
