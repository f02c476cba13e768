from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import unused_port

from handlers.discord.responses import Answer, NoAnswer
from handlers.discord.rest import Rest, agent_of, page_of, rest_to
from tests.servers.discord import faults
from tests.servers.discord.permissions import POSTING, THREADS
from tests.servers.discord.server import TOKEN, DiscordServer, running
from tests.servers.discord.world import Channel

AGENT = agent_of("1.2.3", "https://example.org/paperround")
SOON = timedelta(seconds=0.3)
HELLO = {"content": "Hello @everyone"}


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer()) as started:
        yield started


@pytest.fixture
async def rest(server: DiscordServer) -> AsyncIterator[Rest]:
    async with rest_to(TOKEN, user_agent=AGENT, base=server.api, timeout=SOON) as made:
        yield made


@pytest.fixture
def channel(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Lab", bot=POSTING | THREADS), "papers")


async def test_a_message_mentions_nobody_whatever_it_says(
    server: DiscordServer, rest: Rest, channel: Channel
) -> None:
    answer = await rest.post_message(channel.id, {**HELLO, "allowed_mentions": {"parse": ["everyone"]}})
    [stored] = server.shown(channel)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.id, answer.code) == (200, stored.id, 0)
    assert stored.requests == [{**HELLO, "allowed_mentions": {"parse": []}}]
    assert server.complaints == []


async def test_history_begins_after_an_id_and_comes_in_pages(rest: Rest, channel: Channel) -> None:
    ids = []
    for number in range(3):
        posted = await rest.post_message(channel.id, {"content": str(number)})
        ids.append(posted.id if isinstance(posted, Answer) else "")
    page = await rest.history(channel.id, after=int(ids[0]), limit=1)
    assert isinstance(page, Answer)
    assert [one["id"] for one in page.body] == [ids[1]]


async def test_a_thread_is_started_once(server: DiscordServer, rest: Rest, channel: Channel) -> None:
    posted = await rest.post_message(channel.id, HELLO)
    assert isinstance(posted, Answer)
    first = await rest.start_thread(channel.id, posted.id, "a" * 200)
    again = await rest.start_thread(channel.id, posted.id, "Abstracts")
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (first.id, again.code) == (posted.id, 160004)
    assert server.world.channels[posted.id].name == "a" * 100


async def test_an_opened_conversation_is_known(server: DiscordServer, rest: Rest) -> None:
    ana = server.add_user("ana")
    assert rest.conversation(ana.id) is None
    await rest.open_conversation(ana.id)
    assert rest.conversation(ana.id) == server.world.conversation(ana).id


async def test_the_bot_knows_itself(server: DiscordServer, rest: Rest) -> None:
    me, application = await rest.me(), await rest.application()
    assert isinstance(me, Answer)
    assert isinstance(application, Answer)
    assert (me.id, application.id) == (server.bot.id, server.bot.id)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:{port}/api", "no address at all"], ids=["refused", "no address"]
)
async def test_without_a_connection_it_is_surely_not_sent(base: str) -> None:
    async with rest_to(TOKEN, user_agent=AGENT, base=base.format(port=unused_port())) as rest:
        answer = await rest.post_message("1", HELLO)
    assert isinstance(answer, NoAnswer)
    assert not answer.sent


async def test_without_tls_it_is_surely_not_sent(server: DiscordServer) -> None:
    async with rest_to(TOKEN, user_agent=AGENT, base=server.api.replace("http:", "https:")) as rest:
        answer = await rest.post_message("1", HELLO)
    assert isinstance(answer, NoAnswer)
    assert not answer.sent
    assert server.desk.arrivals == []


@pytest.mark.parametrize(
    "fault",
    [faults.cut(keeps=True), faults.cut(keeps=False), faults.half_a_body, faults.hanging(keeps=True)],
    ids=["cut after it was stored", "cut before", "half a body", "no answer"],
)
async def test_a_broken_answer_leaves_open_whether_it_was_sent(
    server: DiscordServer, rest: Rest, channel: Channel, fault: faults.Fault
) -> None:
    server.fail(fault)
    answer = await rest.post_message(channel.id, HELLO)
    assert isinstance(answer, NoAnswer)
    assert answer.sent


@pytest.mark.parametrize(
    "fault",
    [
        faults.html(502, keeps=True),
        faults.html(200, keeps=True),
        faults.truncated,
        faults.plain_text(keeps=True),
    ],
    ids=["502", "200", "half a JSON", "words"],
)
async def test_what_is_no_json_has_no_body(
    server: DiscordServer, rest: Rest, channel: Channel, fault: faults.Fault
) -> None:
    server.fail(fault)
    answer = await rest.post_message(channel.id, HELLO)
    assert isinstance(answer, Answer)
    assert (answer.body, answer.id, answer.code, answer.fields) == (None, "", 0, {})


async def test_the_token_is_shown_nowhere(
    server: DiscordServer, rest: Rest, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = [repr(rest), str(rest)]
    for fault in (
        faults.cut(keeps=False),
        faults.hanging(),
        faults.refusing(401, 0),
        faults.failing(500, keeps=False),
    ):
        server.fail(fault)
        told.append(repr(await rest.post_message(channel.id, HELLO)))
    async with rest_to(TOKEN, user_agent=AGENT, base="http://127.0.0.1:1/") as nowhere:
        told.append(repr(await nowhere.me()))
    assert TOKEN not in "\n".join((*told, caplog.text))


@pytest.mark.parametrize(
    ("token", "page"),
    [
        (TOKEN, "https://discord.com/users/100000000000000000"),
        ("MQ.Wrong.token", "https://discord.com/users/1"),
        ("a-b.c.d", "https://discord.com"),
        ("made.up.token", "https://discord.com"),
        ("", "https://discord.com"),
    ],
)
def test_a_bot_names_its_own_page_and_nothing_secret(token: str, page: str) -> None:
    assert page_of(token) == page
