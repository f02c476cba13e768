"""The words of each answer; what there is to say, in the order in which people need it."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from bot.domain import answers
from bot.domain.cadence import Rhythm
from bot.domain.commands import Day, Search
from bot.domain.filters import Filter
from bot.presentation.cards import Action, Card, Link, Notice, Tone
from bot.presentation.digests import digest_notice, hidden_lines, narrows
from bot.presentation.explanations import verdict_lines
from bot.presentation.forgetting import forgetting_notice, forgotten_notice, restored_notice
from bot.presentation.keeping import bookmarked_notice, bookmarks_notice, named_notice, paper_notice
from bot.presentation.listing import help_notice, settings_notice, subscriptions_notice
from bot.presentation.offers import filter_lines, offer_notice, subscription_words
from bot.presentation.paper_cards import mark_words
from bot.presentation.phrases import counted, day_words, filter_words, quoted
from bot.presentation.searches import found_notice
from bot.presentation.viewing import Viewer, coverage_lines

if TYPE_CHECKING:
    from bot.domain.answers import Answer

__all__ = ["Viewer", "present"]

_DAY_TOP: Final = 10


def present(answer: Answer, viewer: Viewer) -> Notice:
    """The words of *answer*."""
    return _present(answer, viewer)


@singledispatch
def _present(answer: object, viewer: Viewer) -> Notice:
    raise NotImplementedError(type(answer).__name__, viewer)


@_present.register
def _(answer: answers.DayAnswer, viewer: Viewer) -> Notice:
    digest, known = answer.digest, coverage_lines(answer.coverage)
    if not digest.listed:
        return Notice(headline=f"No papers were listed on {day_words(answer.asked)}.", lines=known)
    if not digest.picks:
        return _none_of_the_day(answer, viewer)
    notice = digest_notice(digest, trending=answer.trending)
    wanted = (digest.filter.reading(),) if narrows(digest.filter) else ()
    return replace(
        notice,
        lines=(*wanted, *notice.lines, *known),
        footer=(*notice.footer, *mark_words(notice.cards, viewer.credit)),
        actions=(*_more_of_the_day(answer, viewer), *_started(answer, viewer)),
    )


def _none_of_the_day(answer: answers.DayAnswer, viewer: Viewer) -> Notice:
    digest = answer.digest
    first = "" if digest.window_from == digest.day else f"{day_words(digest.window_from, weekday=False)} to "
    return Notice(
        headline=f"None of the {counted(digest.listed, 'paper')} of {first}{day_words(digest.day)} matches.",
        lines=(digest.filter.reading(), *hidden_lines(digest), *coverage_lines(answer.coverage)),
        actions=viewer.offer("Look further back", Search(text=str(digest.filter))),
    )


def _more_of_the_day(answer: answers.DayAnswer, viewer: Viewer) -> tuple[Action, ...]:
    digest = answer.digest
    one_day = digest.window_from == digest.day and not answer.trending
    if not digest.left_out or not one_day or len(digest.picks) >= _DAY_TOP:
        return ()
    return viewer.offer(
        "See more", Day(when=digest.day.isoformat(), filter=digest.filter if str(digest.filter) else None)
    )


def _started(answer: answers.DayAnswer, viewer: Viewer) -> tuple[Action, ...]:
    if not answer.start:
        return ()
    return (
        *(viewer.offer("Get these here every weekday", "subscribe on weekdays") if answer.here else ()),
        *viewer.offer("Get these yourself", "follow on weekdays"),
        *viewer.offer("What else I can do", "help"),
    )


@_present.register
def _(answer: answers.Found, viewer: Viewer) -> Notice:
    return found_notice(answer, viewer)


@_present.register
def _(answer: answers.Shown, viewer: Viewer) -> Notice:
    return paper_notice(answer, viewer)


@_present.register
def _(answer: answers.Offer, viewer: Viewer) -> Notice:
    return offer_notice(answer, viewer)


@_present.register
def _(answer: answers.Saved, viewer: Viewer) -> Notice:
    subscription, some = answer.subscription, answer.subscription.short_id
    done = "Changed" if answer.before else "Following" if subscription.personal else "Subscribed"
    due = viewer.moment(answer.next_at, subscription.cadence.zone)
    hot = subscription.cadence.rhythm is Rhythm.HOT
    return Notice(
        headline=f"{done}: {subscription_words(subscription)}",
        lines=(
            *filter_lines(subscription.filter),
            *((f"{'Next' if answer.before else 'First'} digest: {due}.",) if due else ()),
        ),
        actions=viewer.offer(
            f"Its id is {some}; {'' if hot else 'send one now, '}change or stop it",
            *(() if hot else (("Send one now", f"send {some}"),)),
            ("Change", f"edit {some}"),
            ("Remove", f"unsubscribe {some}"),
        ),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Form, viewer: Viewer) -> Notice:
    held = answer.editing
    if held is not None:
        changes = ("add robotics", "add -survey", "at 18:00", "top 3")
        return Notice(
            headline=f"{held.short_id} is {subscription_words(held)}",
            lines=(*filter_lines(held.filter), "Say what to change, for example:"),
            actions=_examples(viewer, *(f"edit {held.short_id} {change}" for change in changes)),
        )
    verb = type(answer.command).__name__.lower()
    wishes = ("agents", 'diffusion, "world model" -survey at 9 Berlin', "daily")
    return Notice(
        headline="Which papers?",
        lines=("Say what you look for; usual for the rest: every weekday, 09:00, five papers. For example:",),
        actions=_examples(viewer, *(f"{verb} {wish}" for wish in wishes)),
    )


@_present.register
def _(answer: answers.MailForm, viewer: Viewer) -> Notice:
    del viewer
    wanted = filter_words(answer.command.filter or Filter())
    form = Card(
        title=f"Follow by mail: {wanted}", url=answer.url, links=(Link(name="The form", url=answer.url),)
    )
    return Notice(
        headline="Type your address into the form, not here.",
        lines=("It sends you a link; when you have opened that, the papers come.",),
        cards=(form,),
    )


def _examples(viewer: Viewer, *commands: str) -> tuple[Action, ...]:
    return tuple(action for command in commands for action in viewer.examples("", command))


@_present.register
def _(answer: answers.SubscriptionList, viewer: Viewer) -> Notice:
    return subscriptions_notice(answer, viewer)


@_present.register
def _(answer: answers.Previewed, viewer: Viewer) -> Notice:
    due = viewer.moment(answer.next_at, answer.subscription.cadence.zone)
    return _digest_or_nothing(
        answer, "A preview; nothing was counted." + (f" Next digest: {due}." if due else ""), viewer
    )


@_present.register
def _(answer: answers.Delivered, viewer: Viewer) -> Notice:
    due = viewer.moment(answer.next_at, answer.subscription.cadence.zone)
    after = f"Next digest: {due}." if due else ""
    if not answer.digest.picks:
        return _digest_or_nothing(answer, after, viewer)
    where = "you" if answer.subscription.personal else f"#{answer.subscription.destination.channel}"
    papers = counted(len(answer.digest.picks), "paper")
    return Notice(
        headline=f"On its way to {where}: {papers}.", footer=(after,) if after else (), tone=Tone.GOOD
    )


def _digest_or_nothing(answer: answers.Previewed | answers.Delivered, footer: str, viewer: Viewer) -> Notice:
    digest, below = answer.digest, (footer,) if footer else ()
    change = viewer.offer("Change it", f"edit {answer.subscription.short_id}")
    if digest.picks:
        notice = digest_notice(digest)
        return replace(
            notice, footer=(*notice.footer, *below, *mark_words(notice.cards, viewer.credit)), actions=change
        )
    looked = f"{counted(digest.listed, 'paper')} looked at, "
    found = (
        f"{digest.matched:,} matched, and each came before."
        if digest.matched
        else f"none matched {filter_words(digest.filter)}."
    )
    return Notice(headline="Nothing new matches.", lines=(looked + found,), footer=below, actions=change)


@_present.register
def _(answer: answers.Paused, viewer: Viewer) -> Notice:
    short_id = answer.subscription.short_id
    return Notice(
        headline=f"Paused: {short_id} delivers nothing for now.",
        actions=viewer.offer("Deliver again", f"resume {short_id}"),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Resumed, viewer: Viewer) -> Notice:
    due = viewer.moment(answer.next_at, answer.subscription.cadence.zone)
    return Notice(
        headline=f"{answer.subscription.short_id} runs again.",
        lines=(f"Next digest: {due}.",) if due else (),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Removed, viewer: Viewer) -> Notice:
    return Notice(
        headline=f"Removed {answer.subscription.short_id}.",
        actions=viewer.offer("To have it back", answer.again),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Bookmarked, viewer: Viewer) -> Notice:
    return bookmarked_notice(answer, viewer)


@_present.register
def _(answer: answers.Bookmarks, viewer: Viewer) -> Notice:
    return bookmarks_notice(answer, viewer)


@_present.register
def _(answer: answers.Explained, viewer: Viewer) -> Notice:
    title = quoted(answer.entry.paper.title)
    if not answer.verdicts:
        return Notice(
            headline=f"Nothing is subscribed here that could have brought {title}.",
            actions=viewer.offer("What is subscribed here", "subscriptions"),
        )
    lines = tuple(line for verdict in answer.verdicts for line in verdict_lines(verdict))
    return Notice(headline=f"Why {title} came, or did not", lines=lines)


@_present.register
def _(answer: answers.SettingsAnswer, viewer: Viewer) -> Notice:
    return settings_notice(answer, viewer)


@_present.register
def _(answer: answers.Forgetting, viewer: Viewer) -> Notice:
    return forgetting_notice(answer, viewer)


@_present.register
def _(answer: answers.Forgotten, viewer: Viewer) -> Notice:
    del viewer
    return forgotten_notice(answer)


@_present.register
def _(answer: answers.Restored, viewer: Viewer) -> Notice:
    return restored_notice(answer, viewer)


@_present.register
def _(answer: answers.LookedUp, viewer: Viewer) -> Notice:
    return named_notice(answer, viewer)


@_present.register
def _(answer: answers.HelpAnswer, viewer: Viewer) -> Notice:
    return help_notice(answer, viewer)


@_present.register
def _(answer: answers.Dropped, viewer: Viewer) -> Notice:
    del answer, viewer
    return Notice(headline="Nothing was saved.")
