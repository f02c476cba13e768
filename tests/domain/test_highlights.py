from __future__ import annotations

import pytest

from bot.domain.highlights import stretches


@pytest.mark.parametrize(
    ("terms", "text", "marked"),
    [
        pytest.param(
            ["world model"], "World-Models: a world model", ["World-Models", "world model"], id="hyphen"
        ),
        pytest.param(["llm"], "LLMs and LLM-based llm", ["LLMs", "LLM-based", "llm"], id="plural"),
        pytest.param(["rag"], "A fragment", [], id="inside a word"),
        pytest.param(["multi-agent"], "Multiagent, multi agent", ["Multiagent", "multi agent"], id="joined"),
        pytest.param(["a b", "b"], "x a b c", ["a b"], id="one in the other"),
        pytest.param(["text-to-image"], "From text to image", ["text to image"], id="compound"),
        pytest.param(["café"], "The cafe\u0301", ["cafe\u0301"], id="accent"),
        pytest.param([], "anything", [], id="nothing looked for"),
        pytest.param(["x"], "x " * 3000, [], id="too long to mark"),
        pytest.param(["x"], "", [], id="no text"),
    ],
)
def test_what_was_found_is_marked(terms: list[str], text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in stretches(terms, text)] == marked
