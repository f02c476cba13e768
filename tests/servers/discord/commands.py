"""The bot's commands, as it registered them: kept, checked, and found again by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
_MOST = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_CHARACTERS = 8000
"""https://docs.discord.com/developers/interactions/application-commands"""
_NAME = re.compile(r"[-_'\w]{1,32}")
_FIXED: Json = {
    "type": CHAT_INPUT,
    "description": "",
    "default_member_permissions": None,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
}


@dataclass(kw_only=True)
class Commands:
    """What is registered: everywhere, and for single servers by their id."""

    application_id: str
    everywhere: list[Json] = field(default_factory=list)
    by_guild: dict[str, list[Json]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def overwrite(self, asked: Sequence[Json], guild_id: str = "") -> list[Json]:
        """Replaces all of them; a command that keeps its name and type keeps its id."""
        known = {(one["type"], one["name"]): one["id"] for one in self.of(guild_id)}
        kept = [self._command(one, known, guild_id) for one in asked]
        if guild_id:
            self.by_guild[guild_id] = kept
        else:
            self.everywhere = kept
        return kept

    def of(self, guild_id: str = "") -> list[Json]:
        """Those of a server, or those that are everywhere."""
        return self.by_guild.get(guild_id, []) if guild_id else self.everywhere

    def find(self, name: str, kind: int = CHAT_INPUT, guild_id: str = "") -> Json:
        """The command a person would find under *name*.

        Raises:
            LookupError: nobody registered it.

        """
        offered = [*self.by_guild.get(guild_id, []), *self.everywhere]
        for one in offered:
            if (one["type"], one["name"]) == (kind, name):
                return one
        raise LookupError(f"no command {name!r} of type {kind} among {[one['name'] for one in offered]}")

    def _command(self, asked: Json, known: dict[tuple[int, str], str], guild_id: str) -> Json:
        command = _FIXED | asked | ({"guild_id": guild_id} if guild_id else {})
        number = known.get((command["type"], command["name"])) or str((2_000_000 + next(self._numbers)) << 22)
        return command | {"id": number, "application_id": self.application_id, "version": number}


def problems(asked: Sequence[Json]) -> Iterator[str]:
    """What is wrong with a list of commands that is to replace the present ones."""
    kinds = Counter(one.get("type", CHAT_INPUT) for one in asked)
    yield from (
        f"commands: {kinds[kind]} of type {kind}" for kind in kinds if kinds[kind] > _MOST.get(kind, 100)
    )
    yield from _repeated([f"{one.get('type', CHAT_INPUT)} {one['name']}" for one in asked], "commands")
    for one in asked:
        if one.get("type", CHAT_INPUT) == CHAT_INPUT:
            yield from _chat_problems(one)


def _chat_problems(command: Json) -> Iterator[str]:
    if not 1 <= len(command.get("description") or "") <= 100:
        yield f"description: of {command['name']}, 1 to 100 characters"
    if characters(command) > _CHARACTERS:
        yield f"commands: {command['name']} has {characters(command)} characters, at most {_CHARACTERS}"
    for one in (command, *_nested(command)):
        if not _NAME.fullmatch(one["name"]) or one["name"] != one["name"].lower():
            yield f"name: {one['name']!r} is no name of a command or an option"
        options = one.get("options") or []
        yield from _repeated([option["name"] for option in options], f"options of {one['name']}")
        needs = [bool(option.get("required")) for option in options]
        if needs != sorted(needs, reverse=True):
            yield f"options: required ones come first in {one['name']}"


def characters(command: Json) -> int:
    """How long names, descriptions and values of choices are together, in the longest language."""
    choices = [choice for one in (command, *_nested(command)) for choice in one.get("choices") or ()]
    spoken = sum(_longest(one, "name") + _longest(one, "description") for one in (command, *_nested(command)))
    return spoken + sum(_longest(one, "name") + len(str(one["value"])) for one in choices)


def _longest(one: Json, key: str) -> int:
    others = (one.get(f"{key}_localizations") or {}).values()
    return max(len(one.get(key) or ""), *(len(word) for word in others), 0)


def _nested(command: Json) -> Iterator[Json]:
    for option in command.get("options") or ():
        yield option
        yield from _nested(option)


def _repeated(names: Sequence[str], where: str) -> Iterator[str]:
    yield from (
        f"{where}: {name!r} is there {times} times" for name, times in Counter(names).items() if times > 1
    )
