"""Who may subscribe what, and where; asked before anything is offered and again before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.command_text import format_command
from bot.domain.commands import Standing
from bot.domain.errors import Duplicate, NotAllowed, UserError
from bot.domain.subscriptions import Destination, WhoMaySubscribe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.cadence import Cadence
    from bot.domain.commands import Caller, Follow
    from bot.domain.filters import Filter
    from bot.domain.subscriptions import Subscription, WorkspaceSettings

MOST_HERE: Final = 50
"""The most subscriptions of one destination; more would hide each other."""
_NEEDED: Final = {
    WhoMaySubscribe.USUAL: Standing.REGULAR,
    WhoMaySubscribe.MEMBERS: Standing.MEMBER,
    WhoMaySubscribe.MANAGERS: Standing.MANAGER,
}


def own_destination(caller: Caller) -> Destination:
    """Where the caller's own digests go: a direct message; also the key of all that is theirs."""
    here = caller.here
    return caller.home or Destination(
        platform=here.platform, workspace=here.workspace, channel=caller.person, person=True
    )


def may_subscribe(caller: Caller, channel: str, settings: WorkspaceSettings) -> bool:
    """Whether the caller may subscribe *channel*."""
    return caller.standing(channel) >= _NEEDED[settings.who_may_subscribe]


def check_allowed(
    caller: Caller, destination: Destination, settings: WorkspaceSettings, *, instead: Follow | None = None
) -> None:
    """Raise `NotAllowed` if the caller may not subscribe *destination*; *instead* is what they may do."""
    if destination.person:
        if destination != own_destination(caller):
            raise NotAllowed("That is someone else's follow.", hint="You can follow the same yourself.")
        return
    if not may_subscribe(caller, destination.channel, settings):
        why = caller.barred(destination.channel) if caller.barred else ""
        raise NotAllowed(
            why or f"Only people who may manage #{destination.channel} can subscribe it.",
            hint="You can get these yourself instead." if instead else "Ask one of them.",
            remedies=(("Send these to me instead", format_command(instead)),) if instead else (),
        )
    if settings.channels and destination.channel not in settings.channels:
        allowed = ", ".join(f"#{channel}" for channel in settings.channels)
        raise NotAllowed(f"#{destination.channel} may not be subscribed here.", hint=f"These may: {allowed}.")


def check_new(there: Sequence[Subscription], filter_: Filter, cadence: Cadence) -> None:
    """Raise `UserError` if *there* are too many already, `Duplicate` if one of them is the same."""
    if len(there) >= MOST_HERE:
        raise UserError(f"There are {MOST_HERE} subscriptions here already.", hint="Remove one first.")
    for other in there:
        if str(other.filter) == str(filter_) and other.cadence == cadence:
            raise Duplicate(
                f"The same is subscribed here already, as {other.short_id}.",
                hint="You can change that one instead.",
                remedies=(("Change it", f"edit {other.short_id}"),),
                short_id=other.short_id,
            )
