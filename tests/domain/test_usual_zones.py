from __future__ import annotations

import pytest

from bot.domain.usual_zones import _BY_LOCALE, _COMMON, usual_zones
from bot.domain.zones import all_zones, parse_zone

LOCALES = ["de", "en-US", "ja", "pt-BR", "xx", ""]


def zones(locale: str, text: str = "", limit: int = 25) -> list[str]:
    return [zone for zone, _ in usual_zones(locale, text, limit)]


@pytest.mark.parametrize(
    ("locale", "first"),
    [
        ("de", "Europe/Berlin"),
        ("de-DE", "Europe/Berlin"),
        ("de-AT", "Europe/Vienna"),
        ("en-US", "America/New_York"),
        ("en_GB", "Europe/London"),
        ("ja", "Asia/Tokyo"),
        ("pt-BR", "America/Sao_Paulo"),
        ("zh-CN", "Asia/Shanghai"),
        ("tlh", "America/New_York"),
        ("", "America/New_York"),
    ],
)
def test_where_nothing_is_typed_the_zones_of_the_language_come_first_then_the_commonest(
    locale: str, first: str
) -> None:
    assert zones(locale)[0] == first
    assert {"Europe/London", "America/New_York"} <= set(zones(locale))
    assert len(zones(locale)) == 25


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("berl", ("Europe/Berlin", "Berlin (Europe/Berlin)")),
        ("BERLIN", ("Europe/Berlin", "Berlin (Europe/Berlin)")),
        ("new y", ("America/New_York", "New York (America/New_York)")),
        ("york", ("America/New_York", "New York (America/New_York)")),
        ("são", ("America/Sao_Paulo", "Sao Paulo (America/Sao_Paulo)")),
        ("mun", ("Europe/Berlin", "Munich (Europe/Berlin)")),
        ("europe/vi", ("Europe/Vienna", "Vienna (Europe/Vienna)")),
        ("germ", ("Europe/Berlin", "Germany (Europe/Berlin)")),
        ("ET", ("America/New_York", "ET (America/New_York)")),
        ("cest", ("Europe/Berlin", "CEST (Europe/Berlin)")),
        ("utc+2", ("UTC+02:00", "UTC+2")),
        ("utc", ("UTC", "UTC")),
        ("berln", ("Europe/Berlin", "Berlin (Europe/Berlin)")),
    ],
)
def test_what_is_typed_so_far_finds_its_zone(text: str, first: tuple[str, str]) -> None:
    assert usual_zones("ja", text)[0] == first


def test_a_region_finds_its_zones_the_commonest_first() -> None:
    found = zones("de", "europe")
    assert found[:3] == ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]
    assert all(zone.startswith("Europe/") for zone in found)


@pytest.mark.parametrize("text", ["qqqq", "x" * 1000, "/", "%s", "\0"])
def test_what_is_like_no_zone_finds_none(text: str) -> None:
    assert zones("en", text) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text", ["", "a", "e", "new", "am", "s", "pacific", "us"])
def test_each_zone_stands_once_can_be_read_and_fits_a_menu(locale: str, text: str) -> None:
    found = usual_zones(locale, text)
    assert len({zone for zone, _ in found}) == len(found) <= 25
    for zone, words in found:
        assert parse_zone(zone) == zone
        assert 1 <= len(words) <= 75  # the shortest text of a menu's choice among our platforms, Slack's
    assert usual_zones(locale, text, limit=3) == found[:3]


def test_every_zone_of_the_lists_is_one() -> None:
    listed = {zone for some in _BY_LOCALE.values() for zone in some.split()} | set(_COMMON)
    assert listed - {"UTC"} <= set(all_zones())
