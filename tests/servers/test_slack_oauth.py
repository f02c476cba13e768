"""Installing an app in the local Slack by OAuth, with bolt's own flow and slack_sdk's token rotation."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.grants import BASE
from tests.servers.slack.installing import come_back, install
from tests.servers.slack.server import SlackServer
from tests.servers.slack_app import serving


def app_of(slack: SlackServer, store: FileInstallationStore, folder: Path) -> AsyncApp:
    known = slack.known_as
    settings = AsyncOAuthSettings(
        client_id=known.client_id,
        client_secret=known.client_secret,
        scopes=sorted(BASE),
        installation_store=store,
        installation_store_bot_only=True,
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder / "states")),
        authorization_url=slack.authorize_url,
    )
    web_client = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    flow = AsyncOAuthFlow(client=web_client, settings=settings)
    app = AsyncApp(signing_secret=known.signing_secret, oauth_flow=flow, client=web_client)
    app.enable_token_revocation_listeners()
    return app


@pytest.fixture
def store(tmp_path: Path) -> FileInstallationStore:
    quiet = logging.getLogger("quiet")
    return FileInstallationStore(base_dir=str(tmp_path / "installations"), logger=quiet)


async def test_two_workspaces_are_installed_and_one_leaves(
    slack: SlackServer, store: FileInstallationStore, tmp_path: Path
) -> None:
    app = app_of(slack, store, tmp_path)
    people = [slack.add_user(slack.add_workspace(name, installed=False), "ana") for name in ("Lab", "Team")]
    async with serving(app) as address:
        slack.over_http(f"{address}/slack/events")
        slack.known_as.redirect_uris = {f"{address}/slack/oauth_redirect"}
        for person in people:
            done = await install(slack, person, f"{address}/slack/install")
            assert (done.status, "slack-app-oauth-state" in done.cookies) == (200, True)
        lab, team = (person.workspace for person in people)
        found = [store.find_bot(enterprise_id=None, team_id=place.id) for place in (lab, team)]
        assert [one and one.bot_token for one in found] == [slack.token_of(lab), slack.token_of(team)]
        for asked in slack.uninstall(lab):
            await asked.ack()
        await slack.settled()
    assert slack.grants.of(lab) is None
    assert slack.grants.of(team) is not None


async def test_a_forged_or_replayed_return_is_refused(
    slack: SlackServer, store: FileInstallationStore, tmp_path: Path
) -> None:
    app = app_of(slack, store, tmp_path)
    ana = slack.add_user(slack.add_workspace("Lab", installed=False), "ana")
    async with serving(app) as address:
        slack.known_as.redirect_uris = {f"{address}/slack/oauth_redirect"}
        done = await install(slack, ana, f"{address}/slack/install")
        assert (await come_back(done.callback, {})).status == 400
        assert (await come_back(done.callback, done.cookies)).status == 401
        slack.known_as.denies = True
        denied = await install(slack, ana, f"{address}/slack/install")
        assert (denied.status, "access_denied" in denied.callback) == (200, True)
    assert slack.desk.answers["ok"] == 2


async def test_a_code_is_good_once_for_its_address_and_its_client(slack: SlackServer) -> None:
    ana = slack.add_user(slack.add_workspace("Lab", installed=False), "ana")
    known, web = slack.known_as, AsyncWebClient(base_url=slack.api)
    code = slack.grants.consent(ana, BASE, "http://here").code
    secrets = {"client_id": known.client_id, "client_secret": known.client_secret}
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await web.oauth_v2_access(client_id=known.client_id, client_secret="no", code=code)
    told = await web.oauth_v2_access(**secrets, code=code, redirect_uri="http://here")
    assert (told["team"]["name"], told["authed_user"]["id"], told["token_type"]) == ("Lab", ana.id, "bot")
    with pytest.raises(SlackApiError, match="invalid_code"):
        await web.oauth_v2_access(**secrets, code=code, redirect_uri="http://here")


async def test_tokens_rotate(slack: SlackServer) -> None:
    now = [1_760_000_000.0]
    slack.grants.clock = lambda: now[0]
    slack.grants.rotation = True
    lab = slack.add_workspace("Lab")
    first = slack.grants.of(lab)
    assert first is not None
    now[0] += 43_200
    with pytest.raises(SlackApiError, match="token_expired"):
        await AsyncWebClient(token=first.token, base_url=slack.api).auth_test()
    web, known = AsyncWebClient(base_url=slack.api), slack.known_as
    asked = {"client_id": known.client_id, "client_secret": known.client_secret}
    refresh = first.refresh
    told = await web.oauth_v2_access(**asked, grant_type="refresh_token", refresh_token=refresh)
    assert (told["access_token"].startswith("xoxe.xoxb-"), told["expires_in"]) == (True, 43_200)
    await AsyncWebClient(token=told["access_token"], base_url=slack.api).auth_test()
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await web.oauth_v2_access(**asked, grant_type="refresh_token", refresh_token=refresh)
