"""What we ask of Slack while somebody waits: who they are, what a channel is, to show something. Nothing is repeated."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.slack.messenger import API
from handlers.slack.refusals import NOT_INSTALLED
from handlers.slack.responses import Answer, NoAnswer, answered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from handlers.slack.access import Accesses

_AT_ONCE: Final = 999
"""Channels in one answer: https://docs.slack.dev/reference/methods/users.conversations"""
_MOST_PAGES: Final = 10
_KINDS: Final = "public_channel,private_channel"
_REFUSAL: Final = re.compile(r'"error":\s*"(\w{1,50})"', re.ASCII)
"""What the address of an answer says when it takes no more; its usual answer is ``ok``."""


class Calls:
    """Requests with the token of a workspace. What came of each is a value, whatever went wrong."""

    def __init__(self, http: aiohttp.ClientSession, accesses: Accesses, base: str = API) -> None:
        self._http = http
        self._accesses = accesses
        self._base = base

    async def person(self, workspace: str, person: str) -> Answer | NoAnswer:
        """Who that is: https://docs.slack.dev/reference/methods/users.info"""
        return await self._call(workspace, lambda slack: slack.users_info(user=person))

    async def channel(self, workspace: str, channel: str) -> Answer | NoAnswer:
        """What that channel is: https://docs.slack.dev/reference/methods/conversations.info"""
        return await self._call(workspace, lambda slack: slack.conversations_info(channel=channel))

    async def channels_of(self, workspace: str, person: str) -> AsyncIterator[Answer | NoAnswer]:
        """Page by page, the channels that the person is in, of those that we may see; the last may be no answer."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            asked = {"user": person, "types": _KINDS, "limit": _AT_ONCE, "cursor": cursor}
            page = await self._call(workspace, lambda slack, a=asked: slack.users_conversations(**a))  # type: ignore[misc]
            yield page
            more = page.body.get("response_metadata") if isinstance(page, Answer) else None
            cursor = (more or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def post(self, workspace: str, channel: str, body: Mapping[str, Any]) -> Answer | NoAnswer:
        """Post a message: https://docs.slack.dev/reference/methods/chat.postMessage"""
        return await self._call(workspace, lambda slack: slack.chat_postMessage(channel=channel, **body))

    async def open_view(self, workspace: str, trigger: str, view: Mapping[str, Any]) -> Answer | NoAnswer:
        """Open a form: https://docs.slack.dev/reference/methods/views.open"""
        return await self._call(
            workspace, lambda slack: slack.views_open(trigger_id=trigger, view=dict(view))
        )

    async def push_view(self, workspace: str, trigger: str, view: Mapping[str, Any]) -> Answer | NoAnswer:
        """Open a form on the one that was used, three at most: https://docs.slack.dev/reference/methods/views.push"""
        return await self._call(
            workspace, lambda slack: slack.views_push(trigger_id=trigger, view=dict(view))
        )

    async def change_view(self, workspace: str, view_id: str, view: Mapping[str, Any]) -> Answer | NoAnswer:
        """Show another form in its place: https://docs.slack.dev/reference/methods/views.update"""
        return await self._call(workspace, lambda slack: slack.views_update(view_id=view_id, view=dict(view)))

    async def publish(self, workspace: str, person: str, view: Mapping[str, Any]) -> Answer | NoAnswer:
        """Show App Home: https://docs.slack.dev/reference/methods/views.publish"""
        return await self._call(workspace, lambda slack: slack.views_publish(user_id=person, view=dict(view)))

    async def respond(self, url: str, body: Mapping[str, Any]) -> str:
        """Answer at the *url* of an interaction; what went wrong in a few words without it, empty if nothing did.

        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        hook = AsyncWebhookClient(url, session=self._http, retry_handlers=[])
        try:
            answer = await hook.send_dict(dict(body))
        except (aiohttp.ClientError, OSError) as error:  # a timeout too is an OSError
            return f"cut off ({type(error).__name__})"
        refusal = _REFUSAL.search(answer.body)
        if answer.status_code == HTTPStatus.OK and not refusal:
            return ""
        return f"Slack answered {answer.status_code} {refusal[1] if refusal else ''}".strip()

    async def _call(
        self, workspace: str, ask: Callable[[AsyncWebClient], Awaitable[Any]]
    ) -> Answer | NoAnswer:
        access = await self._accesses.of(workspace)
        if access is None:
            return Answer(status=HTTPStatus.OK, body={"ok": False, "error": NOT_INSTALLED})
        slack = AsyncWebClient(token=access.token, base_url=self._base, session=self._http, retry_handlers=[])
        return await answered(ask(slack))


def told(answer: Answer | NoAnswer) -> str:
    """What went wrong in a few words, by Slack's name for it; empty if nothing did."""
    if isinstance(answer, NoAnswer):
        return answer.detail
    return "" if answer.ok else answer.error or f"Slack answered {answer.status}"
