"""The way to one Redis or Valkey server, and the few ways in which the store speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import NoScriptError, WatchError

from bot.domain.errors import BadConfiguration
from storage.redis.errors import busy, translated, worth_retrying
from storage.redis.packing import PackingConnection, PackingSSLConnection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
    from urllib.parse import SplitResult

_T = TypeVar("_T")
Part = str | int | float
"""A part of a command."""
Command = tuple[Part, ...]
"""A command with its arguments, as in Redis's own documentation: https://redis.io/docs/latest/commands/"""

Call = tuple[Sequence[str], Sequence[Part]]
"""The keys and the values of one call of a script."""

PATIENCE: Final = timedelta(seconds=5)
"""How long an answer, a connection or a free connection of the pool may take."""
CONNECTIONS: Final = 32
"""The most connections of one process; who comes later waits for one."""
_WAYS: Final = 4
_RETRIES: Final = 3
_ATTEMPTS: Final = 100
_OPTIONS: Final = frozenset(
    {"ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"}
)
_POSSIBLE: Final = (
    "Use redis://host:6379/0 or rediss://user:password@host:6379/0; in a user name or password write %40 for @, "
    "%2F for /, %23 for #, %3F for ? and %25 for %."
)


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script; it touches no keys but those it is given."""

    text: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha1(self.text.encode()).hexdigest())  # noqa: S324 - the name Redis gives it


def place_of(url: str) -> str:
    """Host, port and database of *url* without user name and password; raises `BadConfiguration`."""
    try:
        split = urlsplit(url.strip())
        port = split.port or 6379
    except ValueError:
        raise _bad_address() from None  # its text may hold the password
    database = split.path.strip("/") or "0"
    if not split.hostname or not database.isdecimal() or split.fragment or not _known_options(split):
        raise _bad_address()
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    return f"{host}:{port}/{database}"


def _lowered(url: str) -> str:
    """*url* with its scheme in small letters, the only ones that the client knows."""
    scheme, _, rest = url.strip().partition(":")
    return f"{scheme.lower()}:{rest}"


def _known_options(split: SplitResult) -> bool:
    return {name for name, _ in parse_qsl(split.query, keep_blank_values=True)} <= _OPTIONS


def _bad_address() -> BadConfiguration:
    return BadConfiguration("The store's address cannot be read.", hint=_POSSIBLE)


class _Retry(Retry):
    """Tries again what may go better in a moment, and nothing else."""

    async def call_with_retry(
        self,
        do: Callable[[], Awaitable[_T]],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,  # noqa: FBT001, FBT002 - redis-py's signature
    ) -> _T:
        return await super().call_with_retry(do, fail, is_retryable or worth_retrying, with_failure_count)


class Server:
    """A Redis or Valkey server; whatever it is asked raises only `StoreError`s.

    What fails on the way is tried again a few times with growing pauses, so every step may happen twice; the steps
    of the store are written so that the second time changes nothing.
    """

    def __init__(self, client: Redis, place: str) -> None:
        self.place = place
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, patience: timedelta = PATIENCE) -> AsyncGenerator[Server]:
        """The server at *url*, its connections closed at the end; nothing is sent yet."""
        place = place_of(url)
        pool = BlockingConnectionPool.from_url(
            _lowered(url),
            max_connections=CONNECTIONS,
            timeout=patience.total_seconds(),
            socket_timeout=patience.total_seconds(),
            socket_connect_timeout=patience.total_seconds(),
            retry=_Retry(ExponentialWithJitterBackoff(cap=1, base=0.05), _RETRIES),
            health_check_interval=30,
            protocol=3,  # scores come beside their members
            decode_responses=True,
            encoding_errors="surrogatepass",  # what people paste may hold halves of characters
        )
        secure = issubclass(pool.connection_class, SSLConnection)
        pool.connection_class = PackingSSLConnection if secure else PackingConnection
        async with Redis.from_pool(pool) as client:
            yield cls(client, place)

    async def call(self, *command: str | float) -> Any:  # noqa: ANN401 - Redis answers with anything
        """The answer to one command."""
        with translated(self.place):
            return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def together(self, commands: Iterable[Command]) -> list[Any]:
        """The answers to *commands*, which happen at one moment."""
        return await self._send(commands, transaction=True)

    async def each(self, commands: Iterable[Command]) -> list[Any]:
        """The answers to *commands*, each at a moment of its own; they may be of several shards."""
        return await self._send(commands, transaction=False)

    async def _send(self, commands: Iterable[Command], *, transaction: bool) -> list[Any]:
        with translated(self.place):
            async with self._client.pipeline(transaction=transaction) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                return await pipeline.execute()

    async def run(self, script: Script, keys: Sequence[str], *values: str | float) -> Any:  # noqa: ANN401
        """What *script* gives for *keys* and *values*, at one moment."""
        with translated(self.place):
            try:
                return await self._client.evalsha(script.digest, len(keys), *keys, *values)
            except NoScriptError:
                return await self._client.eval(script.text, len(keys), *keys, *values)

    async def run_each(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        """What *script* gives for each of *calls*, its keys and its values; each at a moment of its own.

        Those with the same first key come in order. The others go several ways at once: while the server works on
        some, the next are put into bytes and the answers to the last are read.
        """
        answers = await self._evaluated(script, calls)
        unknown = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            await self.call("SCRIPT", "LOAD", script.text)
            again = await self._evaluated(script, [calls[at] for at in unknown])
            for at, answer in zip(unknown, again, strict=True):
                answers[at] = answer
        with translated(self.place):
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
        return answers

    async def _evaluated(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        numbers: dict[str, int] = {}
        ways: list[list[int]] = [[] for _ in range(min(_WAYS, len(calls)))]
        for at, (keys, _) in enumerate(calls):
            ways[numbers.setdefault(keys[0], len(numbers)) % len(ways)].append(at)
        used = [way for way in ways if way]
        told = await asyncio.gather(*[self._piped(script, [calls[at] for at in way]) for way in used])
        answers: list[Any] = [None] * len(calls)
        for way, some in zip(used, told, strict=True):
            for at, answer in zip(way, some, strict=True):
                answers[at] = answer
        return answers

    async def _piped(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        with translated(self.place):
            async with self._client.pipeline(transaction=False) as pipeline:
                for keys, values in calls:
                    pipeline.execute_command("EVALSHA", script.digest, len(keys), *keys, *values)
                return await pipeline.execute(raise_on_error=False)

    async def update(
        self, keys: Sequence[str], work: Callable[[Reader], Awaitable[tuple[Sequence[Command], _T]]]
    ) -> _T:
        """Let *work* read, then do the commands that it gives at one moment, and give its result.

        If one of *keys* changed since *work* began to read, nothing is done and *work* begins anew.
        """
        with translated(self.place):
            for _ in range(_ATTEMPTS):
                try:
                    return await self._attempt(keys, work)
                except WatchError:
                    continue
        raise busy(self.place)

    async def _attempt(
        self, keys: Sequence[str], work: Callable[[Reader], Awaitable[tuple[Sequence[Command], _T]]]
    ) -> _T:
        async with self._client.pipeline(transaction=True) as pipeline:
            await pipeline.watch(*keys)
            commands, result = await work(pipeline.execute_command)
            pipeline.multi()  # type: ignore[no-untyped-call]
            for command in commands:
                pipeline.execute_command(*command)
            await pipeline.execute()
            return result


if TYPE_CHECKING:
    Reader = Callable[..., Awaitable[Any]]
    """Gives the answer to one command that reads."""
