from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from bot.domain.subscriptions import Destination, Platform, Subscription, permanent_id
from bot.ports import Store
from bot.services.moving import export, take_in
from storage.opening import open_store
from tests.services.conftest import MONDAY, at

ROOM = Destination(platform=Platform.SLACK, workspace="T1", channel="C2")
CHOOSE = random.Random(3).choice
FIRST = Subscription(
    id=permanent_id(ROOM, "0a"),
    short_id="7f3k",
    destination=ROOM,
    filter=parse_filter('diffusion, "world model" -survey upvotes>=3'),
    cadence=Cadence(zone="Europe/Berlin"),
    top=7,
    created_by="U1",
    created_at=at(MONDAY),
)
HOT = replace(
    FIRST, id=permanent_id(ROOM, "0b"), short_id="2b9d", cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=50)
).pause(at(MONDAY), "somebody paused it")


async def test_an_export_taken_in_elsewhere_gives_the_same_subscriptions(
    store: Store, tmp_path: Path
) -> None:
    await store.subscriptions.add(FIRST, due_at=at(MONDAY))
    await store.subscriptions.add(HOT, due_at=at(MONDAY))
    records = await export(store.subscriptions)

    async with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert await take_in(other.subscriptions, records, choose=CHOOSE, now=at(MONDAY)) == (2, 0)
        assert await take_in(other.subscriptions, records, choose=CHOOSE, now=at(MONDAY)) == (0, 2)
        there = await other.subscriptions.all()

    assert [one.filter for one in there] == [FIRST.filter, HOT.filter]
    assert there[0] == FIRST
    assert (there[1].cadence.hot_votes, there[1].paused_because) == (50, "somebody paused it")


async def test_a_short_id_that_is_taken_is_replaced(store: Store) -> None:
    await store.subscriptions.add(FIRST, due_at=at(MONDAY))
    [record] = await export(store.subscriptions)
    other = {**record, "id": permanent_id(ROOM, "0c")}

    assert await take_in(store.subscriptions, [other], choose=CHOOSE, now=at(MONDAY)) == (1, 0)
    assert len({one.short_id for one in await store.subscriptions.all()}) == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"version": 9}, "version is 9", id="a newer export"),
        pytest.param({"created_at": "yesterday"}, "Subscription 1", id="no moment"),
        pytest.param({"destination": "fax:1/2"}, "fax", id="no platform"),
        pytest.param({"command": "help"}, "not a subscription", id="another command"),
        pytest.param({"command": None}, "not a subscription", id="no command"),
    ],
)
async def test_a_record_that_cannot_be_read_is_named(
    store: Store, change: dict[str, object], why: str
) -> None:
    await store.subscriptions.add(FIRST, due_at=at(MONDAY))
    [record] = await export(store.subscriptions)
    with pytest.raises(UserError, match=why):
        await take_in(store.subscriptions, [{**record, **change}], choose=CHOOSE, now=at(MONDAY))


async def test_a_record_that_lacks_something_says_what(store: Store) -> None:
    with pytest.raises(UserError, match="version is missing"):
        await take_in(store.subscriptions, [{}], choose=CHOOSE, now=at(MONDAY))
