"""What people do in the local Slack, and what a real bolt app makes of it; over HTTP and in Socket Mode."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from tests.servers.slack.grants import BASE, LINKS
from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Channel, User, Workspace
from tests.servers.slack_app import bolt, on_http, on_socket

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


MORE: Json = {"type": "button", "action_id": "more", "text": plain("More"), "value": "2510.12345"}
ZONE: Json = {"type": "external_select", "action_id": "zone", "min_query_length": 1}
BUTTONS: list[Json] = [{"type": "actions", "elements": [MORE, ZONE]}]
DAYS = [{"text": plain(day), "value": day} for day in ("mon", "tue")]
FORM: Json = {
    "type": "modal",
    "callback_id": "subscribe",
    "title": plain("Subscribe"),
    "submit": plain("Preview"),
    "blocks": [
        {
            "type": "input",
            "block_id": "filter",
            "label": plain("Filter"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "day",
            "label": plain("Day"),
            "optional": True,
            "element": {
                "type": "static_select",
                "action_id": "day",
                "options": DAYS,
                "initial_option": DAYS[0],
            },
        },
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Channel"),
            "element": {"type": "channels_select", "action_id": "where"},
        },
    ],
}
SENT: Json = FORM | {"title": plain("Sent"), "blocks": [{"type": "divider"}]}


@pytest.fixture
def app(slack: SlackServer) -> AsyncApp:
    app = bolt(slack)

    @app.command("/papers")
    async def papers(ack: Any, respond: Any, command: Json, client: Any) -> None:  # noqa: ANN401
        if command["text"] == "late":
            await asyncio.sleep(1)
        await ack()
        if command["text"] == "form":
            await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        elif command["text"] == "whisper":
            where = {"channel": command["channel_id"], "user": command["user_id"]}
            await client.chat_postEphemeral(text="psst", **where)
        else:
            await respond(text="today", blocks=BUTTONS)

    @app.action("more")
    async def more(ack: Any, respond: Any, action: Json, body: Json) -> None:  # noqa: ANN401
        await ack()
        kept = "message" in body
        await respond(text=f"more of {action['value']}, {kept}", replace_original=False)

    @app.options("zone")
    async def zones(ack: Any, payload: Json) -> None:  # noqa: ANN401
        await ack(options=[{"text": plain("Berlin"), "value": payload["value"]}])

    _forms(app)
    _surfaces(app)
    return app


def _forms(app: AsyncApp) -> None:
    @app.view("subscribe")
    async def subscribe(ack: Any, view: Json) -> None:  # noqa: ANN401
        values = view["state"]["values"]
        if values["filter"]["text"]["value"] == "bad":
            await ack(response_action="errors", errors={"filter": "No."})
        elif values["day"]["day"]["selected_option"]["value"] == "tue":
            await ack(response_action="update", view=SENT)
        else:
            await ack()

    @app.shortcut("look_up")
    async def look_up(ack: Any, respond: Any, shortcut: Json) -> None:  # noqa: ANN401
        await ack()
        await respond(text=f"about {shortcut['message']['text']}", thread_ts=shortcut["message_ts"])


def _surfaces(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def home(event: Json, client: Any) -> None:  # noqa: ANN401
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    @app.event("link_shared")
    async def links(event: Json, client: Any) -> None:  # noqa: ANN401
        cards = {link["url"]: {"blocks": BUTTONS} for link in event["links"]}
        await client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=cards)

    @app.event(re.compile(".*"))
    async def anything_else() -> None:
        """Nothing: bolt would answer 404."""


@pytest.fixture(params=["http", "socket"])
async def bot(request: pytest.FixtureRequest, slack: SlackServer, app: AsyncApp) -> AsyncIterator[None]:
    ways = {"http": on_http, "socket": on_socket}
    async with ways[request.param](slack, app):
        yield


@pytest.mark.usefixtures("bot")
async def test_a_command_is_acknowledged_and_answered(slack: SlackServer, ana: User, papers: Channel) -> None:
    asked = await slack.command(ana, papers, "/papers", "today")
    ack = await asked.ack()
    assert (ack.status, ack.after < 1) == (200, True)
    answer = await asked.message()
    assert (answer.seen_by, answer.text, answer.action_ids) == (ana, "today", ["more", "zone"])
    assert not slack.shown(papers)
    assert not slack.complaints


@pytest.mark.usefixtures("bot")
async def test_a_button_of_a_whispered_answer_knows_no_message(
    slack: SlackServer, ana: User, papers: Channel
) -> None:
    answer = await (await slack.command(ana, papers, "/papers")).message()
    pressed = await slack.press(answer, "more", ana)
    assert (await pressed.message()).text == "more of 2510.12345, False"
    public = slack.posted(papers, {"text": "t", "blocks": BUTTONS})
    assert (await (await slack.press(public, "more", ana)).message()).text == "more of 2510.12345, True"
    with pytest.raises(LookupError, match="no element"):
        await slack.press(public, "less", ana)


@pytest.mark.usefixtures("bot")
async def test_a_form_is_opened_filled_in_refused_and_sent(
    slack: SlackServer, ana: User, papers: Channel
) -> None:
    form = await (await slack.command(ana, papers, "/papers", "form")).opened()
    with pytest.raises(ValueError, match="filled in"):
        await slack.submit(form, {"text": "x"})
    bad = await slack.submit(form, {"text": "bad", "where": papers})
    await bad.ack()
    assert (bad.errors, form.closed) == ({"filter": "No."}, False)
    shown = await slack.submit(form, {"text": "x", "where": papers, "day": "tue"})
    assert (await shown.opened()).words == "Sent\nPreview"
    again = await (await slack.command(ana, papers, "/papers", "form")).opened()
    await (await slack.submit(again, {"filter": "x", "where": papers})).ack()
    assert again.closed
    assert not slack.complaints


@pytest.mark.usefixtures("bot")
async def test_the_home_tab_is_published_when_it_is_opened(slack: SlackServer, ana: User) -> None:
    await slack.open_home(ana)
    home = await slack.home(ana)
    assert home.words == "More"
    choices = await (await slack.options(home, "zone", "Ber")).choices()
    assert choices == [{"text": plain("Berlin"), "value": "Ber"}]


@pytest.mark.usefixtures("bot")
async def test_a_whisper_belongs_to_what_was_asked(slack: SlackServer, ana: User, papers: Channel) -> None:
    asked = await slack.command(ana, papers, "/papers", "whisper")
    assert (await asked.reply()).what == "whisper"


@pytest.mark.usefixtures("bot")
async def test_a_message_shortcut_answers_in_the_thread(
    slack: SlackServer, ana: User, papers: Channel
) -> None:
    question = slack.say(papers, ana, "diffusion")
    answer = await (await slack.message_shortcut(question, "look_up", ana)).message()
    assert (answer.text, answer.thread_ts, answer.seen_by) == ("about diffusion", question.ts, ana)


@pytest.mark.usefixtures("bot")
async def test_a_shared_link_becomes_a_card_where_the_scope_is_given(
    slack: SlackServer, lab: Workspace, ana: User, papers: Channel
) -> None:
    url = "https://arxiv.org/abs/2510.12345"
    assert (await slack.share_link(ana, papers, url))[1] is None
    slack.grants.give(lab, BASE | LINKS)
    assert (await slack.share_link(ana, papers, "https://example.org"))[1] is None
    message, asked = await slack.share_link(ana, papers, url)
    assert asked is not None
    await asked.ack()
    await slack.desk.answered("ok", method="chat.unfurl")
    assert message.unfurls == {url: {"blocks": BUTTONS}}


@pytest.mark.usefixtures("bot")
async def test_an_event_can_come_three_times(slack: SlackServer, ana: User) -> None:
    asked = await slack.open_home(ana, times=3)
    await asked.ack(2)
    await slack.desk.arrived("views.publish", 3)
    assert [ack.good for ack in asked.acks] == [True] * 3


async def test_a_late_command_fails_and_is_not_repeated(
    slack: SlackServer, app: AsyncApp, ana: User, papers: Channel
) -> None:
    slack.web.patience = 0.2
    slack.retries = (0, 0, 0)
    async with on_http(slack, app):
        asked = await slack.command(ana, papers, "/papers", "late")
        assert (await asked.ack()).status == 0
        await slack.settled()
    assert len(asked.acks) == 1


async def test_signatures_are_real_stale_wrong_or_replayed(
    slack: SlackServer, app: AsyncApp, ana: User, papers: Channel
) -> None:
    async with on_http(slack, app):
        assert await slack.web.verify()
        good = await slack.command(ana, papers, "/papers", "today")
        assert (await good.ack()).status == 200
        assert (await slack.web.replay(slack.web.sent[-1])).status == 200
        slack.web.skew = -400
        assert (await (await slack.command(ana, papers, "/papers")).ack()).status == 401
        slack.web.skew, slack.web.secret = 0, "wrong"
        assert (await (await slack.command(ana, papers, "/papers")).ack()).status == 401


async def test_only_events_of_the_manifest_are_told(slack: SlackServer, app: AsyncApp, ana: User) -> None:
    slack.events = {"app_uninstalled"}
    async with on_http(slack, app):
        await slack.open_home(ana)
        await slack.settled()
    assert not slack.asked
