from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.plain import plain
from handlers.discord.markdown import (
    channel,
    code,
    code_block,
    escape,
    escape_keeping_links,
    fitted,
    harmless,
    link,
    worded,
)
from tests.handlers.discord.hostile import ATTACKS, mentions, pings, stray, texts, unescaped


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_what_would_ping_or_mark_up_is_shown_as_it_is(attack: str) -> None:
    for text in (attack, f"before {attack} after", f"{attack}{attack}"):
        shown = escape(text)
        assert mentions(shown, ours=False) == []
        assert stray(shown) == ""
        assert unescaped(shown) == plain(text)


@given(texts(300))
def test_escaped_text_shows_just_that_text(text: str) -> None:
    shown = escape(text)
    assert unescaped(shown) == plain(text)
    assert mentions(shown, ours=False) == []
    assert stray(shown) == ""
    assert "\n" not in shown


@given(texts(300), st.integers(0, 320))
def test_fitted_text_keeps_its_room_and_its_markup(text: str, room: int) -> None:
    for links in (False, True):
        shown = fitted(text, room, links=links)
        assert len(shown) <= room
        assert mentions(shown, ours=False) == []
        assert stray(shown) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://github.com/a/b_c.", "see <https://github.com/a/b_c>."),
        ("(https://x.example/a)", "(<https://x.example/a>)"),
        ("https://x.example/a*b", "<https://x.example/a%2Ab>"),
        ("javascript://x.example", "javascript:\u200b//x.example"),
        ("no link in snake_case", r"no link in snake\_case"),
        ("cut https://x.exam…", "cut https:\u200b//x.exam…"),
    ],
)
def test_addresses_in_an_abstract_stay_links_without_a_preview(text: str, shown: str) -> None:
    assert escape_keeping_links(text) == shown


@pytest.mark.parametrize(
    ("label", "url", "shown"),
    [
        ("A title", "https://hf.co/papers/1", "[A title](https://hf.co/papers/1)"),
        ("[CLS] token", "https://hf.co/1", r"[\[CLS\] token](https://hf.co/1)"),
        ("a ] b", "https://hf.co/1", "[a ) b](https://hf.co/1)"),
        ("see https://x.example", "https://hf.co/1", "[see https:\u200b//x.example](https://hf.co/1)"),
        ("t", "https://hf.co/a (b)", "[t](https://hf.co/a%20%28b%29)"),
        ("t", "javascript:alert(1)", "t"),
        ("t", "", "t"),
        ("", "https://hf.co/1", ""),
    ],
)
def test_a_link_leads_where_it_says_or_is_none(label: str, url: str, shown: str) -> None:
    assert link(label, url) == shown


@given(texts(200), texts(200))
def test_no_label_and_no_address_ends_a_link(label: str, rest: str) -> None:
    shown = link(label, f"https://hf.co/{rest}")
    assert stray(f"**1. {shown or 'x'}**") == ""
    assert mentions(shown) == []


def test_text_from_right_to_left_is_set_apart() -> None:
    assert escape("שלום") == "\u2068שלום\u2069"
    assert escape("a model") == "a model"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("diffusion, -survey", "`diffusion, -survey`"),
        ("a `b` c", "``a `b` c``"),
        ("`b`", r"\`b\`"),
        ("", ""),
    ],
)
def test_text_to_copy_is_code_where_it_can_be(text: str, shown: str) -> None:
    assert code(text) == shown


@given(texts(400))
def test_a_block_of_code_cannot_be_ended_from_within(text: str) -> None:
    assert code_block(text).count("```") == 2


def test_only_known_channels_and_moments_become_markup() -> None:
    known = {"#123456789012345678": channel("123456789012345678"), "Friday 09:00": "Friday 09:00 · <t:1:f>"}
    told = worded("in #123456789012345678, not #1234567890123456789: Friday 09:00 *", known, 300)
    assert told == "in <#123456789012345678>, not #1234567890123456789: Friday 09:00 · <t:1:f> \\*"
    assert worded("in #99", {}, 300) == "in #99"


@given(texts(100))
def test_a_footer_and_a_label_name_nobody(text: str) -> None:
    assert pings(harmless(text)) == []


@pytest.mark.parametrize("attack", ATTACKS[:11], ids=ascii)
def test_the_reader_of_these_tests_sees_what_is_not_escaped(attack: str) -> None:
    assert mentions(attack, ours=False)


@pytest.mark.parametrize(
    "attack", ["**bold**x", "a_b", "~", "||x||", "# x", "-# # x", "> x", "1. x", "[x](y)", "`"]
)
def test_the_reader_of_these_tests_sees_markup_that_is_not_ours(attack: str) -> None:
    assert stray(attack)
