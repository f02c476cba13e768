"""Follows by mail, from the form to the last digest: through the real pages, outbox and a real mail server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.mailboxes import digests_to
from bot.domain.subscriptions import Subscription
from bot.sealing import Sealer
from bot.services.mail_links import manage_token
from bot.services.mailing import FORGOTTEN_AFTER, UNCONFIRMED_FOR
from tests.servers.mail_lab import KEYS, MONDAY, Lab, lab, link, papers

ANA, BEN = "ana@example.org", "ben@example.org"
A_DAY = timedelta(days=1)
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Lab]:
    async with lab(f"sqlite:///{tmp_path / 'a.db'}") as here:
        yield here


def all_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def follows(here: Lab) -> list[Subscription]:
    return await here.rooms.store.subscriptions.all()


async def test_a_follow_begins_when_its_link_is_confirmed_and_its_digest_comes_at_its_hour(here: Lab) -> None:
    assert (await here.ask()).startswith("200")
    assert await follows(here) == []
    await here.settle()
    [asking] = here.server.to(ANA)
    confirm = link(asking, "confirm")
    assert "Shall these papers come?" in await here.get(confirm)
    assert await follows(here) == []  # a mail program may have looked
    assert "The papers will come" in await here.post(confirm)
    [one] = await follows(here)
    assert (str(one.filter), one.top, one.destination.person) == ("robots", 3, True)
    here.server.kept.clear()
    here.pass_(TWO_HOURS)
    await here.settle()
    [digest] = here.server.to(ANA)
    assert str(digest.message["Subject"]).startswith("3 papers: World models for robots, part 8")
    assert "part 8 of Monday" in digest.html


async def test_a_confirmed_link_confirms_once_however_often_it_is_pressed(here: Lab) -> None:
    await here.ask()
    await here.settle()
    confirm = link(here.server.kept[0], "confirm")
    told = await asyncio.gather(*(here.post(confirm) for _ in range(5)))
    assert len(await follows(here)) == 1
    assert {answer[:3] for answer in told} == {"200"}
    assert "The papers come already" in await here.get(confirm)


async def test_a_used_link_does_not_bring_back_what_was_ended(here: Lab) -> None:
    await here.ask()
    await here.settle()
    confirm = link(here.server.kept[0], "confirm")
    manage = re.search(r'/mail/edit\?t=[^"]+', await here.post(confirm))
    assert manage is not None
    await here.post(manage[0].replace("edit", "unsubscribe"))
    assert (await here.post(confirm)).startswith("410")
    assert await follows(here) == []


async def test_a_link_is_too_old_after_its_time_and_the_address_goes(here: Lab) -> None:
    await here.ask()
    await here.settle()
    here.pass_(UNCONFIRMED_FOR + timedelta(seconds=1))
    assert (await here.post(link(here.server.kept[0], "confirm"))).startswith("410")
    here.pass_(FORGOTTEN_AFTER)
    await here.rooms.store.recipients.forget(here.clock[0] - FORGOTTEN_AFTER)
    assert await here.rooms.store.recipients.all() == []


async def test_a_form_sent_twice_is_one_mail(here: Lab) -> None:
    await here.ask()
    await here.ask()
    await here.settle()
    assert len(here.server.kept) == 1


async def test_a_mail_that_asks_survives_a_server_that_is_down_and_greylists(here: Lab) -> None:
    here.server.by_number = {1: "busy", 2: "greylist"}
    await here.ask()
    for _ in range(4):
        await here.settle()
        here.pass_(timedelta(minutes=2))
    assert len(here.server.to(ANA)) == 1


async def test_whether_an_address_is_known_is_told_to_nobody_but_its_owner(here: Lab) -> None:
    await here.followed(ANA)
    here.pass_(timedelta(minutes=30))
    before = len(await here.rooms.store.outbox.deliveries(list(State), limit=100))
    known, unknown = await here.ask(ANA), await here.ask(BEN)
    assert known == unknown
    assert len(await here.rooms.store.outbox.deliveries(list(State), limit=100)) == before + 2
    await here.settle()
    assert "You get the same already." in here.server.to(ANA)[0].text
    assert link(here.server.to(BEN)[0], "confirm")
    assert len(await follows(here)) == 1


async def test_an_address_is_known_again_however_it_is_spelt(here: Lab) -> None:
    await here.followed("Ana@example.org")
    await here.ask(ANA)
    assert len(await here.rooms.store.recipients.all()) == 1


async def test_one_address_gets_few_mails_a_day_and_the_answer_stays_the_same(here: Lab) -> None:
    first = await here.ask(ANA, filter="robots 0")
    answers = {(await here.ask(ANA, filter=f"robots {n}"))[:3] for n in range(1, 8)}
    await here.settle()
    assert first.startswith("200")
    assert answers == {"200"}
    assert len(here.server.to(ANA)) == 4


async def test_one_client_may_ask_ten_times_an_hour(here: Lab) -> None:
    answers = [(await here.ask(f"p{number}@example.org"))[:3] for number in range(12)]
    assert answers == ["200"] * 10 + ["429"] * 2
    here.pass_(timedelta(hours=1))
    assert (await here.ask("later@example.org")).startswith("200")


async def test_it_can_be_changed_paused_resumed_and_ended_by_the_links_of_any_mail(here: Lab) -> None:
    await here.followed()
    here.pass_(TWO_HOURS)
    await here.settle()
    digest = here.server.kept[0]
    here.pass_(200 * A_DAY)  # links do not expire with their digest
    edit = link(digest, "edit")
    told = await here.post(edit, filter="agents", when="weekly on friday at 18:30", zone="Berlin", top="7")
    assert "Saved." in told
    assert "Weekly on Friday at 18:30 Berlin, up to 7 papers" in told
    await here.post(link(digest, "pause"))
    await here.post(link(digest, "pause"))
    [one] = await follows(here)
    assert (str(one.filter), one.cadence.zone, one.top, one.paused) == ("agents", "Europe/Berlin", 7, True)
    await here.post(edit.replace("edit", "resume"))
    [one] = await follows(here)
    assert not one.paused
    for _ in range(2):
        assert "You get this no more" in await here.post(link(digest, "unsubscribe"))
    assert await follows(here) == []
    assert (await here.get(edit)).startswith("410")


async def test_looking_at_a_link_changes_nothing(here: Lab) -> None:
    await here.followed()
    here.pass_(TWO_HOURS)
    await here.settle()
    before = await follows(here)
    for page in ("edit", "pause", "unsubscribe"):
        assert (await here.get(link(here.server.kept[0], page))).startswith("200")
    assert await follows(here) == before


async def test_one_click_of_a_mail_program_ends_it_without_a_cookie(here: Lab) -> None:
    await here.followed()
    here.pass_(TWO_HOURS)
    await here.settle()
    listed = str(here.server.kept[0].message["List-Unsubscribe"]).strip("<>")
    told = await here.post(listed, **{"List-Unsubscribe": "One-Click"})
    assert told.startswith("200")
    assert await follows(here) == []


async def test_forgetting_deletes_the_address_at_once_and_all_that_went_there(here: Lab) -> None:
    await here.followed()
    here.pass_(TWO_HOURS)
    await here.settle()
    forget = link(here.server.kept[0], "edit").replace("edit", "forget")
    for _ in range(2):
        assert "Forgotten" in await here.post(forget)
    store = here.rooms.store
    assert (await store.recipients.all(), await follows(here)) == ([], [])
    assert await store.outbox.deliveries(list(State), limit=10) == []


async def test_an_address_to_which_nothing_goes_any_more_is_deleted_after_three_days(here: Lab) -> None:
    await here.followed()
    [one] = await follows(here)
    await here.post(f"/mail/unsubscribe?t={manage_token(Sealer(KEYS), one)}")
    assert await here.rooms.store.recipients.forget(here.clock[0]) == 0
    here.pass_(FORGOTTEN_AFTER + A_DAY)
    assert await here.rooms.store.recipients.forget(here.clock[0] - FORGOTTEN_AFTER) == 1


async def test_an_address_in_use_is_never_deleted_by_time(here: Lab) -> None:
    await here.followed()
    here.pass_(400 * A_DAY)
    assert await here.rooms.store.recipients.forget(here.clock[0]) == 0


async def test_an_address_that_gets_no_mail_pauses_all_that_goes_there(here: Lab) -> None:
    await here.followed()
    await here.followed(filter="agents")
    here.server.always = "unknown"
    here.pass_(TWO_HOURS)
    await here.settle()
    assert [one.paused_because for one in await follows(here)] == [
        "its mail server says that this address gets no mail"
    ] * 2


async def test_a_digest_of_which_nobody_knows_is_not_sent_again_and_the_next_one_says_so(here: Lab) -> None:
    await here.followed(when="daily at 09:00")
    here.server.always = "cut"
    here.pass_(TWO_HOURS)
    await here.settle()
    here.server.always = ""
    for _ in range(3):
        here.pass_(timedelta(minutes=5))
        await here.settle()
    assert len(here.server.to(ANA)) == 1
    tuesday = MONDAY + A_DAY
    await here.rooms.ingest.keep(papers(tuesday))
    here.pass_(A_DAY)
    await here.settle()
    assert "could not confirm that Monday’s digest arrived" in " ".join(here.server.to(ANA)[1].text.split())


@pytest.mark.parametrize("page", ["confirm", "edit", "pause", "resume", "unsubscribe", "forget"])
async def test_a_forged_link_is_refused_with_a_page_that_helps(here: Lab, page: str) -> None:
    await here.followed()
    [one] = await follows(here)
    token = manage_token(Sealer(KEYS), one)
    for forged in (token[:-1], f"{token[:-3]}AAA", f"A{token}", "", "x" * 5_000, "../../etc/passwd"):
        for answer in (
            await here.get(f"/mail/{page}?t={forged}"),
            await here.post(f"/mail/{page}?t={forged}"),
        ):
            assert answer.startswith("404"), forged
            assert "To the form" in answer
    assert await follows(here) == [one]


async def test_a_link_that_confirms_cannot_manage_nor_one_of_another_change_mine(here: Lab) -> None:
    await here.followed(ANA)
    await here.ask(BEN)
    await here.settle()
    confirm = link(here.server.to(BEN)[0], "confirm")
    assert (await here.post(confirm.replace("confirm", "unsubscribe"))).startswith("404")
    [mine] = await follows(here)
    theirs = replace(mine, destination=digests_to("someone"))
    token = manage_token(Sealer(KEYS), theirs)
    assert (await here.post(f"/mail/edit?t={token}", filter="x", zone="UTC")).startswith("410")
    assert await follows(here) == [mine]


async def test_an_address_stands_nowhere_but_encrypted(here: Lab, tmp_path: Path) -> None:
    here.server.faults = {BEN: "unknown"}
    await here.followed(ANA)
    await here.ask(BEN)
    here.pass_(TWO_HOURS)
    await here.settle()
    assert here.server.to(ANA)
    kept = await asyncio.to_thread(all_files, tmp_path)
    for address in (ANA, BEN):
        assert address.encode() not in kept
        assert address not in repr(here.events)
        assert address not in repr(await here.rooms.store.outbox.deliveries(list(State), limit=100))
