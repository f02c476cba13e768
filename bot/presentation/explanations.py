"""Why a paper came to a subscription, or did not, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.choosing import PATIENCE
from bot.presentation.paper_cards import reason_words
from bot.presentation.phrases import day_words, filter_words, listed_words

if TYPE_CHECKING:
    from bot.domain.answers import Verdict


def verdict_lines(verdict: Verdict) -> list[str]:
    """What decided for one subscription; the first line names it."""
    subscription = verdict.subscription
    named = f"{subscription.short_id} ({filter_words(subscription.filter)}):"
    return [f"{named} {_came(verdict)}", *(f"  {line}" for line in _decided(verdict))]


def _came(verdict: Verdict) -> str:
    if verdict.had_at is not None:
        return f"it came on {day_words(verdict.had_at.date())}."
    if not verdict.listed:
        return "it never stood on a day’s list, so it was no candidate."
    if verdict.match is None:
        return "it does not match."
    if verdict.place is not None and verdict.place > verdict.ceiling:
        return f"it matches, as number {verdict.place} of its day; {_hope(verdict)}."
    return "it matches." if verdict.in_window else "it matches, but was listed too long ago."


def _decided(verdict: Verdict) -> list[str]:
    lines = []
    if verdict.match is not None and verdict.match.reasons:
        lines.append(f"found: {listed_words([reason_words(reason) for reason in verdict.match.reasons])}")
    if verdict.missing:
        lines.append(f"not found: {listed_words(verdict.missing)}")
    if verdict.mutes:
        lines.append(f"muted by {listed_words([f'-{term}' for term in verdict.mutes])}")
    if verdict.failed:
        lines.append(f"failed {listed_words(list(verdict.failed))}")
    if verdict.match is not None and verdict.place is not None and verdict.place <= verdict.ceiling:
        lines.append(f"number {verdict.place} of its day; {_hope(verdict)}")
    if verdict.had_at is None and verdict.chance is not None and verdict.chance < PATIENCE.sure:
        lines.append(
            f"on its list day a paper comes from {PATIENCE.sure * 100:.0f} %, later from {PATIENCE.fair * 100:.0f} %"
        )
    return lines


def _hope(verdict: Verdict) -> str:
    if verdict.chance is None:
        return f"{verdict.ceiling} are taken"
    return f"a chance of {verdict.chance * 100:.0f} % to end among the {verdict.ceiling} best"
