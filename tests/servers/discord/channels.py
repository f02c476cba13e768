"""The routes of channels: messages, their history, threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.servers.discord import form, payloads
from tests.servers.discord.calls import Call, Endpoint
from tests.servers.discord.messages import CROSSPOSTED, HAS_THREAD, V2, Draft, Message, Messages
from tests.servers.discord.permissions import Permission
from tests.servers.discord.problems import Refused, nothing, told
from tests.servers.discord.world import ANNOUNCEMENT, CATEGORY, THREADS, Channel, Guild, World

Json = dict[str, Any]
Announce = Callable[[str, Json, Guild | None], object]
"""Tells connected clients of an event: its name, its data, and the server it happened in."""

CREATE_MESSAGE = "/channels/{channel_id}/messages"
ONE_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_UNREACHABLE = {"closed": 50007, "no mutual guild": 50278}


class ChannelRoutes:
    """What is asked about a channel, answered by what the bot may do there."""

    def __init__(self, world: World, messages: Messages, announce: Announce) -> None:
        self._world = world
        self._messages = messages
        self._announce = announce

    def endpoints(self) -> list[Endpoint]:
        """Every route of this part."""
        return [
            Endpoint(method="GET", path="/channels/{channel_id}", act=self._channel),
            Endpoint(method="GET", path="/guilds/{guild_id}", act=self._guild),
            Endpoint(method="GET", path="/guilds/{guild_id}/channels", act=self._channels),
            Endpoint(method="POST", path="/users/@me/channels", act=self._open),
            Endpoint(method="POST", path=CREATE_MESSAGE, act=self._create),
            Endpoint(method="GET", path=CREATE_MESSAGE, act=self._history),
            Endpoint(method="GET", path=ONE_MESSAGE, act=self._message),
            Endpoint(method="PATCH", path=ONE_MESSAGE, act=self._edit),
            Endpoint(method="DELETE", path=ONE_MESSAGE, act=self._delete),
            Endpoint(method="POST", path=f"{ONE_MESSAGE}/crosspost", act=self._crosspost),
            Endpoint(method="POST", path=f"{ONE_MESSAGE}/threads", act=self._thread),
        ]

    async def _channel(self, call: Call) -> web.Response:
        return told(payloads.channel(self._place(call)))

    async def _guild(self, call: Call) -> web.Response:
        return told(payloads.guild(self._home(call), self._world))

    async def _channels(self, call: Call) -> web.Response:
        places = self._world.channels_of(self._home(call))
        return told([payloads.channel(one) for one in places if one.type not in THREADS])

    async def _open(self, call: Call) -> web.Response:
        somebody = self._world.users.get(str(call.body.get("recipient_id")))
        if somebody is None or somebody.bot:
            raise Refused(400, 50035 if somebody is None else 50007)
        return told(payloads.channel(self._world.conversation(somebody)))

    async def _create(self, call: Call) -> web.Response:
        channel = self._sendable(call)
        check_message(call, call.body, flags=call.body.get("flags") or 0)
        if call.body.get("embeds") and not channel.allows(self._world.bot, Permission.EMBED_LINKS):
            raise Refused(403, 50013)
        known = len(self._messages.every)
        message = self._messages.create(
            channel, self._world.bot, call.body, Draft(attachments=attached(call))
        )
        if len(self._messages.every) > known:
            self._announce("MESSAGE_CREATE", self._payload(message), channel.guild)
        return told(self._payload(message))

    async def _history(self, call: Call) -> web.Response:
        channel, query = self._place(call), call.request.query
        limit = query.get("limit", "50")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise Refused(400, 50035)
        if not channel.allows(self._world.bot, Permission.READ_MESSAGE_HISTORY):
            return told([])
        page = _page(self._messages.shown(channel), query, int(limit))
        return told([self._payload(one) for one in reversed(page)])

    async def _message(self, call: Call) -> web.Response:
        channel = self._place(call)
        if not channel.allows(self._world.bot, Permission.READ_MESSAGE_HISTORY):
            raise Refused(403, 50001)
        return told(self._payload(self._found(call)))

    async def _edit(self, call: Call) -> web.Response:
        self._place(call)
        message = self._found(call)
        if message.author is not self._world.bot:
            raise Refused(403, 50005)
        check_edit(call, message, call.body)
        self._messages.edit(message, call.body)
        self._announce("MESSAGE_UPDATE", self._payload(message), message.channel.guild)
        return told(self._payload(message))

    async def _delete(self, call: Call) -> web.Response:
        channel, message = self._place(call), self._found(call)
        if message.author is not self._world.bot and not channel.allows(
            self._world.bot, Permission.MANAGE_MESSAGES
        ):
            raise Refused(403, 50013)
        message.deleted = True
        self._announce("MESSAGE_DELETE", {"id": message.id, "channel_id": channel.id}, channel.guild)
        return nothing()

    async def _crosspost(self, call: Call) -> web.Response:
        if self._sendable(call).type != ANNOUNCEMENT:
            raise Refused(400, 50024)
        message = self._found(call)
        message.flags |= CROSSPOSTED
        return told(self._payload(message))

    async def _thread(self, call: Call) -> web.Response:
        parent = self._place(call, Permission.CREATE_PUBLIC_THREADS)
        message = self._found(call)
        if parent.guild is None or parent.type in THREADS:
            raise Refused(400, 50024)
        if message.id in self._world.channels:
            raise Refused(400, 160004)
        thread = self._world.add_thread(parent, message.id, call.body["name"])
        message.flags |= HAS_THREAD
        self._announce("THREAD_CREATE", payloads.channel(thread) | {"newly_created": True}, parent.guild)
        return told(payloads.channel(thread), 201)

    def _place(self, call: Call, *needed: Permission) -> Channel:
        """The channel, if the bot may see it and do what is *needed*."""
        channel = self._world.channels.get(call.channel)
        if channel is None:
            raise Refused(404, 10003)
        bot = self._world.bot
        if not self._world.reaches(channel) or not channel.allows(bot, Permission.VIEW_CHANNEL):
            raise Refused(403, 50001)
        if not all(channel.allows(bot, one) for one in needed):
            raise Refused(403, 50013)
        return channel

    def _sendable(self, call: Call) -> Channel:
        channel = self._place(call)
        if channel.recipient is not None and channel.recipient.reach != "open":
            raise Refused(403, _UNREACHABLE[channel.recipient.reach])
        if channel.type == CATEGORY:
            raise Refused(400, 50024)
        thread = channel.type in THREADS
        return self._place(call, Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES)

    def _home(self, call: Call) -> Guild:
        guild = self._world.guilds.get(call.ids["guild_id"])
        if guild is None or not guild.installed:
            raise Refused(404, 10004)
        return guild

    def _found(self, call: Call) -> Message:
        return self._messages.find(call.channel, call.ids["message_id"])

    def _payload(self, message: Message) -> Json:
        return payloads.message(message, self._world)


def check_message(call: Call, body: Mapping[str, Any], *, flags: int) -> None:
    """Refuses a new message that breaks a limit; complains of one that could ping somebody."""
    for problem in form.mention_problems(body):
        call.complain(problem)
    call.check([*form.message_problems(body, flags=flags), *form.nonce_problems(body)])
    if form.is_empty(body) and not call.files:
        call.complain("nothing would be shown")
        raise Refused(400, 50006)


def check_edit(call: Call, message: Message, body: Mapping[str, Any]) -> None:
    """Refuses an edit that breaks a limit, takes away the flag of Components V2, or leaves nothing to see."""
    asked = body.get("flags")
    lost = asked is not None and message.flags & V2 and not asked & V2
    flags = (asked or 0) | message.flags
    call.check(["flags: Components V2 cannot be taken back"] if lost else [])
    shown = {"content": message.content, "embeds": message.embeds, "components": message.components}
    call.check(form.message_problems(shown | dict(body), flags=flags))
    if form.is_empty(shown | dict(body)) and not message.draft.attachments:
        raise Refused(400, 50006)


def attached(call: Call) -> list[Json]:
    return [
        {
            "id": str(number),
            "filename": name,
            "size": size,
            "url": f"https://cdn.discordapp.com/{name}",
            "proxy_url": f"https://media.discordapp.net/{name}",
        }
        for number, (name, size) in enumerate(call.files, 1)
    ]


def _page(shown: list[Message], query: Mapping[str, str], limit: int) -> list[Message]:
    """Those asked for, oldest first."""
    if "after" in query:
        return [one for one in shown if int(one.id) > int(query["after"])][:limit]
    if "before" in query:
        return [one for one in shown if int(one.id) < int(query["before"])][-limit:]
    if "around" in query:
        middle = int(query["around"])
        later = sum(int(one.id) < middle for one in shown)
        start = max(0, later - limit // 2)
        return shown[start : start + limit]
    return shown[-limit:]
