from __future__ import annotations

from datetime import date

import pytest

from bot.domain.dates import parse_day, split_day
from bot.domain.errors import BadDate

TODAY = date(2025, 11, 13)  # a Thursday
READ = [
    ("today", date(2025, 11, 13)),
    ("  Today ", date(2025, 11, 13)),
    ("yesterday", date(2025, 11, 12)),
    ("the day before yesterday", date(2025, 11, 11)),
    ("3 days ago", date(2025, 11, 10)),
    ("wed", date(2025, 11, 12)),
    ("Mon.", date(2025, 11, 10)),
    ("mondays", date(2025, 11, 10)),
    ("last friday", date(2025, 11, 7)),
    ("on Tuesday", date(2025, 11, 11)),
    ("thursday", date(2025, 11, 6)),
    ("2025-10-16", date(2025, 10, 16)),
    ("2025-6-1", date(2025, 6, 1)),
    ("2025/6/1", date(2025, 6, 1)),
    ("20251016", date(2025, 10, 16)),
    ("16 Oct", date(2025, 10, 16)),
    ("16th of October", date(2025, 10, 16)),
    ("16 oct. 2025", date(2025, 10, 16)),
    ("16-Oct-2025", date(2025, 10, 16)),
    ("Oct 16", date(2025, 10, 16)),
    ("Sept 1", date(2025, 9, 1)),
    ("Oct 16 2025", date(2025, 10, 16)),
    ("October 16th, 2025", date(2025, 10, 16)),
    ("16.10.2025", date(2025, 10, 16)),
    ("16.10.", date(2025, 10, 16)),
    ("16.10", date(2025, 10, 16)),
    ("16/10/2025", date(2025, 10, 16)),
    ("10/16/2025", date(2025, 10, 16)),
    ("10/10/2025", date(2025, 10, 10)),
    ("31 Dec", date(2024, 12, 31)),
    ("29 Feb", date(2024, 2, 29)),
    ("13 Nov", date(2025, 11, 13)),
]
REFUSED = [
    ("tomorrow", "still to come"),
    ("2025-11-14", "still to come"),
    ("14 Nov 2025", "still to come"),
    ("10/11/2025", "two ways"),
    ("2025-02-30", "There is no 2025-02-30"),
    ("31 April", "There is no 2025-04-31"),
    ("13/13/2025", "There is no"),
    ("0000-01-01", "There is no"),
    ("gibberish", "not a day"),
    ("", "not a day"),
    ("x" * 10_000, "not a day"),
    ("2511.01234", "not a day"),
]


@pytest.mark.parametrize(("text", "day"), READ, ids=[text for text, _ in READ])
def test_a_day_is_read(text: str, day: date) -> None:
    assert parse_day(text, today=TODAY) == day


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[text[:12] or "nothing" for text, _ in REFUSED])
def test_a_day_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(BadDate, match=words) as caught:
        parse_day(text, today=TODAY)
    assert caught.value.hint
    assert len(caught.value.message) < 120


def test_an_ambiguous_day_is_answered_with_both_readings() -> None:
    with pytest.raises(BadDate) as caught:
        parse_day("10/11/2025", today=TODAY)
    assert caught.value.hint == "Say 2025-11-10 or 2025-10-11."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("monday diffusion", ("monday", "diffusion")),
        ("16 Oct diffusion, agents", ("16 Oct", "diffusion, agents")),
        ("Oct 16 2025 2024", ("Oct 16 2025", "2024")),
        ("last monday", ("last monday", "")),
        ("10/11/2025 x", ("10/11/2025", "x")),
        ("30 Feb 2025 x", ("30 Feb 2025", "x")),
        ("gibberish x", ("gibberish", "x")),
        ("tomorrow x", ("tomorrow", "x")),
        ("", ("", "")),
    ],
)
def test_a_text_begins_with_a_day(text: str, parts: tuple[str, str]) -> None:
    assert split_day(text) == parts
