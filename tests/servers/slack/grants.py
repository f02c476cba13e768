"""Tokens: what an installation lets the bot do, and how long."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.servers.slack.problems import Refused
from tests.servers.slack.world import User, Workspace

BASE = frozenset("commands chat:write channels:read groups:read im:write users:read".split())
"""What our base manifest asks for."""
CONFIRM = frozenset({"channels:history", "groups:history"})
LINKS = frozenset({"links:read", "links:write"})
ROTATION = 43_200
"""Seconds: https://docs.slack.dev/authentication/using-token-rotation"""
_CODE_LIFETIME = 600


@dataclass(kw_only=True, eq=False)
class Grant:
    """An installation's bot token; *error* says why it is no longer good. *expires_at* is of the server's clock."""

    token: str
    workspace: Workspace
    scopes: frozenset[str]
    installer: User | None = None
    refresh: str = ""
    expires_at: float = 0
    error: str = ""

    def require(self, *needed: str) -> None:
        """Nothing, if the token has one of the scopes *needed*.

        Raises:
            Refused: it has none (missing_scope).

        """
        if needed and not self.scopes & set(needed):
            raise Refused("missing_scope", needed=needed[0], provided=",".join(sorted(self.scopes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a person's consent gave: good once, for ten minutes of the server's clock."""

    code: str
    installer: User
    scopes: frozenset[str]
    redirect_uri: str
    until: float


@dataclass(kw_only=True)
class Grants:
    """All tokens. With *rotation* new ones end after twelve hours and come with a refresh token."""

    clock: Callable[[], float] = time.time
    rotation: bool = False
    every: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def of(self, workspace: Workspace) -> Grant | None:
        """The newest token of a workspace that is still good."""
        good = [one for one in self.every.values() if one.workspace is workspace and not self._why_not(one)]
        return good[-1] if good else None

    def check(self, token: str) -> Grant:
        """The grant of *token*.

        Raises:
            Refused: it is none, or no longer (not_authed, invalid_auth, token_revoked, token_expired…).

        """
        if not token:
            raise Refused("not_authed")
        grant = self.every.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if why := self._why_not(grant):
            raise Refused(why)
        return grant

    def give(self, workspace: Workspace, scopes: Iterable[str], installer: User | None = None) -> Grant:
        """An installation; a token that is still good stays and gains the *scopes*, as in life."""
        known = self.of(workspace)
        if known is not None and not self.rotation:
            known.scopes |= frozenset(scopes)
            return known
        made = Grant(token="", workspace=workspace, scopes=frozenset(scopes), installer=installer)
        return self._keep(made)

    def consent(self, installer: User, scopes: frozenset[str], redirect_uri: str) -> Code:
        """Somebody agreed."""
        until = self.clock() + _CODE_LIFETIME
        code = secrets.token_hex(16)
        made = Code(code=code, installer=installer, scopes=scopes, redirect_uri=redirect_uri, until=until)
        self.codes[code] = made
        return made

    def redeem(self, code: str, redirect_uri: str) -> Grant:
        """The installation somebody agreed to.

        Raises:
            Refused: the code was used, is unknown or too old (invalid_code), or belongs to another address.

        """
        found = self.codes.pop(code, None)
        if found is None or found.until < self.clock():
            raise Refused("invalid_code")
        if redirect_uri != found.redirect_uri:
            raise Refused("bad_redirect_uri")
        return self.give(found.installer.workspace, found.scopes, found.installer)

    def rotate(self, refresh: str) -> Grant:
        """The next token for a refresh token, which is used up.

        Raises:
            Refused: nobody knows it, or no longer (invalid_refresh_token).

        """
        old = next((one for one in self.every.values() if refresh and one.refresh == refresh), None)
        if old is None or old.error:
            raise Refused("invalid_refresh_token")
        old.refresh = ""
        made = Grant(token="", workspace=old.workspace, scopes=old.scopes, installer=old.installer)
        return self._keep(made)

    def end(self, workspace: Workspace, error: str) -> list[Grant]:
        """No token of *workspace* is good any more, for this reason. Returns those that were."""
        ended = [one for one in self.every.values() if one.workspace is workspace and not one.error]
        for grant in ended:
            grant.error = error
        return ended

    def _keep(self, grant: Grant) -> Grant:
        tail = f"{grant.workspace.id}-{secrets.token_hex(12)}"
        grant.token = f"xoxe.xoxb-1-{tail}" if self.rotation else f"xoxb-{tail}"
        if self.rotation:
            grant.refresh = f"xoxe-1-{secrets.token_hex(24)}"
            grant.expires_at = self.clock() + ROTATION
        self.every[grant.token] = grant
        return grant

    def _why_not(self, grant: Grant) -> str:
        expired = 0 < grant.expires_at <= self.clock()
        return grant.error or ("token_expired" if expired else "")
