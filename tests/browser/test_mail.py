"""Mail from the first form to the last click, in a real browser: the application as it runs, and a real mail server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.async_api import Page, expect

from bot.app.delivering import delivery
from bot.app.mail import on_email
from bot.app.rooms import Paperround, opened
from bot.app.web import on_web
from bot.settings import EmailSettings, Settings, WebSettings
from handlers.email.serving import Email
from handlers.listening import address_of
from handlers.web.serving import listening
from tests.browser.conftest import LOOKS, browsing, check_usable
from tests.servers.mail_lab import morning, papers
from tests.servers.smtp import Kept, MailServer

ANA = "ana@example.org"
OF_WHOLE_PAGES = ("landmark-one-main", "region")
"""Rules that a mail need not follow: it is shown within the page of a mail program."""
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/mail/(\w+)\?t=[\w.~-]+)")


@dataclass(kw_only=True)
class Town:
    """One process with pages and mail, on Monday morning at seven; *address* is where it is found."""

    rooms: Paperround
    mail: Email
    server: MailServer
    address: str
    clock: list[datetime] = field(default_factory=lambda: [morning(hour=7)])

    async def newest(self, hours: float = 0) -> Kept:
        """The mail that came last, *hours* from now."""
        self.clock[0] += timedelta(hours=hours)
        work = delivery(self.rooms, [self.mail.messenger], owner="town", observe=lambda _: None)
        await work.rounds.tick()
        await work.courier.settle()
        return self.server.to(ANA)[-1]


def free_address() -> tuple[int, str]:
    """A port that nobody has now, and how it is called: the links in mails must know it beforehand."""
    with listening("127.0.0.1", 0) as listener:
        return listener.getsockname()[1], address_of(listener)


def link(mail: Kept, page: str) -> str:
    return next(found[1] for found in LINK.finditer(mail.text) if found[2] == page)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    port, address = free_address()
    clock = [morning(hour=7)]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(MailServer().running())
        settings = Settings(
            data_dir=tmp_path,
            seal_keys=Fernet.generate_key().decode(),
            web=WebSettings(port=port, base_url=address),
            email=EmailSettings(
                host="127.0.0.1",
                port=server.port,
                security="none",
                sender="Paperround <papers@paperround.test>",
            ),
        )
        rooms = await stack.enter_async_context(
            opened(settings.store_url, data_dir=tmp_path, now=lambda: clock[0], observe=lambda _: None)
        )
        await rooms.ingest.keep(papers())
        mail = await stack.enter_async_context(on_email(settings, rooms))
        assert mail is not None
        await stack.enter_async_context(on_web(settings, rooms, routes=mail.routes))
        yield Town(rooms=rooms, mail=mail, server=server, address=address, clock=clock)


@pytest.fixture(params=LOOKS)
async def page(request: pytest.FixtureRequest, town: Town) -> AsyncIterator[Page]:
    async with browsing(town.address, request.param) as page:
        yield page


async def asked(page: Page, town: Town) -> str:
    """Ask for mail from the page of a filter; gives the link to confirm."""
    await page.goto("/?filter=robots")
    await page.get_by_text("Follow this").click()
    await page.locator(".follow a", has_text="/mail?").click()
    await expect(page.get_by_label("Which papers")).to_have_value("robots")
    await page.get_by_label("Mail address").fill(ANA)
    await page.get_by_label("Your time zone").fill("Berlin")
    await page.get_by_role("button", name="Send me the link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your inbox")
    return link(await town.newest(), "confirm")


async def followed(page: Page, town: Town) -> Kept:
    """The first digest of who asked and confirmed."""
    await page.goto(await asked(page, town))
    await page.get_by_role("button", name="Yes, send them").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The papers will come")
    return await town.newest(hours=2)


async def test_it_is_asked_for_confirmed_changed_paused_and_resumed(page: Page, town: Town) -> None:
    digest = await followed(page, town)
    assert str(digest.message["Subject"]).startswith("5 papers: World models for robots")
    await page.goto(link(digest, "edit"))
    await page.get_by_label("Which papers").fill('"world models" -survey')
    await page.get_by_label("Papers at most").fill("3")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Saved.")
    await expect(page.get_by_text("up to 3 papers, to your inbox")).to_be_visible()
    await page.goto(link(digest, "pause"))
    await page.get_by_role("button", name="Pause it").click()
    await expect(page.get_by_role("status")).to_have_text("Paused. Nothing comes until you resume it.")
    await page.get_by_role("button", name="Resume it").click()
    await expect(page.get_by_role("status")).to_have_text("It comes again.")
    [one] = await town.rooms.store.subscriptions.all()
    assert (str(one.filter), one.top, one.paused) == ('"world models" -survey', 3, False)


async def test_one_click_of_a_mail_program_ends_it_and_so_does_our_button(page: Page, town: Town) -> None:
    digest = await followed(page, town)
    one_click = str(digest.message["List-Unsubscribe"]).strip("<>")
    answer = await page.request.post(one_click, form={"List-Unsubscribe": "One-Click"})
    assert answer.ok
    assert await town.rooms.store.subscriptions.all() == []
    await page.goto(link(digest, "unsubscribe"))  # pressed again by hand
    await expect(page.get_by_role("heading", level=1)).to_have_text("You get this no more")
    await page.get_by_role("button", name="Delete all about me now").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Forgotten")
    assert await town.rooms.store.recipients.all() == []


async def test_everybody_can_use_every_page_of_mail_and_the_mails(page: Page, town: Town) -> None:
    confirm = await asked(page, town)
    await check_usable(page, "what is said after asking")
    letter, digest = await town.newest(), await followed(page, town)
    await check_usable(page, "what is said after confirming")
    for mail in (letter, digest):
        await page.goto("about:blank")  # whose policy is nobody's
        await page.set_content(mail.html)
        await check_usable(page, "a mail", beside=OF_WHOLE_PAGES)
    for path in (
        "/mail",
        "/mail/edit?t=forged",
        confirm,
        *(link(digest, one) for one in ("edit", "pause", "unsubscribe")),
    ):
        await page.goto(path)
        await check_usable(page, path)
    await page.get_by_role("button", name="Unsubscribe").click()
    await check_usable(page, "what is said at the end")


@pytest.mark.parametrize(
    ("label", "typed", "says"),
    [
        ("Which papers", '"world', "never closed"),
        ("When", "at 25:00", "For example: weekdays at 9:00"),
        ("Your time zone", "Berln", "Did you mean Berlin"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_which_has_the_focus(
    page: Page, town: Town, label: str, typed: str, says: str
) -> None:
    await page.goto("/mail?zone=Berlin&filter=robots")
    await page.get_by_label("Mail address").fill(ANA)
    await page.get_by_label(label).fill(typed)
    await page.keyboard.press("Enter")
    wrong = page.get_by_label(label)
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_accessible_description(re.compile(re.escape(says)))
    await expect(page.get_by_label("Mail address")).to_have_value(ANA)
    await check_usable(page, f"a wrong {label}")
    assert town.server.kept == []


async def test_the_keyboard_is_enough_to_ask(page: Page, town: Town) -> None:
    await page.goto("/mail?filter=robots&zone=Berlin")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the page")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Mail address")).to_be_focused()
    await page.keyboard.type(ANA)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your inbox")
    assert link(await town.newest(), "confirm")
