"""What people fill in: how a page shows it, and the command that it means. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm, days_text, times_text
from bot.domain.command_text import parse_command
from bot.domain.commands import Edit, Follow, When
from bot.domain.errors import BadText, UserError
from bot.domain.filter_text import parse_filter
from bot.domain.subscriptions import DEFAULT_TOP, MAX_TOP
from bot.domain.zones import parse_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.cadence import Cadence
    from bot.domain.commands import Clauses
    from bot.domain.subscriptions import Subscription

USUAL: Final = "weekdays at 09:00"
_LONGEST: Final = 1_000
_WHEN_EXAMPLES: Final = (
    "For example: weekdays at 9:00, on monday at 8:30, weekly on friday, monthly on 1, hot 100."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields as they were typed."""

    address: str = ""
    filter: str = ""
    when: str = USUAL
    zone: str = ""
    top: str = str(DEFAULT_TOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with *field*, and what would be right."""

    field: str
    message: str
    hint: str


class BadField(UserError):
    """A field that cannot be read."""

    def __init__(self, field: str, error: UserError) -> None:
        super().__init__(error.message, hint=error.hint)
        self.field = field
        if isinstance(error, BadText) and error.suggestion and field == "filter":
            self.hint = f"{error.hint} Did you mean: {error.suggestion}".strip()


def typed(fields: Mapping[str, object], *, zone: str = "") -> Typed:
    """What *fields* of an address or a form hold, each at most a thousand signs; *zone* where none was named."""
    text = {name: str(value)[:_LONGEST] for name, value in fields.items() if isinstance(value, str)}
    return Typed(
        address=text.get("address", ""),
        filter=text.get("filter", ""),
        when=text.get("when", USUAL),
        zone=text.get("zone", zone),
        top=text.get("top", str(DEFAULT_TOP)),
    )


def typed_of(subscription: Subscription) -> Typed:
    """The fields filled in with what *subscription* is."""
    return Typed(
        filter=str(subscription.filter),
        when=_when_text(subscription.cadence),
        zone=subscription.cadence.zone,
        top=str(subscription.top),
    )


def follow_typed(fields: Typed) -> Follow:
    """The command that *fields* mean; raises `BadField`."""
    clauses = _clauses(fields)
    try:
        filter_ = parse_filter(fields.filter)
    except UserError as error:
        raise BadField("filter", error) from None
    return Follow(filter=filter_, clauses=clauses)


def edit_typed(fields: Typed, subscription: Subscription) -> Edit:
    """The command that makes *subscription* what *fields* say; raises `BadField`."""
    follow = follow_typed(fields)
    return Edit(short_id=subscription.short_id, filter=follow.filter, clauses=follow.clauses)


def _clauses(fields: Typed) -> Clauses:
    clauses = _schedule(fields.when)
    zone = clauses.zone or _zone(fields.zone)
    hot = clauses.when is not None and clauses.when.rhythm is Rhythm.HOT
    return replace(clauses, when=clauses.when or When(), zone=zone, top=None if hot else _top(fields.top))


def _schedule(text: str) -> Clauses:
    try:
        command = parse_command(f"follow | {text.strip() or USUAL}")
    except UserError as error:
        raise BadField("when", UserError(error.message, hint=_WHEN_EXAMPLES)) from None
    if not isinstance(command, Follow) or str(command.filter or "") or command.clauses.channel:
        raise BadField("when", UserError("That is no schedule.", hint=_WHEN_EXAMPLES))
    return replace(command.clauses, by_mail=False)


def _zone(text: str) -> str:
    if not text.strip():
        where = UserError("Which time zone?", hint="Name a city or an offset: Berlin, New York, UTC+2.")
        raise BadField("zone", where)
    try:
        return parse_zone(text)
    except UserError as error:
        raise BadField("zone", error) from None


def _top(text: str) -> int:
    bare = text.strip()
    if not (bare.isascii() and bare.isdecimal()) or not 1 <= int(bare) <= MAX_TOP:
        raise BadField("top", UserError("How many papers?", hint=f"A number from 1 to {MAX_TOP}."))
    return int(bare)


def _when_text(cadence: Cadence) -> str:
    if cadence.rhythm is Rhythm.HOT:
        return days_text(cadence)
    return f"{days_text(cadence)} {times_text(cadence.times, None)}"
