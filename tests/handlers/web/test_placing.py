"""Below a path of a host that has other things too: a proxy takes the path off, and every link brings it back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.web.placing import prefix_of, under
from tests.handlers.web.conftest import Reader, paper

BASE = "https://example.org/reading/papers"
OURS = re.compile(r'\s(?:href|action|src)="(/[^"]*)"')
PLACED = pytest.mark.parametrize("reader", [{"base": BASE}], indirect=True)


@pytest.fixture
async def outside(reader: Reader) -> AsyncIterator[aiohttp.ClientSession]:
    """The pages as readers find them, through a proxy that takes the path off."""

    async def passed(request: web.Request) -> web.Response:
        path = request.raw_path.removeprefix("/reading/papers")
        async with reader.http.get(path, allow_redirects=False) as answer:
            return web.Response(body=await answer.read(), status=answer.status, headers=_kept(answer.headers))

    app = web.Application()
    app.add_routes([web.get("/reading/papers/{rest:.*}", passed)])
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        yield http


def _kept(headers: object) -> dict[str, str]:
    assert hasattr(headers, "items")
    return {name: value for name, value in headers.items() if name in ("Content-Type", "Location")}


@PLACED
async def test_every_link_of_every_page_leads_somewhere(
    reader: Reader, outside: aiohttp.ClientSession
) -> None:
    await reader.keep(paper(1, "A world model"), paper(2))
    await reader.keep(
        paper(3, day=paper().paper.listed_on[0].replace(day=7)), day=paper().paper.listed_on[0].replace(day=7)
    )
    seen: set[str] = set()
    waiting = ["/reading/papers/", "/reading/papers/?filter=%22oops", "/reading/papers/nowhere"]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 80:
            continue
        seen.add(path)
        async with outside.get(path) as answer:
            text = await answer.text()
            assert answer.status == 200 or "oops" in path or "nowhere" in path, path
            if answer.content_type == "text/html":
                waiting += [found.replace("&amp;", "&") for found in OURS.findall(text)]
    assert all(path.startswith("/reading/papers/") for path in seen)
    assert {"/reading/papers/icon.svg", "/reading/papers/papers/2511.00001"} <= seen


@PLACED
@pytest.mark.parametrize(
    ("path", "leads"), [("/week", "/week/2025-W46"), ("/date?on=2025-11-10", "/date/2025-11-10")]
)
async def test_what_leads_elsewhere_leads_below_the_path(reader: Reader, path: str, leads: str) -> None:
    await reader.keep(paper())
    assert (await reader.get(path)).headers["Location"] == f"/reading/papers{leads}"


@PLACED
async def test_many_who_ask_for_another_id_of_a_paper_at_once_are_all_led_to_it(reader: Reader) -> None:
    await reader.keep(paper())
    answers = await asyncio.gather(*(reader.get("/papers/2511.00001v2") for _ in range(8)))
    assert {answer.status for answer in answers} == {301}
    assert {answer.headers["Location"] for answer in answers} == {"/reading/papers/papers/2511.00001"}


@PLACED
async def test_addresses_to_copy_and_feeds_are_whole(reader: Reader) -> None:
    await reader.keep(paper())
    assert f'href="{BASE}/feeds/atom"' in (await reader.get("/")).text
    assert f'href="{BASE}/papers/2511.00001"' in (await reader.get("/feeds/atom")).text


@pytest.mark.parametrize(
    ("html", "moved"),
    [
        ('<a href="/week">', '<a href="/p/week">'),
        ('<a class="x" href="/">', '<a class="x" href="/p/">'),
        ('<form method="post" action="/mail">', '<form method="post" action="/p/mail">'),
        ('<a href="//other.example/">', '<a href="//other.example/">'),
        ('<a href="https://example.org/">', '<a href="https://example.org/">'),
        ("<p>type href=&#34;/week&#34;</p>", "<p>type href=&#34;/week&#34;</p>"),
    ],
)
def test_only_links_to_our_own_pages_are_moved(html: str, moved: str) -> None:
    assert under("/p", html) == moved
    assert under("", html) == html


@pytest.mark.parametrize(
    ("base", "prefix"),
    [("", ""), ("https://a.example", ""), ("https://a.example/", ""), ("https://a.example/p/q/", "/p/q")],
)
def test_the_prefix_is_the_path_of_the_address_from_outside(base: str, prefix: str) -> None:
    assert prefix_of(base) == prefix
