"""What someone asked, read from what Slack sends."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.buttons import More, Outdated, Run
from bot.domain.mentions import mentioned_papers
from handlers.slack.asking import (
    Aimed,
    Asked,
    Pressed,
    Typed,
    Wished,
    of_action,
    of_command,
    of_form,
    of_message,
    of_wish,
)
from handlers.slack.modals import answer_view
from tests.servers.slack.messages import Message
from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Channel, User

Json = dict[str, Any]
COMMAND = {
    "team_id": "T1",
    "user_id": "U1",
    "user_name": "ana",
    "channel_id": "C012AB3CD",
    "command": "/papers",
    "text": "subscribe agents in <#C0OTHER99|papers>",
    "response_url": "https://hooks.example.org/1",
    "trigger_id": "1.2",
}


@pytest.fixture
def server() -> SlackServer:
    return SlackServer()


@pytest.fixture
def ana(server: SlackServer) -> User:
    return server.add_user(server.add_workspace("Lab"), "ana")


@pytest.fixture
def papers(server: SlackServer, ana: User) -> Channel:
    return server.add_channel(ana.workspace, "papers", ana)


def button(action_id: str, value: str) -> Json:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": "x"},
        "action_id": action_id,
        "value": value,
    }


def pressed(server: SlackServer, message: Message, who: User) -> Asked:
    [element] = message.blocks[0]["elements"]
    payload = server.telling.pressed(message, who, (message.blocks[0], element), None)
    return of_action({**payload, "trigger_id": "1.2", "response_url": "https://hooks.example.org/1"})


def posted(server: SlackServer, papers: Channel, element: Json, **known: Any) -> Message:  # noqa: ANN401 - of a message
    body = {"text": "x", "blocks": [{"type": "actions", "elements": [element]}]}
    return server.messages.create(papers, papers.workspace.bot, body, **known)


def test_a_command_is_read_as_it_was_meant() -> None:
    asked = of_command(COMMAND)
    assert asked.what == Typed(text="subscribe agents in #C0OTHER99")
    assert str(asked.here) == "slack:T1/C012AB3CD"
    assert str(asked.home) == "slack:T1/@U1"
    assert (asked.name, asked.foreign, asked.surface.form) == ("ana", False, "")


def test_a_command_in_a_conversation_is_meant_for_the_person() -> None:
    asked = of_command({**COMMAND, "channel_id": "D012AB3CD"})
    assert asked.here == asked.home


@pytest.mark.parametrize(
    ("element", "button_meant"),
    [
        (button("p1:more:1", "p1:more:7f3k:2511.00001"), More(paper="2511.00001", short_id="7f3k")),
        (button("p1:run:1", "p1:run:!today"), Run(text="today")),
        (button("p0:run:1", "p0:run:!today"), Outdated(custom_id="p0:run:!today")),
        (button("x", ""), Outdated(custom_id="")),
    ],
    ids=["more", "run", "an older one", "somebody else’s"],
)
def test_a_button_is_what_its_value_says(
    server: SlackServer, papers: Channel, ana: User, element: Json, button_meant: object
) -> None:
    asked = pressed(server, posted(server, papers, element), ana)
    assert asked.what == Pressed(button=button_meant)  # type: ignore[arg-type]
    assert (asked.channel, asked.surface.ours, asked.foreign) == (papers.id, False, False)


def test_an_answer_that_one_person_sees_may_be_replaced(
    server: SlackServer, papers: Channel, ana: User
) -> None:
    assert pressed(server, posted(server, papers, button("a", "b"), seen_by=ana), ana).surface.ours


def test_who_is_of_another_company_is_told_apart(server: SlackServer, papers: Channel, ana: User) -> None:
    message = posted(server, papers, button("a", "b"))
    eve = server.add_user(server.add_workspace("Elsewhere"), "eve", stranger=True)
    assert not pressed(server, message, ana).foreign
    assert pressed(server, message, eve).foreign  # their workspace is told, and it is not the message's

    payload = server.telling.pressed(
        message, ana, (message.blocks[0], message.blocks[0]["elements"][0]), None
    )
    elsewhere = {**payload, "trigger_id": "", "user": {**payload["user"], "team_id": eve.workspace.id}}
    assert of_action(elsewhere).foreign
    in_an_organization = {**elsewhere, "enterprise": {"id": "E1", "name": "Org"}}
    assert not of_action(in_an_organization).foreign


@pytest.mark.parametrize(
    ("text", "papers_meant"),
    [
        ("<https://arxiv.org/abs/2511.00002|this one>", 1),
        ("<https://arxiv.org/abs/2511.00002> <https://huggingface.co/papers/2511.00003?x=1&amp;y=2>", 2),
        ("arXiv:2511.00002", 1),
        ("lunch?", 0),
    ],
)
def test_a_messages_links_are_read_behind_their_words(
    server: SlackServer, papers: Channel, ana: User, text: str, papers_meant: int
) -> None:
    payload = server.telling.message_action(server.say(papers, ana, text), ana, "look")
    asked = of_message({**payload, "trigger_id": "1.2", "response_url": "https://hooks.example.org/1"})
    assert isinstance(asked.what, Aimed)
    assert len(mentioned_papers(asked.what.text)) == papers_meant


@pytest.mark.parametrize(
    "message",
    [
        {"text": "", "attachments": [{"title_link": "https://arxiv.org/abs/2511.00002", "text": "A paper"}]},
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"elements": [{"type": "link", "url": "https://arxiv.org/abs/2511.00002"}]}],
                }
            ]
        },
        {
            "attachments": [
                {"message_blocks": [{"message": {"text": "<https://arxiv.org/abs/2511.00002|x>"}}]}
            ]
        },
    ],
    ids=["a card", "rich text", "forwarded"],
)
def test_a_messages_links_are_found_wherever_they_stand(message: Json) -> None:
    head = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}}
    asked = of_message({**head, "message": message, "trigger_id": "1", "response_url": "https://x"})
    assert isinstance(asked.what, Aimed)
    assert len(mentioned_papers(asked.what.text)) == 1


def test_a_global_shortcut_has_no_channel(server: SlackServer, ana: User) -> None:
    asked = of_wish({**server.telling.shortcut(ana, "x"), "trigger_id": "1.2"})
    assert (asked.what, asked.channel, asked.surface.url) == (Wished(), "", "")


def test_a_form_remembers_where_it_was_opened() -> None:
    view = {**answer_view("x", [], "C012AB3CD"), "id": "V1", "app_installed_team_id": "T2"}
    head = {"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T1"}}
    asked = of_form({**head, "view": view})
    assert (asked.workspace, asked.channel, asked.surface.form) == ("T2", "C012AB3CD", "V1")
