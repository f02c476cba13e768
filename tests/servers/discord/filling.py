"""What a person fills in: the options of a command, the choices of a menu, the fields of a form.

Whatever Discord's own client would not let through is an error here: an unknown option, a missing one, a text too long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.servers.discord import payloads
from tests.servers.discord.commands import GROUP, SUBCOMMAND
from tests.servers.discord.form import INPUTS, LABELLED, TEXT_INPUT
from tests.servers.discord.messages import parts
from tests.servers.discord.world import Channel, User

Json = dict[str, Any]
Given = Mapping[str, object]

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(3, 11)
_TYPES: dict[int, type | tuple[type, ...]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    USER: User,
    CHANNEL: Channel,
    NUMBER: (int, float),
}


def command_data(command: Json, path: Sequence[str], given: Given, asker: User) -> Json:
    """The ``data`` of a chat command, its subcommands (*path*) and options.

    Raises:
        LookupError: there is no such subcommand or option.
        ValueError: an option is missing, or Discord would not accept its value.

    """
    data = _head(command)
    inner = data
    options = command.get("options") or []
    for name in path:
        found = _option(options, name)
        if found["type"] not in (SUBCOMMAND, GROUP):
            raise LookupError(f"{name!r} is no subcommand")
        inner["options"] = [{"name": name, "type": found["type"], "options": []}]
        inner, options = inner["options"][0], found.get("options") or []
    if any(one["type"] in (SUBCOMMAND, GROUP) for one in options):
        raise LookupError(f"one of the subcommands {[one['name'] for one in options]} is missing")
    missing = [one["name"] for one in options if one.get("required") and one["name"] not in given]
    if missing:
        raise ValueError(f"options {missing} are required")
    inner["options"] = [_filled(_option(options, name), value) for name, value in given.items()]
    return data | resolved(given.values(), asker)


def typed_data(command: Json, path: Sequence[str], focused: tuple[str, object], given: Given) -> Json:
    """The ``data`` while the option named first in *focused* is being typed; others may be missing still."""
    options = command.get("options") or []
    data = _head(command)
    inner = data
    for name in path:
        found = _option(options, name)
        inner["options"] = [{"name": name, "type": found["type"], "options": []}]
        inner, options = inner["options"][0], found.get("options") or []
    typed = _option(options, focused[0])
    if not typed.get("autocomplete"):
        raise LookupError(f"option {focused[0]!r} has no autocomplete")
    others = [_filled(_option(options, name), value) for name, value in given.items()]
    focus = {"name": focused[0], "type": typed["type"], "value": focused[1], "focused": True}
    inner["options"] = [*others, focus]
    return data


def menu_data(part: Json, chosen: Sequence[object], asker: User) -> Json:
    """The ``data`` of a choice in a menu: texts for its options, else users or channels.

    Raises:
        ValueError: the menu offers no such thing, or not so many at once.

    """
    least, most = part.get("min_values", 1), part.get("max_values") or 1
    if not least <= len(chosen) <= most:
        raise ValueError(f"{len(chosen)} chosen, {least} to {most} are possible")
    offered = [option["value"] for option in part.get("options") or ()]
    if part["type"] == 3 and not set(chosen) <= set(offered):
        raise ValueError(f"{chosen} are not all among {offered}")
    data = {"component_type": part["type"], "custom_id": part["custom_id"], "id": part.get("id", 0)}
    return data | {"values": [_plain(one) for one in chosen]} | resolved(chosen, asker)


def modal_data(modal: Json, given: Given) -> Json:
    """The ``data`` of a form that is sent off: *given* texts (or lists of chosen values) by their custom ids.

    Raises:
        LookupError: there is no such field.
        ValueError: a text is missing, too short or too long.

    """
    fields = [part["custom_id"] for part in parts(modal["components"]) if part["type"] in INPUTS]
    if set(given) - set(fields):
        raise LookupError(f"no fields {set(given) - set(fields)} among {fields}")
    rows = [_row(number, row, given) for number, row in enumerate(modal["components"], 1)]
    return {"custom_id": modal["custom_id"], "components": rows}


def resolved(values: Collection[object], asker: User) -> Json:
    """The ``resolved`` data of users and channels among *values*; nothing if there are none."""
    users = [one for one in values if isinstance(one, User)]
    channels = [one for one in values if isinstance(one, Channel)]
    told: Json = {}
    if users:
        members = {one.id: payloads.member(one) | {"permissions": "0"} for one in users}
        told["users"] = {one.id: payloads.user(one) for one in users}
        told["members"] = {
            key: {name: x for name, x in value.items() if name != "user"} for key, value in members.items()
        }
    if channels:
        told["channels"] = {one.id: place(one, asker) for one in channels}
    return {"resolved": told} if told else {}


def place(channel: Channel, asker: User) -> Json:
    """A channel as interactions show it: with what the asker may do there."""
    return payloads.channel(channel) | {"permissions": str(int(channel.may(asker)))}


def _head(command: Json) -> Json:
    head = {"id": command["id"], "name": command["name"], "type": command["type"], "options": []}
    return head | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def _option(options: Sequence[Json], name: str) -> Json:
    found = next((one for one in options if one["name"] == name), None)
    if found is None:
        raise LookupError(f"no {name!r} among {[one['name'] for one in options]}")
    return found


def _filled(option: Json, value: object) -> Json:
    name, kind = option["name"], option["type"]
    if not isinstance(value, _TYPES.get(kind, object)) or (kind != BOOLEAN and isinstance(value, bool)):
        raise ValueError(f"{name}: {value!r} has the wrong type")
    offered = [choice["value"] for choice in option.get("choices") or ()]
    if offered and value not in offered:
        raise ValueError(f"{name}: {value!r} is not among {offered}")
    if isinstance(value, str) and not option.get("min_length", 0) <= len(value) <= option.get(
        "max_length", 6000
    ):
        raise ValueError(f"{name}: {len(value)} characters are not possible")
    if isinstance(value, int | float) and kind in (INTEGER, NUMBER):
        least, most = option.get("min_value", value), option.get("max_value", value)
        if not least <= value <= most:
            raise ValueError(f"{name}: {value} is not from {least} to {most}")
    return {"name": name, "type": kind, "value": _plain(value)}


def _plain(value: object) -> object:
    return value.id if isinstance(value, User | Channel) else value


def _row(number: int, row: Json, given: Given) -> Json:
    head = {"type": row["type"], "id": row.get("id") or number}
    if row["type"] == LABELLED:
        return head | {"component": _field(row["component"], given)}
    if "components" in row:
        return head | {"components": [_field(one, given) for one in row["components"]]}
    return head


def _field(part: Json, given: Given) -> Json:
    head = {"type": part["type"], "id": part.get("id") or 1, "custom_id": part["custom_id"]}
    value = given.get(part["custom_id"], part.get("value") or "")
    if part["type"] != TEXT_INPUT:
        chosen = [option["value"] for option in part.get("options", ()) if option.get("default")]
        return head | {"values": value or chosen}
    text = str(value)
    least = part.get("min_length") or (1 if part.get("required", True) else 0)
    if (text or part.get("required", True)) and not least <= len(text) <= (part.get("max_length") or 4000):
        raise ValueError(f"{part['custom_id']}: {len(text)} characters are not possible")
    return head | {"value": text}
