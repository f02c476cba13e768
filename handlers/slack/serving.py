"""The Slack side of one process, put together: what posts, what listens, and what the web part mounts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.presentation.viewing import typed_after
from handlers.slack.departures import Departures
from handlers.slack.digests import digest_messages
from handlers.slack.entrance import Entrance
from handlers.slack.installing import StateStore, Vault
from handlers.slack.link_cards import LinkCards
from handlers.slack.listening import Names, listen
from handlers.slack.manifest import Variant
from handlers.slack.messenger import SlackMessenger, session
from handlers.slack.oauth import Installable, flow_of
from handlers.slack.once import Once
from handlers.slack.routes import EventRoutes, InstallRoutes
from handlers.slack.socket import PING, Socket
from handlers.slack.talking import Services as Behind
from handlers.slack.talking import Talking
from handlers.slack.workspaces import Reach, Renewing, many_workspaces, one_workspace

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import aiohttp
    from aiohttp import web

    from bot.domain.bulletins import Bulletin
    from bot.ports import Clock, Observer, Store
    from bot.sealing import Sealer
    from bot.services.conversing import Conversation
    from bot.services.departing import Departing
    from bot.services.desk import Desk
    from bot.services.offering import Offering
    from handlers.slack.access import Access
    from handlers.slack.messages import Message
    from handlers.slack.workspaces import Workspaces

_CREDIT: Final = "Hugging Face"
_DRAIN: Final = timedelta(seconds=5)
"""How long answers under way may take at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which app this is and where Slack is.

    With *app_token* it connects by Socket Mode, else Slack comes to our routes and signs with *signing_secret*. With
    *bot_token* it is in one workspace, else any may install it with *client_id* and *client_secret*; then *address* is
    where we are found from outside. *confirm* and *link_cards* are the add-ons of its manifest. *api* ends with a slash.
    """

    api: str
    authorize_url: str
    command: str
    app_token: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    address: str = ""
    style_url: str = ""
    confirm: bool = False
    link_cards: bool = False
    ping: timedelta = PING


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What stands behind it. *sealer* is None where nobody installs the app themselves."""

    conversation: Conversation
    offering: Offering
    desk: Desk
    departing: Departing
    store: Store
    sealer: Sealer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What posts, the part that listens, the routes to mount, and how the connection stands."""

    messenger: SlackMessenger
    run: Callable[[], Awaitable[None]]
    routes: Sequence[web.RouteDef]
    states: Sequence[Callable[[], str]]


@asynccontextmanager
async def serving(  # noqa: PLR0913 - the app, what it serves, and who watches
    account: Account,
    services: Services,
    *,
    owner: str,
    observe: Observer,
    report: Callable[[BaseException, str], None],
    now: Clock,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[Slack]:
    """The Slack side as long as it is open; nothing is connected before `Slack.run`."""
    async with session() as http:
        made = _Making(account, services, http, owner=owner, observe=observe, now=now, sleep=sleep)
        workspaces = made.workspaces()
        messenger = made.messenger(workspaces)
        entrance = made.entrance(workspaces, report)
        listen(
            entrance.app,
            made.talking(workspaces, messenger, report),
            Names(command=account.command),
        )
        if account.link_cards:
            made.cards().listen(entrance.app)
        made.departures(workspaces).listen(entrance.app)
        entrance.close()
        socket = made.socket(entrance)
        try:
            yield Slack(
                messenger=messenger,
                run=partial(_run, workspaces, socket),
                routes=[] if socket else made.routes(entrance, workspaces),
                states=[socket.state] if socket else [],
            )
        finally:
            await entrance.drained(_DRAIN)
            await workspaces.settled()


async def _run(workspaces: Workspaces, socket: Socket | None) -> None:
    """Learn who has us, then listen until told to end; raises `BadConfiguration`."""
    await workspaces.introduce()
    if socket is not None:
        await socket.run()


class _Making:
    """Makes the parts of one app; see `serving`."""

    def __init__(  # noqa: PLR0913 - as `serving`
        self,
        account: Account,
        services: Services,
        http: aiohttp.ClientSession,
        *,
        owner: str,
        observe: Observer,
        now: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._account = account
        self._services = services
        self._http = http
        self._owner = owner
        self._observe = observe
        self._now = now
        self._sleep = sleep

    def workspaces(self) -> Workspaces:
        """One or many."""
        services, reach = self._services, Reach(http=self._http, base=self._account.api, sleep=self._sleep)
        if services.sealer is None:
            return one_workspace(self._account.bot_token, services.departing, reach, self._observe)
        vault = Vault(services.store.installations, services.sealer)
        client = (self._account.client_id, self._account.client_secret)
        renewing = Renewing(
            leases=services.store.leases, app=client, owner=self._owner, observe=self._observe, now=self._now
        )
        return many_workspaces(vault, services.departing, reach, renewing)

    def messenger(self, workspaces: Workspaces) -> SlackMessenger:
        """What posts digests."""
        return SlackMessenger(
            self._http,
            workspaces.accesses,
            partial(_rendered, self._account.command),
            now=self._now,
            base=self._account.api,
            confirms=self._account.confirm,
        )

    def entrance(self, workspaces: Workspaces, report: Callable[[BaseException, str], None]) -> Entrance:
        """What hears, with all that guards it."""
        once = Once(self._services.store.leases, observe=self._observe, now=self._now)
        return Entrance(self._client(), workspaces.accesses, once, observe=self._observe, report=report)

    def departures(self, workspaces: Workspaces) -> Departures:
        """What hears that we are gone from somewhere; after the rest, for slack-bolt asks one listener after another."""
        return Departures(
            self._services.departing,
            workspaces.accesses,
            uninstalled=workspaces.uninstalled,
            ask=self._asked_who,
        )

    def talking(
        self, workspaces: Workspaces, messenger: SlackMessenger, report: Callable[[BaseException, str], None]
    ) -> Talking:
        """Who answers."""
        one = self._services
        behind = Behind(
            conversation=one.conversation,
            offering=one.offering,
            desk=one.desk,
            subscriptions=one.store.subscriptions,
            settings=one.store.settings,
            accesses=workspaces.accesses,
            limiter=one.store.limiter,
        )
        return Talking(
            behind,
            http=self._http,
            paces=messenger.paces,
            observe=self._observe,
            report=report,
            now=self._now,
            base=self._account.api,
            command=self._account.command,
            sleep=self._sleep,
        )

    def cards(self) -> LinkCards:
        """Who shows links as cards."""
        store = self._services.store
        return LinkCards(
            store.papers, store.settings, store.leases, credit=_CREDIT, observe=self._observe, now=self._now
        )

    def socket(self, entrance: Entrance) -> Socket | None:
        """The connection of Socket Mode, if it is the way in."""
        if not self._account.app_token:
            return None
        return Socket(
            entrance.hear,
            self._account.app_token,
            http=self._http,
            base=self._account.api,
            observe=self._observe,
            ping=self._account.ping,
            sleep=self._sleep,
        )

    def routes(self, entrance: Entrance, workspaces: Workspaces) -> list[web.RouteDef]:
        """What the web part mounts."""
        account = self._account
        heard = EventRoutes(entrance.hear, account.signing_secret, observe=self._observe).routes()
        if workspaces.installations is None:
            return heard
        states = StateStore(self._services.store.drafts, now=self._now)
        app = _installable(account)
        flow = flow_of(app, self._client(), workspaces.installations, states, self._observe)
        return [*heard, *InstallRoutes(flow, observe=self._observe, style_url=account.style_url).routes()]

    def _client(self, token: str | None = None) -> AsyncWebClient:
        """A client that repeats nothing; without a token, slack-bolt puts in that of each request's workspace."""
        return AsyncWebClient(token=token, base_url=self._account.api, session=self._http, retry_handlers=[])

    async def _asked_who(self, access: Access) -> Any:  # noqa: ANN401 - slack_sdk's response
        return await self._client(access.token).auth_test()


def _installable(account: Account) -> Installable:
    """The app as workspaces install it: the scopes it asks for are those of its manifest."""
    variant = Variant(http=True, confirm=account.confirm, link_cards=account.link_cards)
    return Installable(
        client_id=account.client_id,
        client_secret=account.client_secret,
        scopes=tuple(variant.scopes),
        authorize_url=account.authorize_url,
        address=account.address,
        command=account.command,
        style_url=account.style_url,
    )


def _rendered(command: str, bulletin: Bulletin) -> tuple[Message, ...]:
    return digest_messages(bulletin, spell=typed_after(command), credit=_CREDIT)
