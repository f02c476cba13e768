"""From the typed options of a Discord command to the command that every platform knows. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.domain import commands
from bot.domain.cadence import Rhythm
from bot.domain.command_parts import is_short_id
from bot.domain.commands import Clauses, Command, When, Whose
from bot.domain.errors import BadFilter, UserError
from bot.domain.filter_text import parse_filter
from bot.domain.filters import Filter
from bot.domain.subscriptions import Extra
from bot.presentation.fields import agreed_zone, in_whole, read_days, read_hours
from handlers.discord.registration import FORGET_HERE, FORGET_ME, TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_AN_ID: Final[Mapping[str, Callable[..., Command]]] = {
    "preview": commands.Preview,
    "send": commands.Send,
    "pause": commands.Pause,
    "resume": commands.Resume,
    "unsubscribe": commands.Unsubscribe,
}
_FILTERS: Final = ("filter", "add", "drop")
_CHANNELS: Final = "channels"
_ALL: Final[tuple[list[str], ...]] = ([], ["all"], ["any"], ["*"])
_MENTIONED: Final = re.compile(r"<#(\d+)>", re.ASCII)
"""What Discord makes of a channel that is chosen in a text."""


def command_of(name: str, options: Mapping[str, Any]) -> Command:
    """The command called *name* with *options* as Discord gave them (text, numbers, flags, ids).

    Raises `UserError`; a `BadFilter` suggests the whole command, its filter corrected.
    """
    try:
        return _command(name, options)
    except BadFilter as error:
        wrong = next((one for one in _FILTERS if options.get(one, "").strip() == error.text.strip()), "")
        raise in_whole(error, lambda text: _command(name, {**options, wrong: text})) from None


def _command(name: str, options: Mapping[str, Any]) -> Command:
    if name in _OF_AN_ID:
        return _OF_AN_ID[name](short_id=_id(options))
    return _READERS[name](options)


def _subscribe(kind: Callable[..., Command], options: Mapping[str, Any]) -> Command:
    """Without any option the form is asked for; with a schedule alone every paper is wanted, as in text."""
    if not options:
        return kind(filter=None, clauses=Clauses())
    return kind(filter=_filter(options, "filter") or Filter(), clauses=_clauses(options))


def _edit(options: Mapping[str, Any]) -> Command:
    return commands.Edit(
        short_id=_id(options),
        filter=_filter(options, "filter"),
        add=_filter(options, "add"),
        drop=_filter(options, "drop"),
        clauses=_clauses(options),
    )


def _id(options: Mapping[str, Any]) -> str:
    """The id typed, or the one of the suggestion that was chosen."""
    typed: str = options.get("id", "")
    short_id = typed.strip().lower()
    if short_id and not is_short_id(short_id):
        raise UserError(
            f"“{typed}” is not the id of a subscription.",
            hint="Choose one of those suggested while you type.",
        )
    return short_id


def _filter(options: Mapping[str, Any], name: str) -> Filter | None:
    text: str = options.get(name, "")
    return parse_filter(text) if text.strip() else None


def _clauses(options: Mapping[str, Any]) -> Clauses:
    hot, zone = options.get("hot_votes"), options.get("timezone", "")
    when, times = options.get("when", "").strip(), options.get("at", "").strip()
    days, hours = read_days(when), read_hours(times)
    return replace(
        hours,
        when=When(rhythm=Rhythm.HOT, hot_votes=hot) if hot is not None else days,
        zone=agreed_zone(hours, times, zone) or None,
        top=options.get("top"),
        channel=options.get("channel"),
        wanted=frozenset(extra for extra in Extra if options.get(extra) is True),
        unwanted=frozenset(extra for extra in Extra if options.get(extra) is False),
        by_mail=options.get("by_mail") is True,
    )


def _settings(options: Mapping[str, Any]) -> Command:
    name, value = options.get("name", "").strip().lower(), _MENTIONED.sub(r" \1 ", options.get("value", ""))
    if name == _CHANNELS and (unknown := _no_channel(value)):
        raise UserError(
            f"“{unknown}” is no channel that I can read.",
            hint="Type # and choose it from what Discord suggests; several with a blank between, or: all",
        )
    return commands.ChangeSettings(name=name, value=value.strip())


def _no_channel(value: str) -> str:
    """The first word of *value* that is the id of no channel; empty if there is none, or all channels are meant."""
    words = value.replace(",", " ").split()
    if [word.lower() for word in words] in _ALL:
        return ""
    return next((word for word in words if not word.isdecimal()), "")


def _topic(options: Mapping[str, Any]) -> str:
    typed = options.get("topic", "").strip().lower()
    return typed if typed in TOPICS else ""


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Command]]] = {
    "today": lambda options: commands.Today(filter=_filter(options, "filter")),
    "day": lambda options: commands.Day(when=options["when"], filter=_filter(options, "filter")),
    "trending": lambda options: commands.Trending(filter=_filter(options, "filter")),
    "search": lambda options: commands.Search(text=options["words"]),
    "show": lambda options: commands.Show(reference=options["paper"], bibtex=bool(options.get("bibtex"))),
    "follow": partial(_subscribe, commands.Follow),
    "subscribe": partial(_subscribe, commands.Subscribe),
    "subscriptions": lambda _: commands.Subscriptions(),
    "saved": lambda options: commands.Saved(bibtex=bool(options.get("bibtex"))),
    "explain": lambda options: commands.Explain(reference=options["paper"]),
    "edit": _edit,
    "settings": _settings,
    "restore": lambda _: commands.Restore(),
    FORGET_ME: lambda _: commands.Forget(what=Whose.ME),
    FORGET_HERE: lambda _: commands.Forget(what=Whose.WORKSPACE),
    "help": lambda options: commands.Help(topic=_topic(options)),
}
