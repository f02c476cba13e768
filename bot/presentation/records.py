"""Papers and digests as records for scripts; the field names are a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.digests import Digest, Match, Pick
    from bot.domain.papers import Entry

Record = dict[str, object]


def entry_json(entry: Entry) -> Record:
    """A paper with its newest counts; days as ``YYYY-MM-DD``, what is not known as null."""
    paper, tally = entry.paper, entry.tally
    return {
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "organization": paper.organization.name if paper.organization else None,
        "summary": paper.summary or None,
        "abstract": paper.abstract or None,
        "keywords": list(paper.keywords),
        "published_on": paper.published_on.isoformat() if paper.published_on else None,
        "listed_on": [day.isoformat() for day in paper.listed_on],
        "upvotes": tally.upvotes,
        "comments": tally.comments,
        "stars": tally.stars,
        "code": paper.code_url or None,
        "project": paper.project_url or None,
        "url": paper.links.page if paper.links else None,
        "seen_at": tally.at.isoformat(),
    }


def match_json(match: Match) -> Record:
    """A paper that was found, with the reasons: term and field."""
    reasons = [{"term": reason.term, "field": str(reason.field)} for reason in match.reasons]
    return {**entry_json(match.entry), "reasons": reasons}


def digest_json(digest: Digest) -> Record:
    """A digest: what was looked at, and the picks with their scores and reasons, best first."""
    return {
        "day": digest.day.isoformat(),
        "from": digest.window_from.isoformat(),
        "filter": str(digest.filter),
        "listed": digest.listed,
        "matched": digest.matched,
        "picks": [_pick_json(pick) for pick in digest.picks],
    }


def _pick_json(pick: Pick) -> Record:
    return {**match_json(pick.match), "expected": round(pick.expected, 1), "score": round(pick.score, 2)}
