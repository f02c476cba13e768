"""Reading days and times from the words of a command; each reader gives a value and the place after it, or None."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import (
    DEFAULT_HOT,
    EVERY_DAY,
    LAST_DAY,
    LATEST_MONTH_DAY,
    MOST_VOTES,
    WEEKDAYS,
    WEEKEND,
    Rhythm,
    Weekday,
    find_weekday,
)
from bot.domain.commands import When
from bot.domain.words import after_separator, lower_at, several
from bot.domain.zones import find_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.words import Word

OPENERS: Final = ("on", "every", "each")
_ALONE: Final = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": WEEKEND,
}
_OPENED: Final = {
    "day": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "workday": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
}
_MONTH_DAY: Final = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:(?:[:.h](?P<minute>\d\d))|h)?(?P<half>[ap]m)?|(?P<packed_hour>\d\d)(?P<packed_minute>\d\d)",
    re.ASCII,
)
_PLAINLY_A_TIME: Final = re.compile(
    r"\d{1,2}:\d\d(?:[ap]m)?|\d{1,2}(?:\.\d\d)?[ap]m|\d{1,2}h(?:\d\d)?|noon|midnight", re.ASCII
)
_UNTIL: Final = frozenset({"to", "through", "thru", "until", "till", "-", *"‐‑‒–—−"})
_OCLOCK: Final = frozenset({"o'clock", "oclock"})
_HALVES: Final = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
_NAMED_TIMES: Final = {"noon": time(12), "midnight": time(0)}
_NOON: Final = 12
_MOST_ZONE_WORDS: Final = 4


def read_when(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    """The days clause at *at*: ``daily``, ``on monday and friday``, ``weekly on friday``, ``monthly``, ``hot 50``."""
    return _hot(words, at) or _monthly(words, at) or _weekly(words, at) or _days(words, at)


def read_times(words: Sequence[Word], at: int) -> tuple[tuple[time, ...], int] | None:
    """One or several times at *at*: ``9``, ``9:30 pm``, ``09:00, 18:00``."""
    found = several(words, at, read_time)
    return (tuple(sorted(set(found[0]))), found[1]) if found else None


def read_zone(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The zone at *at*, of as many words as make one; a comma or *in* may stand before it."""
    at = after_separator(words, at)
    at += lower_at(words, at) == "in"
    for end in range(min(at + _MOST_ZONE_WORDS, len(words)), at, -1):
        zone = find_zone(" ".join(word.text for word in words[at:end]))
        if zone is not None:
            return zone, end
    return None


def read_time(words: Sequence[Word], at: int) -> tuple[time, int] | None:
    """One time at *at*, with its *am* or *pm* in the same word or the next."""
    text, end = clock_words(words, at)
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text], end
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute = (
        int(found["hour"] or found["packed_hour"]),
        int(found["minute"] or found["packed_minute"] or 0),
    )
    if found["half"] and not 1 <= hour <= _NOON:
        return None
    hour = hour % _NOON + (_NOON if found["half"] == "pm" else 0) if found["half"] else hour
    try:
        return time(hour, minute), end
    except ValueError:
        return None


def clock_words(words: Sequence[Word], at: int) -> tuple[str, int]:
    """The text of a time at *at*, if there is one, in the form ``9:30pm``, and the place after it."""
    text, after = lower_at(words, at), at + 1
    after += text.isdecimal() and lower_at(words, after) in _OCLOCK
    half = _HALVES.get(lower_at(words, after))
    if half and text[:1].isdigit():
        return text + half, after + 1
    for spelled, meant in (("a.m", "am"), ("p.m", "pm")):
        text = text.removesuffix(spelled) + meant if text.endswith(spelled) else text
    return text, after


def plainly_a_time(words: Sequence[Word], at: int) -> bool:
    """Whether what stands at *at* is written as only a time is (``9am``, ``9:30``; not a bare number)."""
    return _PLAINLY_A_TIME.fullmatch(clock_words(words, at)[0]) is not None


def _hot(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    if lower_at(words, at) != "hot":
        return None
    value, end = lower_at(words, at + 1), at + 2
    if value == "growth":
        return When(rhythm=Rhythm.HOT, hot_votes=None), end
    if not value.isdecimal():
        return When(rhythm=Rhythm.HOT, hot_votes=DEFAULT_HOT), at + 1
    if not 1 <= int(value[:9]) <= MOST_VOTES:
        return None
    return When(rhythm=Rhythm.HOT, hot_votes=int(value)), end + (lower_at(words, end) in ("upvotes", "votes"))


def _monthly(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    start = _repeats(words, at, "monthly", "month")
    found = _month_day(words, start or at)
    if start is None:
        # Without the word itself only "on the 3rd of each month" says it.
        named = found is not None and lower_at(words, found[1] - 1) == "month"
        return found if named else None
    return found or (When(rhythm=Rhythm.MONTHLY), start)


def _month_day(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    if lower_at(words, at) != "on":
        return None
    at += 2 if lower_at(words, at + 1) == "the" else 1
    if (lower_at(words, at), lower_at(words, at + 1)) == ("last", "day"):
        return When(rhythm=Rhythm.MONTHLY, month_day=LAST_DAY), _after_of_each_month(words, at + 2)
    found = _MONTH_DAY.fullmatch(lower_at(words, at))
    if found is None or not 1 <= int(found["day"]) <= LATEST_MONTH_DAY:
        return None
    return When(rhythm=Rhythm.MONTHLY, month_day=int(found["day"])), _after_of_each_month(words, at + 1)


def _after_of_each_month(words: Sequence[Word], at: int) -> int:
    said = [lower_at(words, place) for place in range(at, at + 3)]
    return at + 3 if said[0] == "of" and said[1] in ("each", "every", "the") and said[2] == "month" else at


def _weekly(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    start = _repeats(words, at, "weekly", "week")
    if start is None:
        return None
    day = find_weekday(lower_at(words, start + (lower_at(words, start) == "on")))
    if day is None:
        return When(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.MONDAY,)), start
    return When(rhythm=Rhythm.WEEKLY, weekdays=(day,)), start + (lower_at(words, start) == "on") + 1


def _repeats(words: Sequence[Word], at: int, adverb: str, noun: str) -> int | None:
    """The place after ``weekly`` or ``every week``, or None."""
    if lower_at(words, at) == adverb:
        return at + 1
    return at + 2 if lower_at(words, at) in OPENERS[1:] and lower_at(words, at + 1) == noun else None


def _days(words: Sequence[Word], at: int) -> tuple[When, int] | None:
    opened = lower_at(words, at) in OPENERS
    first = at + opened
    group = (_OPENED if opened else _ALONE).get(lower_at(words, first))
    if group is not None:
        return When(weekdays=group), first + 1
    found = several(words, first, _day_or_span)
    if found is None and lower_at(words, at) == "from" and says_until(words, at + 2):
        found = several(words, at + 1, _day_or_span)
    if found is None or not (opened or _plainly_days(words[first : found[1]])):
        return None
    return When(weekdays=tuple(sorted({day for days in found[0] for day in days}))), found[1]


def _plainly_days(words: Sequence[Word]) -> bool:
    """Whether *words* are days even without *on*; capitals are not: SAT is a problem, SUN a data set."""
    return not all(word.text.isupper() for word in words)


def _day_or_span(words: Sequence[Word], at: int) -> tuple[tuple[Weekday, ...], int] | None:
    first, dash, last = lower_at(words, at).partition("-")
    day, until, end = find_weekday(first), find_weekday(last), at + 1
    if day is None or (dash and until is None):
        return None
    if not dash and says_until(words, end):
        until, end = find_weekday(lower_at(words, end + 1)), end + 2
    if until is None:
        return (day,), at + 1
    span = (until - day) % len(Weekday) + 1
    return tuple(Weekday((day + step) % len(Weekday)) for step in range(span)), end


def says_until(words: Sequence[Word], at: int) -> bool:
    """Whether the word at *at* stands between the first and the last day of a span: ``to``, or a dash."""
    return lower_at(words, at) in _UNTIL
