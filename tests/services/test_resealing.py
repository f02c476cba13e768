"""What was sealed with an old key is sealed with the newest, while the store is in use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.mailboxes import Recipient
from bot.ports import Store
from bot.sealing import Sealer
from bot.services.resealing import Resealed, reseal
from storage.opening import open_store
from tests.services.conftest import MONDAY, at

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ANA = "Ana@example.org"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        yield store


def recipient(name: str, key: str, found_by: str) -> Recipient:
    return Recipient(id=name, found_by=found_by, sealed=Sealer([key]).seal(ANA), asked_at=at(MONDAY))


async def test_addresses_and_tokens_are_sealed_anew_and_found_by_the_newest_key_alone(store: Store) -> None:
    await store.recipients.keep(recipient("r1", OLD, Sealer([OLD]).hashes("ana@example.org")[0]))
    await store.installations.keep("slack:T1", Sealer([OLD]).seal("xoxb-1"))
    assert await reseal(store, Sealer([NEW, OLD])) == Resealed(addresses=1, workspaces=1, left=0)
    newest = Sealer([NEW])
    found = await store.recipients.find(newest.hashes("ana@example.org"))
    assert found is not None
    assert (found.id, newest.open(found.sealed)) == ("r1", ANA)
    assert newest.open((await store.installations.all())["slack:T1"]) == "xoxb-1"


async def test_what_cannot_be_sealed_anew_is_counted_and_stays_readable(store: Store) -> None:
    both = Sealer([NEW, OLD])
    for name, found_by in zip(("r1", "r2"), both.hashes("ana@example.org"), strict=True):
        await store.recipients.keep(recipient(name, OLD, found_by))
    assert (await reseal(store, both)).left == 1
    assert {both.open(one.sealed) for one in await store.recipients.all()} == {ANA}
