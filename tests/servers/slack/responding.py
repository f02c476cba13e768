"""``response_url``: five posts in half an hour, without a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.slack import limits
from tests.servers.slack.asked import Asked, What
from tests.servers.slack.calls import Call, Method
from tests.servers.slack.chat import check_body
from tests.servers.slack.messages import Message, Messages
from tests.servers.slack.problems import Refused, told

Json = dict[str, Any]


@dataclass(kw_only=True)
class Responses:
    """Everything that may still be answered. *most* posts each, for *lifetime* seconds."""

    messages: Messages
    most: int = 5
    lifetime: float = 1800
    open: dict[str, Asked] = field(default_factory=dict)

    def method(self) -> Method:
        """Where such posts arrive; a fault for them names the method ``response_url``."""
        return Method(name="response_url", act=self.respond, open=True)

    async def respond(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
        try:
            self._do(call, self._counted(call))
        except Refused as refused:
            return told({"ok": False, "error": refused.error}, 404)
        return web.Response(text="ok")

    def show(self, asked: Asked, what: What, body: Mapping[str, Any]) -> Message:
        """A message in answer to *asked*, to the person alone unless *body* says ``in_channel``."""
        assert asked.channel is not None
        alone = None if body.get("response_type") == "in_channel" else asked.user
        shown = {"thread_ts": asked.source.thread_ts} if asked.source else {}
        message = self.messages.create(asked.channel, asked.workspace.bot, {**shown, **body}, seen_by=alone)
        asked.note(what, dict(body), message=message)
        return message

    def _counted(self, call: Call) -> Asked:
        """What is answered, if it still may be."""
        asked = self.open.get(call.request.match_info["token"])
        if asked is None or asked.age > self.lifetime:
            raise Refused("expired_url")
        asked.posts += 1
        if asked.posts > self.most:
            call.complain(f"response_url: more than {self.most} posts")
            raise Refused("used_url")
        return asked

    def _do(self, call: Call, asked: Asked) -> None:
        body = call.args
        if body.get("delete_original"):
            self._original(asked).deleted = True
            asked.note("response", body)
            return
        check_body(call)
        self._behaved(call)
        if body.get("replace_original"):
            original = self._original(asked)
            self.messages.edit(original, {"blocks": [], **body})
            asked.note("response", body, message=original)
        else:
            self.show(asked, "response", body)

    @staticmethod
    def _behaved(call: Call) -> None:
        """A post that everybody sees must keep the manners of every other."""
        seen = call.args.get("response_type") == "in_channel"
        problems = limits.manners(call.args, call.desk.welcome) if seen else _worded(call.args)
        for problem in problems:
            call.complain(problem)

    @staticmethod
    def _original(asked: Asked) -> Message:
        if asked.source is None:
            shown = [one for one in asked.messages if not one.deleted]
            if not shown:
                raise Refused("message_not_found")
            return shown[0]
        return asked.source


def _worded(body: Mapping[str, Any]) -> list[str]:
    return [] if (body.get("text") or "").strip() else ["text: screen readers and notifications need words"]
