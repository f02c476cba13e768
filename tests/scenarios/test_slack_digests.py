"""Digests on Slack, and what goes wrong on the way: limits, lost answers, closed channels, repeated and broken telling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.domain.deliveries import State
from bot.domain.events import DeliveryPutOff, GatewayLost
from tests.scenarios.slack_lab import EIGHT, TUESDAY, Lab, another_team, installed, labels, laboratory, listed
from tests.servers.faults import cut
from tests.servers.slack.faults import failing, refusing, throttled
from tests.servers.slack.grants import BASE, CONFIRM
from tests.servers.slack.rates import POST, Pace
from tests.services.conftest import Clock
from tests.services.town import HOUR, MINUTE, ONE_DAY, agents


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """One workspace by Socket Mode, with the base manifest."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await listed(lab)
        yield lab


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[Lab]:
    """Any number of workspaces over HTTP; nobody has installed it yet."""
    async with laboratory(Clock(), tmp_path, http=True) as lab, lab.running():
        await listed(lab)
        yield lab


# Digests


async def test_the_digest_comes_at_its_hour_once(lab: Lab) -> None:
    await lab.subscribed()
    await lab.town.at(EIGHT)
    digest = lab.posted[-1]
    assert digest.text.startswith("3 papers: Agents 3")
    assert [label for label in labels(digest) if label.startswith("More")] == ["More 1", "More 2", "More 3"]
    await lab.town.after(HOUR)
    assert lab.posted[-1] is digest


async def test_a_limit_in_the_middle_of_a_digest_delays_the_rest_and_doubles_nothing(lab: Lab) -> None:
    await lab.town.listed(*(agents(number, 300 - number) for number in range(1, 21)))
    await lab.subscribed("agents at 9 Berlin top 20")
    before = len(lab.posted)
    lab.server.fail(throttled(30), number=2)
    await lab.town.at(EIGHT)
    assert any(isinstance(one, DeliveryPutOff) for one in lab.events)
    for _ in range(3):
        await lab.town.after(MINUTE)
    digest = lab.posted[before:]
    assert len(digest) == 2
    titles = [f"Agents {number}" for number in range(1, 21)]
    assert all(sum(title in one.words for one in digest) >= 1 for title in titles)
    assert await _sent(lab)


async def _sent(lab: Lab) -> bool:
    return {one.state for one in await lab.town.deliveries()} == {State.SENT}


@pytest.mark.parametrize(
    "fault", [cut(keeps=True), failing(500, keeps=True)], ids=["cut off", "an error of theirs"]
)
async def test_a_digest_whose_answer_was_lost_is_not_posted_again(lab: Lab, fault: object) -> None:
    await lab.subscribed()
    lab.server.fail(fault, channel=lab.papers.id)  # type: ignore[arg-type]
    await lab.town.at(EIGHT)
    await lab.town.after(timedelta(seconds=5))
    assert await lab.town.states() == [State.UNKNOWN]
    await lab.town.after(HOUR)
    assert sum("Agents 3" in one.words for one in lab.posted) == 1
    assert lab.server.desk.count("conversations.history") == 0
    await lab.town.listed(agents(9, 90), day=TUESDAY)
    await lab.town.at(EIGHT + ONE_DAY)
    assert "could not confirm" in lab.posted[-1].words
    assert "Agents 9" in lab.posted[-1].words


@pytest.mark.parametrize("kept", [True, False], ids=["it was stored", "it was not"])
async def test_with_the_addon_confirm_the_history_tells(tmp_path: Path, *, kept: bool) -> None:
    async with (
        laboratory(Clock(), tmp_path, scopes=BASE | CONFIRM, confirm=True) as lab,
        lab.running(),
    ):
        await listed(lab)
        await lab.subscribed()
        lab.server.fail(cut(keeps=kept), channel=lab.papers.id)
        await lab.town.at(EIGHT)
        for _ in range(3):
            await lab.town.after(MINUTE)
        assert sum("Agents 3" in one.words for one in lab.posted) == 1
        assert await _sent(lab)
        assert lab.server.desk.count("conversations.history") == 1


@pytest.mark.parametrize(
    ("happens", "because"),
    [
        pytest.param("archive", "the channel is archived", id="archived"),
        pytest.param("kick", "Paperround is not in this channel: /invite it there", id="thrown out"),
        pytest.param("delete_channel", "its channel was deleted", id="deleted"),
    ],
)
@pytest.mark.parametrize("kind", ["public", "private"])
async def test_a_channel_that_is_closed_to_us_pauses_what_it_had(
    lab: Lab, happens: str, because: str, kind: str
) -> None:
    room = lab.server.add_channel(lab.team, "room", lab.ana, kind=kind)  # type: ignore[arg-type]
    await lab.subscribed(channel=room)
    told = getattr(lab.server, happens)(room)
    assert (await told.ack()).good
    assert await lab.because() == [because]


async def test_a_channel_that_another_company_shares_is_known_as_ours(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.transport = None
    told = lab.server.archive(lab.papers)
    told.payload["team_id"] = "T0THEIRS"  # where it happened; who is told stands in the authorizations
    lab.server.over_socket()
    assert (await lab.server.deliver(told).ack()).good
    assert await lab.because() == ["the channel is archived"]


@pytest.mark.parametrize(
    ("error", "because"),
    [
        ("is_archived", "the channel is archived"),
        ("not_in_channel", "Paperround is not in this channel: /invite it there"),
        ("token_revoked", "Slack does not accept Paperround’s token any more"),
        ("missing_scope", "Paperround lacks the permission to write here"),
        (
            "restricted_action_read_only_channel",
            "a rule of this workspace keeps Paperround from posting here",
        ),
    ],
)
async def test_a_refusal_pauses_with_words_that_a_person_understands(
    lab: Lab, error: str, because: str
) -> None:
    await lab.subscribed()
    lab.server.fail(refusing(error), channel=lab.papers.id)
    await lab.town.at(EIGHT)
    [told] = await lab.because()
    assert because in told
    assert because in (await lab.ask(lab.ana, "subscriptions")).words


async def test_a_token_that_was_revoked_without_a_word_pauses_one_workspace_alone(many: Lab) -> None:
    _, eve, reading = another_team(many)
    await installed(many, many.ana)
    await installed(many, eve)
    await many.subscribed()
    await many.subscribed("agents at 9 Berlin", user=eve, channel=reading)
    many.server.revoke(many.team)
    await many.town.at(EIGHT)
    assert "token" in (await many.because())[0]
    assert "Agents 3" in many.posted_in(reading)[-1].words


async def test_a_workspace_is_not_asked_faster_than_slack_allows(lab: Lab) -> None:
    rooms = [lab.server.add_channel(lab.team, f"room-{number}", lab.ana) for number in range(6)]
    for room in rooms:
        await lab.subscribed(channel=room)
    lab.server.rates.channel = Pace(seconds=1, burst=1)
    before = lab.server.desk.count(POST)
    await lab.town.at(EIGHT)
    await lab.town.after(MINUTE)
    assert all("Agents 3" in lab.posted_in(room)[-1].words for room in rooms)
    assert lab.server.desk.count(POST) == before + len(rooms)


# What is told more than once, or by a broken connection


@pytest.mark.parametrize("times", [1, 3])
async def test_an_event_delivered_three_times_is_handled_once_over_all_processes(
    tmp_path: Path, times: int
) -> None:
    async with laboratory(Clock(), tmp_path, http=True) as lab, lab.running("one"):
        await installed(lab, lab.ana)
        await listed(lab)
        second = replace(lab, port=unused_port())
        async with second.running("two"):
            lab.server.over_http(f"{lab.address}/slack/events", f"{second.address}/slack/events")
            await (await lab.server.open_home(lab.ana, times=times)).ack(times - 1)
            await lab.server.home(lab.ana)
            await asyncio.sleep(0.1)
            assert lab.server.desk.count("views.publish") == 1


async def test_a_socket_that_breaks_in_the_middle_of_a_digest_changes_nothing(lab: Lab) -> None:
    await lab.subscribed()
    await lab.server.sockets.close(1001)
    await lab.town.at(EIGHT)
    assert "Agents 3" in lab.posted[-1].words
    await lab.server.sockets.ready(2)
    assert "Agents 3" in (await lab.ask(lab.ben, "today")).words
    assert lab.reasons(GatewayLost) == ["Slack’s connection ended"]


async def test_slack_renews_the_connection_without_anybody_noticing(lab: Lab) -> None:
    await lab.server.sockets.disconnect("warning")
    assert "Agents 3" in (await lab.ask(lab.ben, "today")).words
    await lab.server.sockets.ready(2)
    assert "Agents 3" in (await lab.ask(lab.ben, "today")).words
    assert lab.reasons(GatewayLost) == []


async def test_at_the_end_what_is_being_answered_is_answered(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab:
        async with lab.running():
            await listed(lab)
            asked = await lab.asked(lab.ben, "today")
            assert (await asked.ack()).good
        assert "Agents 3" in (await asked.message()).words


async def test_buttons_of_before_a_restart_work_after_it(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab:
        async with lab.running("one"):
            await listed(lab)
            offer = await lab.ask(lab.ana, "subscribe agents at 9 Berlin")
        lab.clock.pass_(HOUR)
        async with lab.running("two"):
            saved = await (await lab.press(offer, "Subscribe", lab.ana)).message()
            assert "Subscribed" in saved.words


async def test_a_command_may_hold_any_word(many: Lab) -> None:
    """slack-bolt takes a form with the word *payload* in it for something else."""
    await installed(many, many.ana)
    await many.town.listed(agents(8, 80, abstract="We look at the payload of agents."))
    assert "Agents 8" in (await many.ask(many.ben, "search payload")).words


async def test_the_command_may_have_another_name(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path, command="/rounds") as lab, lab.running():
        await listed(lab)
        assert "Agents 3" in (await lab.ask(lab.ben, "today")).words
        assert "/rounds" in (await lab.ask(lab.ben, "help")).words
        assert "/papers" not in (await lab.ask(lab.ben, "help")).words
