"""Small pieces of language: counts, days, moments, names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.zones import zone_info, zone_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.filters import Filter

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_THOUSAND: Final = 1000
_NAMED_AUTHORS: Final = 2
_WEEK: Final = 7


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 paper``, ``2 papers``, ``1,204 papers``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def short_number(number: int) -> str:
    """``84``, ``1.2k``, ``45k``."""
    if number < _THOUSAND:
        return str(number)
    thousands = number / _THOUSAND
    return f"{thousands:.1f}k".replace(".0k", "k") if thousands < 10 else f"{thousands:.0f}k"  # noqa: PLR2004


def day_words(day: date, *, weekday: bool = True, year: bool = False) -> str:
    """``Thu 13 Nov``, with the year if asked for."""
    words = f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    return f"{_DAYS[day.weekday()][:3]} {words}" if weekday else words


def weekday_words(day: date, newest: date) -> str:
    """``Tuesday`` for one of the six days before *newest*, else ``4 Nov``."""
    return (
        _DAYS[day.weekday()]
        if timedelta(0) <= newest - day < timedelta(days=_WEEK)
        else day_words(day, weekday=False)
    )


def moment_words(moment: datetime, *, now: datetime, zone: str) -> str:
    """``today 09:00``, ``tomorrow 09:00``, ``Friday 09:00``, ``3 Dec 09:00``, with the place of *zone*."""
    local, today = moment.astimezone(zone_info(zone)), now.astimezone(zone_info(zone)).date()
    ahead = (local.date() - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    day = near.get(ahead) or (
        _DAYS[local.weekday()] if 0 < ahead < _WEEK else day_words(local.date(), weekday=False)
    )
    place = "" if zone == "UTC" else f" ({zone_words(zone)})"
    return f"{day} {local:%H:%M}{place or ' UTC'}"


def age_words(day: date, at: datetime) -> str:
    """How long *day* had been going on at *at*: ``5 hours``, ``2 days``."""
    hours = int((at - datetime.combine(day, datetime.min.time(), UTC)) / timedelta(hours=1))
    return counted(max(hours, 1), "hour") if hours < 48 else counted(hours // 24, "day")  # noqa: PLR2004 - two days


def author_words(authors: Sequence[str], count: int, *, most: int = _NAMED_AUTHORS) -> str:
    """``Ada Lovelace, Alan Turing +6``; ``4 authors`` where no name is known; empty where nothing is."""
    total = max(count, len(authors))
    if not authors:
        return counted(total, "author") if total else ""
    named = ", ".join(authors[:most])
    more = total - min(len(authors), most)
    return f"{named} +{more}" if more else named


def listed_words(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def quoted(text: str) -> str:
    """*text* in typographic quotes."""
    return f"“{text}”"


def filter_words(filter_: Filter) -> str:
    """The canonical text of a filter, ``every paper`` for the empty one."""
    return str(filter_) or "every paper"
