from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.command_text import parse_command
from bot.domain.commands import Edit, Follow, Subscribe
from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from bot.presentation.forms import base_text, filled_text
from handlers.discord.buttons import Fill, decode
from handlers.discord.modals import subscription_modal
from tests.handlers.discord.hostile import subscription, texts
from tests.servers.discord.schema import problems

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
USUAL = {"when": "on weekdays", "at": "09:00", "timezone": "Europe/Berlin", "top": "5"}


def command(text: str) -> Subscribe | Follow | Edit:
    read = parse_command(text)
    assert isinstance(read, Subscribe | Follow | Edit)
    return read


def fields(modal: dict[str, Any]) -> dict[str, str]:
    """What someone sends who changes nothing in *modal*."""
    parts = [one["component"] for one in modal["components"]]
    return {
        one["custom_id"]: next((o["value"] for o in one["options"] if o.get("default")), "")
        if "options" in one
        else one.get("value", "")
        for one in parts
    }


def check(modal: dict[str, Any]) -> None:
    assert problems("POST", CALLBACK, {"type": 9, "data": modal}) == []
    assert len(modal["components"]) <= 5
    for one in modal["components"]:
        part = one["component"]
        assert len(part.get("value", "")) <= part.get("max_length", 4000) <= 4000
        assert len(part.get("options", ())) <= 25
        assert sum(o.get("default", False) for o in part.get("options", ())) <= 1
        assert len({o["value"] for o in part.get("options", ())}) == len(part.get("options", ()))


CADENCES = [
    Cadence(zone="Europe/Berlin"),
    Cadence(weekdays=tuple(Weekday), times=(time(9), time(18, 30)), zone="America/New_York"),
    Cadence(weekdays=(Weekday.TUESDAY, Weekday.SATURDAY), zone="UTC+02:00"),
    Cadence(rhythm=Rhythm.WEEKLY, weekdays=(Weekday.SUNDAY,), zone="UTC"),
    Cadence(rhythm=Rhythm.MONTHLY, month_day=17, zone="Asia/Kathmandu"),
]


@pytest.mark.parametrize("cadence", CADENCES, ids=str)
@pytest.mark.parametrize(
    "wanted", ['diffusion, "world model" -survey upvotes>=10', "add AND 7f3k", "at 9 top 3"]
)
def test_a_form_sent_unchanged_is_what_was_held(cadence: Cadence, wanted: str) -> None:
    held = subscription(cadence=cadence, filter=parse_filter(wanted), top=7)
    modal = subscription_modal(command("edit 7f3k"), held)
    check(modal)
    sent = command(filled_text("edit 7f3k", fields(modal)))
    assert sent.filter == held.filter
    assert sent.clauses.times == cadence.times
    assert sent.clauses.zone == cadence.zone
    assert sent.clauses.top == 7
    assert sent.clauses.when is not None
    assert (sent.clauses.when.rhythm, sent.clauses.when.month_day) == (cadence.rhythm, cadence.month_day)


def test_an_alert_needs_no_hour() -> None:
    held = subscription(cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=137, zone="Europe/Berlin"))
    modal = subscription_modal(command("edit 7f3k"), held)
    check(modal)
    sent = command(filled_text("edit 7f3k", fields(modal)))
    assert sent.clauses.when is not None
    assert sent.clauses.when.hot_votes == 137
    assert sent.clauses.times is None


@pytest.mark.parametrize(
    ("typed", "base", "title"),
    [
        ("subscribe", "subscribe", "Papers for this channel"),
        ("follow", "follow", "Papers for yourself"),
        (
            "subscribe agents in #123456789012345678",
            "subscribe in #123456789012345678",
            "Papers for this channel",
        ),
        ("subscribe agents at 7 with abstracts", "subscribe with abstracts", "Papers for this channel"),
        ("edit 7f3k", "edit 7f3k", "Edit 7f3k"),
    ],
)
def test_what_the_form_does_not_show_is_kept(typed: str, base: str, title: str) -> None:
    said = command(typed)
    modal = subscription_modal(said, zone="Europe/Berlin", hour=time(7))
    check(modal)
    assert modal["title"] == title
    assert decode(modal["custom_id"]) == Fill(text=base)
    assert base_text(said) == base
    sent = command(filled_text(base, {**fields(modal), "filter": "agents"}))
    assert (sent.clauses.channel, sent.clauses.wanted) == (said.clauses.channel, said.clauses.wanted)
    assert sent.clauses.zone == "Europe/Berlin"
    assert sent.clauses.times == (time(7),)


@pytest.mark.parametrize(
    "typed", ["diffusion at 9 top 3", "agents in #other", "x on monday", "hot 100", "add robotics", "at 9"]
)
def test_a_filter_never_becomes_a_clause(typed: str) -> None:
    sent = command(filled_text("edit 7f3k", {**USUAL, "filter": typed}))
    assert sent.filter is not None
    assert sent.clauses == command("edit 7f3k on weekdays at 09:00 Europe/Berlin top 5").clauses


@settings(deadline=None)
@given(texts(200), st.sampled_from(["subscribe", "follow", "edit 7f3k"]))
def test_whatever_is_typed_as_filter_the_clauses_stay(typed: str, base: str) -> None:
    text = filled_text(base, {**USUAL, "filter": typed})
    try:
        sent = command(text)
    except UserError:
        return
    assert sent.clauses == command("edit 7f3k on weekdays at 09:00 Europe/Berlin top 5").clauses


def test_lines_of_a_filter_are_parted_by_commas() -> None:
    sent = command(filled_text("follow", {**USUAL, "filter": "diffusion\nworld model,\n\n-survey"}))
    assert sent.filter == parse_filter("diffusion, world model, -survey")
