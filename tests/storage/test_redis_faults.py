from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import (
    BadConfiguration,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreRefused,
    StoreTooNew,
    StoreUnavailable,
)
from bot.domain.subscriptions import WorkspaceSettings
from storage.codec import encode_paper
from storage.redis.connection import place_of
from storage.redis.errors import RIGHTS
from storage.redis.keys import Keys
from storage.redis.store import FORMAT, RedisStore
from tests.servers.redis import RedisServer, free_port, redis_server, relay
from tests.storage.samples import BARE, CHANNEL, FULL, HOUR, NOW, listing, paper, subscription

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KEYS = Keys()
PASSWORD = "geheim"
SOON = timedelta(milliseconds=50)

READS: dict[str, Callable[[RedisStore], Awaitable[object]]] = {
    "one command": lambda store: store.papers.count(),
    "a script": lambda store: store.papers.entries([BARE.id]),
    "several commands": lambda store: store.papers.tallies([BARE.id]),
}
WRITES: dict[str, Callable[[RedisStore], Awaitable[object]]] = {
    "one command": lambda store: store.settings.put("slack:T1", WorkspaceSettings()),
    "a script": lambda store: store.marks.claim(CHANNEL, ["a"], owner="one", at=NOW),
    "a transaction": lambda store: store.papers.keep(listing([FULL])),
    "a ping": lambda store: store.ping(),
}
reading = pytest.mark.parametrize("ask", READS.values(), ids=READS)
writing = pytest.mark.parametrize("ask", WRITES.values(), ids=WRITES)
asking = pytest.mark.parametrize(
    "ask", [*READS.values(), *WRITES.values()], ids=[*READS, *map("write, {}".format, WRITES)]
)


async def _refused(error: type[StoreError], work: Awaitable[object]) -> StoreError:
    """*work* raises exactly *error*, with advice and without a password."""
    with pytest.raises(StoreError) as caught:
        await work
    assert type(caught.value) is error, caught.value
    assert caught.value.hint
    assert PASSWORD not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


async def _opened(url: str, *, patience: timedelta = timedelta(seconds=5)) -> None:
    async with RedisStore.open(url, patience=patience) as store:
        await store.ping()


# Addresses


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://localhost", "localhost:6379/0"),
        ("REDIS://localhost:6380/", "localhost:6380/0"),
        ("rediss://ana:geheim@redis.example.org:6380/3", "redis.example.org:6380/3"),
        ("redis://:ge%2Fhe%23im@10.0.0.1/2", "10.0.0.1:6379/2"),
        ("redis://[::1]:7000/1", "[::1]:7000/1"),
        ("rediss://localhost?ssl_ca_certs=/etc/ca.pem", "localhost:6379/0"),
    ],
)
def test_a_place_is_named_without_user_and_password(url: str, place: str) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis:localhost",
        "redis://:geheim/with/slashes@localhost",
        "redis://:geheim#x@localhost",
        "redis://:geheim?x@localhost",
        "redis://:geheim@localhost/papers",
        "redis://:geheim@localhost:0x1",
        "redis://:geheim@localhost?db=geheim",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        place_of(url)
    assert "redis://host:6379/0" in caught.value.hint
    assert PASSWORD not in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


# The way to the server


async def test_a_server_that_is_down_at_the_start() -> None:
    error = await _refused(StoreUnavailable, _opened(f"redis://ana:{PASSWORD}@127.0.0.1:{free_port()}/0"))
    assert "127.0.0.1" in error.message


async def test_a_server_that_speaks_no_tls(server: RedisServer) -> None:
    await _refused(StoreUnavailable, _opened(server.url.replace("redis:", "rediss:"), patience=SOON))


@asking
async def test_a_server_that_goes_in_the_middle_and_comes_back(
    server: RedisServer, store: RedisStore, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    await store.papers.keep(listing([BARE]))
    await server.stop()
    await _refused(StoreUnavailable, ask(store))
    await server.start()
    await ask(store)
    assert BARE.id in await store.papers.entries([BARE.id])


@asking
async def test_a_dropped_connection_is_not_noticed(
    server: RedisServer, store: RedisStore, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    await store.ping()
    await server.tell("CLIENT", "KILL", "TYPE", "normal")
    await ask(store)


@asking
async def test_a_server_that_hangs(
    server: RedisServer, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    assert server.process is not None
    async with RedisStore.open(server.url, patience=SOON) as store:
        server.process.send_signal(signal.SIGSTOP)
        await _refused(StoreUnavailable, ask(store))
        server.process.send_signal(signal.SIGCONT)


async def test_more_calls_than_connections_wait_for_their_turn(store: RedisStore) -> None:
    await asyncio.gather(*(store.bookmarks.save("ana", str(number), NOW) for number in range(300)))
    assert len(await store.bookmarks.saved("ana")) == 300


async def test_scripts_that_the_server_forgot_are_told_again(server: RedisServer, store: RedisStore) -> None:
    await store.papers.keep(listing([BARE]))
    for _ in range(2):
        assert BARE.id in await store.papers.entries([BARE.id])
        await server.tell("SCRIPT", "FLUSH")


# Rights


@pytest.mark.parametrize("login", ["", "default:wrong", "ana:wrong"], ids=["none", "password", "user"])
async def test_a_wrong_password(program: Path, tmp_path: Path, login: str) -> None:
    async with redis_server(program, tmp_path) as server:
        await server.tell("CONFIG", "SET", "requirepass", PASSWORD)
        url = server.url.replace("//", f"//{login}@") if login else server.url
        await _refused(StoreRefused, _opened(url))


async def test_the_right_password_opens(program: Path, tmp_path: Path) -> None:
    async with redis_server(program, tmp_path) as server:
        await server.tell("ACL", "SETUSER", "ana", "on", ">ge/he@im", "~paperround:*", *_rights())
        await _opened(server.url.replace("//", "//ana:ge%2Fhe%40im@"))


def _rights() -> list[str]:
    """What our own advice says a user must be given."""
    return RIGHTS.split()


async def test_a_user_with_the_rights_we_ask_for_can_do_everything(server: RedisServer) -> None:
    await server.tell("ACL", "SETUSER", "ana", "on", f">{PASSWORD}", "~paperround:*", *_rights())
    async with RedisStore.open(server.url.replace("//", f"//ana:{PASSWORD}@")) as store:
        for ask in [*READS.values(), *WRITES.values()]:
            await ask(store)
        await store.subscriptions.add(subscription(), due_at=NOW)
        await store.subscriptions.remove("s1")
        await store.bookmarks.save("ana", "a", NOW)
        assert await store.marks.forget(NOW + HOUR) == 1
        assert await store.papers.thin(NOW) == 0
        assert await store.warnings() == ()


@writing
async def test_a_user_without_the_right_to_write(
    server: RedisServer, store: RedisStore, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    await store.ping()
    await server.tell(
        "ACL",
        "SETUSER",
        "reader",
        "on",
        f">{PASSWORD}",
        "~*",
        "+@read",
        "+@connection",
        "+@scripting",
        "+@transaction",
    )
    async with RedisStore.open(server.url.replace("//", f"//reader:{PASSWORD}@")) as reader:
        await _refused(StoreRefused, ask(reader))
        assert await reader.papers.count() == 0


@writing
async def test_a_replica_is_read_but_not_written(
    server: RedisServer, store: RedisStore, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    await store.papers.keep(listing([BARE]))
    await server.tell("REPLICAOF", "127.0.0.1", free_port())
    await _refused(StoreReadOnly, ask(store))
    assert BARE.id in await store.papers.entries([BARE.id])


# Room


@writing
async def test_a_full_server_keeps_what_it_had(
    server: RedisServer, store: RedisStore, ask: Callable[[RedisStore], Awaitable[object]]
) -> None:
    await store.papers.keep(listing([BARE]))
    await server.tell("CONFIG", "SET", "maxmemory", "1")
    await _refused(StoreFull, ask(store))
    assert list(await store.papers.entries([BARE.id, FULL.id])) == [BARE.id]


async def test_a_server_that_reads_its_data(server: RedisServer) -> None:
    async with RedisStore.open(server.url) as store:
        await store.papers.keep(listing(map(paper, range(300))))
    await server.tell("BGREWRITEAOF")
    await _rewritten(server)
    await server.stop()
    # Each key takes 20 ms to read, and the server answers at every kilobyte.
    slow = ("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
    await server.start(*slow, wait=False)
    await _refused(StoreBusy, _opened_as_soon_as_it_listens(server.url))


async def _rewritten(server: RedisServer) -> None:
    while True:
        told = await server.tell("INFO", "persistence")
        assert isinstance(told, dict)
        if not told["aof_rewrite_in_progress"] and not told["aof_rewrite_scheduled"]:
            return
        await asyncio.sleep(0.01)


async def _opened_as_soon_as_it_listens(url: str) -> None:
    while True:
        try:
            return await _opened(url)
        except StoreUnavailable:
            await asyncio.sleep(0.01)


# Servers and stores of other versions


async def test_an_older_server_is_refused(server: RedisServer) -> None:
    told = await server.tell("INFO", "server")
    assert isinstance(told, dict)
    version = f"redis_version:{told['redis_version']}"
    older = "redis_version:6.0." + "9" * (len(version) - len("redis_version:6.0."))
    async with relay(server.port, version.encode(), older.encode()) as port:
        error = await _refused(StoreError, _opened(f"redis://127.0.0.1:{port}/0"))
    assert "6.2" in error.message


async def test_a_node_of_a_cluster_is_refused(program: Path, tmp_path: Path) -> None:
    async with redis_server(program, tmp_path) as server:
        await server.stop()
        await server.start("--cluster-enabled", "yes")
        error = await _refused(StoreError, _opened(server.url))
    assert "cluster" in error.message


@pytest.mark.parametrize(
    ("written", "error"),
    [
        pytest.param(str(FORMAT + 1), StoreTooNew, id="newer"),
        pytest.param("theirs", StoreCorrupt, id="another's"),
    ],
)
async def test_a_store_of_another_format_is_not_touched(
    server: RedisServer, written: str, error: type[StoreError]
) -> None:
    await server.tell("SET", KEYS.format, written)
    await _refused(error, _opened(server.url))
    assert await server.tell("KEYS", "*") == [KEYS.format]


async def test_another_programs_key_is_a_damaged_store(server: RedisServer, store: RedisStore) -> None:
    await server.tell("SET", KEYS.documents, "theirs")
    await _refused(StoreCorrupt, store.papers.count())
    await _refused(StoreCorrupt, store.papers.entries([BARE.id]))
    await _refused(StoreCorrupt, store.papers.keep(listing([BARE])))


@pytest.mark.parametrize(
    ("document", "error"),
    [
        pytest.param('{"v":1}', StoreCorrupt, id="incomplete"),
        pytest.param("", StoreCorrupt, id="empty"),
        pytest.param(encode_paper(BARE).replace('"v":1', '"v":99'), StoreTooNew, id="newer"),
    ],
)
async def test_a_record_that_cannot_be_read(
    server: RedisServer, store: RedisStore, document: str, error: type[StoreError]
) -> None:
    await server.tell("HSET", KEYS.documents, BARE.id, document)
    await _refused(error, store.papers.entries([BARE.id]))


# Warnings


async def test_a_server_that_may_lose_what_is_written_is_warned_of(
    server: RedisServer, store: RedisStore
) -> None:
    assert await store.warnings() == ()
    await server.tell("CONFIG", "SET", "appendonly", "no")
    await server.tell("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    await server.tell("CONFIG", "SET", "appendfsync", "everysec")
    first, second, third = await store.warnings()
    assert "appendonly yes" in first
    assert "appendfsync everysec" in second
    assert "allkeys-lru" in third


async def test_a_server_that_does_not_tell_is_not_warned_of(server: RedisServer) -> None:
    await server.tell("ACL", "SETUSER", "ana", "on", f">{PASSWORD}", "~*", "+@all", "-config", "-info")
    async with RedisStore.open(server.url.replace("//", f"//ana:{PASSWORD}@")) as store:
        assert await store.warnings() == ()
