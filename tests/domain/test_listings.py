from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.listings import (
    TALLY_EVERY,
    Members,
    completed_tally,
    members,
    merged_paper,
    new_tally,
    newest_plausible,
    shrank,
)
from bot.domain.papers import Entry, Listing, Organization, Paper, Tally

DAY = date(2025, 11, 13)
AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = "page:0123456789abcdef"

RICH = Paper(
    id="2511.00001",
    title="Agents",
    abstract="Long.",
    summary="Short.",
    authors=("Ada", "Ben"),
    author_count=12,
    organization=Organization(handle="nvidia", name="NVIDIA"),
    keywords=("agents",),
    published_on=DAY,
    listed_on=(DAY,),
    code_url="https://code.example",
)


def tally(
    upvotes: int | None = None,
    comments: int | None = None,
    stars: int | None = None,
    after: timedelta = HOUR * 0,
) -> Tally:
    return Tally(at=AT + after, upvotes=upvotes, comments=comments, stars=stars)


def listing(entries: int, skipped: int = 0) -> Listing:
    one = Entry(paper=RICH, tally=tally())
    return Listing(day=DAY, seen_at=AT, entries=(one,) * entries, skipped=("?",) * skipped)


def test_what_a_newer_sighting_lacks_stays_known() -> None:
    assert merged_paper(RICH, Paper(id=RICH.id, title="Agents")) == RICH


def test_what_a_newer_sighting_knows_wins() -> None:
    newer = Paper(id=RICH.id, title="Agents, revised", keywords=("planning",), author_count=13)

    merged = merged_paper(RICH, newer)

    assert merged == replace(RICH, title="Agents, revised", keywords=("planning",), author_count=13)


def test_list_days_add_up_in_order() -> None:
    earlier = replace(RICH, listed_on=(DAY - timedelta(days=1), DAY))

    assert merged_paper(RICH, earlier).listed_on == (DAY - timedelta(days=1), DAY)


@pytest.mark.parametrize(
    ("older", "newer", "kept"),
    [
        ("2511.00001", PAGE, "2511.00001"),
        (PAGE, "2511.00001", "2511.00001"),
        ("2511.00001", "2511.00002", "2511.00002"),
        (PAGE, "page:fedcba9876543210", "page:fedcba9876543210"),
    ],
)
def test_an_arxiv_id_is_kept_over_one_made_of_the_title(older: str, newer: str, kept: str) -> None:
    assert merged_paper(Paper(id=older, title="A"), Paper(id=newer, title="A")).id == kept


@pytest.mark.parametrize(
    ("seen", "before", "completed"),
    [
        (tally(5), None, tally(5)),
        (tally(5), tally(4, 3, 2), tally(5, 3, 2)),
        (tally(None, 0, 7), tally(4, 3, 2), tally(4, 0, 7)),
        (tally(0, None, None), tally(4, None, 2), tally(0, None, 2)),
    ],
)
def test_unknown_counts_come_from_the_tally_before(
    seen: Tally, before: Tally | None, completed: Tally
) -> None:
    assert completed_tally(seen, before) == completed


EARLY, LATE = tally(5, 1, after=-2 * HOUR), tally(9, 2, after=2 * HOUR)


@pytest.mark.parametrize(
    ("seen", "history", "kept"),
    [
        (tally(), [], None),
        (tally(), [EARLY], None),
        (tally(5), [], tally(5)),
        (tally(6), [EARLY], tally(6, 1)),
        (tally(5), [EARLY], None),
        (tally(5, after=TALLY_EVERY), [tally(5)], tally(5, after=TALLY_EVERY)),
        (tally(5, after=TALLY_EVERY - HOUR), [tally(5)], None),
        (tally(7), [tally(5)], None),
        (tally(6), [EARLY, LATE], tally(6, 1)),
        (tally(4), [LATE], tally(4)),
    ],
    ids=[
        "nothing known",
        "nothing known beside a history",
        "the first one",
        "moved",
        "did not move",
        "flat for six hours",
        "flat for five hours",
        "the same moment again",
        "an older sighting between two",
        "an older sighting before all",
    ],
)
def test_a_tally_is_kept_only_if_it_says_something_new(
    seen: Tally, history: list[Tally], kept: Tally | None
) -> None:
    assert new_tally(seen, history) == kept


@pytest.mark.parametrize(
    ("known", "now", "skipped", "suspicious"),
    [
        (10, 4, 0, True),
        (10, 5, 0, False),
        (10, 3, 2, False),
        (3, 0, 0, False),
        (4, 1, 0, True),
        (0, 0, 0, False),
    ],
)
def test_a_list_of_less_than_half_is_suspicious(known: int, now: int, skipped: int, suspicious: bool) -> None:  # noqa: FBT001
    assert shrank([str(number) for number in range(known)], listing(now, skipped)) is suspicious


def test_papers_leave_a_list_come_to_it_and_return() -> None:
    first = members(["a", "b"], Members(ids=(), removed=()), older=False)
    second = members(["c", "b"], first, older=False)
    third = members(["a", "c"], second, older=False)

    assert first == Members(ids=("a", "b"), removed=())
    assert second == Members(ids=("c", "b"), removed=("a",))
    assert third == Members(ids=("a", "c"), removed=("b",))


def test_an_older_reading_neither_removes_nor_adds() -> None:
    known = Members(ids=("a", "b"), removed=("c",))

    assert members(["b", "d"], known, older=True) == Members(ids=("a", "b"), removed=("c", "d"))


def sizes(*counts: int) -> dict[date, int]:
    """The newest day last."""
    return {DAY - timedelta(days=len(counts) - 1 - place): count for place, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("listed", "hour", "newest"),
    [
        (sizes(), 9, None),
        (sizes(0), 9, None),
        (sizes(40, 40), 9, DAY),
        (sizes(40, 1), 0, DAY - timedelta(days=1)),
        (sizes(40, 10), 1, DAY),
        (sizes(40, 9), 11, DAY - timedelta(days=1)),
        (sizes(40, 1), 12, DAY),
        (sizes(40, 0), 15, DAY - timedelta(days=1)),
        (sizes(40, 50, 2, 0), 9, DAY - timedelta(days=1)),
        (sizes(1), 0, DAY),
    ],
    ids=[
        "no list at all",
        "an empty list",
        "a full list",
        "just after midnight",
        "a quarter of the usual",
        "less than a quarter before noon",
        "a thin list after noon",
        "an empty list after noon",
        "a thin day that is over",
        "the only list",
    ],
)
def test_the_newest_plausible_list_day(listed: dict[date, int], hour: int, newest: date | None) -> None:
    assert newest_plausible(listed, datetime(2025, 11, 13, hour, tzinfo=UTC)) == newest
