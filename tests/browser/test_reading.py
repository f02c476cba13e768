from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import check_usable

PAGES = (
    "/",
    "/date/2025-11-10?filter=planning,%20%22world%20model%22",
    "/?filter=%22oops",
    "/?filter=proteins",
    "/date/2025-11-08",
    "/week/2025-W46",
    "/month/2025-11",
    "/trending",
    "/search",
    "/search?q=dreams",
    "/papers/2511.00001",
    "/nowhere",
)


async def test_everybody_can_use_every_page(page: Page) -> None:
    for path in PAGES:
        await page.goto(path)
        await check_usable(page, path)


async def test_days_are_leafed_through(page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Monday 10 November 2025")
    await page.get_by_role("link", name="Before: Friday 7 November 2025").click()
    await expect(page).to_have_url(re.compile("/date/2025-11-07$"))
    await expect(page.get_by_role("heading", level=2)).to_have_text("Friday's proteins")
    await page.get_by_role("link", name="After: Monday 10 November 2025").click()
    await page.get_by_role("link", name="Page 2").click()
    await expect(page.get_by_text("Page 2 of 2")).to_be_visible()


async def test_a_filter_is_typed_mistyped_and_mended(page: Page) -> None:
    await page.goto("/")
    box = page.get_by_role("textbox", name="Filter")
    await box.fill('"world model')
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("never closed")
    assert await box.get_attribute("aria-describedby") == "fault"
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(page.get_by_text("Only: “world model”.").first).to_be_visible()
    await expect(page.locator("mark").first).to_have_text("world model")
    await expect(page.get_by_text("“world model” in the title")).to_be_visible()
    await page.get_by_role("link", name="Clear").click()
    await expect(box).to_have_value("")


async def test_a_search_leads_to_a_paper_and_back_to_its_day(page: Page) -> None:
    await page.goto("/")
    box = page.get_by_role("searchbox", name="Search all papers")
    await box.fill("dreams")
    await box.press("Enter")
    await page.get_by_role("link", name="A world model that dreams").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("A world model that dreams")
    await expect(page.get_by_role("img", name=re.compile("From 40 on .* to 140 upvotes"))).to_be_visible()
    await expect(page.get_by_role("link", name="PDF")).to_have_attribute(
        "href", "https://arxiv.org/pdf/2511.00001"
    )
    await page.get_by_role("link", name="Mon 10 Nov 2025").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Monday 10 November 2025")


async def test_what_is_followed_can_be_copied(page: Page) -> None:
    await page.goto("/?filter=planning")
    command = page.get_by_text("/papers follow planning")
    await expect(command).to_be_hidden()
    await page.get_by_text("Follow this").click()
    await expect(command).to_be_visible()
    await command.click()
    assert await page.evaluate("getSelection().toString()") == "/papers follow planning"
    feed = page.locator(".follow a")
    assert (await page.request.get(await feed.get_attribute("href") or "")).ok


async def test_names_of_authors_are_shown_on_demand(page: Page) -> None:
    await page.goto("/")
    first = page.get_by_role("listitem").filter(has_text="A world model that dreams")
    await expect(first.get_by_text("Grace Hopper")).to_be_hidden()
    await first.locator("summary").click()
    await expect(first.get_by_text("Grace Hopper")).to_be_visible()


async def test_the_keyboard_is_enough(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the papers")
    await expect(skip).to_be_focused()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == "A world model that dreams":
            break
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/papers/2511.00001$"))
