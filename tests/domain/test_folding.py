"""When a keyword occurs in a text: the table is the specification (docs/filters.md)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import (
    LONGEST,
    cuts,
    fold_title,
    fold_words,
    index_words,
    keys_among,
    occurs,
    phrase_parts,
    text_keys,
)
from bot.presentation.keyword_cases import FOUND, IN_SHORT, NOT_FOUND


@pytest.mark.parametrize(("keyword", "text"), FOUND.values(), ids=FOUND.keys())
def test_a_keyword_occurs(keyword: str, text: str) -> None:
    assert occurs(keyword, text)


@pytest.mark.parametrize(("keyword", "text"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_a_keyword_does_not_occur(keyword: str, text: str) -> None:
    assert not occurs(keyword, text)


@given(st.text(max_size=40))
def test_a_keyword_occurs_in_itself(keyword: str) -> None:
    assert occurs(keyword, keyword) == bool(phrase_parts(keyword))


@given(st.text(max_size=60))
def test_titles_are_the_same_however_spelt_and_spaced(title: str) -> None:
    spaced = f"  {' '.join(title.split())}\n"
    assert fold_title(spaced) == fold_title(title)
    assert fold_title(unicodedata.normalize("NFD", title)) == fold_title(unicodedata.normalize("NFC", title))


@given(
    st.lists(
        st.sampled_from(["fine", "tuning", "world", "model", "vision", "language"]), min_size=2, max_size=4
    )
)
def test_a_hyphen_and_a_blank_are_one_between_long_pieces(words: list[str]) -> None:
    for one in (" ", "-", ""):
        for other in (" ", "-", ""):
            assert occurs(one.join(words), f"on {other.join(words)} today")


SPELLINGS = st.lists(
    st.sampled_from(["fine", "tuning", "world", "LLMs", "GPT", "4", "state", "of", "the", "art", "models"]),
    max_size=8,
).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", "-", "", "/", ". "]), min_size=len(words), max_size=len(words)
    ).map(lambda signs: "".join(word + sign for word, sign in zip(words, signs, strict=True)))
)


@given(SPELLINGS, st.lists(SPELLINGS | st.text(max_size=8), max_size=4))
def test_keys_that_are_looked_for_are_found_as_if_all_had_been_made(text: str, keywords: list[str]) -> None:
    wanted = frozenset(key for keyword in keywords for part in phrase_parts(keyword) for key in part)
    assert keys_among(text, wanted) == text_keys(text) & wanted


def test_the_keys_of_a_text_grow_with_it_and_no_faster() -> None:
    sizes = [len(text_keys("word a-b-c " * times)) for times in (10, 100, 1000)]
    assert len(set(sizes)) == 1
    different = [len(text_keys(" ".join(f"w{n:04d}x" for n in range(times)))) for times in (100, 200, 400)]
    assert different[2] - different[1] == 2 * (different[1] - different[0])


def test_folded_words() -> None:
    assert fold_words("Text-to-Image models, in C++") == ("text", "to", "image", "model", "in", "c++")
    assert fold_words("…") == ()


@pytest.mark.parametrize(("keyword", "cases"), IN_SHORT.items(), ids=IN_SHORT.keys())
def test_a_keyword_finds_what_the_docs_say(
    keyword: str, cases: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    found, not_found = cases
    assert [text for text in found if not occurs(keyword, f"on {text} today")] == []
    assert [text for text in not_found if occurs(keyword, f"on {text} today")] == []


# What an index of words holds


def _held(text: str, key: str) -> bool:
    """Whether an index of words finds *key* in *text*."""
    words = index_words(text)
    stretches = {
        run[start:end]
        for run in words.runs
        for start in range(len(run))
        for end in range(start + 1, min(start + LONGEST, len(run)) + 1)
    }
    known = {word for run in words.runs for word in run}
    return key in words.keys or any(cut in stretches for cut in cuts(key, known.__contains__))


_texts = st.lists(
    st.sampled_from(
        "fine tuning k means GPT 4 Llama 3 PCs GPUs of the state art world models C++ A* 模型 A/B on off β".split()
    ).flatmap(lambda word: st.sampled_from([" ", "-", "/", ", "]).map(lambda gap: word + gap)),
    max_size=7,
).map("".join)


@given(_texts | st.text(max_size=40))
def test_an_index_of_words_has_lost_no_key(text: str) -> None:
    assert [key for key in text_keys(text) if not _held(text, key)] == []


@given(_texts, _texts)
def test_an_index_of_words_finds_what_occurs_and_nothing_else(text: str, phrase: str) -> None:
    parts = phrase_parts(phrase)
    held = bool(parts) and all(any(_held(text, key) for key in part) for part in parts)
    assert held == occurs(phrase, text)
