from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.deliveries import (
    Delivery,
    Edition,
    Job,
    Parcel,
    State,
    alert,
    deliveries,
    is_alert,
    is_requested,
    requested,
    scheduled,
)
from bot.domain.subscriptions import Destination, Platform

NOW = datetime(2025, 10, 16, 7, 0, tzinfo=UTC)
PLACE = Destination(platform=Platform.DISCORD, workspace="G1", channel="C1")
JOB = Job(subscription_id="s1", edition=scheduled(NOW, "Europe/Berlin"), due_at=NOW)


@pytest.mark.parametrize(
    ("due_at", "zone", "edition"),
    [
        (NOW, "Europe/Berlin", "2025-10-16T09:00+02:00 Europe/Berlin"),
        (NOW, "UTC", "2025-10-16T07:00+00:00 UTC"),
        (NOW, "UTC+05:30", "2025-10-16T12:30+05:30 UTC+05:30"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "Europe/Berlin", "2025-10-26T02:30+02:00 Europe/Berlin"),
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "Europe/Berlin", "2025-10-26T02:30+01:00 Europe/Berlin"),
    ],
    ids=["summer time", "utc", "a fixed offset", "the first 02:30", "the second 02:30"],
)
def test_an_edition_is_named_by_its_local_time(due_at: datetime, zone: str, edition: str) -> None:
    assert scheduled(due_at, zone) == edition


@pytest.mark.parametrize(
    ("edition", "hot", "asked"),
    [
        (scheduled(NOW, "UTC"), False, False),
        (alert(NOW), True, False),
        (requested("2025-10-16T07:00Z"), False, True),
    ],
    ids=["scheduled", "alert", "requested"],
)
def test_editions_tell_what_they_are(edition: Edition, hot: bool, asked: bool) -> None:  # noqa: FBT001
    assert (is_alert(edition), is_requested(edition)) == (hot, asked)


def test_alerts_of_one_second_are_two_editions() -> None:
    assert alert(NOW) != alert(NOW + timedelta(milliseconds=1))


def test_parts_are_numbered_and_wait_for_nothing() -> None:
    first, second = deliveries(
        JOB, PLACE, (Parcel(payload="x", picks=("a", "b")), Parcel(payload="y", picks=("c",))), NOW
    )
    assert [(one.part, one.parts, one.payload, one.picks) for one in (first, second)] == [
        (1, 2, "x", ("a", "b")),
        (2, 2, "y", ("c",)),
    ]
    assert {one.state for one in (first, second)} == {State.PENDING}
    assert {one.owner for one in (first, second)} == {JOB.owner}


def test_a_key_and_its_nonce_are_the_same_whenever_it_is_composed() -> None:
    parcels = (Parcel(payload="x"),)
    [one], [again] = (deliveries(JOB, PLACE, parcels, NOW + timedelta(hours=late)) for late in (0, 5))
    assert one.key == "discord:G1/C1|s1|2025-10-16T09:00+02:00 Europe/Berlin|1"
    assert (one.key, one.nonce) == (again.key, again.nonce)
    assert len(one.nonce) == 24
    assert set(one.nonce) <= set(string.hexdigits)


def test_every_part_place_subscription_and_edition_has_its_own_nonce() -> None:
    [one] = deliveries(JOB, PLACE, (Parcel(payload="x"),), NOW)
    others = [
        replace(one, part=2),
        replace(one, destination=replace(PLACE, channel="C2")),
        replace(one, destination=replace(PLACE, person=True)),
        replace(one, subscription_id="s2"),
        replace(one, edition=alert(NOW)),
    ]
    assert len({other.nonce for other in (one, *others)}) == 6


def test_beginning_counts_attempts_and_keeps_the_first_unclear_one() -> None:
    [one] = deliveries(JOB, PLACE, (Parcel(payload="x"),), NOW)
    begun = one.begun(NOW).begun(NOW + timedelta(seconds=9))
    assert (begun.state, begun.attempts, begun.first_attempt_at) == (State.SENDING, 2, NOW)


@pytest.mark.parametrize(
    ("state", "final"),
    [
        (State.PENDING, False),
        (State.SENDING, False),
        (State.SENT, True),
        (State.REFUSED, True),
        (State.UNKNOWN, True),
    ],
    ids=str,
)
def test_sent_refused_and_unknown_are_final(state: State, final: bool) -> None:  # noqa: FBT001
    assert state.final is final


def test_a_delivery_is_a_value() -> None:
    [one] = deliveries(JOB, PLACE, (Parcel(payload="x"),), NOW)
    assert one == replace(one)
    assert isinstance(hash(one), int)
    assert isinstance(one, Delivery)
