from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import BadConfiguration
from bot.domain.filter_text import parse_query
from storage.opening import open_index, open_store, store_path


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
        "redis://:secret@localhost",
        "postgres://x",
    ],
)
def test_another_address_is_refused_with_what_is_possible(url: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        open_store(url)
    assert "sqlite:///" in caught.value.hint
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
