"""Words at the end of a filter that nearly read as days: a slip of a name, half a span, *twice a day*."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import LATEST_MONTH_DAY, Weekday, find_weekday
from bot.domain.schedules import OPENERS, says_until
from bot.domain.slips import LIKELY, QUOTE_IT, alike, last_of, slip
from bot.domain.words import lower_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.errors import BadCommand
    from bot.domain.words import Word

_DAY_NAMES: Final = tuple(name for day in Weekday for name in (day.name.lower(), f"{day.name.lower()}s"))
_ALONE: Final = (*_DAY_NAMES, "daily", "weekdays", "weekends", "weekly", "monthly")
_OPENED: Final = (*_DAY_NAMES, "day", "week", "month", "weekday", "weekdays", "weekend", "weekends")
_FEW_WORDS: Final = 5
_ORDINAL: Final = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)", re.ASCII)
_TIMES_A: Final = re.compile(
    r"(?P<times>once|twice|thrice|(?:\d|two|three|four|several) times)(?: (?:a|per|each|every))?"
    r"(?: (?P<noun>day|week|month)| (?P<adverb>daily|weekly|monthly))?"
)
_MEANT: Final = {
    ("once", "day"): "daily",
    ("once", "week"): "weekly",
    ("once", "month"): "monthly",
    ("twice", "day"): "at 9, 18",
    ("twice", "week"): "on monday, thursday",
    ("three", "day"): "at 9, 13, 18",
}
_EVERY_OTHER: Final = {"day": "on monday, wednesday, friday", "week": "weekly", "month": "monthly"}


def _bad_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    said = words[-1].lower if words else ""
    meant = alike(said, _ALONE) if said and len(said) <= len("wednesdays") + 1 else None
    return _unknown_day(text, words[-1], meant) if meant is not None else None


def _unknown_day(text: str, word: Word, meant: str) -> BadCommand:
    spelled = meant.capitalize() if meant in _DAY_NAMES else meant
    return slip(text, [word], f"“{word.text}” is no day.", f"Did you mean {spelled}? {QUOTE_IT}", spelled)


def _bad_span(text: str, words: Sequence[Word]) -> BadCommand | None:
    """*mon to*, with no day after it."""
    day = words[-2] if len(words) > 1 else None
    if day is None or not says_until(words, len(words) - 1):
        return None
    if find_weekday(day.lower) is None and day.lower not in _ALONE:
        return None
    said = text[day.start : words[-1].end]
    return slip(text, words[-2:], f"“{said}” needs a day after it.", f"For example: mon to fri. {QUOTE_IT}")


def _bad_month_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = last_of(words, "monthly", "month")
    if place is None or lower_at(words, place + 1) != "on":
        return None
    return slip(
        text,
        words[place + 1 :],
        "That is no day of every month.",
        f"Say monthly on 1 to {LATEST_MONTH_DAY}, or: monthly on the last day",
        "on the last day",
    )


def _ordinal_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    """*on the 15th*, which does not say of what."""
    place = last_of(words, "on")
    said = [word.lower for word in words[place + 1 :] if not word.is_comma] if place is not None else []
    days = [found for word in said if (found := _ORDINAL.fullmatch(word))]
    others = [word for word in said if word not in ("the", "and") and not _ORDINAL.fullmatch(word)]
    last_day = said in (["the", "last", "day"], ["last", "day"])
    if place is None or not (last_day or (days and not others)):
        return None
    day = 0 if last_day else int(days[0]["day"])
    meant = f"monthly on {day}" if 1 <= day <= LATEST_MONTH_DAY else "monthly on the last day"
    what = text[words[place].start : words[-1].end]
    return slip(text, words[place:], f"“{what}” does not say of what.", f"Say {meant}. {QUOTE_IT}", meant)


def _how_often(text: str, words: Sequence[Word]) -> BadCommand | None:
    """*twice a day*, and *twice* before a *daily* that was read."""
    for length in (4, 3, 2, 1):
        found = _TIMES_A.fullmatch(" ".join(word.lower for word in words[-length:]))
        after = (
            re.match(r"\s*(daily|weekly|monthly)\b", text[words[-1].end :], re.IGNORECASE) if words else None
        )
        unit = (found["noun"] or found["adverb"] or (after and after[1].lower())) if found else None
        if found is None or len(words) < length or unit is None:
            continue
        times = {"2 times": "twice", "two times": "twice", "thrice": "three"}.get(found["times"])
        per = {"daily": "day", "weekly": "week", "monthly": "month"}.get(unit, unit)
        meant = _MEANT.get((times or found["times"].replace("3", "three").split(" ")[0], per), "")
        said = text[words[-length].start : words[-1].end]
        hint = f"Say {meant}." if meant else "Say which days, and at which times: daily at 9, 12, 15."
        return slip(text, words[-length:], f"“{said}” does not say when.", f"{hint} {QUOTE_IT}", meant)
    return None


def _every_other(text: str, words: Sequence[Word]) -> BadCommand | None:
    """*every other day*."""
    last = words[-3:]
    if lower_at(last, 0) not in OPENERS[1:] or lower_at(last, 1) not in ("other", "second", "2nd", "third"):
        return None
    meant = _EVERY_OTHER.get(lower_at(last, 2))
    if meant is None:
        return None
    said = text[last[0].start : last[-1].end]
    return slip(text, last, f"“{said}” cannot be said here.", f"Say {meant}. {QUOTE_IT}", meant)


def _bad_opened_day(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = last_of(words, *OPENERS)
    rest = words[place + 1 :] if place is not None else ()
    if place is None or len(rest) > _FEW_WORDS:
        return None
    wrong = [
        word
        for word in rest
        if alike(word.lower, _OPENED, LIKELY) != word.lower and not (word.is_comma or word.lower == "and")
    ]
    meant = alike(wrong[0].lower, _OPENED, LIKELY) if wrong else None
    if meant is not None:
        return _unknown_day(text, wrong[0], meant)
    # "every 2 weeks" and "every fortnight" are meant as days; "every possible kind" is not, nor is "on graphs".
    short = len(rest) <= 1 or (lower_at(rest, 0).isdecimal() and len(rest) == len(("2", "weeks")))
    weekly = bool(rest) and lower_at(words, place - 1) in ("weekly", "week")
    if not short or (words[place].lower == "on" and not weekly):
        return None
    what = text[words[place].start : words[-1].end]
    return slip(
        text,
        words[place:],
        f"“{what}” is no day.",
        f"Say every day, weekdays, on monday, weekly or monthly. {QUOTE_IT}",
    )


CHECKS: Final = (_bad_span, _bad_month_day, _ordinal_day, _how_often, _every_other, _bad_opened_day, _bad_day)
"""Each gives the error for the last words of a filter, or None."""
