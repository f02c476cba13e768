from __future__ import annotations

import heapq
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import Pace, reserve, reserve_all

_TINY = 1e-6

paces = st.builds(Pace, key=st.just("k"), per_second=st.floats(0.1, 100), burst=st.integers(1, 20))
arrivals = st.lists(st.floats(0, 3), min_size=1, max_size=120)


def slots_of(pace: Pace, gaps: list[float]) -> tuple[list[float], list[float]]:
    """When each of some requests, *gaps* seconds apart, was asked for and may be made."""
    now, arrival, asked, slots = 1000.0, 0.0, list[float](), list[float]()
    for gap in gaps:
        now += gap
        arrival, slot = reserve(arrival, now, pace)
        asked.append(now)
        slots.append(slot)
    return asked, slots


@given(pace=paces, gaps=arrivals)
def test_in_no_window_there_are_more_than_the_burst_and_the_rate_allow(pace: Pace, gaps: list[float]) -> None:
    _, slots = slots_of(pace, gaps)
    for begin, first in enumerate(slots):
        for number, last in enumerate(slots[begin:], start=1):
            assert number <= pace.burst + pace.per_second * (last - first) + _TINY * pace.per_second


@given(pace=paces, gaps=arrivals)
def test_slots_come_in_order_and_never_before_they_are_asked_for(pace: Pace, gaps: list[float]) -> None:
    asked, slots = slots_of(pace, gaps)
    assert all(slot >= at for at, slot in zip(asked, slots, strict=True))
    assert all(later >= earlier - _TINY for earlier, later in pairwise(slots))


@given(pace=paces, count=st.integers(1, 60))
def test_nobody_waits_longer_than_the_rate_demands(pace: Pace, count: int) -> None:
    _, slots = slots_of(pace, [0.0] * count)
    longest = max(0, count - pace.burst) * pace.interval
    assert slots[-1] - slots[0] == pytest.approx(longest, abs=_TINY)


@given(
    token=st.builds(Pace, key=st.just("token"), per_second=st.floats(5, 50), burst=st.integers(1, 9)),
    channel=st.builds(Pace, key=st.just("channel"), per_second=st.floats(0.5, 4), burst=st.integers(1, 4)),
    asked=st.lists(st.tuples(st.floats(0, 3), st.integers(0, 3)), min_size=1, max_size=60),
)
def test_of_several_paces_each_is_kept_to_and_whoever_asks_again_gets_a_slot(
    token: Pace, channel: Pace, asked: list[tuple[float, int]]
) -> None:
    arrivals: dict[int, float] = {}
    granted: dict[int, list[float]] = {}
    waiting = sorted((1000 + at, number, name) for number, (at, name) in enumerate(asked))
    while waiting:
        now, number, name = heapq.heappop(waiting)
        known = [arrivals.get(name, 0.0), arrivals.get(-1, 0.0)]
        after, at = reserve_all(known, now, (channel, token))
        assert at >= now
        if after is None:
            assert at > now
            heapq.heappush(waiting, (at, number, name))
        else:
            arrivals[name], arrivals[-1] = after
            granted.setdefault(name, []).append(at)
            granted.setdefault(-1, []).append(at)
    assert len(granted[-1]) == len(asked)
    for name, slots in granted.items():
        pace = token if name == -1 else channel
        for begin, first in enumerate(slots):
            for number, last in enumerate(slots[begin:], start=1):
                assert number <= pace.burst + pace.per_second * (last - first + 2 * _TINY) + _TINY


@pytest.mark.parametrize(
    ("gaps", "waits"),
    [
        ([0, 0, 0, 0], [0, 0, 0.5, 1]),
        ([0, 0.5, 0.5, 0.5], [0, 0, 0, 0]),
        ([0, 0, 100, 0, 0], [0, 0, 0, 0, 0.5]),
        ([0, 0, 0.25], [0, 0, 0.25]),
    ],
    ids=["all at once", "at the rate", "a pause saves up one burst", "half an interval later"],
)
def test_two_at_once_and_two_a_second(gaps: list[float], waits: list[float]) -> None:
    asked, slots = slots_of(Pace(key="k", per_second=2, burst=2), gaps)
    assert [slot - at for at, slot in zip(asked, slots, strict=True)] == pytest.approx(waits)
