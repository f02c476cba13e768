"""What Discord shows is what can be done there: commands as they are typed on it, and no button that only shows how."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.discord.registration import FOR_EVERYONE, FOR_MANAGERS
from tests.scenarios.discord_lab import Lab, labels, laboratory
from tests.servers.discord.messages import Message
from tests.servers.discord.permissions import MANAGER, Permission
from tests.services.conftest import MONDAY, Clock
from tests.services.town import ONE_DAY, agents, moment

TUESDAY = MONDAY + ONE_DAY
COMMAND = re.compile(r"/papers(?P<managers>-channel)? (?P<name>[a-z-]+)(?P<option> [a-z_]+:)?")


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """It is Monday noon, three papers are listed, Ana manages the server, and the bot is there."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        lab.server.allow(lab.papers, lab.ana, MANAGER | Permission.MANAGE_GUILD)
        papers = [agents(number, 10 * number, keywords=("planning",)) for number in range(1, 4)]
        await lab.town.listed(*papers)
        await lab.rooms.searching.catch_up()
        yield lab


def commands(message: Message) -> list[str]:
    """The commands that a message names; raises `AssertionError` for one that Discord does not have."""
    named = []
    for found in COMMAND.finditer(message.text):
        known = FOR_MANAGERS if found["managers"] else FOR_EVERYONE
        assert found["name"] in known, found[0]
        options = {f" {one.name}:" for one in known[found["name"]]}
        assert found["option"] is None or found["option"] in options, found[0]
        named.append(found[0])
    return named


@pytest.mark.parametrize(
    ("name", "options", "shown"),
    [
        pytest.param(
            "papers subscriptions",
            {},
            'Begin with: `/papers-channel subscribe filter: diffusion, "world model"`',
            id="nothing subscribed",
        ),
        pytest.param("papers saved", {}, "Save one: `/papers show paper: 2511.01234`", id="nothing saved"),
        pytest.param(
            "papers-channel settings",
            {},
            "Change one: `/papers-channel settings name: zone value: Berlin`",
            id="settings",
        ),
        pytest.param("papers help", {}, "To stop: `/papers-channel unsubscribe`", id="help"),
    ],
)
async def test_an_example_is_text_to_copy_and_no_button(
    lab: Lab, name: str, options: dict[str, str], shown: str
) -> None:
    answer = await lab.ask(lab.ana, name, options)
    assert shown in answer.text
    assert not {"Begin with", "Save one", "Change one", "To stop"} & set(labels(answer))


async def test_what_only_leads_on_says_where(lab: Lab) -> None:
    answer = await lab.ask(lab.ana, "papers explain", {"paper": "2511.00001"})
    assert "What is subscribed here" in labels(answer)


async def test_the_list_of_what_is_paused_offers_no_pause(lab: Lab) -> None:
    await lab.subscribed()
    await lab.ask(lab.ana, "papers-channel pause")
    listed = await lab.ask(lab.ana, "papers subscriptions")
    assert "Resume" in labels(listed)
    assert not {"Pause", "Change or stop one"} & set(labels(listed))


@pytest.mark.parametrize(
    ("name", "options", "hint"),
    [
        pytest.param(
            "papers-channel subscribe",
            {"filter": "agents", "hot_votes": 100},
            "Say it once for everyone here: /papers-channel settings name: zone value: Berlin",
            id="zone",
        ),
        pytest.param(
            "papers-channel settings",
            {"name": "sharing"},
            "/papers-channel settings name: sharing value: on, or off.",
            id="sharing",
        ),
        pytest.param(
            "papers-channel settings",
            {"name": "hour", "value": ""},
            "For example: /papers-channel settings name: hour value: 07:30, or 9am, noon.",
            id="hour",
        ),
        pytest.param(
            "papers-channel settings",
            {"name": "subscribers", "value": "x"},
            "/papers-channel settings name: subscribers value: managers",
            id="subscribers",
        ),
        pytest.param(
            "papers-channel edit",
            {},
            'Subscribe with: /papers-channel subscribe filter: diffusion, "world model" at: 09:00',
            id="nothing to edit",
        ),
    ],
)
async def test_a_hint_names_commands_as_they_are_typed_here(
    lab: Lab, name: str, options: dict[str, Any], hint: str
) -> None:
    answer = await lab.ask(lab.ana, name, options)
    assert hint in answer.text
    assert commands(answer)
    assert "`" not in answer.text


async def test_where_sharing_is_off_the_hint_says_how_to_switch_it_on(lab: Lab) -> None:
    answer = await lab.ask(lab.ben, "papers today")
    await lab.ask(lab.ana, "papers-channel settings", {"name": "sharing", "value": "off"})
    refused = await (await lab.press(answer, "Share here", lab.ben)).message()
    assert "/papers-channel settings name: sharing value: on" in refused.text


@pytest.mark.parametrize("name", ["papers today", "papers trending", "papers show"])
async def test_where_sharing_is_off_it_is_not_offered(lab: Lab, name: str) -> None:
    options = {"paper": "2511.00001"} if name.endswith("show") else {}
    assert "Share here" in labels(await lab.ask(lab.ben, name, options))
    await lab.ask(lab.ana, "papers-channel settings", {"name": "sharing", "value": "off"})
    answer = await lab.ask(lab.ben, name, options)
    assert "Share here" not in labels(answer)
    if name == "papers today":
        more = await (await lab.press(answer, "More 1", lab.ben)).message()
        assert "Share here" not in labels(more)


async def test_help_about_times_names_options_and_shows_no_raw_markup(lab: Lab) -> None:
    answer = await lab.ask(lab.ana, "papers help", {"topic": "times"})
    for option in (
        "`when: daily",
        "`hot_votes: 100`",
        "timezone: Berlin",
        "`top: 5`",
        "abstracts: True",
        "by_mail: True",
    ):
        assert option in answer.text
    assert "\\`" not in answer.text
    assert "a bar" not in answer.text
    assert not re.search(r"`(?:at|on|with|in|hot|by) ", answer.text)


async def test_help_in_a_conversation_names_what_can_be_typed_there(lab: Lab) -> None:
    alone = lab.server.world.conversation(lab.ben)
    answer = await lab.ask(lab.ben, "papers help", channel=alone)
    assert "/papers-channel" not in answer.text
    assert "/papers follow" in answer.text
    assert "To stop: `/papers subscriptions`" in answer.text
    assert "Settings" not in labels(answer)


async def test_a_conversation_is_told_of_follows_and_of_no_channel(lab: Lab) -> None:
    alone = lab.server.world.conversation(lab.ben)
    nothing = await lab.ask(lab.ben, "papers subscriptions", channel=alone)
    assert "You follow nothing yet." in nothing.text
    assert 'Begin with: `/papers follow filter: diffusion, "world model"`' in nothing.text
    offer = await lab.ask(lab.ben, "papers follow", {"filter": "agents", "timezone": "Berlin"}, channel=alone)
    await (await lab.press(offer, "Follow", lab.ben)).message()
    assert "You follow 1" in (await lab.ask(lab.ben, "papers subscriptions", channel=alone)).text


@pytest.mark.parametrize("who", ["members", "managers"])
async def test_whoever_may_subscribe_may_mute_what_came(lab: Lab, who: str) -> None:
    await lab.ask(lab.ana, "papers-channel settings", {"name": "subscribers", "value": who})
    await lab.subscribed()
    await lab.town.at(moment(TUESDAY, 8))
    more = await (await lab.press(lab.posted[-1], "More 1", lab.ben)).message()
    assert ("Hide planning" in labels(more)) is (who == "members")


async def test_a_correction_is_a_button_that_says_the_command_as_it_is_typed_here(lab: Lab) -> None:
    wrong = {"filter": '"agents', "at": "9", "timezone": "Berlin"}
    answer = await lab.ask(lab.ana, "papers-channel subscribe", wrong)
    assert any(label.startswith("/papers-channel subscribe filter: ") for label in labels(answer))
