"""From the address of a store to the open store, and to the search index beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadConfiguration
from storage.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.ports import SearchIndex, Store

_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<rest>.*)", re.DOTALL)
_SERVER: Final = re.compile(r"\s*rediss?:", re.IGNORECASE)
_POSSIBLE: Final = (
    "Use sqlite:///paperround.db (in this folder), sqlite:////var/lib/paperround.db (three slashes and the path), "
    "a plain path, or redis://host:6379/0 (rediss:// with TLS)."
)


def open_store(url: str) -> AbstractAsyncContextManager[Store]:
    """The store at *url*, opened when entered.

    *url* is ``sqlite:///relative``, ``sqlite:////absolute``, a path, or ``redis://`` or ``rediss://`` with user,
    password, host, port and database. Raises `BadConfiguration` at once for another kind of address; entering raises
    `StoreError`.
    """
    if not _SERVER.match(url):
        return SqliteStore.open(store_path(url))
    # Whoever has no server need not load its client.
    from storage.redis.connection import place_of  # noqa: PLC0415
    from storage.redis.store import RedisStore  # noqa: PLC0415

    place_of(url)
    return RedisStore.open(url)


def open_index(url: str, folder: Path = Path()) -> AbstractAsyncContextManager[SearchIndex]:
    """The search index of the store at *url*, opened (and made anew if need be) when entered.

    It is a folder beside a store that is a file, else within *folder*, one for each server and database.
    """
    # Whoever only asks for help need not load the engine.
    from storage.search.index import FullTextIndex  # noqa: PLC0415

    if not _SERVER.match(url):
        path = store_path(url)
        return FullTextIndex.open(path.with_name(path.name + ".search"))
    name = re.sub(r"[^a-z0-9.]+", "-", shown(url).lower()).strip("-")
    return FullTextIndex.open(folder / f"{name}.search")


def shown(url: str) -> str:
    """*url* as it may be shown: without user name, password and options; raises `BadConfiguration`."""
    if not _SERVER.match(url):
        return url
    from storage.redis.connection import place_of  # noqa: PLC0415

    scheme = url.strip().partition(":")[0].lower()
    return f"{scheme}://{place_of(url)}"


def store_path(url: str) -> Path:
    """The file that *url* names; raises `BadConfiguration` if it names none."""
    found = _SCHEME.fullmatch(url.strip())
    path = url.strip() if found is None else _after_scheme(found["scheme"].lower(), found["rest"])
    if not path or "\0" in path:
        raise BadConfiguration("The store's address names no file.", hint=_POSSIBLE)
    return Path(path).expanduser()


def _after_scheme(scheme: str, rest: str) -> str:
    # The address itself may hold a password, so only its scheme is repeated.
    if scheme != "sqlite":
        raise BadConfiguration(f"A store of the kind {scheme}: is not known.", hint=_POSSIBLE)
    if not rest.startswith("///"):
        raise BadConfiguration("After sqlite: come three slashes, then the path.", hint=_POSSIBLE)
    return rest.removeprefix("///")
