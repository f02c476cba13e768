"""The words of a digest, in the order of reading: what it is, the papers, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.filters import Order
from bot.presentation.cards import Notice, pick_card
from bot.presentation.phrases import counted, day_words, listed_words, quoted, weekday_words

if TYPE_CHECKING:
    from bot.domain.digests import Digest

_ORDERS: Final = {
    Order.MATCH: "by expected upvotes",
    Order.UPVOTES: "by upvotes",
    Order.NEW: "newest first",
}


def digest_notice(digest: Digest, *, trending: bool = False) -> Notice:
    """The words of *digest*; *trending* says that it is the best of a span of days, whoever had it."""
    cards = tuple(pick_card(pick, rank, digest.day) for rank, pick in enumerate(digest.picks, start=1))
    marked = any(card.machine_written for card in cards)
    return Notice(
        headline=_headline(digest, trending=trending),
        lines=_hidden(digest),
        cards=cards,
        footer=tuple(
            line for line in (_left_out(digest), "✦ machine-written summary" if marked else "") if line
        ),
    )


def _headline(digest: Digest, *, trending: bool) -> str:
    parts = (
        f"{counted(len(digest.picks), 'paper')} · {_span(digest, trending=trending)}{'' if trending else _late(digest)}",
        f"{digest.listed:,} listed",
        f"{digest.matched:,} matched" if str(digest.filter) else "",
        "by upvotes" if trending or digest.recap else _ORDERS[digest.filter.order],
    )
    return " · ".join(part for part in parts if part)


def _span(digest: Digest, *, trending: bool) -> str:
    if digest.recap or trending:
        first = day_words(digest.window_from, weekday=False)
        return f"{first} to {day_words(digest.day, weekday=False)}"
    return day_words(digest.day)


def _late(digest: Digest) -> str:
    """How many are of the newest day and how many of earlier ones: ``(4 listed today, 1 late from Tuesday)``."""
    late = [pick.entry.list_day for pick in digest.picks if pick.late]
    if not late or digest.recap or digest.window_from == digest.day:
        return ""
    young = len(digest.picks) - len(late)
    days = dict.fromkeys(weekday_words(day, digest.day) for day in sorted(filter(None, late)))
    newest = f"{young} listed {weekday_words(digest.day, digest.day)}, " if young else ""
    return f" ({newest}{len(late)} from {listed_words(list(days))})"


def _hidden(digest: Digest) -> tuple[str, ...]:
    hid = [f"-{_muted(hidden.term)} hid {hidden.count}" for hidden in digest.hidden if hidden.count]
    return (", ".join(hid),) if hid else ()


def _muted(term: str) -> str:
    return quoted(term) if " " in term else term


def _left_out(digest: Digest) -> str:
    if not digest.left_out:
        return ""
    best = digest.left_out[0].entry
    return (
        f"{counted(len(digest.left_out), 'more match', 'more match')}, the next is {quoted(best.paper.title)}"
    )
