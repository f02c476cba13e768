"""The table of keys against a dictionary of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import text_keys
from bot.domain.occurrences import Occurrences

WORDS = st.sampled_from(
    "fine-tuning tuned a agents k-means LLMs GPT-4 world model, C++ to image is ISA".split()
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@given(shelf=st.lists(st.lists(TEXTS, max_size=3), max_size=12), other=TEXTS)
def test_every_key_is_found_in_the_texts_that_have_it_and_in_no_other(
    shelf: list[list[str]], other: str
) -> None:
    held = Occurrences()
    for parts in shelf:
        held.add(parts)

    keys = [set().union(*map(text_keys, parts)) for parts in shelf]
    assert len(held) == len(shelf)
    for key in set().union(text_keys(other), *keys):
        assert held.find(key) == sum(1 << place for place, having in enumerate(keys) if key in having)


def test_a_table_that_grows_many_times_forgets_nothing() -> None:
    held = Occurrences()
    for number in range(3_000):
        held.add([f"word{number} and the word{number // 2}"])

    assert [held.find(f"word{number}") for number in (0, 1, 1_400, 2_999)] == [
        0b11,
        0b1110,
        1 << 1_400 | 0b11 << 2_800,
        1 << 2_999,
    ]
    assert held.find("word3000") == 0
