"""Users, servers, channels and messages as Discord writes them in JSON."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.messages import HAS_THREAD, Message, iso
from tests.servers.discord.permissions import EVERYTHING
from tests.servers.discord.world import THREADS, Channel, Guild, User, World

Json = dict[str, Any]
_THREAD_SINCE = "2025-10-14T12:00:00.000000+00:00"


def user(one: User) -> Json:
    """https://docs.discord.com/developers/resources/user#user-object"""
    return {
        "id": one.id,
        "username": one.name,
        "discriminator": "0",
        "global_name": None if one.bot else one.name.title(),
        "avatar": None,
        "bot": one.bot,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
    }


def myself(one: User) -> Json:
    """The answer to ``GET /users/@me``."""
    return user(one) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(one: User, channel: Channel | None = None) -> Json:
    """A member; with *channel* also what they may do there, as interactions say it."""
    told: Json = {
        "user": user(one),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [],
        "joined_at": "2024-02-03T04:05:06.000000+00:00",
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    return told | ({"permissions": str(int(channel.may(one)))} if channel else {})


def _overwrites(channel: Channel) -> list[Json]:
    """Rights that discord.py computes to the very permissions that the server applies."""
    held = channel.permissions if channel.guild is None else channel.guild.members | channel.permissions
    return [
        {"id": who, "type": 1, "allow": str(int(what)), "deny": str(int(EVERYTHING) & ~int(what))}
        for who, what in held.items()
    ]


def channel(one: Channel) -> Json:
    """https://docs.discord.com/developers/resources/channel"""
    if one.recipient is not None:
        recipients = [user(one.recipient)]
        return {"id": one.id, "type": one.type, "flags": 0, "recipients": recipients, "last_message_id": None}
    told: Json = {"id": one.id, "type": one.type, "flags": 0, "name": one.name, "last_message_id": None}
    told |= {
        "guild_id": one.guild.id if one.guild else None,
        "parent_id": one.parent.id if one.parent else None,
    }
    told |= {"rate_limit_per_user": 0}
    return told | (_thread(one) if one.type in THREADS else _place(one))


def _place(one: Channel) -> Json:
    return {
        "position": one.position,
        "topic": None,
        "nsfw": False,
        "permission_overwrites": _overwrites(one),
    }


def _thread(one: Channel) -> Json:
    metadata = {
        "archived": False,
        "archive_timestamp": _THREAD_SINCE,
        "create_timestamp": _THREAD_SINCE,
        "auto_archive_duration": 1440,
        "locked": False,
    }
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    return counts | {"owner_id": one.guild.owner_id if one.guild else None, "thread_metadata": metadata}


def guild(one: Guild, world: World) -> Json:
    """What ``GET /guilds/{id}`` answers."""
    everyone = {"id": one.id, "name": "@everyone", "permissions": str(int(one.everyone))}
    look = {"color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    rest = {"position": 0, "hoist": False, "managed": False, "mentionable": False, "flags": 0}
    own = one.members.get(world.bot.id, one.everyone)
    mine = {"id": world.bot.id, "name": world.bot.name, "permissions": str(int(own))}
    managed = rest | {"managed": True, "position": 1, "tags": {"bot_id": world.bot.id}}
    pictures = {"icon": None, "unicode_emoji": None}
    return {
        "id": one.id,
        "name": one.name,
        "owner_id": one.owner_id,
        "roles": [everyone | look | rest | pictures, mine | look | managed | pictures],
        **_FIXED_GUILD,
        "preferred_locale": one.locale,
    }


_FIXED_GUILD: Json = dict.fromkeys(
    "icon description home_header splash discovery_splash banner application_id afk_channel_id system_channel_id "
    "widget_channel_id vanity_url_code rules_channel_id safety_alerts_channel_id public_updates_channel_id "
    "incidents_data".split()
) | {
    "features": ["COMMUNITY"],
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 1,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 2,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
}


def joined(one: Guild, world: World) -> Json:
    """GUILD_CREATE of a server the bot joins; where it was known before, ``unavailable`` is said as well.

    https://docs.discord.com/developers/events/gateway-events#guild-create
    """
    bot = member(world.bot) | {"roles": [world.bot.id]}
    channels = world.channels_of(one)
    return guild(one, world) | {
        "joined_at": "2024-02-03T04:05:06.000000+00:00",
        "large": False,
        "member_count": 2 + len(one.members),
        "members": [bot],
        "channels": [channel(place) for place in channels if place.type not in THREADS],
        "threads": [channel(place) for place in channels if place.type in THREADS],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(one: Message, world: World) -> Json:
    """https://docs.discord.com/developers/resources/message#message-object"""
    told: Json = {
        "id": one.id,
        "channel_id": one.channel.id,
        "type": 19 if one.reference else 0,
        "author": user(one.author),
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "attachments": one.draft.attachments,
        "timestamp": iso(one.at),
        "edited_timestamp": iso(one.edited_at) if one.edited_at else None,
        "flags": one.flags,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
    }
    more = {"nonce": one.nonce, "message_reference": _reference(one), **_answer(one, world)}
    if one.flags & HAS_THREAD and one.id in world.channels:
        more["thread"] = channel(world.channels[one.id])
    return told | {key: value for key, value in more.items() if value is not None}


def _reference(one: Message) -> Json | None:
    if one.reference is None:
        return None
    return {"type": 0, "channel_id": one.channel.id} | one.reference


def _answer(one: Message, world: World) -> Json:
    """What only answers to interactions carry."""
    if one.draft.interaction is None:
        return {}
    return {
        "interaction_metadata": one.draft.interaction,
        "webhook_id": world.bot.id,
        "application_id": world.bot.id,
    }
