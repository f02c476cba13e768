# ruff: noqa: ASYNC240 - a test's event loop has nothing else to do
from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.deliveries import State
from bot.domain.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly, StoreTooNew
from bot.domain.papers import Paper
from bot.domain.subscriptions import POSTS_A_DAY
from bot.outbox import Lease
from bot.ports import PaperChanges
from storage.codec import (
    decode_paper,
    decode_settings,
    encode_paper,
    encode_settings,
    encode_subscription,
    moment,
)
from storage.sqlite.schema import STORE
from storage.sqlite.store import SqliteStore
from tests.storage.contract import PAGE, StoreContract
from tests.storage.outbox_contract import OutboxContract
from tests.storage.remembering_contract import RememberingContract
from tests.storage.samples import BARE, CHANNEL, FULL, HOUR, NOW, listing, paper, subscription

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

REPOSITORY = Path(__file__).parents[2]
SOON = timedelta(milliseconds=50)


class TestSqliteStore(StoreContract, OutboxContract, RememberingContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        async with SqliteStore.open(tmp_path / "paperround.db") as store:
            yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paperround.db"


async def _filled(path: Path) -> bytes:
    """A store of a hundred papers at *path*; gives its bytes."""
    async with SqliteStore.open(path) as store:
        await store.papers.keep(listing(paper(number, abstract="word " * 200) for number in range(100)))
    return path.read_bytes()


async def _refused(path: Path, error: type[StoreError]) -> None:
    """Opening or reading *path* raises *error* with advice, and leaves the file as it is."""
    before = path.read_bytes()
    with pytest.raises(error) as caught:
        async with SqliteStore.open(path, busy_timeout=SOON) as store:
            await store.papers.listed(NOW.date(), NOW.date())
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == before


# Opening


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path / "a" / "b" / "paperround.db") as store:
        await store.ping()


async def test_everything_is_there_after_opening_again(path: Path) -> None:
    async with SqliteStore.open(path) as store:
        newest = await store.papers.keep(listing([FULL, BARE]))
        await store.subscriptions.add(subscription(), due_at=NOW)
    async with SqliteStore.open(path) as store:
        assert await store.papers.keep(PaperChanges()) == newest
        assert await store.subscriptions.of(CHANNEL) == [subscription()]


async def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    await _filled(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={len(STORE.migrations) + 1}")
    await _refused(path, StoreTooNew)


async def test_another_programs_database_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    await _refused(path, StoreCorrupt)


@pytest.mark.parametrize("text", ["hello", "hello " * 2000], ids=["short", "long"])
async def test_a_file_that_is_no_database_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    await _refused(path, StoreCorrupt)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.99])
async def test_a_truncated_file_is_refused(path: Path, share: float) -> None:
    whole = await _filled(path)
    path.write_bytes(whole[: int(len(whole) * share)])
    await _refused(path, StoreCorrupt)


async def test_a_file_overwritten_in_the_middle_is_refused(path: Path) -> None:
    whole = await _filled(path)
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    await _refused(path, StoreCorrupt)


async def test_a_record_that_cannot_be_read_is_a_damaged_store(path: Path) -> None:
    await _filled(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE paper SET document = '{\"v\":1}' WHERE id = ?", (paper(5).id,))
    async with SqliteStore.open(path) as store:
        with pytest.raises(StoreCorrupt):
            await store.papers.entries([paper(5).id])


async def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        async with SqliteStore.open(tmp_path):
            pass


async def test_a_path_through_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        async with SqliteStore.open(tmp_path / "file" / "paperround.db"):
            pass


# Rights


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anyone may enter, outside of those that only we may."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Without the rights of root, who may write everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
async def test_a_read_only_store_can_be_read_but_not_written(folder: Path) -> None:
    path = folder / "paperround.db"
    await _filled(path)
    path.chmod(0o444)
    folder.chmod(0o777)
    with _as_nobody():
        async with SqliteStore.open(path, busy_timeout=SOON) as store:
            assert await store.papers.count() == 100
            for change in (store.papers.keep(listing([BARE])), store.ping()):
                with pytest.raises(StoreReadOnly) as caught:
                    await change
    assert caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
@pytest.mark.parametrize("there", [True, False], ids=["with a store", "without a store"])
async def test_a_read_only_folder_is_named(folder: Path, there: bool) -> None:  # noqa: FBT001
    path = folder / "paperround.db"
    if there:
        await _filled(path)
    folder.chmod(0o555)
    with _as_nobody(), pytest.raises(StoreReadOnly, match="cannot be written"):
        async with SqliteStore.open(path) as store:
            await store.ping()


# Several processes


@contextmanager
def _process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs *code*; it is gone at the end."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


_HOLD = """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
    print("free", flush=True)
"""


async def test_a_store_locked_by_another_process_is_busy_and_then_not(path: Path) -> None:
    await _filled(path)
    with _process(_HOLD, path) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        async with SqliteStore.open(path, busy_timeout=SOON) as store:
            assert await store.papers.count() == 100
            with pytest.raises(StoreBusy) as caught:
                await store.papers.keep(listing([FULL]))
            assert "another process" in caught.value.message
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "free\n"
            await store.papers.keep(listing([FULL]))
            assert await store.papers.count() == 101


_KEEP_FOREVER = """
    import asyncio, sys
    from pathlib import Path
    from storage.sqlite.store import SqliteStore
    from tests.storage.samples import listing, paper

    async def main():
        async with SqliteStore.open(Path(sys.argv[1])) as store:
            for upvotes in range(int(sys.argv[2]), 1_000_000):
                papers = [paper(number, f"Round {upvotes}") for number in range(100)]
                await store.papers.keep(listing(papers, upvotes=upvotes))
                print(upvotes, flush=True)

    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_killed_in_the_middle_nothing_kept_is_lost_and_nothing_is_half_kept(path: Path) -> None:
    acknowledged = 0
    for kill in range(6):
        with _process(_KEEP_FOREVER, path, acknowledged + 1) as process:
            assert process.stdout is not None
            for _ in range(3 + kill):
                acknowledged = int(process.stdout.readline())
            await asyncio.sleep(0.0007 * kill)
            process.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        async with SqliteStore.open(path) as store:
            entries = await store.papers.listed(NOW.date(), NOW.date())
            [reached] = {(entry.paper.title, entry.upvotes) for entry in entries}
            assert len(entries) == 100
            assert reached in {(f"Round {n}", n) for n in (acknowledged, acknowledged + 1)}
            acknowledged = reached[1]


_OPEN = """
    import asyncio, sys
    from pathlib import Path
    from storage.sqlite.store import SqliteStore

    async def main():
        print("ready", flush=True)
        sys.stdin.readline()
        async with SqliteStore.open(Path(sys.argv[1])) as store:
            await store.ping()
        print("opened", flush=True)

    asyncio.run(main())
"""


async def test_two_processes_may_make_the_same_store(path: Path) -> None:
    with _process(_OPEN, path) as one, _process(_OPEN, path) as two:
        for process in (one, two):
            assert process.stdout is not None
            process.stdout.readline()
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in (one, two) if process.stdout] == ["opened\n"] * 2


async def test_a_file_of_before_places_had_unconfirmed_editions_still_opens(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in (one for migration in STORE.migrations[:2] for one in migration):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={STORE.application_id}")
        connection.execute("PRAGMA user_version=2")
        connection.execute(
            "INSERT INTO subscription VALUES ('s1', 'slack:T1', '1k3f', ?, 5, 1, ?)",
            (str(CHANNEL), encode_subscription(subscription())),
        )
        connection.execute(
            """INSERT INTO progress (subscription_id, due_at, silent, unconfirmed) VALUES ('s1', 7, 2, '["a","b"]')"""
        )
    async with SqliteStore.open(path) as store:
        assert (await store.subscriptions.progress(["s1"]))["s1"].silent == 2
        rows = await store._database.rows("SELECT destination, edition, at FROM unconfirmed ORDER BY number")
    assert [tuple(row) for row in rows] == [(str(CHANNEL), "a", 5), (str(CHANNEL), "b", 5)]


async def test_deliveries_and_jobs_of_before_they_stood_close_together_are_still_there(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in (one for migration in STORE.migrations[:7] for one in migration):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={STORE.application_id}")
        connection.execute("PRAGMA user_version=7")
        connection.execute(
            "INSERT INTO subscription VALUES ('s1', 'slack:T1', '1k3f', ?, 5, 1, ?)",
            (str(CHANNEL), encode_subscription(subscription())),
        )
        at = moment(NOW)
        connection.execute("INSERT INTO job VALUES (4, 's1', 'an edition', ?1, ?1, '')", (at,))
        old = (f"{CHANNEL}|s1|earlier|1", str(CHANNEL), at)
        connection.execute(
            """INSERT INTO delivery VALUES (7, ?1, ?2, 's1', 'earlier', 1, 2, '["a"]', ?3, ?3, 'unknown', 1, ?3, 0,
                '', 'timeout', NULL, '')""",
            old,
        )
        connection.execute("INSERT INTO payload VALUES (7, 'its text')")
        connection.execute("INSERT INTO mark VALUES (?, 'a', 's1|earlier', ?)", (str(CHANNEL), at))
        connection.execute("INSERT INTO mark VALUES (?, ?, 'other', ?)", (str(CHANNEL), PAGE.id, at))
    async with SqliteStore.open(path) as store:
        found = await store.outbox.find(old[0])
        assert found is not None
        assert (found.key, found.payload, found.state, found.picks) == (
            old[0],
            "its text",
            State.UNKNOWN,
            ("a",),
        )
        assert await store.outbox.retry(found.key, NOW)
        [taken] = await store.outbox.take_jobs(Lease(owner="me", at=NOW, until=NOW + HOUR), 10)
        assert (taken.job.edition, set(taken.had)) == ("an edition", {"a", PAGE.id})
        await store.papers.keep(PaperChanges(papers=(BARE,), aliases=((PAGE.id, BARE.id),)))
        assert set(await store.marks.had(CHANNEL)) == {"a", BARE.id}
        rows = await store._database.rows("PRAGMA foreign_key_check")
    assert rows == []


# A full disk


async def test_a_full_disk_keeps_what_was_there(path: Path) -> None:
    await _filled(path)
    async with SqliteStore.open(path, max_pages=path.stat().st_size // 4096 + 2) as store:
        with pytest.raises(StoreFull) as caught:
            await store.papers.keep(listing(paper(number, abstract="word " * 2000) for number in range(100)))
        assert "space" in caught.value.hint
        assert await store.papers.count() == 100
        [entry] = (await store.papers.entries([paper(5).id])).values()
        assert entry.paper.abstract == "word " * 200
        await store.papers.keep(PaperChanges(papers=(paper(5, "Small"),)))


# Records

_VERSION_1 = (
    '{"v":1,"id":"2511.01234","title":"World Models","authors":["Ana Lopez"],"author_count":1,'
    '"organization":["meta","Meta"],"keywords":["robotics"],"published_on":"2025-11-17","listed_on":["2025-11-18"]}'
)


def test_a_record_of_version_1_still_opens() -> None:
    read = decode_paper(_VERSION_1)
    assert (read.title, read.organization and read.organization.name) == ("World Models", "Meta")
    assert encode_paper(read) == _VERSION_1


def test_settings_of_before_managers_set_the_posts_a_day_still_open() -> None:
    before = (
        '{"v":1,"who_may_subscribe":"members","channels":[],"sharing":true,"zone":"UTC","hour":"09:00:00",'
        '"quiet_from":"20:00:00","quiet_until":"08:00:00"}'
    )
    read = decode_settings(before)
    assert (read.zone, read.posts_a_day) == ("UTC", POSTS_A_DAY)
    assert decode_settings(encode_settings(read)) == read


def test_a_record_of_a_newer_version_says_so() -> None:
    with pytest.raises(StoreTooNew):
        decode_paper('{"v":2}')


def test_equal_papers_are_written_alike() -> None:
    assert encode_paper(FULL) == encode_paper(Paper(**{name: getattr(FULL, name) for name in FULL.__slots__}))
