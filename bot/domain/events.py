"""What happened, as services tell it: frozen facts for one observer (log lines, counters, tests)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from bot.domain.deliveries import Edition, State
    from bot.domain.subscriptions import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingKept:
    """A listing was read and stored."""

    day: date | None
    papers: int
    new: int
    tallies: int
    removed: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsSkipped:
    """Some items of a listing could not be read; the rest was kept."""

    day: date | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingShrank:
    """A listing came back suspiciously short; the day's members stay as they were, its counts were kept."""

    day: date
    before: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """A listing could not be read; *reason* is a sentence without secrets. What was stored stays."""

    day: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRebuilt:
    """The search index was missing or damaged and was made anew from the store."""

    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionsDue:
    """Subscriptions were due: *jobs* editions appeared, *missed* older ones were passed over."""

    subscriptions: int
    jobs: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsFound:
    """Papers got hot for alerts."""

    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionComposed:
    """An edition was written to the outbox, in *messages* messages (0: it has nothing to bring), so *late*."""

    subscription_id: str
    edition: Edition
    messages: int
    papers: int
    late: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEnded:
    """A delivery of *papers* is sent, refused or unknown, having *waited* since it was composed.

    *detail* says why, without the text of the message.
    """

    platform: Platform
    subscription_id: str
    edition: Edition
    part: int
    papers: int
    state: State
    attempts: int
    waited: timedelta
    detail: str = ""


class Wait(StrEnum):
    """Why a delivery waits."""

    TRIED = "tried"
    """An attempt surely posted nothing, or what became of it is to be found out."""
    LIMIT = "limit"
    """A limit has no room for it now."""
    GIVEN_BACK = "given back"
    """This process cannot try it, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPutOff:
    """A delivery could not be made yet."""

    platform: Platform
    subscription_id: str
    edition: Edition
    part: int
    until: datetime
    why: Wait
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidAnswer:
    """A post was answered with what its platform counts as an invalid request; if these are too many, all rest *until* then."""

    platform: Platform
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStopped:
    """A subscription was paused by us; *because* is what its people are told."""

    subscription_id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionUnreadable:
    """The record of a subscription cannot be read: it is passed over, and left as it is for whoever can."""

    subscription_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsDiffer:
    """Another *process* on the same store goes by other settings; *differing* says which, here and there."""

    process: str
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceForgotten:
    """A workspace removed us long ago, and its configuration is deleted now."""

    workspace: str
    subscriptions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAtRisk:
    """The store's own settings may lose what is written; *warning* is a sentence that says what to do."""

    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFailed:
    """The store could not be used; *reason* is a sentence without secrets. What was asked is tried again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBack:
    """The store can be used again, *after* having failed for so long."""

    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWentBack:
    """This computer's clock was set back *by* so much: what waits for a moment may wait so much longer."""

    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLost:
    """A platform's connection ended and is made again; *reason* is a few words without secrets."""

    reason: str


class Answered(StrEnum):
    """How a command ended."""

    DONE = "done"
    DECLINED = "declined"
    """The person was told what is wrong, or what lacks."""
    FAILED = "failed"
    """The store was away, the source failed, or we have a defect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswered:
    """Somebody's command was answered; what it was, and whose, is not told."""

    platform: Platform
    outcome: Answered
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLost:
    """A person's request could not be answered: it came too late, or the platform did not take the answer."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused:
    """Somebody asked in a platform's name and did not prove it, or asked again; *reason* is a few words without secrets."""

    reason: str


Event = (
    ListingKept
    | ItemsSkipped
    | ListingShrank
    | FetchFailed
    | IndexRebuilt
    | EditionsDue
    | AlertsFound
    | EditionComposed
    | DeliveryEnded
    | DeliveryPutOff
    | InvalidAnswer
    | SubscriptionStopped
    | SubscriptionUnreadable
    | WorkspaceForgotten
    | SettingsDiffer
    | StoreAtRisk
    | StoreFailed
    | StoreBack
    | ClockWentBack
    | GatewayLost
    | CommandAnswered
    | AnswerLost
    | RequestRefused
)
