from __future__ import annotations

from typing import Any

import pytest

from bot.domain.command_text import format_command, parse_command
from bot.domain.errors import BadFilter, UserError
from handlers.discord.options import command_of

SAME = [
    ("today", {}, "today"),
    ("today", {"filter": "diffusion -survey"}, "today diffusion -survey"),
    ("day", {"when": "monday", "filter": "agents"}, "day monday | agents"),
    ("trending", {"filter": "has:code"}, "trending has:code"),
    ("search", {"words": '"world model" agents'}, 'search "world model" agents'),
    ("show", {"paper": "2511.01234"}, "show 2511.01234"),
    ("show", {"paper": "2511.01234", "bibtex": True}, "show 2511.01234 bibtex"),
    ("explain", {"paper": "2511.01234"}, "explain 2511.01234"),
    ("saved", {"bibtex": True}, "saved bibtex"),
    ("subscriptions", {}, "subscriptions"),
    ("help", {"topic": "Filters"}, "help filters"),
    ("help", {"topic": "cats"}, "help"),
    ("subscribe", {}, "subscribe"),
    ("follow", {}, "follow"),
    ("follow", {"filter": "agents", "hot_votes": 50}, "follow agents hot 50"),
    ("subscribe", {"at": "9"}, "subscribe at 9"),
    (
        "subscribe",
        {
            "filter": 'diffusion, "world model" -survey',
            "when": "monday and friday",
            "at": "9:30 pm",
            "timezone": "new york",
            "top": 3,
            "channel": "1234567890123456789",
            "abstracts": True,
        },
        'subscribe diffusion, "world model" -survey on monday, friday at 21:30 New York top 3 in #1234567890123456789 with abstracts',
    ),
    ("edit", {"id": "7F3K", "add": "robotics", "top": 3}, "edit 7f3k add robotics top 3"),
    ("edit", {"id": "7f3k", "notifications": False}, "edit 7f3k without notifications"),
    ("edit", {}, "edit"),
    ("pause", {"id": " 7f3k "}, "pause 7f3k"),
    ("unsubscribe", {}, "unsubscribe"),
    ("restore", {}, "restore"),
    ("forget-me", {}, "forget me"),
    ("delete-everything", {}, "forget workspace"),
    ("settings", {"name": "Zone", "value": "Berlin"}, "settings zone Berlin"),
]


@pytest.mark.parametrize(("name", "options", "typed"), SAME, ids=[typed for *_, typed in SAME])
def test_options_say_the_same_as_the_typed_command(name: str, options: dict[str, Any], typed: str) -> None:
    assert command_of(name, options) == parse_command(typed)


@pytest.mark.parametrize("text", ["attention at scale on weekdays", "add robots", "7f3k"])
def test_words_of_a_filter_are_never_a_schedule(text: str) -> None:
    made = format_command(command_of("subscribe", {"filter": text}))
    read = parse_command(made)
    assert read == command_of("subscribe", {"filter": text})
    assert command_of("edit", {"id": "7f3k", "filter": text}).clauses == parse_command("edit 7f3k").clauses  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("subscribe", {"filter": "a", "at": "25:00"}, "at: “25:00” is not a time"),
        ("subscribe", {"filter": "a", "when": "sometimes"}, "when: "),
        ("subscribe", {"filter": "a", "timezone": "Berln"}, "“Berln” is not a time zone"),
        ("pause", {"id": "seven"}, "“seven” is not the id"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_option(name: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as raised:
        command_of(name, options)
    assert raised.value.message.startswith(says)
    assert raised.value.hint


def test_a_bad_filter_suggests_the_whole_command_with_everything_else_that_was_typed() -> None:
    with pytest.raises(BadFilter) as raised:
        command_of("subscribe", {"filter": 'diffusion "world model', "at": "9", "timezone": "Berlin"})
    assert parse_command(raised.value.suggestion) == command_of(
        "subscribe", {"filter": 'diffusion "world model"', "at": "9", "timezone": "Berlin"}
    )


def test_what_is_offered_for_a_misplaced_or_are_whole_commands_too() -> None:
    with pytest.raises(BadFilter) as raised:
        command_of("follow", {"filter": "agents OR -survey", "top": 3})
    for text in filter(None, (raised.value.suggestion, *raised.value.alternatives)):
        assert format_command(parse_command(text)).endswith("top 3")
