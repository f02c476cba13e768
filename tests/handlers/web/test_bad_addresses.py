from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.handlers.web.conftest import Reader, paper
from tests.services.conftest import MONDAY


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        pytest.param("/date/2025-11-08", 404, "I have read no listing of Saturday 8", id="never had papers"),
        pytest.param("/date/2025-11-08", 404, "There usually is none at a weekend", id="a weekend"),
        pytest.param("/date/2025-11-08", 404, 'href="/date/2025-11-10"', id="the next day that has"),
        pytest.param("/date/2025-11-11", 404, "2025-11-11 is still to come", id="a day to come"),
        pytest.param("/date/2025-11-11", 404, '<a href="/date/2025-11-10">', id="the newest day instead"),
        pytest.param("/date/2025-02-30", 404, "There is no 2025-02-30", id="no day"),
        pytest.param("/date/2025-02-30", 404, '<a href="/date/2025-02-28">', id="the nearest day"),
        pytest.param("/date/2025-6-1", 404, '<a href="/date/2025-06-01">', id="not padded"),
        pytest.param("/date/1999-01-01", 404, "There were no Daily Papers in 1999", id="before all began"),
        pytest.param("/date/yesterday", 404, "Write it as 2025-10-16", id="no date at all"),
        pytest.param("/date/0000-00-00", 404, "There is no 0000-00-00", id="zeros"),
        pytest.param("/week/2025-W53", 404, "2025 has 52 weeks", id="week 53"),
        pytest.param("/week/2025-W53", 404, '<a href="/week/2025-W46">', id="the newest week instead"),
        pytest.param("/week/2024-W53", 404, '<a href="/week/2024-W52">', id="the last week instead"),
        pytest.param("/week/2026-W53", 404, "2026-W53 is still to come", id="a week 53 that exists"),
        pytest.param("/week/0000-W01", 404, "There is no 0000-W01", id="year zero"),
        pytest.param("/month/2025-13", 404, "A year has twelve months", id="month 13"),
        pytest.param("/papers/2511.99999", 404, "https://arxiv.org/abs/2511.99999", id="unknown paper"),
        pytest.param("/papers/nonsense", 404, "I have no paper nonsense", id="no paper id"),
        pytest.param("/papers/..%2f..%2fetc%2fpasswd", 404, "I have no paper", id="a path"),
        pytest.param("/nowhere", 404, "There is no such page", id="no page"),
        pytest.param("/?page=0", 400, "is no page", id="page zero"),
        pytest.param("/?page=x", 400, "is no page", id="page x"),
        pytest.param("/?page=99999999999", 400, "is no page", id="a page far off"),
        pytest.param("/?page=7", 404, "The last one is 1", id="a page too many"),
        pytest.param(
            "/?filter=like:2511.99999", 404, "I have no paper 2511.99999", id="like an unknown paper"
        ),
        pytest.param("/search?q=like:2511.99999", 404, "I have no paper", id="search like an unknown paper"),
        pytest.param("/search?q=" + "x" * 5001, 400, "5,000 is the most", id="a search too long"),
        pytest.param("/?filter=" + "x" * 1001, 400, "1,000 is the most", id="a filter too long"),
        pytest.param("/?filter=" + "x" * 13_000, 414, "That address is too long", id="an address too long"),
        pytest.param("/feeds/atom?filter=%22oops", 400, "That filter cannot be read", id="a feed's filter"),
    ],
)
async def test_it_gets_a_helpful_page(reader: Reader, path: str, status: int, told: str) -> None:
    await reader.keep(paper())
    answer = await reader.get(path)
    assert answer.status == status
    assert told in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Security-Policy" in answer.headers
    assert 'href="/"' in answer.text
    assert not reader.defects
    assert reader.source.asked == []


@pytest.mark.parametrize(
    ("typed", "wrong", "meant"),
    [
        pytest.param('diffusion "world model', "", 'diffusion "world model"', id="an open quote"),
        pytest.param("agents upvots>=10", "<mark>upvots&gt;=10</mark>", "agents upvotes>=10", id="a slip"),
    ],
)
async def test_a_filter_error_shows_the_place_and_a_way_out(
    reader: Reader, typed: str, wrong: str, meant: str
) -> None:
    await reader.keep(paper())
    answer = await reader.get(f"/date/2025-11-10?filter={quote(typed)}")
    assert answer.status == 400
    assert wrong in answer.text
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Did you mean" in answer.text
    href = answer.text.partition('Did you mean <a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(href).query)["filter"] == [meant]
    assert (await reader.get(href)).status == 200


async def test_a_day_that_was_read_and_listed_nothing_says_so(reader: Reader) -> None:
    reader.clock.pass_(timedelta(days=5))
    await reader.keep(paper())
    await reader.keep(day=date(2025, 11, 15))
    answer = await reader.get("/date/2025-11-15")
    assert answer.status == 404
    assert "No papers were listed on Saturday 15 November 2025." in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_what_can_only_be_read_says_so(reader: Reader, method: str) -> None:
    answer = await reader.get("/", method=method)
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]
    assert "That cannot be done with this page." in answer.text


async def test_a_defect_of_ours_has_a_reference_and_no_secret(reader: Reader) -> None:
    answer = await reader.get("/broken")
    assert answer.status == 500
    assert "Something broke on our side (reference" in answer.text
    assert "secret" not in answer.text
    assert [type(error) for error in reader.defects] == [ZeroDivisionError]


async def test_a_store_that_is_away_is_told_and_not_ready(reader: Reader) -> None:
    await reader.keep(paper())
    assert (await reader.get("/readyz")).text.startswith("Ready: the store answers.\n")
    with closing(sqlite3.connect(reader.store)) as behind_its_back:
        behind_its_back.execute("ALTER TABLE change RENAME TO gone")
    reader.clock.pass_(timedelta(minutes=5))
    for path in ("/", "/week/2025-W46", "/feeds/atom"):
        answer = await reader.get(path)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    ready = await reader.get("/readyz")
    assert ready.status == 503
    assert ready.text.startswith("Not ready: ")


async def test_health_is_told_in_words(reader: Reader) -> None:
    await reader.keep(paper(), day=MONDAY)
    assert (await reader.get("/livez")).text == "It lives.\n"
    assert (await reader.get("/readyz")).text.splitlines() == [
        "Ready: the store answers.",
        "The newest listing is Mon 10 Nov 2025, 1 paper.",
        "Read last Mon 10 Nov 08:00 UTC.",
        "Discord: connected.",
    ]
