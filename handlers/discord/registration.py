"""What Discord is told of our commands: made from the one table, as the JSON of its API. Pure.

Two top-level commands, because Discord lets administrators set permissions on those only.
https://discord.com/developers/docs/interactions/application-commands#application-command-permissions
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain.subscriptions import MAX_TOP
from bot.presentation.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAPERS: Final = "papers"
"""What everyone may use, in servers and in direct messages."""
MANAGERS: Final = "papers-channel"
"""What is for those who manage a channel."""
LOOK_UP: Final = "Look up papers"
"""The command in a message's menu."""

FORGET_ME: Final = "forget-me"
FORGET_HERE: Final = "delete-everything"
"""Two names for one command of ours: which of the two is meant decides who may use it."""

_SUB_COMMAND, _TEXT, _INTEGER, _FLAG, _CHANNEL = 1, 3, 4, 5, 7
_CHAT_INPUT, _ON_MESSAGE = 1, 3
_IN_SERVERS, _IN_DIRECT_MESSAGES = 0, 1
_FOR_SERVERS = 0
_MANAGE_CHANNELS: Final = 16
_TEXT_CHANNELS: Final = (0, 5)
"""Text and announcement channels: https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""
_LONGEST_TEXT: Final = 1000
_LONGEST_DESCRIPTION: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One typed option of a command.

    *completes*: what may be typed is suggested while typing. *choices*: nothing else may be typed.
    """

    name: str
    words: str
    kind: int = _TEXT
    required: bool = False
    completes: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    def wire(self, translations: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The JSON of this option."""
        limits = {"min_value": self.least, "max_value": self.most} if self.kind == _INTEGER else {}
        made: dict[str, Any] = {"type": self.kind, "name": self.name, **_described(self.words, translations)}
        made |= {name: value for name, value in limits.items() if value is not None}
        if self.choices:
            made["choices"] = [{"name": one, "value": one} for one in self.choices]
        elif self.kind == _TEXT:
            made["max_length"] = _LONGEST_TEXT
        made |= {"channel_types": list(_TEXT_CHANNELS)} if self.kind == _CHANNEL else {}
        made |= {"required": True} if self.required else {}
        return made | ({"autocomplete": True} if self.completes else {})


TOPICS: Final = ("filters", "times")
"""What help says more about."""
SETTINGS: Final = ("subscribers", "channels", "sharing", "zone", "hour", "quiet", "posts")
"""The settings that mean something on Discord."""

_FILTER: Final = Option(
    name="filter", words="which papers: diffusion, “world model” -survey upvotes>=20", completes=True
)
_PAPER: Final = Option(name="paper", words="its title, arXiv id or link", required=True, completes=True)
_ID: Final = Option(name="id", words="which subscription, by its four signs", completes=True)
_SCHEDULE: Final = (
    Option(name="when", words="weekdays (usual), daily, monday and friday, weekly on friday, monthly on 1"),
    Option(name="at", words="the hour: 9, 9:30 pm, 09:00 and 18:00 (usual: 09:00)"),
    Option(name="timezone", words="a city or a zone: Berlin, New York, UTC+2", completes=True),
    Option(name="top", words="at most so many papers (usual: 5)", kind=_INTEGER, least=1, most=MAX_TOP),
)
_HOT: Final = Option(
    name="hot_votes",
    words="an alert instead of a digest: when a paper passes so many upvotes",
    kind=_INTEGER,
    least=1,
    most=100_000,
)
_EXTRAS: Final = (
    Option(name="abstracts", words="the abstracts too, in a thread below each digest", kind=_FLAG),
    Option(name="notifications", words="a plainer message, whose notification names the papers", kind=_FLAG),
)
_THERE: Final = Option(name="channel", words="another channel than this one", kind=_CHANNEL)

FOR_EVERYONE: Final[Mapping[str, tuple[Option, ...]]] = {
    "today": (_FILTER,),
    "day": (Option(name="when", words="yesterday, monday, 2025-10-16, 16 Oct", required=True), _FILTER),
    "trending": (_FILTER,),
    "search": (Option(name="words", words="what to look for", required=True, completes=True),),
    "show": (_PAPER, Option(name="bibtex", words="its BibTeX entry instead", kind=_FLAG)),
    "follow": (
        _FILTER,
        *_SCHEDULE,
        _HOT,
        Option(name="by_mail", words="mail instead of messages: gives a link to a form", kind=_FLAG),
    ),
    "subscriptions": (),
    "saved": (Option(name="bibtex", words="as BibTeX", kind=_FLAG),),
    "explain": (_PAPER,),
    "help": (Option(name="topic", words="one screen about it", choices=TOPICS),),
    FORGET_ME: (),
}
"""The options of what everyone may use, by the name of the sub-command."""
FOR_MANAGERS: Final[Mapping[str, tuple[Option, ...]]] = {
    "subscribe": (_FILTER, *_SCHEDULE, _THERE, _HOT, *_EXTRAS),
    "edit": (
        _ID,
        _FILTER,
        Option(name="add", words="what to look for besides"),
        Option(name="drop", words="what to look for no more"),
        *_SCHEDULE,
        _THERE,
        _HOT,
        *_EXTRAS,
    ),
    "preview": (_ID,),
    "send": (_ID,),
    "pause": (_ID,),
    "resume": (_ID,),
    "unsubscribe": (_ID,),
    "restore": (),
    "settings": (
        Option(name="name", words="which one to change; none to look at all", choices=SETTINGS),
        Option(name="value", words="what it shall be: Berlin, 07:30, 22:00-08:00, managers, off …"),
    ),
    FORGET_HERE: (),
}
"""The options of what is for managers, by the name of the sub-command."""
_HELPS: Final[Mapping[str, str]] = {
    **{command.name: command.help for command in COMMANDS},
    FORGET_ME: "delete what is kept about you; asks first",
    FORGET_HERE: "delete all that was set up in this server; asks first",
}


def registered(translations: Mapping[str, Mapping[str, str]] | None = None) -> list[dict[str, Any]]:
    """Our global commands, for one bulk overwrite.

    https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
    """
    known = translations or {}
    return [
        {
            "type": _CHAT_INPUT,
            "name": PAPERS,
            **_described("Research papers: look them up, follow what interests you", known),
            "options": list(_sub_commands(FOR_EVERYONE, known)),
            "contexts": [_IN_SERVERS, _IN_DIRECT_MESSAGES],
            "integration_types": [_FOR_SERVERS],
        },
        {
            "type": _CHAT_INPUT,
            "name": MANAGERS,
            **_described("The papers that this channel gets", known),
            "options": list(_sub_commands(FOR_MANAGERS, known)),
            "default_member_permissions": _MANAGE_CHANNELS,
            "contexts": [_IN_SERVERS],
            "integration_types": [_FOR_SERVERS],
        },
        {
            "type": _ON_MESSAGE,
            "name": LOOK_UP,
            "name_localizations": _localized(LOOK_UP, known),
            "contexts": [_IN_SERVERS, _IN_DIRECT_MESSAGES],
            "integration_types": [_FOR_SERVERS],
        },
    ]


def _sub_commands(
    table: Mapping[str, tuple[Option, ...]], translations: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    for name, options in table.items():
        ordered = sorted(options, key=lambda option: not option.required)
        yield {
            "type": _SUB_COMMAND,
            "name": name,
            **_described(_HELPS[name], translations),
            "options": [option.wire(translations) for option in ordered],
        }


def _described(words: str, translations: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "description": words[:_LONGEST_DESCRIPTION],
        "description_localizations": _localized(words, translations),
    }


def _localized(words: str, translations: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """*words* in each language that has a translation; names of commands stay as they are, so that help is true."""
    return {
        locale: texts[words][:_LONGEST_DESCRIPTION]
        for locale, texts in translations.items()
        if words in texts
    }
