"""The words of what is held: subscriptions, settings, and the help that begins with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.cadence import Rhythm
from bot.domain.departures import paused_by_leaving
from bot.presentation.cards import Choice, Notice, Row, Tone
from bot.presentation.commands import COMMANDS, FILTERS_NOTE, HELP_FILTERS, HELP_TIMES, TIMES_NOTES
from bot.presentation.phrases import counted, day_words, filter_words

if TYPE_CHECKING:
    from bot.domain.answers import Held, HelpAnswer, SettingsAnswer, SubscriptionList
    from bot.domain.subscriptions import Destination
    from bot.presentation.viewing import Viewer

_BACK: Final = "Everything that was paused when Paperround was removed"
_HELPED: Final = ("today", "search", "follow", "subscribe", "subscriptions")


def subscriptions_notice(answer: SubscriptionList, viewer: Viewer) -> Notice:
    """What is subscribed here and what the reader follows, with how to change it."""
    held = (*answer.subscriptions, *answer.follows)
    if not held:
        return Notice(
            headline=f"Nothing is subscribed in {_place(answer.here)}.",
            actions=viewer.offer("Begin with", 'subscribe diffusion, "world model"'),
        )
    here = f"{_place(answer.here)} has {counted(len(answer.subscriptions), 'subscription')}"
    mine = f"you follow {len(answer.follows)}" if answer.follows else ""
    some = held[0].subscription.short_id
    return Notice(
        headline=" · ".join(part for part in (here, mine) if part),
        rows=tuple(
            Row(name=one.subscription.short_id, meaning=_held(one, viewer), choices=_choices(one, viewer))
            for one in held
        ),
        actions=(
            *viewer.offer("Change or stop one", f"edit {some}", f"pause {some}", f"unsubscribe {some}"),
            *(viewer.offer(_BACK, ("Resume all", "restore")) if any(map(_left, held)) else ()),
        ),
    )


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
    held = answer.settings
    rows = (
        Row(name="subscribers", meaning=f"{held.who_may_subscribe} may subscribe a channel"),
        Row(name="channels", meaning=", ".join(f"#{name}" for name in held.channels) or "all"),
        Row(name="sharing", meaning=f"{'on' if held.sharing else 'off'}: whether answers may be shared"),
        Row(name="zone", meaning=held.zone or "each person’s own"),
        Row(name="hour", meaning=f"{held.hour:%H:%M}, where none is named"),
        Row(name="quiet", meaning=f"{held.quiet_from:%H:%M}-{held.quiet_until:%H:%M}, when alerts wait"),
        Row(name="posts", meaning=f"at most {held.posts_a_day} messages a day in a channel"),
    )
    return Notice(
        headline=f"Changed {answer.changed}." if answer.changed else "Settings",
        rows=rows,
        actions=viewer.offer("Change one", "settings zone Berlin") if answer.may_change else (),
        tone=Tone.GOOD if answer.changed else Tone.PLAIN,
    )


def help_notice(answer: HelpAnswer, viewer: Viewer) -> Notice:
    """Six lines, the first about this channel; or one screen about filters or times."""
    if answer.topic == "filters":
        return Notice(headline="Filters", rows=HELP_FILTERS, footer=(FILTERS_NOTE,))
    if answer.topic == "times":
        return Notice(headline="Times", rows=HELP_TIMES, footer=TIMES_NOTES)
    due = viewer.moment(answer.next_at, answer.zone)
    state = f"next digest {due}, " if due else ""
    helped = [command for command in COMMANDS if command.name in _HELPED]
    return Notice(
        headline=f"{_place(answer.here)}: {state}{counted(answer.subscriptions, 'subscription')}",
        rows=tuple(Row(name=viewer.command(one.examples[0]), meaning=one.help) for one in helped),
        actions=(
            *viewer.offer(
                "More", ("Filters", "help filters"), ("Times", "help times"), ("Settings", "settings")
            ),
            *viewer.offer("To stop", "unsubscribe"),
        ),
    )


def _held(held: Held, viewer: Viewer) -> str:
    subscription = held.subscription
    words = f"{subscription.cadence.reading()} · {filter_words(subscription.filter)}"
    kind = "follow · " if subscription.personal else ""
    if subscription.paused_at is not None:
        since = day_words(subscription.paused_at.date(), weekday=False)
        again = f" ({viewer.command(f'resume {subscription.short_id}')})" if viewer.types else ""
        return f"{kind}{words} · paused since {since}: {subscription.paused_because}{again}"
    due = viewer.moment(held.next_at, subscription.cadence.zone)
    return f"{kind}{words} · next: {due}" if due else f"{kind}{words}"


def _place(here: Destination) -> str:
    return "This conversation" if here.person else f"#{here.channel}"
