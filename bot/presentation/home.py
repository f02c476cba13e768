"""The words of somebody's own page: what they follow and what comes to the channels that they may subscribe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.answers import SubscriptionList
from bot.presentation.cards import Notice
from bot.presentation.listing import subscriptions_notice
from bot.presentation.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.answers import Held
    from bot.domain.subscriptions import Destination
    from bot.presentation.cards import Row
    from bot.presentation.viewing import Viewer


def own_digests(home: Destination, follows: Sequence[Held], viewer: Viewer) -> Notice:
    """What comes to a person alone, with what can be done about each."""
    if not follows:
        return Notice(headline="", lines=("Nothing comes to you yet: say what you work on, and it will.",))
    return Notice(headline="", rows=_rows(home, follows, viewer))


def channel_digests(there: Sequence[tuple[Destination, Sequence[Held]]], viewer: Viewer) -> Notice:
    """What comes to channels, each with its name before what comes there."""
    if not there:
        return Notice(headline="", lines=("Nothing comes to the channels that you may subscribe.",))
    rows = tuple(
        replace(row, meaning=f"#{channel.channel} · {row.meaning}")
        for channel, held in there
        for row in _rows(channel, held, viewer)
    )
    told = f"{counted(len(rows), 'subscription')} in {counted(len(there), 'channel')}."
    return Notice(headline="", lines=(told,), rows=rows)


def _rows(where: Destination, held: Sequence[Held], viewer: Viewer) -> tuple[Row, ...]:
    return subscriptions_notice(
        SubscriptionList(here=where, subscriptions=tuple(held), follows=()), viewer
    ).rows
