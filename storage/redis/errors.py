"""The one place where the errors of Redis become ours; none of them holds a name or a password."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from redis import exceptions as theirs

from bot.domain.errors import (
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreRefused,
    StoreTooNew,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLDEST: Final = (6, 2)
"""The oldest server that has every command we use."""

RIGHTS: Final = "+@read +@write +@scripting +@transaction +@connection +info +config|get"
"""What a user of the server must be given, besides the keys."""


def worth_retrying(error: Exception) -> bool:
    """Whether the same may go better in a moment: not what the server decided, and starting takes it longer."""
    decided = (theirs.AuthenticationError, theirs.AuthorizationError, theirs.BusyLoadingError)
    return not isinstance(error, decided)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise what the server at *place* (host, port, database), or the way to it, says as a `StoreError` with a hint."""
    try:
        yield
    except (theirs.RedisError, OSError) as error:
        raise _ours(error, place) from error


def _ours(error: Exception, place: str) -> StoreError:
    for kinds, make in _BY_KIND:
        if isinstance(error, kinds):
            return make(place)
    text = str(error)
    for word, make in _BY_WORD:
        if word in text:
            return make(place)
    return StoreError(
        f"The store at {place} could not be read or written.",
        hint="Look into the log of the Redis server, then try again.",
    )


def _down(place: str) -> StoreError:
    return StoreUnavailable(
        f"The store at {place} does not answer.",
        hint="Check that the Redis server runs, and that its address is right (rediss:// if it wants TLS).",
    )


def _refused(place: str) -> StoreError:
    return StoreRefused(
        f"The store at {place} does not accept the user name and password.",
        hint="Put the right ones into the store's address: redis://user:password@host:port/0.",
    )


def _not_allowed(place: str) -> StoreError:
    return StoreRefused(
        f"The user that Paperround is at the store at {place} may not do what Paperround must.",
        hint=f"Give that user {RIGHTS} and the keys ~paperround:* (ACL SETUSER).",
    )


def _read_only(place: str) -> StoreError:
    return StoreReadOnly(
        f"The store at {place} is a replica, which can be read but not written.",
        hint="Use the address of its primary.",
    )


def _full(place: str) -> StoreError:
    return StoreFull(
        f"There is no memory or disk left for the store at {place}; nothing of the last change was kept.",
        hint="Raise its maxmemory or free some disk, then try again; everything from before is safe.",
    )


def _loading(place: str) -> StoreError:
    return StoreBusy(
        f"The store at {place} is starting and reads its data.", hint="Try again when it is done."
    )


def _script(place: str) -> StoreError:
    return StoreBusy(
        f"The store at {place} is busy with a script of somebody.",
        hint="Wait until it is done, or end it with SCRIPT KILL.",
    )


def _cluster(place: str) -> StoreError:
    return StoreError(
        f"The store at {place} is one node of a cluster, which Paperround cannot use yet.",
        hint="Use a single Redis or Valkey server.",
    )


def corrupt(place: str) -> StoreError:
    """Something else stands where our keys should."""
    return StoreCorrupt(
        f"The store at {place} is damaged, or another program uses our keys there.",
        hint="Use another database of that server, such as /1 at the end of the address, or put back a backup.",
    )


def too_new(place: str) -> StoreError:
    """The store was written by a Paperround that is newer than this one."""
    return StoreTooNew(
        f"The store at {place} was written by a newer version of Paperround.", hint="Update Paperround."
    )


def too_old(place: str, version: str) -> StoreError:
    """The server lacks commands that we use."""
    return StoreError(
        f"The server at {place} is Redis {version}; Paperround needs {OLDEST[0]}.{OLDEST[1]} or newer.",
        hint="Update Redis, or use Valkey.",
    )


def busy(place: str) -> StoreError:
    """Others changed the same things all the time."""
    return StoreBusy(
        f"The store at {place} is being changed by too many processes at once.", hint="Try again."
    )


# The first that fits decides: several kinds are kinds of ConnectionError too.
_BY_KIND: Final[tuple[tuple[tuple[type[Exception], ...], Callable[[str], StoreError]], ...]] = (
    ((theirs.AuthenticationError, theirs.AuthenticationWrongNumberOfArgsError), _refused),
    ((theirs.NoPermissionError, theirs.AuthorizationError), _not_allowed),
    ((theirs.BusyLoadingError,), _loading),
    ((theirs.MasterDownError, theirs.ConnectionError, theirs.TimeoutError, OSError), _down),
    ((theirs.ReadOnlyError,), _read_only),
    ((theirs.OutOfMemoryError,), _full),
    ((theirs.AskError, theirs.ClusterError, theirs.ClusterCrossSlotError, theirs.TryAgainError), _cluster),
)
# Within a script or a transaction an error may come as plain text; the words are Redis's own.
_BY_WORD: Final = (
    ("READONLY", _read_only),
    ("OOM", _full),
    ("MISCONF", _full),
    ("NOREPLICAS", _down),
    ("NOPERM", _not_allowed),
    ("user executing the script can't", _not_allowed),  # Redis 7
    ("ACL failure in script", _not_allowed),  # Valkey
    ("NOAUTH", _refused),
    ("DENIED", _refused),
    ("WRONGTYPE", corrupt),
    ("BUSY ", _script),
)
