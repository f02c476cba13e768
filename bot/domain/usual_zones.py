"""The time zones that a menu offers: what is typed so far, or those that people of a language mostly live in."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.places import is_abbreviation
from bot.domain.zones import find_zone, folded, place_of, spelled, zone_words, zones_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMON: Final = (
    "America/New_York Europe/London Europe/Berlin America/Los_Angeles Asia/Shanghai Asia/Kolkata Asia/Tokyo "
    "Europe/Paris America/Chicago Asia/Singapore Asia/Seoul Australia/Sydney America/Sao_Paulo America/Toronto "
    "Europe/Zurich Asia/Dubai Asia/Jerusalem America/Denver Asia/Hong_Kong Asia/Taipei Europe/Moscow Europe/Istanbul "
    "Europe/Madrid Europe/Amsterdam Europe/Stockholm Europe/Warsaw Europe/Rome America/Mexico_City Africa/Cairo "
    "Africa/Johannesburg Asia/Jakarta Pacific/Auckland UTC"
).split()
"""The zones most asked for, the most first."""

_BY_LOCALE: Final = {
    "bg": "Europe/Sofia",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "de-at": "Europe/Vienna Europe/Berlin Europe/Zurich",
    "de-ch": "Europe/Zurich Europe/Berlin Europe/Vienna",
    "el": "Europe/Athens",
    "en-au": "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Perth",
    "en-ca": "America/Toronto America/Vancouver America/Edmonton America/Halifax",
    "en-gb": "Europe/London Europe/Dublin",
    "en-in": "Asia/Kolkata",
    "en-us": "America/New_York America/Chicago America/Denver America/Los_Angeles",
    "es": "Europe/Madrid America/Mexico_City America/Bogota America/Argentina/Buenos_Aires",
    "es-419": "America/Mexico_City America/Bogota America/Lima America/Santiago America/Argentina/Buenos_Aires",
    "es-es": "Europe/Madrid",
    "es-la": "America/Mexico_City America/Bogota America/Lima America/Santiago America/Argentina/Buenos_Aires",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris Europe/Brussels America/Montreal",
    "he": "Asia/Jerusalem",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "id": "Asia/Jakarta",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "nl": "Europe/Amsterdam Europe/Brussels",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "pt": "Europe/Lisbon America/Sao_Paulo",
    "pt-br": "America/Sao_Paulo America/Fortaleza America/Manaus",
    "ro": "Europe/Bucharest",
    "ru": "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk",
    "sv": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv",
    "vi": "Asia/Ho_Chi_Minh",
    "zh": "Asia/Shanghai Asia/Taipei Asia/Hong_Kong Asia/Singapore",
    "zh-cn": "Asia/Shanghai Asia/Singapore",
    "zh-tw": "Asia/Taipei Asia/Hong_Kong",
}
"""The zones of a locale, as platforms name it (``de``, ``en-US``), the most people first."""


_TECHNICAL: Final = "Etc/"
"""Zones of which no place is; ``UTC+2`` says the same."""
_WORD_ENDS: Final = re.compile("[ /-]")
_LIKELY: Final = 0.7


def usual_zones(locale: str, text: str = "", limit: int = 25) -> list[tuple[str, str]]:
    """At most *limit* zones that fit what is typed so far, each with its words: ``Munich (Europe/Berlin)``.

    *text* is the beginning of a city, a region, a country, an abbreviation or an offset, in any spelling that
    `parse_zone` understands; where nothing begins so, what looks like it. Without text, those of *locale* come first,
    then the commonest. Each zone stands once, and is one that `parse_zone` reads.
    """
    typed = folded(text)
    found = _fitting(typed, locale) if typed else ((zone, zone_words(zone)) for zone in _first(locale))
    words: dict[str, str] = {}
    for zone, name in found:
        if zone not in words:
            words[zone] = f"{name} ({zone})" if "/" in zone and name != zone else name
        if len(words) == limit:
            break
    return list(words.items())


def _first(locale: str) -> Iterable[str]:
    """The zones of *locale*, then the commonest ones."""
    whole = locale.lower().replace("_", "-")
    own = _BY_LOCALE.get(whole) or _BY_LOCALE.get(whole.partition("-")[0], "")
    return dict.fromkeys((*own.split(), *_COMMON))


def _fitting(typed: str, locale: str) -> Iterator[tuple[str, str]]:
    """The zones with a name, or a word of a name, that begins as *typed*; else those that look like it."""
    exact = find_zone(typed)
    if exact is not None:
        yield exact, _shown(typed) if typed in zones_by_name() else zone_words(exact)
    order = {zone: place for place, zone in enumerate(_first(locale))}
    ranked = [
        (not name.startswith(typed), order.get(zone, len(order)), len(name), name, zone)
        for spaced, name, zone in _names()
        if " " + typed in spaced
    ]
    yield from ((zone, _shown(name)) for *_, name, zone in sorted(ranked))
    if exact is None and not ranked:
        alike = get_close_matches(
            typed, [name for _, name, _ in _names() if name[0] == typed[0]], cutoff=_LIKELY
        )
        yield from ((zones_by_name()[name], _shown(name)) for name in alike)


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str, str], ...]:
    """Each name of a zone as it is searched, with a blank before each of its words; as it is; and its zone."""
    named = [(name, zone) for name, zone in zones_by_name().items() if not zone.startswith(_TECHNICAL)]
    return tuple((" " + name + _WORD_ENDS.sub(" ", " " + name), name, zone) for name, zone in named)


def _shown(name: str) -> str:
    """The folded *name* as people write it; of an IANA name only the place."""
    return name.upper() if is_abbreviation(name) else place_of(spelled(name))
