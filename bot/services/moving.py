"""Subscriptions as records that another store can take in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from bot.domain.cadence import Cadence, next_due
from bot.domain.clauses import with_clauses
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Follow, Subscribe
from bot.domain.errors import UserError
from bot.domain.likeness import subjects_of, with_subjects
from bot.domain.subscription_commands import command_of
from bot.domain.subscriptions import DEFAULT_TOP, Destination, Subscription, short_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from bot.domain.filters import Filter
    from bot.domain.likeness import Subject
    from bot.domain.papers import PaperId
    from bot.ports import SubscriptionStore

VERSION: Final = 1


class Exported(TypedDict):
    """One subscription, as written by `export`: *command* is what a person would type to make it.

    *subjects* is what the papers are about that its ``like:`` names, as it was frozen.
    """

    version: int
    id: str
    short_id: str
    destination: str
    command: str
    created_by: str
    created_at: str
    paused_because: str
    paused_at: str | None
    subjects: dict[PaperId, Subject]


async def export(store: SubscriptionStore) -> list[Exported]:
    """Every subscription of *store*, oldest first."""
    return [_exported(subscription) for subscription in await store.all()]


async def take_in(
    store: SubscriptionStore,
    records: Iterable[Mapping[str, object]],
    *,
    choose: Callable[[str], str],
    now: datetime,
    ground: Callable[[Filter], Awaitable[Filter]],
) -> tuple[int, int]:
    """Add the subscriptions of *records* that are not there yet; gives how many were added and how many were there.

    A short id that another subscription has meanwhile is replaced; *ground* tells what the papers of ``like:`` are
    about, where the record does not. Raises `UserError` that names the record, after the ones before it were added;
    taking the same export in again is harmless.
    """
    added = there = 0
    known = {subscription.id for subscription in await store.all()}
    for number, record in enumerate(records, start=1):
        subscription = _subscription(record, number)
        if subscription.id in known:
            there += 1
            continue
        subscription = replace(subscription, filter=await _grounded(subscription.filter, ground, number))
        due_at = None if subscription.paused else next_due(subscription.cadence, now)
        await store.add(await _with_free_id(store, subscription, choose), due_at=due_at)
        added += 1
    return added, there


async def _grounded(filter_: Filter, ground: Callable[[Filter], Awaitable[Filter]], number: int) -> Filter:
    try:
        return await ground(filter_)
    except UserError as error:
        raise _bad(number, error.message.rstrip(".")) from error


def _exported(subscription: Subscription) -> Exported:
    return Exported(
        version=VERSION,
        id=subscription.id,
        short_id=subscription.short_id,
        destination=str(subscription.destination),
        command=format_command(command_of(subscription)),
        created_by=subscription.created_by,
        created_at=subscription.created_at.isoformat(),
        paused_because=subscription.paused_because,
        paused_at=subscription.paused_at.isoformat() if subscription.paused_at else None,
        subjects=subjects_of(subscription.filter),
    )


def _subscription(record: Mapping[str, object], number: int) -> Subscription:
    try:
        if record["version"] != VERSION:
            raise _bad(number, f"its version is {record['version']}, not {VERSION}")
        return _read(record)
    except KeyError as error:
        raise _bad(number, f"{error.args[0]} is missing") from error
    except ValueError as error:
        raise _bad(number, str(error)) from error


def _read(record: Mapping[str, object]) -> Subscription:
    command = parse_command(str(record["command"]))
    if not isinstance(command, Subscribe | Follow) or command.filter is None:
        raise ValueError("command is not a subscription")
    clauses = command.clauses
    paused_at = record.get("paused_at")
    return Subscription(
        id=str(record["id"]),
        short_id=str(record["short_id"]),
        destination=Destination.parse(str(record["destination"])),
        filter=with_subjects(command.filter, _subjects(record)),
        cadence=with_clauses(Cadence(), clauses),
        top=clauses.top or DEFAULT_TOP,
        extras=clauses.wanted,
        created_by=str(record["created_by"]),
        created_at=datetime.fromisoformat(str(record["created_at"])),
        paused_because=str(record.get("paused_because", "")),
        paused_at=datetime.fromisoformat(str(paused_at)) if paused_at else None,
    )


def _subjects(record: Mapping[str, object]) -> dict[PaperId, Subject]:
    written = record.get("subjects", {})
    try:
        pairs = {str(paper): list(told) for paper, told in written.items()}  # type: ignore[attr-defined]
        return {
            paper: tuple((str(key), int(weight)) for key, weight in told) for paper, told in pairs.items()
        }
    except (AttributeError, TypeError) as error:
        raise ValueError("its subjects are not what an export holds") from error


async def _with_free_id(
    store: SubscriptionStore, subscription: Subscription, choose: Callable[[str], str]
) -> Subscription:
    while await store.find(subscription.destination.shard_key, subscription.short_id) is not None:
        subscription = replace(subscription, short_id=short_id(choose, ()))
    return subscription


def _bad(number: int, why: str) -> UserError:
    return UserError(f"Subscription {number} cannot be read: {why}.", hint="Export it anew, or take it out.")
