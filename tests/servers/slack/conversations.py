"""``conversations.*`` and ``users.*``: where the bot is, who is there, what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.slack import payloads
from tests.servers.slack.calls import Call, Method
from tests.servers.slack.chat import check_reachable
from tests.servers.slack.messages import Message, Messages, within
from tests.servers.slack.problems import Refused, done
from tests.servers.slack.rates import Rates
from tests.servers.slack.world import Channel, User, World

Json = dict[str, Any]
FAMILY = {"public": "channels", "private": "groups", "im": "im"}
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_READ = tuple(f"{family}:read" for family in FAMILY.values())
_HISTORY = tuple(f"{family}:history" for family in FAMILY.values())


class Conversations:
    """The methods; *rates* says how long an answer of history may be."""

    def __init__(
        self, world: World, messages: Messages, rates: Rates, joined: Callable[[Channel, User], object]
    ) -> None:
        self._world = world
        self._messages = messages
        self._rates = rates
        self._joined = joined

    def methods(self) -> list[Method]:
        """All of them."""
        return [
            Method(name="conversations.history", act=self.history, scopes=_HISTORY),
            Method(name="conversations.replies", act=self.replies, scopes=_HISTORY),
            Method(name="conversations.info", act=self.info, scopes=_READ),
            Method(name="conversations.list", act=self.every, scopes=_READ),
            Method(name="users.conversations", act=self.every, scopes=_READ),
            Method(name="conversations.members", act=self.members, scopes=_READ),
            Method(name="conversations.open", act=self.open, scopes=("im:write", "mpim:write")),
            Method(name="conversations.join", act=self.join, scopes=("channels:join",)),
            Method(name="users.info", act=self.user, scopes=("users:read",)),
        ]

    async def history(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.history: newest first."""
        channel = self._readable(call)
        found = self._messages.between(channel, *_window(call), inclusive=call.flag("inclusive"))
        return self._page(call, found)

    async def replies(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.replies: oldest first, the message itself on top."""
        channel, ts = self._readable(call), call.needed("ts")
        found = [one for one in self._messages.shown(channel) if ts in (one.ts, one.thread_ts)]
        if not found or found[0].seen_by is not None:
            raise Refused("thread_not_found")
        wanted = [one for one in found if within(one, *_window(call), inclusive=call.flag("inclusive"))]
        return self._page(call, [found[0], *(one for one in wanted if one is not found[0])])

    async def info(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.info"""
        channel = self._world.channel(call.workspace, call.needed("channel"))
        call.grant.require(f"{FAMILY[channel.kind]}:read")
        told = payloads.channel(channel, call.workspace.bot)
        if not call.flag("include_num_members"):
            told.pop("num_members", None)
        return done(channel=told)

    async def every(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.list; ``users.conversations``: where one is a member."""
        kinds = [
            _TYPES.get(one.strip()) for one in str(call.args.get("types") or "public_channel").split(",")
        ]
        if None in kinds:
            raise Refused("invalid_types")
        for kind in kinds:
            call.grant.require(f"{FAMILY.get(str(kind), kind)}:read")
        bot = call.workspace.bot
        found = [one for one in self._world.channels.values() if one.workspace is call.workspace]
        found = [one for one in found if one.kind in kinds and (one.kind == "public" or one.has(bot))]
        if call.method.name == "users.conversations":
            user = self._world.user(call.workspace, call.args.get("user") or bot.id)
            found = [one for one in found if one.has(user)]
        if call.flag("exclude_archived"):
            found = [one for one in found if not one.archived]
        shown, more = _sliced(call, found, int(call.number("limit", 100)))
        return done(channels=[payloads.channel(one, bot) for one in shown], response_metadata=more)

    async def members(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.members"""
        channel = self._world.channel(call.workspace, call.needed("channel"))
        call.grant.require(f"{FAMILY[channel.kind]}:read")
        shown, more = _sliced(call, sorted(channel.members), int(call.number("limit", 100)))
        return done(members=shown, response_metadata=more)

    async def open(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.open: with one person."""
        user = self._world.user(call.workspace, call.needed("users"))
        if user.bot:
            raise Refused("cannot_dm_bot")
        check_reachable(user)
        channel = self._world.conversation(user)
        told: Json = {"id": channel.id}
        return done(channel=payloads.channel(channel, user) if call.flag("return_im") else told)

    async def join(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/conversations.join"""
        channel = self._world.channel(call.workspace, call.needed("channel"))
        if channel.archived:
            raise Refused("is_archived")
        if channel.kind != "public":
            raise Refused("method_not_supported_for_channel_type")
        if not channel.has(call.workspace.bot):
            self._joined(channel, call.workspace.bot)
        return done(channel=payloads.channel(channel, call.workspace.bot))

    async def user(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/users.info"""
        told = payloads.user(self._world.user(call.workspace, call.needed("user")))
        if not call.flag("include_locale"):
            told.pop("locale", None)
        return done(user=told)

    def _readable(self, call: Call) -> Channel:
        channel = self._world.channel(call.workspace, call.needed("channel"))
        call.grant.require(f"{FAMILY[channel.kind]}:history")
        if not channel.has(call.workspace.bot):
            raise Refused("not_in_channel")
        return channel

    def _page(self, call: Call, found: list[Message]) -> web.Response:
        limit = min(int(call.number("limit", 100)), self._rates.most_history)
        shown, more = _sliced(call, found, limit)
        full = call.flag("include_all_metadata")
        told = [payloads.message(one, metadata=full) for one in shown]
        return done(messages=told, has_more=bool(more["next_cursor"]), response_metadata=more)


def _window(call: Call) -> tuple[float, float]:
    """The Unix seconds between which messages are wanted."""
    return call.number("oldest", 0), call.number("latest", 1e12)


def _sliced(call: Call, found: list[Any], limit: int) -> tuple[list[Any], dict[str, str]]:
    """The page that the cursor names, and where the next begins."""
    if limit < 1:
        raise Refused("invalid_limit")
    cursor = str(call.args.get("cursor") or "at:0")
    if not cursor.removeprefix("at:").isdigit():
        raise Refused("invalid_cursor")
    begin = int(cursor.removeprefix("at:"))
    following = f"at:{begin + limit}" if begin + limit < len(found) else ""
    return found[begin : begin + limit], {"next_cursor": following}
