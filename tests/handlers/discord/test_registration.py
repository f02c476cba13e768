from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.presentation.commands import COMMANDS
from handlers.discord.registration import LOOK_UP, MANAGERS, PAPERS, registered

# https://discord.com/developers/docs/interactions/application-commands#application-command-object
NAME = re.compile(r"[-_a-z0-9]{1,32}")
MOST_OF_A_COMMAND = 8000
BY_NAME = {command["name"]: command for command in registered()}


def described(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for option in part.get("options", ()):
        yield from described(option)


def size(part: dict[str, Any]) -> int:
    return sum(len(one["name"]) + len(one.get("description", "")) for one in described(part))


def sub_commands(name: str) -> list[str]:
    return [one["name"] for one in BY_NAME[name]["options"]]


def test_there_are_two_commands_and_one_in_the_menu_of_messages() -> None:
    assert list(BY_NAME) == [PAPERS, MANAGERS, LOOK_UP]


def test_everyone_may_look_up_in_servers_and_in_direct_messages() -> None:
    everyone = BY_NAME[PAPERS]
    assert "default_member_permissions" not in everyone
    assert everyone["contexts"] == [0, 1]
    for name in ("today", "day", "trending", "search", "show", "follow", "subscriptions", "saved", "help"):
        assert name in sub_commands(PAPERS)


def test_what_a_channel_gets_is_for_who_manages_channels_and_for_servers_only() -> None:
    managers = BY_NAME[MANAGERS]
    assert (managers["default_member_permissions"], managers["contexts"]) == (16, [0])
    assert {"subscribe", "edit", "pause", "resume", "unsubscribe", "preview", "settings"} <= set(
        sub_commands(MANAGERS)
    )


@pytest.mark.parametrize("command", registered(), ids=lambda command: command["name"])
def test_no_limit_of_discords_is_exceeded(command: dict[str, Any]) -> None:
    assert size(command) <= MOST_OF_A_COMMAND
    for one in described(command):
        assert len(one.get("options", ())) <= 25
        if one is not command or command["type"] == 1:
            assert NAME.fullmatch(one["name"])
            assert 1 <= len(one["description"]) <= 100


@pytest.mark.parametrize("command", registered(), ids=lambda command: command["name"])
def test_what_is_required_comes_first(command: dict[str, Any]) -> None:
    for one in described(command):
        required = [bool(option.get("required")) for option in one.get("options", ())]
        assert required == sorted(required, reverse=True)


def test_every_description_is_whole() -> None:
    helps = {command.name: command.help for command in COMMANDS}
    for name in (PAPERS, MANAGERS):
        for one in BY_NAME[name]["options"]:
            assert one["description"] == helps.get(one["name"], one["description"])
            assert len(one["description"]) < 100


def test_a_translation_is_sent_for_its_locale_and_names_stay() -> None:
    [papers, *_] = registered({"de": {"the best of the newest list day": "das Beste des neuesten Tages"}})
    today = papers["options"][0]
    assert (today["name"], today["description_localizations"]) == (
        "today",
        {"de": "das Beste des neuesten Tages"},
    )
