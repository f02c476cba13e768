"""What the gateway told us of a server's channels: who sees and manages them, and whether we may post there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord

from bot.domain.commands import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEEDED: Final = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
}
_NEEDED_IN_THREADS: Final = {
    "view_channel": "View Channel",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
}
_NEEDED_FOR_ABSTRACTS: Final = {
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}


class Rooms:
    """The channels of the server that *interaction* came from; in a direct message there are none.

    *resolved* are the channels that its options name, with what the asker may do there.
    """

    def __init__(
        self, interaction: discord.Interaction[Any], resolved: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._guild = interaction.guild
        self._asker = interaction.user
        self._here = str(interaction.channel_id or "")
        self._ours_here = interaction.app_permissions
        self._resolved = resolved
        self.in_thread = isinstance(interaction.channel, discord.Thread)

    @property
    def ids(self) -> frozenset[str]:
        """The channels that can be mentioned."""
        known = () if self._guild is None else self._guild.channels
        return frozenset((self._here, *self._resolved, *(str(channel.id) for channel in known)))

    def standing(self, channel: str) -> Standing:
        """What *channel* is to the asker."""
        may = self._asker_may(channel)
        if not (may.view_channel or may.administrator):
            return Standing.STRANGER
        return Standing.MANAGER if may.manage_channels or may.administrator else Standing.MEMBER

    def lacking(self, channel: str, *, abstracts: bool = False) -> tuple[str, ...]:
        """The permissions that we lack to post in *channel*, as Discord names them; empty if nothing is known to lack."""
        ours = self._ours(channel)
        if ours is None or ours.administrator:
            return ()
        needed = _NEEDED_IN_THREADS if self.is_thread(channel) else _NEEDED
        wanted = needed | (_NEEDED_FOR_ABSTRACTS if abstracts else {})
        lacking = {flag: name for flag, name in wanted.items() if not getattr(ours, flag)}
        if len(lacking) > 1:  # whoever may not write has no links either: that alone would be no help to read
            lacking.pop("embed_links", None)
        return tuple(lacking.values())

    def _asker_may(self, channel: str) -> discord.Permissions:
        if channel in self._resolved:
            return discord.Permissions(int(self._resolved[channel].get("permissions", 0)))
        known = self._channel(channel)
        if known is None or not isinstance(self._asker, discord.Member):
            return discord.Permissions.none()
        return known.permissions_for(self._asker)

    def _ours(self, channel: str) -> discord.Permissions | None:
        if channel == self._here:
            return self._ours_here
        known = self._channel(channel)
        return None if known is None or self._guild is None else known.permissions_for(self._guild.me)

    def is_thread(self, channel: str) -> bool:
        """Whether *channel* is a thread, as far as is known."""
        return (self.in_thread and channel == self._here) or isinstance(
            self._channel(channel), discord.Thread
        )

    def _channel(self, channel: str) -> discord.abc.GuildChannel | discord.Thread | None:
        if self._guild is None or not channel.isdecimal():
            return None
        return self._guild.get_channel_or_thread(int(channel))
