"""What someone asked of us on Discord: an interaction without its platform. Reading it is all that is done here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.domain.commands import Caller
from bot.domain.subscriptions import Destination, Platform
from handlers.discord.components import every
from handlers.discord.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALONE: Final = "@me"
"""The workspace of direct messages: a person has one conversation with us, however many servers we share."""

_SUB_COMMAND: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command: *name* of the sub-command, *options* as Discord read them."""

    name: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """A command that is being typed; *focused* is the option at hand."""

    name: str
    options: Mapping[str, Any]
    focused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button, or a choice of *values* from a menu."""

    custom_id: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was filled in: the text of each field by its custom id."""

    custom_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimed:
    """A command from the menu of a message whose *text* it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One interaction. *ours* says whether the message it came from is an answer that only the asker sees.

    *buttons* are the custom ids in that message, as it is now.

    *rooms* knows the channels of the server it came from.
    """

    id: str
    token: str
    application: str
    caller: Caller
    rooms: Rooms
    what: Typed | Typing | Pressed | Filled | Aimed
    locale: str = ""
    ours: bool = False
    from_message: bool = False
    buttons: frozenset[str] = frozenset()
    may: discord.Permissions = field(default_factory=discord.Permissions.none)


def read(interaction: discord.Interaction[Any]) -> Asked | None:
    """What *interaction* asks; None for a kind that is none of ours."""
    data: dict[str, Any] = dict(interaction.data or {})
    what = _what(interaction.type, data)
    if what is None:
        return None
    rooms = Rooms(interaction, data.get("resolved", {}).get("channels", {}))
    message = interaction.message
    return Asked(
        id=str(interaction.id),
        token=interaction.token,
        application=str(interaction.application_id),
        caller=_caller(interaction, rooms),
        rooms=rooms,
        what=what,
        locale=str(interaction.locale),
        ours=message is not None and message.flags.ephemeral,
        from_message=message is not None,
        buttons=_buttons(message),
        may=interaction.permissions,
    )


def _buttons(message: discord.Message | None) -> frozenset[str]:
    shown = (one.to_dict() for one in message.components) if message is not None else ()
    named = (one.get("custom_id") for one in every(dict(one) for one in shown))
    return frozenset(one for one in named if one)


def _caller(interaction: discord.Interaction[Any], rooms: Rooms) -> Caller:
    user, may = interaction.user, interaction.permissions
    home = person(str(user.id))
    channel = str(interaction.channel_id or "")
    here = Destination(platform=Platform.DISCORD, workspace=str(interaction.guild_id), channel=channel)
    return Caller(
        person=str(user.id),
        name=user.display_name,
        here=here if interaction.guild_id else home,
        home=home,
        manages=interaction.guild_id is not None and (may.manage_channels or may.administrator),
        governs=interaction.guild_id is not None and (may.manage_guild or may.administrator),
        elsewhere=rooms.standing,
    )


def person(user_id: str) -> Destination:
    """Where a person's own digests go."""
    return Destination(platform=Platform.DISCORD, workspace=ALONE, channel=user_id, person=True)


def _what(
    kind: discord.InteractionType, data: dict[str, Any]
) -> Typed | Typing | Pressed | Filled | Aimed | None:
    if kind is discord.InteractionType.component:
        return Pressed(custom_id=data["custom_id"], values=tuple(data.get("values", ())))
    if kind is discord.InteractionType.modal_submit:
        return Filled(custom_id=data["custom_id"], fields=dict(_fields(data.get("components", ()))))
    if kind not in (discord.InteractionType.application_command, discord.InteractionType.autocomplete):
        return None
    if data.get("type") == discord.AppCommandType.message.value:
        messages = data.get("resolved", {}).get("messages", {})
        return Aimed(text="\n".join(filter(None, map(_readable, messages.values()))))
    name, options = _named(data)
    given = {option["name"]: option.get("value") for option in options}
    focused = next((option["name"] for option in options if option.get("focused")), "")
    if kind is discord.InteractionType.autocomplete:
        return Typing(name=name, options=given, focused=focused)
    return Typed(name=name, options=given)


def _named(data: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The name of the sub-command and its options; the command itself if it has none."""
    options: list[dict[str, Any]] = data.get("options", [])
    if options and options[0]["type"] == _SUB_COMMAND:
        return options[0]["name"], options[0].get("options", [])
    return data["name"], options


def _fields(components: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """Each field of a modal and what was typed or chosen: they stand in rows, or under labels."""
    for component in components:
        inner = component.get("components") or ([component["component"]] if "component" in component else [])
        yield from _fields(inner)
        if "custom_id" in component:
            values = component.get("values")
            yield component["custom_id"], component.get("value") or (values[0] if values else "")


def _readable(message: dict[str, Any]) -> str:
    """The text of a message, with what its embeds link to, its components say, and what it forwards."""
    embeds = (f"{one.get('url', '')} {one.get('description', '')}" for one in message.get("embeds", ()))
    shown = (str(one.get("content", "")) for one in every(message.get("components", ())))
    forwarded = (_readable(one.get("message", {})) for one in message.get("message_snapshots", ()))
    return "\n".join((message.get("content", ""), *embeds, *shown, *forwarded))
