"""Days as people type them, for a question about one list day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import find_weekday
from bot.domain.errors import BadDate

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)}|{'|'.join(month[:3] for month in _MONTHS)}|sept)\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})"
_USUAL_FORMS: Final = "today, yesterday, a weekday, 2025-10-16 or 16 Oct"
_MOST_WORDS: Final = 4
_FAR_OFF: Final = date(9990, 1, 1)
_WRITTEN: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})(?:\.(?:\s?{_YEAR})?)?",
        rf"{_DAY}\.?[\s-]?(?:of )?{_MONTH}(?:,?[\s-]?{_YEAR})?",
        rf"{_MONTH}[\s-]?{_DAY}(?:,?[\s-]\s?{_YEAR})?",
    )
)
_SLASHED: Final = re.compile(r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<year>\d{4})", re.ASCII)
_AGO: Final = re.compile(r"(?P<days>\d{1,3}) days? ago", re.ASCII)


def parse_day(text: str, *, today: date) -> date:
    """The day that *text* means, seen from *today*, which it never passes.

    A weekday is the last one before today; a day without a year is the last one up to today. Raises `BadDate` for
    a day to come, a day that is none, one that can be read in two ways, and anything else.
    """
    plain = _plain(text)
    for read in _READERS:
        day = read(plain, today)
        if day is not None:
            return _not_to_come(day, today)
    raise BadDate(f"“{text.strip()[:40]}” is not a day I can read.", hint=f"Say {_USUAL_FORMS}.")


def split_day(text: str) -> tuple[str, str]:
    """The day with which *text* begins, as typed, and what follows; the first word if no day can be read."""
    words = text.split()
    for count in range(min(_MOST_WORDS, len(words)), 1, -1):
        if _is_day(" ".join(words[:count])):
            return " ".join(words[:count]), " ".join(words[count:])
    return " ".join(words[:1]), " ".join(words[1:])


def _is_day(text: str) -> bool:
    try:
        parse_day(text, today=_FAR_OFF)
    except BadDate:
        return any(form.fullmatch(_plain(text)) for form in (*_WRITTEN, _SLASHED))
    return True


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .,").split())


def _not_to_come(day: date, today: date) -> date:
    if day > today:
        raise BadDate(
            f"{day:%A}, {day.day} {day:%B %Y} is still to come.",
            hint=f"The newest day is today, {today.isoformat()}.",
        )
    return day


def _relative(text: str, today: date) -> date | None:
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return today - timedelta(days=int(ago["days"]))
    back = {"today": 0, "yesterday": 1, "the day before yesterday": 2}
    if text == "tomorrow":
        return today + timedelta(days=1)
    return today - timedelta(days=back[text]) if text in back else None


def _weekday(text: str, today: date) -> date | None:
    weekday = find_weekday(text.removeprefix("on ").removeprefix("last "))
    if weekday is None:
        return None
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _written(text: str, today: date) -> date | None:
    for form in _WRITTEN:
        found = form.fullmatch(text)
        if found is not None:
            month = _month(found["month"])
            return _dated(found["year"], month, int(found["day"]), today)
    return None


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else [name[:3] for name in _MONTHS].index(text[:3]) + 1


def _slashed(text: str, today: date) -> date | None:
    found = _SLASHED.fullmatch(text)
    if found is None:
        return None
    one, two = int(found["one"]), int(found["two"])
    months = 12
    if one != two and max(one, two) <= months:
        raise BadDate(
            f"{text} can be read in two ways.",
            hint=f"Say {found['year']}-{two:02}-{one:02} or {found['year']}-{one:02}-{two:02}.",
        )
    return _dated(found["year"], min(one, two), max(one, two), today)


def _dated(year: str | None, month: int, day: int, today: date) -> date:
    if year is not None:
        return _existing(int(year), month, day)
    leap_years_apart = 8
    for back in range(leap_years_apart + 1):
        try:
            found = date(today.year - back, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return _existing(today.year, month, day)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDate(f"There is no {year:04}-{month:02}-{day:02}.", hint=f"Say {_USUAL_FORMS}.") from None


_READERS: Final[tuple[Callable[[str, date], date | None], ...]] = (_relative, _weekday, _written, _slashed)
