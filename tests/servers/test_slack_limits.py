"""What the local Slack refuses in messages, forms and Home tabs, and what it complains of."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack.server import SlackServer
from tests.servers.slack_app import client

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")

Json = dict[str, Any]
QUIET: Json = {"unfurl_links": False, "unfurl_media": False}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: object) -> Json:
    return {"type": "button", "action_id": "a", "text": plain("Go"), **more}


def actions(*elements: Json, **more: object) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def select(options: int, size: int = 1) -> Json:
    made = [{"text": plain("o"), "value": f"{number}".rjust(size, "v")} for number in range(options)]
    return {"type": "static_select", "action_id": "s", "options": made}


GOOD = [
    ("section 3,000", [section("x" * 3000)]),
    ("50 blocks", [{"type": "divider"}] * 50),
    (
        "button at its limits",
        [actions(button(text=plain("x" * 75), value="v" * 2000, accessibility_label="l" * 75))],
    ),
    ("two actions, same id", [actions(button()), actions(button())]),
    ("header 150", [{"type": "header", "text": plain("x" * 150)}]),
    ("context", [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}]),
    ("a menu beside a text", [section("x", accessory=select(100))]),
]
BAD = [
    ("section 3,001", [section("x" * 3001)], "text"),
    ("51 blocks", [{"type": "divider"}] * 51, "at most 50"),
    ("button 76", [actions(button(text=plain("x" * 76)))], "75"),
    ("value 2,001", [actions(button(value="v" * 2001))], "value"),
    ("label 76", [actions(button(accessibility_label="l" * 76))], "accessibility_label"),
    ("style", [actions(button(style="green"))], "style"),
    ("button without id", [actions({"type": "button", "text": plain("Go")})], "action_id"),
    ("26 buttons", [actions(*(button(action_id=f"{n}") for n in range(26)))], "25"),
    ("no buttons", [actions()], "empty"),
    ("same action twice", [actions(button(), button())], "twice"),
    ("same block twice", [section("x", block_id="b"), section("y", block_id="b")], "twice"),
    ("block_id 256", [section("x", block_id="b" * 256)], "block_id"),
    ("header 151", [{"type": "header", "text": plain("x" * 151)}], "150"),
    ("header with markup", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "plain_text"),
    ("empty text", [section("")], "empty"),
    ("field 2,001", [{"type": "section", "fields": [plain("x" * 2001)]}], "2000"),
    ("11 in context", [{"type": "context", "elements": [plain("x")] * 11}], "10"),
    ("button in context", [{"type": "context", "elements": [button()]}], "context"),
    ("unknown type", [{"type": "sections"}], "unsupported"),
    ("unknown key", [section("x", colour="red")], "additional property"),
    ("101 options", [section("x", accessory=select(101))], "100"),
    ("option value 151", [section("x", accessory=select(1, 151))], "value"),
    ("no options", [section("x", accessory=select(0))], "options"),
    ("image without alt", [{"type": "image", "image_url": "https://x"}], "alt"),
    ("markdown 12,001", [{"type": "markdown", "text": "x" * 12_001}], "12000"),
]


@pytest.mark.parametrize(("blocks"), [blocks for _, blocks in GOOD], ids=[name for name, _ in GOOD])
async def test_blocks_at_their_limits_are_taken(slack: SlackServer, blocks: list[Json]) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    await client(slack, lab).chat_postMessage(channel=papers.id, text="t", blocks=blocks, **QUIET)
    assert not slack.complaints


@pytest.mark.parametrize(
    ("blocks", "why"), [(blocks, why) for _, blocks, why in BAD], ids=[name for name, _, _ in BAD]
)
async def test_blocks_beyond_their_limits_are_refused(
    slack: SlackServer, blocks: list[Json], why: str
) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    with pytest.raises(SlackApiError) as refused:
        await client(slack, lab).chat_postMessage(channel=papers.id, text="t", blocks=blocks, **QUIET)
    assert refused.value.response["error"] == "invalid_blocks"
    assert any(why in one.problem for one in slack.complaints), slack.complaints
    assert not slack.shown(papers)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"blocks": [section("x" * 2990)] * 5, "text": "t"}, "msg_blocks_too_long"),
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": ""}, "no_text"),
    ],
    ids=["13,000 of blocks", "text 4,001", "nothing"],
)
async def test_messages_that_are_too_long_or_empty_are_refused(
    slack: SlackServer, body: Json, expected: str
) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    with pytest.raises(SlackApiError) as refused:
        await client(slack, lab).chat_postMessage(channel=papers.id, **body, **QUIET)
    assert refused.value.response["error"] == expected


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"text": "x"}, "unfurl_links"),
        ({"text": "x", "unfurl_links": False}, "unfurl_media"),
        ({"text": "<!channel> x", **QUIET}, "<!channel>"),
        ({"text": "<!here|here> x", **QUIET}, "<!here"),
        ({"text": "by <@U1>", **QUIET}, "<@U1>"),
        ({"text": "x", "blocks": [section("<!everyone>")], **QUIET}, "<!everyone>"),
        ({"text": " ", "blocks": [section("x")], **QUIET}, "notification"),
        ({"text": "x", "link_names": True, **QUIET}, "link_names"),
    ],
    ids=["unfurls", "media", "channel", "here", "person", "in blocks", "no fallback", "plain names"],
)
async def test_a_post_without_manners_is_taken_and_complained_of(
    slack: SlackServer, body: Json, why: str
) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    await client(slack, lab).chat_postMessage(channel=papers.id, **body)
    assert [one.method for one in slack.complaints] == ["chat.postMessage"] * len(slack.complaints)
    assert why in slack.complaints[0].problem


async def test_escaped_and_welcome_mentions_are_fine(slack: SlackServer) -> None:
    lab = slack.add_workspace("Lab")
    papers = slack.add_channel(lab, "papers")
    slack.desk.welcome = {"U1"}
    text = "&lt;!channel&gt; by <@U1> in <#C1>, <!date^1^{date}|now>"
    await client(slack, lab).chat_postMessage(channel=papers.id, text=text, **QUIET)
    assert not slack.complaints


MODAL: Json = {"type": "modal", "title": plain("T"), "blocks": [{"type": "divider"}]}
INPUT: Json = {
    "type": "input",
    "label": plain("L"),
    "element": {"type": "plain_text_input", "action_id": "i"},
}


@pytest.mark.parametrize(
    ("change", "fine"),
    [
        ({}, True),
        ({"title": plain("x" * 25)}, False),
        ({"blocks": [{"type": "divider"}] * 100}, True),
        ({"blocks": [{"type": "divider"}] * 101}, False),
        ({"private_metadata": "x" * 3000}, True),
        ({"private_metadata": "x" * 3001}, False),
        ({"blocks": [INPUT]}, False),
        ({"blocks": [INPUT], "submit": plain("OK")}, True),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, False),
        ({"colour": "red"}, False),
    ],
    ids=[
        "good",
        "title 25",
        "100",
        "101",
        "3,000",
        "3,001",
        "no submit",
        "submit",
        "markdown",
        "unknown key",
    ],
)
async def test_a_form_keeps_its_limits(slack: SlackServer, change: Json, *, fine: bool) -> None:
    lab = slack.add_workspace("Lab")
    asked = await slack.shortcut(slack.add_user(lab, "ana"), "s")
    opening = client(slack, lab).views_open(trigger_id=asked.payload["trigger_id"], view=MODAL | change)
    if fine:
        await opening
        assert (await asked.opened()).words.startswith("T")
    else:
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            await opening
    assert bool(slack.complaints) != fine


async def test_a_trigger_opens_one_form_and_soon(slack: SlackServer) -> None:
    lab = slack.add_workspace("Lab")
    ana = slack.add_user(lab, "ana")
    web = client(slack, lab)
    asked = await slack.shortcut(ana, "s")
    await web.views_open(trigger_id=asked.payload["trigger_id"], view=MODAL)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await web.views_open(trigger_id=asked.payload["trigger_id"], view=MODAL)
    late = await slack.shortcut(ana, "s", age=3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await web.views_open(trigger_id=late.payload["trigger_id"], view=MODAL)
