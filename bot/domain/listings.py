"""What a freshly read listing changes in what is known: pure decisions, kept by `bot.services.ingesting`."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from bot.domain.papers import Paper, Tally, is_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from bot.domain.papers import Listing, PaperId

TALLY_EVERY: Final = timedelta(hours=6)
"""Counts that did not move are noted again after this long, so that a flat line is known to be flat."""
_SMALL_DAY: Final = 4
_SHRUNK: Final = 0.5
_PLAUSIBLE: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The ids on a day's list now, and those that once stood on it and are gone."""

    ids: tuple[PaperId, ...]
    removed: tuple[PaperId, ...]


def merged_paper(older: Paper, newer: Paper) -> Paper:
    """One paper of two sightings: what *newer* knows wins, what it lacks stays, list days add up.

    The id is the arXiv id if either has one.
    """
    known = {
        field.name: getattr(newer, field.name)
        for field in fields(Paper)
        if field.name not in ("id", "listed_on") and getattr(newer, field.name)
    }
    real = newer.id if is_arxiv_id(newer.id) or not is_arxiv_id(older.id) else older.id
    days = tuple(sorted({*older.listed_on, *newer.listed_on}))
    return replace(older, **known, id=real, listed_on=days)


def completed_tally(tally: Tally, before: Tally | None) -> Tally:
    """*tally* with the counts it does not know taken from the one *before* it."""
    if before is None:
        return tally
    return replace(
        tally,
        upvotes=before.upvotes if tally.upvotes is None else tally.upvotes,
        comments=before.comments if tally.comments is None else tally.comments,
        stars=before.stars if tally.stars is None else tally.stars,
    )


def new_tally(seen: Tally, history: Sequence[Tally]) -> Tally | None:
    """The tally to keep of what was *seen*, or None if *history* (earliest first) says as much already."""
    if seen.upvotes is None and seen.comments is None and seen.stars is None:
        return None
    before = next((tally for tally in reversed(history) if tally.at <= seen.at), None)
    tally = completed_tally(seen, before)
    if before is None:
        return tally
    if before.at == tally.at or (before.same_counts(tally) and tally.at - before.at < TALLY_EVERY):
        return None
    return tally


def shrank(known: Sequence[PaperId], listing: Listing) -> bool:
    """Whether *listing* is suspiciously short beside the ids *known* for its day, so that it must not remove any."""
    now = len(listing.entries) + len(listing.skipped)
    return len(known) >= _SMALL_DAY and now < len(known) * _SHRUNK


def members(listing_ids: Sequence[PaperId], known: Members, *, older: bool) -> Members:
    """The members of a day after its list was read; an *older* reading than the last removes and adds none."""
    now = known.ids if older else tuple(listing_ids)
    ever = dict.fromkeys((*known.ids, *known.removed, *listing_ids))
    return Members(ids=now, removed=tuple(paper_id for paper_id in ever if paper_id not in set(now)))


def newest_plausible(sizes: Mapping[date, int], now: datetime) -> date | None:
    """The newest list day whose listing may be taken for one, or None if there is none.

    *sizes* maps days to how many papers they list. A day that is over, or half over, counts if it lists anything;
    a younger one if it lists a quarter of the usual (just after midnight UTC a list holds one paper or none).
    """
    days = sorted((day for day, size in sizes.items() if size), reverse=True)
    today = now.date()
    over = [day for day in days if day < today]
    usual = median([sizes[day] for day in over[:10]]) if over else 0
    for day in days:
        if day < today or now.hour >= 12 or sizes[day] >= usual * _PLAUSIBLE:  # noqa: PLR2004 - noon
            return day
    return None
