"""People talk to us on Slack: commands, buttons, rights, sharing, through the real slack-bolt and slack_sdk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import StoreUnavailable
from bot.domain.events import AnswerLost
from handlers.slack.manifest import SUBSCRIBE
from tests.scenarios.slack_lab import Lab, action_id, labels, laboratory
from tests.scenarios.slack_talk import filled, held, pressed
from tests.servers.faults import cut, late
from tests.servers.slack.calls import Call
from tests.servers.slack.faults import failing, refusing
from tests.servers.slack.messages import Message, parts
from tests.servers.slack.problems import done
from tests.servers.slack.world import Channel, User
from tests.services.conftest import MONDAY, Clock, listing
from tests.services.town import agents


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await filled(lab)
        yield lab


# ---- commands


async def test_a_command_is_acknowledged_with_nothing_and_answered_to_the_person_alone(lab: Lab) -> None:
    asked = await lab.asked(lab.ana, "today")
    ack, answer = await asked.ack(), await asked.message()
    assert (ack.good, ack.body, ack.text) == (True, {}, "")
    assert answer.seen_by is lab.ana
    assert "5 papers · Mon 10 Nov" in answer.words


async def test_a_command_is_acknowledged_before_the_work_begins(lab: Lab) -> None:
    lab.server.fail(late(1.5), method="users.info", times=2)
    asked = await lab.asked(lab.ana, "subscribe agents at 9 Berlin")
    assert (await asked.ack()).after < 1
    offer = await asked.message()
    pressing = await lab.press(offer, "Subscribe", lab.ana)
    assert (await pressing.ack()).after < 1
    assert "Subscribed: " in (await pressing.message()).words


async def test_nothing_is_asked_of_slack_to_look_papers_up(lab: Lab) -> None:
    before = len(lab.server.desk.arrivals)
    for text in ("", "today", "search agents", "show 2511.00002", "saved", "help", "subscriptions"):
        await lab.ask(lab.ana, text)
    assert {method for _, method, _ in lab.server.desk.arrivals[before:]} == {"response_url"}


async def test_no_request_asks_slack_whose_token_it_has(lab: Lab) -> None:
    before = lab.server.desk.count("auth.test")
    await lab.subscribed()
    assert lab.server.desk.count("auth.test") == before


async def test_the_command_may_have_another_name(tmp_path: Path) -> None:
    async with laboratory(Clock(), tmp_path, command="/arxiv") as lab, lab.running():
        await filled(lab)
        answer = await lab.ask(lab.ana, "help")
        assert "`/arxiv follow agents`" in answer.words
        assert "/papers" not in answer.words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("subscribe <!here> agents at 9 Berlin", "here"),
        ("search a &amp; b", "“a & b”"),
        ("today upvotes&gt;=30", "At least 30 upvotes"),
        ("show <https://arxiv.org/abs/2511.00002>", "Agents 2"),
        ("subscribe “agents", "The quote opened at “agents"),
        ("subscribe venue:icml at 9 Berlin", "venue"),
        ("subscribe agents at 9 Berln", "Berlin"),
    ],
)
async def test_what_slack_makes_of_a_text_is_read_as_it_was_meant(lab: Lab, text: str, told: str) -> None:
    assert told in (await lab.ask(lab.ana, text)).words


async def test_an_answer_that_slack_does_not_take_is_told(lab: Lab) -> None:
    for fault in (refusing("used_url"), failing(500, keeps=False), cut(keeps=False)):
        lab.server.fail(fault, method="response_url")
        await lab.asked(lab.ana, "today")

    async def lost() -> bool:
        return len(lab.reasons(AnswerLost)) == 3

    await lab.until(lost)
    reasons = " ".join(lab.reasons(AnswerLost))
    assert all(word in reasons for word in ("used_url", "500", "cut off"))
    assert "http" not in reasons


# ---- buttons


async def digest(lab: Lab) -> Message:
    """What is subscribed brought its papers."""
    await lab.subscribed()
    await lab.town.after(timedelta(days=1))

    async def came() -> bool:
        return "6 papers" in lab.posted[-1].words or "5 papers" in lab.posted[-1].words

    await lab.until(came)
    return lab.posted[-1]


async def test_more_of_a_digest_is_told_to_whoever_asks_and_the_digest_stays(lab: Lab) -> None:
    brought = await digest(lab)
    before = brought.words
    shown = await pressed(lab, brought, "More 1", user=lab.ben)
    assert shown.seen_by is lab.ben
    assert "Agents 6" in shown.words
    assert "Hide agents" in labels(shown)
    assert brought.words == before


async def test_pages_take_each_others_place(lab: Lab) -> None:
    many = [agents(number, number) for number in range(10, 40)]
    await lab.rooms.ingest.keep(listing(*many, day=MONDAY, seen=lab.clock()))
    for one in many:
        await lab.rooms.store.bookmarks.save(f"slack:{lab.team.id}/@{lab.ana.id}", one.paper.id, lab.clock())
    first = await lab.ask(lab.ana, "saved")
    before = len(lab.server.shown(lab.papers, to=lab.ana))
    turned = next(one for one in labels(first) if one.startswith("Page 2"))
    second = await pressed(lab, first, turned)
    assert second is first
    assert "Page 1" in labels(second)
    assert len(lab.server.shown(lab.papers, to=lab.ana)) == before


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "p0:more:abc", "value": "p0:more:7f3k:2511.00001"},
        {"action_id": "p1:dance:abc", "value": "p1:dance:1"},
        {"action_id": "vote", "value": ""},
        {"action_id": "p1:run:abc", "value": "p1:run:"},
    ],
    ids=["older", "newer", "of nobody", "cut off"],
)
async def test_a_button_of_another_version_is_answered_in_words(lab: Lab, action: dict[str, str]) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Old"}, **action}
    old = lab.server.posted(lab.papers, {"text": "x", "blocks": [{"type": "actions", "elements": [button]}]})
    asked = await lab.server.press(old, action["action_id"], lab.ana)
    assert "another version" in (await asked.message()).words


async def test_a_button_whose_command_is_kept_no_more_says_so(lab: Lab) -> None:
    value = "p1:draft:ok:abcdefabcdef"
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Yes"},
        "action_id": "p1:draft:1",
        "value": value,
    }
    old = lab.server.posted(lab.papers, {"text": "x", "blocks": [{"type": "actions", "elements": [button]}]})
    asked = await lab.server.press(old, "p1:draft:1", lab.ana)
    assert "too old" in (await asked.message()).words


async def test_whoever_is_of_another_company_may_look_and_change_nothing(lab: Lab) -> None:
    brought = await digest(lab)
    [before] = await held(lab)
    other = lab.server.add_workspace("Elsewhere")
    eve = lab.server.add_user(other, "eve", stranger=True)
    lab.papers.members.add(eve.id)
    await (await lab.server.press(brought, action_id(brought, "More 1"), eve)).ack()
    stops = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "p1:run:1"}
    stops["value"] = f"p1:run:!unsubscribe {before.short_id}"
    blocks = [{"type": "actions", "elements": [stops]}]
    message = lab.server.posted(lab.papers, {"text": "x", "blocks": blocks})
    await (await lab.server.press(message, "p1:run:1", eve)).ack()
    await lab.server.settled()
    assert await held(lab) == [before]


# ---- who may


async def refusal(lab: Lab, text: str, *, user: User | None = None, channel: Channel | None = None) -> str:
    return (await lab.ask(user or lab.ana, text, channel)).words


@pytest.mark.parametrize(
    ("place", "person", "told"),
    [
        ("general", {}, "only administrators"),
        ("shared", {}, "shared with another company"),
        ("papers", {"guest": "multi"}, "Guests"),
        ("papers", {"guest": "single"}, "Guests"),
        ("papers", {"bot": True}, "Only people"),
        ("papers", {}, "[Subscribe]"),
        ("general", {"admin": True}, "[Subscribe]"),
        ("shared", {"owner": True}, "[Subscribe]"),
    ],
    ids=[
        "the general channel",
        "shared with a company",
        "a guest",
        "a guest of one channel",
        "a bot",
        "a member",
        "an admin in general",
        "an owner in a shared channel",
    ],
)
async def test_by_custom_a_channels_members_subscribe_it(
    lab: Lab, place: str, person: dict[str, Any], told: str
) -> None:
    who = lab.server.add_user(lab.team, "eve", **person)
    where = {
        "papers": lab.papers,
        "general": lab.server.general(lab.team),
        "shared": lab.server.add_channel(lab.team, "partners", shared=True),
    }[place]
    where.members |= {who.id, lab.team.bot.id}
    answer = await lab.ask(who, "subscribe agents at 9 Berlin", where)
    assert told in answer.words + "".join(f"[{one}]" for one in labels(answer))
    assert await held(lab) == []


async def test_administrators_decide_otherwise_and_nobody_else(lab: Lab) -> None:
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    lab.papers.members.add(boss.id)
    general = lab.server.general(lab.team)
    lab.server.invite(general)
    assert "Only managers" in await refusal(lab, "settings subscribers members")

    await lab.ask(boss, "settings subscribers members")
    assert "Subscribe" in labels(await lab.ask(lab.ana, "subscribe agents at 9 Berlin", general))

    await lab.ask(boss, "settings subscribers managers", lab.server.world.conversation(boss))
    assert "Only administrators" in await refusal(lab, "subscribe agents at 9 Berlin")
    assert "Subscribe" in labels(await lab.ask(boss, "subscribe agents at 9 Berlin"))


async def test_what_was_allowed_when_it_was_offered_is_asked_again_when_it_is_saved(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "subscribe agents at 9 Berlin")
    lab.ana.guest = "multi"
    refused = await pressed(lab, offer, "Subscribe")
    assert "Guests" in refused.words
    assert await held(lab) == []


async def test_only_its_members_subscribe_another_channel_and_learn_of_it(lab: Lab) -> None:
    other = lab.server.add_channel(lab.team, "robots", lab.ben, kind="private")
    await lab.subscribed(user=lab.ben, channel=other)
    [one] = await held(lab)
    assert "you are not in it" in await refusal(lab, f"subscribe agents at 9 Berlin in <#{other.id}|robots>")
    for verb in ("pause", "edit", "preview", "unsubscribe"):
        assert f"There is no subscription {one.short_id} here" in await refusal(lab, f"{verb} {one.short_id}")
    assert "Paused" in await refusal(lab, f"pause {one.short_id}", user=lab.ben)


async def test_a_name_that_slack_did_not_look_up_is_no_channel(lab: Lab) -> None:
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    lab.papers.members.add(boss.id)
    assert "I know no channel #reading" in await refusal(lab, "settings channels #reading", user=boss)
    only = f"settings channels <#{lab.papers.id}|papers>"
    assert f"<#{lab.papers.id}>" in await refusal(lab, only, user=boss)
    assert "I know no channel #reading" in await refusal(lab, "subscribe agents at 9 Berlin in #reading")


async def test_we_come_into_a_channel_only_by_invitation(lab: Lab) -> None:
    quiet = lab.server.add_channel(lab.team, "quiet", lab.ana, bot=False)
    answer = await lab.ask(lab.ana, "subscribe agents at 9 Berlin top 3", quiet)
    assert "/invite @Paperround" in answer.words
    assert f"<#{quiet.id}>" in answer.words
    lab.server.invite(quiet)
    offer = await pressed(lab, answer, "Invited: try again")
    assert "up to 3 papers" in offer.words
    lab.server.kick(quiet)
    assert "/invite @Paperround" in (await pressed(lab, offer, "Subscribe")).words
    assert await held(lab) == []
    assert lab.server.desk.count("conversations.join") == 0


async def test_in_a_private_channel_that_we_do_not_see_we_say_how_we_come_in(lab: Lab) -> None:
    secret = lab.server.add_channel(lab.team, "secret", lab.ana, kind="private", bot=False)
    refused = await lab.ask(lab.ana, "subscribe agents at 9 Berlin", secret)
    assert f"I am not in <#{secret.id}>." in refused.words
    assert "/invite @Paperround" in refused.words
    elsewhere = await lab.ask(lab.ana, f"subscribe agents at 9 Berlin in #{secret.id}")
    assert f"I know no channel <#{secret.id}>." in elsewhere.words


async def test_an_archived_channel_is_not_subscribed(lab: Lab) -> None:
    lab.papers.archived = True
    assert "is archived" in await refusal(lab, "subscribe agents at 9 Berlin")


async def test_if_slack_does_not_say_who_asks_nothing_is_saved(lab: Lab) -> None:
    lab.server.fail(failing(500, keeps=False), method="users.info")
    assert "Slack does not say just now" in await refusal(lab, "subscribe agents at 9 Berlin")


async def test_the_zone_of_a_subscription_is_the_persons_own(lab: Lab) -> None:
    lab.ana.tz = "America/New_York"
    assert "09:00 New York" in (await lab.ask(lab.ana, "subscribe agents")).words


# ---- oneself


async def test_the_first_message_of_a_follow_is_sent_before_it_is_saved(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "follow agents at 9")
    saved = await pressed(lab, offer, "Follow")
    assert "Following" in saved.words
    [hello] = lab.server.shown(lab.server.world.conversation(lab.ana))
    assert "Your papers will come here." in hello.words
    assert [one.destination.person for one in await held(lab)] == [True]
    assert lab.posted == []


async def test_a_follow_that_cannot_be_brought_is_not_saved(lab: Lab) -> None:
    lab.team.messages_tab = False
    refused = await pressed(lab, await lab.ask(lab.ana, "follow agents at 9"), "Follow")
    assert "Messages tab is switched off" in refused.words
    assert await held(lab) == []


async def test_a_greeting_whose_answer_was_lost_is_not_called_busy(lab: Lab) -> None:
    offer = await lab.ask(lab.ana, "follow agents at 9")
    lab.server.fail(cut(keeps=True))
    refused = await pressed(lab, offer, "Follow")
    assert "Slack did not say whether my message arrived" in refused.words
    assert await held(lab) == []


async def test_nobody_meets_another_ones_follow(lab: Lab) -> None:
    await pressed(lab, await lab.ask(lab.ana, "follow agents at 9"), "Follow")
    [one] = await held(lab)
    assert "There is no subscription" in await refusal(lab, f"unsubscribe {one.short_id}", user=lab.ben)
    assert "you follow" not in await refusal(lab, "subscriptions", user=lab.ben)


async def test_what_is_followed_is_stopped_below_its_papers(lab: Lab) -> None:
    await pressed(lab, await lab.ask(lab.ana, "follow agents at 9"), "Follow")
    await lab.town.after(timedelta(days=1))
    [_, brought] = lab.server.shown(lab.server.world.conversation(lab.ana))
    assert "Agents 6" in (await pressed(lab, brought, "More 1")).words
    stop = next(one for one in labels(brought) if one.startswith(("Stop", "Remove", "Unfollow")))
    assert "Removed" in (await pressed(lab, brought, stop)).words
    assert await held(lab) == []


async def test_whose_zone_is_unknown_chooses_one(lab: Lab) -> None:
    async def nowhere(_: Call) -> web.StreamResponse:
        return done(user={"id": lab.ana.id, "team_id": lab.team.id})

    lab.server.fail(nowhere, method="users.info", times=3)
    answer = await lab.ask(lab.ana, "follow agents at 9")
    assert "Which time zone?" in answer.words
    [menu] = [one for one in parts(answer.blocks) if one.get("type") == "static_select"]
    chosen = await lab.server.press(answer, menu["action_id"], lab.ana, chosen="Asia/Tokyo")
    offer = await chosen.message()
    assert "09:00 Tokyo" in offer.words
    assert "09:00 Tokyo" in (await pressed(lab, offer, "Follow")).words


# ---- sharing


async def test_what_is_shared_names_who_did_and_nothing_that_was_typed(lab: Lab) -> None:
    found = await lab.ask(lab.ana, "search agents")
    told = await pressed(lab, found, "Share here")
    assert "Shared." in told.words
    public = await lab.announced("shared by ana")
    assert "Agents 6" in public.words
    assert "in the title" not in public.words
    assert found.deleted is False


async def test_nothing_is_shared_where_it_is_switched_off_or_too_often(lab: Lab) -> None:
    boss = lab.server.add_user(lab.team, "boss", admin=True)
    lab.papers.members.add(boss.id)
    found, other = await lab.ask(lab.ana, "today"), await lab.ask(lab.ben, "today")
    for _ in range(3):
        assert "Shared." in (await pressed(lab, found, "Share here")).words
    assert "You shared 3 answers" in (await pressed(lab, found, "Share here")).words
    await lab.ask(boss, "settings sharing off")
    assert "switched off" in (await pressed(lab, other, "Share here", user=lab.ben)).words
    assert "Share here" not in labels(await lab.ask(lab.ben, "today"))
    assert len(lab.posted) == 3


# ---- faults of ours


@pytest.fixture
async def broken(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    async def fails(*_: object) -> None:
        raise StoreUnavailable("The store at 10.1.2.3:6379 is away.", hint="Check that it runs.")

    monkeypatch.setattr(type(lab.rooms.desk), "answer", fails)
    return lab


async def test_a_store_that_is_away_is_told(broken: Lab) -> None:
    answer = await broken.ask(broken.ana, "today")
    assert "I cannot reach what I know just now." in answer.words
    assert "10.1.2.3" not in answer.words
    view = await (await broken.server.shortcut(broken.ana, SUBSCRIBE)).opened()
    sent = await broken.server.submit(view, {"filter": "agents", "channel": broken.papers})
    await sent.ack()
    assert "I cannot reach what I know just now. Try again in a minute." in sent.errors["filter"]
    assert "10.1.2.3" not in sent.errors["filter"]


async def test_a_defect_of_ours_is_told_with_its_reference(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError("xoxb-secret")

    monkeypatch.setattr(type(lab.rooms.desk), "answer", fails)
    answer = await lab.ask(lab.ana, "today")
    assert "Something broke on our side (reference " in answer.words
    assert "xoxb" not in answer.words


async def test_help_says_what_works_in_threads(lab: Lab) -> None:
    assert "In a thread" in (await lab.ask(lab.ana, "help")).words


# ---- conversations


async def test_in_a_conversation_a_subscription_is_managed_by_its_id(lab: Lab) -> None:
    await lab.subscribed()
    [one] = await held(lab)
    alone = lab.server.world.conversation(lab.ana)
    assert "Paused" in (await lab.ask(lab.ana, f"pause {one.short_id}", alone)).words
    await lab.announced("ana paused a subscription")


async def test_in_a_conversation_subscribe_asks_for_the_channel(lab: Lab) -> None:
    alone = lab.server.world.conversation(lab.ana)
    view = await (await lab.asked(lab.ana, "subscribe", alone)).opened()
    assert "In which channel?" in view.words
    answer = await lab.ask(lab.ana, f"subscribe agents at 9 in <#{lab.papers.id}|papers>", alone)
    assert "Subscribe" in labels(answer)
