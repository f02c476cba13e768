"""Forms, shortcuts and App Home on Slack, through the real slack-bolt and slack_sdk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.events import AnswerLost
from handlers.slack.manifest import LOOK_UP, SUBSCRIBE
from tests.scenarios.slack_lab import Lab, action_id, labels, laboratory
from tests.scenarios.slack_talk import filled, form, held, home_with, pressed, shown_in
from tests.servers.faults import late
from tests.servers.slack.faults import failing, refusing
from tests.servers.slack.messages import parts
from tests.services.conftest import Clock

PROMPT = 1.5
"""Seconds after which something stands in place of an answer."""


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await filled(lab)
        yield lab


# ---- forms


async def test_a_form_that_is_sent_shows_what_it_would_bring_and_then_saves_it(lab: Lab) -> None:
    view = await form(lab)
    sent = await lab.server.submit(view, {"filter": "agents", "at": "10:30", "timezone": "Oslo", "top": "3"})
    assert (await sent.ack()).body["response_action"] == "update"
    assert "10:30 Oslo, up to 3 papers" in view.words
    assert "this would have matched" in view.words
    assert await held(lab) == []
    await lab.press(view, "Subscribe", lab.ana)
    await shown_in(view, "Subscribed: every weekday at 10:30 Oslo", lab)
    await lab.announced("ana subscribed this channel")
    assert [str(one.filter) for one in await held(lab)] == ["agents"]


async def test_the_channel_is_picked_in_the_form(lab: Lab) -> None:
    other = lab.server.add_channel(lab.team, "robots", lab.ana)
    view = await form(lab)
    await (await lab.server.submit(view, {"filter": "agents", "channel": other})).ack()
    assert f"<#{other.id}>" in view.words
    await lab.press(view, "Subscribe", lab.ana)
    await lab.announced("ana subscribed this channel", other)
    assert [one.destination.channel for one in await held(lab)] == [other.id]


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"filter": 'diffusion "world model'}, "filter", "is never closed"),
        ({"filter": "venue:icml"}, "filter", "venue"),
        ({"filter": "agents", "timezone": "Europe/Berln"}, "timezone", "Did you mean"),
        ({"filter": "agents", "at": "25:00"}, "at", "25:00"),
        ({"filter": "agents", "at": ""}, "", ""),
    ],
    ids=["quote", "field", "zone", "hour", "no hour"],
)
async def test_a_mistake_is_told_at_its_field_and_the_form_stays(
    lab: Lab, values: dict[str, str], field: str, told: str
) -> None:
    view = await form(lab)
    if not field:
        with pytest.raises(ValueError, match="must be filled in"):
            await lab.server.submit(view, values)
        return
    sent = await lab.server.submit(view, values)
    await sent.ack()
    assert list(sent.errors) == [field]
    assert told in sent.errors[field]
    assert "Which papers?" in view.words


async def test_a_channel_that_may_not_be_subscribed_is_told_at_its_field(lab: Lab) -> None:
    quiet = lab.server.add_channel(lab.team, "quiet", lab.ana, bot=False)
    foreign = lab.server.add_channel(lab.team, "secret", lab.ben)
    view = await form(lab)
    for channel, told in ((quiet, "I am not in that channel."), (foreign, "you are not in it")):
        sent = await lab.server.submit(view, {"filter": "agents", "channel": channel})
        await sent.ack()
        assert told in sent.errors["channel"]
        assert channel.id not in sent.errors["channel"]


async def test_change_opens_the_form_filled_in_with_what_was_offered(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "subscribe agents, robots at 10 Oslo top 3")
    view = await (await lab.press(offer, "Change", lab.ana)).opened()
    await (await lab.server.submit(view, {"top": "4"})).ack()
    assert "Every weekday at 10:00 Oslo, up to 4 papers" in view.words
    await lab.press(view, "Change", lab.ana)
    await shown_in(view, "Which papers?", lab)
    await (await lab.server.submit(view, {"filter": "squids"})).ack()
    assert "up to 4 papers" in view.words
    assert "Only: squids." in view.words


async def test_an_edit_shows_before_and_after(lab: Lab) -> None:
    await lab.subscribed()
    listed = await lab.ask(lab.ana, "subscriptions")
    view = await (await lab.press(listed, "Edit", lab.ana)).opened()
    await (await lab.server.submit(view, {"filter": "agents, robots"})).ack()
    assert "Before: every weekday at 09:00 Berlin" in view.words
    await lab.press(view, "Save", lab.ana)
    await shown_in(view, "Changed: ", lab)
    assert [str(one.filter) for one in await held(lab)] == ["agents, robots"]


async def test_a_form_whose_answer_takes_long_is_acknowledged_in_time_and_answered_later(lab: Lab) -> None:
    view = await form(lab)
    lab.server.fail(late(PROMPT + 0.5), method="users.info")
    sent = await lab.server.submit(view, {"filter": "agents"})
    ack = await sent.ack()
    assert ack.good
    assert ack.after < 3
    assert "One moment" in view.words
    await shown_in(view, "Every weekday at 09:00 Berlin", lab)


async def test_what_was_typed_into_a_form_that_failed_late_can_be_mended(lab: Lab) -> None:
    view = await form(lab)
    quiet = lab.server.add_channel(lab.team, "quiet", lab.ana, bot=False)
    lab.server.fail(late(PROMPT + 0.5), method="users.info")
    typed = {"filter": "agents, robots", "channel": quiet, "top": "7"}
    await (await lab.server.submit(view, typed)).ack()
    await shown_in(view, "I am not in", lab)
    lab.server.invite(quiet)
    await lab.press(view, "Change", lab.ana)
    await shown_in(view, "Which papers?", lab)
    await (await lab.server.submit(view)).ack()
    assert "up to 7 papers" in view.words
    assert f"<#{quiet.id}>" in view.words


async def test_a_form_that_comes_too_late_says_so(lab: Lab) -> None:
    asked = await lab.server.command(lab.ana, lab.papers, "/papers", "subscribe", age=4)
    assert "too long to open a form" in (await asked.message()).words


async def test_a_paper_is_looked_at_on_top_of_an_offer_which_stays(lab: Lab) -> None:
    view = await form(lab)
    await (await lab.server.submit(view, {"filter": "agents"})).ack()
    card = await (await lab.press(view, "More 1", lab.ana)).opened()
    assert "Agents 6" in card.words
    assert "Subscribe" in labels(view)
    saved = await (await lab.press(card, "Save", lab.ana)).opened()
    assert "Saved “Agents 6”." in saved.words
    await lab.press(saved, "Your list", lab.ana)
    await shown_in(saved, "You saved 1 paper", lab)


# ---- shortcuts


async def test_the_papers_of_a_message_are_told_in_its_thread_to_the_one_who_asked(lab: Lab) -> None:
    top = lab.server.say(lab.papers, lab.ben, "what of these?")
    text = "<https://arxiv.org/abs/2511.00002|this one> and <https://huggingface.co/papers/2511.00003>"
    message = lab.server.say(lab.papers, lab.ben, text, thread_ts=top.ts)
    asked = await lab.server.message_shortcut(message, LOOK_UP, lab.ana)
    answer = await asked.message()
    assert (answer.seen_by, answer.thread_ts) == (lab.ana, top.ts)
    assert answer.requests[-1]["thread_ts"] == top.ts
    assert "That message names 2 papers." in answer.words
    assert "Agents 2" in answer.words


async def test_a_message_without_papers_says_what_is_looked_for(lab: Lab) -> None:
    message = lab.server.say(lab.papers, lab.ben, "lunch?")
    answer = await (await lab.server.message_shortcut(message, LOOK_UP, lab.ana)).message()
    assert "That message names no paper." in answer.words


async def test_the_papers_of_a_message_are_found_in_channels_we_are_not_in(lab: Lab) -> None:
    quiet = lab.server.add_channel(lab.team, "quiet", lab.ana, bot=False)
    message = lab.server.say(quiet, lab.ana, "<https://arxiv.org/abs/2511.00002>")
    shown = await (await lab.server.message_shortcut(message, LOOK_UP, lab.ana)).message()
    assert "Agents 2" in shown.words


async def test_a_channel_is_subscribed_from_anywhere(lab: Lab) -> None:
    view = await (await lab.server.shortcut(lab.ana, SUBSCRIBE)).opened()
    sent = await lab.server.submit(view, {"filter": "agents", "channel": lab.papers})
    await sent.ack()
    assert sent.errors == {}
    await lab.press(view, "Subscribe", lab.ana)
    await shown_in(view, "Subscribed: ", lab)
    assert [one.destination.channel for one in await held(lab)] == [lab.papers.id]


async def test_what_administrators_decided_holds_from_anywhere(lab: Lab) -> None:
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    await lab.ask(boss, "settings subscribers managers", lab.server.general(lab.team))
    view = await (await lab.server.shortcut(lab.ana, SUBSCRIBE)).opened()
    sent = await lab.server.submit(view, {"filter": "agents", "channel": lab.papers})
    await sent.ack()
    assert "Only administrators" in sent.errors["channel"]


async def test_a_slow_start_of_a_form_shows_that_we_are_at_it(lab: Lab) -> None:
    lab.server.fail(late(PROMPT + 0.5), method="users.info")
    view = await (await lab.server.shortcut(lab.ana, SUBSCRIBE)).opened()
    assert "One moment" in view.words
    await shown_in(view, "Which papers?", lab)


# ---- App Home


async def test_the_page_shows_what_is_ones_own(lab: Lab) -> None:
    await pressed(lab, await lab.ask(lab.ana, "follow robots at 9"), "Follow")
    await lab.subscribed()
    await lab.ask(lab.ana, "save 2511.00002")
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    order = ["What comes to you", "robots", "What comes to your channels", "1 subscription in 1 channel"]
    order += ["agents", "Saved papers", "Agents 2", "Today’s best", "Agents 6"]
    places = [page.words.index(one) for one in order]
    assert places == sorted(places)


async def test_the_page_of_another_one_shows_theirs(lab: Lab) -> None:
    other = lab.server.add_channel(lab.team, "robots", lab.ben)
    await pressed(lab, await lab.ask(lab.ben, "follow robots at 9"), "Follow", user=lab.ben)
    await lab.subscribed(user=lab.ben, channel=other)
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    assert "Nothing comes to you yet" in page.words
    assert "Nothing comes to the channels that you may subscribe." in page.words


async def test_whoever_may_not_subscribe_sees_no_channels(lab: Lab) -> None:
    await lab.subscribed()
    lab.ana.guest = "multi"
    await lab.server.open_home(lab.ana)
    assert "Nothing comes to the channels" in (await lab.server.home(lab.ana)).words


async def test_what_is_changed_on_the_page_is_shown_there(lab: Lab) -> None:
    await lab.subscribed()
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    view = await (await lab.press(page, "Pause", lab.ana)).opened()
    assert "Paused: " in view.words
    await home_with(lab, "paused since")
    await lab.announced("paused a subscription")
    await lab.press(view, "Deliver again", lab.ana)
    await shown_in(view, "runs again", lab)
    await home_with(lab, "next: ")


async def test_the_form_of_a_channel_opens_from_the_page(lab: Lab) -> None:
    await lab.subscribed()
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    edited = await (await lab.press(page, "Edit", lab.ana)).opened()
    await (await lab.server.submit(edited, {"filter": "squids"})).ack()
    await lab.press(edited, "Save", lab.ana)
    await home_with(lab, "squids")


async def test_following_and_subscribing_begin_on_the_page(lab: Lab) -> None:
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    followed = await (await lab.press(page, "Follow something", lab.ana)).opened()
    await (await lab.server.submit(followed, {"filter": "robots"})).ack()
    await lab.press(followed, "Follow", lab.ana)
    await home_with(lab, "robots")
    chosen = await (await lab.press(page, "Subscribe a channel", lab.ana)).opened()
    await (await lab.server.submit(chosen, {"filter": "agents", "channel": lab.papers})).ack()
    await lab.press(chosen, "Subscribe", lab.ana)
    await home_with(lab, "1 subscription in 1 channel")


async def test_a_button_of_the_page_means_what_it_stands_beside(lab: Lab) -> None:
    """Ids are unique in a workspace and among a person's own, but the two may have one in common."""
    await pressed(lab, await lab.ask(lab.ana, "follow robots at 9"), "Follow")
    await lab.subscribed()
    mine, theirs = sorted(await held(lab), key=lambda one: not one.personal)
    await lab.rooms.store.subscriptions.remove(mine.id)
    twin = replace(mine, short_id=theirs.short_id)
    await lab.rooms.store.subscriptions.add(twin, due_at=None)
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    pausing = [one for one in page.blocks if any(_says(part, "Pause") for part in parts(one))]
    [own, other] = pausing
    action = action_id(page, "Pause")
    assert action in {part.get("action_id") for part in parts(other)}
    asked = await lab.server.press(page, action, lab.ana, block_id=other["block_id"])
    await asked.opened()
    assert own["block_id"] != other["block_id"]
    assert {one.personal: one.paused for one in await held(lab)} == {True: False, False: True}


def _says(part: dict[str, Any], label: str) -> bool:
    return part.get("type") == "button" and part["text"]["text"] == label


async def test_many_subscriptions_are_managed_one_by_one(lab: Lab) -> None:
    for number in range(6):
        await lab.subscribed(f"agents{number} at 9 Berlin")
    await lab.server.open_home(lab.ana)
    page = await lab.server.home(lab.ana)
    some = (await held(lab))[3]
    view = await (await lab.press(page, f"Manage {some.short_id}", lab.ana)).opened()
    assert {"Pause", "Edit", "Preview", "Remove"} <= set(labels(view))
    await lab.press(view, "Remove", lab.ana)
    await shown_in(view, f"Removed {some.short_id}", lab)
    await home_with(lab, "5 subscriptions in 1 channel")


async def test_the_page_is_there_before_any_paper_is_and_while_slack_does_not_answer(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await lab.server.open_home(lab.ana)
        assert "I know no papers yet." in (await lab.server.home(lab.ana)).words
        await filled(lab)
        await lab.subscribed()
        lab.server.fail(failing(503, keeps=False), method="users.conversations")
        await lab.server.open_home(lab.ana)
        await home_with(lab, "Slack does not say just now")


async def test_a_page_that_slack_does_not_take_is_told(lab: Lab) -> None:
    lab.server.fail(refusing("hash_conflict"), method="views.publish")
    await (await lab.server.open_home(lab.ana)).ack()

    async def lost() -> bool:
        return lab.reasons(AnswerLost) == ["hash_conflict"]

    await lab.until(lost)


async def test_the_messages_tab_is_no_page(lab: Lab) -> None:
    await (await lab.server.open_home(lab.ana, tab="messages")).ack()
    assert lab.server.desk.count("views.publish") == 0
