from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from bot.domain.events import (
    Answered,
    AnswerLost,
    ClockWentBack,
    CommandAnswered,
    Event,
    FetchFailed,
    GatewayLost,
    IndexRebuilt,
    InvalidAnswer,
    ItemsSkipped,
    ListingKept,
    ListingShrank,
    RequestRefused,
    StoreBack,
    StoreFailed,
    SubscriptionUnreadable,
)
from bot.domain.subscriptions import Platform
from bot.watching import Watch, all_of, hush, report, watch

DAY = date(2025, 10, 16)

SAID = [
    (
        ListingKept(day=DAY, papers=3, new=2, tallies=1, removed=4, joined=5),
        "INFO",
        "listing.kept day=2025-10-16 papers=3 new=2 tallies=1 removed=4 joined=5",
    ),
    (
        ListingKept(day=None, papers=3, new=2, tallies=1),
        "INFO",
        "listing.kept day=None papers=3 new=2 tallies=1 removed=0 joined=0",
    ),
    (
        ItemsSkipped(day=DAY, items=("2510.00001", "item 7")),
        "WARNING",
        "listing.items_skipped day=2025-10-16 items=2510.00001; item 7",
    ),
    (
        ListingShrank(day=DAY, before=40, now=3),
        "WARNING",
        "listing.shrank day=2025-10-16 before=40 now=3",
    ),
    (
        FetchFailed(day=DAY, reason="The source failed with status 503."),
        "WARNING",
        "fetch.failed day=2025-10-16 reason=The source failed with status 503.",
    ),
    (GatewayLost(reason="closed with 1006"), "WARNING", "gateway.lost reason=closed with 1006"),
    (AnswerLost(reason="it came too late"), "WARNING", "answer.lost reason=it came too late"),
    (
        InvalidAnswer(platform=Platform.DISCORD, until=None),
        "DEBUG",
        "answer.invalid platform=discord resting_until=None",
    ),
    (
        InvalidAnswer(platform=Platform.DISCORD, until=datetime(2025, 10, 16, 9, tzinfo=UTC)),
        "WARNING",
        "answer.invalid platform=discord resting_until=2025-10-16 09:00:00+00:00",
    ),
    (
        CommandAnswered(platform=Platform.SLACK, outcome=Answered.DONE, took=timedelta(milliseconds=12)),
        "DEBUG",
        "command.answered platform=slack outcome=done took=0.012s",
    ),
    (RequestRefused(reason="a bad signature"), "WARNING", "request.refused reason=a bad signature"),
    (IndexRebuilt(papers=7), "WARNING", "index.rebuilt papers=7"),
    (StoreBack(after=timedelta(seconds=37)), "WARNING", "store.back after=37s"),
    (ClockWentBack(by=timedelta(hours=1)), "WARNING", "clock.went_back by=3600s"),
    (
        SubscriptionUnreadable(subscription_id="s17-0a", reason="A record cannot be read."),
        "ERROR",
        "subscription.unreadable subscription=s17-0a reason=A record cannot be read.",
    ),
]


@pytest.fixture(autouse=True)
def _everything_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="paperround")


@pytest.mark.parametrize(
    ("event", "level", "line"), [pytest.param(*row, id=type(row[0]).__name__) for row in SAID]
)
def test_an_event_is_one_line_with_its_name_first(
    event: Event, level: str, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    watch(event)
    (record,) = caplog.records
    assert (record.name, record.levelname, record.getMessage()) == ("paperround", level, line)


def test_every_kind_of_event_can_be_said() -> None:
    silent = [kind.__name__ for kind in get_args(Event) if _handler(kind) is _handler(object)]
    assert silent == []


def _handler(kind: type) -> object:
    from bot.watching import _say  # noqa: PLC0415 - only this test looks inside

    return _say.dispatch(kind)


def test_a_thousand_skipped_items_make_no_endless_line(caplog: pytest.LogCaptureFixture) -> None:
    watch(ItemsSkipped(day=DAY, items=tuple(f"item {number}" for number in range(1000))))
    assert len(caplog.records[0].getMessage()) < 600


def test_a_defect_is_logged_with_its_reference_and_where_it_was(caplog: pytest.LogCaptureFixture) -> None:
    try:
        date(2025, 2, 30)
    except ValueError as error:
        report(error, "A1B2")
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "reference=A1B2" in caplog.text
    assert "ValueError: day is out of range" in caplog.text
    assert "test_watching.py" in caplog.text


def test_defects_are_counted() -> None:
    before = watch.defects()
    report(ValueError("wrong"), "A1B2")
    assert watch.defects() == before + 1


def test_several_observers_hear_the_same() -> None:
    first: list[Event] = []
    second: list[Event] = []
    event = IndexRebuilt(papers=7)
    all_of(first.append, second.append)(event)
    assert first == second == [event]


def test_a_library_that_is_hushed_says_nothing_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hush("talkative")
    logging.getLogger("talkative").error("a token")
    logging.getLogger("talkative.part").critical("a token")
    assert caplog.records == []


def test_while_the_store_fails_each_reason_is_said_once_however_often_it_is_met(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = Watch()
    away, full = StoreFailed(reason="It is away."), StoreFailed(reason="It is full.")
    for event in (away, away, full, away, full):
        said(event)
    assert [record.getMessage() for record in caplog.records] == [
        "store.failed reason=It is away.",
        "store.failed reason=It is full.",
    ]
    assert said.failures() == 5
    said(StoreBack(after=timedelta(seconds=3)))
    said(away)
    assert [record.getMessage() for record in caplog.records[2:]] == [
        "store.back after=3s",
        "store.failed reason=It is away.",
    ]
