"""``paperround reseal``: the operator changes the key that addresses are encrypted with."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.cli.entry import main
from bot.domain.mailboxes import Recipient
from bot.sealing import Sealer
from storage.opening import open_store
from tests.services.conftest import MONDAY, at

Output = pytest.CaptureFixture[str]
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


async def keep(url: str) -> None:
    sealer = Sealer([OLD])
    async with open_store(url) as store:
        await store.recipients.keep(
            Recipient(
                id="r1",
                found_by=sealer.hashes("ana@example.org")[0],
                sealed=sealer.seal("ana@example.org"),
                asked_at=at(MONDAY),
            )
        )


async def addresses(url: str, key: str) -> list[str]:
    async with open_store(url) as store:
        return [Sealer([key]).open(one.sealed) for one in await store.recipients.all()]


def test_a_new_key_takes_over_and_the_old_one_can_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    asyncio.run(keep(url))
    monkeypatch.setenv("PAPERROUND_SEAL_KEYS", f"{NEW} {OLD}")
    assert main(["reseal", "--store", url]) == 0
    assert "has encrypted 1 mail address and the tokens of 0 workspaces" in capsys.readouterr().out
    assert asyncio.run(addresses(url, NEW)) == ["ana@example.org"]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param(
            NEW, "Put the key that it was sealed with back", id="the old one was taken out too soon"
        ),
        pytest.param("", "There is no key to seal secrets with", id="none at all"),
        pytest.param("short", "is not 32 bytes in URL-safe base64", id="no key"),
    ],
)
def test_without_the_old_key_nothing_changes_and_what_to_do_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, keys: str, says: str
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    asyncio.run(keep(url))
    monkeypatch.setenv("PAPERROUND_SEAL_KEYS", keys)
    assert main(["reseal", "--store", url]) == 1
    told = capsys.readouterr()
    assert says in told.err
    assert keys not in told.err or not keys
    assert asyncio.run(addresses(url, OLD)) == ["ana@example.org"]
