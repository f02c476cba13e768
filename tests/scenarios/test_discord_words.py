"""What Discord shows is what can be done there: commands as they are typed on it, and no button that only shows how."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handlers.discord.components import DANGER
from handlers.discord.registration import FOR_EVERYONE, FOR_MANAGERS
from tests.scenarios.discord_lab import Lab, labels, laboratory
from tests.servers.discord.messages import Message, parts
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


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param('"agents', ["Try: agents"], id="one"),
        pytest.param("agents OR upvotes>=20", ["Try: agents", "Try: upvotes>=20"], id="two"),
        pytest.param(f'"{"planning " * 12}', ['Try: "planning planning planning planning…'], id="long"),
    ],
)
async def test_a_correction_is_a_button_that_a_phone_shows_whole(
    lab: Lab, typed: str, said: list[str]
) -> None:
    wrong = {"filter": typed, "at": "9", "timezone": "Berlin"}
    answer = await lab.ask(lab.ana, "papers-channel subscribe", wrong)
    assert labels(answer) == said
    offer = await (await lab.press(answer, labels(answer)[0], lab.ana)).message()
    assert "at 09:00 Berlin" in offer.text


async def test_the_settings_speak_of_discord_alone(lab: Lab) -> None:
    answer = await lab.ask(lab.ana, "papers-channel settings")
    assert "whoever manages a channel may subscribe it" in answer.text
    assert "Slack" not in answer.text
    assert "`cards`" not in answer.text


async def test_the_names_of_settings_and_topics_are_chosen_from_a_list(lab: Lab) -> None:
    with pytest.raises(ValueError, match="is not among"):
        await lab.ask(lab.ana, "papers-channel settings", {"name": "colour", "value": "red"})
    with pytest.raises(ValueError, match="is not among"):
        await lab.ask(lab.ana, "papers help", {"topic": "cats"})


async def test_a_menu_of_zones_says_that_one_can_be_chosen(lab: Lab) -> None:
    answer = await lab.ask(lab.ana, "papers-channel subscribe", {"filter": "agents"})
    assert "Choose it here" in answer.text
    assert "at 09:00 Berlin" not in answer.text


async def test_two_zones_are_a_mistake_in_options_too(lab: Lab) -> None:
    wrong = {"filter": "agents", "at": "9 Tokyo", "timezone": "Berlin"}
    answer = await lab.ask(lab.ana, "papers-channel subscribe", wrong)
    assert "“9 Tokyo” and “Berlin” are two time zones." in answer.text


async def test_what_deletes_for_good_is_a_red_button(lab: Lab) -> None:
    for name in ("papers forget-me", "papers-channel delete-everything"):
        asked = await lab.ask(lab.ana, name)
        [delete] = [one for one in parts(asked.components) if one.get("label") == "Delete"]
        assert delete["style"] == DANGER


async def test_an_alert_offers_nothing_to_send(lab: Lab) -> None:
    saved = await lab.subscribed(hot_votes=100, at=None)
    assert "Change" in labels(saved)
    assert "Send one now" not in labels(saved)
    assert "send one now" not in saved.text


async def test_a_saved_paper_is_taken_out_of_the_list_with_a_button(lab: Lab) -> None:
    more = await lab.ask(lab.ben, "papers show", {"paper": "2511.00001"})
    saved = await (await lab.press(more, "Save", lab.ben)).message()
    assert "Take it out" in labels(saved)
    listed = await lab.ask(lab.ben, "papers saved")
    kept = await (await lab.press(listed, "More", lab.ben)).message()
    gone = await (await lab.press(kept, "Take it out", lab.ben)).message()
    assert "out of your list" in gone.text
    assert "no papers yet" in (await lab.ask(lab.ben, "papers saved")).text
    assert "Saved" in (await (await lab.press(gone, "Save it again", lab.ben)).message()).text
    assert "You saved 1 paper" in (await lab.ask(lab.ben, "papers saved")).text


async def test_who_has_nothing_yet_is_offered_to_get_papers(lab: Lab) -> None:
    first = await lab.ask(lab.ana, "papers today")
    assert {"Get these here every weekday", "Get these yourself"} <= set(labels(first))
    member = labels(await lab.ask(lab.ben, "papers today"))
    assert "Get these yourself" in member
    assert "Get these here every weekday" not in member
    alone = lab.server.world.conversation(lab.ben)
    assert "Get these here every weekday" not in labels(await lab.ask(lab.ben, "papers today", channel=alone))
    await lab.subscribed()
    assert "Get these yourself" not in labels(await lab.ask(lab.ben, "papers today"))


async def test_trending_is_in_the_order_of_upvotes_whatever_is_looked_for(lab: Lab) -> None:
    weak = agents(8, 35)
    squids = replace(weak, paper=replace(weak.paper, title="Squids", abstract="They meet agents."))
    await lab.town.listed(agents(3, 30), squids)
    answer = await lab.ask(lab.ben, "papers trending", {"filter": "agents"})
    assert answer.text.index("Squids") < answer.text.index("Agents 3")
