"""The one line that a channel sees when its subscriptions change, so that nothing comes out of nowhere."""

from __future__ import annotations

from functools import singledispatch

from bot.domain import answers
from bot.presentation.cards import Notice
from bot.presentation.offers import filter_lines, subscription_words


def announcement(answer: answers.Answer, who: str) -> Notice | None:
    """What the channel of *answer* is told of what *who* changed; None if that is nobody else's business."""
    return _told(answer, who)


@singledispatch
def _told(answer: object, who: str) -> Notice | None:
    del answer, who
    return None


@_told.register
def _(answer: answers.Saved, who: str) -> Notice | None:
    subscription = answer.subscription
    if subscription.personal:
        return None
    did = f"{who} changed a subscription" if answer.before else f"{who} subscribed this channel"
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
