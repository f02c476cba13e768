"""Words at the end of a filter that nearly read as a clause: an error with what was probably meant, never a keyword."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import LATEST_MONTH_DAY, Weekday
from bot.domain.clauses import longest_tail, top_number
from bot.domain.errors import BadCommand
from bot.domain.schedules import OPENERS, clock_words, plainly_a_time, read_times, read_zone
from bot.domain.subscriptions import MAX_TOP
from bot.domain.words import after_separator, lower_at
from bot.domain.zones import nearest_zones, unknown_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.words import Word

_QUOTE_IT: Final = "In quotes it is a keyword."
_DAY_NAMES: Final = tuple(name for day in Weekday for name in (day.name.lower(), f"{day.name.lower()}s"))
_ALONE: Final = (*_DAY_NAMES, "daily", "weekdays", "weekends", "weekly", "monthly")
_OPENED: Final = (*_DAY_NAMES, "day", "week", "month", "weekday", "weekdays", "weekend", "weekends")
_LIKE_A_TIME: Final = re.compile(
    r"\d{1,2}:\d{1,2}(?:[ap]m)?|\d{1,4}|\d{1,2}(?:[.h]\d\d)?[ap]m|\d{1,2}h\d\d", re.ASCII
)
_MOST_ZONE_WORDS: Final = 4
_FAR_BACK: Final = 8
_SURE: Final = 0.86
_LIKELY: Final = 0.8


def check_near_misses(text: str, words: Sequence[Word]) -> None:
    """Raise `BadCommand` if the last of *words*, which are to be filter text, nearly read as a clause."""
    for check in _CHECKS:
        error = check(text, words)
        if error is not None:
            raise error


def no_clauses(text: str, words: Sequence[Word]) -> BadCommand:
    """The error for *words* that follow a border but do not read as clauses."""
    begin, _ = longest_tail(words)
    errors = (check(text, words[:begin]) for check in _CHECKS)
    near_miss = next((error for error in errors if error is not None), None)
    if near_miss is not None:
        return near_miss
    said = text[words[0].start : words[-1].end]
    return _error(
        text, words, f"“{said}” does not say when.", "After the border come days, a time, top or a channel."
    )


def alike(word: str, names: Sequence[str], likeness: float = _SURE) -> str | None:
    """The one of *names* that *word* is a slip of: very similar, or the same letters with two of them swapped."""
    near = get_close_matches(word, names, n=1, cutoff=likeness)
    if near:
        return near[0]
    swapped = (name for name in names if name[0] == word[:1] and sorted(name) == sorted(word))
    return next(swapped, None)


def _error(text: str, words: Sequence[Word], message: str, hint: str, meant: str = "") -> BadCommand:
    start, end = words[0].start, words[-1].end
    suggestion = text[:start] + meant + text[end:] if meant else ""
    return BadCommand(message, hint=hint, text=text, start=start, end=end, suggestion=suggestion)


def _last(words: Sequence[Word], *names: str) -> int | None:
    """The place of the last of *names* among the last few of *words*."""
    nearby = range(len(words) - 1, max(-1, len(words) - _FAR_BACK), -1)
    return next((place for place in nearby if words[place].lower in names), None)


def _twice(text: str, words: Sequence[Word]) -> BadCommand | None:
    begin, _ = longest_tail(words)
    tail = [word for word in words[begin:] if not word.is_comma]
    if not tail:
        return None
    said = text[tail[0].start : tail[-1].end]
    return _error(
        text, tail, f"“{said}” and what follows say one thing twice.", f"Keep one of them. {_QUOTE_IT}"
    )


def _bad_time(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = _last(words, "at", "@")
    if place is None:
        return None
    rest = words[place + 1 :]
    if not rest:
        return _error(text, words[place:], "“at” needs a time.", f"For example: at 09:00. {_QUOTE_IT}")
    times = read_times(words, place + 1)
    if times is not None:
        return _bad_zone(text, words, place + 1, after_separator(words, times[1]))
    written, end = clock_words(words, place + 1)
    if _LIKE_A_TIME.fullmatch(written) is None:
        return None
    zone = read_zone(words, end)
    if len(words) > (zone[1] if zone else end) and written.isdecimal():
        return None
    return _error(text, rest, f"“{written}” is not a time of day.", "Times look like 9, 9am, 09:30 or 18:00.")


def _bad_zone(text: str, words: Sequence[Word], time_at: int, at: int) -> BadCommand | None:
    rest = words[at:]
    if not 1 <= len(rest) <= _MOST_ZONE_WORDS:
        return None
    said = text[rest[0].start : rest[-1].end]
    meant_as_zone = plainly_a_time(words, time_at) or rest[-1].lower == "time"
    if not meant_as_zone and not nearest_zones(said, likeness=_LIKELY):
        return None
    error = unknown_zone(said)
    return _error(text, rest, error.message, error.hint, error.suggestion)


def _time_without_at(text: str, words: Sequence[Word]) -> BadCommand | None:
    for place in range(max(0, len(words) - _MOST_ZONE_WORDS - 2), len(words)):
        times = (
            read_times(words, place) if plainly_a_time(words, place) and not _named(words[place]) else None
        )
        if times is not None:
            zone = read_zone(words, times[1])
            if (zone[1] if zone else times[1]) == len(words):
                said = text[words[place].start : words[-1].end]
                return _error(text, words[place:], f"“{said}” needs “at” before it.", _QUOTE_IT, f"at {said}")
    return None


def _named(word: Word) -> bool:
    return word.lower in ("noon", "midnight")


def _bad_top(text: str, words: Sequence[Word]) -> BadCommand | None:
    number = top_number(lower_at(words, len(words) - 1))
    if number is None or lower_at(words, len(words) - 2) != "top":
        return None
    meant = f"top {min(max(number, 1), MAX_TOP)}"
    return _error(
        text, words[-2:], f"A digest holds 1 to {MAX_TOP} papers.", f"For example: top 5. {_QUOTE_IT}", meant
    )


def _bad_month_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = _last(words, "monthly", "month")
    if place is None or lower_at(words, place + 1) != "on":
        return None
    return _error(
        text,
        words[place + 1 :],
        "That is no day of every month.",
        f"Say monthly on 1 to {LATEST_MONTH_DAY}, or: monthly on the last day",
        "on the last day",
    )


def _bad_opened_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = _last(words, *OPENERS)
    rest = words[place + 1 :] if place is not None else ()
    if place is None or len(rest) > 1 + _MOST_ZONE_WORDS:
        return None
    wrong = [
        word
        for word in rest
        if alike(word.lower, _OPENED, _LIKELY) != word.lower and not (word.is_comma or word.lower == "and")
    ]
    meant = alike(wrong[0].lower, _OPENED, _LIKELY) if wrong else None
    if meant is not None:
        return _unknown_day(text, wrong[0], meant)
    # "every 2 weeks" and "every fortnight" are meant as days; "every possible kind" is not, nor is "on graphs".
    short = len(rest) <= 1 or (lower_at(rest, 0).isdecimal() and len(rest) == len(("2", "weeks")))
    weekly = bool(rest) and lower_at(words, place - 1) in ("weekly", "week")
    if not short or (words[place].lower == "on" and not weekly):
        return None
    what = text[words[place].start : words[-1].end]
    return _error(
        text,
        words[place:],
        f"“{what}” is no day.",
        f"Say every day, weekdays, on monday, weekly or monthly. {_QUOTE_IT}",
    )


def _bad_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    said = words[-1].lower if words else ""
    meant = alike(said, _ALONE) if said and len(said) <= len("wednesdays") + 1 else None
    return _unknown_day(text, words[-1], meant) if meant is not None else None


def _unknown_day(text: str, word: Word, meant: str) -> BadCommand:
    spelled = meant.capitalize() if meant in _DAY_NAMES else meant
    return _error(text, [word], f"“{word.text}” is no day.", f"Did you mean {spelled}? {_QUOTE_IT}", spelled)


def _bad_threshold(text: str, words: Sequence[Word]) -> BadCommand | None:
    value = lower_at(words, len(words) - 1)
    if lower_at(words, len(words) - 2) != "hot" or not (value.isdecimal() or _like(value, "growth")):
        return None
    meant = "hot 100" if value.isdecimal() else "hot growth"
    return _error(
        text, words[-2:], f"“hot {value}” is no threshold.", f"For example: hot 100. {_QUOTE_IT}", meant
    )


def _like(word: str, name: str) -> bool:
    return SequenceMatcher(None, word, name).ratio() >= _LIKELY


def _bad_channel(text: str, words: Sequence[Word]) -> BadCommand | None:
    last = words[-1] if words else None
    if last is None or not (last.text.startswith("<#") or re.fullmatch(r"#[\w-]{2,}", last.text)):
        return None
    return _error(text, [last], f"{last.text} needs “in” before it.", _QUOTE_IT, f"in {last.text}")


_CHECKS: Final[tuple[Callable[[str, Sequence[Word]], BadCommand | None], ...]] = (
    _twice,
    _bad_time,
    _time_without_at,
    _bad_top,
    _bad_month_day,
    _bad_opened_day,
    _bad_day,
    _bad_threshold,
    _bad_channel,
)
