"""A team on our local Slack, with one process of ours: real slack-bolt and slack_sdk, real store, real clock's opposite."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import unused_port
from cryptography.fernet import Fernet

from bot.app.rooms import Paperround, opened
from bot.app.slack import on_slack
from bot.app.web import on_web
from bot.domain.events import Event
from bot.settings import Settings, SlackSettings, WebSettings
from handlers.slack.serving import Slack
from tests.servers.slack.asked import Asked
from tests.servers.slack.grants import BASE
from tests.servers.slack.installing import install
from tests.servers.slack.messages import Message, parts
from tests.servers.slack.server import SlackServer, running
from tests.servers.slack.views import View
from tests.servers.slack.world import Channel, User, Workspace
from tests.services.conftest import MONDAY, Clock
from tests.services.town import ONE_DAY, Town, agents, moment

Json = dict[str, Any]
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
EVENTS = frozenset(
    "app_home_opened app_uninstalled tokens_revoked channel_archive channel_deleted channel_left"
    " group_archive group_deleted group_left".split()
)
"""What the base manifest subscribes to."""


TUESDAY = MONDAY + ONE_DAY
EIGHT = moment(TUESDAY, 8)
"""Nine in Berlin."""


@dataclass
class Lab:
    """One process of ours beside the workspace *team*; Ana and Ben are members of its channel *papers*.

    *http*: it is told over HTTP and installed by OAuth, else by Socket Mode with the token of *team*. *chosen* are
    further settings of Slack.
    """

    server: SlackServer
    clock: Clock
    folder: Path
    team: Workspace
    papers: Channel
    ana: User
    ben: User
    http: bool = False
    chosen: Json = field(default_factory=dict)
    seal_keys: str = field(default_factory=lambda: Fernet.generate_key().decode())
    port: int = field(default_factory=unused_port)
    events: list[Event] = field(default_factory=list)
    rooms: Paperround = field(init=False)
    slack: Slack = field(init=False)
    town: Town = field(init=False)

    @property
    def address(self) -> str:
        """Where the process is found, told over HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, store: str = "") -> Settings:
        """Those of the process."""
        known = self.server.known_as
        way: Json = {"mode": "socket", "app_token": known.app_token}
        if self.http:
            way = {"mode": "http", "signing_secret": known.signing_secret}
            way |= {"client_id": known.client_id, "client_secret": known.client_secret}
        else:
            way |= {"bot_token": self.server.token_of(self.team)}
        at: Json = {"api_base": self.server.api, "authorize_url": self.server.authorize_url}
        return Settings(
            data_dir=self.folder,
            store=store or f"sqlite:///{self.folder / 'paperround.db'}",
            seal_keys=self.seal_keys,
            slack=SlackSettings(**{**way, **at, **self.chosen}),
            web=WebSettings(port=self.port, base_url=self.address) if self.http else WebSettings(),
        )

    @asynccontextmanager
    async def running(self, owner: str = "one", *, store: str = "") -> AsyncGenerator[Lab]:
        """A process, from its start until it is told to end."""
        settings = self.settings(store)
        async with AsyncExitStack() as resources:
            rooms = await resources.enter_async_context(
                opened(settings.store_url, data_dir=self.folder, now=self.clock, observe=self.events.append)
            )
            slack = await resources.enter_async_context(
                on_slack(settings, rooms, owner=owner, observe=self.events.append, sleep=self._pass)
            )
            assert slack is not None
            self.rooms, self.slack = rooms, slack
            self.town = Town(rooms.store, self.clock, slack.messenger, self.events)  # type: ignore[arg-type]
            await resources.enter_async_context(on_web(settings, rooms, routes=slack.routes))
            await resources.enter_async_context(self._listening(slack))
            yield self

    @asynccontextmanager
    async def _listening(self, slack: Slack) -> AsyncGenerator[None]:
        listening = asyncio.ensure_future(slack.run())
        try:
            if self.http:
                await listening
                self.server.over_http(f"{self.address}/slack/events")
            else:
                self.server.over_socket()
                opened_before = self.server.sockets.opened
                await self.server.sockets.ready(opened_before + 1)
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _pass(self, seconds: float) -> None:
        self.clock.pass_(timedelta(seconds=seconds))
        await asyncio.sleep(0.001)

    async def ask(self, user: User, text: str, channel: Channel | None = None) -> Message:
        """What *user* sees after a command, such as ``today``."""
        return await (await self.asked(user, text, channel)).message()

    async def asked(self, user: User, text: str, channel: Channel | None = None) -> Asked:
        """The command itself."""
        command = self.chosen.get("command", "/papers")
        return await self.server.command(user, channel or self.papers, command, text)

    async def press(self, where: Message | View, label: str, user: User) -> Asked:
        """*user* presses the button that says *label*."""
        return await self.server.press(where, action_id(where, label), user)

    async def subscribed(
        self, text: str = "agents at 9 Berlin", *, user: User | None = None, channel: Channel | None = None
    ) -> Message:
        """Ana subscribes the channel, and says yes."""
        person, room = user or self.ana, channel or self.papers
        offer = await self.ask(person, f"subscribe {text}", room)
        saved = await (await self.press(offer, "Subscribe", person)).message()
        await self.announced("subscribed this channel", room)
        return saved

    async def until(self, done: Callable[[], Awaitable[bool]]) -> None:
        """Wait for what happens by itself after something was answered or told; at most five seconds."""
        async with asyncio.timeout(5):
            while not await done():  # noqa: ASYNC110 - what is waited for sets no event of ours
                await asyncio.sleep(0.01)

    async def announced(self, words: str, channel: Channel | None = None) -> Message:
        """The newest message in the channel, once it says *words*."""
        room = channel or self.papers

        async def said() -> bool:
            there = self.posted_in(room)
            return bool(there) and words in there[-1].words

        await self.until(said)
        return self.posted_in(room)[-1]

    async def paused(self) -> bool:
        """Whether everything that is subscribed is paused."""
        return all(one.paused for one in await self.rooms.store.subscriptions.all())

    async def because(self) -> list[str]:
        """Why each paused subscription is."""
        held = await self.rooms.store.subscriptions.all()
        return [one.paused_because for one in held if one.paused]

    def posted_in(self, channel: Channel) -> list[Message]:
        """What the bot posted there for everybody, oldest first."""
        bot = channel.workspace.bot
        return [one for one in self.server.shown(channel) if one.author is bot]

    @property
    def posted(self) -> list[Message]:
        """What the bot posted into *papers*."""
        return self.posted_in(self.papers)

    def reasons(self, kind: type[Event]) -> list[str]:
        """The reasons of all events of that kind."""
        return [getattr(one, "reason", "") for one in self.events if isinstance(one, kind)]


@asynccontextmanager
async def laboratory(
    clock: Clock,
    folder: Path,
    *,
    http: bool = False,
    scopes: frozenset[str] = BASE,
    rotation: bool = False,
    more_events: Iterable[str] = (),
    **chosen: Any,  # noqa: ANN401 - settings of Slack
) -> AsyncGenerator[Lab]:
    """A team on loopback; at the end nothing may have broken a limit of Slack's.

    With *http* nothing is installed yet: `tests.servers.slack.installing.install` does it.
    """
    hidden = {name: os.environ.pop(name) for name in PROXIES if name in os.environ}
    server = SlackServer(scopes=scopes, rotation=rotation, clock=lambda: clock().timestamp())
    server.events = {*EVENTS, *more_events}
    server.retries = (0.0, 0.05, 0.05)
    server.rates.clock = lambda: clock().timestamp()
    try:
        async with running(server):
            team = server.add_workspace("Lab", installed=not http)
            ana, ben = server.add_user(team, "ana"), server.add_user(team, "ben")
            papers = server.add_channel(team, "papers", ana, ben)
            yield Lab(
                server=server,
                clock=clock,
                folder=folder,
                team=team,
                papers=papers,
                ana=ana,
                ben=ben,
                http=http,
                chosen=dict(chosen),
            )
            await server.settled()
            assert server.complaints == []
    finally:
        os.environ.update(hidden)


def labels(where: Message | View) -> list[str]:
    """What its buttons say."""
    return [str(one["text"]["text"]) for one in parts(where.blocks) if one.get("type") == "button"]


def action_id(where: Message | View, label: str) -> str:
    """The action id of the button that says *label*."""
    found = [
        one for one in parts(where.blocks) if one.get("type") == "button" and one["text"]["text"] == label
    ]
    if not found:
        raise LookupError(f"no button {label!r} among {labels(where)}")
    return str(found[0]["action_id"])


async def listed(lab: Lab) -> None:
    """Three papers are listed on Monday."""
    await lab.town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
    await lab.rooms.searching.catch_up()


async def installed(lab: Lab, user: User) -> None:
    """*user* installs it in their workspace."""
    done = await install(lab.server, user, f"{lab.address}/slack/install")
    assert done.status == 200
    assert f"Paperround is in {user.workspace.name}." in done.text


def another_team(lab: Lab) -> tuple[Workspace, User, Channel]:
    """A second workspace with somebody and a channel in it."""
    team = lab.server.add_workspace("Other Lab", installed=False)
    eve = lab.server.add_user(team, "eve", tz="Asia/Tokyo")
    return team, eve, lab.server.add_channel(team, "reading", eve)
