from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.processes import Running, differences

NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)


def running(name: str, **settings: str) -> Running:
    return Running(name=name, until=NOON, settings=settings)


def test_settings_on_which_all_agree_are_not_named() -> None:
    assert differences([running("a", source="x", every="5"), running("b", source="x", every="5")]) == {}
    assert differences([]) == {}


def test_a_difference_says_what_each_goes_by() -> None:
    told = differences([running("b", source="x", every="5"), running("a", source="y", every="5")])
    assert told == {"source": {"a": "y", "b": "x"}}


def test_what_an_older_process_does_not_know_differs() -> None:
    assert differences([running("a"), running("b", new="1")]) == {"new": {"a": "not set", "b": "1"}}
