"""How the whole stands, for the person who runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.domain.deliveries import Delivery
    from bot.domain.processes import Running
    from bot.domain.subscriptions import Subscription, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What was last read, what is due next, what waits, what stands still and why.

    *newest_day* lists *listed* papers and was read at *read_at*; *stale* says that this is too long ago. *counts* are
    jobs and deliveries by state. *stopped* are the paused subscriptions, *unreadable* those that are passed over
    because their records cannot be read, *troubled* the newest deliveries that were
    refused or of which nobody knows whether they arrived. *behind* are the days of the last month that were not read
    well while others were. *held* says which paces rest, and until when. *running*
    names the process that has the store, where only one may; *processes* are all that said they run.
    """

    papers: int
    newest_day: date | None
    listed: int
    read_at: datetime | None
    stale: bool
    subscriptions: int
    next_due_at: datetime | None
    counts: Mapping[str, int]
    stopped: tuple[Subscription, ...]
    troubled: tuple[Delivery, ...]
    held: Mapping[str, datetime]
    behind: tuple[date, ...] = ()
    running: str = ""
    processes: tuple[Running, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
