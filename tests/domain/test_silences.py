from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.digests import Digest, Match, Pick
from bot.domain.filters import Filter
from bot.domain.papers import Entry, Paper, Tally
from bot.domain.silences import after, speaks
from bot.domain.subscriptions import Progress
from tests.storage.samples import NOW

MONDAY = date(2025, 11, 10)
ONE_DAY = timedelta(days=1)
PICK = Pick(
    match=Match(entry=Entry(paper=Paper(id="a", title="A"), tally=Tally(at=NOW)), reasons=(), strength=1.0),
    expected=1,
    score=1,
)


def digest(day: date, *picks: Pick) -> Digest:
    return Digest(
        filter=Filter(), day=day, window_from=day, picks=picks, left_out=(), listed=9, matched=len(picks)
    )


def lived(days: list[date], progress: Progress | None = None) -> tuple[Progress, list[date]]:
    """Where a subscription stands after empty editions on *days*, and on which of them it spoke."""
    progress, spoke = progress or Progress(newest_day=MONDAY - ONE_DAY), list[date]()
    for day in days:
        progress = after(progress, digest(day))
        if speaks(progress, digest(day)):
            progress = replace(progress, spoke_on=day)
            spoke.append(day)
    return progress, spoke


@pytest.mark.parametrize(
    ("days", "spoke"),
    [
        ([0, 1, 2, 3], []),
        ([0, 1, 2, 3, 4], [4]),
        ([0, 1, 2, 3, 4, 4, 4], [4]),
        ([0, 0, 1, 1, 2, 2, 3, 3], []),
        (list(range(19)), [4, 18]),
        ([0, 7, 14, 21, 28, 35, 42], [28, 42]),
    ],
    ids=[
        "four silent editions",
        "after five it says that it is alive",
        "a day without a new listing is no silence",
        "two editions a day over one listing are one",
        "fourteen days later it says so again",
        "every fourteen days at most for a weekly one",
    ],
)
def test_a_silent_subscription_speaks_now_and_then(days: list[int], spoke: list[int]) -> None:
    _, told = lived([MONDAY + day * ONE_DAY for day in days])
    assert [(day - MONDAY).days for day in told] == spoke


def test_a_paper_ends_the_silence() -> None:
    silent, _ = lived([MONDAY + day * ONE_DAY for day in range(4)])
    assert (silent.silent, silent.silent_since) == (4, MONDAY - ONE_DAY)
    friday = MONDAY + 4 * ONE_DAY
    brought = after(silent, digest(friday, PICK))
    assert (brought.silent, brought.silent_since, brought.newest_day) == (0, None, friday)
    assert not speaks(silent, digest(friday, PICK))


def test_a_new_subscriptions_silence_begins_with_its_first_day() -> None:
    progress, _ = lived([MONDAY], Progress())
    assert (progress.silent, progress.silent_since, progress.newest_day) == (1, MONDAY, MONDAY)


def test_who_spoke_is_remembered_over_papers_in_between() -> None:
    progress, [spoke] = lived([MONDAY + day * ONE_DAY for day in range(5)])
    progress = after(progress, digest(spoke + ONE_DAY, PICK))
    _, again = lived([spoke + day * ONE_DAY for day in range(2, 20)], progress)
    assert again == [spoke + 14 * ONE_DAY]
