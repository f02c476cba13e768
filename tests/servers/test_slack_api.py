"""The Web API of the local Slack, through slack_sdk."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.grants import BASE, CONFIRM
from tests.servers.slack.rates import Pace
from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Channel, User, Workspace
from tests.servers.slack_app import client

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


@pytest.fixture
def web(slack: SlackServer, lab: Workspace) -> AsyncWebClient:
    return client(slack, lab)


def may(slack: SlackServer, lab: Workspace, *scopes: str) -> None:
    slack.grants.give(lab, scopes)


async def error(of: Any) -> str:  # noqa: ANN401 - whatever a method of the SDK returns
    with pytest.raises(SlackApiError) as refused:
        await of
    return str(refused.value.response["error"])


async def test_a_post_is_stored_and_can_be_changed_linked_and_deleted(
    slack: SlackServer, web: AsyncWebClient, papers: Channel
) -> None:
    sent = await web.chat_postMessage(channel=papers.id, text="one", **QUIET)
    ts = str(sent["ts"])
    link = await web.chat_getPermalink(channel=papers.id, message_ts=ts)
    assert link["permalink"] == f"https://lab.slack.com/archives/{papers.id}/p{ts.replace('.', '')}"
    await web.chat_update(channel=papers.id, ts=ts, text="two")
    assert [one.words for one in slack.shown(papers)] == ["two"]
    await web.chat_delete(channel=papers.id, ts=ts)
    assert not slack.shown(papers)
    assert await error(web.chat_update(channel=papers.id, ts=ts, text="x")) == "message_not_found"
    assert not slack.complaints


async def test_a_reply_to_a_message_that_is_gone_stands_on_top(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    may(slack, lab, "channels:history")
    first = await web.chat_postMessage(channel=papers.id, text="a", **QUIET)
    await web.chat_postMessage(channel=papers.id, text="b", thread_ts=first["ts"], **QUIET)
    thread = await web.conversations_replies(channel=papers.id, ts=first["ts"])
    assert [one["text"] for one in thread["messages"]] == ["a", "b"]
    top = await web.conversations_history(channel=papers.id)
    assert [one["text"] for one in top["messages"]] == ["a"]
    lost = await web.chat_postMessage(channel=papers.id, text="c", thread_ts="1.000001", **QUIET)
    assert "thread_ts" not in lost["message"]
    wrong = web.chat_postMessage(channel=papers.id, text="c", thread_ts="now", **QUIET)
    assert await error(wrong) == "invalid_thread_ts"
    assert await error(web.conversations_replies(channel=papers.id, ts="1.000001")) == "thread_not_found"


async def test_metadata_is_found_again_only_when_asked_for(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    may(slack, lab, *CONFIRM)
    metadata = {"event_type": "paperround_delivery", "event_payload": {"key": "k1"}}
    for text in ("one", "two", "three"):
        await web.chat_postMessage(channel=papers.id, text=text, metadata=metadata, **QUIET)
    middle = slack.shown(papers)[1]
    window: dict[str, Any] = {"oldest": middle.ts, "latest": middle.ts, "inclusive": True}
    found = await web.conversations_history(channel=papers.id, include_all_metadata=True, **window)
    assert [one["metadata"] for one in found["messages"]] == [metadata]
    hidden = await web.conversations_history(channel=papers.id, **window)
    assert "event_payload" not in hidden["messages"][0]["metadata"]
    page = await web.conversations_history(channel=papers.id, limit=2)
    more = page["response_metadata"]["next_cursor"]
    rest = await web.conversations_history(channel=papers.id, limit=2, cursor=more)
    assert [one["text"] for one in [*page["messages"], *rest["messages"]]] == ["three", "two", "one"]
    assert (page["has_more"], rest["has_more"]) == (True, False)


async def test_metadata_is_flat(web: AsyncWebClient, papers: Channel) -> None:
    deep = {"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}}
    refused = web.chat_postMessage(channel=papers.id, text="x", metadata=deep, **QUIET)
    assert await error(refused) == "invalid_metadata_format"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"archived": True}, "is_archived"),
        ({"restricted": True}, "restricted_action"),
        ({"members": set()}, "not_in_channel"),
        ({"members": set(), "kind": "private"}, "channel_not_found"),
    ],
    ids=["archived", "restricted", "not a member", "private"],
)
async def test_a_channel_may_refuse_a_post(
    web: AsyncWebClient, papers: Channel, change: dict[str, Any], expected: str
) -> None:
    for name, value in change.items():
        setattr(papers, name, value)
    assert await error(web.chat_postMessage(channel=papers.id, text="x", **QUIET)) == expected


async def test_tokens_can_be_wrong_revoked_or_of_a_dead_account(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    stranger = AsyncWebClient(token="xoxb-wrong", base_url=slack.api)
    assert await error(stranger.auth_test()) == "invalid_auth"
    assert await error(AsyncWebClient(base_url=slack.api).auth_test()) == "not_authed"
    slack.revoke(lab)
    assert await error(web.chat_postMessage(channel=papers.id, text="x", **QUIET)) == "token_revoked"
    again = slack.grants.give(lab, BASE).token
    slack.uninstall(lab)
    assert await error(AsyncWebClient(token=again, base_url=slack.api).auth_test()) == "account_inactive"


async def test_the_bot_can_give_its_token_back(web: AsyncWebClient) -> None:
    assert (await web.auth_revoke(test=True))["revoked"] is False
    assert (await web.auth_revoke())["revoked"] is True
    assert await error(web.auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named(web: AsyncWebClient, papers: Channel, ana: User) -> None:
    with pytest.raises(SlackApiError) as refused:
        await web.conversations_history(channel=papers.id)
    told = refused.value.response
    assert (told["error"], told["needed"]) == ("missing_scope", "channels:history")
    assert told["provided"] == ",".join(sorted(BASE))
    assert await error(web.conversations_join(channel=papers.id)) == "missing_scope"
    assert await error(web.chat_unfurl(channel=papers.id, ts="1", unfurls={"u": {}})) == "missing_scope"
    assert await error(web.conversations_list(types="im")) == "missing_scope"
    assert (await web.users_info(user=ana.id))["user"]["tz"] == "Europe/Berlin"


async def test_what_is_known_of_people_and_places(
    slack: SlackServer, web: AsyncWebClient, lab: Workspace
) -> None:
    guest = slack.add_user(lab, "gil", guest="single")
    partner = slack.add_channel(lab, "partners", guest, shared=True)
    slack.add_channel(lab, "secret", kind="private", bot=False)
    other = slack.add_user(slack.add_workspace("Other"), "eve")
    who = await web.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == (lab.id, lab.bot.id, lab.bot_id)
    told = (await web.users_info(user=guest.id))["user"]
    assert (told["is_ultra_restricted"], told["is_restricted"], told["is_bot"]) == (True, True, False)
    assert await error(web.users_info(user=other.id)) == "user_not_found"
    place = (await web.conversations_info(channel=partner.id))["channel"]
    assert (place["is_ext_shared"], place["is_general"], place["is_member"]) == (True, False, True)
    listed = await web.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert {one["name"]: one["is_general"] for one in listed["channels"]} == {
        "general": True,
        "partners": False,
    }
    assert set((await web.conversations_members(channel=partner.id))["members"]) == {guest.id, lab.bot.id}


async def test_people_are_written_to_directly(
    slack: SlackServer, web: AsyncWebClient, lab: Workspace, ana: User
) -> None:
    opened = await web.conversations_open(users=ana.id)
    place = slack.world.conversation(ana)
    assert opened["channel"]["id"] == place.id
    await web.chat_postMessage(channel=place.id, text="hello", **QUIET)
    await web.chat_postMessage(channel=ana.id, text="again", **QUIET)
    assert [one.words for one in slack.shown(place)] == ["hello", "again"]
    assert await error(web.conversations_open(users=lab.bot.id)) == "cannot_dm_bot"
    lab.messages_tab = False
    assert await error(web.chat_postMessage(channel=place.id, text="x", **QUIET)) == "messages_tab_disabled"


async def test_a_whisper_is_seen_by_one_person_in_the_channel(
    slack: SlackServer, web: AsyncWebClient, lab: Workspace, ana: User, papers: Channel
) -> None:
    bo = slack.add_user(lab, "bo")
    await web.chat_postEphemeral(channel=papers.id, user=ana.id, text="psst")
    assert [one.words for one in slack.shown(papers, to=ana)] == ["psst"]
    assert not slack.shown(papers) + slack.shown(papers, to=bo)
    assert (
        await error(web.chat_postEphemeral(channel=papers.id, user=bo.id, text="x")) == "user_not_in_channel"
    )


async def test_views_are_published_and_guarded_by_their_hash(
    slack: SlackServer, web: AsyncWebClient, ana: User
) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await web.views_publish(user_id=ana.id, view=home)
    await web.views_publish(user_id=ana.id, view=home, hash=first["view"]["hash"])
    assert (
        await error(web.views_publish(user_id=ana.id, view=home, hash=first["view"]["hash"]))
        == "hash_conflict"
    )
    assert (await slack.home(ana)).version == 2
    assert (
        await error(web.views_open(trigger_id="1.2", view={"type": "modal", **_TITLE}))
        == "invalid_trigger_id"
    )


_TITLE: dict[str, Any] = {"title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}


async def test_a_channel_takes_a_burst_and_then_a_message_a_second(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    now = [100.0]
    slack.rates.clock = lambda: now[0]
    slack.rates.channel = Pace(seconds=1, burst=2)
    other = slack.add_channel(lab, "other")
    for channel in (papers, papers, other):
        await web.chat_postMessage(channel=channel.id, text="x", **QUIET)
    with pytest.raises(SlackApiError) as refused:
        await web.chat_postMessage(channel=papers.id, text="x", **QUIET)
    told = refused.value.response
    assert (told.status_code, told["error"], told.headers["Retry-After"]) == (429, "ratelimited", "1")
    now[0] += 1
    await web.chat_postMessage(channel=papers.id, text="x", **QUIET)
    assert len(slack.shown(papers)) == 3


async def test_a_workspace_has_a_limit_of_its_own(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    slack.rates.workspace = Pace(seconds=20, burst=1)
    second = slack.add_workspace("Second")
    there = slack.add_channel(second, "there")
    await web.chat_postMessage(channel=papers.id, text="x", **QUIET)
    other = slack.add_channel(lab, "other")
    assert await error(web.chat_postMessage(channel=other.id, text="x", **QUIET)) == "ratelimited"
    await client(slack, second).chat_postMessage(channel=there.id, text="x", **QUIET)


async def test_history_is_rationed_for_outsiders(
    slack: SlackServer, web: AsyncWebClient, papers: Channel, lab: Workspace
) -> None:
    may(slack, lab, *CONFIRM)
    slack.rates.like_outsiders()
    for _ in range(16):
        slack.posted(papers, {"text": "x"})
    found = await web.conversations_history(channel=papers.id, limit=100)
    assert (len(found["messages"]), found["has_more"]) == (15, True)
    with pytest.raises(SlackApiError) as refused:
        await web.conversations_history(channel=papers.id)
    assert 55 <= int(refused.value.response.headers["Retry-After"]) <= 60


async def test_arguments_arrive_in_any_encoding(
    slack: SlackServer, web: AsyncWebClient, papers: Channel
) -> None:
    assert web.token is not None
    form = {"token": web.token, "channel": papers.id, "text": "x", "blocks": '[{"type": "divider"}]'}
    form |= {"unfurl_links": "false"}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{slack.api}chat.postMessage", data=form) as response:
            assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
        async with http.post(f"{slack.api}chat.postMessage", data="{", headers=_JSON) as response:
            assert (response.status, (await response.json())["error"]) == (200, "invalid_json")
    assert await error(web.api_call("chat.shout")) == "unknown_method"


_JSON = {"Content-Type": "application/json"}
