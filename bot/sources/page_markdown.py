r"""Listing pages of Hugging Face saved as Markdown with links: what link-keeping converters make of them.

For each paper, in this order, all but title and abstract optional::

    [101](https://huggingface.co/login?next=%2Fpapers%2F2509.01234)      upvotes, ``-`` for none
    ### [Title](https://huggingface.co/papers/2509.01234)
    [Abstract, whose line breaks\
    are backslashes](https://huggingface.co/papers/2509.01234)
    [- 3 authors](…)   or   [![handle](…)Name](https://huggingface.co/handle)
    ·
    May 29[6](https://huggingface.co/papers/2509.01234#community)        the comment count is a link
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.errors import MalformedListing
from bot.domain.papers import Organization
from bot.sources.page_text import PagePaper, PageText, When, parse_when

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID: Final = r"\d{4}\.\d{4,5}"
_LINK: Final = r"\]\((?:https?://(?:www\.)?(?:huggingface\.co|hf\.co))?"
_HEADING: Final = re.compile(
    rf"^\#{{1,6}}[ ]\[(?P<title>[^\n]{{1,2000}}?){_LINK}/papers/(?P<id>{_ID})\)[ \t]*$",
    re.ASCII | re.MULTILINE,
)
_UPVOTES: Final = re.compile(
    rf"\[[ \t]*(?P<upvotes>\d{{1,7}}|-)[ \t]*\]\([^()\s]{{0,200}}%2Fpapers%2F(?P<id>{_ID})\)", re.ASCII
)
_AUTHORS: Final = re.compile(rf"\[[ ]?[-•][ ]{{0,3}}(?P<authors>\d{{1,6}})[ ]authors?{_LINK}", re.ASCII)
_ORGANIZATION: Final = re.compile(
    rf"\[!\[[^\[\]\n]{{0,200}}\]\([^()\s]{{0,2000}}\)(?P<name>[^\[\]\n]{{0,200}}){_LINK}/(?P<handle>[\w.-]{{1,100}})\)",
    re.ASCII,
)
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WHEN: Final = re.compile(
    rf"^[ \t·]*(?P<when>{_MONTH}[ ]\d{{1,2}}(?:,[ ]\d{{4}})?)[ \t]*"
    rf"(?:\[(?P<comments>\d{{1,6}}){_LINK}/papers/{_ID}\#community\))?[ \t]*$",
    re.ASCII | re.MULTILINE,
)
_BREAK: Final = re.compile(r"\\[ \t]*(?:\n|[ \t]|$)[ \t]*")
_ESCAPED: Final = re.compile(r"\\([\[\]()*_`#>~|-])")


def is_page_markdown(text: str) -> bool:
    """Whether *text* is such a page: it has a heading that links to a paper."""
    return _HEADING.search(text) is not None


def parse_page_markdown(text: str) -> PageText:
    """The papers of *text*, with ids and upvotes; raises `MalformedListing` that names the line."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    upvotes = {found["id"]: int(found["upvotes"].replace("-", "0")) for found in _UPVOTES.finditer(text)}
    papers = tuple(replace(paper, upvotes=upvotes.get(paper.id)) for paper in _papers(text))
    if not papers:
        raise MalformedListing("No paper is on this page.", hint="Save the page again as HTML.")
    return PageText(papers=papers, printed=_printed_day(text))


def _papers(text: str) -> Iterator[PagePaper]:
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    line, counted = 1, 0
    for heading, end in zip(headings, ends, strict=True):
        line, counted = line + text.count("\n", counted, heading.start()), heading.start()
        yield _paper(heading, text[heading.end() : end], line)


def _paper(heading: re.Match[str], rest: str, line: int) -> PagePaper:
    when, comments = _when(rest, line + 1)
    authors, organization = _AUTHORS.search(rest), _ORGANIZATION.search(rest)
    return PagePaper(
        line=line,
        id=heading["id"],
        title=_plain(heading["title"]),
        abstract=_abstract(rest, heading["id"]),
        authors=int(authors["authors"]) if authors else None,
        organization=_organization(organization) if organization else None,
        when=when,
        comments=comments,
    )


def _abstract(rest: str, paper_id: str) -> str:
    """The text of the first link back to the paper, unless that is already the byline."""
    text, link, _ = rest.partition(f"/papers/{paper_id})")
    opening = text.find("[")
    if not link or opening < 0 or _AUTHORS.match(text, opening) or text.startswith("[!", opening):
        return ""
    return _plain(text[opening + 1 :].rpartition("](")[0])


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", _BREAK.sub(" ", text))


def _organization(found: re.Match[str]) -> Organization:
    return Organization(handle=found["handle"], name=_plain(found["name"]).strip() or found["handle"])


def _when(rest: str, line: int) -> tuple[When | None, int | None]:
    found = _WHEN.search(rest)
    if found is None:
        return None, None
    when, _ = parse_when(found["when"], line + rest.count("\n", 0, found.start("when")))
    return when, int(found["comments"] or 0)


def _printed_day(text: str) -> When | None:
    """The day above the first paper."""
    first = _HEADING.search(text)
    return _when(text[: first.start()] if first else "", 1)[0]
