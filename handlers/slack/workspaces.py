"""How workspaces are known: one by the token in the settings, or any number by what each granted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.subscriptions import Platform
from handlers.slack.access import Access, Accesses, OneWorkspace
from handlers.slack.installing import InstallationStore
from handlers.slack.introducing import Introduced, Many
from handlers.slack.tokens import InstalledWorkspaces

if TYPE_CHECKING:
    import aiohttp

    from bot.outbox import Leases
    from bot.ports import Clock, Observer
    from bot.services.departing import Departing
    from handlers.slack.installing import Vault


async def _at_once() -> None:
    """Nothing is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspaces:
    """Their *accesses*; what to do at the start, and with one that removed us; the store of those that install us.

    *settled* returns when nothing is under way of which Slack's answer must not be lost.
    """

    accesses: Accesses
    introduce: Callable[[], Awaitable[None]]
    uninstalled: Callable[[str], Awaitable[object]]
    installations: InstallationStore | None = None
    settled: Callable[[], Awaitable[None]] = _at_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How Slack is reached: at *base*, which ends with a slash."""

    http: aiohttp.ClientSession
    base: str
    sleep: Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewing:
    """Who renews tokens: the *app* (the client's id and its secret), in the process *owner*."""

    leases: Leases
    app: tuple[str, str] = field(repr=False)
    owner: str
    observe: Observer
    now: Clock


def one_workspace(token: str, departing: Departing, reach: Reach, observe: Observer) -> Workspaces:
    """The one in which *token* is that of our bot."""
    known = OneWorkspace(Access(token=token))
    introduced = Introduced(
        known, token, departing, http=reach.http, base=reach.base, observe=observe, sleep=reach.sleep
    )
    return Workspaces(
        accesses=known,
        introduce=introduced.introduce,
        uninstalled=partial(departing.workspace_left, Platform.SLACK),
    )


def many_workspaces(vault: Vault, departing: Departing, reach: Reach, renewing: Renewing) -> Workspaces:
    """Those in *vault*."""
    installations = InstallationStore(vault, departing)

    async def uninstalled(workspace: str) -> None:
        await installations.async_delete_bot(enterprise_id=None, team_id=workspace)

    accesses = InstalledWorkspaces(
        vault,
        renewing.leases,
        reach.http,
        app=renewing.app,
        owner=renewing.owner,
        observe=renewing.observe,
        now=renewing.now,
        base=reach.base,
    )
    return Workspaces(
        accesses=accesses,
        introduce=Many(vault, departing).introduce,
        uninstalled=uninstalled,
        installations=installations,
        settled=accesses.settled,
    )
