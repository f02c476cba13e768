from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.papers import Entry, Paper, Tally, find_paper_id, is_arxiv_id, page_id

PAGE = "page:0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        "2511.01234",
        " 2511.01234\n",
        "2511.01234v2",
        "arXiv:2511.01234",
        "arxiv: 2511.01234v12",
        "ARXIV:2511.01234",
        "id:2511.01234",
        "https://arxiv.org/abs/2511.01234",
        "http://www.arxiv.org/abs/2511.01234v3",
        "https://arxiv.org/pdf/2511.01234",
        "https://arxiv.org/pdf/2511.01234v1.pdf",
        "https://arxiv.org/html/2511.01234v1",
        "https://export.arxiv.org/abs/2511.01234",
        "arxiv.org/abs/2511.01234",
        "https://huggingface.co/papers/2511.01234",
        "https://huggingface.co/papers/2511.01234#community",
        "https://huggingface.co/papers/2511.01234.md",
        "https://hf.co/papers/2511.01234/",
        "https://www.alphaxiv.org/abs/2511.01234",
        "https://alphaxiv.org/overview/2511.01234?tab=1",
        "https://www.alphaxiv.org/de/overview/2511.01234",
        "<https://arxiv.org/abs/2511.01234>",
        "(2511.01234),",
        "“2511.01234”",
    ],
)
def test_an_id_is_read_in_any_form_people_paste(text: str) -> None:
    assert find_paper_id(text) == "2511.01234"


@pytest.mark.parametrize("text", ["1501.0001", PAGE, f"<{PAGE}>"])
def test_short_and_page_ids_are_ids_too(text: str) -> None:
    assert find_paper_id(text) == text.strip("<>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "diffusion",
        "2511.012345",
        "251.01234",
        "2511.01234 and more",
        "v2511.01234",
        "٢٥١١.٠١٢٣٤",
        "https://example.org/abs/2511.01234",
        "https://evil-arxiv.org/abs/2511.01234",
        "https://arxiv.org/list/2511.01234",
        "page:0123456789ABCDEF",
        "page:0123",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert find_paper_id(text) is None


@pytest.mark.parametrize(
    ("text", "real"),
    [("2511.01234", True), ("1501.0001", True), (PAGE, False), ("", False), ("2511.01234/..", False)],
)
def test_only_an_arxiv_id_makes_links(text: str, real: bool) -> None:  # noqa: FBT001
    assert is_arxiv_id(text) is real
    assert (Paper(id=text, title="T").links is not None) is real


def test_the_links_of_a_paper() -> None:
    links = Paper(id="2511.01234", title="T").links
    assert links is not None
    assert links.page == "https://huggingface.co/papers/2511.01234"
    assert links.discussion == "https://huggingface.co/papers/2511.01234#community"
    assert links.abstract == "https://arxiv.org/abs/2511.01234"
    assert links.pdf == "https://arxiv.org/pdf/2511.01234"
    assert links.alphaxiv == "https://www.alphaxiv.org/abs/2511.01234"


@pytest.mark.parametrize("link", ["page", "discussion", "abstract", "pdf", "alphaxiv"])
def test_every_link_that_is_printed_can_be_pasted_back(link: str) -> None:
    links = Paper(id="2511.01234", title="T").links
    assert find_paper_id(getattr(links, link)) == "2511.01234"


def test_an_id_made_of_a_title_is_the_same_every_time_and_an_id() -> None:
    assert page_id("agents that plan") == page_id("agents that plan")
    assert page_id("agents that plan") != page_id("agents that plans")
    assert find_paper_id(page_id("agents that plan")) == page_id("agents that plan")


def test_unknown_votes_count_as_none_and_an_unlisted_paper_has_no_day() -> None:
    at = datetime(2025, 10, 16, tzinfo=UTC)
    unknown = Entry(paper=Paper(id=PAGE, title="T"), tally=Tally(at=at))
    assert (unknown.upvotes, unknown.list_day) == (0, None)

    days = (date(2025, 10, 15), date(2025, 10, 16))
    listed = Entry(paper=Paper(id=PAGE, title="T", listed_on=days), tally=Tally(at=at, upvotes=7))
    assert (listed.upvotes, listed.list_day) == (7, days[1])


def test_the_same_counts_seen_later_are_the_same_counts() -> None:
    one = Tally(at=datetime(2025, 10, 16, tzinfo=UTC), upvotes=1, comments=2, stars=None)
    later = Tally(at=datetime(2025, 10, 17, tzinfo=UTC), upvotes=1, comments=2, stars=None)
    starred = Tally(at=one.at, upvotes=1, comments=2, stars=0)
    assert one.same_counts(later)
    assert not one.same_counts(starred)
