"""What an address asks for, read once at the door. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from handlers.web.addresses import address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.filters import Filter

_LAST_PAGE: Final = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The page of a list: its *path*, through which *filter*, and its number."""

    path: str
    filter: Filter
    page: int = 1

    @property
    def key(self) -> str:
        """The one address of what is asked, however it was written."""
        return self.at(self.page)

    def at(self, page: int) -> str:
        """The address of another page of the same."""
        return address(self.path, filter=str(self.filter), page=page)


def asked(path: str, query: Mapping[str, str]) -> Asked:
    """What *query* asks of *path*; raises `UserError` for a filter or a page that cannot be read."""
    return Asked(path=path, filter=parse_filter(query.get("filter", "")), page=page_of(query))


def page_of(query: Mapping[str, str]) -> int:
    """The number of the page that *query* asks for, 1 if it does not say; raises `UserError`."""
    text = query.get("page") or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= len(str(_LAST_PAGE)) and int(text)):
        raise UserError(f"“{text[:20]}” is no page.", hint="Pages are numbered from 1.")
    return int(text)
