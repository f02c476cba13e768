"""The words of each answer; what there is to say, in the order in which people need it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from bot.domain import answers
from bot.presentation.bibtex import bibtex
from bot.presentation.cards import Notice, Tone, entry_card, full_card, match_card
from bot.presentation.commands import COMMANDS, HELP_FILTERS, HELP_TIMES
from bot.presentation.digests import digest_notice
from bot.presentation.explanations import verdict_lines
from bot.presentation.offers import offer_lines, subscription_words
from bot.presentation.phrases import counted, day_words, filter_words, moment_words, quoted

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.answers import Answer, Coverage, Held
    from bot.domain.subscriptions import Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads: the moment, their zone, and what a command begins with on their platform (``/papers``)."""

    now: datetime
    zone: str = "UTC"
    prefix: str = "/papers"

    def command(self, text: str) -> str:
        """*text* as it is typed on this platform."""
        return f"{self.prefix} {text}".strip()


def present(answer: Answer, viewer: Viewer) -> Notice:
    """The words of *answer*."""
    return _present(answer, viewer)


@singledispatch
def _present(answer: object, viewer: Viewer) -> Notice:
    raise NotImplementedError(type(answer).__name__, viewer)


@_present.register
def _(answer: answers.DayAnswer, viewer: Viewer) -> Notice:
    digest = answer.digest
    if not digest.listed:
        known = _coverage(answer.coverage)
        return Notice(headline=f"No papers were listed on {day_words(answer.asked)}.", lines=known)
    notice = digest_notice(digest, trending=answer.trending)
    footer = notice.footer
    if answer.start:
        footer = (
            *footer,
            f"Get these here every weekday: {viewer.command('subscribe on weekdays')}",
            f"Get these yourself: {viewer.command('follow on weekdays')} · More: {viewer.command('help')}",
        )
    wanted = answer.digest.filter.reading() if str(answer.digest.filter) else ""
    return replace(notice, lines=_lines(wanted, *notice.lines, *_coverage(answer.coverage)), footer=footer)


@_present.register
def _(answer: answers.Found, viewer: Viewer) -> Notice:
    if not answer.matches:
        return Notice(
            headline=f"Nothing I know matches {quoted(answer.text)}.",
            lines=_lines("Try fewer or other words.", *_coverage(answer.coverage)),
            footer=(f"How to ask: {viewer.command('help filters')}",),
        )
    shown = len(answer.matches)
    of = f", the best {shown}" if answer.total > shown else ""
    partial = "No paper has every word; these have the most." if answer.partial else ""
    return Notice(
        headline=f"{counted(answer.total, 'paper')} for {quoted(answer.text)}{of}",
        lines=_lines(partial, *_coverage(answer.coverage)),
        cards=tuple(match_card(match, rank) for rank, match in enumerate(answer.matches, start=1)),
    )


@_present.register
def _(answer: answers.Shown, viewer: Viewer) -> Notice:
    paper = answer.entry.paper
    if answer.bibtex:
        return Notice(headline=paper.title, literal=bibtex([paper]))
    grown = _growth(answer)
    keep = "You saved this paper." if answer.saved else f"Keep it: {viewer.command(f'save {paper.id}')}"
    footer = _lines(grown, keep, "✦ machine-written summary" if paper.summary else "")
    return Notice(headline="", cards=(full_card(answer.entry),), footer=footer)


def _growth(answer: answers.Shown) -> str:
    counts = [(tally.at, tally.upvotes) for tally in answer.tallies if tally.upvotes is not None]
    if len(counts) < 2:  # noqa: PLR2004 - growth needs a before and an after
        return ""
    steps = [counts[0], *(after for before, after in itertools.pairwise(counts) if after[1] != before[1])]
    told = [
        f"{upvotes} ({day_words(at.date(), weekday=False)} {at:%H:%M})" for at, upvotes in steps[-_STEPS:]
    ]
    return f"Upvotes: {' → '.join(told)} UTC"


_STEPS: Final = 6


@_present.register
def _(answer: answers.Offer, viewer: Viewer) -> Notice:
    headline, lines = offer_lines(answer, now=viewer.now)
    cards = tuple(match_card(match) for match in answer.rate.latest)
    return Notice(headline=headline, lines=lines, cards=cards)


@_present.register
def _(answer: answers.Saved, viewer: Viewer) -> Notice:
    subscription = answer.subscription
    done = "Changed" if answer.before else "Following" if subscription.personal else "Subscribed"
    first = _next(answer.next_at, subscription.cadence.zone, viewer)
    return Notice(
        headline=f"{done}: {subscription_words(subscription)}",
        lines=_lines(f"{subscription.filter.reading()}", f"First digest {first}." if first else ""),
        footer=(
            (
                f"Its id is {subscription.short_id} · now: {viewer.command(f'send {subscription.short_id}')} · "
                f"change: {viewer.command(f'edit {subscription.short_id}')}"
            ),
        ),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Form, viewer: Viewer) -> Notice:
    if answer.editing is not None:
        held = answer.editing
        return Notice(
            headline=f"{held.short_id} is {subscription_words(held)}",
            lines=(f"Filter: {filter_words(held.filter)}", "Say what to change, for example:"),
            footer=tuple(
                viewer.command(f"edit {held.short_id} {change}")
                for change in ("add robotics", "-survey", "at 18:00", "top 3")
            ),
        )
    verb = type(answer.command).__name__.lower()
    return Notice(
        headline="Which papers?",
        lines=(
            "Say what you are looking for; the rest has usual values (every weekday, 09:00, five papers):",
        ),
        footer=tuple(
            viewer.command(f"{verb} {rest}")
            for rest in ("agents", 'diffusion, "world model" -survey', "daily")
        ),
    )


@_present.register
def _(answer: answers.SubscriptionList, viewer: Viewer) -> Notice:
    here, follows = answer.subscriptions, answer.follows
    if not here and not follows:
        return Notice(
            headline=f"Nothing is subscribed in {_place(answer.here)}.",
            footer=(f"Begin with: {viewer.command('subscribe diffusion, “world model”')}",),
        )
    lines = tuple(_held(held, viewer) for held in here)
    mine = ("You follow:", *(_held(held, viewer) for held in follows)) if follows else ()
    return Notice(
        headline=f"{_place(answer.here)} has {counted(len(here), 'subscription')}", lines=(*lines, *mine)
    )


@_present.register
def _(answer: answers.Previewed, viewer: Viewer) -> Notice:
    first = _next(answer.next_at, answer.subscription.cadence.zone, viewer)
    footer = f"A preview; nothing was counted.{f' Next: {first}.' if first else ''}"
    return _digest_or_nothing(answer, footer)


@_present.register
def _(answer: answers.Delivered, viewer: Viewer) -> Notice:
    short_id = answer.subscription.short_id
    first = _next(answer.next_at, answer.subscription.cadence.zone, viewer)
    footer = " · ".join(_lines(f"next: {first}" if first else "", viewer.command(f"edit {short_id}")))
    return _digest_or_nothing(answer, footer)


def _digest_or_nothing(answer: answers.Previewed | answers.Delivered, footer: str) -> Notice:
    digest = answer.digest
    if digest.picks:
        notice = digest_notice(digest)
        return replace(notice, footer=(*notice.footer, footer))
    return Notice(
        headline="Nothing new matches.",
        lines=(f"{counted(digest.listed, 'paper')} looked at, {digest.matched} matched, all of them had.",)
        if digest.matched
        else (f"{counted(digest.listed, 'paper')} looked at, none matched {filter_words(digest.filter)}.",),
        footer=(footer,),
    )


@_present.register
def _(answer: answers.Paused, viewer: Viewer) -> Notice:
    short_id = answer.subscription.short_id
    return Notice(
        headline=f"Paused: {short_id} delivers nothing for now.",
        footer=(f"Again: {viewer.command(f'resume {short_id}')}",),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Resumed, viewer: Viewer) -> Notice:
    first = _next(answer.next_at, answer.subscription.cadence.zone, viewer)
    return Notice(
        headline=f"{answer.subscription.short_id} runs again.",
        lines=_lines(f"Next: {first}." if first else ""),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Removed, viewer: Viewer) -> Notice:
    return Notice(
        headline=f"Removed {answer.subscription.short_id}.",
        footer=(f"To have it back: {viewer.command(answer.again)}",),
        tone=Tone.GOOD,
    )


@_present.register
def _(answer: answers.Bookmarked, viewer: Viewer) -> Notice:
    title = quoted(answer.entry.paper.title)
    told = {
        (False, True): f"Saved {title}.",
        (False, False): f"{title} was saved already.",
        (True, True): f"Took {title} out of your list.",
        (True, False): f"{title} was not in your list.",
    }
    return Notice(
        headline=told[answer.removed, answer.changed],
        footer=(f"Your list: {viewer.command('saved')}",),
        tone=Tone.GOOD if answer.changed else Tone.PLAIN,
    )


@_present.register
def _(answer: answers.Bookmarks, viewer: Viewer) -> Notice:
    if not answer.entries:
        return Notice(
            headline="You saved no papers yet.", footer=(f"Save one: {viewer.command('save 2511.01234')}",)
        )
    headline = f"You saved {counted(len(answer.entries), 'paper')}"
    if answer.bibtex:
        return Notice(headline=headline, literal=bibtex(entry.paper for entry in answer.entries))
    return Notice(
        headline=headline,
        cards=tuple(map(entry_card, answer.entries)),
        footer=(f"As BibTeX: {viewer.command('saved bibtex')}",),
    )


@_present.register
def _(answer: answers.Explained, viewer: Viewer) -> Notice:
    title = quoted(answer.entry.paper.title)
    if not answer.verdicts:
        return Notice(
            headline=f"Nothing is subscribed here that could have brought {title}.",
            footer=(viewer.command("subscriptions"),),
        )
    lines = tuple(line for verdict in answer.verdicts for line in verdict_lines(verdict))
    return Notice(headline=f"Why {title} came, or did not", lines=lines)


@_present.register
def _(answer: answers.SettingsAnswer, viewer: Viewer) -> Notice:
    held = answer.settings
    lines = (
        f"subscribers: {held.who_may_subscribe} (who may subscribe a channel)",
        f"channels: {', '.join(f'#{name}' for name in held.channels) or 'all'}",
        f"sharing: {'on' if held.sharing else 'off'} (whether answers may be shared)",
        f"zone: {held.zone or 'each person’s own'}",
        f"hour: {held.hour:%H:%M}",
        f"quiet: {held.quiet_from:%H:%M}-{held.quiet_until:%H:%M} (alerts wait)",
    )
    headline = f"Changed {answer.changed}." if answer.changed else "Settings"
    change = (f"Change one: {viewer.command('settings zone Berlin')}",) if answer.may_change else ()
    return Notice(
        headline=headline, lines=lines, footer=change, tone=Tone.GOOD if answer.changed else Tone.PLAIN
    )


@_present.register
def _(answer: answers.HelpAnswer, viewer: Viewer) -> Notice:
    if answer.topic:
        titles = {"filters": "Filters", "times": "Times"}
        return Notice(
            headline=titles[answer.topic], lines=HELP_FILTERS if answer.topic == "filters" else HELP_TIMES
        )
    first = _next(answer.next_at, viewer.zone, viewer)
    state = f"next digest {first}, " if first else ""
    examples = [command for command in COMMANDS if command.name in _HELPED]
    return Notice(
        headline=f"{_place(answer.here)}: {state}{counted(answer.subscriptions, 'subscription')}",
        lines=tuple(f"{viewer.command(command.examples[-1])}   {command.help}" for command in examples),
        footer=(
            (
                f"More: {viewer.command('help filters')} · {viewer.command('help times')} · "
                f"to stop: {viewer.command('unsubscribe')}"
            ),
        ),
    )


_HELPED: Final = ("today", "search", "follow", "subscribe", "subscriptions")


def _held(held: Held, viewer: Viewer) -> str:
    subscription = held.subscription
    words = f"{subscription.short_id}  {subscription.cadence.reading()} · {filter_words(subscription.filter)}"
    if subscription.paused_at is not None:
        since = day_words(subscription.paused_at.date(), weekday=False)
        return f"{words} · paused since {since}: {subscription.paused_because} ({viewer.command(f'resume {subscription.short_id}')})"
    first = _next(held.next_at, subscription.cadence.zone, viewer)
    return f"{words} · next: {first}" if first else words


def _next(moment: datetime | None, zone: str, viewer: Viewer) -> str:
    return moment_words(moment, now=viewer.now, zone=zone) if moment else ""


def _place(here: Destination) -> str:
    return "This conversation" if here.person else f"#{here.channel}"


def _coverage(coverage: Coverage) -> tuple[str, ...]:
    stale = coverage.stale_since
    known = coverage.since and not coverage.complete
    return _lines(
        f"I know papers since {day_words(coverage.since, weekday=False)}."
        if known and coverage.since
        else "",
        f"As of {day_words(stale.date(), weekday=False)} {stale:%H:%M} UTC: the source was not read since."
        if stale
        else "",
    )


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
