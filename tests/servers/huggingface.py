"""A local Hugging Face: serves Daily Papers as the real one does, and fails when told to."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping
    from pathlib import Path

Item = dict[str, Any]
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_JSON = "application/json"
PAGE = "<!DOCTYPE html><html><head><title>Hugging Face</title></head><body>We are back soon.</body></html>"


def answer(
    status: int, body: str = "", *, kind: str = _JSON, headers: Mapping[str, str] | None = None
) -> Fault:
    """Answers with exactly this."""

    async def fault(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type=kind, headers=headers)

    return fault


def throttled(**headers: str) -> Fault:
    """429, with *headers* (an underscore stands for a hyphen)."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(429, '{"error":"Rate limited"}', headers=told)


def html(status: int = 200) -> Fault:
    """A web page where JSON belongs, as gateways send it."""
    return answer(status, PAGE, kind="text/html")


async def hang(request: web.Request) -> web.StreamResponse:
    """Never answers; ends when the server stops."""
    await request.app[RELEASE].wait()
    return web.Response()


async def drop(request: web.Request) -> web.StreamResponse:
    """Closes the connection without a word."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    """Promises more bytes than it sends, then closes the connection."""
    response = web.StreamResponse(headers={"Content-Length": "10000", "Content-Type": _JSON})
    await response.prepare(request)
    await response.write(b'[{"paper":')
    if request.transport is not None:
        request.transport.close()
    return response


def truncated(items: Iterable[Item]) -> Fault:
    """A complete answer whose JSON stops in the middle."""
    whole = json.dumps(list(items))
    return answer(200, whole[: len(whole) // 2])


RELEASE = web.AppKey("release", asyncio.Event)


@dataclass(kw_only=True)
class HuggingFaceServer:
    """What the server has and does; change it while it runs.

    *faults* are used up one a request, before anything is served. *page_limit* is the most items a page holds
    whatever was asked, as where a proxy caps it; *left* makes every answer carry a ``RateLimit`` header.
    """

    today: date
    days: dict[date, list[Item]] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[web.Request] = field(default_factory=list)
    page_limit: int = 100
    left: int | None = None
    url: str = ""
    asked: threading.Event = field(default_factory=threading.Event)
    """Set as soon as something was asked; for a test that runs in another thread."""

    def fail(self, *faults: Fault) -> None:
        """Answer the next requests with *faults*, in order."""
        self.faults.extend(faults)

    def shrink(self, day: date, count: int) -> None:
        """Leave only the first *count* items of *day*."""
        self.days[day] = self.days[day][:count]

    @property
    def queries(self) -> list[dict[str, str]]:
        """The query of each request so far."""
        return [dict(request.query) for request in self.requests]

    def load(self, archive: Path) -> None:
        """Add what *archive* (JSON lines, gzip or not; or a folder of them) has recorded."""
        files = sorted(archive.glob("*.jsonl*")) if archive.is_dir() else [archive]
        for file in files:
            with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
                for line in map(json.loads, lines):
                    self.days.setdefault(date.fromisoformat(line["list_date"]), []).append(line["item"])

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A fault if one is due, else what was asked for."""
        self.requests.append(request)
        self.asked.set()
        if self.faults:
            return await self.faults.popleft()(request)
        response = self._paper(request) if "id" in request.match_info else self._papers(request)
        if self.left is not None:
            self.left = max(0, self.left - 1)
            response.headers["RateLimit"] = f'"api";r={self.left};t=55'
            response.headers["RateLimit-Policy"] = '"fixed window";"api";q=500;w=300'
        return response

    def _paper(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        papers = (item["paper"] for items in self.days.values() for item in items)
        found = next((paper for paper in papers if paper["id"] == wanted), None)
        return web.json_response(found) if found else _error(404, "Paper not found")

    def _papers(self, request: web.Request) -> web.Response:
        query = request.query
        days = self._asked(query)
        number, limit = query.get("p", "0"), query.get("limit", "50")
        if days is None or not number.isdigit() or not limit.isdigit() or not 1 <= int(limit) <= 100:
            return _error(400, "Invalid query")
        items = sorted(
            (item for day in days for item in self.days.get(day, [])), key=_order(query.get("sort"))
        )
        size = min(int(limit), self.page_limit)
        return web.json_response(items[int(number) * size : (int(number) + 1) * size])

    def _asked(self, query: Mapping[str, str]) -> list[date] | None:
        """The days asked for; None if the query is not a good one."""
        if len(query.keys() & {"date", "week", "month"}) > 1:
            return None
        try:
            first, last = _span(query, newest=max(self.days, default=self.today))
        except ValueError:
            return None
        if first > self.today:
            return None
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _span(query: Mapping[str, str], *, newest: date) -> tuple[date, date]:
    day, week, month = query.get("date"), query.get("week"), query.get("month")
    if week is not None:
        first = date.fromisoformat(f"{week}-1") if _WEEK.fullmatch(week) else _bad()
        return first, first + timedelta(days=6)
    if month is not None:
        first = date.fromisoformat(f"{month}-01") if _MONTH.fullmatch(month) else _bad()
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if day is not None:
        first = date.fromisoformat(day) if _DAY.fullmatch(day) else _bad()
        return first, first
    return newest, newest


def _bad() -> date:
    raise ValueError("malformed date")


def _order(sort: str | None) -> Callable[[Item], tuple[float, ...]]:
    """Upvotes, highest first: a date's answer is so ordered, whatever the sort says."""
    del sort
    return lambda item: (-float(item.get("paper", {}).get("upvotes") or 0),)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)


@asynccontextmanager
async def huggingface(
    days: Mapping[date, list[Item]] | None = None, *, today: date
) -> AsyncGenerator[HuggingFaceServer]:
    """A running server on a free loopback port, with the listings *days*."""
    server = HuggingFaceServer(today=today, days=dict(days or {}))
    app = web.Application()
    app[RELEASE] = asyncio.Event()
    app.router.add_get("/api/daily_papers", server.handle)
    app.router.add_get("/api/papers/{id}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        app[RELEASE].set()
        await runner.cleanup()


def item(
    paper_id: str,
    title: str = "A paper",
    *,
    upvotes: int = 0,
    comments: int = 0,
    day: date | None = None,
    **paper: object,
) -> Item:
    """An item in the recorded shape; further fields go on the paper."""
    listed = {"submittedOnDailyAt": f"{day}T03:00:00.123Z"} if day else {}
    return {
        "paper": {
            "id": paper_id,
            "title": title,
            "summary": f"About {title}.",
            "authors": [{"name": "Ana Example", "hidden": False}],
            "publishedAt": "2025-10-14T12:41:05.000Z",
            "upvotes": upvotes,
            "discussionId": "68dc90f34159d1f2418f9ac8",
            **listed,
            **paper,
        },
        "publishedAt": "2025-10-14T08:41:05.000Z",
        "title": title,
        "numComments": comments,
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper_id}.png",
        "isAuthorParticipating": False,
    }
