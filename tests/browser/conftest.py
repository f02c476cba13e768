"""A real browser before real pages: the Chromium that this machine has, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright

from tests.handlers.web.conftest import Reader, paper, reader
from tests.services.conftest import MONDAY, at

__all__ = ["reader"]

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FRIDAY = date(2025, 11, 7)


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture
async def stocked(reader: Reader) -> Reader:
    """Pages with two days of papers, one of which grew."""
    many = [
        paper(number, f"Planning, part {number}", 60 - number, seen=at(MONDAY)) for number in range(2, 30)
    ]
    await reader.keep(paper(90, "Friday's proteins", 4, day=FRIDAY), day=FRIDAY)
    await reader.keep(paper(1, "A world model that dreams", 40), *many)
    grown = paper(1, "A world model that dreams", 140, seen=at(MONDAY, 20))
    await reader.keep(
        grown,
        *(replace(one, tally=replace(one.tally, at=at(MONDAY, 20))) for one in many),
        seen=at(MONDAY, 20),
    )
    reader.clock.pass_(timedelta(hours=12))
    return reader


LOOKS = ["light desktop", "dark phone"]


@asynccontextmanager
async def browsing(address: str, look: str) -> AsyncIterator[Page]:
    """A page that may ask nobody but *address*, which it does not find at fault; asking anyone else fails the test."""
    scheme, size = look.split()
    program, strangers = find_chromium(), []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        context = await browser.new_context(
            base_url=address,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": 1280, "height": 900} if size == "desktop" else {"width": 360, "height": 740},
        )
        opened = await context.new_page()
        opened.set_default_timeout(15_000)
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on(
            "request",
            lambda asked: strangers.append(asked.url) if not asked.url.startswith(address) else None,
        )
        yield opened
        await browser.close()
    assert [url for url in strangers if not url.startswith("https://cdn-thumbnails.huggingface.co/")] == []
    assert [said for said in complaints if "Content Security Policy" in said] == []


async def check_usable(page: Page, where: str, *, beside: tuple[str, ...] = ()) -> None:
    """Everybody can use what *page* shows: axe finds nothing, and it need not be scrolled sideways.

    The rules *beside* the point are left out.
    """
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    results = await Axe().run(page, options={"rules": {rule: {"enabled": False} for rule in beside}})
    assert results.violations_count == 0, f"{where}: {results.generate_report()}"
    wide = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"{where} has to be scrolled sideways"


@pytest.fixture(params=LOOKS)
async def page(request: pytest.FixtureRequest, stocked: Reader) -> AsyncIterator[Page]:
    async with browsing(stocked.address, request.param) as page:
        yield page
