"""Paperround on Slack as teams have it: through the real slack-bolt and slack_sdk and our local Slack.

What people say and press is in `test_slack_talking`, digests are in `test_slack_digests`; here is how workspaces let us
in and throw us out, and who is not let in.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.domain.events import RequestRefused
from tests.scenarios.slack_lab import EIGHT, TUESDAY, Lab, another_team, installed, laboratory, listed
from tests.servers.faults import cut
from tests.servers.slack.calls import Call
from tests.servers.slack.faults import Fault, failing, refusing
from tests.servers.slack.grants import BASE
from tests.servers.slack.installing import come_back, install
from tests.servers.slack.problems import done
from tests.servers.slack.sending import FORM
from tests.services.conftest import Clock
from tests.services.town import HOUR, ONE_DAY, agents, moment


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


# Workspaces come and go


async def test_two_workspaces_install_it_and_each_gets_its_digest_at_its_hour(many: Lab) -> None:
    _, eve, reading = another_team(many)
    await installed(many, many.ana)
    await installed(many, eve)
    await many.subscribed("agents at 9 Berlin")
    await many.subscribed("agents at 9 Tokyo", user=eve, channel=reading)
    await many.town.at(moment(TUESDAY, 0))
    assert "Agents 3" in many.posted_in(reading)[-1].words
    assert "Agents 3" not in many.posted[-1].words
    await many.town.at(EIGHT)
    assert "Agents 3" in many.posted[-1].words
    assert len(many.posted_in(reading)) == 2
    assert many.server.desk.count("auth.test") == 2  # once an installation, never for a request


async def test_a_workspace_that_removes_it_and_takes_it_back_has_everything_again(many: Lab) -> None:
    team, eve, reading = another_team(many)
    await installed(many, many.ana)
    await installed(many, eve)
    await many.subscribed("agents at 9 Berlin")
    await many.subscribed("agents at 9 Berlin", user=eve, channel=reading)
    many.server.uninstall(team, times=3)
    await many.server.settled()
    assert await many.because() == ["Paperround was removed from this workspace"]
    assert list(await many.rooms.store.installations.all()) == [f"slack:{many.team.id}"]
    await many.town.at(EIGHT)
    assert "Agents 3" in many.posted[-1].words
    assert len(many.posted_in(reading)) == 1
    await installed(many, eve)
    eve.admin = True
    many.server.invite(reading)
    shown = await many.ask(eve, "subscriptions", reading)
    assert "removed from this workspace" in shown.words
    await (await many.press(shown, "Resume all", eve)).message()
    assert not await many.paused()


async def test_that_it_was_removed_once_does_not_end_a_later_installation(many: Lab) -> None:
    await installed(many, many.ana)
    [_, gone] = many.server.uninstall(many.team)
    await many.server.settled()
    await installed(many, many.ana)
    many.server.invite(many.papers)
    await many.subscribed()
    gone.payload["event_id"] = "EvLATE"  # Slack tells it again, after all
    many.server.deliver(gone)
    await many.server.settled()
    assert not await many.paused()
    assert "Agents 3" in (await many.ask(many.ben, "today")).words


async def test_a_token_that_no_key_opens_goes_too_when_its_workspace_leaves(many: Lab) -> None:
    await installed(many, many.ana)
    await many.subscribed()
    await many.rooms.store.installations.keep(f"slack:{many.team.id}", "sealed with a key that was lost")
    many.server.uninstall(many.team)
    await many.server.settled()
    assert await many.paused()
    assert await many.rooms.store.installations.all() == {}


async def test_what_a_person_takes_back_is_theirs_alone(many: Lab) -> None:
    await installed(many, many.ana)
    await many.subscribed()
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [many.ben.id], "bot": []}}
    assert (await many.server.tell(many.team, revoked).ack()).good
    assert not await many.paused()


async def test_it_asks_for_the_scopes_of_its_manifest_and_for_no_persons(many: Lab) -> None:
    await installed(many, many.ana)
    grant = many.server.grants.of(many.team)
    assert grant is not None
    assert grant.scopes == BASE


@pytest.mark.parametrize(
    ("callback", "cookie", "status", "told"),
    [
        pytest.param("code={code}&state=forged", "{state}", 400, "not begun in this browser", id="forged"),
        pytest.param(
            "code={code}&state=forged", "forged", 401, "too long, or was done", id="forged with cookie"
        ),
        pytest.param("code={code}&state={state}", "", 400, "not begun in this browser", id="no cookie"),
        pytest.param("code=forged&state={state}", "{state}", 401, "does not let us in", id="forged code"),
        pytest.param("state={state}", "{state}", 401, "did not say who you are", id="no code"),
        pytest.param(
            "error=access_denied&state={state}", "{state}", 200, "Nothing was installed", id="denied"
        ),
        pytest.param("error=%3Cscript%3E&state={state}", "{state}", 200, "did not install it", id="hostile"),
    ],
)
async def test_whoever_comes_back_otherwise_than_slack_sends_them_installs_nothing(
    many: Lab, callback: str, cookie: str, status: int, told: str
) -> None:
    await installed(many, many.ana)  # only to see how it is done
    await many.rooms.store.installations.remove(f"slack:{many.team.id}")
    fresh = await _state(many)
    code = many.server.grants.consent(many.ana, BASE, f"{many.address}/slack/oauth_redirect").code
    url = f"{many.address}/slack/oauth_redirect?{callback.format(code=code, state=fresh)}"
    cookies = {"slack-app-oauth-state": cookie.format(state=fresh)} if cookie else {}
    done = await come_back(url, cookies)
    assert (done.status, told in done.text) == (status, True)
    assert "<script>" not in done.text
    assert await many.rooms.store.installations.all() == {}
    refused = many.reasons(RequestRefused)
    assert bool(refused) == ("denied" not in callback)
    assert not any(fresh in reason or code in reason for reason in refused)


async def _state(lab: Lab) -> str:
    """A state that was given to a browser just now."""
    denied = lab.server.known_as
    denied.denies = True
    done = await install(lab.server, lab.ana, f"{lab.address}/slack/install")
    denied.denies = False
    return parse_qs(urlsplit(done.callback).query)["state"][0]


async def test_the_way_back_can_be_gone_once(many: Lab) -> None:
    done = await install(many.server, many.ana, f"{many.address}/slack/install")
    again = await come_back(done.callback, done.cookies)
    assert (done.status, again.status) == (200, 401)


async def test_a_whole_organization_is_told_to_install_it_in_each_workspace(many: Lab) -> None:
    token = many.server.grants.give(many.team, BASE).token
    told = {
        "access_token": token,
        "token_type": "bot",
        "scope": "commands",
        "bot_user_id": "U1",
        "team": None,
    }
    org = {"enterprise": {"id": "E1", "name": "Org"}, "is_enterprise_install": True, "app_id": "A1"}

    async def granted(_: Call) -> web.StreamResponse:
        return done(**told, **org, authed_user={"id": many.ana.id})

    many.server.fail(granted, method="oauth.v2.access")
    page = await install(many.server, many.ana, f"{many.address}/slack/install")
    assert page.status == 400
    assert "Install it in each workspace that wants it." in page.text
    assert await many.rooms.store.installations.all() == {}


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        pytest.param(cut(keeps=False), 502, "Slack could not be asked.", id="cut off"),
        pytest.param(refusing("internal_error"), 401, "Slack does not let us in with that.", id="an error"),
    ],
)
@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
async def test_an_installation_that_slack_does_not_finish_is_begun_again(
    many: Lab, fault: Fault, status: int, told: str, method: str
) -> None:
    many.server.fail(fault, method=method)
    page = await install(many.server, many.ana, f"{many.address}/slack/install")
    assert (page.status, told in page.text) == (status, True)
    assert await many.rooms.store.installations.all() == {}
    await installed(many, many.ana)


async def test_tokens_that_end_after_twelve_hours_are_renewed_before(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))  # by which slack_sdk reckons when a token ends
    async with laboratory(clock, tmp_path, http=True, rotation=True) as lab, lab.running():
        await installed(lab, lab.ana)
        first = lab.server.token_of(lab.team)
        await lab.town.listed(agents(1), day=clock().date())
        clock.pass_(11 * HOUR)
        assert "Agents 1" in (await lab.ask(lab.ben, "today")).words
        assert lab.server.token_of(lab.team) != first
        clock.pass_(11 * HOUR)
        assert "Agents 1" in (await lab.ask(lab.ben, "today")).words


async def test_tokens_are_in_clear_in_no_file_log_or_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with laboratory(Clock(), tmp_path, http=True, rotation=True) as lab:
        async with lab.running():
            await listed(lab)
            done = await install(lab.server, lab.ana, f"{lab.address}/slack/install")
            await lab.subscribed()
            for fault in (failing(500, keeps=False), refusing("token_revoked"), cut(keeps=False)):
                lab.server.fail(fault, method="*")
                await lab.town.after(ONE_DAY)
            lab.server.web.secret = "wrong"
            await (await lab.server.open_home(lab.ana)).ack()
            said = f"{lab.events!r}{lab.slack!r}{lab.settings()!r}{done.text}"
        grants = lab.server.grants.every.values()
        known = lab.server.known_as
        tokens = [secret for one in grants for secret in (one.token, one.refresh) if secret]
        secrets = [*tokens, known.client_secret, known.signing_secret, lab.seal_keys]
        secrets += [one.response_token for one in lab.server.asked]
    kept = _all_in(tmp_path)
    assert kept
    for secret in secrets:
        assert secret not in said
        assert secret not in caplog.text
        assert secret.encode() not in kept


def _all_in(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


async def test_one_workspace_may_be_served_over_http_too(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path, http=True) as lab:
        token = lab.server.grants.give(lab.team, BASE).token
        lab.chosen |= {"bot_token": token, "client_id": "", "client_secret": None}
        async with lab.running():
            await listed(lab)
            await lab.subscribed()
            assert (await install_page(lab)).status == 404
            lab.server.uninstall(lab.team)
            await lab.server.settled()
            assert await lab.paused()


async def install_page(lab: Lab) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession() as http, http.get(f"{lab.address}/slack/install") as response:
        return response


# Who is not let in


@pytest.mark.parametrize(
    ("secret", "skew"), [("wrong", 0), ("", -400), ("", 400)], ids=["bad", "stale", "of the future"]
)
async def test_what_slack_did_not_sign_just_now_is_refused_and_changes_nothing(
    many: Lab, secret: str, skew: float
) -> None:
    await installed(many, many.ana)
    await many.subscribed()
    many.server.web.secret, many.server.web.skew = secret, skew
    gone = many.server.archive(many.papers)
    asked = await many.server.command(many.ana, many.papers, "/papers", "today")
    assert [(await gone.ack()).status, (await asked.ack()).status] == [401, 401]
    await many.server.settled()
    assert not await many.paused()
    assert asked.replies == []
    assert set(many.reasons(RequestRefused)) == {"a request with a bad or old signature"}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Slack-Request-Timestamp": "now"}, id="no number"),
        pytest.param({"X-Slack-Request-Timestamp": "９" * 10}, id="other digits"),
        pytest.param({"X-Slack-Request-Timestamp": "9" * 400}, id="a huge number"),
        pytest.param({"X-Slack-Signature": "v0=ümläut"}, id="no hexadecimals"),
        pytest.param({"X-Slack-Signature": ""}, id="none"),
    ],
)
async def test_a_header_that_is_none_of_slacks_is_refused(many: Lab, headers: dict[str, str]) -> None:
    assert (await many.server.web.post("{}", headers=headers)).status == 401


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "null"])
async def test_what_slack_never_writes_is_refused_even_if_signed(many: Lab, body: str) -> None:
    assert (await many.server.web.post(body)).status == 400


async def test_a_replayed_request_is_refused_and_done_once(many: Lab) -> None:
    await installed(many, many.ana)
    asked = await many.asked(many.ben, "today")
    await asked.message()
    again = await many.server.web.replay(many.server.web.sent[-1])
    assert again.status == 409
    assert len(asked.replies) == 1
    assert many.reasons(RequestRefused) == ["a request from Slack came a second time"]


async def test_slack_may_look_at_the_certificate_without_a_signature(many: Lab) -> None:
    many.server.web.secret = "wrong"
    assert (await many.server.web.post("ssl_check=1&token=x", FORM)).status == 200
    assert (await many.server.web.post("text=ssl_check%3D1&command=%2Fpapers", FORM)).status == 401


async def test_slack_finds_the_address_by_its_challenge(many: Lab) -> None:
    assert await many.server.web.verify()


async def test_a_foreign_workspaces_button_does_nothing(many: Lab) -> None:
    team, eve, reading = another_team(many)
    await installed(many, many.ana)
    await many.subscribed()
    shown = await many.ask(many.ana, "subscriptions")
    body = {"blocks": shown.blocks, "text": shown.text}
    copied = many.server.posted(reading, body)
    await (await many.press(copied, "Pause", eve)).ack()
    await many.server.settled()
    assert not await many.paused()
    assert "a workspace of Slack’s that does not have us" in many.reasons(RequestRefused)
    await installed(many, eve)
    many.server.invite(reading)
    answer = await (await many.press(copied, "Pause", eve)).message()
    assert not await many.paused()
    assert "Paused" not in answer.words
    assert team.id not in answer.words


async def test_in_socket_mode_another_workspace_is_answered_with_words_alone(lab: Lab) -> None:
    _, eve, reading = another_team(lab)
    asked = await lab.asked(eve, "today", reading)
    assert "not installed in this workspace" in (await asked.message()).words
