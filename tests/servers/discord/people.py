"""What people do: use commands, click, choose, fill in forms. Each becomes an interaction that the bot hears of."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.discord import filling, payloads
from tests.servers.discord import interactions as kinds
from tests.servers.discord.commands import CHAT_INPUT, MESSAGE_MENU, Commands
from tests.servers.discord.filling import Given
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interaction, Interactions
from tests.servers.discord.messages import Message, Messages
from tests.servers.discord.permissions import Permission
from tests.servers.discord.world import Channel, User, World

Json = dict[str, Any]
_GUILD, _BOT_DM, _PRIVATE = 0, 1, 2


class People:
    """The hands of everybody. Each method delivers an interaction to the clients that hear of the place.

    *age* is how many seconds ago the person asked, as when a gateway was slow. With *user_installed* only the person
    has the bot, not the server.
    """

    world: World
    messages: Messages
    commands: Commands
    gateway: Gateway
    interactions: Interactions

    async def command(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Given | None = None,
        *,
        allowed: bool = False,
        user_installed: bool = False,
        age: float = 0,
    ) -> Interaction:
        """``/papers search`` as *name* ``papers search``; *options* by name: texts, numbers, users, channels.

        *allowed*: the server's managers let the person use it, whatever its default permissions are.

        Raises:
            LookupError: there is no such command, option or place for it.
            PermissionError: the person would not see it.
            ValueError: Discord would not accept the options.

        """
        command, path = self._command(user, channel, name, allowed=allowed)
        data = filling.command_data(command, path, options or {}, user)
        asked = self._asked(kinds.COMMAND, user, channel, data, age=age, user_installed=user_installed)
        return await self.deliver(asked)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        name: str,
        *,
        option: str,
        typed: str,
        options: Given | None = None,
        allowed: bool = False,
    ) -> Interaction:
        """The person has *typed* so much into *option*; *options* are the others so far."""
        command, path = self._command(user, channel, name, allowed=allowed)
        data = filling.typed_data(command, path, (option, typed), options or {})
        return await self.deliver(self._asked(kinds.AUTOCOMPLETE, user, channel, data))

    async def message_command(self, message: Message, name: str, user: User) -> Interaction:
        """An entry of the menu that a message has."""
        command, _ = self._command(user, message.channel, name, kind=MESSAGE_MENU, allowed=False)
        head = {"id": command["id"], "name": name, "type": MESSAGE_MENU, "target_id": message.id}
        shown = {"messages": {message.id: payloads.message(message, self.world)}}
        asked = self._asked(kinds.COMMAND, user, message.channel, head | {"resolved": shown})
        return await self.deliver(asked)

    async def click(self, message: Message, custom_id: str, user: User, *, age: float = 0) -> Interaction:
        """A button.

        Raises:
            LookupError: the person sees no such button, or cannot press it.

        """
        part = self._part(message, custom_id, user)
        data = {"component_type": part["type"], "custom_id": custom_id, "id": part["id"]}
        asked = self._asked(kinds.COMPONENT, user, message.channel, data, age=age, source=message)
        return await self.deliver(asked)

    async def choose(
        self, message: Message, custom_id: str, chosen: Sequence[object], user: User
    ) -> Interaction:
        """An entry of a menu: values of its options, or users or channels."""
        data = filling.menu_data(self._part(message, custom_id, user), chosen, user)
        asked = self._asked(kinds.COMPONENT, user, message.channel, data, source=message)
        return await self.deliver(asked)

    async def submit_modal(self, opened: Interaction, texts: Given | None = None) -> Interaction:
        """Sends off the form that was the answer to *opened*; *texts* by custom id, the rest as it was filled in."""
        answer = await opened.answer()
        if answer.type != kinds.MODAL:
            raise LookupError(f"the answer is of type {answer.type}, no form")
        data = filling.modal_data(answer.body, texts or {})
        asked = self._asked(
            kinds.MODAL_SUBMIT,
            opened.user,
            opened.channel,
            data,
            source=opened.source,
            user_installed=opened.user_installed,
        )
        asked.opened_by = opened
        return await self.deliver(asked)

    async def deliver(self, interaction: Interaction) -> Interaction:
        """Tells the clients; again, if it was told before. Waits up to 5 s until there is one.

        Raises:
            TimeoutError: there is none.

        """
        if not self.gateway.sessions:
            await self.gateway.introduced()
        self.interactions.add(interaction)
        self.gateway.dispatch("INTERACTION_CREATE", interaction.payload, interaction.channel.guild)
        return interaction

    def posted(self, channel: Channel, body: Mapping[str, Any]) -> Message:
        """A message that the bot posted once, perhaps in an older version; nothing is checked, nobody is told."""
        return self.messages.create(channel, self.world.bot, body)

    def _command(
        self, user: User, channel: Channel, name: str, *, kind: int = CHAT_INPUT, allowed: bool
    ) -> tuple[Json, list[str]]:
        """The command, and the subcommands that are named behind it."""
        words = name.split() if kind == CHAT_INPUT else [name]
        command = self.commands.find(words[0], kind, channel.guild.id if channel.guild else "")
        context = _GUILD if channel.guild else _BOT_DM
        if command["contexts"] is not None and context not in command["contexts"]:
            raise LookupError(f"{name!r} is only for contexts {command['contexts']}, not for {context}")
        needed = Permission(int(command["default_member_permissions"] or 0))
        if channel.guild is not None:
            needed = (
                Permission.USE_APPLICATION_COMMANDS
                if allowed
                else needed | Permission.USE_APPLICATION_COMMANDS
            )
            if not channel.allows(user, needed | Permission.VIEW_CHANNEL):
                raise PermissionError(f"{user.name} needs {needed!r} for {name!r}")
        return command, words[1:]

    def _part(self, message: Message, custom_id: str, user: User) -> Json:
        if message.deleted or message.draft.seen_by not in (None, user):
            raise LookupError(f"{user.name} does not see that message")
        return message.part(custom_id)

    def _asked(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        age: float = 0,
        source: Message | None = None,
        user_installed: bool = False,
    ) -> Interaction:
        asked = Interaction(
            id=self.messages.fresh_id(),
            type=kind,
            user=user,
            channel=channel,
            asked_at=time.monotonic() - age,
            payload={},
            source=source,
            user_installed=user_installed,
        )
        asked.payload.update(self._payload(asked, data))
        return asked

    def _payload(self, asked: Interaction, data: Json) -> Json:
        """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object"""
        message = payloads.message(asked.source, self.world) if asked.source else None
        return {
            "id": asked.id,
            "application_id": self.world.bot.id,
            "type": asked.type,
            "token": asked.token,
            "version": 1,
            "data": data,
            "channel_id": asked.channel.id,
            "channel": filling.place(asked.channel, asked.user),
            "app_permissions": str(int(asked.channel.may(self.world.bot))),
            "locale": "en-US",
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            **self._where(asked),
            **({"message": message} if message else {}),
        }

    def _where(self, asked: Interaction) -> Json:
        """The person and the place, as each context tells of them."""
        guild = asked.channel.guild
        owners = {"1": asked.user.id} if asked.user_installed else {"0": guild.id if guild else "0"}
        told: Json = {"authorizing_integration_owners": owners}
        if guild is None:
            context = _BOT_DM if asked.channel.recipient else _PRIVATE
            return told | {"context": context, "user": payloads.user(asked.user)}
        return told | {
            "context": _GUILD,
            "guild_id": guild.id,
            "guild_locale": guild.locale,
            "guild": {"id": guild.id, "locale": guild.locale, "features": ["COMMUNITY"]},
            "member": payloads.member(asked.user, asked.channel),
        }
