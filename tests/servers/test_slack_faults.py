"""The faults of the local Slack: what slack_sdk makes of them, and what was stored."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.faults import cut, half_a_body, hanging, late, plain_text, truncated
from tests.servers.slack.faults import Fault, failing, html, internal, refusing, throttled
from tests.servers.slack.server import SlackServer
from tests.servers.slack_app import client


@pytest.mark.parametrize(
    ("fault", "stored", "seen"),
    [
        *(
            (failing(status, keeps=keeps), keeps, SlackApiError)
            for status in (500, 503)
            for keeps in (True, False)
        ),
        (html(200, keeps=True), True, SlackApiError),
        (html(502, keeps=False), False, SlackApiError),
        (cut(keeps=True), True, aiohttp.ServerDisconnectedError),
        (cut(keeps=False), False, aiohttp.ServerDisconnectedError),
        (half_a_body, True, aiohttp.ClientPayloadError),
        (truncated, True, SlackApiError),
        (plain_text(keeps=True), True, AttributeError),
        (hanging(keeps=True), True, TimeoutError),
        (hanging(), False, TimeoutError),
        (internal(keeps=True), True, SlackApiError),
        (refusing("token_revoked"), False, SlackApiError),
        (throttled(7), False, SlackApiError),
    ],
)
async def test_a_fault_hits_one_post(
    slack: SlackServer, fault: Fault, seen: type[Exception], *, stored: bool
) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    slack.fail(fault)
    timeout = aiohttp.ClientTimeout(total=2)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        web = AsyncWebClient(
            token=slack.token_of(lab), base_url=slack.api, retry_handlers=[], session=session
        )
        with pytest.raises(seen):
            await web.chat_postMessage(channel=papers.id, text="x", unfurl_links=False, unfurl_media=False)
        assert len(slack.shown(papers)) == stored
        await web.chat_postMessage(channel=papers.id, text="y", unfurl_links=False, unfurl_media=False)
    assert len(slack.shown(papers)) == stored + 1


async def test_a_fault_is_for_a_method_a_place_and_a_turn(slack: SlackServer) -> None:
    lab, other = slack.add_workspace("Lab"), slack.add_workspace("Other")
    rule = slack.fail(refusing("fatal_error"), method="auth.test", workspace=lab.id, number=2, times=0)
    answers = []
    for place in (lab, lab, other, lab):
        try:
            answers.append((await client(slack, place).auth_test())["ok"])
        except SlackApiError as refused:
            answers.append(refused.response["error"])
    assert answers == [True, "fatal_error", True, True]
    assert (rule.matched, rule.hits) == (3, 1)
    assert slack.desk.answers == {"ok": 3, "fatal_error": 1}


async def test_a_slow_answer_is_an_answer(slack: SlackServer) -> None:
    lab = slack.add_workspace("Lab")
    slack.fail(late(0.1), method="auth.test")
    begin = time.monotonic()
    await client(slack, lab).auth_test()
    assert time.monotonic() - begin >= 0.1


async def test_the_default_client_doubles_a_post_whose_answer_was_lost(slack: SlackServer) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    slack.fail(cut(keeps=True))
    careless = AsyncWebClient(token=slack.token_of(lab), base_url=slack.api)
    await careless.chat_postMessage(channel=papers.id, text="x", unfurl_links=False, unfurl_media=False)
    assert len(slack.shown(papers)) == 2


async def test_a_hanging_request_does_not_hold_up_the_end(slack: SlackServer) -> None:
    lab = slack.add_workspace("Lab")
    slack.fail(hanging(), method="auth.test")
    waiting = asyncio.create_task(client(slack, lab).auth_test())
    await slack.desk.arrived("auth.test")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
