"""The form of a subscription: what stands in it, and the command that it is once it is filled in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm, Weekday, days_reading, days_text
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Clauses, Edit, Follow, Subscribe, When
from bot.domain.errors import BadFilter
from bot.domain.filter_text import parse_filter
from bot.domain.filters import Filter
from bot.domain.subscriptions import DEFAULT_TOP, MAX_TOP
from bot.presentation.fields import agreed_zone, in_whole, read_days, read_hours
from bot.presentation.phrases import counted
from bot.presentation.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.subscriptions import Subscription

FILTER: Final = "filter"
WHEN: Final = "when"
AT: Final = "at"
ZONE: Final = "timezone"
TOP: Final = "top"
CHANNEL: Final = "channel"

FILTER_EXAMPLE: Final = 'diffusion, "world model", -survey upvotes>=10'
USUAL_HOUR: Final = time(9)

_HOT: Final = "hot"
_OFFERED: Final = (
    When(),
    When(weekdays=tuple(Weekday)),
    When(weekdays=(Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY)),
    When(weekdays=(Weekday.TUESDAY, Weekday.THURSDAY)),
    *(When(weekdays=(day,)) for day in Weekday),
    When(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.MONDAY,)),
    When(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.FRIDAY,)),
    When(rhythm=Rhythm.MONTHLY, month_day=1),
    When(rhythm=Rhythm.HOT, hot_votes=50),
    When(rhythm=Rhythm.HOT, hot_votes=100),
    When(rhythm=Rhythm.HOT, hot_votes=200),
    When(rhythm=Rhythm.HOT, hot_votes=None),
)
"""Days to choose from; what is held now comes on top if it is none of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose from a menu: its *words*, the *value* of its field, and whether it is chosen now."""

    words: str
    value: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionForm:
    """A form as it is shown first. *base* is the command without what the form shows (see `filled_command`).

    *needed* says that its filter may not be left empty, since that would change nothing. *channel* is the channel
    that the command names, empty for none.
    """

    title: str
    base: str
    filter: str
    needed: bool
    whens: tuple[Option, ...]
    at: str
    zone: str
    tops: tuple[Option, ...]
    channel: str = ""

    @property
    def filter_hint(self) -> str:
        """What to type as filter."""
        return "A comma means or, -word hides." + ("" if self.needed else " Empty: every paper.")


def subscription_form(
    command: Subscribe | Follow | Edit,
    held: Subscription | None = None,
    *,
    zone: str = "",
    hour: time = USUAL_HOUR,
) -> SubscriptionForm:
    """The form for *command*: what it says, else what *held* has, else what is usual.

    *held* is the subscription that is edited, or the one that was offered. *zone* (IANA, or empty) and *hour* are the
    usual ones here.
    """
    wanted = command.filter if command.filter is not None else held.filter if held else Filter()
    clauses = _known(command.clauses, held, zone, hour)
    return SubscriptionForm(
        title=_title(command),
        base=base_text(command),
        filter=str(wanted),
        needed=isinstance(command, Edit) and bool(str(wanted)),
        whens=_whens(clauses.when or When()),
        at=", ".join(f"{at:%H:%M}" for at in clauses.times or ()),
        zone=clauses.zone or "",
        tops=_tops(clauses.top or DEFAULT_TOP),
        channel=command.clauses.channel or "",
    )


def base_text(command: Subscribe | Follow | Edit) -> str:
    """What of *command* the form does not show: its verb, its id, the channel, the extras."""
    rest = Clauses(
        channel=command.clauses.channel, wanted=command.clauses.wanted, unwanted=command.clauses.unwanted
    )
    if isinstance(command, Edit):
        return format_command(Edit(short_id=command.short_id, clauses=rest))
    return format_command(replace(command, filter=None if rest == Clauses() else Filter(), clauses=rest))


def filled_command(base: str, fields: Mapping[str, str]) -> Subscribe | Follow | Edit:
    """The command that a filled form is: *base* as in its form, *fields* by the names above.

    Whatever stands in the filter, it is read as a filter. A channel that was chosen takes the place of the one in *base*.
    Raises `UserError`, which quotes no more than what was typed into one field; what a `BadFilter` suggests are whole
    commands.
    """
    command = parse_command(base)
    assert isinstance(command, Subscribe | Follow | Edit)  # noqa: S101 - no other has a form
    clauses = _filled_clauses(command.clauses, fields)

    def made(text: str) -> Subscribe | Follow | Edit:
        wanted = parse_filter(text)
        unchanged = isinstance(command, Edit) and wanted == Filter()
        return replace(command, filter=None if unchanged else wanted, clauses=clauses)

    try:
        return made(_filter_typed(fields))
    except BadFilter as error:
        raise in_whole(error, made) from None


def refilled(form: SubscriptionForm, typed: Mapping[str, str]) -> SubscriptionForm:
    """*form* with what stood in its fields when it was sent, right or wrong."""
    if not typed:
        return form
    return replace(
        form,
        filter=typed.get(FILTER, ""),
        whens=_rechosen(form.whens, typed.get(WHEN, "")),
        at=typed.get(AT, ""),
        zone=typed.get(ZONE, ""),
        tops=_rechosen(form.tops, typed.get(TOP, "")),
        channel=typed.get(CHANNEL, "") or form.channel,
    )


def _rechosen(options: tuple[Option, ...], value: str) -> tuple[Option, ...]:
    if not value:
        return options
    lost = () if value in {one.value for one in options} else (Option(words=_capital(value), value=value),)
    return tuple(replace(one, chosen=one.value == value) for one in (*lost, *options))


def _filled_clauses(base: Clauses, fields: Mapping[str, str]) -> Clauses:
    """What the fields say of days, hours, zone, number and channel, with what *base* says besides."""
    when, top = read_days(fields.get(WHEN, "")), _one(fields, TOP)
    hot = when is not None and when.rhythm is Rhythm.HOT
    hours = Clauses() if hot else read_hours(fields.get(AT, ""))
    zone = agreed_zone(hours, fields.get(AT, ""), fields.get(ZONE, ""))
    channel = fields.get(CHANNEL, "").removeprefix("#") or base.channel
    return replace(
        base,
        when=when,
        times=hours.times,
        zone=zone or None,
        top=int(top) if top.isdecimal() else None,
        channel=channel,
    )


def _filter_typed(fields: Mapping[str, str]) -> str:
    """The filter as typed, its lines parted by commas."""
    lines = (plain(line).rstrip(",") for line in fields.get(FILTER, "").split("\n"))
    return ", ".join(line for line in lines if line)


def _one(fields: Mapping[str, str], name: str) -> str:
    return plain(fields.get(name, "")).replace("|", " ").removeprefix("at ").strip()


def _known(said: Clauses, held: Subscription | None, zone: str, hour: time) -> Clauses:
    """*said* with what was not said taken from *held*, or from what is usual."""
    cadence = held.cadence if held else None
    when = None
    if cadence:
        when = When(
            rhythm=cadence.rhythm,
            weekdays=cadence.weekdays,
            month_day=cadence.month_day,
            hot_votes=cadence.hot_votes,
        )
    return Clauses(
        when=said.when or when,
        times=said.times or (cadence.times if cadence else ()) or (hour,),
        zone=said.zone or (cadence.zone if cadence else zone),
        top=said.top or (held.top if held else None),
    )


def _title(command: Subscribe | Follow | Edit) -> str:
    if isinstance(command, Edit):
        return f"Edit {command.short_id}".strip()
    return "Papers for yourself" if isinstance(command, Follow) else "Papers for this channel"


def _whens(now: When) -> tuple[Option, ...]:
    offered = dict.fromkeys((*(() if now in _OFFERED else (now,)), *_OFFERED))
    return tuple(
        Option(words=_capital(days_reading(one)), value=days_text(one), chosen=one == now) for one in offered
    )


def _tops(now: int) -> tuple[Option, ...]:
    return tuple(
        Option(words=f"Up to {counted(number, 'paper')}", value=str(number), chosen=number == now)
        for number in range(1, MAX_TOP + 1)
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
