from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from bot.domain.papers import Organization
from tests.handlers.web.conftest import THUMBNAIL, Reader, paper

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}&lt;\u202e</title></style>]]>"
PAGES = (
    "/",
    "/week/2025-W46",
    "/month/2025-11",
    "/trending",
    "/papers/2511.00001",
    "/search?q=alert",
    "/feeds/atom",
)
NEVER = {"script", "iframe", "object", "embed", "base", "meta-refresh", "style"}


class Seen(HTMLParser):
    """What a browser would make of a page: its tags, attributes, and addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def check_harmless(text: str) -> None:
    seen = Seen(text)
    assert not NEVER & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
    addresses = [value for name, value in seen.attributes if name in ("href", "src", "action")]
    assert all(value.startswith(("/", "https://", "http://", "#")) for value in addresses)


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "abstract",
        "summary",
        "authors",
        "organization",
        "keywords",
        "code_url",
        "project_url",
        "thumbnail_url",
    ],
)
async def test_no_field_of_a_paper_becomes_markup(reader: Reader, field: str) -> None:
    hostile: Any = {
        "authors": (HOSTILE, HOSTILE),
        "keywords": (HOSTILE,),
        "organization": Organization(handle="x", name=HOSTILE),
        "code_url": f"https://example.org/{HOSTILE}",
        "project_url": f"javascript:alert(1)//{HOSTILE}",
        "thumbnail_url": f"https://evil.example/{HOSTILE}",
    }.get(field, f"alert {HOSTILE}")
    known: dict[str, Any] = {field: hostile}
    await reader.keep(paper(**known))
    for path in PAGES[:-1]:
        answer = await reader.get(path)
        assert answer.status == 200
        check_harmless(answer.text)
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "path", ["/?filter=", "/search?q=", "/papers/", "/date/", "/week/", "/date?on=", "/"]
)
async def test_nothing_asked_for_becomes_markup(reader: Reader, path: str) -> None:
    await reader.keep(paper())
    answer = await reader.get(path + quote(HOSTILE, safe=""))
    assert answer.status in (200, 400, 404)
    check_harmless(answer.text)
    assert not reader.defects


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "//example.org", "https://", "\u0001"],
)
async def test_what_is_no_web_page_is_no_link(reader: Reader, url: str) -> None:
    await reader.keep(paper(code_url=url))
    for path in ("/", "/papers/2511.00001"):
        text = (await reader.get(path)).text
        assert ">Code" not in text
        check_harmless(text)


@pytest.mark.parametrize(
    "path", [*PAGES, "/livez", "/readyz", "/nowhere", "/broken", "/robots.txt", "/icon.svg", "/week"]
)
async def test_every_answer_is_secured(reader: Reader, path: str) -> None:
    await reader.keep(paper())
    headers = (await reader.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "unsafe" not in policy
    assert "script" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Server"] == "paperround"
    assert "Set-Cookie" not in headers


async def test_thumbnails_come_from_one_place(reader: Reader) -> None:
    await reader.keep(paper(), paper(2, thumbnail_url="https://elsewhere.example/a.png"))
    answer = await reader.get("/")
    assert answer.text.count("<img") == 1
    assert f'src="{THUMBNAIL}"' in answer.text
    assert "https://cdn-thumbnails.huggingface.co;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("reader", [{"thumbnails": False}], indirect=True)
async def test_without_thumbnails_nothing_is_asked_of_anyone(reader: Reader) -> None:
    await reader.keep(paper())
    for path in PAGES:
        answer = await reader.get(path)
        assert "<img" not in answer.text
        assert "img-src 'self';" in answer.headers["Content-Security-Policy"]


async def test_what_a_visitor_says_about_our_host_is_not_believed(reader: Reader) -> None:
    await reader.keep(paper())
    for path in ("/", "/feeds/atom"):
        answer = await reader.get(path, Host="evil.example", X_Forwarded_Host="evil.example")
        assert "evil.example" not in answer.text
        assert reader.address in answer.text


async def test_no_visitor_makes_us_ask_anyone(reader: Reader) -> None:
    await reader.keep(paper())
    for path in (
        "/papers/2511.77777",
        "/search?q=2511.77777",
        "/search?q=id:2511.77777",
        "/?filter=like:2511.77777",
    ):
        await reader.get(path)
    assert reader.source.asked == []


@pytest.mark.parametrize("path", ["/search?q=%00", "/papers/%00", "/?filter=%00", "/date/%00"])
async def test_what_no_text_can_hold_is_not_sent_back(reader: Reader, path: str) -> None:
    await reader.keep(paper())
    assert "\0" not in (await reader.get(path)).text


async def test_a_mounted_route_keeps_its_answer(reader: Reader) -> None:
    answer = await reader.get("/slack/events", method="POST")
    assert (answer.status, answer.text) == (200, '{"ok": true}')


async def test_a_slow_request_keeps_nobody_waiting(reader: Reader) -> None:
    await reader.keep(paper())
    host, port = reader.address.removeprefix("http://").split(":")
    slow = [await asyncio.open_connection(host, int(port)) for _ in range(50)]
    for _, writer in slow:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    assert (await reader.get("/")).status == 200
    for _, writer in slow:
        writer.close()


async def test_a_request_that_is_none_is_refused(reader: Reader) -> None:
    host, port = reader.address.removeprefix("http://").split(":")
    came, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 400 " in await came.readline()
    writer.close()
    assert (await reader.get("/livez")).status == 200
