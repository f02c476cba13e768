from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import answers
from bot.presentation.announcements import announcement, announcements
from tests.presentation.samples import MORNING as NEXT
from tests.presentation.samples import subscription as held


def test_a_channel_is_told_who_subscribed_it_to_what() -> None:
    told = announcement(answers.Saved(subscription=held(), next_at=NEXT), "Ana")

    assert told is not None
    assert told.headline.startswith("Ana subscribed this channel: every weekday at 09:00 Berlin")
    assert told.lines == (held().filter.reading(),)


@pytest.mark.parametrize(
    ("answer", "did"),
    [
        (answers.Saved(subscription=held(), next_at=NEXT, before=held()), "changed"),
        (answers.Paused(subscription=held()), "paused"),
        (answers.Resumed(subscription=held(), next_at=NEXT), "resumed"),
        (answers.Removed(subscription=held(), again="subscribe agents"), "removed"),
    ],
    ids=["changed", "paused", "resumed", "removed"],
)
def test_a_channel_is_told_what_became_of_its_subscription(answer: answers.Answer, did: str) -> None:
    told = announcement(answer, "Ana")

    assert told is not None
    assert told.headline.startswith(f"Ana {did} a subscription: every weekday")


def test_a_follow_is_nobody_elses_business() -> None:
    mine = replace(held(), destination=replace(held().destination, person=True))

    assert announcement(answers.Saved(subscription=mine, next_at=NEXT), "Ana") is None
    assert announcement(answers.Paused(subscription=mine), "Ana") is None


def test_looking_something_up_is_told_to_nobody() -> None:
    assert announcement(answers.Bookmarks(entries=()), "Ana") is None


def test_a_subscription_that_moves_is_told_where_it_goes_and_where_it_was() -> None:
    there = replace(held(), destination=replace(held().destination, channel="other"))
    moved = answers.Saved(subscription=there, next_at=NEXT, before=held())
    told = {place.channel: notice.headline for place, notice in announcements(moved, "Ana")}
    assert told["other"].startswith("Ana moved a subscription here: every weekday")
    assert told[held().destination.channel].startswith("Ana moved a subscription to #other: every weekday")


def test_what_stays_where_it_is_is_told_there_alone() -> None:
    changed = answers.Saved(subscription=held(), next_at=NEXT, before=held())
    assert [place for place, _ in announcements(changed, "Ana")] == [held().destination]
    assert announcements(answers.Bookmarks(entries=()), "Ana") == []
