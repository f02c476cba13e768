from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Listing
from bot.services.replaying import digest_of
from tests.services.conftest import MONDAY, at, entry, listing

TUESDAY = MONDAY + timedelta(days=1)


class FakeReplay:
    """Replays the listings it was given."""

    def __init__(self, *listings: Listing) -> None:
        self._listings = listings

    async def listings(self, since: date | None = None, until: date | None = None) -> AsyncIterator[Listing]:
        for one in self._listings:
            if one.day is None or (since or date.min) <= one.day <= (until or date.max):
                yield one


EVENING = at(MONDAY, 20)
REPLAY = FakeReplay(
    listing(entry("2511.00001", "Agents", 5), entry("2511.00002", "Robots", 50)),
    listing(entry("2511.00001", "Agents", 25, seen=EVENING), seen=EVENING),
    listing(entry("2511.00003", "More agents", 7, day=TUESDAY), day=TUESDAY),
)


async def test_a_recording_gives_the_best_of_a_day_as_last_seen() -> None:
    digest, skipped = await digest_of(
        REPLAY, parse_filter("agents"), day=MONDAY, span=1, top=5, ceiling=False
    )

    assert digest is not None
    assert [(pick.entry.paper.id, pick.entry.upvotes, pick.since) for pick in digest.picks] == [
        ("2511.00001", 25, 5)
    ]
    assert (digest.listed, digest.matched, skipped) == (2, 1, ())


async def test_without_a_day_it_is_the_newest_one() -> None:
    digest, _ = await digest_of(REPLAY, parse_filter(""), day=None, span=1, top=5, ceiling=False)

    assert digest is not None
    assert (digest.day, digest.listed) == (TUESDAY, 1)


async def test_a_window_is_as_picky_as_a_subscription() -> None:
    digest, _ = await digest_of(REPLAY, parse_filter(""), day=TUESDAY, span=7, top=1, ceiling=True)

    assert digest is not None
    assert [pick.entry.paper.id for pick in digest.picks] == ["2511.00002"]
    assert [entry.paper.id for entry in digest.left_out] == ["2511.00001", "2511.00003"]


async def test_the_papers_of_a_saved_search_count_for_the_day_it_was_saved() -> None:
    saved = FakeReplay(listing(entry("page:0123456789abcdef", "Agents", None, day=None), day=None))
    digest, _ = await digest_of(saved, parse_filter("agents"), day=None, span=1, top=5, ceiling=False)

    assert digest is not None
    assert (digest.day, len(digest.picks)) == (MONDAY, 1)


async def test_a_day_the_recording_lacks_gives_nothing() -> None:
    for replay in (REPLAY, FakeReplay()):
        digest, _ = await digest_of(
            replay, parse_filter(""), day=date(2024, 1, 1), span=1, top=5, ceiling=False
        )
        assert digest is None
    assert (await digest_of(FakeReplay(), parse_filter(""), day=None, span=1, top=5, ceiling=False))[
        0
    ] is None


async def test_what_is_like_a_paper_of_another_day_is_found() -> None:
    replay = FakeReplay(
        listing(entry("2511.00001", "Diffusion for Robots")),
        listing(
            *(entry(f"2511.0001{number}", f"Language {number}", day=TUESDAY) for number in range(9)),
            entry("2511.00002", "Robots by Diffusion", day=TUESDAY),
            day=TUESDAY,
        ),
    )
    digest, _ = await digest_of(
        replay, parse_filter("like:2511.00001"), day=TUESDAY, span=1, top=5, ceiling=False
    )

    assert digest is not None
    assert [pick.entry.paper.id for pick in digest.picks] == ["2511.00002"]


@pytest.mark.parametrize(
    ("liked", "told"),
    [
        pytest.param("2511.99999", "is not in the recording", id="unknown"),
        pytest.param("2511.00009", "Too little is known", id="nothing tells what it is about"),
    ],
)
async def test_what_nothing_can_be_like_is_said(liked: str, told: str) -> None:
    replay = FakeReplay(listing(entry("2511.00009", "On It"), entry("2511.00001", "Agents")))
    with pytest.raises(UserError, match=told):
        await digest_of(replay, parse_filter(f"like:{liked}"), day=None, span=1, top=5, ceiling=False)
