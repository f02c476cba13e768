"""When a name is meant: authors by whole parts or initials, organizations by handle, name and camel-case parts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.papers import Organization

_PART: Final = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|\d+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=65_536)
def split_name(name: str) -> tuple[str, ...]:
    """The parts of a person's *name*: small letters, no accents, no dots, hyphens split."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return tuple(part.casefold().replace("’", "'") for part in _PART.findall(plain))


def author_matches(wanted: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether every part of *wanted* is a whole part of *name*, in order; an initial meets what it begins.

    Both come from `split_name`. At least one part must be met whole: initials alone are nobody's name.
    """
    for part in wanted:
        if len(part) > 1 and part not in name and part[0] not in name:
            return False  # most names that share one part are told apart by another at once
    return any(
        part == other
        and len(part) > 1
        and _in_order(wanted[:before], name[:place])
        and _in_order(wanted[before + 1 :], name[place + 1 :])
        for before, part in enumerate(wanted)
        for place, other in enumerate(name)
    )


def _in_order(wanted: tuple[str, ...], name: tuple[str, ...]) -> bool:
    left = iter(name)
    return all(any(_same_part(part, other) for other in left) for part in wanted)


def _same_part(wanted: str, part: str) -> bool:
    if len(wanted) == 1 or len(part) == 1:
        return wanted[0] == part[0]
    return wanted == part


def organization_texts(organization: Organization | None) -> tuple[str, ...]:
    """The texts in which an organization's name may be found: handle and full name, whole and in camel-case parts."""
    if organization is None:
        return ()
    plain = (organization.handle, organization.name)
    return tuple(dict.fromkeys((*plain, *map(_in_parts, plain))))


def _in_parts(name: str) -> str:
    return _CAMEL.sub(" ", name)
