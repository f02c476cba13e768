from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.fitting import MARK, fit, fit_escaped, fit_lines, graphemes

FAMILY = "👩‍👩‍👧"
FLAGS = "🇩🇪🇫🇷"


@pytest.mark.parametrize(
    ("text", "characters", "size", "fitted"),
    [
        pytest.param("short", 5, None, "short", id="what fits stays"),
        pytest.param("", 0, None, "", id="nothing"),
        pytest.param("world models plan", 13, None, "world models…", id="at the end of a word"),
        pytest.param(
            "world models plan", 12, None, "world…", id="never within a word that has a neighbour near"
        ),
        pytest.param("supercalifragilistic", 8, None, "superca…", id="within a word that is too long"),
        pytest.param("one, two, three", 10, None, "one, two…", id="without a comma before the mark"),
        pytest.param("cafe\u0301s are open", 5, None, "caf…", id="an accent keeps its letter"),
        pytest.param(f"{FAMILY}{FAMILY}", 8, None, f"{FAMILY}…", id="a family stays together"),
        pytest.param(FLAGS, 3, None, "🇩🇪…", id="a flag stays whole"),
        pytest.param("世界模型很好", 4, None, "世界模…", id="characters of one letter each"),
        pytest.param("世界模型很好", 9, 12, "世界模…", id="bytes"),
        pytest.param("abc", 0, None, "", id="no room even for the mark"),
        pytest.param("abc", 9, 2, "", id="no bytes for the mark"),
    ],
)
def test_text_is_cut_where_people_would_cut_it(
    text: str, characters: int, size: int | None, fitted: str
) -> None:
    assert fit(text, characters, size=size) == fitted


def test_another_mark_can_stand_at_the_cut() -> None:
    assert fit("world models plan", 15, mark=" [more]") == "world [more]"


TEXTS = st.lists(
    st.sampled_from(["word", " ", ", ", "e\u0301", "世", FAMILY, "🇩🇪", "👍🏽", "\ud800"]), max_size=40
).map("".join)


@given(TEXTS | st.text(), st.integers(0, 60), st.none() | st.integers(0, 90))
def test_it_always_fits_and_is_a_beginning(text: str, characters: int, size: int | None) -> None:
    fitted = fit(text, characters, size=size)

    assert len(fitted) <= characters
    assert size is None or len(fitted.encode(errors="replace")) <= size
    assert fitted == text or text.startswith(fitted.removesuffix(MARK))


@given(TEXTS, st.integers(1, 60))
def test_no_grapheme_is_cut(text: str, characters: int) -> None:
    kept = list(graphemes(fit(text, characters).removesuffix(MARK)))

    assert kept == list(graphemes(text))[: len(kept)]


@given(st.text())
def test_graphemes_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text


@given(TEXTS, st.integers(0, 60))
def test_escaped_text_fits_too(text: str, characters: int) -> None:
    escaped = fit_escaped(text, characters, lambda one: one.replace("o", "\\o"))
    assert len(escaped) <= characters
    plain = escaped.replace("\\o", "o")
    assert plain == text or text.startswith(plain.removesuffix(MARK))


def test_whole_lines_are_kept() -> None:
    assert fit_lines(["one", "two", "three"], 7) == ("one", "two")
    assert fit_lines(["one", "two", "three"], 6) == ("one",)
    assert fit_lines(["one", "two"], 8, joined_by="\r\n") == ("one", "two")
    assert fit_lines([], 0) == ()


@given(st.lists(st.text(max_size=9)), st.integers(0, 40))
def test_kept_lines_fit(lines: list[str], characters: int) -> None:
    assert len("\n".join(fit_lines(lines, characters))) <= characters
