"""The items of Daily Papers as they come over the wire, and the entries they become.

Only the id and the title must be there: fields arrive late and change their shape, so whatever else is missing or
unreadable counts as absent. Unknown fields are ignored. https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WrapValidator,
)
from pydantic import ValidatorFunctionWrapHandler as Handler

from bot.domain.errors import MalformedListing
from bot.domain.papers import Entry, Organization, Paper, Tally, find_paper_id, is_arxiv_id
from bot.domain.tidying import tidy_line, tidy_paragraphs

T = TypeVar("T")

_MOST: Final = 1_000_000_000
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\\]{1,2000}", re.ASCII | re.IGNORECASE)


def _or_absent(value: object, validate: Handler) -> object:
    try:
        return validate(value)
    except ValidationError:
        return None


def _arxiv_id(text: str) -> str:
    found = find_paper_id(text)
    if found is None or not is_arxiv_id(found):
        raise ValueError("no arXiv id")
    return found


def _some_line(text: str) -> str:
    if not (tidied := tidy_line(text)):
        raise ValueError("empty")
    return tidied


def _day(moment: object) -> date | None:
    """The UTC date of an ISO moment: newer answers round it to midnight, so its time means nothing."""
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return at and (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def _address(text: str) -> str:
    address = text.strip()
    return address if address.isprintable() and _ADDRESS.fullmatch(address) else ""


Lenient = Annotated[T | None, WrapValidator(_or_absent)]
Line = Annotated[str, AfterValidator(_some_line)]
Address = Annotated[str, AfterValidator(_address)]
Count = Annotated[int, Field(ge=0, le=_MOST)]
Day = Annotated[date | None, BeforeValidator(_day)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Author(_Wire):
    name: Line
    hidden: bool = False


class _Organization(_Wire):
    name: Line
    fullname: Lenient[Line] = None


class PaperWire(_Wire):
    """The ``paper`` of an item, and the whole answer of ``/api/papers/{id}``."""

    id: Annotated[str, AfterValidator(_arxiv_id)]
    title: Line
    summary: Lenient[str] = None
    ai_summary: Lenient[str] = None
    ai_keywords: Lenient[list[Lenient[Line]]] = None
    authors: Lenient[list[Lenient[_Author]]] = None
    organization: Lenient[_Organization] = None
    published_on: Day = Field(default=None, alias="publishedAt")
    listed_on: Day = Field(default=None, alias="submittedOnDailyAt")
    upvotes: Lenient[Count] = None
    github_stars: Lenient[Count] = Field(default=None, alias="githubStars")
    github_repo: Lenient[Address] = Field(default=None, alias="githubRepo")
    project_page: Lenient[Address] = Field(default=None, alias="projectPage")
    thumbnail: Lenient[Address] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The authors who are not hidden."""
        return tuple(author.name for author in self.authors or () if author and not author.hidden)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The keywords, each once."""
        spelt: dict[str, str] = {}
        for word in filter(None, self.ai_keywords or ()):
            spelt.setdefault(word.casefold(), word)
        return tuple(spelt.values())


class ItemWire(_Wire):
    """An item of ``/api/daily_papers``.

    Upvotes stand on the paper, comments beside it. The outer ``publishedAt`` is no day of anything and is not read.
    """

    paper: PaperWire
    summary: Lenient[str] = None
    comments: Lenient[Count] = Field(default=None, alias="numComments")
    thumbnail: Lenient[Address] = None
    organization: Lenient[_Organization] = None


def entry(item: object, *, at: datetime, day: date | None) -> Entry:
    """The entry of one raw *item*, seen at *at*; *day* is the list day asked for, which the item's own overrides.

    Raises `MalformedListing` if the item has no readable id or title.
    """
    try:
        wire = ItemWire.model_validate(item)
    except ValidationError as error:
        raise MalformedListing(f"{name_of(item) or 'An item'} {_faults(error)}.") from None
    return Entry(paper=_paper(wire, _list_day(wire, at) or day), tally=_tally(wire, at))


def flat_entry(paper: object, *, at: datetime) -> Entry:
    """The entry of a *paper* object that stands alone, without an item around it."""
    comments = paper.get("numComments") if isinstance(paper, dict) else None
    return entry({"paper": paper, "numComments": comments}, at=at, day=None)


def name_of(item: object) -> str:
    """The id that *item* gives itself, tidied and short, or an empty text if it has none."""
    paper = item.get("paper") if isinstance(item, dict) else None
    given = paper.get("id") if isinstance(paper, dict) else None
    return tidy_line(given[:40]) if isinstance(given, str) else ""


def _faults(error: ValidationError) -> str:
    """Where the faults are, without the values found there."""
    places = [".".join(map(str, fault["loc"])) or "item" for fault in error.errors(include_input=False)]
    return f"has no readable {' and '.join(places)}"


def _list_day(wire: ItemWire, at: datetime) -> date | None:
    """The item's own list day, unless it lies in the future."""
    day = wire.paper.listed_on
    return day if day and day <= at.astimezone(UTC).date() else None


def _paper(wire: ItemWire, day: date | None) -> Paper:
    paper = wire.paper
    return Paper(
        id=paper.id,
        title=paper.title,
        abstract=tidy_paragraphs(paper.summary or wire.summary or ""),
        summary=tidy_line(paper.ai_summary or ""),
        authors=paper.names,
        author_count=len(paper.names),
        organization=_organization(paper.organization or wire.organization),
        keywords=paper.keywords,
        published_on=paper.published_on,
        listed_on=(day,) if day else (),
        code_url=paper.github_repo or "",
        project_url=paper.project_page or "",
        thumbnail_url=wire.thumbnail or paper.thumbnail or "",
    )


def _organization(wire: _Organization | None) -> Organization | None:
    return Organization(handle=wire.name, name=wire.fullname or wire.name) if wire else None


def _tally(wire: ItemWire, at: datetime) -> Tally:
    return Tally(at=at, upvotes=wire.paper.upvotes, comments=wire.comments, stars=wire.paper.github_stars)
