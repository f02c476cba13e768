"""The permissions that the local Discord knows, by Discord's names and bits."""

from __future__ import annotations

from enum import IntFlag


class Permission(IntFlag):
    """https://docs.discord.com/developers/topics/permissions"""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYTHING = Permission((1 << 53) - 1)
NOTHING = Permission(0)
POSTING = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
)
"""What a bot needs that posts digests and looks whether they arrived."""
THREADS = Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
MEMBER = POSTING | Permission.USE_APPLICATION_COMMANDS
"""What anybody may do in a channel of a usual server."""
MANAGER = MEMBER | Permission.MANAGE_CHANNELS
