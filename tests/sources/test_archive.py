"""Recordings are replayed as they were seen, and a bad line costs nothing but itself."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import MalformedListing, SourceUnavailable
from bot.domain.papers import Listing
from bot.sources.archive import Archive, ArchiveSource
from tests.servers.huggingface import item

RECORDED = Path(__file__).parents[2].parent / "shared" / "data" / "daily"
MONDAY, TUESDAY = date(2025, 10, 13), date(2025, 10, 14)


def line(day: date, paper_id: str, *, hour: int = 8, upvotes: int = 0) -> str:
    captured = f"{day}T{hour:02}:00:00Z"
    return json.dumps(
        {"list_date": str(day), "captured_at": captured, "item": item(paper_id, upvotes=upvotes)}
    )


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def replay(path: Path, since: date | None = None, until: date | None = None) -> list[Listing]:
    return [listing async for listing in Archive(path).listings(since, until)]


def shape(listings: list[Listing]) -> list[tuple[date | None, int, list[str]]]:
    return [(x.day, x.seen_at.hour, [entry.paper.id for entry in x.entries]) for x in listings]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    lines = [
        line(MONDAY, "2510.00001", upvotes=3),
        line(MONDAY, "2510.00002"),
        line(MONDAY, "2510.00001", hour=20, upvotes=9),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line(TUESDAY, "2510.00003").encode()))
    (tmp_path / "notes.txt").write_text("not read")
    return tmp_path


async def test_each_moment_of_each_day_is_a_listing_in_file_order(archive: Path) -> None:
    assert shape(await replay(archive)) == [
        (MONDAY, 8, ["2510.00001", "2510.00002"]),
        (MONDAY, 20, ["2510.00001"]),
        (TUESDAY, 8, ["2510.00003"]),
    ]


async def test_one_file_is_an_archive_too(archive: Path) -> None:
    assert shape(await replay(archive / "b.jsonl.gz")) == [(TUESDAY, 8, ["2510.00003"])]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(MONDAY, MONDAY, 2), (TUESDAY, None, 1), (None, MONDAY, 2), (date(2026, 1, 1), None, 0)],
)
async def test_days_outside_the_span_are_left_out(
    archive: Path, since: date, until: date, count: int
) -> None:
    assert len(await replay(archive, since, until)) == count


async def test_a_bom_blank_lines_and_crlf_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(f"\ufeff{line(MONDAY, '2510.00001')}\r\n\r\n{line(MONDAY, '2510.00002')}\r\n".encode())
    [listing] = await replay(file)
    assert len(listing.entries) == 2
    assert listing.skipped == ()


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        pytest.param("{broken", "a.jsonl line 2: not a recorded item", id="no JSON"),
        pytest.param("[1]", "a.jsonl line 2: not a recorded item", id="no object"),
        pytest.param(
            '{"list_date":"2025-10-13","captured_at":"2025-10-13"}',
            "a.jsonl line 2: not a recorded item",
            id="no item",
        ),
        pytest.param(
            '{"list_date":"x","captured_at":"y","item":{}}',
            "a.jsonl line 2: not a recorded item",
            id="no date",
        ),
        pytest.param("\x00\xff", "a.jsonl line 2: not a recorded item", id="no text"),
        pytest.param("[" * 100_000, "a.jsonl line 2: not a recorded item", id="nested without end"),
        pytest.param(
            line(MONDAY, "2510.00009").replace('"title"', '"name"'),
            "a.jsonl line 2: 2510.00009 has no readable paper.title.",
            id="no title",
        ),
    ],
)
async def test_a_corrupt_line_is_skipped_and_named_with_its_place(
    tmp_path: Path, bad: str, told: str
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        "\n".join([line(MONDAY, "2510.00001"), bad, line(MONDAY, "2510.00002")]), encoding="latin-1"
    )
    [listing] = await replay(file)
    assert len(listing.entries) == 2
    assert listing.skipped == (told,)


async def test_a_file_that_is_cut_off_gives_what_it_has_and_the_next_is_read(archive: Path) -> None:
    whole = gzip.compress("\n".join(line(MONDAY, f"2510.{n:05}") for n in range(500)).encode())
    (archive / "a.jsonl").unlink()
    (archive / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    first, second = await replay(archive)
    assert 0 < len(first.entries) < 500
    assert first.skipped == (
        f"a.jsonl.gz line {len(first.entries) + 1}: the compressed file is cut off or damaged from here on",
    )
    assert second.day == TUESDAY


async def test_faults_at_the_end_go_with_the_last_listing(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    bad = line(TUESDAY, "2510.00009").replace('"title"', '"name"')
    file.write_text("\n".join(["{", line(MONDAY, "2510.00001"), bad, "}"]))
    [listing] = await replay(file)
    assert [fault.split(":")[0] for fault in listing.skipped] == [f"a.jsonl line {n}" for n in (1, 3, 4)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"{\n{\n", "a.jsonl line 1: not a recorded item", id="no line can be read"),
        pytest.param(b"x\n" * 10_000, "line 51", id="it is given up early"),
        pytest.param(
            gzip.compress(b"x" * 1000)[:20], "line 1: the compressed file is cut off", id="cut off at once"
        ),
    ],
)
async def test_an_archive_of_which_nothing_can_be_read_is_malformed(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(MalformedListing, match=words):
        await replay(tmp_path)


async def test_a_missing_path_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="no file or folder") as caught:
        await replay(tmp_path / "none")
    assert "Check the path" in caught.value.hint
    with pytest.raises(SourceUnavailable, match=r"No \.jsonl"):
        await replay(tmp_path)


async def test_an_empty_file_has_no_listings(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    assert await replay(tmp_path) == []


async def test_a_source_from_an_archive_answers_as_of_its_clock(archive: Path) -> None:
    now = at(MONDAY, 9)
    source = ArchiveSource(Archive(archive), clock=lambda: now)
    morning = await source.listing(MONDAY)
    paper = await source.paper("2510.00001")
    assert (len(morning.entries), paper and paper.upvotes) == (2, 3)
    assert (await source.listing(TUESDAY)).entries == ()
    assert await source.paper("2510.00003") is None
    now += timedelta(days=2)
    evening, paper = await source.listing(MONDAY), await source.paper("2510.00001")
    assert (evening.seen_at, paper and paper.upvotes) == (at(MONDAY, 20), 9)
    assert len((await source.listing(TUESDAY)).entries) == 1


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded listings (../shared/data/daily) are not here")
async def test_ten_recorded_months_decode_whole() -> None:
    listings = await replay(RECORDED)
    assert len(listings) == len({listing.day for listing in listings}) == 217
    assert sum(len(listing.entries) for listing in listings) == 3492
    assert [listing.skipped for listing in listings if listing.skipped] == []
    assert all(entry.paper.listed_on == (listing.day,) for listing in listings for entry in listing.entries)
    assert all(
        entry.paper.abstract and entry.paper.authors for listing in listings for entry in listing.entries
    )
