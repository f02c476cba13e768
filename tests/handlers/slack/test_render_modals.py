from __future__ import annotations

import json
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.views import View

from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.command_text import parse_command
from bot.domain.commands import Edit, Follow, Subscribe
from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from bot.presentation.forms import filled_command
from handlers.slack.blocks import section
from handlers.slack.modals import NoForm, answer_view, filled, opened_in, subscription_view
from tests.handlers.discord.hostile import subscription, texts
from tests.handlers.slack.reading import objects

HERE = "C012AB3CD"


def command(text: str) -> Subscribe | Follow | Edit:
    read = parse_command(text)
    assert isinstance(read, Subscribe | Follow | Edit)
    return read


def sent(view: dict[str, Any], **changed: str) -> dict[str, Any]:
    """What Slack sends when someone submits *view* after they changed these fields."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        element, name = block["element"], block["block_id"]
        one: dict[str, Any] = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            one["value"] = changed.get(name, element.get("initial_value"))
        elif element["type"] == "static_select":
            one["selected_option"] = element.get("initial_option")
        else:
            one["selected_conversation"] = changed.get(name, element.get("initial_conversation"))
        values[name] = {element["action_id"]: one}
    return {"private_metadata": view["private_metadata"], "state": {"values": values}}


def check(view: dict[str, Any]) -> None:
    View(**view).validate_json()
    assert len(view["blocks"]) <= 100
    assert len(view["private_metadata"]) <= 3_000
    assert all(len(view[name]["text"]) <= 24 for name in ("title", "submit", "close") if name in view)
    for one in objects(view["blocks"], "plain_text_input"):
        assert len(one.get("initial_value", "")) <= one["max_length"] <= 3_000
    for one in objects(view["blocks"], "static_select"):
        assert len(one["options"]) <= 100
        assert one["initial_option"] in one["options"]
        assert all(len(o["text"]["text"]) <= 75 and len(o["value"]) <= 150 for o in one["options"])


CADENCES = [
    Cadence(zone="Europe/Berlin"),
    Cadence(weekdays=tuple(Weekday), times=(time(9), time(18, 30)), zone="America/New_York"),
    Cadence(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.SUNDAY,), zone="UTC"),
    Cadence(rhythm=Rhythm.MONTHLY, month_day=17, zone="Asia/Kathmandu"),
]


@pytest.mark.parametrize("cadence", CADENCES, ids=str)
@pytest.mark.parametrize("wanted", ['diffusion, "world model" -survey upvotes>=10', "at 9 top 3"])
def test_a_form_sent_unchanged_is_what_was_held(cadence: Cadence, wanted: str) -> None:
    held = subscription(cadence=cadence, filter=parse_filter(wanted), top=7)
    view = subscription_view(command("edit 7f3k"), held, here=HERE)
    check(view)
    form = filled(sent(view))
    read = filled_command(form.base, form.fields)
    assert form.here == HERE
    assert (read.filter, read.clauses.times, read.clauses.zone) == (held.filter, cadence.times, cadence.zone)
    assert read.clauses.top == 7


@pytest.mark.parametrize(
    ("typed", "title", "fields"),
    [
        ("subscribe", "Papers for a channel", 6),
        ("follow", "Papers for yourself", 5),
        ("edit 7f3k", "Edit 7f3k", 5),
    ],
)
def test_each_form_has_its_fields(typed: str, title: str, fields: int) -> None:
    view = subscription_view(command(typed), zone="Europe/Berlin", here=HERE)
    check(view)
    assert (view["title"]["text"], len(view["blocks"])) == (title, fields)


def test_the_channel_that_is_picked_is_subscribed() -> None:
    view = subscription_view(command("subscribe agents in #C0OTHER with abstracts"), here=HERE)
    form = filled(sent(view))
    assert filled_command(form.base, form.fields).clauses.channel == "C0OTHER"
    form = filled(sent(view, channel="C0PICKED"))
    picked = filled_command(form.base, form.fields)
    assert picked.clauses.channel == "C0PICKED"
    assert picked.clauses.wanted == command("subscribe with abstracts").clauses.wanted


def test_without_a_channel_of_its_own_the_one_where_it_was_opened_is_offered() -> None:
    [picker] = objects(subscription_view(command("subscribe"), here=HERE)["blocks"], "conversations_select")
    assert picker["initial_conversation"] == HERE
    assert picker["filter"]["exclude_external_shared_channels"] is True


@settings(deadline=None)
@given(texts(200))
def test_whatever_is_typed_as_filter_the_clauses_stay(typed: str) -> None:
    view = subscription_view(command("follow"), zone="Europe/Berlin")
    form = filled(sent(view, filter=typed))
    try:
        read = filled_command(form.base, form.fields)
    except UserError:
        return
    assert read.clauses == command("edit 7f3k on weekdays at 09:00 Europe/Berlin top 5").clauses


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"private_metadata": "x", "state": {"values": {}}},
        {"private_metadata": json.dumps({"v": 1, "base": "x"})},
    ],
)
def test_a_view_that_is_no_form_is_recognised_as_such(view: dict[str, Any]) -> None:
    with pytest.raises(NoForm):
        filled(view)


def test_an_answer_can_stand_in_a_modal() -> None:
    view = answer_view("A title that is longer than 24 signs", [section("x")], HERE)
    check(view)
    assert opened_in(view) == HERE
    assert opened_in({}) == ""
