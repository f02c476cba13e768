"""When a subscription delivers: its days and times, the next of them, and how they are written and read."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.errors import BadText
from bot.domain.zones import zone_info, zone_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo


class Weekday(IntEnum):
    """A day of the week, as `datetime.date.weekday` numbers it."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    def __str__(self) -> str:
        return self.name.capitalize()


EVERY_DAY: Final = tuple(Weekday)
WEEKDAYS: Final = tuple(Weekday)[:5]
WEEKEND: Final = tuple(Weekday)[5:]
LAST_DAY: Final = -1
"""As `Cadence.month_day`: the last day of the month."""
LATEST_MONTH_DAY: Final = 28
"""The last day that every month has."""
DEFAULT_HOT: Final = 100
MAX_TIMES: Final = 6
"""The most times a day; a destination gets no more messages unasked."""
MOST_VOTES: Final = 100_000


class Rhythm(StrEnum):
    """How often: on some weekdays, once a week, once a month, or when a paper gets hot."""

    DAYS = "days"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    HOT = "hot"


class Days(Protocol):
    """What says on which days (or at which threshold) something is delivered: a `Cadence`, or a typed clause."""

    @property
    def rhythm(self) -> Rhythm: ...
    @property
    def weekdays(self) -> tuple[Weekday, ...]: ...
    @property
    def month_day(self) -> int: ...
    @property
    def hot_votes(self) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Local times in an IANA *zone* (or a fixed offset such as ``UTC+02:00``), and the days they hold on.

    For `Rhythm.DAYS` *weekdays* are the days; for `Rhythm.WEEKLY` its one element is the day. *month_day* is
    1..28 or `LAST_DAY` (monthly only). *hot_votes* is the threshold of an alert, None for ``hot growth``. Days and
    times are kept in order, each once. Raises `BadText` for a cadence that cannot be.
    """

    rhythm: Rhythm = Rhythm.DAYS
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    month_day: int = 1
    times: tuple[time, ...] = (time(9),)
    zone: str = "UTC"
    hot_votes: int | None = DEFAULT_HOT

    def __post_init__(self) -> None:
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))
        object.__setattr__(self, "times", tuple(sorted(set(self.times))))
        check_days(self)
        check_times(self.times)
        zone_info(self.zone)

    def __hash__(self) -> int:
        return hash((self.times, self.zone))

    def __str__(self) -> str:
        """The canonical clauses, to be pasted after a filter: ``on weekdays at 09:00 Berlin``."""
        return (
            days_text(self)
            if self.rhythm is Rhythm.HOT
            else f"{days_text(self)} {times_text(self.times, self.zone)}"
        )

    def reading(self) -> str:
        """In words: ``every weekday at 09:00 Berlin``, ``when a paper passes 100 upvotes``."""
        if self.rhythm is Rhythm.HOT:
            return days_reading(self)
        return (
            f"{days_reading(self)} at {listed([f'{at:%H:%M}' for at in self.times])} {zone_words(self.zone)}"
        )


def check_days(days: Days) -> None:
    """Raise `BadText` unless *days* can be delivered on: the one place that knows their limits."""
    if days.rhythm is Rhythm.DAYS and not days.weekdays:
        raise BadText("That names no day.", hint="Name one, for example: on monday")
    if days.rhythm is Rhythm.WEEKLY and len(set(days.weekdays)) != 1:
        raise BadText(
            "Weekly comes on one day.", hint="For example: weekly on friday. For several: on monday, friday"
        )
    if (
        days.rhythm is Rhythm.MONTHLY
        and days.month_day != LAST_DAY
        and not 1 <= days.month_day <= LATEST_MONTH_DAY
    ):
        raise BadText(
            f"Not every month has a day {days.month_day}.",
            hint=f"Days go from 1 to {LATEST_MONTH_DAY}; or: monthly on the last day",
        )
    if days.rhythm is Rhythm.HOT and days.hot_votes is not None and not 1 <= days.hot_votes <= MOST_VOTES:
        raise BadText(
            f"{days.hot_votes} upvotes is no threshold.",
            hint=f"Anything from 1 to {MOST_VOTES:,}, for example: hot 100",
        )


def check_times(times: Sequence[time]) -> None:
    """Raise `BadText` unless *times* are one to `MAX_TIMES` whole minutes of a local day."""
    if not times:
        raise BadText("That names no time.", hint="For example: at 09:00")
    if len(times) > MAX_TIMES:
        raise BadText(f"{len(times)} times a day are too many.", hint=f"{MAX_TIMES} is the most.")
    if any(at.second or at.microsecond or at.tzinfo for at in times):
        raise BadText("A time is hours and minutes.", hint="For example: at 09:30")


@lru_cache(maxsize=4096)
def next_due(cadence: Cadence, after: datetime) -> datetime | None:
    """The first moment strictly after *after* at which *cadence* delivers, in UTC; None for hot, which has no time.

    Each nominal local day and time comes once. In the hour that the clock skips it comes as much later as the
    clock was put forward (02:30 at 03:30); in the hour that the clock repeats it comes the first time. Two times
    that fall on one moment so are one. Raises `ValueError` if *after* names no zone.
    """
    if cadence.rhythm is Rhythm.HOT:
        return None
    if after.tzinfo is None:
        raise ValueError("the moment after which something is due must be aware")
    zone = zone_info(cadence.zone)
    # A time of yesterday may have been moved past midnight by a skipped hour.
    first_day = after.astimezone(zone).date() - timedelta(days=1)
    days = _days_from(cadence, first_day)
    due = next(moments for day in days if (moments := _due(cadence, day, zone, after)))
    # For the same reason a time of the next day may come before one of this.
    return min(due + _due(cadence, next(days), zone, after))


def _due(cadence: Cadence, day: date, zone: tzinfo, after: datetime) -> list[datetime]:
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for at in cadence.times)
    return [moment for moment in moments if moment > after]


def _days_from(cadence: Cadence, first: date) -> Iterator[date]:
    """The local days of *cadence* from *first* on, without end."""
    if cadence.rhythm is Rhythm.MONTHLY:
        return _month_days_from(cadence.month_day, first)
    following = (first + timedelta(days=passed) for passed in count())
    return (day for day in following if day.weekday() in cadence.weekdays)


def _month_days_from(month_day: int, first: date) -> Iterator[date]:
    month = first.replace(day=1)
    while True:
        length = monthrange(month.year, month.month)[1]
        day = month.replace(day=length if month_day == LAST_DAY else month_day)
        if day >= first:
            yield day
        month += timedelta(days=length)


def days_text(days: Days) -> str:
    """The canonical clause: ``daily``, ``on Monday, Friday``, ``weekly on Friday``, ``monthly on 3``, ``hot 100``."""
    if days.rhythm is Rhythm.HOT:
        return f"hot {'growth' if days.hot_votes is None else days.hot_votes}"
    if days.rhythm is Rhythm.MONTHLY:
        return f"monthly on {'the last day' if days.month_day == LAST_DAY else days.month_day}"
    if days.rhythm is Rhythm.WEEKLY:
        return f"weekly on {days.weekdays[0]}"
    groups = {EVERY_DAY: "daily", WEEKDAYS: "on weekdays", WEEKEND: "on weekends"}
    return groups.get(days.weekdays) or f"on {', '.join(map(str, days.weekdays))}"


def days_reading(days: Days) -> str:
    """The days in words: ``every weekday``, ``weekly on Friday``, ``when a paper passes 100 upvotes``."""
    if days.rhythm is Rhythm.HOT:
        votes = days.hot_votes
        return (
            "when a paper grows unusually fast" if votes is None else f"when a paper passes {votes} upvotes"
        )
    if days.rhythm is Rhythm.MONTHLY:
        return f"on the {'last day' if days.month_day == LAST_DAY else ordinal(days.month_day)} of each month"
    if days.rhythm is Rhythm.WEEKLY:
        return f"weekly on {days.weekdays[0]}"
    groups = {EVERY_DAY: "every day", WEEKDAYS: "every weekday", WEEKEND: "every Saturday and Sunday"}
    return groups.get(days.weekdays) or f"every {listed([str(day) for day in days.weekdays])}"


def times_text(times: Sequence[time], zone: str | None) -> str:
    """The canonical clause: ``at 09:00, 18:00 Berlin``; without a zone where *zone* is None."""
    clock = ", ".join(f"{at:%H:%M}" for at in times)
    return f"at {clock} {zone_words(zone)}" if zone else f"at {clock}"


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``4th``, ``11th``, …"""
    teen = number % 100 // 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def listed(words: Sequence[str]) -> str:
    """*words* as one writes a list: ``Monday, Tuesday and Friday``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def with_days(cadence: Cadence, days: Days) -> Cadence:
    """*cadence* on other *days*."""
    return replace(
        cadence,
        rhythm=days.rhythm,
        weekdays=days.weekdays,
        month_day=days.month_day,
        hot_votes=days.hot_votes,
    )


_SHORT_DAYS: Final = {
    "tues": Weekday.TUESDAY,
    "weds": Weekday.WEDNESDAY,
    "thur": Weekday.THURSDAY,
    "thurs": Weekday.THURSDAY,
}
_WEEKDAYS_BY_NAME: Final = (
    {day.name.lower(): day for day in Weekday}
    | {f"{day.name.lower()}s": day for day in Weekday}
    | {day.name[:3].lower(): day for day in Weekday}
    | _SHORT_DAYS
)


def find_weekday(text: str) -> Weekday | None:
    """The weekday that *text* names in any usual form (``mon``, ``Mon.``, ``monday``, ``Mondays``), or None."""
    return _WEEKDAYS_BY_NAME.get(text.casefold().rstrip("."))
