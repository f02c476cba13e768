"""How a command is typed on Discord: each option by its name, as its apps copy and paste it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING, Final

from bot.domain import commands
from bot.domain.cadence import Rhythm, days_text
from bot.domain.command_text import parse_command
from bot.domain.commands import Clauses, Whose
from bot.domain.errors import UserError
from bot.domain.zones import zone_words
from handlers.discord.registration import FOR_EVERYONE, FOR_MANAGERS, FORGET_HERE, FORGET_ME, MANAGERS, PAPERS

if TYPE_CHECKING:
    from bot.domain.filters import Filter

Option = tuple[str, str]
"""The name of an option and what stands in it, empty for one that is left out."""

_OWN: Final = "subscriptions"
"""What lists one's follows, with a button for everything that can be done: commands for that are for managers."""


@lru_cache(maxsize=4096)
def spelt(text: str) -> str:
    """The command *text* as it is typed in a server; without its options if these cannot be told."""
    try:
        command = parse_command(text)
    except UserError:
        return _named(text.partition(" ")[0])
    if isinstance(command, commands.Start):
        return f"/{PAPERS}"
    if isinstance(command, commands.Forget):
        return _named(FORGET_ME if command.what is Whose.ME else FORGET_HERE)
    verb = _VERBS.get(type(command), text.partition(" ")[0])
    return _joined(_named(verb), _options(command))


@lru_cache(maxsize=4096)
def spelt_alone(text: str) -> str:
    """The command *text* as it is typed in a direct message, where no channel can be managed; empty for none."""
    verb = text.partition(" ")[0]
    if verb == "subscribe":
        return spelt(f"follow{text.removeprefix(verb)}")
    if spelt(text).startswith(f"/{MANAGERS} "):
        return _named(_OWN) if verb in _OF_ONE else ""
    return spelt(text)


def fields(text: str) -> str:
    """Clauses as they are typed into the options of a command: ``at: 09:00 timezone: Berlin``."""
    return spelt(f"edit | {text}").partition(" edit ")[2] or text


def _named(verb: str) -> str:
    if verb in FOR_MANAGERS:
        return f"/{MANAGERS} {verb}"
    return f"/{PAPERS} {verb if verb in FOR_EVERYONE else ''}".strip()


def _joined(name: str, options: Iterator[Option]) -> str:
    return " ".join((name, *(f"{option}: {value}" for option, value in options if value)))


@singledispatch
def _options(command: object) -> Iterator[Option]:
    """The options of a command that has none."""
    del command
    yield from ()


@_options.register
def _(command: commands.Today | commands.Trending) -> Iterator[Option]:
    yield "filter", _filter(command.filter)


@_options.register
def _(command: commands.Day) -> Iterator[Option]:
    yield "when", command.when
    yield "filter", _filter(command.filter)


@_options.register
def _(command: commands.Search) -> Iterator[Option]:
    yield "words", command.text


@_options.register
def _(command: commands.Show) -> Iterator[Option]:
    yield "paper", command.reference
    yield "bibtex", _flag(command.bibtex)


@_options.register
def _(command: commands.Save | commands.Explain) -> Iterator[Option]:
    yield "paper", command.reference


@_options.register
def _(command: commands.Saved) -> Iterator[Option]:
    yield "bibtex", _flag(command.bibtex)


@_options.register
def _(command: commands.Subscribe | commands.Follow) -> Iterator[Option]:
    yield "filter", _filter(command.filter)
    yield from _clauses(command.clauses)


@_options.register
def _(command: commands.Edit) -> Iterator[Option]:
    yield "id", command.short_id
    for name, filter_ in (("filter", command.filter), ("add", command.add), ("drop", command.drop)):
        yield name, _filter(filter_)
    yield from _clauses(command.clauses)


@_options.register
def _(
    command: commands.Preview | commands.Send | commands.Pause | commands.Resume | commands.Unsubscribe,
) -> Iterator[Option]:
    yield "id", command.short_id


@_options.register
def _(command: commands.ChangeSettings) -> Iterator[Option]:
    yield "name", command.name
    yield "value", command.value


@_options.register
def _(command: commands.Help) -> Iterator[Option]:
    yield "topic", command.topic


def _clauses(clauses: Clauses) -> Iterator[Option]:
    when = clauses.when
    votes = when.hot_votes if when and when.rhythm is Rhythm.HOT else None
    yield "when", days_text(when) if when and votes is None else ""
    yield "at", ", ".join(f"{at:%H:%M}" for at in clauses.times or ())
    yield "timezone", zone_words(clauses.zone) if clauses.zone else ""
    yield "top", str(clauses.top or "")
    yield "channel", f"#{clauses.channel}" if clauses.channel else ""
    yield "hot_votes", str(votes or "")
    for extra in sorted(clauses.wanted | clauses.unwanted):
        yield extra, str(extra in clauses.wanted)
    yield "by_mail", _flag(clauses.by_mail)


def _filter(filter_: Filter | None) -> str:
    return "" if filter_ is None else str(filter_)


def _flag(given: bool) -> str:  # noqa: FBT001 - it is the value itself
    return "True" if given else ""


_VERBS: Final[dict[type, str]] = {commands.Save: "show", commands.Unsave: "saved", commands.Search: "search"}
"""Commands that are called otherwise here: what is shown has the button to keep it, the list is where it is taken out."""
_OF_ONE: Final = frozenset({"edit", "preview", "send", "pause", "resume", "unsubscribe"})
