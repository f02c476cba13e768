"""bolt apps on loopback, and clients of the local Slack, for the tests of that Slack."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Workspace

_Answer = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def client(slack: SlackServer, workspace: Workspace) -> AsyncWebClient:
    """The bot's client there; it never tries again by itself."""
    return AsyncWebClient(token=slack.token_of(workspace), base_url=slack.api, retry_handlers=[])


def bolt(slack: SlackServer) -> AsyncApp:
    """An app that knows the token of every workspace."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        place = slack.world.workspaces[team_id or ""]
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=slack.token_of(place),
            bot_id=place.bot_id,
            bot_user_id=place.bot.id,
        )

    web_client = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    secret = slack.known_as.signing_secret
    return AsyncApp(signing_secret=secret, authorize=authorize, client=web_client)


@asynccontextmanager
async def serving(app: AsyncApp) -> AsyncGenerator[str]:
    """*app* over HTTP: yields its address; ``/slack/events``, and the pages of OAuth where it has them."""
    web_app = web.Application()
    web_app.router.add_post("/slack/events", _route(app.async_dispatch))
    if app.oauth_flow is not None:
        web_app.router.add_get("/slack/install", _route(app.oauth_flow.handle_installation))
        web_app.router.add_get("/slack/oauth_redirect", _route(app.oauth_flow.handle_callback))
    runner = web.AppRunner(web_app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def on_http(slack: SlackServer, app: AsyncApp) -> AsyncGenerator[None]:
    """Slack reaches *app* by signed requests."""
    async with serving(app) as address:
        slack.over_http(f"{address}/slack/events")
        yield
        await slack.stop_telling()


@asynccontextmanager
async def on_socket(slack: SlackServer, app: AsyncApp) -> AsyncGenerator[AsyncSocketModeHandler]:
    """Slack reaches *app* in Socket Mode."""
    web_client = AsyncWebClient(token=slack.known_as.app_token, base_url=slack.api)
    handler = AsyncSocketModeHandler(app, slack.known_as.app_token, web_client=web_client, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    slack.over_socket()
    await slack.sockets.ready()
    try:
        yield handler
    finally:
        await slack.stop_telling()
        await handler.close_async()  # type: ignore[no-untyped-call]


def _route(answer: _Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await answer(await to_bolt_request(request)))

    return take
