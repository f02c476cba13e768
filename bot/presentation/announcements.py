"""The one line that a channel sees when its subscriptions change, so that nothing comes out of nowhere."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from bot.domain import answers
from bot.presentation.cards import Notice
from bot.presentation.offers import filter_lines, subscription_words

if TYPE_CHECKING:
    from bot.domain.subscriptions import Destination

_OF_CHANNELS: Final = answers.Saved | answers.Paused | answers.Resumed | answers.Removed


def announcement(answer: answers.Answer, who: str) -> Notice | None:
    """What the channel of *answer* is told of what *who* changed; None if that is nobody else's business."""
    return _told(answer, who)


def announcements(answer: answers.Answer, who: str) -> list[tuple[Destination, Notice]]:
    """Which channels are told what of what *who* changed: that of *answer*, and the one that it left."""
    told = announcement(answer, who)
    if told is None or not isinstance(answer, _OF_CHANNELS):
        return []
    subscription, before = answer.subscription, getattr(answer, "before", None)
    here = [(subscription.destination, told)]
    if before is None or before.destination == subscription.destination:
        return here
    left = f"{who} moved a subscription to #{subscription.destination.channel}: {subscription_words(before)}"
    return [*here, (before.destination, Notice(headline=left, lines=filter_lines(before.filter)[:1]))]


@singledispatch
def _told(answer: object, who: str) -> Notice | None:
    del answer, who
    return None


@_told.register
def _(answer: answers.Saved, who: str) -> Notice | None:
    subscription = answer.subscription
    if subscription.personal:
        return None
    moved = answer.before is not None and answer.before.destination != subscription.destination
    changed = "moved a subscription here" if moved else "changed a subscription"
    did = f"{who} {changed if answer.before else 'subscribed this channel'}"
    return Notice(
        headline=f"{did}: {subscription_words(subscription)}", lines=filter_lines(subscription.filter)[:1]
    )


@_told.register(answers.Paused)
@_told.register(answers.Resumed)
@_told.register(answers.Removed)
def _(answer: answers.Paused | answers.Resumed | answers.Removed, who: str) -> Notice | None:
    subscription = answer.subscription
    if subscription.personal:
        return None
    did = {answers.Paused: "paused", answers.Resumed: "resumed", answers.Removed: "removed"}[type(answer)]
    return Notice(
        headline=f"{who} {did} a subscription: {subscription_words(subscription)}",
        lines=filter_lines(subscription.filter)[:1],
    )
