from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentions import MOST_MENTIONED, mentioned_papers
from bot.domain.papers import is_arxiv_id


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("https://arxiv.org/abs/2511.01234v2", ("2511.01234",), id="arXiv with a version"),
        pytest.param("see https://arxiv.org/pdf/2511.01234.pdf.", ("2511.01234",), id="a PDF, a full stop"),
        pytest.param("https://arxiv.org/html/2511.01234v1#S3.F2", ("2511.01234",), id="a place in it"),
        pytest.param("huggingface.co/papers/2511.01234?x=1", ("2511.01234",), id="without https"),
        pytest.param("https://www.alphaxiv.org/overview/2511.01234", ("2511.01234",), id="alphaXiv"),
        pytest.param("https://hf.co/papers/2511.01234/", ("2511.01234",), id="a slash at the end"),
        pytest.param("[it](https://arxiv.org/abs/2511.01234)", ("2511.01234",), id="Markdown"),
        pytest.param(
            "<https://arxiv.org/abs/2511.01234|arxiv.org/abs/2511.01234>", ("2511.01234",), id="Slack's, once"
        ),
        pytest.param("||arXiv:2511.01234v2||", ("2511.01234",), id="a bare id"),
        pytest.param("ARXIV: 2511.01234.", ("2511.01234",), id="a bare id in capitals"),
        pytest.param(
            "arXiv:2511.00002, arXiv:2511.00001, arXiv:2511.00002", ("2511.00002", "2511.00001"), id="order"
        ),
        pytest.param("it costs 2511.01234", (), id="a number alone"),
        pytest.param("https://huggingface.co/meta/2511.01234", (), id="a model"),
        pytest.param("https://arxiv.org/list/cs.AI/recent", (), id="a list"),
        pytest.param("https://evil.example/arxiv.org/abs/2511.01234", (), id="another site"),
        pytest.param("me@arxiv.org/abs/2511.01234", (), id="an address"),
        pytest.param("notarxiv.org/abs/2511.01234", (), id="another name"),
        pytest.param("arXiv:2511.012345", (), id="too many digits"),
    ],
)
def test_a_message_names_papers_by_links_and_ids(text: str, papers: tuple[str, ...]) -> None:
    assert mentioned_papers(text) == papers


def test_of_many_papers_the_first_ten_count() -> None:
    text = " ".join(f"arXiv:2511.{number:05}" for number in range(30))
    assert mentioned_papers(text) == tuple(f"2511.{number:05}" for number in range(MOST_MENTIONED))


@given(
    st.lists(
        st.sampled_from(["arxiv", ":", ".org/abs/", "https://", "2511.01234", "v2", " ", "hf.co/", "/", "."])
    )
)
def test_whatever_the_message_only_arxiv_ids_come_out_each_once(parts: list[str]) -> None:
    found = mentioned_papers("".join(parts))
    assert len(set(found)) == len(found)
    assert all(map(is_arxiv_id, found))
