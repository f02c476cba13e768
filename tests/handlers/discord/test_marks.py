from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bot.domain.deliveries import nonce_of
from handlers.discord.marks import can_be_marked, is_marked, mark_of, marked
from handlers.discord.messages import Message, UnreadablePayload, decode, encode

NONCE, OTHER = nonce_of("one"), nonce_of("another")
BOX = {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "A paper"}]}]}
ROWS = {
    "content": "1 paper",
    "components": [{"type": 1, "components": [{"type": 2, "custom_id": "p1:more:a:b"}]}],
}
LINKED = {
    "content": "x",
    "embeds": [{"title": "No link"}, {"title": "A", "url": "https://example.org/a#top"}],
}
PLAIN = {"content": "Only words", "embeds": [{"title": "No link"}]}


@pytest.mark.parametrize("body", [BOX, ROWS, LINKED], ids=["a box", "rows below embeds", "embeds alone"])
def test_a_marked_message_is_found_again_and_no_other(body: dict[str, Any]) -> None:
    before = deepcopy(body)
    assert can_be_marked(body)
    stored = marked(body, NONCE)
    assert is_marked(stored, NONCE)
    assert not is_marked(stored, OTHER)
    assert not is_marked(body, NONCE)
    assert body == before


def test_a_message_without_room_for_a_mark_stays_as_it_is() -> None:
    assert not can_be_marked(PLAIN)
    assert marked(PLAIN, NONCE) == PLAIN


def test_a_nonce_that_history_gives_back_is_mark_enough() -> None:
    assert is_marked({**PLAIN, "nonce": NONCE}, NONCE)


def test_a_mark_changes_no_word_and_no_button() -> None:
    [box] = marked(BOX, NONCE)["components"]
    assert box == {**BOX["components"][0], "id": mark_of(NONCE)}  # type: ignore[index]


@pytest.mark.parametrize("nonce", ["0" * 24, "f" * 24, NONCE])
def test_a_mark_is_an_id_that_discord_takes_and_never_gives_out_itself(nonce: str) -> None:
    assert 40 < mark_of(nonce) < 2**31


@pytest.mark.parametrize(
    "message",
    [
        Message(body=BOX),
        Message(body=PLAIN, reply=True, thread="Abstracts of Monday"),
        Message(body={"content": "\ud800"}),
    ],
    ids=["a digest", "a reply", "half a letter"],
)
def test_a_payload_opens_as_what_it_was(message: Message) -> None:
    assert decode(encode(message)) == message
    encode(message).encode()


@pytest.mark.parametrize("payload", ["", "[]", "5", "{}", '{"v": 2, "body": {}}', '{"v": 1}', "still here"])
def test_another_payload_is_told_from_ours(payload: str) -> None:
    with pytest.raises(UnreadablePayload):
        decode(payload)
