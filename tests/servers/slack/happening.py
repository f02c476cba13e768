"""What happens in a workspace: the bot is invited and thrown out, channels are archived, the app is removed."""

from __future__ import annotations

from typing import Any

from tests.servers.slack import payloads
from tests.servers.slack.asked import Asked
from tests.servers.slack.grants import BASE, Grant
from tests.servers.slack.messages import Message
from tests.servers.slack.people import People
from tests.servers.slack.world import Channel, Guest, Kind, User, Workspace

Json = dict[str, Any]


class Happening(People):
    """The world changes, and the bot hears of what its events name."""

    default_scopes: frozenset[str] = BASE

    def add_workspace(self, name: str, *, installed: bool = True, enterprise: str = "") -> Workspace:
        """A new one with ``#general``; *installed*: the bot has a token there, `token_of` says which."""
        made = self.world.add_workspace(name, enterprise=enterprise)
        general = Channel(id=self.world.fresh_id("C"), name="general", workspace=made, general=True)
        self.world.add_channel(general, [])
        if installed:
            self.grants.give(made, self.default_scopes)
        return made

    def general(self, workspace: Workspace) -> Channel:
        """The channel that everybody is in."""
        every = self.world.channels.values()
        return next(one for one in every if one.general and one.workspace is workspace)

    def add_user(
        self,
        workspace: Workspace,
        name: str,
        *,
        tz: str = "Europe/Berlin",
        guest: Guest = "",
        admin: bool = False,
        owner: bool = False,
        bot: bool = False,
        stranger: bool = False,
    ) -> User:
        """Somebody new; everybody but guests and strangers is in ``#general``."""
        made = User(
            id=self.world.fresh_id("U"), name=name, workspace=workspace, tz=tz, guest=guest, admin=admin
        )
        made.owner, made.bot, made.stranger = owner, bot, stranger
        if not guest and not stranger:
            self.general(workspace).members.add(made.id)
        return self.world.add_user(made)

    def add_channel(
        self,
        workspace: Workspace,
        name: str,
        *members: User,
        kind: Kind = "public",
        bot: bool = True,
        shared: bool = False,
    ) -> Channel:
        """A new channel with these *members*; *bot*: it was invited already; *shared* with another company."""
        prefix = "G" if kind == "private" else "C"
        made = Channel(
            id=self.world.fresh_id(prefix), name=name, workspace=workspace, kind=kind, shared=shared
        )
        return self.world.add_channel(made, [*members, *([workspace.bot] if bot else [])])

    def token_of(self, workspace: Workspace) -> str:
        """The bot's token there.

        Raises:
            LookupError: it is not installed.

        """
        grant = self.grants.of(workspace)
        if grant is None:
            raise LookupError(f"nothing is installed in {workspace.name}")
        return grant.token

    def say(self, channel: Channel, user: User, text: str, *, thread_ts: str = "") -> Message:
        """*user* writes something; the bot has no scope to hear of it."""
        return self.messages.create(channel, user, {"text": text, "thread_ts": thread_ts})

    def posted(self, channel: Channel, body: Json) -> Message:
        """A message that the bot posted once, perhaps in an older version; nothing is checked."""
        return self.messages.create(channel, channel.workspace.bot, body)

    def shown(self, channel: Channel, *, to: User | None = None) -> list[Message]:
        """What everybody in *channel* sees, oldest first; and what only *to* does."""
        return self.messages.shown(channel, to=to)

    def invite(self, channel: Channel, user: User | None = None) -> Asked:
        """The bot, or somebody, comes into *channel*."""
        return self.joined(channel, user or channel.workspace.bot)

    def joined(self, channel: Channel, user: User) -> Asked:
        """Somebody is a member from now on."""
        channel.members.add(user.id)
        kind = {"public": "C", "private": "G", "im": "D"}[channel.kind]
        event = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": kind,
        }
        return self.tell(channel.workspace, {**event, "team": channel.workspace.id})

    def kick(self, channel: Channel, user: User | None = None) -> Asked:
        """The bot is removed from *channel*, or somebody is."""
        gone = user or channel.workspace.bot
        channel.members.discard(gone.id)
        if gone is channel.workspace.bot:
            kind = "channel_left" if channel.kind == "public" else "group_left"
            return self.tell(channel.workspace, {"type": kind, "channel": channel.id})
        event = {"type": "member_left_channel", "user": gone.id, "channel": channel.id}
        return self.tell(channel.workspace, event)

    def archive(self, channel: Channel, *, archived: bool = True) -> Asked:
        """The channel is archived, or comes back."""
        channel.archived = archived
        family = "channel" if channel.kind == "public" else "group"
        kind = f"{family}_{'archive' if archived else 'unarchive'}"
        return self.tell(channel.workspace, {"type": kind, "channel": channel.id})

    def delete_channel(self, channel: Channel) -> Asked:
        """The channel is gone."""
        del self.world.channels[channel.id]
        family = "channel" if channel.kind == "public" else "group"
        return self.tell(channel.workspace, {"type": f"{family}_deleted", "channel": channel.id})

    def share_channel(self, channel: Channel) -> Asked:
        """From now on another company is in *channel*."""
        channel.shared = True
        return self.tell(channel.workspace, {"type": "channel_shared", "channel": channel.id})

    def deactivate(self, user: User) -> Asked:
        """Somebody leaves the workspace."""
        user.deleted = True
        return self.tell(user.workspace, {"type": "user_change", "user": payloads.user(user)})

    @staticmethod
    def delete_message(message: Message) -> None:
        """Somebody deletes it."""
        message.deleted = True

    def revoke(self, workspace: Workspace, error: str = "token_revoked") -> None:
        """From now on no token of *workspace* is good, and nobody is told: ``account_inactive`` is the other way."""
        self.grants.end(workspace, error)

    def uninstall(self, workspace: Workspace, *, times: int = 1) -> list[Asked]:
        """Somebody removes the app: tokens end, the bot leaves its channels, two events say so."""
        ended = self.grants.end(workspace, "account_inactive")
        for channel in self.world.channels.values():
            channel.members.discard(workspace.bot.id)
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot.id]}}
        kinds: list[Json] = [revoked, {"type": "app_uninstalled"}]
        return [self.tell(workspace, kind, times=times) for kind in kinds] if ended else []

    async def given_back(self, grant: Grant) -> None:
        """The bot itself revoked its token."""
        revoked = {"tokens": {"oauth": [], "bot": [grant.workspace.bot.id]}}
        self.tell(grant.workspace, {"type": "tokens_revoked", **revoked})
