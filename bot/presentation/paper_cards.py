"""The cards of papers: what is said of each, from its byline to the reasons why it is there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.digests import Field
from bot.presentation.cards import Card, Link
from bot.presentation.phrases import (
    age_words,
    author_words,
    counted,
    day_words,
    listed_words,
    quoted,
    short_number,
    weekday_words,
)
from bot.presentation.summaries import summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.domain.digests import Match, Pick, Reason
    from bot.domain.papers import Entry, Paper

_MOST_AUTHORS: Final = 20
_MOST_REASONS: Final = 3


@lru_cache(maxsize=4096)  # thousands get a paper at the same place for the same reasons
def pick_card(pick: Pick, rank: int, newest: date) -> Card:
    """The card of a pick in a digest whose newest list day is *newest*."""
    entry = pick.entry
    reason = "; ".join(part for part in (_late(pick, newest), _overtaking(pick), _why(pick.match)) if part)
    return _card(
        entry, rank=rank, figures=_figures(entry, since=None if pick.late else pick.since), reason=reason
    )


def match_card(match: Match, rank: int | None = None) -> Card:
    """The card of a paper that was found, with the reasons."""
    entry = match.entry
    return _card(entry, rank=rank, figures=_figures(entry), reason=_why(match))


def brief_card(match: Match, rank: int) -> Card:
    """The card of a paper that stands for many: title, reasons and upvotes, no summary."""
    entry, reason = match.entry, _why(match)
    upvotes = counted(entry.tally.upvotes, "upvote") if entry.tally.upvotes is not None else ""
    return Card(
        title=entry.paper.title,
        url=_url(entry.paper),
        paper=entry.paper.id,
        rank=rank,
        figures=upvotes,
        reason=reason,
    )


def full_card(entry: Entry) -> Card:
    """The card of one paper with its abstract and its links."""
    paper = entry.paper
    card = _card(entry, figures=_figures(entry), reason="")
    paragraphs = tuple(part.strip() for part in paper.abstract.split("\n") if part.strip())
    return Card(
        title=card.title,
        url=card.url,
        paper=paper.id,
        byline=_long_byline(paper),
        summary=paper.summary,
        machine_written=bool(paper.summary),
        figures=card.figures,
        paragraphs=paragraphs,
        links=tuple(_links(paper)),
    )


def entry_card(entry: Entry) -> Card:
    """The card of a paper in a plain list."""
    return _card(entry, figures=_figures(entry), reason="")


def reason_words(reason: Reason) -> str:
    """``“world model” in the title``."""
    return f"{quoted(reason.term)} {_PLACES[reason.field]}"


_PLACES: Final = {
    Field.TITLE: "in the title",
    Field.KEYWORD: "among the keywords",
    Field.ABSTRACT: "in the abstract",
    Field.AUTHOR: "among the authors",
    Field.ORGANIZATION: "as organization",
    Field.ID: "by its id",
    Field.LIKE: "by its subject",
}


def mark_words(cards: Iterable[Card], credit: str) -> tuple[str, ...]:
    """What the mark before a summary means, if one of *cards* bears it; *credit* names its author or is empty."""
    by = f" ({credit})" if credit else ""
    return (f"✦ machine-written summary{by}",) if any(card.machine_written for card in cards) else ()


def _card(entry: Entry, *, figures: str, reason: str, rank: int | None = None) -> Card:
    paper = entry.paper
    url, byline, summary, machine_written = _lasting(paper)
    return Card(
        title=paper.title,
        url=url,
        paper=paper.id,
        rank=rank,
        byline=byline,
        summary=summary,
        machine_written=machine_written,
        figures=figures,
        reason=reason,
    )


@lru_cache(maxsize=1024)
def _lasting(paper: Paper) -> tuple[str, str, str, bool]:
    """What every card says of *paper*: its address, its byline, its summary, and whether a machine wrote that."""
    return (_url(paper), _byline(paper), *summary_of(paper))


def _url(paper: Paper) -> str:
    return paper.links.page if paper.links else ""


def _byline(paper: Paper) -> str:
    day = paper.published_on
    parts = (
        author_words(paper.authors, paper.author_count),
        paper.organization.name if paper.organization else "",
        day_words(day, weekday=False) if day else "",
    )
    return " · ".join(part for part in parts if part)


def _long_byline(paper: Paper) -> str:
    authors = author_words(paper.authors, paper.author_count, most=_MOST_AUTHORS)
    listed = listed_words([day_words(day, year=True) for day in paper.listed_on])
    parts = (
        authors,
        paper.organization.name if paper.organization else "",
        f"published {day_words(paper.published_on, weekday=False, year=True)}" if paper.published_on else "",
        f"listed {listed}" if listed else "",
    )
    return " · ".join(part for part in parts if part)


@lru_cache(maxsize=1024)
def _figures(entry: Entry, *, since: int | None = None) -> str:
    tally, paper = entry.tally, entry.paper
    grown = f" ({entry.upvotes - since:+d})" if since is not None and entry.upvotes != since else ""
    stars = f" ({short_number(tally.stars)} {'star' if tally.stars == 1 else 'stars'})" if tally.stars else ""
    parts = (
        counted(tally.upvotes, "upvote") + grown if tally.upvotes is not None else "",
        counted(tally.comments, "comment") if tally.comments else "",
        f"code{stars}" if paper.code_url else "",
        "project page" if paper.project_url else "",
    )
    return " · ".join(part for part in parts if part)


def _why(match: Match) -> str:
    by_field: dict[Field, list[str]] = {}
    for reason in match.reasons[:_MOST_REASONS]:
        by_field.setdefault(reason.field, []).append(quoted(reason.term))
    told = [f"{listed_words(terms)} {_PLACES[field]}" for field, terms in by_field.items()]
    more = len(match.reasons) - _MOST_REASONS
    return ", ".join([*told, f"+{more}"] if more > 0 else told)


def _late(pick: Pick, newest: date) -> str:
    day = pick.entry.list_day
    if not pick.late or day is None:
        return ""
    upvotes, since = pick.entry.upvotes, pick.since
    grown = f", {since:,} → {counted(upvotes, 'upvote')}" if since not in (None, upvotes) else ""
    return f"listed {weekday_words(day, newest)}{grown}"


def _overtaking(pick: Pick) -> str:
    entry = pick.entry
    if not pick.overtakes or entry.list_day is None or pick.expected < entry.upvotes + 1:
        return ""
    age = age_words(entry.list_day, entry.tally.at)
    return f"after {age} on course for about {counted(round(pick.expected), 'upvote')}"


def _links(paper: Paper) -> list[Link]:
    links = []
    if paper.links is not None:
        links = [
            Link(name="Hugging Face", url=paper.links.page),
            Link(name="abstract", url=paper.links.abstract),
            Link(name="PDF", url=paper.links.pdf),
            Link(name="alphaXiv", url=paper.links.alphaxiv),
        ]
    if paper.code_url:
        links.append(Link(name="code", url=paper.code_url))
    if paper.project_url:
        links.append(Link(name="project", url=paper.project_url))
    return links
