"""Saved pages in every form people have them."""

from __future__ import annotations

import html
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.errors import MalformedListing, SourceUnavailable
from bot.domain.folding import fold_title
from bot.domain.papers import Organization, page_id
from bot.sources.archive import Archive
from bot.sources.opening import open_replay
from bot.sources.page_text import When
from bot.sources.saved_page import PageContents, SavedPage
from tests.servers.huggingface import Item, item

SAVED = Path(__file__).parents[2].parent / "shared" / "data" / "pages"
TODAY = date(2026, 3, 1)
DAY = date(2025, 10, 16)

SPACED = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Oct 31

A First Paper

It says one thing.

  • 4 authors
·
Mar 12 3

Subscribe to Two

It says another.

apple Apple Inc.
·
May 28, 2024 2

Three

It has no byline.

Four

It stands last.

  • 1 authors
·
Dec 5, 2023"""

FLAT = """Get trending papers in your email inbox once a day!
Get trending papers in your email inbox!
SubscribeSubscribe to One
It says one thing.
Subscribe to Two
It says another.
"""

MARKDOWN = r"""# Daily Papers

[101](https://huggingface.co/login?next=%2Fpapers%2F2509.01234)

### [A [bracketed] \*title\*](https://huggingface.co/papers/2509.01234)

[It says one thing,\
on two lines [1].](https://huggingface.co/papers/2509.01234)

[- 3 authors](https://huggingface.co/papers/2509.01234)
·
May 29[6](https://huggingface.co/papers/2509.01234#community)

[-](https://huggingface.co/login?next=%2Fpapers%2F2509.01235)

### [Two](https://huggingface.co/papers/2509.01235)

[It says another.](https://huggingface.co/papers/2509.01235)

[![apple](https://cdn.example/apple.png)Apple Inc.](https://huggingface.co/apple)
·
May 28, 2024

### [Bare](https://huggingface.co/papers/2509.01236)
"""


async def read(
    tmp_path: Path, text: str | bytes, *, year: int | None = None, today: date = TODAY
) -> PageContents:
    file = tmp_path / "page.txt"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(file, (0, datetime(2025, 10, 16, 9, tzinfo=UTC).timestamp()))
    return await SavedPage(file, page_year=year, today=today).contents()


def page(items: list[Item], **props: object) -> str:
    data = {"periodType": "day", "dateString": str(DAY), "dailyPapers": items} | props
    quoted = html.escape(json.dumps(data))
    return f'<!DOCTYPE html><html><body><div data-props="{quoted}" class="x" data-target="DailyPapers"></div></body></html>'


async def test_a_spaced_page_is_read_with_its_bylines(tmp_path: Path) -> None:
    contents = await read(tmp_path, SPACED)
    one, two, three, four = contents.papers
    assert [paper.title for paper in contents.papers] == [
        "A First Paper",
        "Subscribe to Two",
        "Three",
        "Four",
    ]
    assert (one.authors, one.when, one.comments) == (4, When(month=3, day=12), 3)
    assert (two.organization, two.authors) == (Organization(handle="apple", name="Apple Inc."), None)
    assert (two.when, two.comments) == (When(month=5, day=28, year=2024), 2)
    assert (three.has_byline, three.when, three.comments) == (False, None, None)
    assert (four.authors, four.comments, four.line) == (1, 0, 33)


async def test_its_papers_are_searchable_but_belong_to_no_day(tmp_path: Path) -> None:
    listing = (await read(tmp_path, SPACED)).listing
    first = listing.entries[0]
    assert listing.day is None
    assert first.paper.id == page_id(fold_title("A First Paper"))
    assert (first.paper.author_count, first.paper.listed_on) == (4, ())
    assert (first.tally.upvotes, first.tally.comments) == (None, 3)
    assert first.paper.published_on == date(2025, 3, 12)
    assert listing.seen_at == datetime(2025, 10, 31, tzinfo=UTC)


async def test_a_flat_page_loses_the_glued_button_once(tmp_path: Path) -> None:
    contents = await read(tmp_path, FLAT)
    assert [(paper.title, paper.abstract) for paper in contents.papers] == [
        ("Subscribe to One", "It says one thing."),
        ("Subscribe to Two", "It says another."),
    ]
    assert contents.listing.seen_at == datetime(2025, 10, 16, 9, tzinfo=UTC)
    assert contents.notes == ()


@pytest.mark.parametrize(
    ("change", "titles"),
    [
        pytest.param(lambda text: "\ufeff" + text.replace("\n", "\r\n"), 4, id="BOM and CRLF"),
        pytest.param(
            lambda text: text.replace("\n\n", " \n\n\n\t\n") + "\n\n", 4, id="blanks and empty lines"
        ),
        pytest.param(lambda text: text[text.index("A First") :], 4, id="no header"),
        pytest.param(lambda text: text.replace("Subscribe\n\nDaily", "Daily"), 4, id="half a header"),
        pytest.param(
            lambda text: text.replace("It says one thing.\n\n", ""), 4, id="a lost abstract before a byline"
        ),
        pytest.param(lambda text: text.encode("utf-16"), 4, id="UTF-16"),
        pytest.param(
            lambda _: FLAT.removeprefix("Get trending papers in your email inbox once a day!\n"),
            2,
            id="flat, one call",
        ),
        pytest.param(lambda _: FLAT.partition("inbox!\n")[2], 2, id="flat, no header"),
        pytest.param(lambda _: FLAT.replace("SubscribeSub", "Subscribe\nSub"), 2, id="flat, not glued"),
    ],
)
async def test_lossy_captures_are_read(tmp_path: Path, change: object, titles: int) -> None:
    assert callable(change)
    contents = await read(tmp_path, change(SPACED))
    assert len(contents.papers) == titles
    assert not any(paper.title.startswith("SubscribeS") for paper in contents.papers)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(FLAT + "Three\n", "page.txt: Line 7: the file ends after a title", id="an odd line"),
        pytest.param(SPACED + "\n\nFive", "Line 41: the file ends after a title", id="a last title"),
        pytest.param(
            "  • 4 authors\n·\nMar 12\n\n" + SPACED, "Line 1: a byline without a paper", id="a byline first"
        ),
        pytest.param(SPACED.replace("Mar 12 3", "Mar 32"), "Line 19: “Mar 32” is no date", id="no such day"),
        pytest.param(SPACED.replace("Mar 12 3", "soon"), "Line 19: “soon” is no date", id="no date"),
        pytest.param("Daily Papers\n\nOct 31\n", "No paper is on this page", id="no paper"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"Title\n\nAbstract \xff\xfe", "line 3 is not UTF-8", id="no text"),
        pytest.param("<html><body>Hello</body></html>", "no page of Daily Papers", id="another page"),
        pytest.param(page([], dailyPapers=None), "holds no list", id="no dailyPapers"),
        pytest.param(page([], dateString=None), "holds no list", id="no dateString"),
        pytest.param(page([], dateString="soon"), "shows no day", id="no day"),
        pytest.param(page([{}]), "None of the page's 1", id="no paper readable"),
        pytest.param(page([]).replace("{&quot;", "{"), "its data is broken", id="broken data"),
    ],
)
async def test_what_is_no_page_is_told_with_its_place(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(MalformedListing, match=words) as caught:
        await read(tmp_path, text)
    assert "page.txt" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("dates", "given", "today", "year"),
    [
        pytest.param(["Mar 12", "Dec 5, 2024"], None, TODAY, 2025, id="after the last printed year"),
        pytest.param(["Mar 12", "Dec 5, 2024"], 2026, TODAY, 2026, id="given"),
        pytest.param(["Jan 12"], None, TODAY, 2026, id="no printed year: the latest that is past"),
        pytest.param(["Mar 12"], None, TODAY, 2025, id="not in the future"),
        pytest.param(["Feb 29", "Dec 5, 2021"], None, TODAY, 2024, id="a leap day"),
        pytest.param(["Mar 12", "Jan 5, 2026"], None, TODAY, 2025, id="printed years that contradict"),
    ],
)
async def test_the_year_of_a_page(
    tmp_path: Path, dates: list[str], given: int | None, today: date, year: int
) -> None:
    text = "\n\n".join(f"Title {n}\n\nAbstract\n\n  • 2 authors\n·\n{when}" for n, when in enumerate(dates))
    contents = await read(tmp_path, text, year=given, today=today)
    published = contents.listing.entries[0].paper.published_on
    assert published is not None
    assert published.year == year
    assert bool(contents.notes) == (given is None)


async def test_markdown_keeps_ids_and_upvotes(tmp_path: Path) -> None:
    listing = (await read(tmp_path, MARKDOWN, year=2025)).listing
    one, two, bare = listing.entries
    assert (one.paper.id, one.paper.title) == ("2509.01234", "A [bracketed] *title*")
    assert one.paper.abstract == "It says one thing, on two lines [1]."
    assert (one.paper.author_count, one.paper.published_on) == (3, date(2025, 5, 29))
    assert (one.tally.upvotes, one.tally.comments) == (101, 6)
    assert two.paper.organization == Organization(handle="apple", name="Apple Inc.")
    assert (two.tally.upvotes, two.tally.comments, two.paper.published_on) == (0, 0, date(2024, 5, 28))
    assert (bare.paper.abstract, bare.tally.upvotes, bare.paper.published_on) == ("", None, None)


async def test_a_days_html_is_the_listing_of_that_day(tmp_path: Path) -> None:
    listing = (await read(tmp_path, page([item("2510.00001", "A & <b>", upvotes=4, day=DAY), {}]))).listing
    assert (listing.day, listing.skipped) == (DAY, ("item 2",))
    [entry] = listing.entries
    assert (entry.paper.title, entry.upvotes, entry.paper.listed_on) == ("A & <b>", 4, (DAY,))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(page([item("2510.00001", day=DAY)], periodType="week"), id="a week"),
        pytest.param(page([item(f"2401.0000{n}", day=date(2024, 1, n)) for n in (1, 2, 3)]), id="a search"),
    ],
)
async def test_html_of_no_one_day_has_none(tmp_path: Path, text: str) -> None:
    listing = (await read(tmp_path, text)).listing
    assert listing.day is None
    assert all(entry.paper.listed_on == () for entry in listing.entries)


async def test_a_title_that_comes_twice_is_one_paper_and_one_without_words_none(tmp_path: Path) -> None:
    listing = (await read(tmp_path, "One\n\nA\n\nONE\n\nB\n\n…\n\nC")).listing
    assert [entry.paper.abstract for entry in listing.entries] == ["A"]
    assert listing.skipped == ("line 9",)


async def test_days_outside_the_span_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "day.html").write_text(page([item("2510.00001", day=DAY)]))
    (tmp_path / "search.txt").write_text(SPACED)
    later = date(2025, 10, 17)
    days = [
        [listing.day async for listing in SavedPage(tmp_path / name, today=TODAY).listings(since, None)]
        for name, since in [("day.html", DAY), ("day.html", later), ("search.txt", later)]
    ]
    assert days == [[DAY], [], [None]]


async def test_a_recording_is_known_by_its_contents(tmp_path: Path) -> None:
    contents = {
        "a": b'{"list_date": 1}',
        "b": b"\x1f\x8b\x08",
        "c": SPACED.encode(),
        "d": b"<html>",
        "e": MARKDOWN.encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    kinds = [type(open_replay(tmp_path / name, today=TODAY)) for name in contents]
    assert kinds == [Archive, Archive, SavedPage, SavedPage, SavedPage]
    assert type(open_replay(tmp_path, today=TODAY)) is Archive
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        open_replay(tmp_path / "none", today=TODAY)


@pytest.mark.skipif(not SAVED.is_dir(), reason="the saved pages (../shared/data/pages) are not here")
@pytest.mark.parametrize("name", ["search-spaced.txt", "search-flat.txt"])
async def test_real_pages_have_the_counts_expected(name: str) -> None:
    papers = (await SavedPage(SAVED / name, today=TODAY).contents()).papers
    assert {
        "papers": len(papers),
        "bylines": sum(paper.has_byline for paper in papers),
        "author_count_bylines": sum(paper.authors is not None for paper in papers),
        "organisation_bylines": sum(paper.organization is not None for paper in papers),
        "dates_with_year": sum(paper.when is not None and paper.when.year is not None for paper in papers),
        "dates_without_year": sum(paper.when is not None and paper.when.year is None for paper in papers),
        "with_comment_count": sum(bool(paper.comments) for paper in papers),
        "first_title": papers[0].title,
        "last_title": papers[-1].title,
    } == json.loads((SAVED / "expected.json").read_text())[name]
