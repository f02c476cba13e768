"""What somebody sends who means harm, and what goes wrong at the worst moment: nothing leaks, nothing is done twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.events import GatewayLost, RequestRefused
from tests.scenarios.slack_lab import EIGHT, Lab, another_team, installed, laboratory, listed
from tests.scenarios.slack_talk import form, held
from tests.servers.faults import late
from tests.servers.slack.faults import refusing
from tests.servers.slack.sending import FORM
from tests.services.conftest import MONDAY, Clock, entry
from tests.services.town import HOUR, ONE_DAY, agents


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await listed(lab)
        yield lab


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path, http=True) as lab, lab.running():
        await listed(lab)
        await installed(lab, lab.ana)
        yield lab


# What is signed and yet not to be believed


@dataclass
class Elsewhere:
    """A server that is none of Slack's, and the paths that were asked of it."""

    url: str = ""
    came: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.came.append(request.path)
        return web.Response(text="ok")


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    there, app = Elsewhere(), web.Application()
    app.router.add_route("*", "/{path:.*}", there.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/inside"
    try:
        yield there
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("ours", [True, False], ids=["a workspace of ours", "a stranger"])
async def test_an_answer_goes_to_slack_and_nowhere_else(
    many: Lab, elsewhere: Elsewhere, *, ours: bool
) -> None:
    _, eve, reading = another_team(many)
    who, where = (many.ana, many.papers) if ours else (eve, reading)
    many.server.transport = None
    asked = await many.server.command(who, where, "/papers", "today")
    asked.payload["response_url"] = elsewhere.url
    many.server.over_http(f"{many.address}/slack/events")
    many.server.deliver(asked)
    assert (await asked.ack()).status == 400
    await asyncio.sleep(0.1)
    assert elsewhere.came == []
    assert many.reasons(RequestRefused) == ["an answer was wanted elsewhere than at Slack"]


async def test_that_slack_holds_events_back_is_acknowledged_and_told(many: Lab) -> None:
    body = {"type": "app_rate_limited", "team_id": many.team.id, "minute_rate_limited": 1518467820}
    assert (await many.server.web.post(json.dumps(body))).status == 200
    assert many.reasons(GatewayLost) == ["Slack holds back a workspace’s events: too many in a minute"]


@pytest.mark.parametrize("text", ["today", "subscribe agents at 9 Berlin"])
async def test_what_wants_no_answer_by_its_address_is_heard(many: Lab, text: str) -> None:
    assert (await many.ask(many.ana, text)).words  # at an address of Slack's
    view = await (await many.server.shortcut(many.ana, "subscribe_channel")).opened()
    assert view.blocks


# Too much


async def test_a_body_of_ten_megabytes_is_refused(many: Lab) -> None:
    many.server.web.patience = 10
    with pytest.warns(ResourceWarning, match="large body"):
        assert (await many.server.web.post("x" * 10_000_000)).status in (413, 502)
    assert "Agents 3" in (await many.ask(many.ben, "today")).words


async def test_what_nobody_signed_is_hardly_read(many: Lab) -> None:
    many.server.web.secret = "wrong"
    assert (await many.server.web.post(f"{'a=b&' * 1_000}ssl_check=1", FORM)).status == 401


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 3000, id="a word"),
        pytest.param(f"subscribe {'agents, ' * 400}", id="many wants"),
        pytest.param(f"search {'<' * 3000}", id="what grows when it is escaped"),
        pytest.param(f"subscribe {'(' * 3000}", id="parentheses"),
        pytest.param(f"show {'9' * 3000}", id="digits"),
        pytest.param(f"follow {'-' * 3000}", id="hyphens"),
        pytest.param(f"settings zone {'x' * 3000}", id="a setting"),
        pytest.param(f"help {'&amp;' * 600}", id="a topic"),
        pytest.param("\u202e\u0000\ufeff\u2066" * 500, id="signs that nobody sees"),
    ],
)
async def test_a_text_of_thousands_of_signs_is_answered(lab: Lab, text: str) -> None:
    assert (await lab.ask(lab.ana, text)).words


async def test_a_flood_of_events_and_commands_is_acknowledged_in_time(lab: Lab) -> None:
    people = [lab.server.add_user(lab.team, f"p{number}") for number in range(20)]
    lab.papers.members |= {one.id for one in people}
    homes = [await lab.server.open_home(one, times=3) for one in people]
    asked = [await lab.asked(one, "today") for one in people]
    for one in asked:
        assert "Agents 3" in (await one.message(within=20)).words
    assert max([(await one.ack()).after for one in [*asked, *homes]]) < 3
    await lab.server.settled()


# Names and titles


async def test_no_name_title_or_command_pings_anybody(lab: Lab) -> None:
    """The local Slack complains of whatever would ping somebody or make a preview."""
    hostile = "<!channel> <@U1> & <https://e.org|x> @here :boom: *b* <!subteam^S1>"
    lab.ana.name = hostile
    await lab.town.listed(entry("2511.00009", f"{hostile} agents", 90, day=MONDAY, abstract=hostile * 20))
    await lab.subscribed(f'agents, "{hostile}" at 9 Berlin with abstracts')
    answer = await lab.ask(lab.ana, "today")
    await (await lab.press(answer, "Share here", lab.ana)).message()
    await lab.town.at(EIGHT)
    assert len(lab.posted) > 3
    written = "".join(f"{one.text}{one.words}" for one in lab.posted)
    assert not any(mark in written for mark in ("<!c", "<@", "<!s"))
    assert lab.server.complaints == []


# Whose it is


async def test_whoever_confirms_a_copied_offer_confirms_it_for_themselves(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "follow agents at 9 Berlin")
    copied = lab.server.posted(lab.papers, {"text": offer.text, "blocks": offer.blocks})
    await (await lab.press(copied, "Follow", lab.ben)).message()
    assert [one.destination.channel for one in await held(lab)] == [lab.ben.id]


async def test_nobody_deletes_what_is_anothers_by_a_copied_button(lab: Lab) -> None:
    await (await lab.press(await lab.ask(lab.ana, "follow agents at 9 Berlin"), "Follow", lab.ana)).message()
    asked = await lab.ask(lab.ana, "forget me")
    copied = lab.server.posted(lab.papers, {"text": asked.text, "blocks": asked.blocks})
    await (await lab.press(copied, "Delete", lab.ben)).message()
    assert [one.destination.channel for one in await held(lab)] == [lab.ana.id]


async def test_a_form_of_what_was_removed_meanwhile_says_so(lab: Lab) -> None:
    await lab.subscribed()
    view = await form(lab, "edit")
    await lab.ask(lab.ben, "unsubscribe")
    sent = await lab.server.submit(view, {"filter": "robots"})
    await sent.ack()
    assert sent.errors == {
        "filter": "Nothing is subscribed here. Subscribe with: /papers subscribe diffusion, “world model” at 09:00"
    }
    assert await held(lab) == []


async def test_more_of_a_paper_that_is_gone_says_so(lab: Lab) -> None:
    value = "p1:more::2511.09999"
    button = {"type": "button", "text": {"type": "plain_text", "text": "More"}, "action_id": "p1:more:1"}
    blocks = [{"type": "actions", "elements": [{**button, "value": value}]}]
    old = lab.server.posted(lab.papers, {"text": "x", "blocks": blocks})
    answer = await (await lab.press(old, "More", lab.ben)).message()
    assert "I have no paper 2511.09999." in answer.words


# At the worst moment


async def test_a_workspace_that_leaves_while_its_digest_is_posted_gets_no_more(many: Lab) -> None:
    await many.subscribed("agents at 9 Berlin")
    many.server.fail(late(0.3), method="chat.postMessage")
    many.clock.moment = EIGHT
    await many.town.rounds.tick()
    work = asyncio.ensure_future(many.town.courier.settle())
    await asyncio.sleep(0.1)
    many.server.uninstall(many.team)
    await work
    await many.server.settled()
    assert await many.because() == ["Paperround was removed from this workspace"]
    assert await many.rooms.store.installations.all() == {}
    posted = many.server.desk.count("chat.postMessage")
    await many.town.after(ONE_DAY)
    assert many.server.desk.count("chat.postMessage") == posted


@pytest.fixture
async def rotating(tmp_path: Path) -> AsyncIterator[Lab]:
    """A workspace whose tokens end after twelve hours, eleven hours after it installed us."""
    clock = Clock(datetime.now(UTC))  # by which slack_sdk reckons when a token ends
    async with laboratory(clock, tmp_path, http=True, rotation=True) as lab, lab.running():
        await lab.town.listed(*(agents(number, 10 * number) for number in range(1, 4)), day=clock().date())
        await installed(lab, lab.ana)
        clock.pass_(11 * HOUR)
        yield lab


async def test_a_command_is_acknowledged_in_time_while_its_token_is_renewed_slowly(rotating: Lab) -> None:
    first = rotating.server.token_of(rotating.team)
    rotating.server.fail(late(2.5), method="oauth.v2.access")
    asked = await rotating.asked(rotating.ana, "today")
    assert (await asked.ack()).after < 2
    assert "Agents 3" in (await asked.message()).words

    async def renewed() -> bool:
        return rotating.server.token_of(rotating.team) != first

    await rotating.until(renewed)
    assert rotating.server.desk.count("oauth.v2.access") == 2


async def test_the_end_waits_for_a_token_that_is_being_renewed(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))
    async with laboratory(clock, tmp_path, http=True, rotation=True) as lab:
        async with lab.running():
            await listed(lab)
            await installed(lab, lab.ana)
            clock.pass_(11 * HOUR)
            lab.server.fail(late(1.5), method="oauth.v2.access")
            await (await lab.asked(lab.ana, "today")).ack()
        async with lab.running("two"):
            assert (await lab.ask(lab.ana, "subscribe agents at 9 Berlin")).words
            assert lab.server.desk.count("oauth.v2.access") == 2


async def test_a_token_that_cannot_be_renewed_is_told_and_tried_once_a_minute(rotating: Lab) -> None:
    rotating.server.fail(refusing("invalid_refresh_token"), method="oauth.v2.access", times=0)
    for _ in range(3):
        assert "Agents 3" in (await rotating.ask(rotating.ben, "today")).words
    assert rotating.server.desk.count("oauth.v2.access") == 2
    told = ["Slack does not renew a workspace’s token: invalid_refresh_token"]
    assert rotating.reasons(GatewayLost) == told
    rotating.clock.pass_(2 * HOUR)
    answer = await rotating.ask(rotating.ben, "subscribe agents at 9 Berlin")
    assert "Slack does not say just now" in answer.words
    assert rotating.reasons(GatewayLost) == told * 2
