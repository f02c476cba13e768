"""``chat.*``: posting, editing, deleting, whispering, cards of links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.servers.slack import limits, payloads
from tests.servers.slack.calls import Call, Method
from tests.servers.slack.messages import Message, Messages
from tests.servers.slack.problems import Refused, done
from tests.servers.slack.world import Channel, User, World

Json = dict[str, Any]
Whispered = Callable[[Message], None]
_TS = re.compile(r"\d+\.\d{6}")
_WRITE, _LINKS = ("chat:write",), ("links:write",)


class Chat:
    """The methods; *whispered* hears of messages that one person sees, *composed* knows links not yet posted."""

    def __init__(
        self, world: World, messages: Messages, whispered: Whispered, composed: dict[str, Message]
    ) -> None:
        self._world = world
        self._messages = messages
        self._whispered = whispered
        self._composed = composed

    def methods(self) -> list[Method]:
        """All of them."""
        return [
            Method(name="chat.postMessage", act=self.post, scopes=_WRITE),
            Method(name="chat.postEphemeral", act=self.whisper, scopes=_WRITE),
            Method(name="chat.update", act=self.update, scopes=_WRITE),
            Method(name="chat.delete", act=self.delete, scopes=_WRITE),
            Method(name="chat.unfurl", act=self.unfurl, scopes=_LINKS),
            Method(name="chat.getPermalink", act=self.permalink),
        ]

    async def post(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.postMessage"""
        channel = self._target(call)
        check_body(call)
        for problem in limits.manners(call.args, call.desk.welcome):
            call.complain(problem)
        limits.check_metadata(call.args.get("metadata"))
        body = call.args | {"thread_ts": self._thread(channel, call.args.get("thread_ts"))}
        message = self._messages.create(channel, call.workspace.bot, body)
        return done(channel=channel.id, ts=message.ts, message=payloads.message(message, metadata=True))

    async def whisper(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
        channel = self._target(call)
        user = self._world.user(call.workspace, call.needed("user"))
        if not channel.has(user):
            raise Refused("user_not_in_channel")
        check_body(call)
        message = self._messages.create(channel, call.workspace.bot, call.args, seen_by=user)
        self._whispered(message)
        return done(message_ts=message.ts)

    async def update(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.update"""
        message = self._own(call, "cant_update_message")
        check_body(call, kept=message)
        for problem in limits.pings(call.args, call.desk.welcome):
            call.complain(problem)
        limits.check_metadata(call.args.get("metadata"))
        self._messages.edit(message, _changes(call.args))
        shown = payloads.message(message, metadata=True)
        return done(channel=message.channel.id, ts=message.ts, text=message.text, message=shown)

    async def delete(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.delete"""
        message = self._own(call, "cant_delete_message")
        message.deleted = True
        return done(channel=message.channel.id, ts=message.ts)

    async def unfurl(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.unfurl"""
        cards = call.args.get("unfurls")
        if not isinstance(cards, dict) or not cards:
            raise Refused("missing_unfurls")
        message = self._linking(call)
        for url, card in cards.items():
            if url not in message.text:
                call.complain(f"unfurls: {url} is not in the message")
                raise Refused("cannot_unfurl_url")
            call.check(limits.message_problems(card))
        message.unfurls |= cards
        return done()

    async def permalink(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/chat.getPermalink"""
        channel = self._world.channel(call.workspace, call.channel)
        message = self._messages.find(channel, call.needed("message_ts"))
        return done(channel=channel.id, permalink=payloads.permalink(message))

    def _linking(self, call: Call) -> Message:
        if call.args.get("unfurl_id"):
            found = self._composed.get(call.args["unfurl_id"])
            if found is None or call.args.get("source") not in ("composer", "conversations_history"):
                raise Refused("cannot_find_message")
            return found
        try:
            channel = self._world.channel(call.workspace, call.needed("channel"))
            return self._messages.find(channel, call.needed("ts"))
        except Refused as refused:
            raise Refused("cannot_find_message") from refused

    def _target(self, call: Call) -> Channel:
        """Where the bot may post."""
        asked = call.needed("channel")
        if asked in self._world.users:
            channel = self._direct(self._world.user(call.workspace, asked))
        else:
            channel = self._world.channel(call.workspace, asked)
        if channel.recipient is not None:
            check_reachable(channel.recipient)
        if not channel.has(call.workspace.bot) and "chat:write.public" not in call.grant.scopes:
            raise Refused("not_in_channel")
        if channel.archived:
            raise Refused("is_archived")
        if channel.restricted:
            raise Refused("restricted_action")
        return channel

    def _direct(self, user: User) -> Channel:
        if user.bot:
            raise Refused("cannot_dm_bot")
        return self._world.conversation(user)

    def _thread(self, channel: Channel, thread_ts: object) -> str:
        """The thread to post into; none if its message is gone: Slack then posts on top, without a word.

        See github.com/slack-go/slack/issues/1571.
        """
        if not thread_ts:
            return ""
        if not _TS.fullmatch(str(thread_ts)):
            raise Refused("invalid_thread_ts")
        return str(thread_ts) if self._messages.holds(channel, thread_ts) else ""

    def _own(self, call: Call, error: str) -> Message:
        channel = self._world.channel(call.workspace, call.needed("channel"))
        message = self._messages.find(channel, call.needed("ts"))
        if message.author is not call.workspace.bot:
            raise Refused(error)
        if channel.archived:
            raise Refused("is_archived")
        return message


def check_reachable(user: User) -> None:
    """Nothing, if the bot can write to *user*.

    Raises:
        Refused: it cannot (account_inactive of the person, messages_tab_disabled).

    """
    if user.deleted:
        raise Refused("user_disabled")
    if not user.workspace.messages_tab:
        raise Refused("messages_tab_disabled")


def check_body(call: Call, *, kept: Message | None = None) -> None:
    """Nothing, if the message has words and keeps the limits; *kept* is the one that is changed.

    Raises:
        Refused: it has not (no_text, invalid_blocks, msg_too_long, msg_blocks_too_long).

    """
    there = any(call.args.get(key) for key in ("text", "blocks", "attachments"))
    if not there and not (kept and kept.blocks and "blocks" not in call.args):
        raise Refused("no_text")
    if error := limits.too_long(call.args):
        call.check([f"the message is too long: {error}"], error)
    call.check(limits.message_problems(call.args))


def _changes(args: Mapping[str, Any]) -> Json:
    """What an update changes: text alone takes the blocks away."""
    changes = {key: args[key] for key in ("text", "blocks", "metadata") if key in args}
    return {"blocks": [], **changes} if "text" in changes else changes
