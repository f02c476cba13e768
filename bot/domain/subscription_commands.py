"""Between commands and subscriptions: what a command asks of one, and the command that makes one anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.domain.answers import MailForm
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.clauses import clauses_text, with_clauses
from bot.domain.command_text import format_command
from bot.domain.commands import Clauses, Follow, Subscribe, When
from bot.domain.errors import UserError, ZoneNeeded
from bot.domain.filter_changes import merged, without
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
        wanted=subscription.extras,
    )
    kind = Follow if subscription.personal else Subscribe
    return kind(filter=subscription.filter, clauses=clauses)


def destination_for(caller: Caller, command: Subscribe | Follow) -> Destination:
    """Where *command* is to deliver: the channel named, else the one here; a follow to the caller."""
    channel = command.clauses.channel
    if isinstance(command, Follow):
        if channel is not None:
            raise UserError(
                "A follow comes to you alone.", hint="To bring it to a channel, subscribe the channel."
            )
        return own_destination(caller)
    if channel is not None:
        return replace(caller.here, channel=channel, person=False)
    if caller.here.person:
        raise UserError(
            "Only a channel can be subscribed.",
            hint="You can get these yourself instead.",
            remedies=(("Send these to me instead", format_command(follow_of(command))),),
        )
    return caller.here


def follow_of(command: Subscribe | Follow) -> Follow:
    """The same for oneself."""
    return Follow(filter=command.filter, clauses=replace(command.clauses, channel=None))


def mail_form(form: str, command: Subscribe | Follow, caller: Caller) -> MailForm:
    """The *form* filled in with what *command* wants; raises `UserError` if no mail is sent here (*form* is empty)."""
    if not form:
        raise UserError(
            "This installation sends no mail.",
            hint="You can get the same as messages.",
            remedies=(("Follow without mail", format_command(_without_mail(command))),),
        )
    clauses = replace(command.clauses, zone=None, top=None, channel=None, by_mail=False)
    fields = {
        "filter": str(command.filter or ""),
        "when": clauses_text(clauses),
        "zone": command.clauses.zone or caller.zone,
        "top": str(command.clauses.top or ""),
    }
    query = urlencode({name: text for name, text in fields.items() if text})
    return MailForm(command=follow_of(command), url=f"{form}?{query}" if query else form)


def check_no_mail(command: Edit) -> None:
    """Raise `UserError` if *command* would turn messages into mail."""
    if command.clauses.by_mail:
        raise UserError("What comes as messages cannot become mail.", hint="Follow the same by mail instead.")


def _without_mail(command: Subscribe | Follow) -> Follow:
    bare = follow_of(command)
    return replace(bare, clauses=replace(bare.clauses, by_mail=False))


def cadence_for(
    clauses: Clauses, before: Cadence | None, caller: Caller, settings: WorkspaceSettings
) -> Cadence:
    """*before* with what *clauses* name; a new one takes its hour and zone from the workspace, its zone from the person."""
    rhythm = clauses.when.rhythm if clauses.when else before.rhythm if before else Rhythm.DAYS
    if rhythm is Rhythm.HOT and clauses.times:
        raise UserError("An alert has no hour: it comes when a paper gets hot.", hint="Leave the hour out.")
    if before is not None:
        return with_clauses(before, clauses)
    zone = clauses.zone or settings.zone or caller.zone
    if not zone:
        raise ZoneNeeded(
            "Which time zone?",
            hint="Say it once for everyone here: `/papers settings zone Berlin`"
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
        raise UserError("A follow comes to you alone.", hint="Leave the channel out.")
    after = replace(before, channel=clauses.channel)
    check_allowed(caller, after, settings)
    return after
