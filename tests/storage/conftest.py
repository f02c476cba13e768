"""A Redis and a Valkey server for each test that asks for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.redis.keys import Keys
from storage.redis.store import RedisStore
from tests.servers.redis import KINDS, RedisServer, find_server, redis_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=KINDS)
def program(request: pytest.FixtureRequest) -> Path:
    found = find_server(request.param)
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture
async def server(program: Path, tmp_path: Path) -> AsyncIterator[RedisServer]:
    async with redis_server(program, tmp_path) as server:
        yield server


@pytest.fixture
async def store(server: RedisServer) -> AsyncIterator[RedisStore]:
    """An empty store; whatever it leaves behind has a lifetime or is meant to stay."""
    async with RedisStore.open(server.url) as store:
        yield store
    async with server.client() as client:
        left = [key async for key in client.scan_iter()]
        strays = [key for key in left if not Keys().is_permanent(key) and await client.ttl(key) < 0]
    assert strays == []
