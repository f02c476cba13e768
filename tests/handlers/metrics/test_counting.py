from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bot.domain.deliveries import Edition, State, alert, requested
from bot.domain.events import (
    AlertsFound,
    Answered,
    AnswerLost,
    ClockWentBack,
    CommandAnswered,
    DeliveryEnded,
    DeliveryPutOff,
    EditionComposed,
    EditionsDue,
    Event,
    FetchFailed,
    GatewayLost,
    IndexRebuilt,
    InvalidAnswer,
    ItemsSkipped,
    ListingKept,
    ListingShrank,
    RequestRefused,
    SettingsDiffer,
    StoreAtRisk,
    StoreBack,
    StoreFailed,
    SubscriptionStopped,
    SubscriptionUnreadable,
    Wait,
    WorkspaceForgotten,
)
from bot.domain.subscriptions import Platform
from handlers.metrics.counting import Counting
from tests.handlers.metrics.scraping import Scrape

DAY = date(2025, 11, 10)
NINE = datetime(2025, 11, 10, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = "s17-0a"
AT_NINE = Edition("2025-11-10T09:00+00:00 UTC")


def ended(state: State, platform: Platform = Platform.SLACK, waited: timedelta = MINUTE) -> DeliveryEnded:
    return DeliveryEnded(
        platform=platform,
        subscription_id=SECRET,
        edition=AT_NINE,
        part=1,
        papers=4,
        state=state,
        attempts=2,
        waited=waited,
        detail=SECRET,
    )


def put_off(why: Wait) -> DeliveryPutOff:
    return DeliveryPutOff(
        platform=Platform.DISCORD,
        subscription_id=SECRET,
        edition=AT_NINE,
        part=1,
        until=NINE,
        why=why,
        detail=SECRET,
    )


def composed(edition: Edition = AT_NINE, *, messages: int = 1, papers: int = 5) -> EditionComposed:
    return EditionComposed(
        subscription_id=SECRET, edition=edition, messages=messages, papers=papers, late=2 * MINUTE
    )


COUNTED: list[tuple[Event, dict[str, float]]] = [
    (
        ended(State.SENT),
        {
            "paperround_deliveries_total{outcome=sent,platform=slack}": 1,
            "paperround_papers_posted_total{platform=slack}": 4,
            "paperround_delivery_seconds_count{platform=slack}": 1,
        },
    ),
    (
        ended(State.REFUSED, Platform.EMAIL),
        {"paperround_deliveries_total{outcome=refused,platform=email}": 1},
    ),
    (ended(State.UNKNOWN), {"paperround_deliveries_total{outcome=unknown,platform=slack}": 1}),
    (put_off(Wait.TRIED), {"paperround_deliveries_total{outcome=retried,platform=discord}": 1}),
    (put_off(Wait.LIMIT), {"paperround_deliveries_held_total{platform=discord}": 1}),
    (put_off(Wait.GIVEN_BACK), {}),
    (
        InvalidAnswer(platform=Platform.DISCORD, until=None),
        {"paperround_invalid_requests_total{platform=discord}": 1},
    ),
    (
        composed(),
        {
            "paperround_digests_composed_total{content=papers,kind=scheduled}": 1,
            "paperround_edition_lateness_seconds_count{kind=scheduled}": 1,
        },
    ),
    (
        composed(alert(NINE), papers=0),
        {
            "paperround_digests_composed_total{content=words,kind=alert}": 1,
            "paperround_edition_lateness_seconds_count{kind=alert}": 1,
        },
    ),
    (
        composed(requested("x"), messages=0, papers=0),
        {
            "paperround_digests_composed_total{content=nothing,kind=requested}": 1,
            "paperround_edition_lateness_seconds_count{kind=requested}": 1,
        },
    ),
    (
        EditionsDue(subscriptions=9, jobs=7, missed=2),
        {"paperround_editions_due_total": 7, "paperround_editions_missed_total": 2},
    ),
    (AlertsFound(papers=3), {"paperround_alerts_found_total": 3}),
    (
        SubscriptionStopped(subscription_id=SECRET, because=SECRET),
        {"paperround_subscriptions_stopped_total": 1},
    ),
    (SubscriptionUnreadable(subscription_id=SECRET, reason=SECRET), {}),
    (WorkspaceForgotten(workspace=SECRET, subscriptions=4), {"paperround_workspaces_forgotten_total": 1}),
    (
        ListingKept(day=DAY, papers=9, new=4, tallies=9),
        {"paperround_listings_read_total": 1, "paperround_papers_new_total": 4},
    ),
    (ItemsSkipped(day=DAY, items=("a", "b")), {"paperround_listing_items_skipped_total": 2}),
    (ListingShrank(day=DAY, before=40, now=3), {"paperround_listings_short_total": 1}),
    (FetchFailed(day=DAY, reason=SECRET), {"paperround_source_failures_total": 1}),
    (
        CommandAnswered(platform=Platform.TERMINAL, outcome=Answered.DECLINED, took=MINUTE),
        {
            "paperround_commands_total{outcome=declined,platform=terminal}": 1,
            "paperround_command_seconds_count{platform=terminal}": 1,
        },
    ),
    (AnswerLost(reason=SECRET), {"paperround_answers_lost_total": 1}),
    (RequestRefused(reason=SECRET), {"paperround_requests_refused_total": 1}),
    (GatewayLost(reason=SECRET), {"paperround_connections_lost_total": 1}),
    (StoreFailed(reason=SECRET), {"paperround_store_failures_total": 1}),
    (
        StoreBack(after=timedelta(seconds=37)),
        {"paperround_store_outages_total": 1, "paperround_store_outage_seconds_total": 37},
    ),
    (StoreAtRisk(warning=SECRET), {"paperround_store_warnings_total": 1}),
    (SettingsDiffer(process=SECRET, differing=(SECRET,)), {"paperround_settings_differed_total": 1}),
    (IndexRebuilt(papers=7), {"paperround_index_rebuilds_total": 1}),
    (ClockWentBack(by=MINUTE), {"paperround_clock_set_back_total": 1}),
]


def told(registry: CollectorRegistry) -> Scrape:
    return Scrape(text=generate_latest(registry).decode(), status=200, headers={})


@pytest.mark.parametrize(
    ("event", "numbers"),
    [pytest.param(*row, id=f"{type(row[0]).__name__} {sorted(row[1])}") for row in COUNTED],
)
def test_an_event_moves_its_numbers_and_no_others(event: Event, numbers: dict[str, float]) -> None:
    registry = CollectorRegistry()
    counting = Counting(registry)
    before = told(registry)
    counting(event)
    after = told(registry)
    assert after.moved(before) == numbers
    assert SECRET not in after.text


def test_every_kind_of_event_was_looked_at() -> None:
    assert {type(event) for event, _ in COUNTED} == set(get_args(Event))


def test_times_fall_into_buckets_and_none_is_negative() -> None:
    registry = CollectorRegistry()
    counting = Counting(registry)
    for waited in (timedelta(seconds=-5), timedelta(seconds=3), timedelta(hours=3)):
        counting(ended(State.SENT, waited=waited))
    samples = told(registry).samples
    assert samples["paperround_delivery_seconds_sum{platform=slack}"] == 3 + 3 * 3600
    found = [
        samples[f"paperround_delivery_seconds_bucket{{le={le},platform=slack}}"]
        for le in ("1.0", "5.0", "3600.0", "21600.0")
    ]
    assert found == [1, 2, 2, 3]


def test_two_processes_in_one_program_share_no_number() -> None:
    first, second = CollectorRegistry(), CollectorRegistry()
    counting, _ = Counting(first), Counting(second)
    counting(AlertsFound(papers=3))
    assert told(second).samples["paperround_alerts_found_total"] == 0
