"""Offers and forms on Discord: nothing typed is lost, no offer is overwritten, nothing is saved unseen or unproven."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.events import AnswerLost
from tests.scenarios.discord_lab import Lab, custom_id, labels, laboratory
from tests.servers.discord.faults import failing
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.messages import Message
from tests.servers.discord.permissions import MANAGER
from tests.services.conftest import Clock
from tests.services.town import agents

PRIVATE = 64
OFFERED = {"filter": "agents", "at": "9", "timezone": "Berlin"}


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """It is Monday noon, three papers are listed, and the bot is there."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await lab.town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
        await lab.rooms.searching.catch_up()
        yield lab


async def offered(lab: Lab) -> Message:
    return await lab.ask(lab.ana, "papers-channel subscribe", OFFERED)


async def filled_in(opened: Interaction) -> dict[str, str]:
    """What stands in the fields of a form, by their names."""
    fields = [part["component"] for part in (await opened.answer()).body["components"]]
    return {one["custom_id"]: one.get("value", "") or chosen(one) for one in fields}


def chosen(field: dict[str, Any]) -> str:
    return next((str(one["value"]) for one in field.get("options", ()) if one.get("default")), "")


# What was typed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param({"at": "25:00"}, "“25:00”", id="no time"),
        pytest.param({"timezone": "Berln"}, "“Berln” is not a time zone", id="no zone"),
        pytest.param({"filter": 'agents "world model'}, "never closed", id="a quote"),
        pytest.param({"filter": "venue:icml"}, "venue:", id="no field"),
        pytest.param({"at": "9 Tokyo"}, "two time zones", id="two zones"),
    ],
)
async def test_a_form_that_cannot_be_taken_opens_again_as_it_was_filled_in(
    lab: Lab, typed: dict[str, str], told: str
) -> None:
    meant = {"filter": "agents", "at": "18:30", "timezone": "Berlin"}
    picked = {"when": ["weekly on Friday"], "top": ["3"]}
    opened = await lab.server.command(lab.ana, lab.papers, "papers-channel subscribe")
    refused = await (await lab.server.submit_modal(opened, {**meant, **typed, **picked})).message()
    assert told in refused.text.replace("\\", "")
    again = await lab.press(refused, "Change", lab.ana)
    assert await filled_in(again) == meant | typed | {"when": "weekly on Friday", "top": "3"}
    offer = await (await lab.server.submit_modal(again, meant)).message()
    assert "Weekly on Friday at 18:30 Berlin, up to 3 papers" in offer.text
    assert offer is refused


async def test_a_mistake_in_a_form_quotes_nothing_that_was_not_typed(lab: Lab) -> None:
    opened = await lab.server.command(lab.ana, lab.papers, "papers-channel subscribe")
    typed = {"filter": 'agents "world model', "timezone": "Berlin"}
    refused = await (await lab.server.submit_modal(opened, typed)).message()
    [pointed] = [line for line in refused.text.split("\n") if "▸" in line]
    assert pointed == 'agents ▸"world model◂'
    assert 'Try: agents AND "world model"' in labels(refused)


async def test_what_a_form_asks_for_in_vain_can_be_changed_too(lab: Lab) -> None:
    await lab.subscribed()
    opened = await lab.server.command(lab.ana, lab.papers, "papers-channel subscribe")
    refused = await (
        await lab.server.submit_modal(opened, {"filter": "agents", "at": "9:00", "timezone": "Berlin"})
    ).message()
    assert "The same is subscribed here already" in refused.text
    again = await lab.press(refused, "Change", lab.ana)
    assert (await filled_in(again))["filter"] == "agents"


async def test_the_form_of_an_edit_opens_again_for_the_same_subscription(lab: Lab) -> None:
    await lab.subscribed()
    opened = await lab.server.command(lab.ana, lab.papers, "papers-channel edit")
    refused = await (await lab.server.submit_modal(opened, {"at": "25:00"})).message()
    again = await lab.press(refused, "Change", lab.ana)
    offer = await (await lab.server.submit_modal(again, {"at": "18"})).message()
    assert "Save" in labels(offer)
    assert "at 18:00 Berlin" in offer.text


# Offers


async def test_a_form_that_was_left_open_does_not_overwrite_the_offer_that_came_since(lab: Lab) -> None:
    offer = await offered(lab)
    left_open, other = [await lab.press(offer, "Change", lab.ana) for _ in range(2)]
    newer = await (await lab.server.submit_modal(other, {"filter": "robots"})).message()
    assert newer is offer
    late = await (await lab.server.submit_modal(left_open, {"filter": "squids"})).message()
    assert late is not offer
    assert "robots" in offer.text
    await (await lab.press(offer, "Subscribe", lab.ana)).message()
    [held] = await lab.rooms.store.subscriptions.all()
    assert str(held.filter) == "robots"


async def test_an_error_comes_beside_the_offer(lab: Lab) -> None:
    offer = await offered(lab)
    await lab.subscribed()
    pressed = await lab.press(offer, "Subscribe", lab.ana)
    refused = await pressed.follow_up()
    assert "The same is subscribed here already" in refused.text
    assert refused.flags & PRIVATE
    assert "Subscribe" in labels(offer)


async def test_nothing_is_saved_for_who_can_no_longer_be_told(lab: Lab) -> None:
    offer = await offered(lab)
    before = len(lab.posted)
    await lab.server.click(offer, custom_id(offer, "Subscribe"), lab.ana, age=4)

    async def lost() -> bool:
        return any(isinstance(event, AnswerLost) for event in lab.events)

    await lab.until(lost)
    assert await lab.rooms.store.subscriptions.all() == []
    assert len(lab.posted) == before
    assert "Subscribed" in (await (await lab.press(offer, "Subscribe", lab.ana)).message()).text


async def test_a_follow_whose_first_message_is_in_doubt_is_not_saved_and_can_be_tried_again(lab: Lab) -> None:
    offer = await lab.ask(lab.ben, "papers follow", OFFERED)
    lab.server.fail(failing(500, keeps=True), path="/channels/{channel_id}/messages", times=1)
    doubtful = await (await lab.press(offer, "Follow", lab.ben)).follow_up()
    assert "did not say whether my message arrived" in doubtful.text
    assert "Nothing was saved" in doubtful.text
    assert await lab.rooms.store.subscriptions.all() == []
    saved = await (await lab.press(offer, "Follow", lab.ben)).message()
    assert "Following" in saved.text
    [hello] = lab.server.shown(lab.server.world.conversation(lab.ben))
    assert "Your papers will come here" in hello.text


# Places


async def test_a_channel_that_a_subscription_leaves_is_told_too(lab: Lab) -> None:
    await lab.subscribed()
    other = lab.server.add_channel(lab.guild, "other")
    lab.server.allow(other, lab.ana, MANAGER)
    offer = await lab.ask(lab.ana, "papers-channel edit", {"channel": other})
    await (await lab.press(offer, "Save", lab.ana)).message()
    left = await lab.announced("Ana moved a subscription to")
    assert f"<#{other.id}>" in left.text
    [there] = lab.server.shown(other)
    assert "Ana moved a subscription here" in there.text


async def test_abstracts_are_refused_in_a_thread_with_the_reason(lab: Lab) -> None:
    thread = lab.server.world.add_thread(lab.papers, lab.server.world.fresh_id(), "talk")
    wanted = {**OFFERED, "abstracts": True}
    refused = await lab.ask(lab.ana, "papers-channel subscribe", wanted, channel=thread)
    assert "a thread can have none below it" in refused.text
    assert "Subscribe" not in labels(refused)
