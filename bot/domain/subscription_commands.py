"""Between commands and subscriptions: what a command asks of one, and the command that makes one anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.clauses import with_clauses
from bot.domain.commands import Clauses, Follow, Subscribe, When
from bot.domain.errors import UserError
from bot.domain.filters import merged, without
from bot.domain.permits import check_allowed, own_destination

if TYPE_CHECKING:
    from bot.domain.commands import Caller, Edit
    from bot.domain.filters import Filter
    from bot.domain.subscriptions import Destination, Subscription, WorkspaceSettings


def command_of(subscription: Subscription) -> Subscribe | Follow:
    """The command that makes *subscription* anew."""
    cadence = subscription.cadence
    hot = cadence.rhythm is Rhythm.HOT
    clauses = Clauses(
        when=When(
            rhythm=cadence.rhythm,
            weekdays=cadence.weekdays,
            month_day=cadence.month_day,
            hot_votes=cadence.hot_votes,
        ),
        times=None if hot else cadence.times,
        zone=None if hot else cadence.zone,
        top=subscription.top,
    )
    kind = Follow if subscription.personal else Subscribe
    return kind(filter=subscription.filter, clauses=clauses)


def destination_for(caller: Caller, command: Subscribe | Follow) -> Destination:
    """Where *command* is to deliver: the channel named, else the one here; a follow to the caller."""
    channel = command.clauses.channel
    if isinstance(command, Follow):
        if channel is not None:
            raise UserError("A follow comes to you alone.", hint="Use `subscribe` for a channel.")
        return own_destination(caller)
    if channel is not None:
        return replace(caller.here, channel=channel, person=False)
    if caller.here.person:
        raise UserError("`subscribe` is for a channel.", hint="Use `follow` to get these yourself.")
    return caller.here


def cadence_for(
    clauses: Clauses, before: Cadence | None, caller: Caller, settings: WorkspaceSettings
) -> Cadence:
    """*before* with what *clauses* name; a new one takes its hour and zone from the workspace, its zone from the person."""
    rhythm = clauses.when.rhythm if clauses.when else before.rhythm if before else Rhythm.DAYS
    if rhythm is Rhythm.HOT and clauses.times:
        raise UserError("An alert has no hour: it comes when a paper gets hot.", hint="Leave `at …` out.")
    if before is not None:
        return with_clauses(before, clauses)
    zone = clauses.zone or settings.zone or caller.zone
    if not zone:
        raise UserError(
            "Which time zone?",
            hint="Say it once for everyone here: settings zone Berlin"
            if rhythm is Rhythm.HOT
            else "Say it with the hour, for example: at 09:00 Berlin",
        )
    return with_clauses(Cadence(times=(settings.hour,), zone=zone), clauses)


def changed_filter(before: Filter, command: Edit) -> Filter:
    """The filter *before* as *command* changes it: replaced, added to, taken from."""
    filter_ = command.filter if command.filter is not None else before
    if command.add is not None:
        filter_ = merged(filter_, command.add)
    return without(filter_, command.drop) if command.drop is not None else filter_


def moved(before: Destination, caller: Caller, clauses: Clauses, settings: WorkspaceSettings) -> Destination:
    """Where it is delivered once *clauses* named a channel. Raises `UserError` if that may not be."""
    if clauses.channel is None:
        return before
    if before.person:
        raise UserError("A follow comes to you alone.", hint="Leave `in …` out.")
    after = replace(before, channel=clauses.channel)
    check_allowed(caller, after, settings)
    return after
