"""Every number there is: its name, its labels with all their values, and what it means. Nothing else is ever told."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.deliveries import State
from bot.domain.events import Answered
from bot.domain.subscriptions import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE: Final = "paperround"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a number is told apart by, and every value that it can have."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One metric. A histogram has *buckets*: upper bounds in seconds."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    means: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every set of values that its labels can have."""
        for values in product(*(label.values for label in self.labels)):
            yield dict(zip((label.name for label in self.labels), values, strict=True))


def _counter(name: str, means: str, *labels: Label) -> Number:
    return Number(name=f"{SPACE}_{name}_total", kind="counter", means=means, labels=labels)


def _gauge(name: str, means: str, *labels: Label) -> Number:
    return Number(name=f"{SPACE}_{name}", kind="gauge", means=means, labels=labels)


def _seconds(name: str, means: str, buckets: tuple[float, ...], *labels: Label) -> Number:
    return Number(
        name=f"{SPACE}_{name}_seconds", kind="histogram", means=means, labels=labels, buckets=buckets
    )


RETRIED: Final = "retried"
SCHEDULED: Final = "scheduled"
ALERT: Final = "alert"
REQUESTED: Final = "requested"
PAPERS_IN_IT: Final = "papers"
WORDS_IN_IT: Final = "words"
NOTHING_IN_IT: Final = "nothing"
JOBS: Final = "jobs"
RUNNING: Final = "running"
PAUSED: Final = "paused"
UNREADABLE: Final = "unreadable"

_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_SOON: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LATE: Final = (1.0, 5.0, 15.0, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 6 * _HOUR, 12 * _HOUR)
"""An edition is made up to twelve hours late; after six it says so."""

_PLATFORM: Final = Label(name="platform", values=tuple(Platform))
_OUTCOME: Final = Label(name="outcome", values=(State.SENT, State.REFUSED, State.UNKNOWN, RETRIED))
_KIND: Final = Label(name="kind", values=(SCHEDULED, ALERT, REQUESTED))
_CONTENT: Final = Label(name="content", values=(PAPERS_IN_IT, WORDS_IN_IT, NOTHING_IN_IT))
_ANSWERED: Final = Label(name="outcome", values=tuple(Answered))
_OUTBOX: Final = Label(name="state", values=(JOBS, *State))
_STANDING: Final = Label(name="state", values=(RUNNING, PAUSED, UNREADABLE))

DELIVERIES: Final = _counter(
    "deliveries",
    "Messages by how an attempt ended; `retried`: it is tried or settled again",
    _PLATFORM,
    _OUTCOME,
)
PAPERS_POSTED: Final = _counter("papers_posted", "Papers in the messages that were sent", _PLATFORM)
DELIVERY: Final = _seconds("delivery", "From composed to sent, a message", _LATE, _PLATFORM)
HELD: Final = _counter(
    "deliveries_held", "Times a message was given back because a limit has no room in 20 seconds", _PLATFORM
)
INVALID: Final = _counter(
    "invalid_requests", "Posts answered with what the platform counts against us (401, 403, 429)", _PLATFORM
)
DIGESTS: Final = _counter(
    "digests_composed", "Editions composed; `words`: a sign of life, `nothing`: a silent one", _KIND, _CONTENT
)
LATENESS: Final = _seconds("edition_lateness", "From an edition's time to composed", _LATE, _KIND)
EDITIONS: Final = _counter("editions_due", "Editions whose time came")
MISSED: Final = _counter("editions_missed", "Editions passed over because they were too late")
ALERTS: Final = _counter("alerts_found", "Papers that got hot, counted for each alert")
STOPPED: Final = _counter("subscriptions_stopped", "Subscriptions that were paused by us, not by a person")
FORGOTTEN: Final = _counter("workspaces_forgotten", "Workspaces deleted 30 days after they removed us")
LISTINGS: Final = _counter("listings_read", "Listings read and kept")
NEW_PAPERS: Final = _counter("papers_new", "Papers seen for the first time")
SKIPPED: Final = _counter("listing_items_skipped", "Items of listings that could not be read")
SHORT: Final = _counter("listings_short", "Listings that came back suspiciously short")
SOURCE: Final = _counter("source_failures", "Listings that could not be read")
COMMANDS: Final = _counter(
    "commands", "Commands answered; `declined`: told what is wrong or lacks", _PLATFORM, _ANSWERED
)
COMMAND: Final = _seconds("command", "From asked to answered, without the platform's way", _SOON, _PLATFORM)
LOST: Final = _counter("answers_lost", "Answers that came too late or were not taken by the platform")
FORGED: Final = _counter("requests_refused", "Requests in a platform's name, forged or repeated")
CONNECTIONS: Final = _counter("connections_lost", "Platforms' connections that ended unasked")
STORE: Final = _counter("store_failures", "Times a part of this process could not use the store")
OUTAGES: Final = _counter("store_outages", "Failures of the store that are over")
OUTAGE: Final = _counter("store_outage_seconds", "How long these took together")
RISKS: Final = _counter(
    "store_warnings", "Settings of the store, seen at start, that may lose what is written"
)
DIFFERED: Final = _counter("settings_differed", "Times another process was found to go by other settings")
REBUILT: Final = _counter("index_rebuilds", "Times the search index was made anew")
CLOCK: Final = _counter("clock_set_back", "Times the computer's clock was set back")
DEFECTS: Final = _counter("defects", "Defects of ours; each has its reference in the log")

BUILD: Final = _gauge("build_info", "Always 1", Label(name="version", values=()))
UP: Final = _gauge("store_up", "1 if the store can be read and written; if 0 the numbers below are not told")
READ: Final = _gauge("status_timestamp_seconds", "When the numbers below were read, as Unix time")
OUTBOX: Final = _gauge("outbox_entries", "What the outbox holds; what ended stays 90 days", _OUTBOX)
NEXT: Final = _gauge("next_due_timestamp_seconds", "When something is due next, as Unix time")
AGE: Final = _gauge("listing_age_seconds", "Since the newest listing was read")
STALE: Final = _gauge("source_stale", "1 if that is too long ago")
BEHIND: Final = _gauge("days_behind", "Days of the last month not read well while others were")
SUBSCRIPTIONS: Final = _gauge("subscriptions", "Subscriptions and follows", _STANDING)
PAPERS: Final = _gauge("papers", "Papers in the store")
PROCESSES: Final = _gauge("processes", "Processes that said they run on this store")
DIFFERING: Final = _gauge("settings_differing", "Settings on which they do not agree")
PACES: Final = _gauge("paces_held", "Limits that have no room right now")

COUNTED: Final = (
    *(DELIVERIES, PAPERS_POSTED, DELIVERY, HELD, INVALID, DIGESTS, LATENESS, EDITIONS, MISSED, ALERTS),
    *(STOPPED, FORGOTTEN, LISTINGS, NEW_PAPERS, SKIPPED, SHORT, SOURCE, COMMANDS, COMMAND, LOST, FORGED),
    *(CONNECTIONS, STORE, OUTAGES, OUTAGE, RISKS, DIFFERED, REBUILT, CLOCK),
)
"""What this process counts of what it does, by the events that are told."""
READ_AT_ONCE: Final = (
    UP,
    READ,
    OUTBOX,
    NEXT,
    AGE,
    STALE,
    BEHIND,
    SUBSCRIPTIONS,
    PAPERS,
    PROCESSES,
    DIFFERING,
    PACES,
)
"""What is read of the store when it is asked for: every process on a store tells the same."""
ALL: Final = (*COUNTED, DEFECTS, BUILD, *READ_AT_ONCE)
"""Beside these the library tells `process_…` of memory, processor time and open files, on Linux."""
