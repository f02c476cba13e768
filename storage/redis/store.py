"""All ports of a store on a Redis or Valkey server."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from bot.domain.errors import StoreError, StoreRefused
from storage.redis.bookmarks import RedisBookmarks
from storage.redis.connection import PATIENCE, Server
from storage.redis.contents import RedisContents
from storage.redis.departures import RedisDepartures
from storage.redis.drafts import RedisDrafts
from storage.redis.errors import OLDEST, corrupt, too_new, too_old
from storage.redis.installations import RedisInstallations
from storage.redis.keys import PREFIX, Keys
from storage.redis.leases import RedisLeases
from storage.redis.limiter import RedisLimiter
from storage.redis.marks import RedisMarks
from storage.redis.outbox import RedisOutbox
from storage.redis.papers import RedisPapers
from storage.redis.processes import RedisProcesses
from storage.redis.recipients import RedisRecipients
from storage.redis.settings import RedisSettings
from storage.redis.subscriptions import RedisSubscriptions
from storage.redis.traces import RedisTraces

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import timedelta

FORMAT: Final = 1
"""The number of the format written now; a store of a higher one is not touched."""

_IN_MEMORY: Final = (
    "The Redis server keeps what is written in memory only (appendonly {}): a restart may lose papers and "
    "subscriptions. Set appendonly yes."
)
_EVICTING: Final = (
    "The Redis server throws keys away when its memory is full (maxmemory-policy {}): subscriptions may vanish. "
    "Set maxmemory-policy noeviction."
)
_LATE: Final = (
    "The Redis server writes to its disk after it has answered (appendfsync {}): if it is killed or loses power, the "
    "last seconds are lost, and what was posted in them may come twice. Set appendfsync always."
)
_WANTED: Final = (
    ("appendonly", "yes", _IN_MEMORY),
    ("appendfsync", "always", _LATE),
    ("maxmemory-policy", "noeviction", _EVICTING),
)


class RedisStore:
    """The `bot.ports.Store` of a Redis or Valkey server; any number of processes may share it."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys
        self.papers = RedisPapers(server, keys)
        self.subscriptions = RedisSubscriptions(server, keys)
        self.marks = RedisMarks(server, keys)
        self.bookmarks = RedisBookmarks(server, keys)
        self.settings = RedisSettings(server, keys)
        self.outbox = RedisOutbox(server, keys)
        self.limiter = RedisLimiter(server, keys)
        self.leases = RedisLeases(server, keys)
        self.processes = RedisProcesses(server, keys)
        self.contents = RedisContents(server, keys)
        self.drafts = RedisDrafts(server, keys)
        self.departures = RedisDepartures(server, keys)
        self.traces = RedisTraces(server, keys)
        self.recipients = RedisRecipients(server, keys)
        self.installations = RedisInstallations(server, keys)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, prefix: str = PREFIX, patience: timedelta = PATIENCE
    ) -> AsyncGenerator[RedisStore]:
        """The store at *url* (``redis://`` or ``rediss://``) whose keys begin with *prefix* (no braces).

        *patience* is how long one answer may take. Raises `BadConfiguration` for an address that cannot be read, and
        `StoreError` for a server that is down, refuses us or is too old, or a store of a newer version.
        """
        async with Server.open(url, patience=patience) as server:
            keys = Keys(prefix)
            await _check_version(server)
            await _check_format(server, keys)
            yield cls(server, keys)

    @asynccontextmanager
    async def alone(self, owner: str) -> AsyncGenerator[None]:
        """Nothing: a server is there for any number of processes."""
        del owner
        yield

    async def holder(self) -> str:
        """Empty: nobody has a server alone."""
        return ""

    async def ping(self) -> None:
        """Return if the store can be read and written; raises `StoreError`."""
        await self._server.call("SET", self._keys.ping, "1", "EX", 60)

    async def warnings(self) -> tuple[str, ...]:
        """What about the server's settings may lose what is written, as sentences; none if it does not tell."""
        told = [(await _setting(self._server, name), wanted, words) for name, wanted, words in _WANTED]
        return tuple(words.format(value) for value, wanted, words in told if value not in (None, wanted))


async def _setting(server: Server, name: str) -> str | None:
    try:
        told: dict[str, str] = await server.call("CONFIG", "GET", name)
    except StoreError:  # many hosts forbid the command, or have renamed it
        return None
    return told.get(name)


async def _check_version(server: Server) -> None:
    try:
        told: dict[str, Any] = await server.call("INFO", "server")
    except StoreRefused:
        return  # whoever may not ask will see soon enough what does not work
    version = str(told.get("redis_version", ""))
    numbers = tuple(int(one) for one in version.split(".")[:2] if one.isdecimal())
    if numbers and numbers < OLDEST:
        raise too_old(server.place, version)


async def _check_format(server: Server, keys: Keys) -> None:
    written = await server.call("GET", keys.format)
    if written is None:
        await server.call("SET", keys.format, FORMAT, "NX")
        written = await server.call("GET", keys.format)
    if not written.isdecimal():
        raise corrupt(server.place)
    if int(written) > FORMAT:
        raise too_new(server.place)
