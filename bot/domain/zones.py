"""Time zones as people name them: IANA names, cities, abbreviations and fixed offsets."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta, timezone
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.domain.errors import BadText
from bot.domain.places import REGIONS_WITHOUT_CITIES, zones_by_nickname

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_LONGEST_NAME: Final = 40
_MOST_HOURS: Final = 14
_ABBREVIATION: Final = 3  # letters at most
_UTC: Final = "UTC"
_OFFSET: Final = re.compile(
    r"(?:utc|gmt)?\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?", re.ASCII
)
_FIXED: Final = re.compile(r"UTC(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d)", re.ASCII)


def parse_zone(text: str) -> str:
    """The zone that *text* names: an IANA name, or a fixed offset in the one form ``UTC+02:00``.

    Understands IANA names and cities in any case, with or without accents (``new york``, ``São Paulo``),
    abbreviations (``ET``, ``CEST``: the place, with its summer time) and offsets (``UTC+2``, ``+05:30``). Raises
    `BadText` with the nearest zones for anything else.
    """
    zone = find_zone(text)
    if zone is None:
        raise unknown_zone(text)
    return zone


def find_zone(text: str) -> str | None:
    """What `parse_zone` gives, or None where it would raise."""
    plain = folded(text)
    if len(plain) > _LONGEST_NAME:
        return None
    return _offset(plain) or zones_by_name().get(plain.removesuffix(" time"))


def nearest_zones(text: str, *, likeness: float = 0.7) -> tuple[str, ...]:
    """Up to three names of zones that look like *text*, the nearest first, each as `parse_zone` reads it."""
    plain = folded(text)
    if len(plain) > _LONGEST_NAME:
        return ()
    names = get_close_matches(plain, zones_by_name(), n=3, cutoff=likeness)
    if names:
        nearly_as_near = SequenceMatcher(None, names[0], plain).ratio() - 0.015
        names = get_close_matches(plain, names, cutoff=nearly_as_near)
    return tuple({zones_by_name()[name]: spelled(name) for name in reversed(names)}.values())[::-1]


def unknown_zone(text: str) -> BadText:
    """The error for a *text* that names no zone; its suggestion is the nearest one."""
    plain, near = text.strip(), nearest_zones(text)
    zones = [name if "/" in name else f"{name} ({parse_zone(name)})" for name in near]
    example = "Name a city, such as Berlin, or an offset, such as UTC+2."
    return BadText(
        f"“{plain[:_LONGEST_NAME]}” is not a time zone.",
        hint=f"Did you mean {' or '.join(zones)}?" if zones else example,
        text=plain,
        end=len(plain),
        suggestion=near[0] if near else "",
    )


def spelled(name: str) -> str:
    """The folded *name* of a zone as people write it."""
    zone = zones_by_name()[name]
    if folded(zone) == name:
        return zone
    return (
        place_of(zone)
        if folded(place_of(zone)) == name
        else name.title()
        if len(name) > _ABBREVIATION
        else name.upper()
    )


@lru_cache(maxsize=1_024)
def zone_info(name: str) -> tzinfo:
    """The rules of a zone as `parse_zone` gives it. Raises `BadText` if there is no such zone."""
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        offset = timedelta(hours=int(fixed["hours"]), minutes=int(fixed["minutes"]))
        return timezone(-offset if fixed["sign"] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: a name that is a folder of the database
        raise unknown_zone(name) from None


def zone_words(name: str) -> str:
    """The short form of a zone: ``Berlin``, ``New York``, ``UTC+2``; the full name where that would mislead.

    What it gives can be pasted back: ``parse_zone(zone_words(zone)) == zone``.
    """
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        minutes = "" if fixed["minutes"] == "00" else f":{fixed['minutes']}"
        return f"UTC{fixed['sign']}{int(fixed['hours'])}{minutes}"
    place = place_of(name)
    return place if find_zone(place) == name else name


def all_zones() -> tuple[str, ...]:
    """Every IANA name that `parse_zone` can give, in order."""
    return tuple(sorted(set(zones_by_name().values())))


def _offset(plain: str) -> str | None:
    found = _OFFSET.fullmatch(plain)
    if found is None:
        return None
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours * 60 + minutes > _MOST_HOURS * 60:
        return None
    return f"UTC{found['sign']}{hours:02}:{minutes:02}" if hours or minutes else _UTC


def folded(text: str) -> str:
    """*text* as names of zones are compared: without case, accents, dots and underscores; a hyphen stays (``Etc/GMT-5`` is no ``Etc/GMT+5``)."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.replace("_", " ").replace(".", " ").replace(",", " ").split())


def place_of(name: str) -> str:
    """The last part of an IANA name as people write it: ``New York``."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


@lru_cache(maxsize=1)
def zones_by_name() -> dict[str, str]:
    """The zone of every name that is understood, by the name `folded`."""
    # A single-part IANA name (Japan, EST5EDT) is an old link; each is among the nicknames of a place.
    names = sorted(name for name in available_timezones() if "/" in name)
    return dict(_places(names)) | {folded(name): name for name in names} | zones_by_nickname()


def _places(names: list[str]) -> Iterator[tuple[str, str]]:
    """Each city with its zone; where two zones share a city the deeper name, which is not the old one, comes last."""
    for name in sorted(names, key=lambda name: name.count("/")):
        if name.split("/")[0] not in REGIONS_WITHOUT_CITIES:
            place = folded(place_of(name))
            yield place, name
            yield place.replace("-", " "), name
