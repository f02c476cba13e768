"""What decides a subscription's next step is the same, read alone or with the whole record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.filters import Filter, Term
from bot.domain.rounds import timed
from bot.domain.subscriptions import Subscription, Unreadable
from storage.codec import encode_subscription
from storage.timing import timed_or_not
from tests.storage.samples import CHANNEL, NOW, PERSON, subscription

PLAIN = subscription()
MISLEADING = '"cadence":{"zone":"UTC"},"top":5,"version":9'


@pytest.mark.parametrize(
    "one",
    [
        PLAIN,
        subscription(2, to=PERSON),
        replace(PLAIN, version=17),
        replace(PLAIN, cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=7)),
        PLAIN.pause(NOW, "its channel is gone"),
        PLAIN.pause(NOW, "").resume(NOW),
        replace(PLAIN, destination=replace(CHANNEL, channel='a{"b}\\ c')),
        replace(PLAIN, created_by=MISLEADING),
        replace(PLAIN, filter=Filter(wants=Term(text=MISLEADING))),
    ],
    ids=["plain", "person", "edited", "alert", "paused", "resumed", "odd name", "odd maker", "odd word"],
)
def test_it_is_what_the_whole_record_says(one: Subscription) -> None:
    assert timed_or_not(one.id, encode_subscription(one)) == timed(one)


def test_a_zone_that_is_gone_pauses_it() -> None:
    document = encode_subscription(PLAIN).replace('"zone":"Europe/Berlin"', '"zone":"Mars/Base"')
    found = timed_or_not(PLAIN.id, document)
    assert not isinstance(found, Unreadable)
    assert found.paused
    assert found.paused_at is None


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        '{"v":1}',
        encode_subscription(PLAIN)[:-20],
        encode_subscription(PLAIN).replace('"v":1', '"v":99'),
    ],
    ids=["empty", "a list", "nothing in it", "cut off", "newer"],
)
def test_what_cannot_be_read_is_named(document: str) -> None:
    assert isinstance(timed_or_not(PLAIN.id, document), Unreadable)
