"""What is typed into one field of a form, or one option of a command, read by itself: a fault quotes nothing else. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Clauses, Edit
from bot.domain.errors import BadText, UserError
from bot.domain.zones import parse_zone
from bot.presentation.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.commands import Command, When
    from bot.domain.errors import BadFilter

_DAYS: Final = "weekdays, daily, monday and friday, weekly on friday, monthly on 1"
_HOURS: Final = "9, 9:30 pm, 09:00 and 18:00"


def read_days(text: str, field: str = "when") -> When | None:
    """The days that *text* says, None for none; raises `UserError` that names the *field*."""
    clauses = _clauses(plain(text), text, field, _DAYS)
    if replace(clauses, when=None) != Clauses():
        raise _unreadable(text, field, _DAYS)
    return clauses.when


def read_hours(text: str, field: str = "at") -> Clauses:
    """The times that *text* says, with their zone if it names one; raises `UserError` that names the *field*."""
    bare = plain(text).removeprefix("at ").strip()
    clauses = _clauses(f"at {bare}" if bare else "", text, field, _HOURS)
    if replace(clauses, times=None, zone=None) != Clauses():
        raise _unreadable(text, field, _HOURS)
    return clauses


def read_zone(text: str) -> str:
    """The zone that *text* names, empty for none; raises `UserError`."""
    if not text.strip():
        return ""
    try:
        return parse_zone(text)
    except BadText as error:  # what it suggests is a zone, not a command
        raise UserError(error.message, hint=error.hint) from error


def agreed_zone(hours: Clauses, at: str, zone: str) -> str:
    """The zone that *zone* names, or the one beside the *hours* read from *at*; raises `UserError` if they differ."""
    named = read_zone(zone)
    if named and hours.zone and named != hours.zone:
        bare = plain(at).removeprefix("at ").strip()
        raise UserError(
            f"“{bare}” and “{plain(zone).strip()}” are two time zones.", hint="Leave one of them out."
        )
    return named or hours.zone or ""


def in_whole(error: BadFilter, made: Callable[[str], Command]) -> BadFilter:
    """*error* of a filter alone, whose corrections are now whole commands: those that are *made* of a filter's text."""
    error.suggestion = _whole(error.suggestion, made)
    error.alternatives = tuple(_whole(other, made) for other in error.alternatives)
    return error


def _whole(text: str, made: Callable[[str], Command]) -> str:
    """The command with *text* for its filter, or nothing if that does not read either."""
    if not text:
        return ""
    try:
        return format_command(made(text))
    except UserError:
        return ""


def _clauses(clauses: str, typed: str, field: str, examples: str) -> Clauses:
    """What *clauses* say and nothing else."""
    if not clauses:
        return Clauses()
    try:
        read = parse_command(f"edit | {clauses.replace('|', ' ')}")
    except BadText as error:
        raise UserError(f"{field}: {error.message}", hint=f"For example: {examples}.") from error
    if not isinstance(read, Edit) or read.clauses == Clauses():
        raise _unreadable(typed, field, examples)
    return read.clauses


def _unreadable(typed: str, field: str, examples: str) -> UserError:
    return UserError(f"{field}: “{typed}” cannot be read.", hint=f"For example: {examples}.")
