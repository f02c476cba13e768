from __future__ import annotations

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.app.sources import SAMPLE_DAY
from bot.domain.papers import Tally
from bot.ports import PaperChanges
from bot.sources.archive import Archive
from tests.handlers.web.conftest import TUESDAY, Reader, paper
from tests.services.conftest import MONDAY, at

SHARED = Path(__file__).parents[4] / "shared" / "data" / "daily" / "2025-10.jsonl.gz"


async def test_a_day_shows_its_papers_best_first(reader: Reader) -> None:
    await reader.keep(paper(1, "Second best", 10), paper(2, "The best", 90))

    answer = await reader.get("/date/2025-11-10")

    assert answer.status == 200
    assert answer.text.index("The best") < answer.text.index("Second best")
    assert "Monday 10 November 2025" in answer.text
    assert "2 papers · by expected upvotes" in answer.text


async def test_a_card_has_what_there_is_to_know(reader: Reader) -> None:
    await reader.keep(paper(upvotes=84))
    text = (await reader.get("/")).text
    for told in (
        '<a href="/papers/2511.00001">Agents that plan</a>',
        "84 upvotes",
        "Ada Lovelace",
        "Ada Lovelace, Alan Turing, Grace Hopper",
        "NVIDIA",
        "10 Nov",
        "Agents plan by imagining what comes next.",
        '<a href="https://huggingface.co/papers/2511.00001#community">2 comments</a>',
        '<a href="https://github.com/a/b">Code ★ 1.2k</a>',
        "https://example.org/project",
        "✦ machine-written summary (Hugging Face)",
    ):
        assert told in text


async def test_the_growth_of_upvotes_is_drawn(reader: Reader) -> None:
    await reader.keep(paper(upvotes=10))
    await reader.keep(paper(upvotes=40, seen=at(MONDAY, 20)), seen=at(MONDAY, 20))
    text = (await reader.get("/date/2025-11-10")).text
    assert '<polyline points="2,18 62,2"/>' in text
    assert "+30" in text

    drawn = (await reader.get("/papers/2511.00001")).text
    assert (
        'role="img" aria-label="Upvotes over time. From 10 on Mon 10 Nov to 40 upvotes on Mon 10 Nov' in drawn
    )
    assert "<td>40</td>" in drawn


async def test_the_neighbours_are_the_days_that_list_papers(reader: Reader) -> None:
    friday, wednesday = date(2025, 11, 7), date(2025, 11, 12)
    reader.clock.pass_(timedelta(days=3))
    for number, day in enumerate((friday, MONDAY, wednesday), 1):
        await reader.keep(paper(number, day=day), day=day)
    text = (await reader.get("/date/2025-11-10")).text
    assert 'rel="prev" href="/date/2025-11-07"' in text
    assert 'rel="next" href="/date/2025-11-12"' in text
    assert 'aria-label="Wednesday 12 November 2025, 1 paper"' in text
    assert "/date/2025-11-09" not in text


@pytest.mark.parametrize(
    ("path", "title"),
    [
        pytest.param("/", "Monday 10 November 2025", id="newest day"),
        pytest.param("/week/2025-W46", "10 to 16 November 2025", id="week"),
        pytest.param("/month/2025-11", "November 2025", id="month"),
        pytest.param("/trending", "Trending this week", id="trending"),
        pytest.param("/search?q=plan", "papers for “plan”", id="search"),
    ],
)
async def test_every_list_is_a_page(reader: Reader, path: str, title: str) -> None:
    await reader.keep(paper(1), paper(2, "Others that plan", 20))
    answer = await reader.get(path)
    assert answer.status == 200
    assert title in answer.text
    assert answer.text.index("Others") < answer.text.index("Agents") or "search" in path


@pytest.mark.parametrize(
    ("path", "to"),
    [
        pytest.param("/week", "/week/2025-W46", id="this week"),
        pytest.param("/month", "/month/2025-11", id="this month"),
        pytest.param("/date?on=2025-11-07", "/date/2025-11-07", id="a day from a form"),
        pytest.param("/date?on=yesterday", "/date/2025-11-09", id="a day in words"),
    ],
)
async def test_short_addresses_lead_to_whole_ones(reader: Reader, path: str, to: str) -> None:
    await reader.keep(paper())
    answer = await reader.get(path)
    assert (answer.status, answer.headers["Location"]) == (303, to)


async def test_a_filter_explains_itself_and_why_each_paper_is_there(reader: Reader) -> None:
    await reader.keep(paper(1, "A world model"), paper(2, "Proteins", abstract="", summary="", keywords=()))
    text = (await reader.get("/date/2025-11-10?filter=%22world model%22, agents")).text
    assert "Any of: “world model”; agents." in text
    assert "1 of 2 papers" in text
    assert "A <mark>world model</mark>" in text
    assert "“world model” in the title" in text
    assert "Proteins" not in text


async def test_a_filter_that_meets_nothing_says_where_else_to_look(reader: Reader) -> None:
    await reader.keep(paper())
    answer = await reader.get("/?filter=proteins")
    assert answer.status == 200
    assert "None of the 1 paper of Monday 10 November 2025 matches." in answer.text
    assert '<a href="/search?q=proteins">' in answer.text


async def test_the_same_filter_in_other_words_has_one_address(reader: Reader) -> None:
    await reader.keep(paper())
    text = (await reader.get("/?filter=%20agents%20,%20%20planning&utm=1")).text
    assert f'rel="canonical" href="{reader.address}/?filter=agents%2C+planning"' in text


@pytest.mark.parametrize("reader", [{"base": "https://papers.example.org"}], indirect=True)
async def test_following_offers_commands_and_a_feed_to_copy(reader: Reader) -> None:
    await reader.keep(paper())
    text = (await reader.get("/?filter=agents -survey")).text
    assert '<code class="copy">/papers follow agents -survey</code>' in text
    assert '<code class="copy">/papers subscribe agents -survey</code>' in text
    assert 'href="https://papers.example.org/feeds/atom?filter=agents+-survey"' in text
    assert "/mail" not in text


@pytest.mark.parametrize("reader", [{"mail": "https://papers.example.org/mail"}], indirect=True)
async def test_where_mail_is_set_up_following_offers_it_with_the_filter_filled_in(reader: Reader) -> None:
    await reader.keep(paper())
    text = (await reader.get("/?filter=agents -survey")).text
    assert 'href="https://papers.example.org/mail?filter=agents+-survey"' in text


async def test_long_lists_are_paged_and_numbered_on(reader: Reader) -> None:
    await reader.keep(*(paper(number, f"Title {number:02}", 100 - number) for number in range(1, 31)))
    first, second = await reader.get("/"), await reader.get("/?page=2")
    assert first.text.count('class="paper') - first.text.count('class="papers') == 25
    assert 'rel="next" href="/?page=2"' in first.text
    assert "Title 26" in second.text
    assert '<span class="rank" aria-hidden="true">26</span>' in second.text
    assert (await reader.get("/?page=3")).status == 404


async def test_a_search_marks_what_it_found_and_can_be_followed(reader: Reader) -> None:
    await reader.keep(
        paper(1, "Multi-agent planning"), paper(2, "Proteins", abstract="", summary="", keywords=())
    )
    text = (await reader.get("/search?q=multiagent")).text
    assert "<mark>Multi-agent</mark> planning" in text
    assert "1 paper for “multiagent”" in text
    assert "/papers follow multiagent" in text


async def test_a_search_without_words_asks_for_some(reader: Reader) -> None:
    answer = await reader.get("/search?q=%20")
    assert answer.status == 200
    assert "Find a paper" in answer.text


async def test_a_paper_has_its_abstract_its_links_and_how_to_cite_it(reader: Reader) -> None:
    await reader.keep(paper())
    text = (await reader.get("/papers/2511.00001")).text
    for told in (
        "We propose agents that plan in a world model.",
        'href="https://arxiv.org/abs/2511.00001"',
        'href="https://arxiv.org/pdf/2511.00001"',
        'href="https://huggingface.co/papers/2511.00001"',
        'href="https://www.alphaxiv.org/abs/2511.00001"',
        'href="https://github.com/a/b"',
        '<a href="/date/2025-11-10">Mon 10 Nov 2025</a>',
        "@misc{",
        "keyword%3A%22planning%22",
    ):
        assert told in text


async def test_a_paper_names_the_papers_like_it(reader: Reader) -> None:
    await reader.keep(
        paper(1, "Quantized planning agents", abstract="Quantized planning for agents."),
        paper(2, "Quantized planning again", abstract="Quantized planning, once more."),
        *(paper(number, f"Proteins {number}", abstract="Folding.", keywords=()) for number in range(3, 20)),
    )
    text = (await reader.get("/papers/2511.00001")).text
    assert "More like this" in text
    assert "Quantized planning again" in text.partition("More like this")[2]


async def test_another_id_of_a_paper_leads_to_the_one_it_has(reader: Reader) -> None:
    await reader.keep(paper())
    await reader.rooms.store.papers.keep(PaperChanges(aliases=(("page:0123456789abcdef", "2511.00001"),)))
    for other in ("2511.00001v3", "page:0123456789abcdef"):
        answer = await reader.get(f"/papers/{other}")
        assert (answer.status, answer.headers["Location"]) == (301, "/papers/2511.00001")


async def test_what_was_stored_since_is_on_the_page(reader: Reader) -> None:
    await reader.keep(paper(1, "Early"))
    before = await reader.get("/")
    await reader.keep(paper(1, "Early"), paper(2, "Fresh"), seen=at(MONDAY, 9))
    after = await reader.get("/")
    assert "Fresh" not in before.text
    assert "Fresh" in after.text
    assert before.headers["Etag"] != after.headers["Etag"]


async def test_a_paper_that_is_listed_again_stays_on_its_first_day(reader: Reader) -> None:
    reader.clock.pass_(timedelta(days=1))
    await reader.keep(paper(1, "Twice listed"))
    await reader.keep(paper(1, "Twice listed", day=TUESDAY), day=TUESDAY)
    assert "Twice listed" in (await reader.get("/date/2025-11-10")).text
    assert "Twice listed" in (await reader.get("/date/2025-11-11")).text


async def test_an_empty_store_says_so(reader: Reader) -> None:
    answer = await reader.get("/")
    assert answer.status == 404
    assert "I know no papers yet." in answer.text


async def test_a_source_that_is_silent_is_told(reader: Reader) -> None:
    await reader.keep(paper())
    reader.clock.pass_(timedelta(hours=5))
    assert "no listing was read since" in (await reader.get("/")).text


async def test_the_sample_day_is_small(reader: Reader) -> None:
    async for listing in Archive(SAMPLE_DAY).listings():
        await reader.rooms.ingest.keep(listing)
    reader.clock.moment = at(date(2025, 10, 17), 12)
    await _check_sizes(reader, "/")


async def test_a_month_of_real_papers_is_small(reader: Reader) -> None:
    if not SHARED.exists():
        pytest.skip(f"no recordings at {SHARED}")
    async for listing in Archive(SHARED).listings():
        await reader.rooms.ingest.keep(listing)
        history = [(entry.paper.id, entry.tally) for entry in listing.entries]
        grown = tuple((one, Tally(at=tally.at + timedelta(hours=9), upvotes=200)) for one, tally in history)
        await reader.rooms.store.papers.keep(PaperChanges(tallies=grown))
    reader.clock.moment = at(date(2025, 11, 1))
    for path in ("/", "/week/2025-W42", "/month/2025-10?page=2", "/search?q=video diffusion"):
        await _check_sizes(reader, path)


async def _check_sizes(reader: Reader, path: str) -> None:
    plain = await reader.get(path, Accept_Encoding="identity")
    assert plain.text.count("<article>") >= 15
    assert plain.size < 60_000
    assert len(gzip.compress(plain.text.encode(), 6)) < 25_000
    assert not re.search("<script|style=|onerror|onclick", plain.text)
