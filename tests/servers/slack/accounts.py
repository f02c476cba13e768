"""``auth.*``, ``oauth.*`` and ``apps.*``: who the app is, and how it gets and loses its tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import yarl
from aiohttp import web

from tests.servers.slack.calls import Call, Method
from tests.servers.slack.grants import ROTATION, Grant, Grants
from tests.servers.slack.problems import Refused, done
from tests.servers.slack.world import User, World

Json = dict[str, Any]
Gone = Callable[[Grant], Awaitable[None]]


@dataclass(kw_only=True)
class App:
    """What Slack knows of the app. *visitor* is who is signed in where consent is asked; *denies*: they say no."""

    client_id: str = "1111.2222"
    client_secret: str = "c1ient-5ecret"
    app_token: str = "xapp-1-A0PAPERS01-app-level"
    signing_secret: str = "51gn1ng-5ecret"
    verification_token: str = "verification-token"
    redirect_uris: set[str] = field(default_factory=set)
    """The allowed ones; any, if there are none."""
    visitor: User | None = None
    denies: bool = False


class Accounts:
    """The methods; *connected* answers ``apps.connections.open``, *gone* hears that a token was given back."""

    def __init__(
        self, world: World, grants: Grants, app: App, connected: Callable[[], str], gone: Gone
    ) -> None:
        self._world = world
        self._grants = grants
        self._app = app
        self._connected = connected
        self._gone = gone

    def methods(self) -> list[Method]:
        """All of them."""
        return [
            Method(name="auth.test", act=self.test),
            Method(name="auth.revoke", act=self.revoke),
            Method(name="apps.connections.open", act=self.connect, open=True),
            Method(name="oauth.v2.access", act=self.access, open=True),
        ]

    async def test(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/auth.test"""
        place = call.workspace
        told: Json = {"url": f"https://{place.domain}.slack.com/", "team": place.name, "user": place.bot.name}
        told |= {"team_id": place.id, "user_id": place.bot.id, "bot_id": place.bot_id}
        told |= {"is_enterprise_install": False} | (
            {"enterprise_id": place.enterprise} if place.enterprise else {}
        )
        response = done(**told)
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(call.grant.scopes))
        return response

    async def revoke(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/auth.revoke"""
        if not call.flag("test"):
            call.grant.error = "token_revoked"
            await self._gone(call.grant)
        return done(revoked=not call.flag("test"))

    async def connect(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/apps.connections.open: with the token of the app."""
        if call.token != self._app.app_token:
            raise Refused("not_allowed_token_type" if call.token in self._grants.every else "invalid_auth")
        return done(url=self._connected())

    async def access(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/oauth.v2.access: for a code, or for a refresh token."""
        if call.args.get("client_id") != self._app.client_id:
            raise Refused("invalid_client_id")
        if call.args.get("client_secret") != self._app.client_secret:
            raise Refused("bad_client_secret")
        if call.args.get("grant_type") == "refresh_token":
            return done(**self._told(self._grants.rotate(str(call.args.get("refresh_token", "")))))
        grant = self._grants.redeem(str(call.args.get("code", "")), str(call.args.get("redirect_uri", "")))
        return done(**self._told(grant))

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """``GET /oauth/v2/authorize``: the person who is signed in consents, or denies, at once."""
        query, visitor = request.query, self._app.visitor
        scopes = frozenset(one for one in query.get("scope", "").split(",") if one)
        named, allowed = query.get("redirect_uri", ""), self._app.redirect_uris
        back = named or (next(iter(allowed)) if len(allowed) == 1 else "")
        if query.get("client_id") != self._app.client_id or visitor is None or not scopes:
            return web.Response(text="Something went wrong when authorizing this app.", status=400)
        if not back or (allowed and back not in allowed):
            return web.Response(text="redirect_uri did not match any configured URIs.", status=400)
        state = {"state": query.get("state", "")}
        if self._app.denies:
            raise web.HTTPFound(yarl.URL(back).update_query({"error": "access_denied", **state}))
        code = self._grants.consent(visitor, scopes, named).code
        raise web.HTTPFound(yarl.URL(back).update_query({"code": code, **state}))

    def _told(self, grant: Grant) -> Json:
        """https://docs.slack.dev/authentication/installing-with-oauth"""
        place = grant.workspace
        installer = grant.installer or place.bot
        told: Json = {
            "access_token": grant.token,
            "token_type": "bot",
            "scope": ",".join(sorted(grant.scopes)),
            "bot_user_id": place.bot.id,
            "app_id": self._world.app_id,
            "team": {"id": place.id, "name": place.name},
            "enterprise": {"id": place.enterprise, "name": "Org"} if place.enterprise else None,
            "authed_user": {"id": installer.id},
            "is_enterprise_install": False,
        }
        if grant.refresh:
            told |= {"refresh_token": grant.refresh, "expires_in": ROTATION}
        return told
