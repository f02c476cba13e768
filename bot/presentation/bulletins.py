"""The words of what is brought: a digest with its circumstances, an alert, or that there was nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.deliveries import is_alert, is_requested
from bot.domain.rounds import SAID_LATE
from bot.domain.zones import zone_info
from bot.presentation.cards import Action, Notice
from bot.presentation.digests import digest_notice
from bot.presentation.paper_cards import mark_words, match_card
from bot.presentation.phrases import (
    age_words,
    counted,
    day_words,
    filter_words,
    listed_words,
    quoted,
    weekday_words,
)
from bot.presentation.viewing import TYPED, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.bulletins import Bulletin, Silence
    from bot.domain.deliveries import Edition


def bulletin_notice(
    bulletin: Bulletin, *, spell: Callable[[str], str] = TYPED, credit: str = "Hugging Face"
) -> Notice:
    """The words of *bulletin*. *spell* and *credit* as in `Viewer`."""
    zone = bulletin.subscription.cadence.zone
    viewer = Viewer(now=bulletin.made_at, zone=zone, spell=spell, credit=credit)
    if bulletin.silence is not None:
        return _silence(bulletin, bulletin.silence, viewer)
    if is_alert(bulletin.edition):
        return _alert(bulletin, viewer)
    return _digest(bulletin, viewer)


def _digest(bulletin: Bulletin, viewer: Viewer) -> Notice:
    notice = digest_notice(bulletin.digest)
    cards = notice.cards
    if bulletin.had:
        cards = tuple(
            replace(card, reason="; ".join(filter(None, (_posted_before(bulletin, place), card.reason))))
            for place, card in enumerate(cards)
        )
    return replace(
        notice,
        lines=(*_circumstances(bulletin), *notice.lines),
        cards=cards,
        footer=(
            *notice.footer,
            *_alerted(bulletin),
            *_next(bulletin, viewer),
            *mark_words(cards, viewer.credit),
        ),
        actions=_change(bulletin, viewer),
    )


def _alert(bulletin: Bulletin, viewer: Viewer) -> Notice:
    picks = bulletin.digest.picks
    cards = tuple(
        match_card(pick.match, rank if len(picks) > 1 else None) for rank, pick in enumerate(picks, 1)
    )
    return Notice(
        headline=_passing(bulletin),
        cards=cards,
        footer=mark_words(cards, viewer.credit),
        actions=viewer.offer("Change this alert", f"edit {bulletin.subscription.short_id}"),
    )


def _passing(bulletin: Bulletin) -> str:
    """*Passing 100 upvotes after 5 hours*, or how many papers did."""
    picks, votes = bulletin.digest.picks, bulletin.subscription.cadence.hot_votes
    if len(picks) > 1:
        papers = counted(len(picks), "paper")
        return f"{papers} passed {votes} upvotes" if votes is not None else f"{papers} grow unusually fast"
    entry = picks[0].entry
    day = entry.list_day
    age = f" after {age_words(day, entry.tally.at)}" if day else ""
    if votes is not None:
        return f"Passing {votes} upvotes{age}"
    return (
        f"Growing fast: {counted(entry.upvotes, 'upvote')}{age}, on course for about {picks[0].expected:.0f}"
    )


def _silence(bulletin: Bulletin, silence: Silence, viewer: Viewer) -> Notice:
    subscription = bulletin.subscription
    listed = counted(silence.listed, "paper")
    nearest = silence.nearest
    near = (
        f"{counted(silence.near, 'paper has', 'papers have')} the words but not the rest;"
        f" the nearest is {quoted(nearest.paper.title)} with {counted(nearest.upvotes, 'upvote')}."
        if nearest
        else ""
    )
    return Notice(
        headline=f"Still here: {listed} listed since {day_words(silence.since, weekday=False)}, nothing new matched.",
        lines=tuple(filter(None, (f"Looked for {filter_words(subscription.filter)}.", near))),
        footer=_next(bulletin, viewer),
        actions=(
            *viewer.offer("Change it", f"edit {subscription.short_id}"),
            *viewer.offer("Stop it", f"unsubscribe {subscription.short_id}"),
        ),
    )


def _circumstances(bulletin: Bulletin) -> tuple[str, ...]:
    """What went wrong with this edition or one before it; nothing if all is well."""
    lines = [
        f"I could not confirm that {_edition_words(edition, bulletin)} arrived."
        for edition in bulletin.unconfirmed
    ]
    late = bulletin.made_at - bulletin.due_at
    if late > SAID_LATE and not is_requested(bulletin.edition):
        due = bulletin.due_at.astimezone(zone_info(bulletin.subscription.cadence.zone))
        lines.append(
            f"Late: this was due {weekday_words(due.date(), bulletin.made_at.date())} at {due:%H:%M}."
        )
    if (stale := bulletin.stale_since) is not None:
        lines.append(
            f"As of {day_words(stale.date(), weekday=False)} {stale:%H:%M} UTC: no listing was read since."
        )
    return tuple(lines)


def _edition_words(edition: Edition, bulletin: Bulletin) -> str:
    """*Wednesday's digest*, *an alert*, *the digest you asked for*."""
    if is_alert(edition):
        return "an alert"
    if is_requested(edition):
        return "the digest sent on request"
    day = datetime.fromisoformat(edition.split()[0]).date()
    words = weekday_words(day, bulletin.made_at.astimezone(UTC).date())
    return f"{words}’s digest"


def _posted_before(bulletin: Bulletin, place: int) -> str:
    day = bulletin.had.get(bulletin.digest.picks[place].entry.paper.id)
    return f"posted here {weekday_words(day, bulletin.made_at.date())}" if day else ""


def _alerted(bulletin: Bulletin) -> tuple[str, ...]:
    titles = [quoted(entry.paper.title) for entry in bulletin.alerted]
    return (f"Came as an alert: {listed_words(titles)}",) if titles else ()


def _next(bulletin: Bulletin, viewer: Viewer) -> tuple[str, ...]:
    due = viewer.moment(bulletin.next_at, bulletin.subscription.cadence.zone)
    return (f"Next digest: {due}",) if due else ()


def _change(bulletin: Bulletin, viewer: Viewer) -> tuple[Action, ...]:
    return viewer.offer("Change it", f"edit {bulletin.subscription.short_id}")
