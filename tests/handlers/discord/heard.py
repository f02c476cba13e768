"""Interactions as discord.py hands them to us, made of what our local Discord would send; no connection is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from handlers.discord.asking import Asked, read
from tests.servers.discord import filling, payloads
from tests.servers.discord import interactions as kinds
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.messages import Message
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import Channel, User

Json = dict[str, Any]
COMMAND = {"id": "1", "name": "papers", "type": 1}


class Ear:
    """Hears what happens on *server*, as a client that knows all its guilds."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        client = discord.Client(intents=discord.Intents(guilds=True))
        self._state = client._connection
        self._state.user = discord.ClientUser(state=self._state, data=payloads.myself(server.bot))  # type: ignore[arg-type]
        for home in server.world.guilds.values():
            told: Any = payloads.joined(home, server.world)
            self._state._add_guild_from_data(told)

    def hears(
        self,
        user: User,
        channel: Channel,
        data: Mapping[str, Any],
        *,
        kind: int = kinds.COMMAND,
        source: Message | None = None,
        age: float = 0,
    ) -> tuple[Interaction, discord.Interaction[Any]]:
        """*user* does something: as the server keeps it, and as we hear of it."""
        asked = self._server._asked(kind, user, channel, dict(data), source=source, age=age)
        self._server.interactions.add(asked)
        payload: Any = asked.payload
        return asked, discord.Interaction(data=payload, state=self._state)

    def asked(self, user: User, channel: Channel, **more: Any) -> tuple[Interaction, Asked]:  # noqa: ANN401 - as `hears`
        """The same, read: ``/papers today`` unless *more* says otherwise."""
        data = more.pop("data", command("today"))
        there, heard = self.hears(user, channel, data, **more)
        read_as = read(heard)
        assert read_as is not None
        return there, read_as


def command(name: str, *options: Json) -> Json:
    """The data of the sub-command *name*."""
    return {**COMMAND, "options": [{"name": name, "type": 1, "options": list(options)}]}


def option(name: str, value: object, kind: int = 3, *, focused: bool = False) -> Json:
    """One option of a command."""
    told: Json = {"name": name, "type": kind, "value": value}
    return told | ({"focused": True} if focused else {})


def with_channel(data: Json, channel: Channel, asker: User) -> Json:
    """*data* with *channel* among what its options name."""
    return data | filling.resolved([channel], asker)
