from __future__ import annotations

import re
from typing import Final, get_args

import pytest

from bot.domain import commands
from bot.domain.command_text import _READERS, format_command, parse_command
from bot.domain.filter_text import parse_filter
from bot.presentation.commands import COMMANDS, HELP_FILTERS, HELP_TIMES

TYPES: Final[dict[str, tuple[type, ...]]] = {
    "today": (commands.Today,),
    "day": (commands.Day,),
    "trending": (commands.Trending,),
    "search": (commands.Search,),
    "show": (commands.Show,),
    "follow": (commands.Follow,),
    "subscribe": (commands.Subscribe,),
    "subscriptions": (commands.Subscriptions,),
    "edit": (commands.Edit,),
    "preview": (commands.Preview,),
    "send": (commands.Send,),
    "pause": (commands.Pause,),
    "resume": (commands.Resume,),
    "restore": (commands.Restore,),
    "unsubscribe": (commands.Unsubscribe,),
    "save": (commands.Save, commands.Unsave),
    "saved": (commands.Saved,),
    "explain": (commands.Explain,),
    "settings": (commands.ChangeSettings,),
    "forget": (commands.Forget,),
    "help": (commands.Help,),
}
EXAMPLES: Final = [(command.name, example) for command in COMMANDS for example in command.examples]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_each_example_is_read_as_its_command(name: str, example: str) -> None:
    assert isinstance(parse_command(example), TYPES[name])
    assert parse_command(f"/papers {example}") == parse_command(example)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_each_example_can_be_written_and_read_again(name: str, example: str) -> None:
    del name
    command = parse_command(example)

    assert parse_command(format_command(command)) == command


def test_every_verb_the_parser_knows_is_in_the_table() -> None:
    named = {name for command in COMMANDS for name in (command.name, *command.aliases)}

    assert named == set(_READERS)


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_an_alias_is_read_as_its_command(command: object) -> None:
    assert command in COMMANDS
    for one in COMMANDS:
        for alias in one.aliases:
            assert type(parse_command(alias)) is type(parse_command(one.name))


def test_every_kind_of_command_can_be_typed_but_what_is_asked_by_pointing_at_a_message() -> None:
    typed = {kind for kinds in TYPES.values() for kind in kinds}

    assert set(get_args(commands.Command)) == {*typed, commands.Start, commands.LookUp}


def test_names_examples_and_help_are_short_and_told_once() -> None:
    names = [command.name for command in COMMANDS]

    assert len(set(names)) == len(names)
    for command in COMMANDS:
        assert command.examples
        assert all(example.split()[0] == command.name for example in command.examples)
        assert len(command.help) <= 100  # what a platform shows beside a command
        assert not command.help.endswith(".")


@pytest.mark.parametrize(
    "text", [text for row in HELP_FILTERS for text in re.split(r" {2,}", row.name)], ids=str
)
def test_each_filter_the_help_shows_is_read(text: str) -> None:
    assert str(parse_filter(text))


@pytest.mark.parametrize(
    "text", [text for row in HELP_TIMES for text in re.split(r" {2,}", row.name)], ids=str
)
def test_each_clause_the_help_shows_is_read(text: str) -> None:
    verb = "follow" if text == "by mail" else "subscribe"
    command = parse_command(f"{verb} agents {text}")

    assert isinstance(command, commands.Subscribe | commands.Follow)
    assert str(command.filter) == "agents"
    assert command.clauses != commands.Clauses()
