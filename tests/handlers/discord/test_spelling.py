"""Commands as they are typed on Discord: with every option by its name."""

from __future__ import annotations

import re

import pytest

from bot.domain.command_text import parse_command
from bot.domain.commands import Save, Unsave
from bot.presentation.commands import COMMANDS, HELP_TIMES
from handlers.discord.options import command_of
from handlers.discord.registration import FOR_EVERYONE, FOR_MANAGERS
from handlers.discord.spelling import fields, spelt, spelt_alone

EXAMPLES = [example for command in COMMANDS for example in command.examples]
TYPED = re.compile(r"/papers(?:-channel)? (?P<name>[a-z-]+)(?: (?P<rest>.*))?")


def read(text: str) -> tuple[str, dict[str, object]]:
    """The sub-command and its options, as Discord would give them to us."""
    found = TYPED.fullmatch(text)
    assert found, text
    name, rest = found["name"], found["rest"] or ""
    kinds = {one.name: one.kind for one in {**FOR_EVERYONE, **FOR_MANAGERS}[name]}
    parts = re.split(rf"(?:^| )({'|'.join(kinds)}): ", rest)[1:] if kinds else []
    given = dict(zip(parts[::2], parts[1::2], strict=True))
    made = {3: str, 4: int, 5: lambda text: text == "True", 7: lambda text: text.removeprefix("#")}
    return name, {option: made[kinds[option]](value) for option, value in given.items()}  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [text for text in EXAMPLES if not isinstance(parse_command(text), Save | Unsave)],  # a button does these
)
def test_what_is_spelt_is_a_command_of_ours_that_means_the_same(text: str) -> None:
    assert command_of(*read(spelt(text))) == parse_command(text)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        (
            "subscribe agents -survey at 9 Berlin",
            "/papers-channel subscribe filter: agents -survey at: 09:00 timezone: Berlin",
        ),
        (
            "subscribe org:deepseek hot growth",
            "/papers-channel subscribe filter: org:deepseek when: hot growth",
        ),
        ("settings zone Berlin", "/papers-channel settings name: zone value: Berlin"),
        ("search agents", "/papers search words: agents"),
        ("help filters", "/papers help topic: filters"),
        ("save 2511.01234", "/papers show paper: 2511.01234"),
        ("save remove 2511.01234", "/papers saved"),
        ("forget me", "/papers forget-me"),
        ("forget workspace", "/papers-channel delete-everything"),
        ('subscribe "agents', "/papers-channel subscribe"),
        ("", "/papers"),
    ],
)
def test_a_command_is_spelt_as_discord_shows_it(text: str, here: str) -> None:
    assert spelt(text) == here


@pytest.mark.parametrize("text", [*EXAMPLES, "unsubscribe", "edit"])
def test_in_a_direct_message_no_command_of_managers_is_named(text: str) -> None:
    assert "/papers-channel" not in spelt_alone(text)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("subscribe agents at 9 Berlin", "/papers follow filter: agents at: 09:00 timezone: Berlin"),
        ("unsubscribe", "/papers subscriptions"),
        ("edit 7f3k at 18:00", "/papers subscriptions"),
        ("settings zone Berlin", ""),
        ("today", "/papers today"),
    ],
)
def test_in_a_direct_message_another_command_does_it(text: str, here: str) -> None:
    assert spelt_alone(text) == here


@pytest.mark.parametrize("clause", [one for row in HELP_TIMES for one in row.name.split("  ")])
def test_each_clause_of_the_help_has_an_option(clause: str) -> None:
    shown = fields(clause)
    assert shown != clause
    assert set(re.findall(r"(\w+): ", shown)) <= {
        one.name for one in (*FOR_MANAGERS["edit"], *FOR_EVERYONE["follow"])
    }
