"""How a workspace lets us in: slack-bolt's OAuth flow over our own stores, with our own pages.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse

from bot.domain.events import RequestRefused
from handlers.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from handlers.slack.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
    from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
    from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.ports import Observer

HTML: Final = "text/html; charset=utf-8"
_DENIED: Final = "access_denied"
_AGAIN: Final = ("Begin again, in one browser, within ten minutes.",)
_WORDS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    _DENIED: (
        "Nothing was installed.",
        ("Somebody said no, or closed the page. It can be done at any time.",),
    ),
    "invalid_browser": ("This was not begun in this browser.", _AGAIN),
    "invalid_state": ("This took too long, or was done before.", _AGAIN),
    "missing_code": ("Slack did not say who you are.", _AGAIN),
    "invalid_code": ("Slack does not let us in with that.", _AGAIN),
}
_OTHER: Final = (
    "Slack did not install it.",
    ("Ask who manages your workspace whether apps must be approved.",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installable:
    """The app that may be installed. *address* is where we are found from outside, *command* what people type there."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    authorize_url: str
    address: str
    command: str
    style_url: str = ""


def flow_of(
    app: Installable,
    client: AsyncWebClient,
    installations: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    observe: Observer,
) -> AsyncOAuthFlow:
    """The dance of consent; its stores are *installations* and *states*."""
    pages = _Pages(app, observe)
    settings = AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=list(app.scopes),
        user_scopes=[],
        redirect_uri=f"{app.address}{REDIRECT_PATH}",
        authorization_url=app.authorize_url,
        install_page_rendering_enabled=False,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        callback_options=AsyncCallbackOptions(success=pages.installed, failure=pages.failed),
    )
    return AsyncOAuthFlow(client=client, settings=settings)


class _Pages:
    """What somebody sees at the end."""

    def __init__(self, app: Installable, observe: Observer) -> None:
        self._app = app
        self._observe = observe

    async def installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        installation, command = args.installation, self._app.command
        home = f"https://slack.com/app_redirect?app={installation.app_id}&team={installation.team_id}"
        lines = (
            "In a channel of yours, say /invite @Paperround; in every other place nothing is ever posted.",
            f"Then {command} subscribe diffusion brings it papers; {command} help tells the rest.",
        )
        where = installation.team_name or "your workspace"
        return self._told(200, f"Paperround is in {where}.", lines, (("Open it in Slack", home),))

    async def failed(self, args: AsyncFailureArgs) -> BoltResponse:
        title, lines = _WORDS.get(args.reason, _OTHER)
        if args.reason != _DENIED:
            known = args.reason if args.reason in _WORDS else "Slack said no"
            self._observe(RequestRefused(reason=f"an installation: {known}"))
        begin = (("Begin again", f"{self._app.address}{INSTALL_PATH}"),)
        return self._told(args.suggested_status_code, title, lines, begin)

    def _told(
        self, status: int, title: str, lines: Sequence[str], links: Sequence[tuple[str, str]]
    ) -> BoltResponse:
        body = page(title, lines, links=links, style_url=self._app.style_url)
        return BoltResponse(status=status, body=body, headers={"Content-Type": HTML})
