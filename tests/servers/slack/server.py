"""The local Slack as a whole: what tests hold in their hands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypedDict, Unpack

from aiohttp import web

from tests.servers.slack.accounts import Accounts, App
from tests.servers.slack.calls import RELEASE, Call, Complaint, Desk, Method
from tests.servers.slack.chat import Chat
from tests.servers.slack.conversations import Conversations
from tests.servers.slack.faults import Fault, Faults, Rule
from tests.servers.slack.grants import BASE, Grants
from tests.servers.slack.happening import Happening
from tests.servers.slack.messages import Messages
from tests.servers.slack.problems import Refused
from tests.servers.slack.rates import POST, Rates
from tests.servers.slack.responding import Responses
from tests.servers.slack.sending import Web
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.telling import Telling
from tests.servers.slack.views import Views
from tests.servers.slack.world import World


class Which(TypedDict, total=False):
    """Which requests a fault is for, as `Rule` says."""

    channel: str
    workspace: str
    number: int
    rate: float
    share: float


class SlackServer(Happening):
    """What it has and does; change it while it runs. Times are in seconds.

    *clock* stamps messages and ends tokens; triggers, limits and acknowledgements live by the real one. *scopes* are
    those of workspaces that are installed from the start; *rotation*: tokens end after twelve hours.
    """

    def __init__(
        self,
        *,
        scopes: frozenset[str] = BASE,
        rotation: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = ""
        self.clock = clock
        self.default_scopes = scopes
        self.known_as = App()
        self.world = World()
        self.messages = Messages(clock=clock)
        self.grants = Grants(clock=clock, rotation=rotation)
        self.rates = Rates()
        self.faults = Faults()
        self.desk = Desk(grants=self.grants, rates=self.rates, failing=self.faults.of)
        self.views = Views(world=self.world)
        self.responses = Responses(messages=self.messages)
        self.telling = Telling(self.world, self.known_as.verification_token)
        self.web = Web(app=self.known_as)
        self.sockets = Sockets(app_id=self.world.app_id, address=lambda: self.url.replace("http", "ws", 1))
        self.transport = None
        self.events, self.retries = None, (0.0, 60.0, 300.0)
        self.unfurl_domains = ["arxiv.org", "huggingface.co", "alphaxiv.org"]
        self.composed, self.asked, self._tasks = {}, [], set()

    @property
    def api(self) -> str:
        """The base of the Web API: ``base_url`` of the SDK's clients."""
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """Where consent is asked: ``authorization_url`` of bolt's OAuth settings."""
        return f"{self.url}/oauth/v2/authorize"

    @property
    def complaints(self) -> list[Complaint]:
        """What no bot should have sent; a fixture asserts that there is nothing."""
        return self.desk.complaints

    def over_http(self, *endpoints: str) -> None:
        """From now on the bot hears of everything by signed requests, to these *endpoints* in turn."""
        self.web.endpoints = list(endpoints)
        self.transport = self.web

    def over_socket(self) -> None:
        """From now on the bot hears of everything through its Socket Mode connections."""
        self.transport = self.sockets

    def fail(self, fault: Fault, *, method: str = POST, times: int = 1, **which: Unpack[Which]) -> Rule:
        """Lets *fault* happen: to the next chat.postMessage, or as a `Rule` of these settings says."""
        rule = Rule(fault=fault, method=method, times=times, **which)
        self.faults.rules.append(rule)
        return rule

    def app(self) -> web.Application:
        """The Web API, OAuth, ``response_url`` and Socket Mode."""
        app = web.Application(client_max_size=2 * 1024**2)
        app[RELEASE] = asyncio.Event()
        accounts = Accounts(self.world, self.grants, self.known_as, self.sockets.ticket, self.given_back)
        methods = [
            *accounts.methods(),
            *Chat(self.world, self.messages, self.whispered, self.composed).methods(),
            *Conversations(self.world, self.messages, self.rates, self.joined).methods(),
            *self.views.methods(),
        ]
        for method in methods:
            app.router.add_route("*", f"/api/{method.name}", self.desk.taking(method))
        app.router.add_route(
            "*", "/api/{name}", self.desk.taking(Method(name="unknown", act=_unknown, open=True))
        )
        app.router.add_post("/response/{token}", self.desk.taking(self.responses.method()))
        app.router.add_get("/oauth/v2/authorize", accounts.authorize)
        app.router.add_get("/link/", self.sockets.connect)
        return app


async def _unknown(call: Call) -> web.StreamResponse:
    name = call.request.match_info["name"]
    call.complain(f"this Slack has no method {name}")
    raise Refused("unknown_method", req_method=name)


@asynccontextmanager
async def running(server: SlackServer, *, port: int = 0) -> AsyncGenerator[SlackServer]:
    """*server* on a loopback port; a given one, as of a server that comes back, or any free one."""
    app = server.app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        app[RELEASE].set()
        await server.stop_telling()
        server.sockets.abort()
        await server.web.close()
        await runner.cleanup()
