"""The words of what is held: subscriptions, settings, and the help that begins with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm
from bot.domain.departures import paused_by_leaving
from bot.domain.subscriptions import Platform, WhoMaySubscribe
from bot.presentation.cards import Choice, Notice, Row, Tone
from bot.presentation.commands import (
    BAR_EXAMPLE,
    BAR_NOTE,
    COMMANDS,
    FILTERS_NOTE,
    HELP_FILTERS,
    HELP_TIMES,
    ZONES_NOTE,
)
from bot.presentation.phrases import counted, day_words, filter_words

if TYPE_CHECKING:
    from bot.domain.answers import Held, HelpAnswer, SettingsAnswer, SubscriptionList
    from bot.presentation.viewing import Viewer

_BACK: Final = "Everything that was paused when Paperround was removed"
_SUBSCRIBERS: Final = {
    WhoMaySubscribe.MANAGERS: "managers may subscribe a channel",
    WhoMaySubscribe.MEMBERS: "members may subscribe a channel",
}
_BY_CUSTOM: Final = "whoever manages a channel may subscribe it, as is usual"
_BY_CUSTOM_ON_SLACK: Final = "a channel’s members may subscribe it, as is usual"
_HELPED: Final = ("today", "search", "follow", "subscribe", "subscriptions")
_HELPED_ALONE: Final = ("today", "trending", "search", "follow", "subscriptions")
"""Where no channel can be subscribed."""
_SOME_WORDS: Final = 'diffusion, "world model"'
_GAP: Final = "  "
"""Stands between two things to type."""


def subscriptions_notice(answer: SubscriptionList, viewer: Viewer) -> Notice:
    """What is subscribed here and what the reader follows, with how to change it."""
    held = (*answer.subscriptions, *answer.follows)
    if not held:
        return _nothing_held(answer, viewer)
    some, paused = held[0].subscription.short_id, held[0].subscription.paused
    return Notice(
        headline=_counts(answer),
        rows=tuple(
            Row(name=one.subscription.short_id, meaning=_held(one, viewer), choices=_choices(one, viewer))
            for one in held
        ),
        actions=(
            *viewer.offer(
                "Change or stop one",
                f"edit {some}",
                f"{'resume' if paused else 'pause'} {some}",
                f"unsubscribe {some}",
            ),
            *(viewer.offer(_BACK, ("Resume all", "restore")) if any(map(_left, held)) else ()),
        ),
    )


def _nothing_held(answer: SubscriptionList, viewer: Viewer) -> Notice:
    if answer.here.person:
        return Notice(
            headline="You follow nothing yet.", actions=viewer.examples("Begin with", f"follow {_SOME_WORDS}")
        )
    return Notice(
        headline=f"Nothing is subscribed in #{answer.here.channel}.",
        actions=viewer.examples("Begin with", f"subscribe {_SOME_WORDS}"),
    )


def _counts(answer: SubscriptionList) -> str:
    """*#papers has 2 subscriptions · you follow 1*; in a conversation what its owner follows."""
    if answer.here.person:
        return f"You follow {len(answer.follows)}"
    here = f"#{answer.here.channel} has {counted(len(answer.subscriptions), 'subscription')}"
    return f"{here} · you follow {len(answer.follows)}" if answer.follows else here


def _left(held: Held) -> bool:
    return paused_by_leaving(held.subscription)


def _choices(held: Held, viewer: Viewer) -> tuple[Choice, ...]:
    """What can be done with a subscription."""
    subscription, some = held.subscription, held.subscription.short_id
    hot = subscription.cadence.rhythm is Rhythm.HOT
    pairs = (
        ("Resume", "resume") if subscription.paused else ("Pause", "pause"),
        ("Edit", "edit"),
        ("Preview", "preview"),
        *(() if subscription.paused or hot else (("Send now", "send"),)),
        ("Remove", "unsubscribe"),
    )
    return tuple(viewer.choice(label, f"{verb} {some}") for label, verb in pairs)


def settings_notice(answer: SettingsAnswer, viewer: Viewer) -> Notice:
    """What the managers decided, each setting by the name that changes it."""
    held, slack = answer.settings, answer.platform is Platform.SLACK
    custom = _BY_CUSTOM_ON_SLACK if slack else _BY_CUSTOM
    cards = f"{'on' if held.cards else 'off'}: links to papers get a card, if the app may see links"
    rows = (
        Row(name="subscribers", meaning=_SUBSCRIBERS.get(held.who_may_subscribe, custom)),
        Row(name="channels", meaning=", ".join(f"#{name}" for name in held.channels) or "all"),
        Row(name="sharing", meaning=f"{'on' if held.sharing else 'off'}: whether answers may be shared"),
        Row(name="zone", meaning=held.zone or "each person’s own"),
        Row(name="hour", meaning=f"{held.hour:%H:%M}, where none is named"),
        Row(name="quiet", meaning=f"{held.quiet_from:%H:%M}-{held.quiet_until:%H:%M}, when alerts wait"),
        Row(name="posts", meaning=f"at most {held.posts_a_day} messages a day in a channel"),
        *((Row(name="cards", meaning=cards),) if slack else ()),
    )
    return Notice(
        headline=f"Changed {answer.changed}." if answer.changed else "Settings",
        rows=rows,
        actions=viewer.examples("Change one", "settings zone Berlin") if answer.may_change else (),
        tone=Tone.GOOD if answer.changed else Tone.PLAIN,
    )


def help_notice(answer: HelpAnswer, viewer: Viewer) -> Notice:
    """Six lines, the first about this channel; or one screen about filters or times."""
    if answer.topic == "filters":
        return Notice(headline="Filters", rows=HELP_FILTERS, footer=(FILTERS_NOTE,))
    if answer.topic == "times":
        return _times(viewer)
    alone = answer.here.person
    helped = [one for one in COMMANDS if one.name in (_HELPED_ALONE if alone else _HELPED)]
    topics = (("Filters", "help filters"), ("Times", "help times"))
    return Notice(
        headline=_state(answer, viewer),
        rows=tuple(Row(name=viewer.command(one.examples[0]), meaning=one.help) for one in helped),
        actions=(
            *viewer.offer("More", *topics, *(() if alone else (("Settings", "settings"),))),
            *viewer.examples("To stop", "unsubscribe"),
        ),
    )


def _state(answer: HelpAnswer, viewer: Viewer) -> str:
    """*#papers: next digest tomorrow 09:00, 2 subscriptions*; in a conversation what its owner follows."""
    due = viewer.moment(answer.next_at, answer.zone)
    state = f"next digest {due}, " if due else ""
    if answer.here.person:
        follows = counted(answer.subscriptions, "follow")
        return f"Your papers: {state}{follows}"
    return f"#{answer.here.channel}: {state}{counted(answer.subscriptions, 'subscription')}"


def _times(viewer: Viewer) -> Notice:
    """One screen about when; where each clause has its own field, no words of a filter can look like one."""
    bar = f"{BAR_NOTE} {viewer.command(BAR_EXAMPLE)}"
    return Notice(
        headline="Times",
        rows=tuple(
            replace(row, name=_GAP.join(map(viewer.clauses, row.name.split(_GAP)))) for row in HELP_TIMES
        ),
        footer=(ZONES_NOTE,) if viewer.fields else (ZONES_NOTE, bar),
    )


def _held(held: Held, viewer: Viewer) -> str:
    subscription = held.subscription
    words = f"{subscription.cadence.reading()} · {filter_words(subscription.filter)}"
    kind = "follow · " if subscription.personal else ""
    if subscription.paused:
        at = subscription.paused_at
        since = f" since {day_words(at.date(), weekday=False)}" if at else ""
        typed = viewer.command(f"resume {subscription.short_id}")
        again = f" ({typed})" if viewer.types and not subscription.personal else ""
        return f"{kind}{words} · paused{since}: {subscription.paused_because}{again}"
    due = viewer.moment(held.next_at, subscription.cadence.zone)
    since = f"since {day_words(subscription.created_at.date(), weekday=False)}"
    return " · ".join([f"{kind}{words}", *([f"next: {due}"] if due else []), since])
