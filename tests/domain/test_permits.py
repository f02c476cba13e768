"""Who may subscribe what, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.domain.cadence import Cadence
from bot.domain.commands import Caller, Standing
from bot.domain.errors import Duplicate, NotAllowed, UserError
from bot.domain.filter_text import parse_filter
from bot.domain.permits import MOST_HERE, check_allowed, check_new, may_subscribe, own_destination
from bot.domain.subscriptions import (
    Destination,
    Platform,
    Subscription,
    WhoMaySubscribe,
    WorkspaceSettings,
)

ROOM = Destination(platform=Platform.TERMINAL, workspace="local", channel="papers")
ANA = Caller(person="ana", name="Ana", here=ROOM, manages=True)
BEN = Caller(person="ben", name="Ben", here=ROOM)
MEMBERS = WorkspaceSettings(who_may_subscribe=WhoMaySubscribe.MEMBERS)
MANAGERS = WorkspaceSettings(who_may_subscribe=WhoMaySubscribe.MANAGERS)
ONE_CHANNEL = WorkspaceSettings(channels=("papers",))
AT_NINE = Cadence(times=(time(9),), zone="Europe/Berlin")


def held(wanted: str, short_id: str = "7f3k", cadence: Cadence = AT_NINE) -> Subscription:
    return Subscription(
        id=f"s01-{short_id}",
        short_id=short_id,
        destination=ROOM,
        filter=parse_filter(wanted),
        cadence=cadence,
        created_by="ana",
        created_at=datetime(2025, 11, 13, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("caller", "destination", "settings"),
    [
        pytest.param(ANA, ROOM, WorkspaceSettings(), id="who manages it"),
        pytest.param(BEN, ROOM, MEMBERS, id="a member where members may"),
        pytest.param(BEN, own_destination(BEN), ONE_CHANNEL, id="anyone their own messages"),
        pytest.param(ANA, ROOM, ONE_CHANNEL, id="a channel that is named"),
    ],
)
def test_may_subscribe(caller: Caller, destination: Destination, settings: WorkspaceSettings) -> None:
    check_allowed(caller, destination, settings)


@pytest.mark.parametrize(
    ("caller", "destination", "settings", "why"),
    [
        pytest.param(BEN, ROOM, WorkspaceSettings(), "Only people who may manage #papers", id="a member"),
        pytest.param(ANA, own_destination(BEN), MEMBERS, "someone else's", id="for another person"),
        pytest.param(ANA, replace(ROOM, channel="x"), ONE_CHANNEL, "#x may not", id="a channel not named"),
    ],
)
def test_may_not_subscribe(
    caller: Caller, destination: Destination, settings: WorkspaceSettings, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why) as raised:
        check_allowed(caller, destination, settings)
    assert raised.value.hint


def test_the_same_filter_at_the_same_time_is_a_duplicate_of_the_one_that_is_named() -> None:
    with pytest.raises(Duplicate, match="as 2b9d") as raised:
        check_new([held("robots"), held("agents", "2b9d")], parse_filter("agents"), AT_NINE)
    assert raised.value.short_id == "2b9d"


def test_the_same_filter_at_another_time_is_new() -> None:
    check_new([held("agents")], parse_filter("agents"), replace(AT_NINE, times=(time(18),)))


def test_a_destination_has_a_most_of_subscriptions() -> None:
    there = [held(f"agents{number}") for number in range(MOST_HERE)]

    check_new(there[1:], parse_filter("robots"), AT_NINE)
    with pytest.raises(UserError, match=f"{MOST_HERE} subscriptions here already"):
        check_new(there, parse_filter("robots"), AT_NINE)


@pytest.mark.parametrize(
    ("channel", "settings", "may"),
    [
        ("managed", WorkspaceSettings(), True),
        ("open", WorkspaceSettings(), False),
        ("open", MEMBERS, True),
        ("secret", MEMBERS, False),
        ("regular", WorkspaceSettings(), True),
        ("regular", MANAGERS, False),
        ("managed", MANAGERS, True),
    ],
    ids=[
        "a channel they manage",
        "one they only see",
        "one they see, open to members",
        "one they cannot see",
        "one that custom leaves to them",
        "the same, where managers decided otherwise",
        "one they manage, where managers decided so",
    ],
)
def test_what_counts_is_the_standing_in_the_channel_itself(
    channel: str, settings: WorkspaceSettings, *, may: bool
) -> None:
    known = {"managed": Standing.MANAGER, "regular": Standing.REGULAR, "open": Standing.MEMBER}
    caller = replace(BEN, elsewhere=lambda one: known.get(one, Standing.STRANGER))

    assert may_subscribe(caller, channel, settings) is may


def test_a_platform_says_in_its_own_words_why_not() -> None:
    caller = replace(BEN, stands=Standing.MEMBER, barred=lambda one: f"#{one} is everyone’s.")
    with pytest.raises(NotAllowed, match="papers is everyone"):
        check_allowed(caller, replace(BEN.here, channel="papers"), WorkspaceSettings())


def test_where_a_platform_has_one_place_per_person_their_digests_go_there() -> None:
    home = Destination(platform=Platform.DISCORD, workspace="@me", channel="42", person=True)
    assert own_destination(replace(BEN, home=home)) == home
    assert str(own_destination(BEN)) == "terminal:local/@ben"
