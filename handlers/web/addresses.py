"""Addresses of our own pages, quoted; and which addresses of others may be linked. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from bot.domain.papers import PaperId
    from bot.domain.periods import Period

FEED: Final = "/feeds/atom"
SEARCH: Final = "/search"
TRENDING: Final = "/trending"
THUMBNAILS: Final = "https://cdn-thumbnails.huggingface.co"
"""Where Hugging Face keeps the thumbnails of its listing; the only place elsewhere that a page may ask."""
_FOLDERS: Final = {"day": "/date", "week": "/week", "month": "/month"}
_MOST: Final = 2_000


def address(path: str, **asked: str | int) -> str:
    """*path* with what is *asked*; what is empty, and page 1, is left out."""
    query = urlencode({name: value for name, value in asked.items() if value not in ("", 1)})
    return f"{path}?{query}" if query else path


def period_path(period: Period) -> str:
    """The page of *period*."""
    return f"{_FOLDERS[period.unit]}/{period}"


def paper_path(paper_id: PaperId) -> str:
    """The page of a paper."""
    return f"/papers/{quote(paper_id, safe=':')}"


def outside(url: str) -> str:
    """*url* if it may be linked: a web page at a host; else nothing."""
    if len(url) > _MOST or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def thumbnail(url: str) -> str:
    """*url* if it is one of `THUMBNAILS`, else nothing."""
    return url if url.startswith(f"{THUMBNAILS}/") and outside(url) else ""
