from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.plain import plain
from handlers.slack.mrkdwn import (
    channel,
    code,
    code_block,
    escape,
    escape_keeping_links,
    fitted,
    harmless,
    heard,
    link,
    moment,
    worded,
)
from tests.handlers.discord.hostile import ATTACKS, texts
from tests.handlers.slack.reading import BACK, read_in, shown_text, stray


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_what_would_ping_or_mark_up_is_shown_as_it_is(attack: str) -> None:
    for text in (attack, f"before {attack} after", f"{attack}{attack}"):
        shown = escape(text)
        assert read_in(shown) == []
        assert stray(shown) == ""
        assert shown_text(shown) == plain(text).translate(BACK)


@given(texts(300))
def test_escaped_text_shows_just_that_text(text: str) -> None:
    shown = escape(text)
    assert shown_text(shown) == plain(text).translate(BACK)
    assert read_in(shown) == []
    assert stray(shown) == ""
    assert "\n" not in shown


@given(texts(300), st.integers(0, 320))
def test_fitted_text_keeps_its_room_and_its_markup(text: str, room: int) -> None:
    for links in (False, True):
        shown = fitted(text, room, links=links)
        assert len(shown) <= room
        assert read_in(shown) == []
        assert stray(shown) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("> quoted", "\u200b&gt; quoted"),
        ("snake_case stays, _it_ does not", "snake_case stays, ˍitˍ does not"),
        ("2 * 3 ~ 6", "2 ∗ 3 ∼ 6"),
        ("12:30:45 and :fire:", "12:30:45 and :\u200bfire:"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("@here", "@\u200bhere"),
    ],
)
def test_signs_that_slack_reads_are_written_otherwise(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://github.com/a/b_c.", "see <https://github.com/a/b_c>."),
        ("https://x.example/?a=1&b=2", "<https://x.example/?a=1&amp;b=2>"),
        ("https://x.example/a|b", "<https://x.example/a>|b"),
        ("cut https://x.exam…", "cut https:\u200b//x.exam…"),
    ],
)
def test_addresses_in_an_abstract_stay_links(text: str, shown: str) -> None:
    assert escape_keeping_links(text) == shown


@pytest.mark.parametrize(
    ("label", "url", "shown"),
    [
        ("A title", "https://hf.co/papers/1", "<https://hf.co/papers/1|A title>"),
        ("a > b | c", "https://hf.co/1", "<https://hf.co/1|a &gt; b | c>"),
        ("t", "https://hf.co/a|b>c", "<https://hf.co/a%7Cb%3Ec|t>"),
        ("t", "https://hf.co/?a=1&b=2", "<https://hf.co/?a=1&amp;b=2|t>"),
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
    assert read_in(shown) == []
    assert stray(f"*1. {shown or 'x'}*") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("diffusion, -survey", "`diffusion, -survey`"), ("upvotes>=10", "`upvotes&gt;=10`"), ("a `b`", "a ˋbˋ")],
)
def test_text_to_copy_is_code_where_it_can_be(text: str, shown: str) -> None:
    assert code(text) == shown


@given(texts(400))
def test_a_block_of_code_cannot_be_ended_from_within(text: str) -> None:
    shown = code_block(text)
    assert shown.count("```") == 2
    assert "<" not in shown


def test_only_known_channels_and_moments_become_markup() -> None:
    known = {
        "#C012AB3CD": channel("C012AB3CD"),
        "Friday 09:00": f"Friday 09:00 · {moment(1, 'Friday 09:00')}",
    }
    told = worded("in #C012AB3CD, not #C012AB3CDE: Friday 09:00 *", known, 300)
    assert told == (
        "in <#C012AB3CD>, not #C012AB3CDE: Friday 09:00 · <!date^1^{date_short_pretty} at {time}|Friday 09:00> ∗"
    )


def test_no_channel_is_made_of_what_is_no_id() -> None:
    assert channel("general> <!here") == "#general&gt; &lt;!here"


@given(texts(100))
def test_a_header_and_a_label_name_nobody(text: str) -> None:
    assert "@everyone" not in harmless(text).lower()


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("subscribe agents in <#C012AB3CD|papers>", "subscribe agents in #C012AB3CD"),
        ("subscribe agents in <#C012AB3CD|>", "subscribe agents in #C012AB3CD"),
        ("upvotes&gt;=20 R&amp;D", "upvotes>=20 R&D"),
        ("show <https://arxiv.org/abs/2511.01234>", "show https://arxiv.org/abs/2511.01234"),
        ("show <http://arxiv.org/abs/2511.01234|arxiv.org/abs/2511.01234>", "show arxiv.org/abs/2511.01234"),
        ("search &lt;!channel&gt;", "search <!channel>"),
        ("search <@U1|ana>", "search @U1"),
    ],
)
def test_what_slack_sends_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert heard(sent) == typed


@pytest.mark.parametrize(
    "attack", ["<!channel>", "<!here>", "<@U1>", "<#C1|x>", "a & b", "> x", ":fire:", "@here"]
)
def test_the_reader_of_these_tests_sees_what_is_not_escaped(attack: str) -> None:
    assert read_in(attack)


@pytest.mark.parametrize("attack", ["*bold* x", "_it_ x", "~gone~", "`", "x *y*"])
def test_the_reader_of_these_tests_sees_markup_that_is_not_ours(attack: str) -> None:
    assert stray(attack) or attack == "`x`"
