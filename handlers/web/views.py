"""What the templates show of a paper: the words of its card, and the parts that a page shows apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.digests import Field
from bot.domain.highlights import stretches
from bot.presentation.paper_cards import match_card, pick_card
from bot.presentation.phrases import counted, day_words, short_number
from handlers.web.addresses import outside, paper_path, thumbnail
from handlers.web.charts import sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.browsed import Leaf, SearchLeaf
    from bot.domain.digests import Match, Pick
    from bot.domain.papers import Entry, PaperId, Tally
    from bot.presentation.cards import Card

_MOST_AUTHORS: Final = 16
_IN_TEXT: Final = frozenset({Field.TITLE, Field.ABSTRACT, Field.KEYWORD})

Marked = tuple[tuple[str, bool], ...]
"""A text in parts, each with whether it is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One paper in a list. Texts are plain; the template escapes them. Empty is what there is not.

    *grown* says by how much the upvotes grew of late, *spark* holds the points of their curve. *authors* are the names
    to show on demand, of *author_count*; *unnamed* is how many more there are.
    """

    card: Card
    href: str
    rank: int | None
    title: Marked
    upvotes: str
    upvotes_words: str
    grown: str
    spark: str
    authors: tuple[str, ...]
    author_count: int
    unnamed: int
    organization: str
    day: str
    summary: Marked
    machine_written: bool
    comments: str
    discussion: str
    code: str
    stars: str
    project: str
    reason: str
    thumbnail: str


def leaf_views(leaf: Leaf, *, thumbnails: bool) -> tuple[PaperView, ...]:
    """The papers of a page of a period, numbered through all its pages."""
    return tuple(
        _pick_view(pick, rank, leaf, thumbnails=thumbnails)
        for rank, pick in enumerate(leaf.digest.picks, leaf.place.before + 1)
    )


def search_views(leaf: SearchLeaf, *, thumbnails: bool) -> tuple[PaperView, ...]:
    """The papers of a page of a search, numbered through all its pages."""
    return tuple(
        match_view(match, rank, leaf.histories, thumbnails=thumbnails)
        for rank, match in enumerate(leaf.found.matches, leaf.place.before + 1)
    )


def match_view(
    match: Match, rank: int | None, histories: Mapping[PaperId, Sequence[Tally]], *, thumbnails: bool
) -> PaperView:
    """A paper that was found."""
    history = histories.get(match.entry.paper.id, ())
    return _view(match_card(match, rank), match, history, since=None, thumbnails=thumbnails)


def marked(text: str, terms: Iterable[str]) -> Marked:
    """*text* in parts, those marked that any of *terms* was found by."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for start, stop in stretches(terms, text):
        parts += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return tuple(part for part in (*parts, (text[end:], False)) if part[0])


def found_terms(match: Match) -> tuple[str, ...]:
    """The terms of *match* that stand in its texts."""
    return tuple(reason.term for reason in match.reasons if reason.field in _IN_TEXT)


def _pick_view(pick: Pick, rank: int, leaf: Leaf, *, thumbnails: bool) -> PaperView:
    history = leaf.histories.get(pick.entry.paper.id, ())
    alone = leaf.digest.window_from == leaf.digest.day
    card = pick_card(pick, rank, leaf.digest.day) if alone else match_card(pick.match, rank)
    view = _view(card, pick.match, history, since=pick.since, thumbnails=thumbnails)
    listed = pick.entry.list_day
    return view if alone or listed is None else replace(view, grown="", day=f"listed {day_words(listed)}")


def _view(
    card: Card, match: Match, history: Sequence[Tally], *, since: int | None, thumbnails: bool
) -> PaperView:
    entry, terms = match.entry, found_terms(match)
    paper, tally = entry.paper, entry.tally
    count = max(paper.author_count, len(paper.authors))
    return PaperView(
        card=card,
        href=paper_path(paper.id),
        rank=card.rank,
        title=marked(card.title, terms),
        upvotes="" if tally.upvotes is None else short_number(tally.upvotes),
        upvotes_words="" if tally.upvotes is None else counted(tally.upvotes, "upvote"),
        grown=_grown(entry, since),
        spark=sparkline(history),
        authors=paper.authors[:_MOST_AUTHORS],
        author_count=count,
        unnamed=count - min(len(paper.authors), _MOST_AUTHORS),
        organization=paper.organization.name if paper.organization else "",
        day=day_words(paper.published_on, weekday=False) if paper.published_on else "",
        summary=marked(card.summary, terms),
        machine_written=card.machine_written,
        comments=counted(tally.comments, "comment") if tally.comments else "",
        discussion=paper.links.discussion if paper.links else "",
        code=outside(paper.code_url),
        stars=short_number(tally.stars) if tally.stars else "",
        project=outside(paper.project_url),
        reason=card.reason,
        thumbnail=thumbnail(paper.thumbnail_url) if thumbnails else "",
    )


def _grown(entry: Entry, since: int | None) -> str:
    return f"{entry.upvotes - since:+d}" if since is not None and entry.upvotes != since else ""
