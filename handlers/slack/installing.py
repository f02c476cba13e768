"""Workspaces that install us: their tokens sealed in our own store, as slack_sdk wants to be given them.

A workspace that removes us has its token deleted at once, and `Leaving` is told. Only bots' tokens are kept: we ask
no person for theirs. A whole organization cannot install us: its teams would share a token that no team can take back.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.domain.departures import workspace_key
from bot.domain.errors import UserError
from bot.domain.subscriptions import Platform

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock
    from bot.remembering import Drafts, Installations
    from bot.sealing import Sealer

STATE_LIFE: Final = timedelta(minutes=10)
"""How long somebody may take to install us."""

_FORMAT: Final = 1
_STATE_BYTES: Final = 24
_KEPT: Final = (
    "app_id",
    "enterprise_id",
    "team_id",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_refresh_token",
    "bot_token_expires_at",
    "installed_at",
)
"""What is kept of a bot besides its scopes; no names."""


class Leaving(Protocol):
    """Hears of workspaces that come and go; see `bot.services.departing.Departing`."""

    async def workspace_left(self, platform: Platform, workspace: str, at: datetime | None = None) -> int:
        """*workspace* removed us."""
        ...

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        """*workspace* has us; gives how many subscriptions could be restored."""
        ...


class Vault:
    """The bots of workspaces, each sealed as a whole."""

    def __init__(self, installations: Installations, sealer: Sealer) -> None:
        self._installations = installations
        self._sealer = sealer

    async def keep(self, bot: Bot) -> None:
        """Keep *bot* for its workspace, in place of what there was."""
        await self._installations.keep(_key(bot.team_id), self._sealed(bot))

    async def find(self, workspace: str) -> Bot | None:
        """The bot of the workspace, None if it is not installed there; raises `StoreError` if no key opens it."""
        held = await self.held(workspace)
        return held[0] if held else None

    async def held(self, workspace: str) -> tuple[Bot, str] | None:
        """The same, with what `replace` must be given."""
        sealed = await self._installations.find(_key(workspace))
        return None if sealed is None else (_bot(self._sealer.open(sealed)), sealed)

    async def replace(self, bot: Bot, before: str) -> bool:
        """Keep *bot* if *before* is what there is still."""
        return await self._installations.replace(_key(bot.team_id), before, self._sealed(bot))

    async def remove(self, workspace: str) -> bool:
        """Forget the bot of the workspace; False if there was none."""
        return await self._installations.remove(_key(workspace))

    async def workspaces(self) -> list[str]:
        """The teams that have us installed."""
        return sorted(key.partition(":")[2] for key in await self._installations.all())

    def _sealed(self, bot: Bot) -> str:
        wire = {"v": _FORMAT, "scopes": list(bot.bot_scopes or ())}
        return self._sealer.seal(json.dumps(wire | {name: getattr(bot, name) for name in _KEPT}))


class InstallationStore(AsyncInstallationStore):
    """slack_sdk's installation store over a `Vault`."""

    def __init__(self, vault: Vault, leaving: Leaving) -> None:
        self._vault = vault
        self._leaving = leaving

    async def async_save(self, installation: Installation) -> None:
        """Keep the bot of *installation*; raises `UserError` for one of a whole organization."""
        if installation.is_enterprise_install or not installation.team_id:
            raise UserError(
                "Paperround cannot be installed for a whole organization.",
                hint="Install it in each workspace that wants it.",
            )
        await self.async_save_bot(installation.to_bot())
        await self._leaving.workspace_back(Platform.SLACK, installation.team_id)

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep *bot*, for example with a token that was renewed."""
        await self._vault.keep(bot)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of the team."""
        del enterprise_id
        return None if is_enterprise_install or not team_id else await self._vault.find(team_id)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """None: what people granted for themselves is not asked for, and not kept."""
        del enterprise_id, team_id, user_id, is_enterprise_install
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """The team removed us, or took our token back."""
        del enterprise_id
        if team_id:
            await self._vault.remove(team_id)
            await self._leaving.workspace_left(Platform.SLACK, team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """The same; what one person granted is not kept, so that nothing is deleted when they take it back."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)


class StateStore(AsyncOAuthStateStore):
    """slack_sdk's store of states, which tell that whoever comes back to us was sent by us; each counts once."""

    def __init__(self, drafts: Drafts, *, now: Clock) -> None:
        self._drafts = drafts
        self._now = now

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state, good for `STATE_LIFE`."""
        del args, kwargs
        state, now = secrets.token_urlsafe(_STATE_BYTES), self._now()
        await self._drafts.keep(_state_key(state), "", at=now, until=now + STATE_LIFE)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether we issued *state*, it is not too old, and nobody came back with it yet."""
        return await self._drafts.take(_state_key(state), self._now()) is not None


def _key(workspace: str | None) -> str:
    return workspace_key(Platform.SLACK, workspace or "")


def _state_key(state: str) -> str:
    return f"slack state {state}"


def _bot(record: str) -> Bot:
    wire: dict[str, Any] = json.loads(record)
    return Bot(bot_scopes=wire["scopes"], **{name: wire[name] for name in _KEPT})
