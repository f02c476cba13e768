"""Who and where: the workspaces, people and channels of the local Slack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from tests.servers.slack.problems import Refused

APP_ID = "A0PAPERS01"

Kind = Literal["public", "private", "im"]
Guest = Literal["", "single", "multi"]
"""A guest of one channel (``is_ultra_restricted``) or of several (``is_restricted``)."""


@dataclass(kw_only=True, eq=False)
class Workspace:
    """A team. *enterprise* is the id of its Grid organization, if it has one."""

    id: str
    name: str
    bot: User = field(init=False)
    bot_id: str = ""
    enterprise: str = ""
    messages_tab: bool = True
    """Whether people can be written to: else ``messages_tab_disabled``."""

    @property
    def domain(self) -> str:
        """The name in its addresses."""
        return self.name.lower().replace(" ", "-")


@dataclass(kw_only=True, eq=False)
class User:
    """A person or a bot. *stranger*: of another company, met in a shared channel."""

    id: str
    name: str
    workspace: Workspace
    tz: str = "Europe/Berlin"
    bot: bool = False
    admin: bool = False
    owner: bool = False
    guest: Guest = ""
    stranger: bool = False
    deleted: bool = False


@dataclass(kw_only=True, eq=False)
class Channel:
    """A channel, or a direct conversation of the bot with *recipient*."""

    id: str
    name: str
    workspace: Workspace
    kind: Kind = "public"
    general: bool = False
    shared: bool = False
    """With another company (Slack Connect)."""
    archived: bool = False
    restricted: bool = False
    """Only some people may post: ``restricted_action``."""
    recipient: User | None = None
    members: set[str] = field(default_factory=set)

    def has(self, user: User) -> bool:
        """Whether *user* is a member."""
        return user.id in self.members


@dataclass(kw_only=True)
class World:
    """Everybody and everything; *app_id* is the app whose bot lives in each workspace."""

    app_id: str = APP_ID
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh_id(self, prefix: str) -> str:
        """An id such as ``C0000000A7``."""
        return f"{prefix}0{next(self._numbers):08X}"

    def add_workspace(self, name: str, *, enterprise: str = "") -> Workspace:
        """A new one with its general channel; the bot has its account there, installed or not."""
        made = Workspace(id=self.fresh_id("T"), name=name, enterprise=enterprise, bot_id=self.fresh_id("B"))
        self.workspaces[made.id] = made
        made.bot = self.add_user(User(id=self.fresh_id("U"), name="paperround", workspace=made, bot=True))
        return made

    def add_user(self, user: User) -> User:
        """Keeps *user*."""
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel, members: Iterable[User]) -> Channel:
        """Keeps *channel*, with these *members*."""
        channel.members |= {user.id for user in members}
        self.channels[channel.id] = channel
        return channel

    def user(self, workspace: Workspace, user_id: object) -> User:
        """Somebody who can be seen from *workspace*.

        Raises:
            Refused: there is nobody (user_not_found).

        """
        found = self.users.get(str(user_id))
        if found is None or (found.workspace is not workspace and not found.stranger):
            raise Refused("user_not_found")
        return found

    def channel(self, workspace: Workspace, channel_id: object) -> Channel:
        """A channel that the bot of *workspace* knows of: a private one only as a member.

        Raises:
            Refused: there is none (channel_not_found).

        """
        found = self.channels.get(str(channel_id))
        hidden = found is not None and found.kind != "public" and not found.has(workspace.bot)
        if found is None or hidden or found.workspace is not workspace:
            raise Refused("channel_not_found")
        return found

    def conversation(self, user: User) -> Channel:
        """The direct conversation of *user* with the bot of their workspace."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        place = user.workspace
        made = Channel(id=self.fresh_id("D"), name="", workspace=place, kind="im", recipient=user)
        return self.add_channel(made, [user, place.bot])
