"""Words at the end of a filter that nearly read as a clause: an error with what was probably meant, never a keyword."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from bot.domain import near_days
from bot.domain.clauses import longest_tail, top_number
from bot.domain.schedules import clock_words, plainly_a_time, read_time, read_times, read_zone, says_until
from bot.domain.slips import LIKELY, QUOTE_IT, last_of, slip
from bot.domain.subscriptions import MAX_TOP
from bot.domain.words import AND, after_separator, lower_at
from bot.domain.zones import nearest_zones, unknown_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.errors import BadCommand
    from bot.domain.words import Word

_LIKE_A_TIME: Final = re.compile(
    r"\d{1,2}:\d{1,2}(?:[ap]m)?|\d{1,4}|\d{1,2}(?:[.h]\d\d)?[ap]m|\d{1,2}h\d\d", re.ASCII
)
_FEW_WORDS: Final = 4
_LIKE_A_ZONE: Final = re.compile(r"[A-Z]\w*(?:/[A-Z]\w*)+|(?i:utc|gmt)\s?[+-]\s?[\d:]+", re.ASCII)


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
    return slip(
        text, words, f"“{said}” does not say when.", "After the border come days, a time, top or a channel."
    )


def _twice(text: str, words: Sequence[Word]) -> BadCommand | None:
    begin, _ = longest_tail(words)
    tail = [word for word in words[begin:] if not word.is_comma]
    if not tail:
        return None
    said = text[tail[0].start : tail[-1].end]
    error = slip(
        text, tail, f"“{said}” and what follows say one thing twice.", f"Keep one of them. {QUOTE_IT}"
    )
    if tail[-1].lower in AND:
        error.hint = "One subscription has one schedule; make a second one for the other."
        error.suggestion = text[: tail[-1].start].rstrip()
    return error


def _joins_nothing(text: str, words: Sequence[Word]) -> BadCommand | None:
    if len(words) < len(("agents", "and")) or words[-1].lower != "and":
        return None
    error = slip(text, words[-1:], f"“{words[-1].text}” joins nothing.", f"Take it out. {QUOTE_IT}")
    error.suggestion = text[: words[-1].start].rstrip() + text[words[-1].end :]
    return error


def _bad_time(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = last_of(words, "at", "@")
    if place is None:
        return None
    rest = words[place + 1 :]
    if not rest:
        return slip(text, words[place:], "“at” needs a time.", f"For example: at 09:00. {QUOTE_IT}")
    times = read_times(words, place + 1)
    if times is not None:
        return _bad_zone(text, words, place + 1, after_separator(words, times[1]))
    written, end = clock_words(words, place + 1)
    if _LIKE_A_TIME.fullmatch(written) is None:
        return None
    zone = read_zone(words, end)
    if len(words) > (zone[1] if zone else end) and written.isdecimal():
        return None
    return slip(text, rest, f"“{written}” is not a time of day.", "Times look like 9, 9am, 09:30 or 18:00.")


def _bad_zone(text: str, words: Sequence[Word], time_at: int, at: int) -> BadCommand | None:
    rest = words[at:]
    if not 1 <= len(rest) <= _FEW_WORDS:
        return None
    said = text[rest[0].start : rest[-1].end]
    if says_until(rest, 0) and (until := read_time(rest, 1)) is not None and until[1] == len(rest):
        hint = f"Say one time, or several: at 9, 17. {QUOTE_IT}"
        return slip(text, words[time_at - 1 :], "A digest comes at a time, not within hours.", hint)
    meant_as_zone = plainly_a_time(words, time_at) or rest[-1].lower == "time" or _LIKE_A_ZONE.fullmatch(said)
    if not meant_as_zone and not nearest_zones(said, likeness=LIKELY):
        return None
    error = unknown_zone(said)
    return slip(text, rest, error.message, error.hint, error.suggestion)


def _time_without_at(text: str, words: Sequence[Word]) -> BadCommand | None:
    for place in range(max(0, len(words) - _FEW_WORDS - 2), len(words)):
        times = (
            read_times(words, place) if plainly_a_time(words, place) and not _named(words[place]) else None
        )
        if times is not None:
            zone = read_zone(words, times[1])
            if (zone[1] if zone else times[1]) == len(words):
                said = text[words[place].start : words[-1].end]
                return slip(text, words[place:], f"“{said}” needs “at” before it.", QUOTE_IT, f"at {said}")
    return None


def _named(word: Word) -> bool:
    return word.lower in ("noon", "midnight")


def _zone_alone(text: str, words: Sequence[Word]) -> BadCommand | None:
    place = last_of(words, "zone")
    rest = () if place is None else words[place + 1 :]
    if not 1 <= len(rest) <= _FEW_WORDS:
        return None
    said = text[rest[0].start : rest[-1].end]
    if not nearest_zones(said, likeness=LIKELY):
        return None
    error = unknown_zone(said)
    return slip(text, rest, error.message, error.hint, error.suggestion)


def _bad_top(text: str, words: Sequence[Word]) -> BadCommand | None:
    number = top_number(lower_at(words, len(words) - 1))
    if number is None or lower_at(words, len(words) - 2) != "top":
        return None
    meant = f"top {min(max(number, 1), MAX_TOP)}"
    return slip(
        text, words[-2:], f"A digest holds 1 to {MAX_TOP} papers.", f"For example: top 5. {QUOTE_IT}", meant
    )


def _bad_threshold(text: str, words: Sequence[Word]) -> BadCommand | None:
    value = lower_at(words, len(words) - 1)
    if lower_at(words, len(words) - 2) != "hot" or not (value.isdecimal() or _like(value, "growth")):
        return None
    meant = "hot 100" if value.isdecimal() else "hot growth"
    return slip(
        text, words[-2:], f"“hot {value}” is no threshold.", f"For example: hot 100. {QUOTE_IT}", meant
    )


def _like(word: str, name: str) -> bool:
    return SequenceMatcher(None, word, name).ratio() >= LIKELY


def _bad_channel(text: str, words: Sequence[Word]) -> BadCommand | None:
    last = words[-1] if words else None
    if last is None or not (last.text.startswith("<#") or re.fullmatch(r"#[\w-]{2,}", last.text)):
        return None
    return slip(text, [last], f"{last.text} needs “in” before it.", QUOTE_IT, f"in {last.text}")


_CHECKS: Final[tuple[Callable[[str, Sequence[Word]], BadCommand | None], ...]] = (
    _twice,
    _joins_nothing,
    _bad_time,
    _time_without_at,
    _zone_alone,
    _bad_top,
    *near_days.CHECKS,
    _bad_threshold,
    _bad_channel,
)
