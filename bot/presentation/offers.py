"""The words of a subscription before it is saved: when, what, how much it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Edit
from bot.domain.subscriptions import DEFAULT_TOP, Platform
from bot.presentation.cards import Notice
from bot.presentation.paper_cards import brief_card
from bot.presentation.phrases import counted, filter_words, listed_words, quoted

if TYPE_CHECKING:
    from bot.domain.answers import ManyNames, MatchRate, Offer
    from bot.domain.filters import Filter
    from bot.domain.subscriptions import Subscription
    from bot.presentation.viewing import Viewer

_NEARLY_EVERYTHING: Final = 0.5


def subscription_words(subscription: Subscription) -> str:
    """``every weekday at 09:00 Berlin, up to 5 papers, in #papers``."""
    to = subscription.destination
    where = (
        ("to you" if subscription.personal else f"in #{to.channel}")
        if to.platform is not Platform.EMAIL
        else "to your inbox"
    )
    hot = subscription.cadence.rhythm is Rhythm.HOT
    size = "" if hot else f", up to {counted(subscription.top, 'paper')}"
    extras = f", with {listed_words(sorted(subscription.extras))}" if subscription.extras else ""
    return f"{subscription.cadence.reading()}{size}, {where}{extras}"


def offer_notice(offer: Offer, viewer: Viewer) -> Notice:
    """What would be saved, what it changes, what it would have brought."""
    subscription, before = offer.subscription, offer.before
    words, first = subscription_words(subscription), viewer.moment(offer.next_at, subscription.cadence.zone)
    lines = (
        *filter_lines(subscription.filter),
        f"Before: {subscription_words(before)}; {filter_words(before.filter)}" if before else "",
        *rate_lines(offer.rate),
        *map(_many_names, offer.rate.names),
        *(f"{wider.reading().rstrip('.')} would have matched {count}." for wider, count in _wider(offer)),
        f"{'Next' if before else 'First'} digest: {first}." if first else "",
        "The latest:" if offer.rate.latest else "",
    )
    return Notice(
        headline=words[:1].upper() + words[1:],
        lines=tuple(line for line in lines if line),
        cards=tuple(brief_card(match, rank) for rank, match in enumerate(offer.rate.latest, start=1)),
        actions=tuple(
            action
            for other in _others(offer)
            for action in viewer.offer("Or", (other.reading().rstrip("."), _asked(offer, other)))
        ),
    )


def filter_lines(filter_: Filter) -> tuple[str, ...]:
    """A filter in words, and as it is typed."""
    return (filter_.reading(), f"Filter: {filter_}") if str(filter_) else (filter_.reading(),)


def rate_lines(rate: MatchRate) -> list[str]:
    """What a filter would have brought, and advice where that is nearly everything or nothing."""
    if not rate.days:
        return ["I know no papers yet, so I cannot say how many this would bring."]
    if not rate.matched:
        advised = rate.widened or rate.hidden or rate.meant
        advice = "" if advised else " Fewer or other words would help."
        return [f"{_last(rate)} nothing matched.{advice}", *_meant(rate), *_hid(rate)]
    a_day, listed = f"{rate.matched / rate.days:.1f}", f"{rate.listed / rate.days:.0f}"
    lines = [f"{_last(rate)} this would have matched {a_day} papers a day ({listed} listed a day)."]
    if rate.matched > rate.listed * _NEARLY_EVERYTHING:
        lines.append("That is nearly everything; narrower keywords would help.")
    if rate.alerts_a_week is not None:
        lines.append(f"That would have made about {rate.alerts_a_week:.1f} alerts a week.")
    return [*lines, *_meant(rate), *_hid(rate)]


def _meant(rate: MatchRate) -> list[str]:
    return [f"{quoted(word)} matched nothing; did you mean {quoted(known)}?" for word, known in rate.meant]


def _many_names(names: ManyNames) -> str:
    """*author:He names 9 % of all papers: Kaiming He (3), Xiangnan He (2). Put a full name in quotes …*"""
    people = ", ".join(f"{name} ({count})" for name, count in names.people)
    return (
        f"author:{names.term} names {names.share * 100:.0f} % of all papers: {people}."
        f' Put a full name in quotes for one person: author:"{names.people[0][0]}".'
    )


def _hid(rate: MatchRate) -> list[str]:
    of = f" of {rate.matched + rate.hidden[0][1]}" if len(rate.hidden) == 1 else ""
    hid = [f"-{term} hid {count}{of}" for term, count in rate.hidden if count]
    return [f"{listed_words(hid)}."] if hid else []


def _wider(offer: Offer) -> tuple[tuple[Filter, int], ...]:
    """Other readings of a phrase that matched nothing, and how many each would have matched."""
    return () if offer.rate.matched else offer.rate.widened


def _others(offer: Offer) -> tuple[Filter, ...]:
    """The filters that may be meant instead: with its slips mended, or read more widely."""
    mended = () if offer.rate.corrected is None else (offer.rate.corrected,)
    return (*mended, *(wider for wider, _ in _wider(offer)))


def _asked(offer: Offer, wanted: Filter) -> str:
    """The command that offers the same with the filter *wanted*."""
    held = offer.subscription
    if offer.before is not None:
        return format_command(Edit(short_id=held.short_id, filter=wanted))
    verb, where = ("follow", "") if held.personal else ("subscribe", f" in #{held.destination.channel}")
    size = f" top {held.top}" if held.top != DEFAULT_TOP else ""
    return format_command(parse_command(f"{verb} {wanted} | {held.cadence}{size}{where}"))


def _last(rate: MatchRate) -> str:
    return "On the last list day" if rate.days == 1 else f"In the last {rate.days} list days"
