from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.papers import Tally
from handlers.web.charts import HEIGHT, SPARK_HEIGHT, SPARK_WIDTH, WIDTH, growth, sparkline
from tests.services.conftest import MONDAY, at


def tallies(*upvotes: int | None, every: timedelta = timedelta(hours=6)) -> list[Tally]:
    return [Tally(at=at(MONDAY) + every * place, upvotes=one) for place, one in enumerate(upvotes)]


@pytest.mark.parametrize(
    ("upvotes", "points"),
    [
        pytest.param((), "", id="none"),
        pytest.param((5,), "", id="one"),
        pytest.param((5, 5, 5), "", id="flat"),
        pytest.param((None, 5), "", id="unknown at first"),
        pytest.param((0, 10), "2,18 62,2", id="up"),
        pytest.param((10, 0), "2,2 62,18", id="down"),
        pytest.param((0, 5, 10), "2,18 32,10 62,2", id="steady"),
    ],
)
def test_a_spark_is_drawn_where_something_moved(upvotes: tuple[int | None, ...], points: str) -> None:
    assert sparkline(tallies(*upvotes)) == points


def test_a_long_history_stays_small_and_inside() -> None:
    points = [tuple(map(float, one.split(","))) for one in sparkline(tallies(*range(1000))).split()]
    assert len(points) == 12
    assert all(0 <= x <= SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in points)
    chart = growth(tallies(*range(1000)))
    assert chart is not None
    assert len(chart.line.split()) == 60
    assert chart.rows[-1][1] == 999
    days = [tick.at for tick in chart.days]
    assert all(later - earlier >= 40 for earlier, later in pairwise(days))


@pytest.mark.parametrize(
    ("most", "top"), [(0, "1"), (1, "1"), (4, "4"), (9, "10"), (90, "100"), (101, "150"), (999, "1,000")]
)
def test_the_axis_ends_at_a_handsome_number(most: int, top: str) -> None:
    chart = growth(tallies(0, most))
    assert chart is not None
    assert chart.heights[-1].words == top
    assert all(0 <= tick.at <= HEIGHT for tick in chart.heights)
    assert all(0 <= tick.at <= WIDTH for tick in chart.days)


def test_the_words_say_what_is_drawn() -> None:
    chart = growth(tallies(10, 40, 45))
    assert chart is not None
    assert chart.words == "From 10 on Mon 10 Nov to 45 upvotes on Mon 10 Nov; the largest step was 30."
    assert growth(tallies(5)) is None


def test_counts_of_one_moment_are_drawn_without_a_fault() -> None:
    assert growth(tallies(1, 2, every=timedelta(0))) is not None
