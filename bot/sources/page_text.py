"""Listing pages of Hugging Face saved as text: what people get who mark a page and copy it.

Spaced, every block stands alone, and most papers have a byline::

    Title                                         Flat, there are no empty lines, no bylines, and the
                                                  button is glued to the first title:
    Abstract
                                                  Get trending papers in your email inbox once a day!
      • 4 authors                                 Get trending papers in your email inbox!
    ·                                             SubscribeTitle
    May 28, 2024 2                                Abstract

An organization (``apple Apple``) stands in the place of the author count. The last number is the comment count; the
comma tells a year from it. A date without a year lies in the year in which the page was saved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.errors import MalformedListing
from bot.domain.papers import Organization

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAYS_OF: Final = dict(zip(_MONTHS, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_WHEN: Final = re.compile(
    rf"(?P<month>{'|'.join(_MONTHS)}) (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?(?: (?P<comments>\d{{1,6}}))?",
    re.ASCII,
)
_COUNT: Final = re.compile(r"[•-]\s*(?P<authors>\d{1,6})\s+authors?", re.ASCII)
_BUTTON: Final = "Subscribe"
_HEADER: Final = re.compile(
    r"new|Get trending papers in your email inbox(?: once a day)?!|Subscribe|Daily Papers|by.{0,40} and the research community"
)
_MIDDLE: Final = "\u00b7"
_LONGEST_BLOCK: Final = 3
_LAYOUT: Final = (
    "Save the page again as HTML, or mend the place named; empty lines part title, abstract and byline."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A printed date: *month* 1..12; *year* is None where none is printed."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePaper:
    """What a saved page tells of one paper; *line* is where its title stands. None: not told."""

    line: int
    title: str
    abstract: str = ""
    id: str = ""
    authors: int | None = None
    organization: Organization | None = None
    when: When | None = None
    comments: int | None = None
    upvotes: int | None = None

    @property
    def has_byline(self) -> bool:
        """Whether a byline was there; all of them have a date."""
        return self.when is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """A page as parsed: its papers, and the day printed above them (without a year)."""

    papers: tuple[PagePaper, ...]
    printed: When | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together, and the number of the first."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def is_byline(self) -> bool:
        return len(self.lines) == _LONGEST_BLOCK and self.lines[1] == _MIDDLE


def parse_page_text(text: str) -> PageText:
    """The papers of *text* in either form; raises `MalformedListing` that names the line."""
    blocks = _blocks(text.removeprefix("\ufeff").splitlines())
    header = _header_length(blocks)
    printed = _printed_day(blocks[:header])
    papers = tuple(_papers(_unglued(blocks[header:], after_header=header > 0)))
    if not papers:
        raise MalformedListing("No paper is on this page.", hint=_LAYOUT)
    return PageText(papers=papers, printed=printed)


def parse_when(text: str, line: int) -> tuple[When, int]:
    """The date and the comment count that *text* is; raises `MalformedListing` that names *line*."""
    found = _WHEN.fullmatch(text.strip())
    if found is None or not 1 <= int(found["day"]) <= _DAYS_OF[found["month"]]:
        raise MalformedListing(
            f"Line {line}: “{text[:40]}” is no date like “Oct 6” or “May 28, 2024 2”.", hint=_LAYOUT
        )
    year = int(found["year"]) if found["year"] else None
    when = When(month=_MONTHS.index(found["month"]) + 1, day=int(found["day"]), year=year)
    return when, int(found["comments"] or 0)


def _blocks(lines: list[str]) -> list[_Block]:
    """The blocks of a spaced page; of a flat one, every line, with bylines kept together."""
    blocks = list(_parted(lines))
    if len(blocks) > 1 and all(len(block.lines) <= _LONGEST_BLOCK for block in blocks):
        return blocks
    return list(_flat(lines))


def _parted(lines: list[str]) -> Iterator[_Block]:
    gathered: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            gathered.append(line.strip())
        elif gathered:
            yield _Block(number - len(gathered), tuple(gathered))
            gathered = []


def _flat(lines: list[str]) -> Iterator[_Block]:
    full = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    at = 0
    while at < len(full):
        byline = at + 2 < len(full) and full[at + 1][1] == _MIDDLE
        taken = full[at : at + (3 if byline else 1)]
        yield _Block(taken[0][0], tuple(line for _, line in taken))
        at += len(taken)


def _header_length(blocks: list[_Block]) -> int:
    """How many blocks stand above the first paper; all of them may be missing."""
    for length, block in enumerate(blocks):
        is_day = _is_day(block.text) and length > 0
        if not (is_day or all(_HEADER.fullmatch(line) for line in block.lines)):
            return length
    return len(blocks)


def _is_day(text: str) -> bool:
    found = _WHEN.fullmatch(text)
    return found is not None and not found["comments"]


def _printed_day(header: list[_Block]) -> When | None:
    days = [block for block in header if _is_day(block.text)]
    return parse_when(days[0].text, days[0].line)[0] if days else None


def _unglued(blocks: list[_Block], *, after_header: bool) -> list[_Block]:
    """*blocks* without the button that sticks to the first title: just once, a title may begin with that word."""
    if not blocks or not blocks[0].text.startswith(_BUTTON):
        return blocks
    first = blocks[0].text
    glued = first[len(_BUTTON) : len(_BUTTON) + 1]
    if not (after_header or glued.isupper() or glued.isdigit()):
        return blocks
    return [_Block(blocks[0].line, (first.removeprefix(_BUTTON).strip(),)), *blocks[1:]]


def _papers(blocks: list[_Block]) -> Iterator[PagePaper]:
    at = 0
    while at < len(blocks):
        paper, taken = _paper(blocks[at : at + 3])
        yield paper
        at += taken


def _paper(blocks: list[_Block]) -> tuple[PagePaper, int]:
    """The paper that *blocks* begin with, and how many of them it takes; captures lose short abstracts."""
    title, *rest = blocks
    if title.is_byline:
        raise MalformedListing(f"Line {title.line}: a byline without a paper above it.", hint=_LAYOUT)
    if not rest:
        raise MalformedListing(f"Line {title.line}: the file ends after a title.", hint=_LAYOUT)
    told = [block.text for block in rest[:1] if not block.is_byline]
    paper = PagePaper(line=title.line, title=title.text, abstract="".join(told))
    byline = rest[len(told) : len(told) + 1]
    if byline and byline[0].is_byline:
        return _with_byline(paper, byline[0]), 2 + len(told)
    return paper, 1 + len(told)


def _with_byline(paper: PagePaper, block: _Block) -> PagePaper:
    who, _, when = block.lines
    day, comments = parse_when(when, block.line + 2)
    counted = _COUNT.fullmatch(who)
    if counted:
        return replace(paper, authors=int(counted["authors"]), when=day, comments=comments)
    handle, _, name = who.partition(" ")
    organization = Organization(handle=handle, name=name.strip() or handle)
    return replace(paper, organization=organization, when=day, comments=comments)
