from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.entry import main
from bot.domain.processes import Running
from bot.ports import PaperChanges
from storage.opening import open_store
from tests.storage.samples import BARE, FULL, NOW, subscription

Output = pytest.CaptureFixture[str]


@pytest.fixture
def stores(tmp_path: Path) -> tuple[str, str]:
    """The address of a store with two papers and a subscription, and one of a store that is not there yet."""
    old, new = (f"sqlite:///{tmp_path / name}.db" for name in ("old", "new"))

    async def fill() -> None:
        async with open_store(old) as store:
            await store.papers.keep(PaperChanges(papers=(FULL, BARE)))
            await store.subscriptions.add(subscription(), due_at=NOW)

    asyncio.run(fill())
    return old, new


def test_it_says_what_was_copied_and_what_to_do_now(stores: tuple[str, str], capsys: Output) -> None:
    old, new = stores
    assert main(["migrate", old, new]) == 0
    copied, then = capsys.readouterr().out.splitlines()
    assert copied.startswith(f"{new} now holds 2 papers, 0 days, 1 subscription, ")
    assert "PAPERROUND_STORE" in then
    assert old in then
    assert main(["subscriptions", "list", "--store", new]) == 0
    assert "1k3f" in capsys.readouterr().out


def test_a_second_time_the_new_store_is_not_empty(stores: tuple[str, str], capsys: Output) -> None:
    main(["migrate", *stores])
    assert main(["migrate", *stores]) == 2
    assert "The new store is not empty." in capsys.readouterr().err


def test_a_store_is_not_copied_into_itself(stores: tuple[str, str], capsys: Output) -> None:
    assert main(["migrate", stores[0], stores[0]]) == 2
    assert "is the same store" in capsys.readouterr().err


def test_a_store_in_use_is_named(stores: tuple[str, str], capsys: Output) -> None:
    async def while_it_is_used() -> int:
        async with open_store(stores[0]) as store, store.alone("there-7"):
            return await asyncio.to_thread(main, ["migrate", *stores])

    assert asyncio.run(while_it_is_used()) == 1
    assert "there-7" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run"], ["check"]], ids=" ".join)
def test_a_store_that_is_half_there_is_refused_with_what_to_do(
    stores: tuple[str, str], capsys: Output, command: list[str]
) -> None:
    old, new = stores

    async def begin() -> None:
        async with open_store(new) as store:
            half = Running(name=f"migration from {old}", until=datetime.max.replace(tzinfo=UTC), settings={})
            await store.processes.announce(half, NOW)

    asyncio.run(begin())
    assert main([*command, "--store", new]) == 1
    told = "".join(capsys.readouterr())
    assert f"The migration from {old} into this store has not ended." in told
    assert f"Run `paperround migrate {old}" in told


def test_a_store_with_a_record_that_cannot_be_read_is_not_copied(
    stores: tuple[str, str], tmp_path: Path, capsys: Output
) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as file, file:
        file.execute("UPDATE subscription SET document = json_set(document, '$.v', 99)")
    assert main(["migrate", *stores]) == 2
    assert "The old store has subscriptions that cannot be read (1)" in capsys.readouterr().err
