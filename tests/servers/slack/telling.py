"""What the bot is told when somebody does something: https://docs.slack.dev/reference/interaction-payloads"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.servers.slack import payloads, views
from tests.servers.slack.asked import Asked
from tests.servers.slack.filling import Given, reported, state
from tests.servers.slack.messages import Message
from tests.servers.slack.views import View
from tests.servers.slack.world import Channel, User, Workspace, World

Json = dict[str, Any]


class Telling:
    """Payloads; *verification* is the app's old token, which nobody should trust."""

    def __init__(self, world: World, verification: str) -> None:
        self._world = world
        self._token = verification

    def command(self, user: User, channel: Channel, name: str, text: str) -> Json:
        """A form: https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
        place = channel.workspace
        told = {
            "token": self._token,
            "team_id": place.id,
            "team_domain": place.domain,
            "channel_id": channel.id,
            "channel_name": _spoken_of(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": name,
            "text": text,
            "api_app_id": self._world.app_id,
            "is_enterprise_install": "false",
        }
        grid = {"enterprise_id": place.enterprise, "enterprise_name": "Org"} if place.enterprise else {}
        return told | grid

    def shortcut(self, user: User, callback_id: str) -> Json:
        """A global one: it has no channel."""
        return {**self._head("shortcut", user), "action_ts": _now(), "callback_id": callback_id}

    def message_action(self, message: Message, user: User, callback_id: str) -> Json:
        """A shortcut of a message."""
        return {
            **self._head("message_action", user),
            "action_ts": _now(),
            "callback_id": callback_id,
            "channel": _channel(message.channel),
            "message_ts": message.ts,
            "message": payloads.message(message),
        }

    def pressed(self, where: Message | View, user: User, part: tuple[Json, Json], given: Given) -> Json:
        """Something with an ``action_id``."""
        return {
            **self._head("block_actions", user),
            **self._where(where),
            "api_app_id": self._world.app_id,
            "state": {"values": state(where.blocks, {})},
            "actions": [_action(*part, given)],
        }

    def typed(self, where: Message | View, user: User, part: tuple[Json, Json], text: str) -> Json:
        """So much was typed into a menu whose choices the bot knows."""
        block, element = part
        return {
            **self._head("block_suggestion", user),
            **self._where(where),
            "api_app_id": self._world.app_id,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": text,
        }

    def submitted(self, view: View, user: User, values: Mapping[str, Given]) -> Json:
        """A form was sent off."""
        shown = views.told(view, self._world, state(view.blocks, values))
        head = self._head("view_submission", user)
        return {**head, "api_app_id": self._world.app_id, "view": shown, "response_urls": []}

    def closed(self, view: View, user: User, *, cleared: bool) -> Json:
        """A form was closed."""
        head, shown = self._head("view_closed", user), views.told(view, self._world)
        return {**head, "api_app_id": self._world.app_id, "view": shown, "is_cleared": cleared}

    def event(self, workspace: Workspace, event: Json) -> Json:
        """https://docs.slack.dev/apis/events-api/#callback-field"""
        grid = workspace.enterprise or None
        who = {"enterprise_id": grid, "team_id": workspace.id, "user_id": workspace.bot.id}
        return {
            "token": self._token,
            "team_id": workspace.id,
            **({"enterprise_id": grid} if grid else {}),
            "api_app_id": self._world.app_id,
            "event": {"event_ts": _now(), **event},
            "type": "event_callback",
            "event_id": self._world.fresh_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [{**who, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }

    def _head(self, kind: str, user: User) -> Json:
        place = user.workspace
        return {
            "type": kind,
            "token": self._token,
            "team": payloads.team(place),
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": place.id},
            "enterprise": {"id": place.enterprise, "name": "Org"} if place.enterprise else None,
            "is_enterprise_install": False,
        }

    def _where(self, where: Message | View) -> Json:
        """The place of an element; a message that one person sees is not told, as in life."""
        if isinstance(where, View):
            container: Json = {"type": "view", "view_id": where.id}
            return {"container": container, "view": views.told(where, self._world, state(where.blocks, {}))}
        alone = where.seen_by is not None
        container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel.id}
        container |= {"is_ephemeral": alone}
        container |= {"thread_ts": where.thread_ts} if where.thread_ts else {}
        told = {"container": container, "channel": _channel(where.channel)}
        return told if alone else told | {"message": payloads.message(where)}


def reachable(asked: Asked, trigger_id: str, response_url: str) -> None:
    """Puts into the payload how the bot may answer."""
    kind = asked.payload.get("type")
    if asked.kind == "events_api":
        return
    if kind != "block_suggestion":
        asked.payload["trigger_id"] = trigger_id
    if asked.channel is not None and asked.view is None and kind != "block_suggestion":
        asked.payload["response_url"] = response_url


def _action(block: Json, element: Json, given: Given) -> Json:
    told = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": _now()}
    if element["type"] == "button":
        told |= {"type": "button", "text": element["text"]}
        return told | ({"value": element["value"]} if "value" in element else {})
    return told | reported(element, given)


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": _spoken_of(channel)}


def _spoken_of(channel: Channel) -> str:
    """The name as payloads have it: private ones stay private."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage"}[channel.kind]


def _now() -> str:
    return f"{time.time():.6f}"
