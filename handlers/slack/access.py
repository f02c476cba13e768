"""What we may do in a workspace: its token, and the scopes that its administrators granted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The bot's *token* in a workspace (never printed), its *scopes* and the id of its *user*, empty if unknown."""

    token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()
    user: str = ""


class Accesses(Protocol):
    """Knows the tokens of workspaces."""

    async def of(self, workspace: str) -> Access | None:
        """What we may do in *workspace* (a team's id) now; None if we are not installed there."""
        ...


class OneWorkspace:
    """The `Accesses` of an app for one workspace, whose token stands in the settings."""

    def __init__(self, access: Access, workspace: str = "") -> None:
        self._access = access
        self._workspace = workspace

    async def of(self, workspace: str) -> Access | None:
        """The token, if *workspace* is its own; where that is not known, for any."""
        return self._access if self._workspace in ("", workspace) else None

    def learn(self, access: Access, workspace: str) -> None:
        """Slack told which *workspace* it is, and what we may do there."""
        self._access, self._workspace = access, workspace


def scopes_in(text: str) -> frozenset[str]:
    """The scopes in *text*, as the header ``x-oauth-scopes`` of an answer has them: ``commands,chat:write``."""
    return frozenset(one for part in text.split(",") if (one := part.strip()))
