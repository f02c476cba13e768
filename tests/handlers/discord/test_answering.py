"""Answers to interactions: in time, late, too late, with a file; through our local Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from bot.domain.events import AnswerLost, Event
from bot.presentation.cards import Notice
from handlers.discord.answering import Answering, Reply
from handlers.discord.answers import Attachment, shown
from handlers.discord.asking import Asked
from tests.handlers.discord.heard import Ear
from tests.servers.discord import interactions as kinds
from tests.servers.discord.callbacks import CALLBACK, WEBHOOK
from tests.servers.discord.faults import Fault, failing, throttled
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.messages import EPHEMERAL, Draft, Message
from tests.servers.discord.server import DiscordServer, running
from tests.servers.discord.world import Channel, User
from tests.servers.faults import cut

HELLO = Reply(body=shown(Notice(headline="Hello @everyone")).body)
SOON = 0.05


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer()) as started:
        yield started
        assert started.complaints == []


@pytest.fixture
def place(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Lab"), "papers")


@pytest.fixture
def ana(server: DiscordServer) -> User:
    return server.add_user("Ana")


@pytest.fixture
async def answering(server: DiscordServer, events: list[Event]) -> AsyncIterator[Answering]:
    async with aiohttp.ClientSession() as http:
        yield Answering(http, server.api, events.append, prompt=SOON)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def ear(server: DiscordServer, place: Channel) -> Ear:
    del place
    return Ear(server)


async def at_once(reply: Reply) -> Reply:
    return reply


def after_the_acknowledgement(there: Interaction, reply: Reply) -> Callable[[], Coroutine[Any, Any, Reply]]:
    """Work that ends only when the person was told to wait."""

    async def work() -> Reply:
        await there.answer()
        return reply

    return work


def own_answer(server: DiscordServer, place: Channel, user: User) -> Message:
    """An answer of ours that only *user* sees, with a button."""
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Yes", "custom_id": "p1:draft:ok:x"}]}
    body = {"components": [row], "flags": EPHEMERAL}
    return server.messages.create(place, server.bot, body, Draft(seen_by=user))


def pressed(ear: Ear, user: User, source: Message) -> tuple[Interaction, Asked]:
    data = {"component_type": 2, "custom_id": "p1:draft:ok:x", "id": 2}
    return ear.asked(user, source.channel, data=data, kind=kinds.COMPONENT, source=source)


async def test_what_is_ready_is_answered_at_once_and_to_the_asker_alone(
    ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    there, asked = ear.asked(ana, place)
    await answering.answer(asked, at_once(HELLO))
    [reply] = there.replies
    assert reply.type == kinds.MESSAGE
    assert reply.body["flags"] & EPHEMERAL
    assert reply.body["allowed_mentions"] == {"parse": []}


async def test_slow_work_is_acknowledged_and_the_answer_edited_in(
    ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    there, asked = ear.asked(ana, place)
    await answering.answer(asked, after_the_acknowledgement(there, HELLO)())
    first, second = there.replies
    assert (first.type, first.body["flags"]) == (kinds.DEFERRED, EPHEMERAL)
    assert second.what == "edit"
    assert "Hello" in (await there.message()).text


async def test_a_slow_answer_that_replaces_edits_the_message_that_was_pressed(
    server: DiscordServer, ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    offer = own_answer(server, place, ana)
    there, asked = pressed(ear, ana, offer)
    reply = Reply(body=HELLO.body, replaces=True)
    await answering.answer(asked, after_the_acknowledgement(there, reply)(), replaces=True)
    assert there.replies[0].type == kinds.DEFERRED_UPDATE
    assert "Hello" in offer.text


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(HELLO, "Hello", id="an error"),
        pytest.param(Reply(form={"custom_id": "x"}, replaces=True), "too long to open a form", id="a form"),
    ],
)
async def test_what_replaces_nothing_comes_beside_the_message_that_was_pressed_however_late(
    server: DiscordServer,
    ear: Ear,
    answering: Answering,
    place: Channel,
    ana: User,
    reply: Reply,
    told: str,
) -> None:
    offer = own_answer(server, place, ana)
    there, asked = pressed(ear, ana, offer)
    before = offer.text
    await answering.answer(asked, after_the_acknowledgement(there, reply)(), replaces=True)
    [beside] = there.follow_ups
    assert told in beside.text
    assert beside.flags & EPHEMERAL
    assert offer.text == before


async def test_what_must_be_told_is_begun_only_once_it_can_be(
    server: DiscordServer, ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    begun = []

    async def work(there: Interaction) -> Reply:
        begun.append([reply.type for reply in there.replies])
        return Reply(body=HELLO.body, replaces=True)

    offer = own_answer(server, place, ana)
    there, asked = pressed(ear, ana, offer)
    await answering.answer(asked, work(there), replaces=True, surely=True)
    assert begun == [[kinds.DEFERRED_UPDATE]]
    assert "Hello" in offer.text


async def test_what_must_be_told_is_not_begun_when_it_is_too_late(
    server: DiscordServer, ear: Ear, answering: Answering, place: Channel, ana: User, events: list[Event]
) -> None:
    begun = []

    async def work() -> Reply:
        begun.append(True)
        return HELLO

    data = {"component_type": 2, "custom_id": "p1:draft:ok:x", "id": 2}
    offer = own_answer(server, place, ana)
    _, asked = ear.asked(ana, place, data=data, kind=kinds.COMPONENT, source=offer, age=4)
    await answering.answer(asked, work(), replaces=True, surely=True)
    assert begun == []
    assert any(isinstance(event, AnswerLost) for event in events)


async def test_a_message_for_everybody_is_never_replaced(
    server: DiscordServer, ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "No", "custom_id": "p1:draft:ok:x"}]}
    public = server.posted(place, {"components": [row]})
    there, asked = pressed(ear, ana, public)
    await answering.answer(asked, at_once(Reply(body=HELLO.body, replaces=True)))
    assert there.replies[0].type == kinds.MESSAGE
    assert "Hello" not in public.text


async def test_a_form_opens_at_once(ear: Ear, answering: Answering, place: Channel, ana: User) -> None:
    field = {"type": 4, "custom_id": "at", "style": 1}
    label = {"type": 18, "label": "At", "component": field}
    form = {"custom_id": "p1:fill:!subscribe", "title": "Papers", "components": [label]}
    there, asked = ear.asked(ana, place)
    await answering.answer(asked, at_once(Reply(form=form)))
    assert (await there.answer()).type == kinds.MODAL


async def test_a_form_that_comes_too_late_is_told_in_words(
    ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    there, asked = ear.asked(ana, place)
    work = after_the_acknowledgement(there, Reply(form={"custom_id": "x"}))
    await answering.answer(asked, work())
    assert "too long to open a form" in (await there.message()).text


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_long_text_comes_as_a_file(
    ear: Ear, answering: Answering, place: Channel, ana: User, *, late: bool
) -> None:
    entries = "\n\n".join(f"@misc{{paper{number}, title={{Ümläuts}}}}" for number in range(200))
    answer = shown(Notice(headline="Saved", literal=entries))
    assert isinstance(answer.attachment, Attachment)
    reply = Reply(body=answer.body, file=answer.attachment)
    there, asked = ear.asked(ana, place)
    work = after_the_acknowledgement(there, reply)() if late else at_once(reply)
    await answering.answer(asked, work)
    message = await there.message()
    assert [one["type"] for one in message.components[0]["components"]][-1] == 13
    if not late:
        [file] = message.draft.attachments
        assert (file["filename"], file["size"]) == ("papers.bib", len(entries.encode()))


async def test_what_is_shared_follows_for_everybody(
    server: DiscordServer, ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    public = shown(Notice(headline="For all")).body
    there, asked = ear.asked(ana, place)
    await answering.answer(asked, at_once(Reply(body=HELLO.body, public={**public, "flags": 1 << 15})))
    assert "For all" in there.follow_ups[0].text
    assert [one.text for one in server.shown(place)] == [there.follow_ups[0].text]


@pytest.mark.parametrize(
    "fault",
    [throttled(retry_after=0.1), failing(500, keeps=False), failing(500, keeps=True), cut(keeps=True)],
    ids=["429", "500", "500 but taken", "cut off but taken"],
)
@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_an_answer_that_discord_did_not_take_is_tried_once_more(
    server: DiscordServer,
    ear: Ear,
    answering: Answering,
    place: Channel,
    ana: User,
    *,
    fault: Fault,
    late: bool,
) -> None:
    there, asked = ear.asked(ana, place)
    method, path = ("PATCH", f"{WEBHOOK}/messages/@original") if late else ("POST", CALLBACK)
    server.fail(fault, method=method, path=path)
    await answering.answer(asked, after_the_acknowledgement(there, HELLO)() if late else at_once(HELLO))
    assert "Hello" in (await there.message()).text


async def test_too_late_is_observed_and_nothing_is_raised(
    ear: Ear, answering: Answering, place: Channel, ana: User, events: list[Event]
) -> None:
    there, asked = ear.asked(ana, place, age=4)
    shared = Reply(body=HELLO.body, public=HELLO.body)
    await answering.answer(asked, at_once(shared))
    [event] = events
    assert event == AnswerLost(reason="Discord answered 404, code 10062")
    assert there.replies == []


async def test_no_connection_is_observed_without_the_token(
    ear: Ear, place: Channel, ana: User, events: list[Event]
) -> None:
    _, asked = ear.asked(ana, place)
    async with aiohttp.ClientSession() as http:
        nowhere = Answering(http, "http://127.0.0.1:9/api", events.append)
        await nowhere.answer(asked, at_once(HELLO))
    [event] = events
    assert isinstance(event, AnswerLost)
    assert "no connection" in event.reason
    assert asked.token not in event.reason


async def test_suggestions_are_choices(ear: Ear, answering: Answering, place: Channel, ana: User) -> None:
    focused = {"name": "paper", "type": 3, "value": "a", "focused": True}
    data = {
        "id": "1",
        "name": "papers",
        "type": 1,
        "options": [{"name": "show", "type": 1, "options": [focused]}],
    }
    there, asked = ear.asked(ana, place, data=data, kind=kinds.AUTOCOMPLETE)
    await answering.suggest(asked, [{"name": "Agents", "value": "2511.00001"}])
    assert await there.choices() == [{"name": "Agents", "value": "2511.00001"}]


async def test_what_is_to_be_done_afterwards_is_done_after_the_answer(
    ear: Ear, answering: Answering, place: Channel, ana: User
) -> None:
    there, asked = ear.asked(ana, place)
    seen: list[int] = []

    async def then() -> None:
        seen.append(len(there.replies))
        await asyncio.sleep(0)

    await answering.answer(asked, at_once(Reply(body=HELLO.body, then=then)))
    assert seen == [1]
