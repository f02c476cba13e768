"""A year in many zones, with outages: each edition comes once, and none early."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.scenarios.year import ZONES, Span, judged, lived, subscriptions

BEGIN = datetime(2025, 1, 20, tzinfo=UTC)
OUTAGES = (
    (datetime(2025, 3, 30, 0, 30, tzinfo=UTC), datetime(2025, 3, 30, 9, 10, tzinfo=UTC)),
    (datetime(2025, 6, 10, 3, tzinfo=UTC), datetime(2025, 6, 10, 4, 40, tzinfo=UTC)),
    (datetime(2025, 10, 25, 20, tzinfo=UTC), datetime(2025, 10, 29, 14, tzinfo=UTC)),
    (datetime(2025, 12, 24, 12, tzinfo=UTC), datetime(2026, 1, 2, 6, tzinfo=UTC)),
)
"""Over a change of the clocks, short, over the other change for days, and over the holidays."""
SPAN = Span(begin=BEGIN, end=BEGIN + timedelta(days=370), outages=OUTAGES)


async def test_each_edition_of_a_year_comes_once_or_is_the_newest_after_an_outage(tmp_path: Path) -> None:
    everyone = subscriptions(60, BEGIN, random.Random(1))
    assert len({one.cadence.zone for one in everyone}) == len(ZONES) == 40
    story = await lived(f"sqlite:///{tmp_path / 'a.db'}", everyone, SPAN, random.Random(2))
    counts = judged(everyone, SPAN, story)
    assert story.faults == []
    assert counts["on time"] + counts["late"] + counts["passed over"] == counts["editions"] > 15_000
    assert counts["late"] > 20
    assert counts["passed over"] > 100
