"""The form and its errors: whatever is typed, a page that helps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.domain.answers import MailForm
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Caller, Follow
from bot.domain.errors import BadCommand, UserError
from bot.domain.subscription_commands import mail_form
from bot.domain.subscriptions import Destination, Platform
from bot.presentation.notices import Viewer, present
from bot.sealing import Sealer
from bot.services.mail_links import manage_token
from tests.servers.mail_lab import KEYS, MONDAY, Lab, lab, morning, papers
from tests.services.conftest import FakeSource

HERE = Destination(platform=Platform.SLACK, workspace="T1", channel="C1")
ANA = Caller(person="U1", name="Ana", here=HERE, zone="Europe/Berlin")
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Lab]:
    async with lab(f"sqlite:///{tmp_path / 'a.db'}") as here:
        yield here


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"address": "ana"}, "no @ with a name", id="no address"),
        pytest.param({"address": "ana@x.org\r\nBcc: b@x.org"}, "That is no mail address", id="a line break"),
        pytest.param({"filter": 'diffusion "world'}, "never closed", id="an open quote"),
        pytest.param({"when": "at 25:00"}, "For example: weekdays", id="no such hour"),
        pytest.param({"when": "in #papers"}, "For example: weekdays", id="a channel"),
        pytest.param({"zone": ""}, "Which time zone?", id="no zone"),
        pytest.param({"zone": "Berln"}, "Did you mean", id="a misspelt zone"),
        pytest.param({"top": "99"}, "A number from 1 to 20", id="too many"),
        pytest.param({"top": "²"}, "A number from 1 to 20", id="no number"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    here: Lab, fields: dict[str, str], says: str
) -> None:
    answer = await here.ask(**{"filter": "robots", **fields})
    assert answer.startswith("400")
    assert says in answer
    assert len(LexborHTMLParser(answer).css("[aria-invalid]")) == 1
    await here.settle()
    assert here.server.kept == []


@pytest.mark.parametrize("field", ["address", "filter", "when", "zone", "top"])
async def test_markup_in_a_field_is_shown_as_it_is(here: Lab, field: str) -> None:
    async with here.client.post(
        "/mail", data={"address": "ana@x.org", "zone": "UTC", field: HOSTILE}
    ) as answer:
        tree = LexborHTMLParser(await answer.text())
    [shown] = tree.css(f"#{field}")
    assert shown.attributes["value"] == HOSTILE
    assert tree.css("script") == []


async def test_an_oversized_form_is_refused(here: Lab) -> None:
    async with here.client.post("/mail", data={"address": "a" * 100_000}) as answer:
        assert answer.status == 413


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        pytest.param(f"{FORM}; charset=foo", b"address=a", 400, id="no such encoding"),
        pytest.param(f"{FORM}; charset=utf-16", b"address=a", 400, id="not in its encoding"),
        pytest.param(MULTIPART, b"zzz", 400, id="parts without a boundary"),
        pytest.param(f"{MULTIPART}; boundary=x", b"zzz", 400, id="no parts"),
        pytest.param("application/json", b"{}", 400, id="no form"),
        pytest.param(FORM, b"address=%ff%00@x.org&zone=UTC", 400, id="no letters"),
        pytest.param(FORM, b"address=a&address=b&zone=%00", 400, id="twice"),
    ],
)
async def test_a_form_that_is_none_is_refused_and_no_defect_of_ours(
    here: Lab, kind: str, body: bytes, status: int
) -> None:
    async with here.client.post("/mail", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == status


async def test_a_form_that_grows_without_saying_so_is_refused(here: Lab) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 1_000

    async with here.client.post("/mail", data=endless(), headers={"Content-Type": FORM}) as answer:
        assert answer.status == 413


async def test_a_form_that_never_ends_is_given_up(here: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.email.routes._PATIENCE", 0.1)
    held = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"address="
        await held.wait()

    async with here.client.post("/mail", data=slow(), headers={"Content-Type": FORM}) as answer:
        assert answer.status == 408
        held.set()


async def test_no_visitor_makes_us_ask_the_source(tmp_path: Path) -> None:
    source = FakeSource()
    async with lab(f"sqlite:///{tmp_path / 'b.db'}", source=source) as here:
        answer = await here.ask(filter="like:2511.77777")
        assert "I have no paper 2511.77777" in answer
        await here.followed()
        [one] = await here.rooms.store.subscriptions.all()
        edit = f"/mail/edit?t={manage_token(Sealer(KEYS), one)}"
        assert "I have no paper" in await here.post(edit, filter="like:2511.77777", zone="UTC")
    assert source.asked == []


async def test_what_is_like_a_stored_paper_can_be_followed_by_mail(here: Lab) -> None:
    listing = papers(MONDAY - timedelta(days=3))
    first = replace(
        listing.entries[0].paper,
        title="Diffusion policies for dexterous grasping",
        abstract="We learn dexterous grasping with diffusion policies and tactile sensing.",
        keywords=("dexterous grasping", "tactile sensing", "diffusion policies"),
    )
    told = replace(listing.entries[0], paper=first)
    await here.rooms.ingest.keep(replace(listing, entries=(told, *listing.entries[1:])))
    await here.followed(filter=f"like:{first.id}")
    [one] = await here.rooms.store.subscriptions.all()
    [term] = one.filter.terms()
    assert term.subject  # without it nothing would ever match


async def test_no_answer_may_be_kept_and_no_address_of_a_page_goes_elsewhere(here: Lab) -> None:
    for path in ("/mail", "/mail/edit?t=x"):
        async with here.client.get(path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.cookies == {}


async def test_a_follow_by_mail_in_a_chat_leads_to_the_form_filled_in(here: Lab) -> None:
    command = parse_command('follow diffusion, "world model" weekly on friday at 18:30 by mail top 7')
    assert isinstance(command, Follow)
    made = mail_form("/mail", command, ANA)
    async with here.client.get(made.url) as answer:
        tree = LexborHTMLParser(await answer.text())
    shown = {node.attributes["name"]: node.attributes["value"] for node in tree.css("input")}
    assert shown == {
        "address": "",
        "filter": 'diffusion, "world model"',
        "when": "weekly on Friday at 18:30",
        "zone": "Europe/Berlin",
        "top": "7",
    }


@pytest.mark.parametrize("text", ["follow agents by mail", "follow agents daily at 09:00 top 3 by e-mail"])
def test_by_mail_is_a_clause_that_is_written_back(text: str) -> None:
    command = parse_command(text)
    assert isinstance(command, Follow)
    assert command.clauses.by_mail
    assert str(command.filter) == "agents"
    assert parse_command(format_command(command)) == command


def test_a_channel_cannot_be_subscribed_by_mail() -> None:
    with pytest.raises(BadCommand, match="one person") as caught:
        parse_command("subscribe agents by mail")
    assert caught.value.suggestion == "follow agents by mail"


def test_mail_that_is_filter_text_stays_filter_text() -> None:
    command = parse_command("follow attacks by mail servers")
    assert isinstance(command, Follow)
    assert (str(command.filter), command.clauses.by_mail) == ('"attacks by mail servers"', False)


def test_where_no_mail_is_sent_the_answer_says_so_and_offers_messages() -> None:
    command = parse_command("follow agents by mail")
    assert isinstance(command, Follow)
    with pytest.raises(UserError, match="sends no mail") as caught:
        mail_form("", command, ANA)
    assert caught.value.remedies == (("Follow without mail", "follow agents"),)


def test_the_answer_asks_for_no_address_in_the_chat() -> None:
    command = parse_command("follow agents by mail")
    assert isinstance(command, Follow)
    url = "https://papers.test/mail?filter=agents"
    notice = present(MailForm(command=command, url=url), Viewer(now=morning()))
    assert notice.headline == "Type your address into the form, not here."
    assert [link.url for card in notice.cards for link in card.links] == [url]
