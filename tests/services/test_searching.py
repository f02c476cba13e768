from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import Unknown, UserError
from bot.domain.events import Event, IndexRebuilt
from bot.domain.folding import fold_title
from bot.domain.papers import page_id
from bot.ports import SearchIndex, Store
from bot.services.ingesting import Ingest
from bot.services.searching import Searching
from storage.opening import open_index
from tests.services.conftest import MONDAY, Clock, at, entry, listing


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[SearchIndex]:
    async with open_index(f"sqlite:///{tmp_path / 'paperround.db'}") as opened:
        yield opened


@pytest.fixture
def ingest(store: Store, clock: Clock, events: list[Event]) -> Ingest:
    return Ingest(store.papers, observe=events.append, now=clock)


@pytest.fixture
def searching(store: Store, index: SearchIndex, events: list[Event]) -> Searching:
    return Searching(store.papers, index, observe=events.append)


async def found(searching: Searching, text: str) -> list[str]:
    _, _, matches = await searching.find(text)
    return [match.entry.paper.id for match in matches]


async def test_what_was_just_kept_is_found(searching: Searching, ingest: Ingest) -> None:
    assert await found(searching, "agents") == []
    await ingest.keep(listing(entry("2511.00001", "Agents")))
    assert await found(searching, "agents") == ["2511.00001"]


async def test_a_joined_paper_is_found_once_under_its_real_id(searching: Searching, ingest: Ingest) -> None:
    page = page_id(fold_title("Agents at work"))
    await ingest.keep(listing(entry(page, "Agents at work", None, day=None), day=None))
    assert await found(searching, "agents") == [page]
    await ingest.keep(listing(entry("2511.00001", "Agents at work")))
    assert await found(searching, "agents") == ["2511.00001"]


async def test_a_lost_index_is_made_anew_from_the_store_and_that_is_told(
    searching: Searching, ingest: Ingest, index: SearchIndex, events: list[Event]
) -> None:
    papers = [entry(f"2511.{number:05d}", f"Agents {number}") for number in range(600)]
    await ingest.keep(listing(*papers))
    await searching.catch_up()
    await index.clear()

    assert len(await found(searching, "agents")) == 10
    assert events.count(IndexRebuilt(papers=600)) == 2


async def test_an_index_damaged_while_it_is_open_costs_no_answer(
    searching: Searching, ingest: Ingest, tmp_path: Path
) -> None:
    await ingest.keep(listing(entry("2511.00001", "Agents")))
    assert await found(searching, "agents") == ["2511.00001"]
    (tmp_path / "paperround.db.search" / "meta.json").write_text("{")
    assert await found(searching, "agents") == ["2511.00001"]


async def test_following_the_store_looks_only_at_what_changed(searching: Searching, ingest: Ingest) -> None:
    await ingest.keep(listing(entry("2511.00001", "Agents"), entry("2511.00002", "Robots")))
    assert await searching.catch_up() == 2
    later = at(MONDAY, 12)
    await ingest.keep(
        listing(
            entry("2511.00001", "Agents", 99, seen=later),
            entry("2511.00002", "Robots", seen=later),
            seen=later,
        )
    )
    assert await searching.catch_up() == 1
    assert await searching.catch_up() == 0


async def test_a_pasted_abstract_finds_its_paper_but_no_book_is_read(
    searching: Searching, ingest: Ingest
) -> None:
    abstract = " ".join(f"word{number} of the abstract" for number in range(75))
    await ingest.keep(
        listing(entry("2511.00001", "Agents", abstract=abstract), entry("2511.00002", "Robots"))
    )

    assert len(abstract.split()) == 300
    assert await found(searching, abstract) == ["2511.00001"]
    with pytest.raises(UserError, match="5,000 is the most"):
        await searching.find("a" * 5001)


@pytest.mark.parametrize(
    "text",
    [
        "2511.00001",
        "2511.00001v2",
        "https://arxiv.org/abs/2511.00001",
        "https://huggingface.co/papers/2511.00001 ",
    ],
)
async def test_an_id_or_a_link_finds_its_paper(searching: Searching, ingest: Ingest, text: str) -> None:
    await ingest.keep(listing(entry("2511.00001", "Agents"), entry("2511.00002", "Robots")))
    assert await found(searching, text) == ["2511.00001"]


async def test_an_index_of_another_store_is_made_anew(
    searching: Searching, ingest: Ingest, index: SearchIndex
) -> None:
    old = {one.paper.id: one for one in (entry("2505.00001", "Agents"), entry("2505.00002", "Agents"))}
    await index.update(old, [], 2)
    await ingest.keep(listing(*(entry(f"2511.0000{number}", "Agents") for number in range(3))))

    assert await found(searching, "agents") == ["2511.00000", "2511.00001", "2511.00002"]
    _, hits, _ = await searching.find("agents")
    assert hits.total == 3


async def test_an_index_that_is_ahead_of_its_store_is_made_anew(
    searching: Searching, ingest: Ingest, index: SearchIndex
) -> None:
    kept = entry("2511.00001", "Agents")
    await index.update({"2511.00001": kept}, [], 99)
    await ingest.keep(listing(kept, entry("2511.00002", "Agents")))

    assert sorted(await found(searching, "agents")) == ["2511.00001", "2511.00002"]


async def test_titles_and_keywords_are_completed_most_upvoted_first(
    searching: Searching, ingest: Ingest
) -> None:
    await ingest.keep(
        listing(
            entry(
                "2511.00001", "Diffusion Models for Robots", 5, keywords=("diffusion model", "robot learning")
            ),
            entry("2511.00002", "Diffusing the Models", 50, keywords=("diffusion model",)),
            entry("2511.00003", "World Models", 500, keywords=("world model", "model-based learning")),
        )
    )
    await searching.catch_up()

    assert await searching.titles("diff mod") == (
        ("2511.00002", "Diffusing the Models"),
        ("2511.00001", "Diffusion Models for Robots"),
    )
    assert await searching.keywords("diff mod") == ("diffusion model",)
    assert await searching.keywords("model") == ("model-based learning", "diffusion model", "world model")
    assert [paper_id for paper_id, _ in await searching.titles("", 2)] == ["2511.00003", "2511.00002"]
    assert (await searching.titles("unheardof"), await searching.keywords("unheardof")) == ((), ())


async def test_words_are_mended_in_every_part_of_a_search(searching: Searching, ingest: Ingest) -> None:
    await ingest.keep(
        listing(*(entry(f"2511.0000{number}", f"Diffusion of robots {number}") for number in (1, 2)))
    )
    query, hits, _ = await searching.find("difusion robtos")
    mended = await searching.meant(query)

    assert hits.total == 0
    assert mended is not None
    assert mended.text == "diffusion robot"
    assert len(await found(searching, mended.text)) == 2
    assert await searching.meant(mended) is None


@pytest.mark.parametrize("paper_id", ["2511.99999", "page:0123456789abcdef"])
async def test_without_a_source_a_paper_that_is_not_stored_is_unknown(
    searching: Searching, paper_id: str
) -> None:
    with pytest.raises(Unknown, match=f"I have no paper {paper_id}"):
        await searching.paper(paper_id)
