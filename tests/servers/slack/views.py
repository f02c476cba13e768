"""``views.*``: forms and Home tabs, and the few seconds in which a form can be opened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.slack import limits, payloads
from tests.servers.slack.calls import Call, Method
from tests.servers.slack.messages import numbered, texts
from tests.servers.slack.problems import Refused, done
from tests.servers.slack.world import User, Workspace, World

Json = dict[str, Any]
_DEPTH = 3
"""Forms on top of each other: https://docs.slack.dev/surfaces/modals"""


@dataclass(kw_only=True, eq=False)
class View:
    """A form or a Home tab that *user* sees; *body* is as it was sent, its blocks have ids."""

    id: str
    user: User
    workspace: Workspace
    body: Json
    version: int = 1
    below: View | None = None
    closed: bool = False

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.body["blocks"])

    @property
    def words(self) -> str:
        """Every word a person can read, a line each."""
        frame = [self.body[key]["text"] for key in ("title", "submit", "close") if self.body.get(key)]
        return "\n".join([*frame, *texts(self.blocks)])

    @property
    def hash(self) -> str:
        """Changes with every change."""
        return payloads.hashed(f"{self.id} {self.version}")


@dataclass(kw_only=True)
class Trigger:
    """What lets the bot open a form: once, and within seconds. *asked_at* is `time.monotonic`."""

    user: User
    asked_at: float
    opened: Callable[[View], None]
    used: bool = False
    below: View | None = None


@dataclass(kw_only=True)
class Views:
    """All of them, and the methods. A trigger lives for *lifetime* seconds."""

    world: World
    lifetime: float = 3
    every: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    """The Home tab of each person, by their id."""
    triggers: dict[str, Trigger] = field(default_factory=dict)

    def methods(self) -> list[Method]:
        """All of them."""
        return [
            Method(name="views.open", act=self.open),
            Method(name="views.push", act=self.push),
            Method(name="views.update", act=self.update),
            Method(name="views.publish", act=self.publish),
        ]

    async def open(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/views.open"""
        return self._opened(call, on=None)

    async def push(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/views.push: onto the form in which something was pressed."""
        trigger = self._trigger(call, spend=False)
        if trigger.below is None:
            raise Refused("not_found")
        if depth(trigger.below) >= _DEPTH:
            raise Refused("push_limit_reached")
        return self._opened(call, on=trigger.below)

    async def update(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/views.update"""
        key = call.needed("view_id", "external_id")
        known = [one for one in self.every.values() if key in (one.id, one.body.get("external_id"))]
        if not known or known[0].closed or known[0].workspace is not call.workspace:
            raise Refused("not_found")
        view = known[0]
        body = self._checked(call, "modal")
        self._same(call, view)
        self.replace(view, body)
        return done(view=told(view, self.world))

    async def publish(self, call: Call) -> web.StreamResponse:
        """https://docs.slack.dev/reference/methods/views.publish"""
        user = self.world.user(call.workspace, call.needed("user_id"))
        body = self._checked(call, "home")
        view = self.homes.get(user.id)
        if view is None:
            view = self.homes[user.id] = self.add(user, body)
        else:
            self._same(call, view)
            self.replace(view, body)
        return done(view=told(view, self.world))

    def add(self, user: User, body: Mapping[str, Any], below: View | None = None) -> View:
        """A new one, on top of *below*."""
        made = View(id=self.world.fresh_id("V"), user=user, workspace=user.workspace, body={}, below=below)
        made.body = {**body, "blocks": numbered(body.get("blocks") or [])}
        self.every[made.id] = made
        return made

    def replace(self, view: View, body: Mapping[str, Any]) -> None:
        """Shows something else in the same place."""
        view.body = {**body, "blocks": numbered(body.get("blocks") or [])}
        view.version += 1

    def _opened(self, call: Call, on: View | None) -> web.Response:
        body = self._checked(call, "modal")
        trigger = self._trigger(call, spend=True)
        view = self.add(trigger.user, body, on)
        trigger.opened(view)
        return done(view=told(view, self.world))

    def _trigger(self, call: Call, *, spend: bool) -> Trigger:
        found = self.triggers.get(call.needed("trigger_id"))
        if found is None or found.user.workspace is not call.workspace:
            raise Refused("invalid_trigger_id")
        if found.used:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - found.asked_at > self.lifetime:
            raise Refused("expired_trigger_id")
        found.used = spend
        return found

    @staticmethod
    def _checked(call: Call, kind: str) -> Json:
        body = call.args.get("view")
        if not isinstance(body, dict) or body.get("type") != kind:
            call.complain(f"view: must be of type {kind}")
            raise Refused("invalid_arguments")
        call.check(limits.view_problems(body), "invalid_arguments")
        if len(json.dumps(body)) > 250_000:
            raise Refused("view_too_large")
        return body

    @staticmethod
    def _same(call: Call, view: View) -> None:
        if call.args.get("hash") not in (None, "", view.hash):
            raise Refused("hash_conflict")


def depth(view: View) -> int:
    """How many forms lie on each other here."""
    return 1 + (depth(view.below) if view.below else 0)


def told(view: View, world: World, values: Json | None = None) -> Json:
    """A view as Slack writes it; *values* is the state of its inputs."""
    bottom = view
    while bottom.below is not None:
        bottom = bottom.below
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
        "id": view.id,
        "team_id": view.workspace.id,
        "app_id": world.app_id,
        "app_installed_team_id": view.workspace.id,
        "bot_id": view.workspace.bot_id,
        "hash": view.hash,
        "state": {"values": values or {}},
        "root_view_id": bottom.id,
        "previous_view_id": view.below.id if view.below else None,
    }
