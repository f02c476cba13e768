from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.command_text import parse_command
from bot.domain.commands import Edit, Follow, Subscribe
from bot.domain.errors import BadFilter, UserError
from bot.domain.filter_text import parse_filter
from bot.presentation.forms import base_text, filled_command
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
    sent = filled_command("edit 7f3k", fields(modal))
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
    sent = filled_command("edit 7f3k", fields(modal))
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
    sent = filled_command(base, {**fields(modal), "filter": "agents"})
    assert (sent.clauses.channel, sent.clauses.wanted) == (said.clauses.channel, said.clauses.wanted)
    assert sent.clauses.zone == "Europe/Berlin"
    assert sent.clauses.times == (time(7),)


@pytest.mark.parametrize(
    "typed", ["diffusion at 9 top 3", "agents in #other", "x on monday", "hot 100", "add robotics", "at 9"]
)
def test_a_filter_never_becomes_a_clause(typed: str) -> None:
    sent = filled_command("edit 7f3k", {**USUAL, "filter": typed})
    assert sent.filter is not None
    assert sent.clauses == command("edit 7f3k on weekdays at 09:00 Europe/Berlin top 5").clauses


@settings(deadline=None)
@given(texts(200), st.sampled_from(["subscribe", "follow", "edit 7f3k"]))
def test_whatever_is_typed_as_filter_the_clauses_stay(typed: str, base: str) -> None:
    try:
        sent = filled_command(base, {**USUAL, "filter": typed})
    except UserError:
        return
    assert sent.clauses == command("edit 7f3k on weekdays at 09:00 Europe/Berlin top 5").clauses


def test_lines_of_a_filter_are_parted_by_commas() -> None:
    sent = filled_command("follow", {**USUAL, "filter": "diffusion\nworld model,\n\n-survey"})
    assert sent.filter == parse_filter("diffusion, world model, -survey")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("at", "25:00", "at: “25:00” is not a time of day."),
        ("at", "9 on friday", "at: “9 on friday” cannot be read."),
        ("at", "soon", "at:"),
        ("timezone", "Berln", "“Berln” is not a time zone."),
        ("timezone", "Tokyo", ""),
        ("filter", 'agents "world', "never closed"),
    ],
)
def test_a_fault_in_one_field_quotes_no_other(field: str, typed: str, told: str) -> None:
    given = {**USUAL, "filter": "agents", "at": "9", field: typed}
    if not told:
        assert filled_command("subscribe", given).clauses.zone == "Asia/Tokyo"
        return
    with pytest.raises(UserError) as caught:
        filled_command("subscribe in #other", given)
    assert told in caught.value.message
    assert getattr(caught.value, "text", "") in (typed, "")
    assert "subscribe" not in caught.value.message


def test_what_a_filter_of_a_form_should_have_been_is_a_whole_command() -> None:
    with pytest.raises(BadFilter) as caught:
        filled_command("subscribe in #other", {**USUAL, "filter": 'agents "world model'})
    mended = command(caught.value.suggestion)
    assert mended.filter == parse_filter('agents "world model"')
    assert mended.clauses.channel == "other"
    assert mended.clauses.zone == "Europe/Berlin"


def test_a_form_shows_again_what_stood_in_it_right_or_wrong() -> None:
    typed = {
        "filter": 'agents "world',
        "when": "on Tuesday, Sunday",
        "at": "25:00",
        "timezone": "Berln",
        "top": "9",
    }
    modal = subscription_modal(command("subscribe"), zone="Asia/Tokyo", of="abc", typed=typed)
    check(modal)
    assert fields(modal) == typed
    assert decode(modal["custom_id"]) == Fill(text="subscribe", of="abc")
