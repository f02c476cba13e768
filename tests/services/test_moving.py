from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.errors import Unknown, UserError
from bot.domain.filter_text import parse_filter
from bot.domain.filters import Filter
from bot.domain.likeness import subjects_of, with_subjects
from bot.domain.subscriptions import Destination, Platform, Subscription, permanent_id
from bot.ports import Store
from bot.services.moving import export, take_in
from storage.opening import open_store
from tests.services.conftest import MONDAY, at


async def as_it_is(filter_: Filter) -> Filter:
    return filter_


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
        assert await take_in(
            other.subscriptions, records, choose=CHOOSE, now=at(MONDAY), ground=as_it_is
        ) == (2, 0)
        assert await take_in(
            other.subscriptions, records, choose=CHOOSE, now=at(MONDAY), ground=as_it_is
        ) == (0, 2)
        there = await other.subscriptions.all()

    assert [one.filter for one in there] == [FIRST.filter, HOT.filter]
    assert there[0] == FIRST
    assert (there[1].cadence.hot_votes, there[1].paused_because) == (50, "somebody paused it")


async def test_a_short_id_that_is_taken_is_replaced(store: Store) -> None:
    await store.subscriptions.add(FIRST, due_at=at(MONDAY))
    [record] = await export(store.subscriptions)
    other = {**record, "id": permanent_id(ROOM, "0c")}

    assert await take_in(store.subscriptions, [other], choose=CHOOSE, now=at(MONDAY), ground=as_it_is) == (
        1,
        0,
    )
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
        await take_in(
            store.subscriptions, [{**record, **change}], choose=CHOOSE, now=at(MONDAY), ground=as_it_is
        )


async def test_a_record_that_lacks_something_says_what(store: Store) -> None:
    with pytest.raises(UserError, match="version is missing"):
        await take_in(store.subscriptions, [{}], choose=CHOOSE, now=at(MONDAY), ground=as_it_is)


LIKED = {"2511.01234": (("diffusion", 600), ("robot", 400))}


async def test_what_is_like_a_paper_moves_with_what_the_paper_is_about(store: Store, tmp_path: Path) -> None:
    liking = replace(FIRST, filter=with_subjects(parse_filter("like:2511.01234"), LIKED))
    await store.subscriptions.add(liking, due_at=None)
    [record] = json.loads(json.dumps(await export(store.subscriptions)))

    async with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        await take_in(other.subscriptions, [record], choose=CHOOSE, now=at(MONDAY), ground=as_it_is)
        [there] = await other.subscriptions.all()

    assert subjects_of(there.filter) == LIKED


async def test_where_the_record_does_not_say_what_a_paper_is_about_it_is_found_out(store: Store) -> None:
    async def known(filter_: Filter) -> Filter:
        return with_subjects(filter_, LIKED)

    await store.subscriptions.add(replace(FIRST, filter=parse_filter("like:2511.01234")), due_at=None)
    [record] = await export(store.subscriptions)
    other = {**record, "id": permanent_id(ROOM, "0c")}
    await take_in(store.subscriptions, [other], choose=CHOOSE, now=at(MONDAY), ground=known)

    assert [subjects_of(one.filter) for one in await store.subscriptions.all()] == [{}, LIKED]


async def test_a_record_that_is_like_a_paper_there_is_none_of_is_named(store: Store) -> None:
    async def unknown(_: Filter) -> Filter:
        raise Unknown("I have no paper 2511.01234.")

    await store.subscriptions.add(FIRST, due_at=None)
    [record] = await export(store.subscriptions)
    other = {**record, "id": permanent_id(ROOM, "0c")}
    with pytest.raises(UserError, match=r"Subscription 1 cannot be read: I have no paper 2511\.01234\."):
        await take_in(store.subscriptions, [other], choose=CHOOSE, now=at(MONDAY), ground=unknown)


@pytest.mark.parametrize("subjects", ["words", {"2511.01234": 3}, {"2511.01234": [["robot"]]}, [1]])
async def test_subjects_that_no_export_wrote_are_named(store: Store, subjects: object) -> None:
    await store.subscriptions.add(FIRST, due_at=None)
    [record] = await export(store.subscriptions)
    other = {**record, "id": permanent_id(ROOM, "0c"), "subjects": subjects}
    with pytest.raises(UserError, match="Subscription 1 cannot be read"):
        await take_in(store.subscriptions, [other], choose=CHOOSE, now=at(MONDAY), ground=as_it_is)
