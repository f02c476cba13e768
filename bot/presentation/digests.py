"""The words of a digest, in the order of reading: what it is, the papers, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.filters import Order, by_upvotes
from bot.presentation.cards import Notice
from bot.presentation.paper_cards import pick_card
from bot.presentation.phrases import counted, day_words, listed_words, quoted, weekday_words

if TYPE_CHECKING:
    from bot.domain.digests import Digest
    from bot.domain.filters import Filter

_ORDERS: Final = {
    Order.MATCH: "by expected upvotes",
    Order.UPVOTES: "by upvotes",
    Order.NEW: "newest first",
}


def digest_notice(digest: Digest, *, trending: bool = False) -> Notice:
    """The words of *digest*; *trending* says that it is the best of a span of days, whoever had it."""
    cards = tuple(pick_card(pick, rank, digest.day) for rank, pick in enumerate(digest.picks, start=1))
    return Notice(
        headline=_headline(digest, trending=trending),
        lines=hidden_lines(digest),
        cards=cards,
        footer=_left_out(digest),
    )


def narrows(filter_: Filter) -> bool:
    """Whether *filter_* leaves papers out; an order alone does not."""
    return bool(filter_.wants or filter_.mutes or filter_.conditions)


def _headline(digest: Digest, *, trending: bool) -> str:
    parts = (
        f"{counted(len(digest.picks), 'paper')} · {_span(digest, trending=trending)}{'' if trending else _late(digest)}",
        f"{digest.listed:,} listed",
        f"{digest.matched:,} matched" if narrows(digest.filter) else "",
        _ORDERS[(by_upvotes(digest.filter) if trending or digest.recap else digest.filter).order],
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


def hidden_lines(digest: Digest) -> tuple[str, ...]:
    """What the mutes took away: ``-benchmark hid 12 of 60.``"""
    hid = [f"-{_muted(hidden.term)} hid {hidden.count}" for hidden in digest.hidden if hidden.count]
    if not hid:
        return ()
    of = f" of {digest.matched + digest.hidden[0].count}" if len(digest.hidden) == 1 else ""
    return (f"{', '.join(hid)}{of}.",)


def _muted(term: str) -> str:
    return quoted(term) if " " in term else term


def _left_out(digest: Digest) -> tuple[str, ...]:
    if not digest.left_out:
        return ()
    wanted = narrows(digest.filter)
    more = (
        f"{len(digest.left_out):,} more {'matched' if wanted else 'were listed'}"
        if len(digest.left_out) > 1
        else f"1 more {'matched' if wanted else 'was listed'}"
    )
    return (f"{more}, the next is {quoted(digest.left_out[0].paper.title)}",)
