"""The clauses at the end of a command: days, times, how many papers, and the channel.

They are read from the end backwards: the longest tail that reads as clauses, each kind once, is the schedule, and
what stands before it is filter text. A ``|``, or a long dash between blanks, forces the border.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Cadence, Rhythm, check_times, days_text, find_weekday, times_text, with_days
from bot.domain.commands import Clauses
from bot.domain.errors import BadCommand, BadText
from bot.domain.schedules import OPENERS, plainly_a_time, read_times, read_when, read_zone
from bot.domain.subscriptions import MAX_TOP, Extra
from bot.domain.words import AND, lower_at, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.words import Word

_CHANNEL: Final = re.compile(r"#(?P<name>[^\s#<>]+)|(?P<raw><#[^\s>]+>)")
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MOST_CLAUSE_WORDS: Final = 60
_WITH, _WITHOUT = "with", "without"
_MAIL: Final = frozenset({"mail", "email", "e-mail"})
_KEYWORDS: Final = frozenset({"at", "top", "in", "hot", "zone", *OPENERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A command's text after its verb, parted: *filter_words*, then *tail*, of which *clauses* were read.

    *bordered* says that a ``|`` or a long dash parted them.
    """

    filter_words: tuple[Word, ...]
    tail: tuple[Word, ...]
    clauses: Clauses | None
    bordered: bool = False


def part(text: str, start: int) -> Parted:
    """*text* from *start* on, parted into filter and clauses.

    *clauses* is None where a border is followed by something that does not read as clauses.
    """
    words = words_of(text, start)
    border = _border(words)
    if border is not None:
        tail = words[border + 1 :]
        return Parted(filter_words=words[:border], tail=tail, clauses=read_clauses(tail), bordered=True)
    begin, clauses = longest_tail(words)
    return Parted(filter_words=words[:begin], tail=words[begin:], clauses=clauses)


def longest_tail(words: Sequence[Word]) -> tuple[int, Clauses]:
    """Where the longest tail of *words* that reads as clauses begins, and what it says."""
    for begin in range(max(0, len(words) - _MOST_CLAUSE_WORDS), len(words)):
        clauses = read_clauses(words[begin:])
        if clauses is not None:
            return begin, clauses
    return len(words), Clauses()


def read_clauses(words: Sequence[Word]) -> Clauses | None:
    """The clauses that *words* are, or None if they are something else, or say one thing twice."""
    clauses, at = Clauses(), 0
    while at < len(words):
        if words[at].is_comma or (at and words[at].lower in AND):
            at += 1
            continue
        found = _clause(words, at)
        joined = _joined(clauses, found[0]) if found else None
        if found is None or joined is None:
            return None
        clauses, at = joined, found[1]
    return clauses


def clauses_text(clauses: Clauses) -> str:
    """The canonical text of *clauses*; empty if there are none. A zone is written beside its times, or alone."""
    parts = (
        days_text(clauses.when) if clauses.when else "",
        times_text(clauses.times, clauses.zone) if clauses.times else "",
        f"zone {clauses.zone}" if clauses.zone and not clauses.times else "",
        f"top {clauses.top}" if clauses.top is not None else "",
        f"in {_channel_text(clauses.channel)}" if clauses.channel else "",
        *(f"{_WITH} {extra}" for extra in sorted(clauses.wanted)),
        *(f"{_WITHOUT} {extra}" for extra in sorted(clauses.unwanted)),
        "by mail" if clauses.by_mail else "",
    )
    return " ".join(text for text in parts if text)


def with_clauses(cadence: Cadence, clauses: Clauses) -> Cadence:
    """*cadence* with what *clauses* say about days, times and zone; the rest stays as it is.

    Raises `BadText` if that cannot be, for example for too many times a day.
    """
    changed = with_days(cadence, clauses.when) if clauses.when else cadence
    return replace(changed, times=clauses.times or changed.times, zone=clauses.zone or changed.zone)


def check_clauses(text: str, parted: Parted) -> None:
    """Raise `BadCommand` if the clauses read well but cannot be."""
    clauses = parted.clauses
    if clauses is None or clauses.times is None:
        return
    if clauses.when and clauses.when.rhythm is Rhythm.HOT:
        timeless = clauses_text(replace(clauses, times=None, zone=None))
        raise _bad_clauses(
            text,
            parted,
            BadText(
                "An alert comes when a paper gets hot, so it has no hour.",
                hint="Take the time out, or make two subscriptions: one hot, one at that time.",
                suggestion=text[: parted.tail[0].start] + timeless,
            ),
        )
    try:
        check_times(clauses.times)
    except BadText as error:
        raise _bad_clauses(text, parted, error) from None


def _bad_clauses(text: str, parted: Parted, error: BadText) -> BadCommand:
    start, end = parted.tail[0].start, parted.tail[-1].end
    return BadCommand(
        error.message, hint=error.hint, text=text, start=start, end=end, suggestion=error.suggestion
    )


def _border(words: Sequence[Word]) -> int | None:
    """The place of the word that parts filter and clauses; a dash only counts before something like a clause."""
    for place in reversed(range(len(words))):
        if words[place].is_bar:
            return place
        if words[place].is_dash and _begins_clauses(words[place + 1 :]) and not _in_span(words, place):
            return place
    return None


def _in_span(words: Sequence[Word], place: int) -> bool:
    """Whether the dash at *place* stands between two days."""
    return None not in (find_weekday(lower_at(words, place - 1)), find_weekday(lower_at(words, place + 1)))


def _begins_clauses(words: Sequence[Word]) -> bool:
    return bool(words) and (read_clauses(words) is not None or lower_at(words, 0) in _KEYWORDS)


def _clause(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    for read in (_when, _at, _zone, _top, _in, _extra, _by_mail):
        found = read(words, at)
        if found is not None:
            return found
    return None


def _when(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    found = read_when(words, at)
    if found is None:
        return None
    when, end = found
    # "every monday 9:00": after days a time needs no "at", if it cannot be anything else.
    timed = _timed(words, end) if plainly_a_time(words, end) else None
    if timed is None:
        return Clauses(when=when), end
    return replace(timed[0], when=when), timed[1]


def _at(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    return _timed(words, at + 1) if lower_at(words, at) in ("at", "@") else None


def _timed(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    found = read_times(words, at)
    if found is None:
        return None
    times, end = found
    zone = read_zone(words, end)
    return (Clauses(times=times, zone=zone[0]), zone[1]) if zone else (Clauses(times=times), end)


def _zone(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    found = read_zone(words, at + 1) if lower_at(words, at) == "zone" else None
    return (Clauses(zone=found[0]), found[1]) if found else None


def _top(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    number = top_number(lower_at(words, at + 1)) if lower_at(words, at) == "top" else None
    if number is None or not 1 <= number <= MAX_TOP:
        return None
    return Clauses(top=number), at + 2 + (lower_at(words, at + 2) in ("papers", "paper"))


def top_number(text: str) -> int | None:
    """The number that *text* is, in digits or as a word up to ten; whether `MAX_TOP` allows it is not asked."""
    if text in _NUMBERS:
        return _NUMBERS.index(text) + 1
    return int(text[:9]) if text.isascii() and text.isdecimal() else None


def _in(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    found = _CHANNEL.fullmatch(words[at + 1].text) if at + 1 < len(words) else None
    if found is None or lower_at(words, at) not in ("in", "to"):
        return None
    return Clauses(channel=found["name"] or found["raw"]), at + 2


def _extra(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    sign, name = lower_at(words, at), lower_at(words, at + 1)
    if sign not in (_WITH, _WITHOUT) or name not in tuple(Extra):
        return None
    extra = frozenset({Extra(name)})
    return (Clauses(wanted=extra) if sign == _WITH else Clauses(unwanted=extra)), at + 2


def _by_mail(words: Sequence[Word], at: int) -> tuple[Clauses, int] | None:
    said = lower_at(words, at) == "by" and lower_at(words, at + 1) in _MAIL
    return (Clauses(by_mail=True), at + 2) if said else None


def _channel_text(channel: str) -> str:
    return channel if channel.startswith("<#") else f"#{channel}"


def _joined(one: Clauses, other: Clauses) -> Clauses | None:
    """Both together, or None if they say one thing twice."""
    twice = (
        one.when and other.when,
        one.times and other.times,
        one.zone and other.zone,
        one.top and other.top,
        one.channel and other.channel,
        (one.wanted | one.unwanted) & (other.wanted | other.unwanted),
        one.by_mail and other.by_mail,
    )
    if any(twice):
        return None
    return Clauses(
        when=one.when or other.when,
        times=one.times or other.times,
        zone=one.zone or other.zone,
        top=one.top or other.top,
        channel=one.channel or other.channel,
        wanted=one.wanted | other.wanted,
        unwanted=one.unwanted | other.unwanted,
        by_mail=one.by_mail or other.by_mail,
    )
