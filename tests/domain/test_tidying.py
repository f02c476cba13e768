"""What sources send becomes plain text, once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tidying import tidy_line, tidy_paragraphs


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        pytest.param("Multimodal\n  Models", "Multimodal Models", id="wrapped"),
        pytest.param(" a\t\u00a0b\r\nc\u2028d ", "a b c d", id="white space of any kind"),
        pytest.param("Fre\u0301chet", "Fréchet", id="composed"),
        pytest.param("a\u202eb\u200bc\x00d\ufeff\u00ad", "abcd", id="nothing invisible"),
        pytest.param("👩\u200d💻 c\u200dat", "👩\u200d💻 cat", id="joiners only where they mean something"),
        pytest.param("a\ud800b", "ab", id="half a character"),
        pytest.param("e" + "\u0301" * 500, "é" + "\u0301" * 7, id="heaps of accents"),
        pytest.param(r"up 5\%, Q\&A for \$148K, a\_b, \#1", "up 5%, Q&A for $148K, a_b, #1", id="escapes"),
        pytest.param(
            "50% of it, 5$ and % of that", "50% of it, 5$ and % of that", id="a percent sign is no comment"
        ),
        pytest.param(
            r"Pok\'emon, Schr\"odinger, na\"{\i}ve, vis-\`a-vis",
            "Pokémon, Schrödinger, naïve, vis-à-vis",
            id="accents",
        ),
        pytest.param(
            r"\'Etienne Erd\H{o}s, \L{}ukasz, {\o}re, Stra\ss e",
            "Étienne Erdős, Łukasz, øre, Straße",
            id="names",
        ),
        pytest.param(
            r"the MLLM\'s, \"optimal\" and \'A\' one",
            r"the MLLM's, \"optimal\" and \'A\' one",
            id="no accents",
        ),
        pytest.param("``thinking'' and ``wild\" ''free''", "“thinking” and “wild” “free”", id="quotes"),
        pytest.param("Models~(LLMs)~are Mamba~2", "Models (LLMs) are Mamba 2", id="a tilde that ties"),
        pytest.param("~30% or 60%~70% of 1M~4M", "~30% or 60%~70% of 1M~4M", id="a tilde that means about"),
        pytest.param(r"\emph{a \textbf{b}} {\em c}", "a b c", id="wrappers, nested"),
        pytest.param(
            r"\href{https://a.example/b~c}{here}, \url{https://a.example}",
            "here (https://a.example/b~c), https://a.example",
            id="links",
        ),
        pytest.param(
            "https://a.example/b~c''d``", "https://a.example/b~c''d``", id="an address stays as it is"
        ),
        pytest.param(r"x\footnote{y}, \eg, z", "x (y), e.g., z", id="footnotes and shorthands"),
        pytest.param(r"\ours beats \method{}", r"\ours beats \method{}", id="unknown commands stay visible"),
        pytest.param(r"$\alpha$, $\lambda=1$, {\Theta}(40K), 360{\deg}", "α, λ=1, Θ(40K), 360°", id="Greek"),
        pytest.param(
            "D$^2$PO, 10^{26}, HumanEval^{+}, $\\ell_2$, F$_1$",
            "D²PO, 10²⁶, HumanEval⁺, ℓ₂, F₁",
            id="scripts",
        ),
        pytest.param(
            "A^*, $k$-NN, $CoT$-$Pass@K$, $\\mathsf{TC}^0$", "A*, k-NN, CoT-Pass@K, TC⁰", id="simple formulas"
        ),
        pytest.param(
            "O(T^{-1/3}), $x_{i,j}$, v_{reason}", "O(T^{-1/3}), $x_{i,j}$, v_{reason}", id="others stay"
        ),
        pytest.param(
            "from $200k to $300k, 4$ and 5$ each", "from $200k to $300k, 4$ and 5$ each", id="prices"
        ),
        pytest.param(
            "p < .001, <think>, Pass@1, @everyone, A* and `x`",
            "p < .001, <think>, Pass@1, @everyone, A* and `x`",
            id="left to renderers",
        ),
    ],
)
def test_a_line_is_tidied(raw: str, tidy: str) -> None:
    assert tidy_line(raw) == tidy


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        pytest.param("one\ntwo\nthree", "one two three", id="wrapped lines are one paragraph"),
        pytest.param("one\n  two", "one\n\ntwo", id="an indent starts a paragraph"),
        pytest.param("\n  one\r\n\r\n\r\ntwo\n", "one\n\ntwo", id="so does an empty line"),
        pytest.param("``a\nb'' c\\%", "“a b” c%", id="what spans lines is decoded"),
        pytest.param(" \n\u200b\n", "", id="nothing is nothing"),
    ],
)
def test_paragraphs_are_kept(raw: str, tidy: str) -> None:
    assert tidy_paragraphs(raw) == tidy


PIECES = st.sampled_from(
    [
        *"\\${}^_~`'\"%& \n(ae1@“",
        "\\emph{",
        "\\'",
        "\\alpha",
        "\\href{",
        "``",
        "''",
        "$^",
        "\u0301",
        "\u200d",
        "é",
        "https://",
    ]
)
HOSTILE = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(HOSTILE)
def test_tidying_twice_changes_nothing(text: str) -> None:
    line, paragraphs = tidy_line(text), tidy_paragraphs(text)
    assert tidy_line(line) == line
    assert tidy_paragraphs(paragraphs) == paragraphs


@given(HOSTILE)
def test_a_line_has_single_blanks_and_nothing_unprintable(text: str) -> None:
    line = tidy_line(text)
    assert line == " ".join(line.split())
    line.encode()


@pytest.mark.parametrize(
    "unit", ["\\emph{", "\\\\", "$", "{", "``", "\\'", "^{", "\\href{a}{", "'a", "“", "e\u0301\u0323", " ~a"]
)
def test_text_built_to_nest_without_end_is_settled(unit: str) -> None:
    line = tidy_line(unit * 5000 + "%")
    assert tidy_line(line) == line


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        (r"See \href{https://x.org}{code}.", "See code (https://x.org)."),
        (r"See \href{https://x.org}{ }.", "See https://x.org."),
        (r"See \href{ }{code}.", "See code."),
        (r"See \href{https://x.org}{https://y.org}.", "See https://y.org."),
    ],
)
def test_a_link_keeps_its_words_and_its_address(text: str, tidy: str) -> None:
    assert tidy_line(text) == tidy
