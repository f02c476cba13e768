"""Papers, their tallies and the daily listings they stand in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime

PaperId = str
"""An arXiv id (``2511.01234``), or ``page:`` and 16 hex digits for a paper whose arXiv id is not known."""

_ARXIV_ID: Final = re.compile(r"(?P<id>\d{4}\.\d{4,5})(?:v\d+)?", re.ASCII)
_HOSTS: Final = r"(?:www\.|export\.)?(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org)"
_PATHS: Final = r"(?:abs|pdf|html|papers|overview|ps|format|resources)"
_PASTED: Final = re.compile(
    rf"(?:(?:https?://)?{_HOSTS}/(?:[a-z]{{2}}/)?{_PATHS}/|arxiv\s*:\s*|id:)?"
    r"(?P<id>\d{4}\.\d{4,5})(?:v\d+)?(?:\.(?:md|pdf))?/?(?:[?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
_PAGE_ID: Final = re.compile(r"page:[0-9a-f]{16}", re.ASCII)


def find_paper_id(text: str) -> PaperId | None:
    """The paper id that the whole of *text* is, or None if it is something else."""
    bare = text.strip().strip("<>()[]\"'“”,;")
    if _PAGE_ID.fullmatch(bare):
        return bare
    pasted = _PASTED.fullmatch(bare)
    return pasted["id"] if pasted else None


def is_arxiv_id(paper_id: PaperId) -> bool:
    """Whether *paper_id* is an arXiv id, so that links can be built from it."""
    return _ARXIV_ID.fullmatch(paper_id) is not None


def page_id(folded_title: str) -> PaperId:
    """The id of a paper of which only the title is known; equal titles, once folded, get equal ids."""
    return "page:" + hashlib.sha256(folded_title.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who stands behind a paper: *handle* holds no blank, *name* is free text (the handle if none is given)."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A work as last seen. Text is tidy: NFC, one blank between words, no LaTeX escapes; never markup.

    *listed_on* holds the list days (UTC) on which it stood, earliest first; empty if it never was listed.
    *author_count* may exceed ``len(authors)`` where only the number is known.
    """

    id: PaperId
    title: str
    abstract: str = ""
    summary: str = ""
    """One machine-written sentence by the source; empty if there is none."""
    authors: tuple[str, ...] = ()
    author_count: int = 0
    organization: Organization | None = None
    keywords: tuple[str, ...] = ()
    published_on: date | None = None
    listed_on: tuple[date, ...] = ()
    code_url: str = ""
    project_url: str = ""
    thumbnail_url: str = ""

    def __hash__(self) -> int:
        return hash(self.id)  # enough to tell papers apart, without going through their texts

    @property
    def links(self) -> Links | None:
        """Where to read it, or None while no arXiv id is known."""
        return Links(self.id) if is_arxiv_id(self.id) else None


@dataclass(frozen=True, slots=True)
class Links:
    """The public addresses of a paper, built from its arXiv id alone."""

    id: PaperId

    @property
    def page(self) -> str:
        """The paper at Hugging Face."""
        return f"https://huggingface.co/papers/{self.id}"

    @property
    def discussion(self) -> str:
        """The comments at Hugging Face."""
        return f"{self.page}#community"

    @property
    def abstract(self) -> str:
        """The abstract at arXiv."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf(self) -> str:
        """The PDF at arXiv."""
        return f"https://arxiv.org/pdf/{self.id}"

    @property
    def alphaxiv(self) -> str:
        """The paper at alphaXiv."""
        return f"https://www.alphaxiv.org/abs/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of a paper as seen at *at*; None means not known, which no condition passes."""

    at: datetime
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None

    def same_counts(self, other: Tally) -> bool:
        """Whether *other* holds the same counts, whenever it was seen."""
        return (self.upvotes, self.comments, self.stars) == (other.upvotes, other.comments, other.stars)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper with its newest tally: what filters look at and ranking weighs."""

    paper: Paper
    tally: Tally

    def __hash__(self) -> int:
        return hash(self.paper)

    @property
    def upvotes(self) -> int:
        """The upvotes, 0 while unknown."""
        return self.tally.upvotes or 0

    @property
    def list_day(self) -> date | None:
        """The newest list day, or None if it never was listed."""
        return self.paper.listed_on[-1] if self.paper.listed_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The Daily Papers of *day* as seen at *seen_at*, in the source's order.

    *skipped* names the items that could not be read (by id, or by position). *day* is None for a saved search
    page: its papers are searchable but belong to no day.
    """

    day: date | None
    seen_at: datetime
    entries: tuple[Entry, ...]
    skipped: tuple[str, ...] = ()
