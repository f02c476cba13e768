"""A listing page of Hugging Face that somebody saved: as HTML, as Markdown with links, or as plain text."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from bot.domain.errors import MalformedListing, SourceUnavailable
from bot.domain.folding import fold_title
from bot.domain.papers import Entry, Listing, Paper, Tally, page_id
from bot.domain.tidying import tidy_line, tidy_paragraphs
from bot.sources.answers import read_items
from bot.sources.page_markdown import is_page_markdown, parse_page_markdown
from bot.sources.page_text import PagePaper, PageText, When, parse_page_text
from bot.sources.page_year import PageYear, page_year_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_LARGEST: Final = 64 * 1024 * 1024
_LAYOUT: Final = "The page layout changed; save it again, or look for a newer Paperround."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContents:
    """A saved page as read: its listing, what the text forms told beyond it, and *notes* for whoever reads it."""

    listing: Listing
    papers: tuple[PagePaper, ...] = ()
    notes: tuple[str, ...] = ()


class SavedPage:
    """A `bot.ports.Replay` of one saved page: one listing, with a day only if the page is a day's HTML.

    *page_year* is the year in which it was saved, for dates printed without one; without it the year is guessed, and
    the notes say so. *today* (UTC) bounds the guess. HTML does not tell when it was saved: its file's time does.
    """

    def __init__(self, path: Path, *, page_year: int | None = None, today: date) -> None:
        self._path = path
        self._page_year = page_year
        self._today = today

    async def listings(self, since: date | None = None, until: date | None = None) -> AsyncIterator[Listing]:
        """Its listing; one of a day outside *since*..*until* is left out. Raises `SourceError` with the line."""
        listing = (await self.contents()).listing
        if listing.day is None or (since or date.min) <= listing.day <= (until or date.max):
            yield listing

    async def contents(self) -> PageContents:
        """All that the page tells; raises `SourceError` with the line."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> PageContents:
        text, saved_at = _text(self._path)
        try:
            if text.lstrip("\ufeff \t\r\n").startswith("<"):
                return PageContents(listing=_html_listing(text, saved_at))
            page = parse_page_markdown(text) if is_page_markdown(text) else parse_page_text(text)
            return _contents(page, page_year_of(page, given=self._page_year, today=self._today), saved_at)
        except MalformedListing as error:
            raise MalformedListing(f"{self._path.name}: {error.message}", hint=error.hint) from None


def _text(path: Path) -> tuple[str, datetime]:
    """The text of the file and when it was last changed."""
    try:
        found = path.stat()
        raw = path.read_bytes() if found.st_size <= _LARGEST else b""
    except OSError as error:
        raise SourceUnavailable(
            f"{path} cannot be read ({error.strerror}).", hint="Check the path."
        ) from None
    if not raw.strip():
        raise MalformedListing(
            f"{path.name} is empty or far too large for a page.", hint="Save the page again."
        )
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        where = raw.count(b"\n", 0, error.start) + 1
        raise MalformedListing(
            f"{path.name} line {where} is not UTF-8 text.", hint="Save the page as UTF-8."
        ) from None
    return text, datetime.fromtimestamp(found.st_mtime, UTC)


def _html_listing(html: str, saved_at: datetime) -> Listing:
    """The listing in the page's hydration data: of a day if the page shows one, else of none."""
    props = _hydration(html)
    items, shown = props.get("dailyPapers"), props.get("dateString")
    if not isinstance(items, list) or not isinstance(shown, str):
        raise MalformedListing("The page holds no list of papers.", hint=_LAYOUT)
    day = _shown_day(props, shown)
    listing = read_items(items, day=day, at=saved_at)
    if items and not listing.entries:
        raise MalformedListing(f"None of the page's {len(items)} papers could be read.", hint=_LAYOUT)
    return listing if day and _is_of(day, listing) else _undated(listing)


def _hydration(html: str) -> dict[str, object]:
    node = LexborHTMLParser(html).css_first('[data-target="DailyPapers"]')
    raw = node.attributes.get("data-props") if node else None
    try:
        props = json.loads(raw or "")
    except (ValueError, RecursionError):
        raise MalformedListing(
            "This is no page of Daily Papers, or its data is broken.", hint=_LAYOUT
        ) from None
    return props if isinstance(props, dict) else {}


def _shown_day(props: dict[str, object], shown: str) -> date | None:
    if props.get("periodType") != "day":
        return None
    try:
        return date.fromisoformat(shown[:10])
    except ValueError:
        raise MalformedListing(f"The page shows no day: “{shown[:40]}”.", hint=_LAYOUT) from None


def _is_of(day: date, listing: Listing) -> bool:
    """Whether most of the papers were listed on *day*: a search result shows the day of the search."""
    on_day = sum(day in entry.paper.listed_on for entry in listing.entries)
    return on_day * 2 >= len(listing.entries)


def _undated(listing: Listing) -> Listing:
    entries = tuple(replace(entry, paper=replace(entry.paper, listed_on=())) for entry in listing.entries)
    return replace(listing, day=None, entries=entries)


def _contents(page: PageText, year: PageYear, saved_at: datetime) -> PageContents:
    """The listing of *page*; a title that comes twice is kept once, one without any word is skipped."""
    seen_at = _seen_at(page.printed, year, saved_at)
    entries: dict[str, Entry] = {}
    skipped: list[str] = []
    for paper in page.papers:
        title = tidy_line(paper.title)
        if not (folded := fold_title(title)):
            skipped.append(f"line {paper.line}")
            continue
        found = _paper(paper, title, paper.id or page_id(folded), year)
        tally = Tally(at=seen_at, upvotes=paper.upvotes, comments=paper.comments)
        entries.setdefault(found.id, Entry(paper=found, tally=tally))
    listing = Listing(day=None, seen_at=seen_at, entries=tuple(entries.values()), skipped=tuple(skipped))
    return PageContents(listing=listing, papers=page.papers, notes=year.notes)


def _seen_at(printed: When | None, year: PageYear, saved_at: datetime) -> datetime:
    """The start of the day printed on the page, else when the file was saved."""
    day = year.date_of(printed) if printed else None
    return datetime.combine(day, time(), UTC) if day else saved_at


def _paper(told: PagePaper, title: str, paper_id: str, year: PageYear) -> Paper:
    return Paper(
        id=paper_id,
        title=title,
        abstract=tidy_paragraphs(told.abstract),
        author_count=told.authors or 0,
        organization=told.organization,
        published_on=year.date_of(told.when) if told.when else None,
    )
