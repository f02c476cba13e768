from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Unknown
from handlers.web.kept import Busy, Kept, Sheet, sheet
from tests.services.conftest import Clock


class Shop:
    """Makes sheets and counts them; its revision is what it is told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.revision: tuple[int, datetime | None] = (1, None)
        self.says = "hello"
        self.made = 0
        self.go = asyncio.Event()
        self.go.set()

    async def asked(self) -> tuple[int, datetime | None]:
        return self.revision

    async def make(self) -> Sheet:
        self.made += 1
        await self.go.wait()
        return sheet(self.says, self.clock())


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def kept(shop: Shop) -> Kept:
    return Kept(shop.asked, now=shop.clock, most_bytes=300)


async def test_what_holds_is_made_once(shop: Shop, kept: Kept) -> None:
    assert (await kept.get("a", shop.make)) is (await kept.get("a", shop.make))
    assert shop.made == 1


@pytest.mark.parametrize(
    ("passes", "revision", "made"),
    [
        pytest.param(timedelta(seconds=30), 1, 1, id="nothing changed"),
        pytest.param(timedelta(seconds=30), 2, 2, id="the store changed"),
        pytest.param(timedelta(milliseconds=300), 2, 1, id="the store changed a moment ago"),
        pytest.param(timedelta(minutes=2), 1, 2, id="time passed"),
        pytest.param(timedelta(minutes=-5), 2, 2, id="the clock was put back"),
    ],
)
async def test_it_holds_until_something_changes(
    shop: Shop, kept: Kept, passes: timedelta, revision: int, made: int
) -> None:
    await kept.get("a", shop.make)
    shop.clock.pass_(passes)
    shop.revision = (revision, None)
    await kept.get("a", shop.make)
    assert shop.made == made


async def test_many_at_once_wait_for_one(shop: Shop, kept: Kept) -> None:
    shop.go.clear()
    waiting = [asyncio.create_task(kept.get("a", shop.make)) for _ in range(20)]
    await asyncio.sleep(0)
    shop.go.set()
    assert len({id(one) for one in await asyncio.gather(*waiting)}) == 1
    assert shop.made == 1


async def test_too_many_different_ones_are_refused(shop: Shop, kept: Kept) -> None:
    shop.go.clear()
    waiting = [asyncio.create_task(kept.get(str(key), shop.make)) for key in range(32)]
    await asyncio.sleep(0.01)
    assert shop.made == 32
    with pytest.raises(Busy):
        await kept.get("one more", shop.make)
    shop.go.set()
    await asyncio.gather(*waiting)
    assert (await kept.get("one more", shop.make)).body == b"hello"


async def test_the_least_wanted_go_when_there_are_too_many_bytes(shop: Shop, kept: Kept) -> None:
    shop.says = "x" * 100
    for key in "abab":
        await kept.get(key, shop.make)
    assert shop.made == 2
    await kept.get("c", shop.make)
    await kept.get("b", shop.make)
    assert shop.made == 3
    await kept.get("a", shop.make)
    assert shop.made == 4


async def test_an_error_is_not_kept(shop: Shop, kept: Kept) -> None:
    async def fail() -> Sheet:
        raise Unknown("gone")

    with pytest.raises(Unknown):
        await kept.get("a", fail)
    assert (await kept.get("a", shop.make)).body == b"hello"


async def test_a_sheet_is_as_old_as_what_it_says(shop: Shop, kept: Kept) -> None:
    first = await kept.get("a", shop.make)
    shop.clock.pass_(timedelta(minutes=2))
    same = await kept.get("a", shop.make)
    assert same.changed_at == first.changed_at
    shop.says = "other"
    shop.clock.pass_(timedelta(minutes=2))
    other = await kept.get("a", shop.make)
    assert other.changed_at > first.changed_at


async def test_two_changes_within_a_second_can_be_told_apart(shop: Shop, kept: Kept) -> None:
    first = await kept.get("a", shop.make)
    shop.says, shop.revision = "other", (2, None)
    shop.clock.pass_(timedelta(seconds=-90))
    other = await kept.get("a", shop.make)
    assert other.changed_at >= first.changed_at + timedelta(seconds=1)
