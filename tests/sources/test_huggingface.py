"""The source over HTTP: the real client, our server."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.domain.errors import (
    BadDate,
    MalformedListing,
    SourceError,
    SourceRefused,
    SourceThrottled,
    SourceUnavailable,
)
from bot.sources.huggingface import Budget, HuggingFace, Patience
from tests.servers.huggingface import (
    Fault,
    HuggingFaceServer,
    answer,
    break_off,
    drop,
    hang,
    html,
    item,
    throttled,
    truncated,
)
from tests.sources.conftest import AT_ONCE, DAY, NOW, TOKEN, TestClock

RECORDED = Path(__file__).parents[2].parent / "shared" / "data" / "daily"
PAPERS = [item("2510.00001", "First", upvotes=9, day=DAY), item("2510.00002", "Second", upvotes=3, day=DAY)]


@pytest.fixture(autouse=True)
def listed(server: HuggingFaceServer) -> None:
    server.days[DAY] = list(PAPERS)


async def test_a_listing_has_the_papers_of_its_day(source: HuggingFace) -> None:
    listing = await source.listing(DAY)
    assert (listing.day, listing.seen_at, listing.skipped) == (DAY, NOW, ())
    assert [(entry.paper.id, entry.upvotes) for entry in listing.entries] == [
        ("2510.00001", 9),
        ("2510.00002", 3),
    ]


async def test_a_day_without_papers_is_an_empty_listing(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    listing = await source.listing(date(2025, 10, 12))
    assert listing.entries == ()
    assert len(server.requests) == 1


async def test_it_asks_for_a_hundred_and_pages_until_a_page_is_empty(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.days[DAY] = [item(f"2510.{n:05}", upvotes=300 - n) for n in range(230)]
    listing = await source.listing(DAY)
    assert len(listing.entries) == 230
    assert server.queries == [{"date": "2025-10-16", "limit": "100", "p": str(page)} for page in range(4)]


async def test_a_page_shorter_than_asked_need_not_be_the_last(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.days[DAY] = [item(f"2510.{n:05}") for n in range(78)]
    server.page_limit = 50
    assert len((await source.listing(DAY)).entries) == 78


async def test_papers_that_move_to_the_next_page_come_once(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.days[DAY] = [item(f"2510.{n:05}", upvotes=200 - n) for n in range(101)]
    first, second = server.days[DAY][:100], server.days[DAY][98:]
    server.fail(_json(first), _json(second), _json(second))
    listing = await source.listing(DAY)
    assert [entry.paper.id for entry in listing.entries] == [f"2510.{n:05}" for n in range(101)]


async def test_a_source_that_ignores_the_page_number_ends_too(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.fail(_json(PAPERS), _json(PAPERS))
    assert len((await source.listing(DAY)).entries) == 2
    assert len(server.requests) == 2


async def test_one_bad_item_is_skipped_and_named(source: HuggingFace, server: HuggingFaceServer) -> None:
    server.days[DAY].append(item("2510.00003", title=""))
    listing = await source.listing(DAY)
    assert len(listing.entries) == 2
    assert listing.skipped == ("2510.00003",)


async def test_a_list_that_shrank_is_given_as_it_is(source: HuggingFace, server: HuggingFaceServer) -> None:
    server.shrink(DAY, 1)
    assert [entry.paper.id for entry in (await source.listing(DAY)).entries] == ["2510.00001"]


async def test_the_day_asked_for_is_the_listings_and_an_items_own_day_is_its_own(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.days[DAY] = [item("2510.00001", day=date(2025, 10, 10)), item("2510.00002")]
    listing = await source.listing(DAY)
    assert listing.day == DAY
    assert [entry.paper.listed_on for entry in listing.entries] == [(date(2025, 10, 10),), (DAY,)]


async def test_a_day_that_has_not_begun_in_utc_is_never_asked_for(
    source: HuggingFace, server: HuggingFaceServer, clock: TestClock
) -> None:
    clock.now = datetime.fromisoformat("2025-10-17T09:00:00+13:00")
    with pytest.raises(BadDate, match="2025-10-17 has not begun"):
        await source.listing(date(2025, 10, 17))
    assert server.requests == []


@pytest.mark.parametrize(
    ("fault", "error", "attempts", "words"),
    [
        pytest.param(answer(500), SourceUnavailable, 3, "status 500", id="500"),
        pytest.param(html(503), SourceUnavailable, 3, "status 503", id="503 as a web page"),
        pytest.param(break_off, SourceUnavailable, 3, "gave no answer", id="an answer that breaks off"),
        pytest.param(html(), MalformedListing, 1, "a web page", id="a web page"),
        pytest.param(answer(200), MalformedListing, 1, "nothing", id="nothing"),
        pytest.param(truncated(PAPERS), MalformedListing, 1, "cut-off JSON", id="truncated JSON"),
        pytest.param(answer(200, "[" * 100_000), MalformedListing, 1, "JSON", id="nested without end"),
        pytest.param(answer(200, '{"error":"x"}'), MalformedListing, 1, "no list", id="not an array"),
        pytest.param(
            answer(200, "[1, null, {}]"), MalformedListing, 1, "None of the 3", id="no item readable"
        ),
        pytest.param(answer(400, '{"error":"x"}'), SourceRefused, 1, "status 400", id="400"),
        pytest.param(answer(401), SourceRefused, 1, "status 401", id="a bad token"),
        pytest.param(answer(404), SourceRefused, 1, "status 404", id="a wrong address"),
        pytest.param(
            answer(302, headers={"Location": "/papers"}), SourceRefused, 1, "status 302", id="moved"
        ),
        pytest.param(throttled(Retry_After="40"), SourceThrottled, 1, "40 s", id="throttled for long"),
    ],
)
async def test_each_failure_has_its_error(
    source: HuggingFace,
    server: HuggingFaceServer,
    *,
    fault: Fault,
    error: type[SourceError],
    attempts: int,
    words: str,
) -> None:
    server.fail(*[fault] * 3)
    with pytest.raises(error, match=words) as caught:
        await source.listing(DAY)
    assert type(caught.value) is error
    assert caught.value.hint
    assert len(server.requests) == attempts
    assert TOKEN not in repr(caught.value) + caught.value.hint


async def test_a_connection_that_is_always_dropped_is_given_up(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    server.fail(*[drop] * 9)  # the client itself repeats a request on a connection that was open before
    with pytest.raises(SourceUnavailable, match="gave no answer"):
        await source.listing(DAY)


async def test_a_source_that_hangs_is_given_up(
    server: HuggingFaceServer, http: aiohttp.ClientSession, clock: TestClock
) -> None:
    server.fail(hang)
    hasty = Patience(timeout=timedelta(milliseconds=50), attempts=1)
    source = HuggingFace(http, clock=clock, user_agent="test", base=server.url, patience=hasty)
    with pytest.raises(SourceUnavailable, match="in time"):
        await source.listing(DAY)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([answer(502), drop], id="a gateway, then a dropped connection"),
        pytest.param([throttled(Retry_After="0")], id="throttled for no time"),
    ],
)
async def test_what_passes_is_tried_again(
    source: HuggingFace, server: HuggingFaceServer, faults: list[Fault]
) -> None:
    server.fail(*faults)
    assert len((await source.listing(DAY)).entries) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param(
            {"RateLimit": '"api";r=0;t=55', "Retry_After": "3"}, 56, id="the window's end and a second"
        ),
        pytest.param({"ratelimit": '"api" ; r=0; t=9'}, 10, id="in small letters, with blanks"),
        pytest.param({"RateLimit": '"api";r=7;t=55', "Retry_After": "30"}, 30, id="seconds"),
        pytest.param({"Retry_After": "Thu, 16 Oct 2025 08:02:00 GMT"}, 120, id="a date"),
        pytest.param({"Retry_After": "Thu, 16 Oct 2025 07:00:00 GMT"}, 0, id="a date that is past"),
        pytest.param({"Retry_After": "999999999"}, 3600, id="a wait without end is an hour"),
        pytest.param({"Retry_After": "soon"}, 60, id="no wait at all"),
        pytest.param({}, 60, id="not told"),
    ],
)
async def test_a_throttled_source_says_how_long_to_wait(
    server: HuggingFaceServer,
    http: aiohttp.ClientSession,
    clock: TestClock,
    headers: dict[str, str],
    seconds: int,
) -> None:
    server.fail(throttled(**headers))
    once = Patience(attempts=1)
    source = HuggingFace(http, clock=clock, user_agent="test", base=server.url, patience=once)
    with pytest.raises(SourceThrottled) as caught:
        await source.listing(DAY)
    assert caught.value.retry_after == timedelta(seconds=seconds)


async def test_it_stops_asking_when_none_is_left_and_goes_on_when_the_window_ends(
    source: HuggingFace, server: HuggingFaceServer, clock: TestClock
) -> None:
    server.left = 2
    await source.listing(DAY)
    with pytest.raises(SourceThrottled) as caught:
        await source.listing(DAY)
    assert caught.value.retry_after == timedelta(seconds=56)
    assert len(server.requests) == 2
    clock.now += timedelta(seconds=56)
    server.left = 100
    assert len((await source.listing(DAY)).entries) == 2


def test_a_budget_is_full_until_its_oldest_request_leaves_the_window() -> None:
    budget = Budget(most=2, window=timedelta(minutes=5))
    budget.spend(NOW)
    budget.spend(NOW + timedelta(minutes=1))
    with pytest.raises(SourceThrottled) as caught:
        budget.spend(NOW + timedelta(minutes=2))
    assert caught.value.retry_after == timedelta(minutes=3)
    budget.spend(NOW + timedelta(minutes=5))


async def test_sources_share_a_budget(
    server: HuggingFaceServer, http: aiohttp.ClientSession, clock: TestClock
) -> None:
    shared = Budget(most=2)
    one, two = (
        HuggingFace(http, clock=clock, user_agent="test", base=server.url, patience=AT_ONCE, budget=shared)
        for _ in range(2)
    )
    await one.listing(DAY)
    with pytest.raises(SourceThrottled):
        await two.listing(DAY)


async def test_it_says_who_asks(source: HuggingFace, server: HuggingFaceServer) -> None:
    await source.listing(DAY)
    headers = server.requests[0].headers
    assert headers["User-Agent"] == "Paperround/test (+https://example.org)"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


async def test_a_dead_address_is_unavailable(http: aiohttp.ClientSession, clock: TestClock) -> None:
    source = HuggingFace(http, clock=clock, user_agent="test", base="http://127.0.0.1:9", patience=AT_ONCE)
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 gave no answer"):
        await source.listing(DAY)


async def test_an_address_that_is_none_is_refused(http: aiohttp.ClientSession, clock: TestClock) -> None:
    source = HuggingFace(http, clock=clock, user_agent="test", base="huggingface", patience=AT_ONCE)
    with pytest.raises(SourceRefused, match="address"):
        await source.listing(DAY)


async def test_one_paper_comes_flat(source: HuggingFace) -> None:
    entry = await source.paper("2510.00001")
    assert entry is not None
    assert (entry.paper.title, entry.upvotes, entry.tally.comments) == ("First", 9, None)
    assert entry.paper.listed_on == (DAY,)


async def test_an_unknown_paper_is_none(source: HuggingFace) -> None:
    assert await source.paper("2510.99999") is None


async def test_a_paper_known_by_title_alone_is_not_asked_for(
    source: HuggingFace, server: HuggingFaceServer
) -> None:
    assert await source.paper("page:0123456789abcdef") is None
    assert server.requests == []


@pytest.mark.parametrize("query", ["2025-10-17", "2025-02-30", "2025-6-1", "today"])
async def test_the_server_refuses_dates_as_the_real_one_does(
    server: HuggingFaceServer, http: aiohttp.ClientSession, query: str
) -> None:
    async with http.get(f"{server.url}/api/daily_papers", params={"date": query}) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 50),
        ({"week": "2025-W42"}, 50),
        ({"month": "2025-10", "limit": "70"}, 60),
        ({"month": "2025-09"}, 0),
    ],
)
async def test_the_server_cuts_at_fifty_unless_asked(
    server: HuggingFaceServer, http: aiohttp.ClientSession, query: dict[str, str], count: int
) -> None:
    server.days[DAY] = [item(f"2510.{n:05}") for n in range(60)]
    async with http.get(f"{server.url}/api/daily_papers", params=query) as response:
        assert len(await response.json()) == count


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded listings (../shared/data/daily) are not here")
async def test_a_recorded_month_comes_over_http_as_it_was_recorded(
    server: HuggingFaceServer, http: aiohttp.ClientSession
) -> None:
    server.days.clear()
    server.load(RECORDED / "2025-10.jsonl.gz")
    server.today = date(2025, 12, 31)
    clock = TestClock(datetime(2025, 12, 31, 8, tzinfo=UTC))
    source = HuggingFace(http, clock=clock, user_agent="test", base=server.url)
    listings = [await source.listing(date(2025, 10, day)) for day in range(1, 32)]
    assert sum(len(listing.entries) for listing in listings) == 614
    assert sum(bool(listing.entries) for listing in listings) == 23
    assert all(not listing.skipped for listing in listings)
    days = Counter(
        entry.paper.listed_on == (listing.day,) for listing in listings for entry in listing.entries
    )
    assert days == {True: 614}


def _json(items: list[dict[str, object]]) -> Fault:
    return answer(200, json.dumps(items))
