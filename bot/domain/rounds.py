"""What a due subscription gets: its newest edition if it is not too late for it, and its next time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.alerts import in_quiet_hours
from bot.domain.cadence import Rhythm, next_due
from bot.domain.deliveries import Job, alert, is_alert, scheduled

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.cadence import Cadence
    from bot.domain.subscriptions import Destination, Subscription, WorkspaceSettings

CATCH_UP: Final = timedelta(hours=12)
"""An edition is made up for at most this late; then its papers join the next."""
ON_TIME: Final = timedelta(minutes=30)
"""A delay up to this is none: it is not put off for the quiet hours, in which someone may have wanted it."""
SAID_LATE: Final = timedelta(hours=6)
"""An edition later than this says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What of a subscription decides its next step: a store reads it without the rest, which takes far longer."""

    id: str
    version: int
    destination: Destination
    cadence: Cadence
    paused_because: str = ""
    paused_at: datetime | None = None

    @property
    def paused(self) -> bool:
        """As `Subscription.paused`."""
        return bool(self.paused_because)


def timed(subscription: Subscription) -> Timed:
    """What of *subscription* decides its next step."""
    return Timed(
        id=subscription.id,
        version=subscription.version,
        destination=subscription.destination,
        cadence=subscription.cadence,
        paused_because=subscription.paused_because,
        paused_at=subscription.paused_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """One step of a subscription's clock: from *due_at* to *next_at*, and the *job* that appears with it, if any.

    It holds only if the stored version and due time are still those named.
    """

    subscription_id: str
    version: int
    due_at: datetime
    next_at: datetime | None
    job: Job | None = None
    missed: int = 0
    """How many editions were too late, or made way for a newer one."""


def advance(
    subscription: Timed | Subscription, due_at: datetime, now: datetime, settings: WorkspaceSettings
) -> Advance:
    """The step of *subscription*, due since *due_at*: the newest edition of those missed, and none twice."""
    if subscription.cadence.rhythm is Rhythm.HOT:
        # Named for now: what got hot since the edition before may have been made due at the same moment as that.
        job = Job(subscription_id=subscription.id, edition=alert(now), due_at=due_at)
        return _step(subscription, due_at, None, job, 0)
    newest, next_at, missed = due_at, next_due(subscription.cadence, due_at), 0
    while next_at is not None and next_at <= now:
        newest, next_at, missed = next_at, next_due(subscription.cadence, next_at), missed + 1
    if not _deliverable(newest, now, subscription.cadence.zone, settings):
        return _step(subscription, due_at, next_at, None, missed + 1)
    edition = scheduled(newest, subscription.cadence.zone)
    job = Job(subscription_id=subscription.id, edition=edition, due_at=newest)
    return _step(subscription, due_at, next_at, job, missed)


def passed_over(job: Job, now: datetime) -> bool:
    """Whether *job*, found after an outage, comes too late: its papers join the next edition. An alert's have no other."""
    return now - job.due_at > CATCH_UP and not is_alert(job.edition)


def _deliverable(due_at: datetime, now: datetime, zone: str, settings: WorkspaceSettings) -> bool:
    late = now - due_at
    return late <= ON_TIME or (late <= CATCH_UP and not in_quiet_hours(now, zone, settings))


def _step(
    subscription: Timed | Subscription,
    due_at: datetime,
    next_at: datetime | None,
    job: Job | None,
    missed: int,
) -> Advance:
    return Advance(
        subscription_id=subscription.id,
        version=subscription.version,
        due_at=due_at,
        next_at=next_at,
        job=job,
        missed=missed,
    )
