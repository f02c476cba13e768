from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Delivery, State
from bot.domain.errors import StoreCorrupt, StoreError, StoreFull, StoreTooNew, StoreUnavailable
from bot.domain.events import DeliveryEnded, DeliveryPutOff, StoreFailed
from bot.domain.outcomes import NotPosted, Refused
from bot.outbox import Lease
from bot.ports import Store
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import ELSEWHERE, HERE, Town, agents, ids, moment

NINE = moment(MONDAY, 9)
REFUSED = Refused(code="50035", because="it is too long", for_good=False)


@dataclass
class Spoilt:
    """A store that cannot keep some ends of deliveries to one destination, always or the first *times*."""

    inner: Any
    error: StoreError
    states: tuple[State, ...] = (State.SENT, State.REFUSED, State.PENDING)
    times: int = 1_000_000
    asked: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port offers
        return (
            self if name == "outbox" else getattr(self.inner, name, None) or getattr(self.inner.outbox, name)
        )

    async def record(self, ended: Sequence[Delivery], lease: Lease) -> list[Delivery]:
        self.asked.append(len(ended))
        spoilt = any(one.destination == HERE and one.state in self.states for one in ended)
        if spoilt and len(self.asked) <= self.times:
            raise self.error
        kept: list[Delivery] = await self.inner.outbox.record(ended, lease)
        return kept


CORRUPT = StoreCorrupt("The store is damaged.", hint="Put back a copy.")


async def nine_o_clock(spoilt: Spoilt, clock: Clock, messenger: FakeMessenger) -> Town:
    """Two channels that get a digest at nine o'clock, of which the store cannot keep what became of the first."""
    town = Town(spoilt, clock, messenger)
    await town.listed(agents(1))
    await town.subscribe(1)
    await town.subscribe(2, to=ELSEWHERE)
    await town.at(NINE)
    return town


@pytest.mark.parametrize(
    "error", [CORRUPT, StoreTooNew("It is too new.")], ids=["damaged", "of a newer version"]
)
async def test_what_can_never_be_kept_ends_as_unknown_and_holds_up_no_other(
    store: Store, clock: Clock, error: StoreError
) -> None:
    town = await nine_o_clock(Spoilt(store, error), clock, FakeMessenger())
    assert town.came == [ids(1), ids(1)]
    assert sorted(await town.states()) == [State.SENT, State.UNKNOWN]
    [unknown] = await store.outbox.deliveries([State.UNKNOWN], limit=10)
    assert unknown.destination == HERE
    assert unknown.detail.startswith("the store could not keep what became of it: sent m")
    assert clock() == NINE  # nobody waited
    ended = [event.state for event in town.events if isinstance(event, DeliveryEnded)]
    assert sorted(ended) == [State.SENT, State.UNKNOWN]


async def test_what_not_even_its_being_unknown_can_be_kept_of_is_left_to_its_lease(
    store: Store, clock: Clock
) -> None:
    states = tuple(State)
    town = await nine_o_clock(Spoilt(store, CORRUPT, states), clock, FakeMessenger())
    assert sorted(await town.states()) == [State.SENDING, State.SENT]
    assert clock() == NINE


async def test_what_surely_waits_is_never_made_unknown(store: Store, clock: Clock) -> None:
    messenger = FakeMessenger(script=[NotPosted(detail="429")] * 2)
    town = await nine_o_clock(Spoilt(store, CORRUPT), clock, messenger)
    assert State.UNKNOWN not in await town.states()
    assert [event for event in town.events if isinstance(event, DeliveryPutOff)]


async def test_a_refusal_that_cannot_be_kept_says_what_it_was(store: Store, clock: Clock) -> None:
    await nine_o_clock(Spoilt(store, CORRUPT), clock, FakeMessenger(script=[REFUSED, REFUSED]))
    [unknown] = await store.outbox.deliveries([State.UNKNOWN], limit=10)
    assert "refused 50035: it is too long" in unknown.detail


@pytest.mark.parametrize(
    "error",
    [StoreUnavailable("It is away."), StoreFull("It is full."), StoreError("It could not be written.")],
    ids=lambda error: type(error).__name__,
)
async def test_what_may_heal_is_waited_for(store: Store, clock: Clock, error: StoreError) -> None:
    town = await nine_o_clock(Spoilt(store, error, times=5), clock, FakeMessenger())
    assert await town.states() == [State.SENT, State.SENT]
    assert clock() - NINE >= timedelta(seconds=5)
    assert len([event for event in town.events if isinstance(event, StoreFailed)]) == 5


async def test_a_failure_of_no_known_kind_is_waited_for_half_a_minute(store: Store, clock: Clock) -> None:
    town = await nine_o_clock(Spoilt(store, StoreError("Something.")), clock, FakeMessenger())
    assert sorted(await town.states()) == [State.SENT, State.UNKNOWN]
    assert timedelta(seconds=30) < clock() - NINE < timedelta(minutes=2)
