from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Delivery, Edition, State
from bot.domain.outcomes import (
    FIRST_WAIT,
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    LOOK_AFTER,
    MOST_LOOKS,
    MOST_RESENDS,
    Absent,
    Certainty,
    NotPosted,
    Outcome,
    Refused,
    Sent,
    Step,
    Unclear,
    Unreadable,
    back_off,
    gave_up,
    next_step,
    settled,
    too_old,
)
from bot.domain.subscriptions import Destination, Platform

NOW = datetime(2025, 10, 16, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEW = Delivery(
    destination=Destination(platform=Platform.DISCORD, workspace="G1", channel="C1"),
    subscription_id="s1",
    edition=Edition("2025-10-16T09:00+02:00 Europe/Berlin"),
    payload="text",
    picks=("a",),
    created_at=NOW,
    not_before=NOW,
)
BEGUN = NEW.begun(NOW)
DISCORD = Certainty(resend_within=timedelta(seconds=120), readable=True)
SLACK = Certainty()
SLACK_READABLE = Certainty(readable=True)


@pytest.mark.parametrize(
    ("certainty", "delivery", "late", "step"),
    [
        (DISCORD, BEGUN, 0 * SECOND, Step.RESEND),
        (DISCORD, BEGUN, 119 * SECOND, Step.RESEND),
        (DISCORD, BEGUN, 120 * SECOND, Step.LOOK),
        (DISCORD, replace(BEGUN, attempts=MOST_RESENDS), SECOND, Step.RESEND),
        (DISCORD, replace(BEGUN, attempts=MOST_RESENDS + 1), SECOND, Step.LOOK),
        (DISCORD, replace(BEGUN, looked=MOST_LOOKS), 200 * SECOND, Step.GIVE_UP),
        (SLACK, BEGUN, SECOND, Step.GIVE_UP),
        (SLACK_READABLE, BEGUN, SECOND, Step.LOOK),
        (SLACK_READABLE, replace(BEGUN, looked=MOST_LOOKS), SECOND, Step.GIVE_UP),
        (DISCORD, BEGUN, GIVE_UP_AFTER * 9, Step.LOOK),
        (SLACK, BEGUN, GIVE_UP_AFTER * 9, Step.GIVE_UP),
        (
            DISCORD,
            replace(BEGUN, first_attempt_at=NOW + GIVE_UP_AFTER),
            GIVE_UP_AFTER + SECOND,
            Step.LOOK,
        ),
    ],
    ids=[
        "Discord drops a repeated nonce at once",
        "… and for two minutes",
        "… then its history is read",
        "it is sent again three times",
        "… and no more",
        "what was looked for often enough is given up",
        "Slack is never sent to again",
        "… but read where that is allowed",
        "… not for ever",
        "after an outage the history still tells",
        "… where it can be read",
        "what is no longer news is not sent again",
    ],
)
def test_an_unclear_attempt_is_settled_by_the_platforms_own_rule(
    certainty: Certainty, delivery: Delivery, late: timedelta, step: Step
) -> None:
    assert next_step(delivery, certainty, NOW + late) is step


@given(
    late=st.timedeltas(timedelta(0), timedelta(days=400)),
    attempts=st.integers(1, 50),
    looked=st.integers(0, 5),
    readable=st.booleans(),
)
def test_where_a_platform_drops_no_repetition_nothing_is_ever_sent_again(
    late: timedelta,
    attempts: int,
    looked: int,
    readable: bool,  # noqa: FBT001
) -> None:
    delivery = replace(BEGUN, attempts=attempts, looked=looked)
    assert next_step(delivery, Certainty(readable=readable), NOW + late) is not Step.RESEND


SETTLED: list[tuple[str, Delivery, Outcome, datetime | None, Delivery]] = [
    (
        "what was sent has a reference and no text",
        BEGUN,
        Sent(reference="m1"),
        None,
        replace(BEGUN, state=State.SENT, reference="m1", payload=""),
    ),
    (
        "what was refused keeps its text, to be retried",
        BEGUN,
        Refused(code="50001", because="no access"),
        None,
        replace(BEGUN, state=State.REFUSED, detail="50001: no access"),
    ),
    (
        "what was refused when an earlier attempt may be there is to be settled",
        BEGUN,
        Refused(code="50001", because="no access"),
        NOW - SECOND,
        replace(BEGUN, detail="50001: no access", not_before=NOW + LOOK_AFTER),
    ),
    (
        "what cannot be looked for is not known",
        BEGUN,
        Unreadable(detail="no scope"),
        NOW,
        replace(BEGUN, state=State.UNKNOWN, detail="no scope"),
    ),
    (
        "what is unclear is settled a little later",
        BEGUN,
        Unclear(detail="cut off"),
        None,
        replace(BEGUN, detail="cut off", not_before=NOW + LOOK_AFTER),
    ),
    (
        "what is proved absent is posted anew",
        replace(BEGUN, attempts=4),
        Absent(),
        NOW,
        replace(NEW, looked=1),
    ),
    (
        "what is absent every time is refused",
        replace(BEGUN, looked=MOST_LOOKS - 1, detail="500"),
        Absent(),
        NOW,
        replace(BEGUN, state=State.REFUSED, looked=MOST_LOOKS, detail="failed every time: 500"),
    ),
    (
        "what was not posted waits as long as the platform asks",
        BEGUN,
        NotPosted(detail="429", retry_after=timedelta(seconds=30)),
        None,
        replace(NEW, attempts=1, detail="429", not_before=NOW + 30 * SECOND),
    ),
    (
        "no wait at all is a wish too",
        BEGUN,
        NotPosted(detail="429", retry_after=timedelta(0)),
        None,
        replace(NEW, attempts=1, detail="429"),
    ),
    (
        "what was not posted now but perhaps before stays to be settled",
        replace(BEGUN, attempts=2),
        NotPosted(detail="429", retry_after=timedelta(seconds=30)),
        NOW - SECOND,
        replace(
            BEGUN,
            attempts=2,
            first_attempt_at=NOW - SECOND,
            detail="429",
            not_before=NOW + 30 * SECOND,
        ),
    ),
]


@pytest.mark.parametrize(
    ("delivery", "outcome", "before", "after"), [row[1:] for row in SETTLED], ids=[row[0] for row in SETTLED]
)
def test_a_delivery_after_an_outcome(
    delivery: Delivery, outcome: Outcome, before: datetime | None, after: Delivery
) -> None:
    assert settled(delivery, outcome, NOW, before=before) == after


def test_what_is_absent_again_and_again_is_tried_ever_later() -> None:
    tried = [settled(replace(BEGUN, looked=looked), Absent(), NOW) for looked in range(MOST_LOOKS - 1)]
    assert {one.state for one in tried} == {State.PENDING}
    waits = [one.not_before - NOW for one in tried]
    assert waits[0] == timedelta(0)
    assert waits == sorted(waits)
    assert LONGEST_WAIT <= waits[-1] <= LONGEST_WAIT * 1.2


def test_without_a_wish_of_the_platform_it_backs_off() -> None:
    after = settled(replace(BEGUN, attempts=3), NotPosted(detail="503"), NOW)
    assert after.state is State.PENDING
    assert 20 * SECOND <= after.not_before - NOW <= 24 * SECOND


@pytest.mark.parametrize(
    ("before", "state"),
    [(None, State.REFUSED), (NOW, State.UNKNOWN)],
    ids=["surely not there", "perhaps there"],
)
def test_after_twelve_hours_a_message_is_given_up(before: datetime | None, state: State) -> None:
    outcome = NotPosted(detail="429", retry_after=timedelta(minutes=1))
    in_time = NOW + GIVE_UP_AFTER - timedelta(minutes=1)
    assert not settled(BEGUN, outcome, in_time, before=before).state.final
    given_up = settled(BEGUN, outcome, in_time + SECOND, before=before)
    assert given_up.state is state
    assert "429" in given_up.detail
    assert given_up.payload


@pytest.mark.parametrize(
    ("delivery", "state", "detail"),
    [
        (NEW, State.REFUSED, "not posted within 12 hours"),
        (replace(NEW, detail="429"), State.REFUSED, "not posted within 12 hours: 429"),
        (BEGUN, State.UNKNOWN, "the connection ended before an answer came"),
        (replace(BEGUN, detail="500"), State.UNKNOWN, "500"),
    ],
    ids=["never begun", "put off", "begun", "answered unclearly"],
)
def test_giving_up_says_what_is_known(delivery: Delivery, state: State, detail: str) -> None:
    assert gave_up(delivery) == replace(delivery, state=state, detail=detail)


def test_a_message_is_news_for_twelve_hours() -> None:
    assert not too_old(NEW, NOW + GIVE_UP_AFTER)
    assert too_old(NEW, NOW + GIVE_UP_AFTER + SECOND)


@given(attempts=st.integers(0, 1_000_000), key=st.text())
def test_waits_double_up_to_a_quarter_of_an_hour_and_are_spread_by_a_fifth(attempts: int, key: str) -> None:
    wait = back_off(attempts, key)
    plain = min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 20), LONGEST_WAIT)
    assert plain <= wait <= plain * 1.2
    assert wait == back_off(attempts, key)


def test_messages_that_failed_together_come_back_apart() -> None:
    assert len({back_off(1, f"key {number}") for number in range(100)}) > 90
