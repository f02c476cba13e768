"""When each subscription is due, and where it stands, in SQLite."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from bot.domain.subscriptions import Progress, Unreadable
from bot.outbox import Due
from storage.codec import at_moment, moment
from storage.timing import timed_or_not

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.rounds import Advance
    from bot.outbox import Heated
    from storage.sqlite.connection import Row

PROGRESS: Final = "due_at, newest_day, silent, silent_since, spoke_on"
"""The columns that `progress_of` reads."""
_DUE: Final = f"""
    SELECT id, document, {PROGRESS} FROM progress JOIN subscription ON id = subscription_id
    WHERE due_at <= ? ORDER BY due_at LIMIT ?
"""  # noqa: S608
_ADVANCE: Final = """
    UPDATE progress SET due_at = ? WHERE subscription_id = ? AND due_at = ?
    AND EXISTS (SELECT 1 FROM subscription WHERE id = subscription_id AND version = ?)
"""
_NEW_JOB: Final = """
    INSERT INTO job (subscription_id, edition, due_at, ready_at, owner) VALUES (?, ?, ?, ?, '')
    ON CONFLICT DO NOTHING
"""
_NOTE_HOT: Final = """
    INSERT INTO hot (subscription_id, paper_id, at, waiting)
    SELECT ?, ?, ?, 1 WHERE EXISTS (SELECT 1 FROM subscription WHERE id = ? AND version = ?)
    ON CONFLICT DO NOTHING
"""
SOONER: Final = (
    "UPDATE progress SET due_at = min(coalesce(due_at, :at), :at) WHERE subscription_id = :subscription_id"
)
"""Makes a subscription due by ``:at``."""
_STAND: Final = """
    UPDATE progress SET newest_day = ?, silent = ?, silent_since = ?, spoke_on = ? WHERE subscription_id = ?
"""
_SET_DUE: Final = """
    INSERT INTO progress (subscription_id, due_at, silent) VALUES (?, ?, 0)
    ON CONFLICT DO UPDATE SET due_at = excluded.due_at
"""


def due(connection: sqlite3.Connection, now: int, limit: int) -> list[Due | Unreadable]:
    """At most *limit* subscriptions that are due at *now* (microseconds)."""
    found = (
        (timed_or_not(subscription_id, document), row)
        for subscription_id, document, *row in connection.execute(_DUE, (now, limit))
    )
    return [
        one if isinstance(one, Unreadable) else Due(subscription=one, progress=progress_of(row))
        for one, row in found
    ]


def advance(connection: sqlite3.Connection, steps: Iterable[Advance]) -> list[Advance]:
    """Take those of *steps* that hold; gives them."""
    taken = []
    for step in steps:
        values = (_moment(step.next_at), step.subscription_id, moment(step.due_at), step.version)
        if not connection.execute(_ADVANCE, values).rowcount:
            continue
        taken.append(step)
        if step.job is not None:
            due_at = moment(step.job.due_at)
            connection.execute(_NEW_JOB, (step.subscription_id, step.job.edition, due_at, due_at))
    return taken


def heat(connection: sqlite3.Connection, alerts: Iterable[Heated]) -> int:
    """Note hot papers; gives how many were not noted before."""
    new = 0
    for alert in alerts:
        at, subscription_id = moment(alert.due_at), alert.subscription_id
        rows = [(subscription_id, paper, at, subscription_id, alert.version) for paper in alert.papers]
        noted = connection.executemany(_NOTE_HOT, rows).rowcount
        if noted:
            connection.execute(SOONER, {"at": at, "subscription_id": subscription_id})
        new += noted
    return new


def set_due(connection: sqlite3.Connection, subscription_id: str, due_at: datetime | None) -> None:
    """Make the subscription due at *due_at*; all else of its progress stays."""
    connection.execute(_SET_DUE, (subscription_id, _moment(due_at)))


def set_progress(connection: sqlite3.Connection, standing: Iterable[tuple[str, Progress]]) -> None:
    """Let each subscription, by its id, stand as its progress says, but for its due time."""
    connection.executemany(_STAND, [(*_days(progress), one) for one, progress in standing])


def _days(progress: Progress) -> tuple[object, ...]:
    silent_since, spoke_on = day_text(progress.silent_since), day_text(progress.spoke_on)
    return day_text(progress.newest_day), progress.silent, silent_since, spoke_on


def progress_of(row: Sequence[object] | Row) -> Progress:
    """The progress that the columns `PROGRESS` hold; all of them are NULL for none."""
    due_at, newest_day, silent, silent_since, spoke_on = row
    return Progress(
        due_at=None if due_at is None else at_moment(due_at),  # type: ignore[arg-type]
        newest_day=_day(newest_day),
        silent=silent or 0,  # type: ignore[arg-type]
        silent_since=_day(silent_since),
        spoke_on=_day(spoke_on),
    )


def day_text(day: date | None) -> str | None:
    """*day* as a column holds it."""
    return None if day is None else day.isoformat()


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _moment(at: datetime | None) -> int | None:
    return None if at is None else moment(at)
