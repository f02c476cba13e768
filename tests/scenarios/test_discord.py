"""Paperround on Discord as people meet it: through the real discord.py and our local Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scenarios.discord_lab import Lab, labels, laboratory
from tests.servers.discord.callbacks import WEBHOOK
from tests.servers.discord.faults import failing
from tests.servers.discord.permissions import MANAGER, MEMBER, POSTING, THREADS, Permission
from tests.services.conftest import MONDAY, Clock
from tests.services.town import HOUR, ONE_DAY, agents, moment

TUESDAY = MONDAY + ONE_DAY
PRIVATE = 64


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """It is Monday noon, three papers are listed, and the bot is there."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await lab.town.listed(*(agents(number, 10 * number) for number in range(1, 4)))
        await lab.rooms.searching.catch_up()
        yield lab


# Looking up


async def test_todays_papers_are_shown_to_the_asker_alone(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    assert "Agents 3" in answer.text
    assert answer.flags & PRIVATE
    assert lab.posted == []


async def test_more_tells_the_whole_paper_and_saves_it(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    more = await (await lab.press(answer, "More 1", lab.ben)).message()
    assert "Agents 3" in more.text
    assert more.flags & PRIVATE
    saved = await (await lab.press(more, "Save", lab.ben)).message()
    assert "Saved “Agents 3”" in saved.text
    assert "Agents 3" in (await lab.ask(lab.ben, "papers saved")).text


async def test_papers_are_looked_up_in_somebody_elses_message(lab: Lab) -> None:
    said = lab.server.say(lab.papers, lab.ana, "see https://arxiv.org/abs/2511.00002v1 and arXiv:2511.00003")
    asked = await lab.server.message_command(said, "Look up papers", lab.ben)
    answer = await asked.message()
    assert "Agents 2" in answer.text
    assert "Agents 3" in answer.text


async def test_a_message_without_papers_gets_a_friendly_answer(lab: Lab) -> None:
    said = lab.server.say(lab.papers, lab.ana, "good morning")
    answer = await (await lab.server.message_command(said, "Look up papers", lab.ben)).message()
    assert "names no paper" in answer.text


async def test_what_is_shared_names_who_shared_it_and_nothing_that_was_typed(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers search", {"words": "agents"})
    pressed = await lab.press(answer, "Share here", lab.ben)
    shared = await pressed.follow_up()
    assert "shared by Ben" in shared.text
    assert "Agents 3" in shared.text
    assert "“agents”" not in shared.text
    assert not shared.flags & PRIVATE


async def test_nobody_shares_more_than_three_answers_in_ten_minutes(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    for _ in range(3):
        await (await lab.press(answer, "Share here", lab.ben)).follow_up()
    refused = await (await lab.press(answer, "Share here", lab.ben)).message()
    assert "You shared 3 answers" in refused.text


async def test_whoever_may_not_post_here_may_not_share_here(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    lab.server.allow(lab.papers, lab.ben, MEMBER & ~Permission.SEND_MESSAGES)
    refused = await (await lab.press(answer, "Share here", lab.ben)).message()
    assert "You may not post here" in refused.text


async def test_what_discord_does_not_take_for_the_channel_is_not_called_shared(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    lab.server.fail(failing(500, keeps=False), path=WEBHOOK)
    pressed = await lab.press(answer, "Share here", lab.ben)
    assert (await pressed.reply(1)).what == "edit"
    assert "did not take that" in (await pressed.message()).text


async def test_whoever_may_not_write_in_threads_may_not_share_in_one(lab: Lab) -> None:
    lab.server.allow(lab.papers, lab.server.bot, POSTING | THREADS)
    await lab.town.listed(agents(7, 70, abstract="We let agents agree."))
    await lab.subscribed(abstracts=True)
    await lab.town.at(moment(TUESDAY, 8))
    await lab.town.after(HOUR)
    thread = lab.server.world.channels[lab.posted[-1].id]
    answer = await lab.ask(lab.ben, "papers today", channel=thread)
    refused = await (await lab.press(answer, "Share here", lab.ben)).message()
    assert "Send Messages in Threads" in refused.text


async def test_papers_are_looked_up_in_a_digest_of_ours(lab: Lab) -> None:
    await lab.subscribed()
    await lab.town.at(moment(TUESDAY, 8))
    asked = await lab.server.message_command(lab.posted[-1], "Look up papers", lab.ben)
    assert "Agents 3" in (await asked.message()).text


# Subscribing


async def test_a_channel_is_subscribed_after_a_preview_and_a_yes(lab: Lab) -> None:
    offer = await lab.ask(
        lab.ana, "papers-channel subscribe", {"filter": "agents", "at": "9", "timezone": "Berlin"}
    )
    assert "Every weekday at 09:00 Berlin" in offer.text
    assert f"<#{lab.papers.id}>" in offer.text
    assert {"Subscribe", "Change", "Cancel"} <= set(labels(offer))
    saved = await (await lab.press(offer, "Subscribe", lab.ana)).message()
    assert "Subscribed" in saved.text
    assert "Ana subscribed this channel" in (await lab.announced("subscribed")).text


async def test_whoever_cancels_saves_nothing(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": "agents", "timezone": "Berlin"})
    answer = await (await lab.press(offer, "Cancel", lab.ana)).message()
    assert "Nothing was saved" in answer.text
    assert await lab.rooms.store.subscriptions.all() == []


async def test_an_offer_can_be_changed_in_a_form(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": "agents", "timezone": "Berlin"})
    form = await lab.press(offer, "Change", lab.ana)
    changed = await (await lab.server.submit_modal(form, {"filter": "robots, agents", "at": "18"})).message()
    assert "18:00 Berlin" in changed.text
    await (await lab.press(changed, "Subscribe", lab.ana)).message()
    [held] = await lab.rooms.store.subscriptions.all()
    assert str(held.filter) == "robots, agents"


async def test_without_words_a_form_opens_with_the_usual_filled_in(lab: Lab) -> None:
    asked = await lab.server.command(lab.ana, lab.papers, "papers-channel subscribe")
    offer = await (await lab.server.submit_modal(asked, {"filter": "agents", "timezone": "berlin"})).message()
    assert "Every weekday at 09:00 Berlin" in offer.text


async def test_where_no_zone_is_known_it_is_asked_with_a_menu(lab: Lab) -> None:
    asked = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": "agents"})
    assert "Which time zone?" in asked.text
    [menu] = [one for one in asked.custom_ids if ":zone:" in one]
    offer = await (await lab.server.choose(asked, menu, ["Asia/Tokyo"], lab.ana)).message()
    assert "09:00 Tokyo" in offer.text
    await (await lab.press(offer, "Subscribe", lab.ana)).message()
    [held] = await lab.rooms.store.subscriptions.all()
    assert held.cadence.zone == "Asia/Tokyo"


async def test_a_bad_filter_is_pointed_at_and_its_correction_is_a_button(lab: Lab) -> None:
    answer = await lab.ask(
        lab.ana, "papers-channel subscribe", {"filter": 'agents "world model', "timezone": "Berlin"}
    )
    assert "never closed" in answer.text
    [button, *_] = [one for one in answer.custom_ids if ":run:" in one]
    offer = await (await lab.server.click(answer, button, lab.ana)).message()
    assert "Subscribe" in labels(offer)


async def test_a_filter_of_a_thousand_characters_works_like_a_short_one(lab: Lab) -> None:
    wanted = ", ".join(["agents", *(f"topic{number}" for number in range(90))])
    saved = await lab.subscribed(filter=wanted)
    assert "Subscribed" in saved.text
    [held] = await lab.rooms.store.subscriptions.all()
    assert str(held.filter) == wanted


async def test_a_member_cannot_subscribe_the_channel_but_follow_the_same(lab: Lab) -> None:
    refused = await lab.ask(
        lab.ben, "papers-channel subscribe", {"filter": "agents", "timezone": "Berlin"}, allowed=True
    )
    assert "Only people who may manage" in refused.text
    offer = await (await lab.press(refused, "Send these to me instead", lab.ben)).message()
    assert "Follow" in labels(offer)


async def test_a_channel_that_we_may_not_post_in_is_refused_before_anything_is_saved(lab: Lab) -> None:
    closed = lab.server.add_channel(lab.guild, "closed", bot=POSTING & ~Permission.SEND_MESSAGES)
    lab.server.allow(closed, lab.ana, MANAGER)
    answer = await lab.ask(
        lab.ana,
        "papers-channel subscribe",
        {"filter": "agents", "timezone": "Berlin", "channel": closed},
    )
    assert f"I can’t post in <#{closed.id}>: I need Send Messages there" in answer.text.replace("\\", "")
    assert await lab.rooms.store.subscriptions.all() == []


async def test_abstracts_need_the_permission_for_threads(lab: Lab) -> None:
    answer = await lab.ask(
        lab.ana,
        "papers-channel subscribe",
        {"filter": "agents", "timezone": "Berlin", "abstracts": True},
    )
    assert "Create Public Threads" in answer.text


async def test_a_zone_can_be_chosen_for_a_filter_too_long_for_a_button(lab: Lab) -> None:
    wanted = ", ".join(["agents", *(f"topic {number}" for number in range(30))])
    asked = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": wanted})
    [menu] = [one for one in asked.custom_ids if ":zone:" in one]
    offer = await (await lab.server.choose(asked, menu, ["Asia/Tokyo"], lab.ana)).message()
    assert "09:00 Tokyo" in offer.text


async def test_channels_that_may_be_subscribed_are_named_as_discord_writes_them(lab: Lab) -> None:
    lab.server.allow(lab.papers, lab.ana, MANAGER | Permission.MANAGE_GUILD)
    named = {"name": "channels", "value": f"<#{lab.papers.id}>"}
    await lab.ask(lab.ana, "papers-channel settings", named)
    assert "Subscribed" in (await lab.subscribed()).text
    other = lab.server.add_channel(lab.guild, "other")
    lab.server.allow(other, lab.ana, MANAGER)
    there = {"filter": "agents", "timezone": "Berlin"}
    refused = await lab.ask(lab.ana, "papers-channel subscribe", there, channel=other)
    assert "may not be subscribed" in refused.text


async def test_a_channel_that_nobody_can_find_is_no_setting(lab: Lab) -> None:
    lab.server.allow(lab.papers, lab.ana, MANAGER | Permission.MANAGE_GUILD)
    named = {"name": "channels", "value": "#papers"}
    assert "is no channel" in (await lab.ask(lab.ana, "papers-channel settings", named)).text
    assert "Subscribed" in (await lab.subscribed()).text


# Following


async def test_a_follow_begins_with_a_message_that_proves_it_can_come(lab: Lab) -> None:
    offer = await lab.ask(lab.ben, "papers follow", {"filter": "agents", "at": "9", "timezone": "Berlin"})
    saved = await (await lab.press(offer, "Follow", lab.ben)).message()
    assert "Following" in saved.text
    alone = lab.server.world.conversation(lab.ben)
    [hello] = lab.server.shown(alone)
    assert "Your papers will come here" in hello.text
    await lab.town.at(moment(TUESDAY, 8))
    digest = lab.server.shown(alone)[-1]
    assert digest.content.startswith("3 papers: Agents 3")
    assert any("unsubscribe" in one for one in digest.custom_ids)


@pytest.mark.parametrize("reach", ["closed", "no mutual guild"])
async def test_whoever_takes_no_messages_is_told_so_and_nothing_is_saved(lab: Lab, reach: str) -> None:
    lab.ben.reach = reach  # type: ignore[assignment]
    offer = await lab.ask(lab.ben, "papers follow", {"filter": "agents", "timezone": "Berlin"})
    answer = await (await lab.press(offer, "Follow", lab.ben)).follow_up()
    assert "I can’t write to you" in answer.text
    assert "Nothing was saved" in answer.text
    assert await lab.rooms.store.subscriptions.all() == []


async def test_follows_are_the_same_in_every_server_and_seen_by_their_owner_alone(lab: Lab) -> None:
    offer = await lab.ask(lab.ben, "papers follow", {"filter": "agents", "timezone": "Berlin"})
    await (await lab.press(offer, "Follow", lab.ben)).message()
    other = lab.server.add_channel(lab.server.add_guild("Other"), "talk")
    seen = await lab.ask(lab.ben, "papers subscriptions", channel=other)
    assert "follow" in seen.text
    assert "agents" in seen.text
    assert "agents" not in (await lab.ask(lab.ana, "papers subscriptions")).text


# Digests


async def test_the_digest_comes_at_its_hour_once(lab: Lab) -> None:
    await lab.subscribed()
    await lab.town.at(moment(TUESDAY, 8))
    digest = lab.posted[-1]
    assert "Agents 3" in digest.text
    assert [label for label in labels(digest) if label.startswith("More")] == ["More 1", "More 2", "More 3"]
    await lab.town.at(moment(TUESDAY, 9))
    assert lab.posted[-1] is digest


async def test_ten_papers_are_one_message(lab: Lab) -> None:
    await lab.town.listed(*(agents(number, 300 - number) for number in range(1, 12)))
    await lab.subscribed(top=10)
    before = len(lab.posted)
    await lab.town.at(moment(TUESDAY, 8))
    [digest] = lab.posted[before:]
    assert sum(label.startswith("More") for label in labels(digest)) == 10


async def test_the_abstracts_come_in_a_thread_below_the_digest(lab: Lab) -> None:
    lab.server.allow(lab.papers, lab.server.bot, POSTING | THREADS)
    await lab.town.listed(agents(7, 70, abstract="We let agents agree."))
    await lab.subscribed(abstracts=True)
    await lab.town.at(moment(TUESDAY, 8))
    await lab.town.after(HOUR)
    digest = lab.posted[-1]
    thread = lab.server.world.channels[digest.id]
    assert "We let agents agree" in "\n".join(one.text for one in lab.server.shown(thread))


async def test_an_alert_says_what_happened_and_notifies(lab: Lab) -> None:
    await lab.subscribed(filter="agents", hot_votes=100, at=None)
    lab.clock.pass_(HOUR)
    await lab.town.listed(agents(2, 150))
    await lab.town.work()
    alert = lab.posted[-1]
    assert "Passing 100 upvotes" in alert.text
    assert alert.content == "**Passing 100 upvotes after 9 hours: Agents 2**"


# Managing


async def test_the_list_has_a_button_for_everything_that_can_be_done(lab: Lab) -> None:
    await lab.subscribed()
    listed = await lab.ask(lab.ana, "papers subscriptions")
    assert {"Pause", "Edit", "Preview", "Send now", "Remove"} <= set(labels(listed))
    paused = await (await lab.press(listed, "Pause", lab.ana)).message()
    assert "Paused" in paused.text
    await lab.announced("Ana paused a subscription")


async def test_an_edit_shows_before_and_after(lab: Lab) -> None:
    await lab.subscribed()
    offer = await lab.ask(lab.ana, "papers-channel edit", {"add": "robots"})
    assert "Before:" in offer.text
    await (await lab.press(offer, "Save", lab.ana)).message()
    [held] = await lab.rooms.store.subscriptions.all()
    assert str(held.filter) == "agents, robots"


async def test_the_edit_button_opens_the_form_filled_in(lab: Lab) -> None:
    await lab.subscribed()
    listed = await lab.ask(lab.ana, "papers subscriptions")
    form = await lab.press(listed, "Edit", lab.ana)
    offer = await (await lab.server.submit_modal(form, {"at": "18:30"})).message()
    assert "18:30 Berlin" in offer.text


async def test_whoever_removes_one_can_have_it_back(lab: Lab) -> None:
    await lab.subscribed()
    listed = await lab.ask(lab.ana, "papers subscriptions")
    gone = await (await lab.press(listed, "Remove", lab.ana)).message()
    assert await lab.rooms.store.subscriptions.all() == []
    offer = await (await lab.press(gone, "To have it back", lab.ana)).message()
    assert "Subscribe" in labels(offer)


async def test_somebody_without_the_right_cannot_press_the_managers_buttons(lab: Lab) -> None:
    await lab.subscribed()
    await lab.town.at(moment(TUESDAY, 8))
    digest = lab.posted[-1]
    refused = await (await lab.press(digest, "Change it", lab.ben)).message()
    assert "Only people who may manage" in refused.text


async def test_settings_are_for_who_manages_the_server(lab: Lab) -> None:
    refused = await lab.ask(lab.ana, "papers-channel settings", {"name": "zone", "value": "Berlin"})
    assert "Only managers change the settings" in refused.text
    lab.server.allow(lab.papers, lab.ana, MANAGER | Permission.MANAGE_GUILD)
    changed = await lab.ask(lab.ana, "papers-channel settings", {"name": "zone", "value": "Berlin"})
    assert "Changed zone" in changed.text


async def test_everything_about_a_person_is_deleted_when_they_say_so(lab: Lab) -> None:
    await lab.press(await lab.ask(lab.ben, "papers show", {"paper": "2511.00001"}), "Save", lab.ben)
    asked = await lab.ask(lab.ben, "papers forget-me")
    done = await (await lab.press(asked, "Delete", lab.ben)).message()
    assert "1" in done.text
    assert "no papers yet" in (await lab.ask(lab.ben, "papers saved")).text


# Suggestions


async def test_zones_papers_and_subscriptions_are_suggested_while_typing(lab: Lab) -> None:
    await lab.subscribed()
    zones = await lab.server.autocomplete(
        lab.ana, lab.papers, "papers-channel subscribe", option="timezone", typed="berl"
    )
    assert (await zones.choices())[0]["value"] == "Europe/Berlin"
    papers = await lab.server.autocomplete(lab.ben, lab.papers, "papers show", option="paper", typed="agen")
    assert {"name": "Agents 3", "value": "2511.00003"} in await papers.choices()
    held = await lab.server.autocomplete(lab.ana, lab.papers, "papers-channel pause", option="id", typed="")
    assert "agents" in (await held.choices())[0]["name"]


# What goes wrong


async def test_an_interaction_that_arrives_twice_is_answered_once(lab: Lab) -> None:
    asked = await lab.server.command(lab.ben, lab.papers, "papers today")
    await asked.message()
    await lab.server.deliver(asked)
    again = await lab.server.command(lab.ben, lab.papers, "papers today")
    await again.message()
    assert len(asked.replies) == 1


async def test_a_button_of_another_version_is_answered_in_words(lab: Lab) -> None:
    body = {
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "Old", "custom_id": "p9:x:y"}]}
        ]
    }
    old = lab.server.posted(lab.papers, body)
    answer = await (await lab.server.click(old, "p9:x:y", lab.ben)).message()
    assert "another version" in answer.text
    assert answer.flags & PRIVATE


async def test_an_offer_that_is_too_old_is_answered_in_words(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": "agents", "timezone": "Berlin"})
    lab.clock.pass_(3 * ONE_DAY)
    answer = await (await lab.press(offer, "Subscribe", lab.ana)).follow_up()
    assert "too old" in answer.text
    assert answer.flags & PRIVATE


async def test_a_deleted_channel_pauses_what_it_had(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.delete_channel(lab.papers)
    await lab.until(lab.paused)
    assert len(await lab.rooms.store.subscriptions.all()) == 1


async def test_lost_permission_pauses_with_its_reason_and_is_resumed_on_request(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.allow(lab.papers, lab.server.bot, POSTING & ~Permission.SEND_MESSAGES)
    await lab.town.at(moment(TUESDAY, 8))
    listed = await lab.ask(lab.ana, "papers subscriptions")
    assert "Send Messages" in listed.text
    lab.server.allow(lab.papers, lab.server.bot, POSTING)
    resumed = await (await lab.press(listed, "Resume", lab.ana)).message()
    assert "runs again" in resumed.text


async def test_a_server_that_removes_us_pauses_everything_and_deletes_nothing(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.remove(lab.guild)
    await lab.until(lab.paused)
    assert len(await lab.rooms.store.subscriptions.all()) == 1


async def test_a_server_that_takes_us_back_gets_everything_again_after_asking(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.remove(lab.guild)
    await lab.until(lab.paused)
    lab.server.restore(lab.guild)
    lab.server.allow(lab.papers, lab.ana, MANAGER | Permission.MANAGE_GUILD)
    listed = await lab.ask(lab.ana, "papers subscriptions")
    assert "removed from this workspace" in listed.text
    await (await lab.press(listed, "Resume all", lab.ana)).message()
    assert not await lab.paused()


async def test_an_outage_of_discords_pauses_nothing(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.hide(lab.guild)
    elsewhere = lab.server.add_channel(lab.server.add_guild("Elsewhere"), "talk")
    await lab.ask(lab.ben, "papers help", channel=elsewhere)
    assert not await lab.paused()


async def test_a_gateway_that_drops_in_the_middle_of_a_digest_changes_nothing(lab: Lab) -> None:
    await lab.subscribed()
    lab.server.gateway.drop()
    await lab.town.at(moment(TUESDAY, 8))
    await lab.server.gateway.introduced()
    assert "Agents 3" in lab.posted[-1].text
    answer = await lab.ask(lab.ben, "papers today")
    assert "Agents 3" in answer.text


async def test_buttons_of_before_a_restart_work_after_it(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab:
        async with lab.running("one"):
            await lab.town.listed(agents(1), agents(2, 20))
            offer = await lab.ask(
                lab.ana, "papers-channel subscribe", {"filter": "agents", "timezone": "Berlin"}
            )
            shown = await lab.ask(lab.ben, "papers today")
        lab.clock.pass_(HOUR)
        async with lab.running("two"):
            saved = await (await lab.press(offer, "Subscribe", lab.ana)).message()
            assert "Subscribed" in saved.text
            more = await (await lab.press(shown, "More 1", lab.ben)).message()
            assert "Agents 2" in more.text


async def test_two_shards_serve_their_own_servers(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab:
        lab.server.gateway.shards = 2
        others = [
            lab.server.add_channel(lab.server.add_guild(f"Lab {number}"), "talk") for number in range(6)
        ]
        async with lab.running():
            await lab.server.gateway.introduced(2)
            await lab.town.listed(agents(1))
            answers = [await lab.ask(lab.ben, "papers today", channel=one) for one in (lab.papers, *others)]
            assert all("Agents 1" in answer.text for answer in answers)
        assert {one.guild.shard(2) for one in (lab.papers, *others) if one.guild} == {0, 1}


async def test_of_two_processes_one_listens_and_each_digest_comes_once(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path) as lab, lab.running("one"):
        second = replace(lab)
        async with second.running("two"):
            await lab.town.listed(agents(1), agents(2, 20))
            await lab.subscribed()
            before = len(lab.posted)
            lab.clock.moment = moment(TUESDAY, 8)
            await asyncio.gather(*(one.town.work() for one in (lab, second)))
            assert len(lab.posted) == before + 1
            assert len(lab.server.gateway.live()) == 1
