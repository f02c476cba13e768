"""The words of a subscription before it is saved: when, what, how much it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cadence import Rhythm
from bot.presentation.phrases import counted, filter_words, listed_words, moment_words, quoted

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.answers import MatchRate, Offer
    from bot.domain.subscriptions import Subscription

_NEARLY_EVERYTHING = 0.5


def subscription_words(subscription: Subscription) -> str:
    """``every weekday at 09:00 Berlin, up to 5 papers, in #papers``."""
    where = "to you" if subscription.personal else f"in #{subscription.destination.channel}"
    hot = subscription.cadence.rhythm is Rhythm.HOT
    size = "" if hot else f", up to {counted(subscription.top, 'paper')}"
    return f"{subscription.cadence.reading()}{size}, {where}"


def offer_lines(offer: Offer, *, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Headline and lines of an offer: what would be saved, what it changes, what it would have brought."""
    subscription = offer.subscription
    words = subscription_words(subscription)
    before = offer.before
    lines = (
        f"{subscription.filter.reading()} ({filter_words(subscription.filter)})",
        f"Before: {subscription_words(before)} ({filter_words(before.filter)})" if before else "",
        *rate_lines(offer.rate),
        f"First digest: {moment_words(offer.next_at, now=now, zone=subscription.cadence.zone)}."
        if offer.next_at
        else "",
        "The latest:" if offer.rate.latest else "",
    )
    return words[:1].upper() + words[1:], tuple(line for line in lines if line)


def rate_lines(rate: MatchRate) -> list[str]:
    """What a filter would have brought, and advice where that is nearly everything or nothing."""
    if not rate.days:
        return ["I know no papers yet, so I cannot say how many this would bring."]
    if not rate.matched:
        return [f"{_last(rate)} nothing matched.", *_widened(rate)]
    a_day = f"{rate.matched / rate.days:.1f}"
    listed = f"{rate.listed / rate.days:.0f}"
    lines = [(f"{_last(rate)} this would have matched {a_day} papers a day ({listed} listed a day).")]
    if rate.matched > rate.listed * _NEARLY_EVERYTHING:
        lines.append("That is nearly everything; narrower keywords would help.")
    if rate.alerts_a_week is not None:
        lines.append(f"That would have made about {rate.alerts_a_week:.1f} alerts a week.")
    hid = [f"-{term} hid {counted(count, 'paper')}" for term, count in rate.hidden if count]
    return [*lines, *([f"{listed_words(hid)}."] if hid else [])]


def _widened(rate: MatchRate) -> list[str]:
    return [f"{quoted(str(filter_))} would have matched {count}." for filter_, count in rate.widened]


def _last(rate: MatchRate) -> str:
    return "On the last list day" if rate.days == 1 else f"In the last {rate.days} list days"
