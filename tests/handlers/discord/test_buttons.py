from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.buttons import Step
from handlers.discord.buttons import (
    MOST_SIGNS,
    Again,
    Button,
    Draft,
    Fill,
    Manage,
    More,
    Outdated,
    Page,
    Run,
    Share,
    Zone,
    decode,
    encode,
    kept_text,
    key_of,
)

SHORT = (
    More(paper="2511.01234", short_id="7f3k"),
    More(paper="page:0123456789abcdef"),
    Run(text='search "world model", diffusion: a survey'),
    Run(text=""),
    Run(text="=edit"),
    Manage(short_id="7f3k"),
    Draft(key="a1b2c3", step=Step.OK),
    Draft(key="a1b2c3", step=Step.CANCEL),
    Share(text="today"),
    Page(number=2, text="trending"),
    Fill(text="subscribe in #123456789012345678"),
    Fill(text="edit 7f3k in #123456789012345678 with abstracts", of="a1b2c3d4e5f6"),
    Again(key="a1b2c3d4e5f6"),
)
LONG = "search " + "diffusion models, " * 20


@pytest.mark.parametrize("button", SHORT, ids=str)
def test_a_button_is_read_back_from_its_custom_id(button: Button) -> None:
    assert decode(encode(button)) == button
    assert kept_text(button) == {}


@pytest.mark.parametrize(
    ("button", "back"),
    [
        (Run(text=LONG), Run(key=key_of(LONG))),
        (Share(text=LONG), Share(key=key_of(LONG))),
        (Fill(text=LONG), Fill(key=key_of(LONG))),
        (Zone(text=LONG), Zone(key=key_of(LONG))),
        (Page(number=12, text=LONG), Page(number=12, key=key_of(LONG))),
    ],
    ids=str,
)
def test_a_command_too_long_for_a_custom_id_is_named_by_a_key(button: Button, back: Button) -> None:
    assert decode(encode(button)) == back
    assert kept_text(button) == {key_of(LONG): LONG}
    assert encode(back) == encode(button)


@given(st.text(max_size=400), st.integers(min_value=0, max_value=999_999_999))
def test_no_custom_id_is_too_long_and_none_is_mistaken(text: str, number: int) -> None:
    for button in (Run(text=text), Share(text=text), Fill(text=text), Page(number=number, text=text)):
        custom_id = encode(button)
        assert 1 <= len(custom_id) <= MOST_SIGNS
        back = decode(custom_id)
        assert back == button or kept_text(button) == {key_of(text): text}


@pytest.mark.parametrize(
    "custom_id",
    [
        "p0:more:7f3k:2511.01234",
        "p2:more:7f3k:2511.01234",
        "p1:vote:2511.01234",
        "p1:more:7f3k",
        "p1:draft:maybe:a1b2",
        "p1:page:x:!today",
        "p1:run:today",
        "vote:1",
        "",
    ],
)
def test_a_button_of_another_version_is_recognised_as_such(custom_id: str) -> None:
    assert decode(custom_id) == Outdated(custom_id=custom_id)


@given(st.text(max_size=120))
def test_no_custom_id_makes_the_reader_fail(custom_id: str) -> None:
    decode(custom_id)
