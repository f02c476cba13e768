from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.app.rooms import Paperround, opened
from bot.domain.commands import Follow, Subscribe
from bot.domain.papers import Entry, Listing, Organization, Paper, Tally
from bot.services.browsing import Browsing
from handlers.web.following import Spelling
from handlers.web.press import Site
from handlers.web.serving import Web, listening, serving
from tests.services.conftest import MONDAY, Clock, FakeSource, at

TUESDAY = MONDAY + timedelta(days=1)
THUMBNAIL = "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2511.00001.png"


def paper(number: int = 1, title: str = "Agents that plan", upvotes: int = 10, **known: Any) -> Entry:  # noqa: ANN401 - any field of a Paper
    day = known.pop("day", MONDAY)
    seen = known.pop("seen", None)
    assert isinstance(day, date)
    facts: dict[str, Any] = {
        "id": f"2511.{number:05}",
        "title": title,
        "abstract": "We propose agents that plan in a world model.",
        "summary": "Agents plan by imagining what comes next.",
        "authors": ("Ada Lovelace", "Alan Turing", "Grace Hopper"),
        "author_count": 3,
        "organization": Organization(handle="nvidia", name="NVIDIA"),
        "keywords": ("planning",),
        "published_on": MONDAY,
        "listed_on": (day,),
        "code_url": "https://github.com/a/b",
        "project_url": "https://example.org/project",
        "thumbnail_url": THUMBNAIL,
        **known,
    }
    moment = seen if isinstance(seen, datetime) else at(day)
    return Entry(paper=Paper(**facts), tally=Tally(at=moment, upvotes=upvotes, comments=2, stars=1200))


def follows(command: Follow | Subscribe) -> str:
    return f"/papers {type(command).__name__.lower()} {command.filter}"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    size: int


@dataclass
class Reader:
    """A browser without a face, and the store behind the pages it reads."""

    http: aiohttp.ClientSession
    rooms: Paperround
    clock: Clock
    source: FakeSource
    address: str
    store: Path
    defects: list[BaseException] = field(default_factory=list)

    async def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(method, path, headers=named, allow_redirects=False) as answer:
            body = await answer.read()
            return Answer(answer.status, dict(answer.headers), body.decode(), len(body))

    async def keep(self, *entries: Entry, day: date = MONDAY, seen: datetime | None = None) -> None:
        """Keep a listing; what was printed before is looked at again a second later."""
        await self.rooms.ingest.keep(Listing(day=day, seen_at=seen or at(day), entries=entries))
        self.clock.pass_(timedelta(seconds=2))


async def _broken(_: web.Request) -> web.Response:
    raise ZeroDivisionError("secret words")


async def _mounted(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


@pytest.fixture
async def reader(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    """The pages of an empty store; ``parametrize("reader", [{…}], indirect=True)`` changes the site."""
    clock, source = Clock(), FakeSource()
    defects: list[BaseException] = []
    site = Site(
        **{"base": "", "spellings": (Spelling(name="Slack", spell=follows),), **getattr(request, "param", {})}
    )
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(
            opened(f"sqlite:///{tmp_path / 'web.db'}", source=source, now=clock, observe=lambda _: None)
        )
        parts = Web(
            site=site,
            browsing=Browsing(rooms.store.papers, rooms.searching, rooms.composer, now=clock),
            store=rooms.store,
            report=lambda error, _: defects.append(error),
            now=clock,
            states=(lambda: "Discord: connected.",),
        )
        others = [web.post("/slack/events", _mounted), web.get("/broken", _broken)]
        address = await stack.enter_async_context(serving(parts, listening("127.0.0.1", 0), others))
        http = await stack.enter_async_context(aiohttp.ClientSession(address))
        yield Reader(
            http=http,
            rooms=rooms,
            clock=clock,
            source=source,
            address=address,
            store=tmp_path / "web.db",
            defects=defects,
        )
