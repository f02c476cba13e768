from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import Cadence
from bot.domain.filters import Filter
from bot.domain.subscriptions import (
    SHARDS,
    Destination,
    Platform,
    Subscription,
    permanent_id,
    shard_in,
    shard_of,
    shard_of_key,
    short_id,
)

AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
CHANNEL = Destination(platform=Platform.SLACK, workspace="T1", channel="C2")
PERSON = Destination(platform=Platform.SLACK, workspace="T1", channel="U3", person=True)
IDS = st.from_regex(r"[A-Za-z0-9._+-]{1,20}", fullmatch=True)
DESTINATIONS = st.builds(
    Destination, platform=st.sampled_from(Platform), workspace=IDS, channel=IDS, person=st.booleans()
)


def subscription(destination: Destination = CHANNEL) -> Subscription:
    return Subscription(
        id="s07-abc",
        short_id="7f3k",
        destination=destination,
        filter=Filter(),
        cadence=Cadence(),
        created_by="U3",
        created_at=AT,
    )


@pytest.mark.parametrize(
    ("destination", "key"),
    [
        (CHANNEL, "slack:T1/C2"),
        (PERSON, "slack:T1/@U3"),
        (
            Destination(platform=Platform.EMAIL, workspace="mail", channel="ada@lab.example", person=True),
            "email:mail/@ada@lab.example",
        ),
        (Destination(platform=Platform.TERMINAL, workspace="", channel="a/b:c"), "terminal:/a/b:c"),
    ],
)
def test_a_destination_has_one_key_and_comes_back_from_it(destination: Destination, key: str) -> None:
    assert str(destination) == key
    assert Destination.parse(key) == destination


@given(DESTINATIONS)
def test_every_destination_comes_back_from_its_key(destination: Destination) -> None:
    assert Destination.parse(str(destination)) == destination


def test_a_key_of_no_known_platform_is_refused() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        Destination.parse("pigeon:loft/1")


def test_pausing_and_resuming_are_changes_that_keep_all_else() -> None:
    running = subscription()
    paused = running.pause(AT, "the channel is gone")
    resumed = paused.resume(AT)

    assert (running.paused, paused.paused, resumed.paused) == (False, True, False)
    assert (paused.paused_at, paused.paused_because) == (AT, "the channel is gone")
    assert (resumed.paused_at, resumed.paused_because) == (None, "")
    assert [one.version for one in (running, paused, resumed)] == [1, 2, 3]
    assert (resumed.id, resumed.filter, resumed.destination) == (
        running.id,
        running.filter,
        running.destination,
    )


def test_a_follow_is_personal() -> None:
    assert subscription(PERSON).personal
    assert not subscription(CHANNEL).personal


@given(st.integers())
def test_a_short_id_has_a_letter_a_digit_and_nothing_easily_mistaken(seed: int) -> None:
    found = short_id(Random(seed).choice, frozenset())

    assert len(found) == 4
    assert any(map(str.isdigit, found))
    assert any(map(str.isalpha, found))
    assert not set(found) & set("ilou")


def test_a_short_id_that_is_taken_or_all_of_one_kind_is_drawn_again() -> None:
    drawn = iter("7f3k1234abcd9x2y")

    assert short_id(lambda _: next(drawn), {"7f3k"}) == "9x2y"


def test_the_channels_of_a_workspace_share_a_shard_and_people_have_their_own() -> None:
    other = Destination(platform=Platform.SLACK, workspace="T1", channel="C9")
    elsewhere = Destination(platform=Platform.SLACK, workspace="T2", channel="U3", person=True)

    assert shard_of(CHANNEL) == shard_of(other)
    assert shard_of(PERSON) == shard_of(elsewhere)
    assert PERSON.shard_key != CHANNEL.shard_key


def test_a_shard_never_changes() -> None:
    assert [shard_of(CHANNEL), shard_of(PERSON)] == [7, 42]


def test_shards_are_evenly_filled() -> None:
    filled = Counter(
        shard_of(Destination(platform=Platform.DISCORD, workspace=str(10**17 + number), channel="1"))
        for number in range(6400)
    )

    assert len(filled) == SHARDS
    assert max(filled.values()) < 200


@pytest.mark.parametrize(
    ("subscription_id", "shard"),
    [("s07-00ff", 7), ("s63-1", 63), ("s1", None), ("s007-1", None), ("x07-1", None), ("", None)],
)
def test_a_shard_is_read_from_a_permanent_id_alone(subscription_id: str, shard: int | None) -> None:
    assert shard_in(subscription_id) == shard


def test_a_workspace_key_has_the_shard_of_its_channels() -> None:
    assert shard_of_key(CHANNEL.shard_key) == shard_of(CHANNEL)


def test_a_permanent_id_carries_its_shard() -> None:
    assert permanent_id(CHANNEL, "beef") == f"s{shard_of(CHANNEL):02d}-beef"
