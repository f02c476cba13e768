"""Who and where: the people, servers (guilds) and channels of the local Discord, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from tests.servers.discord.permissions import EVERYTHING, MEMBER, POSTING, Permission

TEXT, DM, CATEGORY, ANNOUNCEMENT, ANNOUNCEMENT_THREAD, THREAD = 0, 1, 4, 5, 10, 11
"""Channel types: https://docs.discord.com/developers/resources/channel#channel-object-channel-types"""
THREADS = (ANNOUNCEMENT_THREAD, THREAD)

Reach = Literal["open", "closed", "no mutual guild"]
"""Whether the bot may write to a person: else 50007 or 50278 says no."""


@dataclass(kw_only=True, eq=False)
class User:
    """A person or a bot."""

    id: str
    name: str
    bot: bool = False
    reach: Reach = "open"


@dataclass(kw_only=True, eq=False)
class Guild:
    """A server. *installed*: the bot is a member; *available*: no outage hides it."""

    id: str
    name: str
    owner_id: str
    everyone: Permission = MEMBER
    members: dict[str, Permission] = field(default_factory=dict)
    """Who may more or less than everyone, in every channel that says nothing of its own."""
    locale: str = "en-US"
    installed: bool = True
    available: bool = True

    def shard(self, shards: int) -> int:
        """The number of the shard that hears of it."""
        return (int(self.id) >> 22) % shards


@dataclass(kw_only=True, eq=False)
class Channel:
    """A channel, a thread (then *parent* is set), or a direct conversation (then *recipient* is)."""

    id: str
    type: int = TEXT
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    permissions: dict[str, Permission] = field(default_factory=dict)
    """What single users (and the bot) may do here; whoever is not named may what the guild says."""
    position: int = 0

    def may(self, user: User) -> Permission:
        """What *user* may do here."""
        if self.guild is None:
            return MEMBER
        if user.id == self.guild.owner_id:
            return EVERYTHING
        if user.id in self.permissions:
            return self.permissions[user.id]
        if self.parent is not None:
            return self.parent.may(user)
        return self.guild.members.get(user.id, self.guild.everyone)

    def allows(self, user: User, wanted: Permission) -> bool:
        """Whether *user* may do all of *wanted* here; administrators may do anything."""
        held = self.may(user)
        return bool(held & Permission.ADMINISTRATOR) or held & wanted == wanted


class World:
    """Everything there is, by id. `add` what a test needs; the server tells connected clients of it."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self._added: dict[str, list[str]] = {}
        """The channels and threads that each server ever had, by their ids."""
        self._numbers = count(1)
        self.bot = self.add_user("paperround", bot=True)

    def fresh_id(self, numbers: Iterator[int] | None = None) -> str:
        """A snowflake nobody has; one after another they fall on alternating shards."""
        return str((100_000_000_000 + next(numbers or self._numbers)) << 22)

    def add_user(self, name: str, *, bot: bool = False, reach: Reach = "open") -> User:
        """Somebody new."""
        user = User(id=self.fresh_id(), name=name, bot=bot, reach=reach)
        self.users[user.id] = user
        return user

    def add_guild(
        self, name: str, *, everyone: Permission = MEMBER, bot: Permission = POSTING, installed: bool = True
    ) -> Guild:
        """A new server, in which the bot may do *bot*."""
        owner = self.add_user(f"owner of {name}")
        guild = Guild(
            id=self.fresh_id(), name=name, owner_id=owner.id, everyone=everyone, installed=installed
        )
        guild.members[self.bot.id] = bot
        self.guilds[guild.id] = guild
        return guild

    def add_channel(
        self, guild: Guild, name: str, *, kind: int = TEXT, bot: Permission | None = None
    ) -> Channel:
        """A new channel in *guild*; *bot* says what the bot may do in it, if that differs from elsewhere."""
        own = {} if bot is None else {self.bot.id: bot}
        position = len(self.channels_of(guild))
        channel = Channel(
            id=self.fresh_id(), type=kind, name=name, guild=guild, permissions=own, position=position
        )
        self.channels[channel.id] = channel
        self._added.setdefault(guild.id, []).append(channel.id)
        return channel

    def add_thread(self, parent: Channel, thread_id: str, name: str) -> Channel:
        """A thread under *parent*."""
        kind = ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else THREAD
        thread = Channel(id=thread_id, type=kind, name=name, guild=parent.guild, parent=parent)
        self.channels[thread.id] = thread
        if parent.guild is not None:
            self._added.setdefault(parent.guild.id, []).append(thread.id)
        return thread

    def conversation(self, user: User) -> Channel:
        """The direct conversation of the bot with *user*; opened if there is none."""
        known = next((one for one in self.channels.values() if one.recipient is user), None)
        channel = known or Channel(id=self.fresh_id(), type=DM, recipient=user)
        return self.channels.setdefault(channel.id, channel)

    def channels_of(self, guild: Guild) -> list[Channel]:
        """The channels of *guild*, threads among them."""
        return [self.channels[one] for one in self._added.get(guild.id, ()) if one in self.channels]

    def reaches(self, channel: Channel) -> bool:
        """Whether the bot is where *channel* is."""
        return channel.guild is None or (channel.guild.installed and channel.guild.available)
