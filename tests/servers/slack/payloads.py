"""Users, channels and messages as Slack writes them."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.slack.messages import Message
from tests.servers.slack.world import APP_ID, Channel, User, Workspace

Json = dict[str, Any]
_CREATED = 1_700_000_000


def permalink(message: Message) -> str:
    """The address of a message."""
    place = message.channel
    thread = f"?thread_ts={message.thread_ts}&cid={place.id}" if message.thread_ts else ""
    return f"https://{place.workspace.domain}.slack.com/archives/{place.id}/p{message.ts.replace('.', '')}{thread}"


def message(stored: Message, *, metadata: bool = False) -> Json:
    """A message; *metadata* with the payload too, as ``include_all_metadata`` asks."""
    author = stored.author
    told: Json = {"type": "message", "user": author.id, "ts": stored.ts, "text": stored.text}
    told["team"] = author.workspace.id
    if author.bot:
        told |= {"bot_id": author.workspace.bot_id, "app_id": APP_ID}
    if stored.blocks:
        told["blocks"] = stored.blocks
    if stored.thread_ts:
        told["thread_ts"] = stored.thread_ts
    if stored.edited_ts:
        told["edited"] = {"user": author.id, "ts": stored.edited_ts}
    if stored.metadata:
        told["metadata"] = stored.metadata if metadata else {"event_type": stored.metadata["event_type"]}
    return told


def channel(place: Channel, bot: User) -> Json:
    """A conversation as the bot sees it."""
    if place.kind == "im":
        assert place.recipient is not None
        gone = place.recipient.deleted
        return {
            "id": place.id,
            "is_im": True,
            "user": place.recipient.id,
            "created": _CREATED,
            "is_user_deleted": gone,
        }
    return {
        "id": place.id,
        "name": place.name,
        "name_normalized": place.name,
        "created": _CREATED,
        "creator": bot.id,
        "is_channel": place.kind == "public",
        "is_group": place.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": place.kind == "private",
        "is_archived": place.archived,
        "is_general": place.general,
        "is_member": place.has(bot),
        "is_shared": place.shared,
        "is_ext_shared": place.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": place.workspace.id,
        "num_members": len(place.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user(person: User) -> Json:
    """https://docs.slack.dev/reference/objects/user-object"""
    offset = datetime.now(UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
    told = {"id": person.id, "team_id": person.workspace.id, "name": person.name, "deleted": person.deleted}
    told |= {"is_bot": person.bot, "is_app_user": False, "is_stranger": person.stranger}
    profile = {"display_name": person.name, "real_name": person.name.title(), "team": person.workspace.id}
    if person.deleted:
        return told | {"profile": profile}
    return told | {
        "real_name": person.name.title(),
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "locale": "en-US",
        "profile": profile,
        "is_admin": person.admin or person.owner,
        "is_owner": person.owner,
        "is_primary_owner": False,
        "is_restricted": bool(person.guest),
        "is_ultra_restricted": person.guest == "single",
        "updated": _CREATED,
    }


def team(workspace: Workspace) -> Json:
    """The workspace in interactive payloads."""
    enterprise = (
        {"enterprise_id": workspace.enterprise, "enterprise_name": "Org"} if workspace.enterprise else {}
    )
    return {"id": workspace.id, "domain": workspace.domain, **enterprise}


def hashed(text: str) -> str:
    """A version of a view, as Slack names them."""
    return f"{_CREATED}.{zlib.crc32(text.encode()):08x}"
