"""Deliveries in SQLite: begun, recorded, looked through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.domain.deliveries import Delivery, Edition, State
from bot.domain.subscriptions import Destination
from bot.outbox import Recent
from storage.codec import at_moment, moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

    from bot.outbox import Lease

_COLUMNS: Final = (
    "destination, subscription_id, edition, part, parts, picks, created_at, not_before, state,"
    " attempts, first_attempt_at, looked, reference, detail"
)
_READ: Final = f"{_COLUMNS}, coalesce((SELECT text FROM payload WHERE payload.number = delivery.number), '')"  # noqa: S608
_WIDTH: Final = _COLUMNS.count(",") + 1
_INSERT: Final = (
    f"INSERT INTO delivery (number, {_COLUMNS}, ready_at, owner) VALUES ({'?, ' * _WIDTH}?, ?, ?)"  # noqa: S608
)
_PUT: Final = f"INSERT OR IGNORE INTO delivery ({_COLUMNS}, ready_at, owner) VALUES ({'?, ' * _WIDTH}?, '')"  # noqa: S608
KEYED: Final = "subscription_id = ? AND edition = ? AND part = ? AND destination = ?"
"""Finds a delivery by what `keyed` gives."""
_LAST: Final = "SELECT coalesce(max(number), 0) FROM delivery"
_FREEZE: Final = "INSERT INTO payload (number, text) VALUES (?, ?)"
_LIGHTEN: Final = "DELETE FROM payload WHERE number = ?"
_LEASE: Final = f"""
    UPDATE delivery SET ready_at = ?, owner = ?
    WHERE number IN (SELECT number FROM delivery WHERE ready_at <= ? ORDER BY ready_at LIMIT ?)
    RETURNING {_READ}
"""  # noqa: S608
_BEGIN: Final = f"""
    UPDATE delivery SET state = 'sending', attempts = ?, first_attempt_at = ?, ready_at = ?
    WHERE {KEYED} AND owner = ?
"""  # noqa: S608
_RECORD: Final = f"""
    UPDATE delivery SET not_before = ?, state = ?, attempts = ?, first_attempt_at = ?, looked = ?,
        reference = ?, detail = ?, ready_at = ?, owner = ''
    WHERE {KEYED} AND owner = ? RETURNING number
"""  # noqa: S608
_OPEN_NEXT: Final = """
    UPDATE delivery SET ready_at = ? WHERE subscription_id = ? AND edition = ? AND part = ? AND state = 'pending'
"""
_RELEASE: Final = """
    DELETE FROM mark WHERE destination = ? AND owner = ? AND paper_id IN (SELECT value FROM json_each(?))
"""
_CLAIM: Final = """
    INSERT INTO mark (destination, paper_id, owner, at) SELECT ?, value, ?, ? FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING
"""
_UNCONFIRMED: Final = """
    INSERT INTO unconfirmed (destination, edition, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
"""
_DECIDED: Final = """
    DELETE FROM unconfirmed WHERE destination = ?1 AND edition = ?2 AND NOT EXISTS
        (SELECT 1 FROM delivery WHERE destination = ?1 AND edition = ?2 AND state = 'unknown')
"""
_RECENT: Final = """
    SELECT destination, edition, min(created_at) AS at, count(*), json_group_array(picks) FROM delivery
    WHERE destination IN (SELECT value FROM json_each(?)) AND created_at >= ? AND state <> 'refused'
    GROUP BY destination, subscription_id, edition ORDER BY at
"""
_RETRY: Final = f"""
    UPDATE delivery SET state = 'pending', attempts = 0, first_attempt_at = NULL, looked = 0, not_before = ?,
        created_at = ?, ready_at = ?, owner = ''
    WHERE {KEYED} AND state IN ('refused', 'unknown') AND number IN (SELECT number FROM payload)
"""  # noqa: S608
_YOUNG_AGAIN: Final = """
    UPDATE delivery SET created_at = ? WHERE subscription_id = ? AND edition = ? AND part > ? AND state = 'pending'
"""
# Whoever has a pending one under a lease loses it, and so does not begin.
_DROP: Final = f"""
    UPDATE delivery SET state = 'refused', detail = 'dropped', ready_at = NULL, owner = ''
    WHERE {KEYED} AND state IN ('pending', 'refused', 'unknown') RETURNING number
"""  # noqa: S608
_FORGET: Final = """
    DELETE FROM delivery
    WHERE created_at < ? AND (state IN ('sent', 'refused', 'unknown') OR state = 'pending' AND ready_at IS NULL)
"""


def insert(connection: sqlite3.Connection, deliveries: Sequence[Delivery], lease: Lease) -> None:
    """Keep new deliveries: the first part under *lease*, the others until it was sent."""
    [(last,)] = connection.execute(_LAST)
    numbered = list(enumerate(deliveries, last + 1))
    held, waits = (moment(lease.until), lease.owner), (None, "")
    rows = ((number, *_row(one), *(held if one.part == 1 else waits)) for number, one in numbered)
    connection.executemany(_INSERT, rows)
    connection.executemany(_FREEZE, ((number, one.payload) for number, one in numbered))


def put(connection: sqlite3.Connection, deliveries: Iterable[Delivery]) -> int:
    """Keep those whose keys are not known; gives how many."""
    new = 0
    for one in deliveries:
        added = connection.execute(_PUT, (*_row(one), moment(one.not_before)))
        if added.rowcount:
            connection.execute(_FREEZE, (added.lastrowid, one.payload))
            new += 1
    return new


def take(connection: sqlite3.Connection, lease: Lease, limit: int) -> list[Delivery]:
    """At most *limit* deliveries whose time has come, now under *lease*, the oldest first."""
    leased = connection.execute(_LEASE, (moment(lease.until), lease.owner, moment(lease.at), limit))
    return sorted(map(_delivery, leased.fetchall()), key=lambda one: (one.created_at, one.key))


def begin(connection: sqlite3.Connection, begun: Sequence[Delivery], lease: Lease) -> list[Delivery]:
    """Note what is about to be requested; gives those still under *lease*."""
    until, owner = moment(lease.until), lease.owner
    rows = [(one.attempts, _moment(one.first_attempt_at), until, *_keyed(one), owner) for one in begun]
    if connection.executemany(_BEGIN, rows).rowcount == len(rows):
        return list(begun)
    return [one for one, row in zip(begun, rows, strict=True) if connection.execute(_BEGIN, row).rowcount]


def record(connection: sqlite3.Connection, ended: Iterable[Delivery], lease: Lease) -> list[Delivery]:
    """Keep what became of each that is still under *lease*; gives those that were."""
    kept, light = [], []
    for one in ended:
        ready_at = None if one.state.final else moment(one.not_before)
        values = (*_changing(one), ready_at, *_keyed(one), lease.owner)
        number = connection.execute(_RECORD, values).fetchone()
        if number is not None:
            if not one.payload:
                light.append(number)
            _follow_up(connection, one, moment(lease.at))
            kept.append(one)
    connection.executemany(_LIGHTEN, light)
    return kept


def _follow_up(connection: sqlite3.Connection, one: Delivery, now: int) -> None:
    if one.state is State.SENT and one.part < one.parts:
        connection.execute(_OPEN_NEXT, (now, one.subscription_id, one.edition, one.part + 1))
    elif one.state is State.REFUSED:
        _release(connection, one)
    elif one.state is State.UNKNOWN:
        connection.execute(_UNCONFIRMED, (str(one.destination), one.edition, now))


def retry(connection: sqlite3.Connection, key: str, now: int) -> bool:
    """Make a refused or unknown one pending again, its papers claimed again."""
    if not connection.execute(_RETRY, (now, now, now, *keyed(key))).rowcount:
        return False
    [one] = where(connection, KEYED, *keyed(key))
    connection.execute(_CLAIM, (str(one.destination), one.owner, now, json.dumps(one.picks)))
    connection.execute(_YOUNG_AGAIN, (now, one.subscription_id, one.edition, one.part))
    connection.execute(_DECIDED, (str(one.destination), one.edition))
    return True


def drop(connection: sqlite3.Connection, key: str) -> bool:
    """Give up one that is neither sent nor being sent."""
    number = connection.execute(_DROP, keyed(key)).fetchone()
    if number is None:
        return False
    connection.execute(_LIGHTEN, number)
    [one] = where(connection, KEYED, *keyed(key))
    _release(connection, one)
    connection.execute(_DECIDED, (str(one.destination), one.edition))
    return True


def forget_subscription(connection: sqlite3.Connection, subscription_id: str) -> None:
    """Give up what a removed subscription has not begun to send."""
    waiting = where(connection, "subscription_id = ? AND state = 'pending'", subscription_id)
    for one in waiting:
        drop(connection, one.key)


def where(connection: sqlite3.Connection, condition: str, *values: object) -> list[Delivery]:
    """The deliveries that meet *condition*."""
    sql = f"SELECT {_READ} FROM delivery WHERE {condition}"  # noqa: S608
    return [_delivery(row) for row in connection.execute(sql, values)]


def listed(
    connection: sqlite3.Connection, states: Collection[State], limit: int, destination: Destination | None
) -> list[Delivery]:
    """At most *limit* deliveries in *states*, the newest first."""
    wanted = json.dumps([state.value for state in states])
    condition = "state IN (SELECT value FROM json_each(?))"
    order = "ORDER BY created_at DESC, number DESC LIMIT ?"
    if destination is None:
        return where(connection, f"{condition} {order}", wanted, limit)
    return where(connection, f"destination = ? AND {condition} {order}", str(destination), wanted, limit)


def recent(
    connection: sqlite3.Connection, destinations: Collection[str], since: int
) -> dict[str, tuple[Recent, ...]]:
    """The editions made for each of *destinations* at *since* or later that were not refused, the oldest first."""
    found: dict[str, list[Recent]] = {}
    for destination, edition, at, messages, picks in connection.execute(
        _RECENT, (json.dumps(list(destinations)), since)
    ):
        papers = tuple(paper for part in json.loads(picks) for paper in json.loads(part))
        one = Recent(edition=Edition(edition), at=at_moment(at), messages=messages, picks=papers)
        found.setdefault(destination, []).append(one)
    return {destination: tuple(editions) for destination, editions in found.items()}


def unconfirmed(
    connection: sqlite3.Connection, destinations: Collection[str]
) -> dict[str, tuple[Edition, ...]]:
    """The editions of which nobody knows whether they arrived at each of *destinations*, the oldest first."""
    found: dict[str, tuple[Edition, ...]] = {}
    sql = """
        SELECT destination, edition FROM unconfirmed
        WHERE destination IN (SELECT value FROM json_each(?)) ORDER BY number
    """
    for destination, edition in connection.execute(sql, (json.dumps(list(destinations)),)):
        found[destination] = (*found.get(destination, ()), Edition(edition))
    return found


def forget(connection: sqlite3.Connection, before: int) -> int:
    """Drop what ended, with what waits behind it, what was never mentioned and hot papers noted, before *before*."""
    connection.execute("DELETE FROM unconfirmed WHERE at < ?", (before,))
    connection.execute("DELETE FROM hot WHERE at < ?", (before,))
    return connection.execute(_FORGET, (before,)).rowcount


def _release(connection: sqlite3.Connection, one: Delivery) -> None:
    connection.execute(_RELEASE, (str(one.destination), one.owner, json.dumps(one.picks)))


def keyed(key: str) -> tuple[str, ...]:
    """The values of `KEYED` for the delivery with *key*; a text of another form finds none."""
    destination, *rest = key.rsplit("|", 3)
    return (*rest, destination) if len(rest) == 3 else ("", "", "", "")  # noqa: PLR2004 - as in `Delivery.key`


def _keyed(one: Delivery) -> tuple[str, str, int, str]:
    return one.subscription_id, one.edition, one.part, str(one.destination)


def _row(one: Delivery) -> tuple[object, ...]:
    return (
        str(one.destination),
        one.subscription_id,
        one.edition,
        one.part,
        one.parts,
        json.dumps(one.picks),
        moment(one.created_at),
        *_changing(one),
    )


def _changing(one: Delivery) -> tuple[object, ...]:
    """The columns that `_RECORD` sets, in its order."""
    return (
        moment(one.not_before),
        one.state.value,
        one.attempts,
        _moment(one.first_attempt_at),
        one.looked,
        one.reference,
        one.detail,
    )


def _delivery(row: Sequence[Any]) -> Delivery:
    first_attempt_at = row[10]
    return Delivery(
        destination=Destination.parse(row[0]),
        subscription_id=row[1],
        edition=Edition(row[2]),
        part=row[3],
        parts=row[4],
        payload=row[14],
        picks=tuple(json.loads(row[5])),
        created_at=at_moment(row[6]),
        not_before=at_moment(row[7]),
        state=State(row[8]),
        attempts=row[9],
        first_attempt_at=None if first_attempt_at is None else at_moment(first_attempt_at),
        looked=row[11],
        reference=row[12],
        detail=row[13],
    )


def _moment(at: object) -> int | None:
    return None if at is None else moment(at)  # type: ignore[arg-type]
