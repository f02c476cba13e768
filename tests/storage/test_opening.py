from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import BadConfiguration
from bot.domain.filter_text import parse_query
from storage.opening import open_index, open_store, shown, store_path
from tests.servers.redis import find_server, redis_server


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///paperround.db", Path("paperround.db")),
        ("sqlite:///data/paperround.db", Path("data/paperround.db")),
        ("sqlite:////var/lib/paperround.db", Path("/var/lib/paperround.db")),
        ("SQLite:///paperround.db", Path("paperround.db")),
        ("paperround.db", Path("paperround.db")),
        ("/var/lib/a b.db", Path("/var/lib/a b.db")),
        ("C:\\data\\paperround.db", Path("C:\\data\\paperround.db")),
        ("~/paperround.db", Path.home() / "paperround.db"),
    ],
)
def test_an_address_names_a_file(url: str, path: Path) -> None:
    assert store_path(url) == path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite://paperround.db",
        "sqlite:///",
        "sqlite:paperround.db",
        "redis:secret",
        "redis://:sec/secret@localhost",
        "rediss://localhost/secret",
        "postgres://x",
    ],
)
def test_another_address_is_refused_with_what_is_possible(url: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        open_store(url)
    assert "sqlite:///" in caught.value.hint or "redis://host" in caught.value.hint
    assert "secret" not in caught.value.message


async def test_the_index_stands_beside_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/paperround.db"
    async with open_store(url) as store, open_index(url) as index:
        await store.ping()
        assert (await index.find(parse_query("x"), limit=1)).total == 0
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "paperround.db",
        "paperround.db.search",
    ]


async def test_the_index_of_a_server_stands_in_a_folder_of_ours(tmp_path: Path) -> None:
    program = find_server("valkey")
    if isinstance(program, str):
        pytest.skip(program)
    (tmp_path / "server").mkdir()
    async with redis_server(program, tmp_path / "server") as server:
        url = server.url.replace("//", "//default:secret@")
        await server.tell("ACL", "SETUSER", "default", ">secret")
        async with open_store(url) as store, open_index(url, tmp_path / "data") as index:
            await store.ping()
            assert await index.position() == 0
    [path] = (tmp_path / "data").iterdir()
    assert path.name == f"redis-127.0.0.1-{server.port}-0.search"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///paperround.db", "sqlite:///paperround.db"),
        ("rediss://ana:secret@redis.example.org/2?ssl_cert_reqs=none", "rediss://redis.example.org:6379/2"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, told: str) -> None:
    assert shown(url) == told
