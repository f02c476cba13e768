"""What the bot hears of in the local Slack, and where it may answer."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Channel, User, Workspace
from tests.servers.slack_app import bolt, client, on_http

Json = dict[str, Any]
BUTTONS: list[Json] = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}],
    }
]


async def test_a_response_url_takes_five_posts(slack: SlackServer, ana: User, papers: Channel) -> None:
    asked = await slack.command(ana, papers, "/papers")
    url = asked.payload["response_url"]
    hook = AsyncWebhookClient(url, retry_handlers=[])
    first = await hook.send(text="one")
    await hook.send(text="two", replace_original=True)
    loud: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
    await hook.send(text="three", response_type="in_channel", **loud)
    assert [one.text for one in slack.shown(papers)] == ["three"]
    assert [one.text for one in slack.shown(papers, to=ana)] == ["two", "three"]
    await hook.send(text="", delete_original=True)
    codes = [(await hook.send(text="x")).status_code for _ in range(2)]
    assert ((first.status_code, first.body), codes) == ((200, "ok"), [200, 404])
    assert [one.problem for one in slack.complaints] == ["response_url: more than 5 posts"]
    asked.asked_at -= 1801
    assert (await hook.send(text="x")).body == '{"ok": false, "error": "expired_url"}'


async def test_the_bot_hears_of_what_happens_to_it(slack: SlackServer, ana: User, papers: Channel) -> None:
    heard = asyncio.Queue[str]()
    app = bolt(slack)

    @app.event(re.compile(".*"))
    async def hear(event: Json) -> None:
        heard.put_nowait(event["type"])

    async with on_http(slack, app):
        for asked in (
            slack.invite(papers),
            slack.archive(papers),
            slack.kick(papers),
            slack.deactivate(ana),
        ):
            await asked.ack()
        kinds = sorted([await asyncio.wait_for(heard.get(), 2) for _ in range(4)])
    assert kinds == ["channel_archive", "channel_left", "member_joined_channel", "user_change"]
    assert not papers.has(papers.workspace.bot)


async def test_people_see_only_what_is_theirs(
    slack: SlackServer, lab: Workspace, ana: User, papers: Channel
) -> None:
    bo = slack.add_user(lab, "bo")
    with pytest.raises(PermissionError):
        await slack.command(bo, papers, "/papers")
    await client(slack, lab).chat_postEphemeral(channel=papers.id, user=ana.id, text="t", blocks=BUTTONS)
    whisper = slack.shown(papers, to=ana)[0]
    papers.members.add(bo.id)
    with pytest.raises(LookupError):
        await slack.press(whisper, "more", bo)


async def test_an_event_without_a_listener_is_repeated(slack: SlackServer, ana: User) -> None:
    slack.retries = (0, 0, 0)
    async with on_http(slack, bolt(slack)):
        asked = await slack.open_home(ana)
        await slack.settled()
    assert [ack.status for ack in asked.acks] == [404] * 4
    told = [one.headers.get("X-Slack-Retry-Num", "") for one in slack.web.sent]
    assert told == ["", "1", "2", "3"]
    assert slack.web.sent[1].headers["X-Slack-Retry-Reason"] == "http_error"
