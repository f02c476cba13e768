from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UserError
from bot.domain.mailboxes import digests_to, letters_to, parse_address
from bot.domain.subscriptions import Destination, shard_of


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        pytest.param("ana@example.org", "ana@example.org", id="plain"),
        pytest.param("  Ana.B+papers@Example.ORG \n", "Ana.B+papers@example.org", id="blanks and capitals"),
        pytest.param("ana@bücher.example", "ana@xn--bcher-kva.example", id="a host with an umlaut"),
        pytest.param("o'neil_x=y@sub.example.co.uk", "o'neil_x=y@sub.example.co.uk", id="signs"),
    ],
)
def test_an_address_is_read_as_it_is_delivered_to(typed: str, address: str) -> None:
    assert parse_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@localhost",
        "ana@[127.0.0.1]",
        "ana@127.0.0.1",
        "ana@example..org",
        "ana@-example.org",
        ".ana@example.org",
        "ana.@example.org",
        "a na@example.org",
        '"ana"@example.org',
        "ana@example.org, ben@example.org",
        "Ana <ana@example.org>",
        "ana@example.org\r\nBcc: ben@example.org",
        "ana\n@example.org",
        "ana@exam\u2028ple.org",
        "ana\0@example.org",
        "änä@example.org",
        "a" * 65 + "@example.org",
        "ana@" + "a." * 130 + "org",
        "ana@" + "ü" * 300 + ".org",
        "\ud800@example.org",
    ],
)
def test_what_is_no_address_is_refused_and_never_repeated(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_address(typed)
    assert caught.value.hint
    told = f"{caught.value.message}{caught.value.hint}".replace("ana@example.org", "")  # the example
    assert not typed or typed not in told


@given(st.text(max_size=300))
def test_whatever_is_typed_is_an_address_or_an_error(typed: str) -> None:
    try:
        address = parse_address(typed)
    except UserError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert parse_address(address) == address


def test_digests_and_letters_to_one_inbox_are_different_places_of_one_shard() -> None:
    digests, letters = digests_to("r1"), letters_to("r1")
    assert digests != letters
    assert shard_of(digests) == shard_of(letters)
    assert [Destination.parse(str(one)) for one in (digests, letters)] == [digests, letters]
