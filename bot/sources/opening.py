"""Which kind of recording a file or folder is, told by its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import SourceUnavailable
from bot.sources.archive import GZIP_MAGIC, Archive
from bot.sources.saved_page import SavedPage

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def open_replay(path: Path, *, today: date, page_year: int | None = None) -> Archive | SavedPage:
    """The recording at *path*: a folder, gzip or JSON lines is an archive, anything else a saved page.

    Raises `SourceUnavailable` if there is nothing to read; what is in it is judged when it is replayed.
    """
    if path.is_dir() or _is_archive(_beginning(path)):
        return Archive(path)
    return SavedPage(path, page_year=page_year, today=today)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise SourceUnavailable(
            f"{path} cannot be read ({error.strerror}).", hint="Check the path."
        ) from None


def _is_archive(beginning: bytes) -> bool:
    return beginning.startswith(GZIP_MAGIC) or beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
