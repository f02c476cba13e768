from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

from bot.domain.papers import Listing
from bot.ports import Store
from bot.services.reliving import Reliving
from tests.services.conftest import MONDAY, Clock, FakeMessenger, listing
from tests.services.town import ONE_DAY, Town, agents, ids, moment


class Recording:
    """Fixed listings, as a recording gives them."""

    def __init__(self, *listings: Listing) -> None:
        self._listings = listings

    async def listings(self, since: date | None = None, until: date | None = None) -> AsyncIterator[Listing]:
        for one in self._listings:
            if (since is None or one.day >= since) and (until is None or one.day <= until):  # type: ignore[operator]
                yield one


def reliving(town: Town) -> Reliving:
    def stand_at(at: object) -> None:
        town.clock.moment = at  # type: ignore[assignment]

    return Reliving(town.store.outbox, town.ingest, town.rounds, town.courier, stand_at=stand_at)


def seen(number: int, day: date, hour: int) -> Listing:
    return listing(agents(number), day=day, seen=moment(day, hour))


async def test_each_digest_comes_at_its_hour_with_what_was_known_then(store: Store, clock: Clock) -> None:
    town = Town(store, clock, FakeMessenger())
    clock.moment = moment(MONDAY, 6)
    await town.subscribe()
    tuesday = MONDAY + ONE_DAY
    recording = Recording(seen(1, MONDAY, 7), seen(2, tuesday, 7), seen(3, tuesday + ONE_DAY, 10))

    assert await reliving(town).run(recording) == 3
    assert town.came == [ids(1), ids(2)]
    assert [one.created_at for one in town.messenger.stored] == [moment(MONDAY, 9), moment(tuesday, 9)]


async def test_days_outside_the_span_are_not_lived(store: Store, clock: Clock) -> None:
    town = Town(store, clock, FakeMessenger())
    recording = Recording(seen(1, MONDAY, 7), seen(2, MONDAY + ONE_DAY, 7))
    assert await reliving(town).run(recording, until=MONDAY) == 1
    assert clock.moment == moment(MONDAY, 0) + timedelta(days=1)


async def test_nothing_recorded_is_nothing_lived(store: Store, clock: Clock) -> None:
    town = Town(store, clock, FakeMessenger())
    before = clock.moment
    assert await reliving(town).run(Recording()) == 0
    assert clock.moment == before
