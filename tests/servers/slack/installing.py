"""How somebody installs the app: the dance of pages, cookie and state that a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import aiohttp

from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import User

_LINK = re.compile(r'href="([^"]*/oauth/v2/authorize[^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """How it ended: *status* and *text* of the last page; *callback* and *cookies* are what led there, to be replayed."""

    status: int
    text: str
    callback: str
    cookies: dict[str, str]


async def install(server: SlackServer, user: User, page: str) -> Installed:
    """*user* opens the app's install *page*, agrees at Slack, and is sent back."""
    server.known_as.visitor = user
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(page, allow_redirects=False) as response:
            cookies = {name: morsel.value for name, morsel in response.cookies.items()}
            asked = response.headers.get("Location") or _link(await response.text())
        async with browser.get(asked, allow_redirects=False) as response:
            callback = response.headers["Location"]
    return await come_back(callback, cookies)


async def come_back(callback: str, cookies: dict[str, str]) -> Installed:
    """The browser arrives at *callback*; with *cookies* although the page is not encrypted."""
    jar = aiohttp.DummyCookieJar()
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    async with (
        aiohttp.ClientSession(cookie_jar=jar) as browser,
        browser.get(callback, headers=header if cookies else {}, allow_redirects=False) as response,
    ):
        text = await response.text()
        return Installed(status=response.status, text=text, callback=callback, cookies=cookies)


def _link(page: str) -> str:
    found = _LINK.search(page)
    if found is None:
        raise LookupError("the page has no way to Slack")
    return unescape(found[1])
