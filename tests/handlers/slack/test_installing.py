from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from bot.domain.errors import StoreError, UserError
from bot.domain.events import Event
from bot.domain.subscriptions import Platform
from bot.ports import Store
from bot.sealing import Sealer
from bot.services.resealing import reseal
from handlers.slack.access import Access, OneWorkspace, scopes_in
from handlers.slack.installing import STATE_LIFE, InstallationStore, StateStore, Vault
from handlers.slack.tokens import InstalledWorkspaces
from storage.opening import open_store

NOW = datetime(2025, 11, 13, 8, 0, tzinfo=UTC)
TOKEN = "xoxb-hunter2-token"
REFRESH = "xoxe-hunter2-refresh"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@dataclass
class Doorbell:
    """Notes who comes and goes."""

    heard: list[str] = field(default_factory=list)

    async def workspace_left(self, platform: Platform, workspace: str, at: datetime | None = None) -> int:
        self.heard.append(f"{platform} {workspace} left{at or ''}")
        return 0

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        self.heard.append(f"{platform} {workspace} back")
        return 0


@dataclass
class Office:
    store: Store
    file: Path
    bell: Doorbell
    events: list[Event] = field(default_factory=list)

    def vault(self, *keys: str) -> Vault:
        return Vault(self.store.installations, Sealer(keys or (NEW,)))

    def installations(self) -> InstallationStore:
        return InstallationStore(self.vault(), self.bell)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_store(f"sqlite:///{tmp_path / 'office.db'}") as store:
        yield Office(store, tmp_path, Doorbell())


def installed(team: str = "T1", **known: object) -> Installation:
    facts: dict[str, object] = {
        "app_id": "A1",
        "team_id": team,
        "team_name": "Lab",
        "bot_token": TOKEN,
        "bot_id": "B1",
        "bot_user_id": "U0",
        "bot_scopes": ["commands", "chat:write"],
        "bot_refresh_token": REFRESH,
        "bot_token_expires_at": int((NOW + timedelta(hours=12)).timestamp()),
        "user_id": "U1",
        "user_token": "xoxp-hunter2-person",
        **known,
    }
    return Installation(**facts)  # type: ignore[arg-type]


async def test_a_workspace_that_installs_us_is_found_with_its_token(office: Office) -> None:
    store = office.installations()
    await store.async_save(installed())
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    assert (bot.bot_token, bot.bot_refresh_token, bot.bot_scopes) == (
        TOKEN,
        REFRESH,
        ["commands", "chat:write"],
    )
    assert (bot.bot_user_id, bot.is_enterprise_install, bot.team_name) == ("U0", False, None)
    assert await store.async_find_bot(enterprise_id="E1", team_id="T1") is not None
    assert await store.async_find_bot(enterprise_id=None, team_id="T2") is None
    assert await store.async_find_bot(enterprise_id="E1", team_id=None, is_enterprise_install=True) is None
    assert await store.async_find_installation(enterprise_id=None, team_id="T1") is None
    assert office.bell.heard == ["slack T1 back"]
    assert await office.vault().workspaces() == ["T1"]


async def test_a_workspace_that_removes_us_loses_its_token_at_once(office: Office) -> None:
    store = office.installations()
    await store.async_save(installed())
    await store.async_save(installed("T2"))
    await store.async_delete_installation(enterprise_id=None, team_id="T1", user_id="U1")
    assert await store.async_find_bot(enterprise_id=None, team_id="T1") is not None
    await store.async_delete_bot(enterprise_id=None, team_id="T1")
    await store.async_delete_installation(enterprise_id=None, team_id="T1")
    assert await store.async_find_bot(enterprise_id=None, team_id="T1") is None
    assert await office.vault().workspaces() == ["T2"]
    assert office.bell.heard == ["slack T1 back", "slack T2 back", "slack T1 left", "slack T1 left"]


async def test_an_organization_as_a_whole_is_turned_away(office: Office) -> None:
    with pytest.raises(UserError, match="whole organization"):
        await office.installations().async_save(installed(is_enterprise_install=True, enterprise_id="E1"))
    assert await office.vault().workspaces() == []


async def test_no_token_is_in_clear_in_files_logs_or_reprs(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = office.installations()
    await store.async_save(installed())
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")
    async with aiohttp.ClientSession() as http:
        workspaces = tokens(office, http)
        access = await workspaces.of("T1")
        said = f"{bot!r} {access!r} {store!r} {workspaces!r} {office.vault()!r} {OneWorkspace(Access(token=TOKEN))!r}"
    assert access is not None
    assert access.token == TOKEN
    kept = b"".join(one.read_bytes() for one in office.file.rglob("*") if one.is_file())
    assert kept
    for secret in ("hunter2", NEW):
        assert secret not in said + caplog.text
        assert secret.encode() not in kept


async def test_after_a_rotation_of_keys_everything_opens_and_the_old_key_can_go(office: Office) -> None:
    await InstallationStore(office.vault(OLD), office.bell).async_save(installed())
    both = office.vault(NEW, OLD)
    assert (await both.find("T1")) is not None
    with pytest.raises(StoreError):
        await office.vault(NEW).find("T1")
    await reseal(office.store, Sealer((NEW, OLD)))
    found = await office.vault(NEW).find("T1")
    assert found is not None
    assert found.bot_token == TOKEN


def tokens(office: Office, http: aiohttp.ClientSession, *, now: datetime = NOW) -> InstalledWorkspaces:
    return InstalledWorkspaces(
        office.vault(),
        office.store.leases,
        http,
        app=("1.2", "hunter2-client"),
        owner="one",
        observe=office.events.append,
        now=lambda: now,
        base="http://127.0.0.1:9/api/",
    )


async def test_a_token_says_what_it_may_do(office: Office) -> None:
    await office.installations().async_save(installed())
    async with aiohttp.ClientSession() as http:
        access = await tokens(office, http).of("T1")
        assert access == Access(token=TOKEN, scopes=frozenset({"commands", "chat:write"}), user="U0")
        assert await tokens(office, http).of("T2") is None


async def test_a_token_that_cannot_be_renewed_now_is_used_while_it_lives(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "")
    await office.installations().async_save(installed())
    async with aiohttp.ClientSession() as http:
        access = await tokens(office, http, now=NOW + timedelta(hours=11)).of("T1")
    assert access is not None
    assert access.token == TOKEN


async def test_a_state_is_good_once_and_for_ten_minutes(office: Office) -> None:
    moment = [NOW]
    states = StateStore(office.store.drafts, now=lambda: moment[0])
    first, second = await states.async_issue(), await states.async_issue("x", y=1)
    assert first != second
    assert not await states.async_consume("forged")
    rivals = await asyncio.gather(*(states.async_consume(first) for _ in range(4)))
    assert sorted(rivals) == [False, False, False, True]
    moment[0] += STATE_LIFE
    assert not await states.async_consume(second)


async def test_one_workspace_has_the_token_of_the_settings() -> None:
    access = Access(token=TOKEN)
    assert await OneWorkspace(access).of("T9") == access
    assert await OneWorkspace(access, "T1").of("T1") == access
    assert await OneWorkspace(access, "T1").of("T2") is None


def test_scopes_are_read_from_their_header() -> None:
    assert scopes_in("commands,chat:write, ") == {"commands", "chat:write"}
